# Knows what is rare in a request's head: targets that are not a path, and lengths beyond a line's.
# Must not know sockets, requests, responses or the application.
from ..core.errors import HTTPException
from .http11 import AUTHORITY, bad_request

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .http11 import Buffer, Limits


def check_lengths(buffer: 'Buffer', start: int, end: int, limits: 'type[Limits]', searched: int, complete: bool) -> None:
    """Raise a 414 or 431 `HTTPException` if a head, or as much of it as has come, is too long."""
    longest = limits.max_readline
    if searched - start <= longest and buffer.find(b'\n', start, start + longest + 2) < 0:
        raise HTTPException(414, 'URL too long')
    if end - start > limits.max_head_length or (complete and max(map(len, buffer[start:end].split(b'\n'))) > longest + 1):
        raise HTTPException(431, 'Headers too long')


def path_of(method: bytes, target: bytes, lines: 'list[bytes]') -> bytes:
    """Return path and query of a target in absolute form, or one in asterisk or authority form (RFC 9112 section 3.2).

    :param lines: the lines of the head, in which the authority of an absolute form becomes the host.
    """
    scheme, _, rest = target.partition(b'://')
    if rest and scheme.lower() in (b'http', b'https') and method != b'CONNECT':
        size = min(len(rest.partition(mark)[0]) for mark in (b'/', b'?', b'#'))
        authority = rest[:size].rpartition(b'@')
        if authority[2] and not authority[0].strip(AUTHORITY) and not authority[2].strip(AUTHORITY):
            for i, line in enumerate(lines):
                if line[:5].lower() == b'host:':  # RFC 9112 3.2.2: what the client sends there is ignored
                    lines[i] = b'Host: ' + authority[2]
                    break
            return rest[size:] if rest[size:size + 1] == b'/' else b'/' + rest[size:]
    elif (method == b'CONNECT' and b':' in target and not target.strip(AUTHORITY)) or (method == b'OPTIONS' and target == b'*'):
        return target
    raise bad_request()
