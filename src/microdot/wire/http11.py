# Knows HTTP/1.1 (RFC 9112) as bytes: heads, framing, chunked bodies, response heads.
# Must not know sockets, requests, responses or the application.
from ..core.compat import SMALL
from ..core.errors import HTTPException

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, ClassVar, Protocol

    class Limits(Protocol):
        """What bounds a head; the class `Request` has these attributes."""

        max_readline: ClassVar[int]
        max_head_length: ClassVar[int]
        max_headers: ClassVar[int]

    Buffer = bytes | bytearray
    Head = tuple[str, str, str, bytes, int]  # method, URL, version, header block, index after the head
    Framing = tuple[bytes, int, bool, bool]  # header block in lower case, length of the body, keep-alive, 100-continue

CHUNKED = -1  # the length of a body that comes in chunks

DIGITS = b'0123456789'
# Often used letters first: MicroPython's strip() looks through a set of octets from its beginning.
_LETTERS = b'etaoinsrhldcumfpgwybvkxjqzETAOINSRHLDCUMFPGWYBVKXJQZ'
TOKEN = b'-' + _LETTERS + DIGITS + b"_.!#$%&'*+^`|~"  # RFC 9110 5.6.2
NAME = b'.-' + DIGITS + _LETTERS + b"_~!$&'()*+,;="  # of a host, but for what is percent-encoded (RFC 3986 3.2.2)

_parse_valid: 'Any' = None  # parses most heads at once, and leaves the others to _parse_lines
if not SMALL:
    from .head_pattern import parse_valid as _parse_valid


def bad_request(reason: str = 'Bad request') -> HTTPException:
    """Return the exception for input that is malformed."""
    return HTTPException(400, reason)


def parse_head(
    buffer: 'Buffer', start: int, limits: 'type[Limits]', searched: int = 0, known: bytes = b'',
) -> 'Head | int':
    """Parse the head of a request (RFC 9112 sections 2 to 5).

    :param buffer: what the client sent.
    :param start: where in the buffer the head begins.
    :param limits: `max_readline` and `max_head_length` in bytes, and the number `max_headers`.
    :param searched: what the last call for this head returned, if it was incomplete.
    :param known: a header block that an earlier call returned; one that is equal may be this very object.

    Returns method, URL (path and query), version (`'1.0'` or `'1.1'`), header block and the index after the head; or,
    while the head is incomplete, where to go on looking.

    Raises `HTTPException`: 400, 414, 431 or 505.
    """
    if not SMALL and _parse_valid:
        head: 'Head | None' = _parse_valid(buffer, start, limits, searched, known)
        if head:
            return head
    if buffer.startswith(b'\r\n', start):  # RFC 9112 2.2: an empty line before the request line is ignored
        start += 2
    searched = max(searched, start)
    end = buffer.find(b'\n\r\n', searched)
    if end >= 0:
        end += 3
    bare = buffer.find(b'\n\n', searched, end if end >= 0 else len(buffer))
    if bare >= 0:
        end = bare + 2
    reached = end if end >= 0 else len(buffer)
    length = reached - start
    if length > limits.max_readline + 1 or length > limits.max_head_length:  # a line has the CR of its end
        from .targets import check_lengths

        check_lengths(buffer, start, reached, limits, searched, end >= 0)
    if end < 0:
        return max(start, reached - 2)
    if start or end < len(buffer) or not isinstance(buffer, bytes):
        buffer = bytes(buffer[start:end])
    if buffer.count(b'\n') > limits.max_headers + 2:
        raise HTTPException(431, 'Too many headers')
    method, target, version, block = _parse_lines(buffer)
    return method.decode(), target.decode(), '1.0' if version == b'HTTP/1.0' else '1.1', block, end


def _parse_lines(head: bytes) -> 'tuple[bytes, bytes, bytes, bytes]':
    # All lines end in CRLF or all in a bare LF: where both are used, another server may see other lines.
    newline = b'\r\n' if head[-2:] == b'\r\n' else b'\n'
    if newline != b'\n' and head.count(newline) != head.count(b'\n'):
        raise bad_request()
    end = head.find(newline)
    parts = head[:end].split(b' ')
    if len(parts) != 3:
        raise bad_request()
    method, target, version = parts
    if not method or method.strip(TOKEN) or not target or min(target) < 33 or max(target) > 126:
        raise bad_request()
    if len(version) != 8 or version[:5] != b'HTTP/' or version[6:7] != b'.' or (version[5:6] + version[7:]).strip(DIGITS):
        raise bad_request()
    if version[5:6] != b'1':
        raise HTTPException(505, 'HTTP version not supported')
    block = head[end:-len(newline)]
    if has_controls(block.replace(newline, b'')):
        raise bad_request()
    # UPY: each slice takes heap, so there is one for a line.
    start = len(newline)
    while start < len(block):
        colon = block.find(b':', start, block.find(b'\n', start))
        if colon <= start or block[start:colon].strip(TOKEN):
            raise bad_request()
        start = block.find(b'\n', colon) + 1
    if target[:1] != b'/' or method == b'CONNECT':
        from .targets import path_of

        target, block = path_of(method, target, block)
    return method, target, version, block


