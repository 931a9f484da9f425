# Knows how a path is written in a URL, and which file is the body of a response. Must not know servers.
import os
import re
from urllib.parse import quote

from ..core.files import FileBody

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..core.response import Response

_SAFE = "!$&'()*+,;=:@/~"  # what a path has beside letters, digits, '-', '.' and '_' (RFC 3986 section 3.3)
is_plain = re.compile(r"[!$&-;=@-Z_a-z~]*").fullmatch  # PERF: 0.3 us, quote takes 1


def quoted(path: str, encoding: str = 'utf-8') -> str:
    """Percent-encode a path that a server has decoded. A slash that was encoded is lost."""
    return path if is_plain(path) else quote(path, _SAFE, encoding)


def path_of(response: 'Response') -> 'str | None':
    """Return the absolute path of the file that is the body of a response, all of it; None for another body."""
    body = response.body
    if type(body) is not FileBody or not body.left:
        return None
    status = os.fstat(body.file.fileno())
    try:
        is_there = os.path.samestat(status, os.stat(body.path))
    except OSError:
        is_there = False
    return os.path.abspath(body.path) if is_there and body.left == status.st_size else None
