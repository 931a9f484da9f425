# Knows what servers of other projects let through in a head although the standard refuses it, and refuses that as the server of
# Microdot does. Must not know how a server tells of a request.
import re

from ..wire import bodies, targets

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

_is_token = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+").fullmatch  # RFC 9110 section 5.6.2
_has_controls = re.compile('[\0-\x08\n-\x1f\x7f]').search


def body_length(version: str, lengths: 'Iterable[bytes]', codings: 'Iterable[bytes]') -> int:
    """Return the length of a body in bytes, or `CHUNKED`.

    :param version: of HTTP.
    :param lengths: the values of `Content-Length`.
    :param codings: those of `Transfer-Encoding`.

    Raises `HTTPException`: 400, 413 or 501.
    """
    fields = [b'content-length: ' + value for value in lengths]
    fields += [b'transfer-encoding: ' + value for value in codings]
    return bodies.body_length(version, b'\n' + b'\r\n'.join(fields).lower() + b'\r\n')


def origin_form(method: str, target: str) -> 'tuple[str, str | None]':
    """Return path and query of a request target that does not begin with a slash (RFC 9112 section 3.2), and the host it names.

    What OPTIONS and CONNECT may have in place of a path is returned as it is. Raises a 400 `HTTPException` for anything else.
    """
    path, block = targets.path_of(method.encode(), target.encode(), b'\nHost:\n')
    return path.decode(), block[7:-1].decode() or None


def are_fields(method: str, fields: 'Iterable[tuple[str, str]]') -> bool:
    """Tell whether a method is one, and fields have names and values as they may be (RFC 9110 section 5)."""
    return bool(_is_token(method)) and all(_is_token(name) and not _has_controls(value) for name, value in fields)