def has_controls(value: bytes) -> bool:
    """Tell whether a field value holds a control character other than a tab (RFC 9110 section 5.5)."""
    if b'\t' in value:
        value = value.replace(b'\t', b'')
    return bool(value) and (min(value) < 32 or b'\x7f' in value)


def find_header(block: bytes, lower: bytes, name: bytes) -> 'bytes | None':
    """Return the value of a header, the values joined where it was sent more than once (RFC 9110 section 5.2).

    :param block: the header block.
    :param lower: the header block in lower case.
    :param name: the name in lower case.
    """
    field = b'\n' + name + b':'
    found = lower.find(field)
    if found < 0:
        return None
    values: 'list[bytes]' = []
    while found >= 0:
        end = lower.find(b'\n', found + 1)
        value = block[found + len(field):end].strip()
        found = lower.find(field, end)
        if found < 0 and not values:
            return value
        values.append(value)
    # RFC 6265 5.4: cookies are joined by semicolons.
    return (b'; ' if name == b'cookie' else b', ').join(values)


_last_host = b'\n\n'  # PERF: the line, in lower case, of a host that was seen to be valid: 0.9 us less


def check_host(version: str, lower: bytes) -> None:
    """Check the header Host (RFC 9112 section 3.2): required in 1.1, at most one, a host and perhaps a port.

    :param lower: the header block in lower case.
    """
    global _last_host
    # PERF: find() is 0.5 us faster than `in`, which makes a TypeError of bytes before it looks for them.
    if lower.find(_last_host) >= 0 and lower.count(b'\nhost:') == 1:
        return
    host = find_header(lower, lower, b'host')
    if host is None:
        if version == '1.1':
            raise bad_request('No Host header')
    elif host:
        name, _, port = host.partition(b':')
        if name.strip(NAME) or port.strip(DIGITS):
            from .targets import is_authority

            if not is_authority(host):
                raise bad_request('Malformed Host header')
        _last_host = b'\nhost: ' + host + b'\r'


def keep_alive(version: str, lower: bytes) -> bool:
    """Tell whether the client wants the connection kept (RFC 9112 section 9.3).

    :param lower: the header block in lower case.
    """
    found = lower.find(b'\nconnection:')
    if found < 0:
        return version == '1.1'
    if lower.startswith(b' keep-alive\r', found + 12) and lower.find(b'\nconnection:', found + 12) < 0:
        return True  # PERF: what browsers send, 0.8 us less
    value = find_header(lower, lower, b'connection') or b''
    options = [option.strip() for option in value.split(b',')]
    return b'close' not in options and (version == '1.1' or b'keep-alive' in options)


_loaded: 'Any' = None  # PERF: an import in a function costs 1.5 us each time


def _bodies() -> 'Any':
    # The room of bodies, which is loaded when there is one.
    global _loaded
    if _loaded is None:
        from . import bodies as _loaded
    return _loaded


def framing(version: str, block: bytes) -> 'Framing':
    """Return what a header block says of how its request is read and answered.

    That is the block in lower case, the length of the body in bytes or `CHUNKED`, whether the client wants the connection
    kept, and whether it waits for 100 Continue.

    Raises `HTTPException` for what could be read two ways, and for another expectation (RFC 9110 section 10.1.1).
    """
    lower = block.lower()
    check_host(version, lower)
    length = 0
    if lower.find(b'\ncontent-length:') >= 0 or lower.find(b'\ntransfer-encoding:') >= 0:
        length = _bodies().body_length(version, lower)
    expects = lower.find(b'\nexpect:') >= 0 and version == '1.1'
    if expects and find_header(lower, lower, b'expect') != b'100-continue':
        raise HTTPException(417, 'Expectation failed')
    return lower, length, keep_alive(version, lower), expects


def status_line(version: str, status: int, reason: 'str | None') -> str:
    """Write the first line of a response (RFC 9112 section 4), without its end.

    :param reason: the reason phrase; the standard's if None.
    """
    if reason is None:
        if status == 200:
            reason = 'OK'
        else:
            from .reasons import reason_phrase

            reason = reason_phrase(status)
    return 'HTTP/%s %d %s' % (version, status, reason)
