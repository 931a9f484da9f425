# Knows how a response is framed: its head, and how the client finds the end of its body. Must not know sockets.
import time

from ..core.compat import gmtime, http_date
from ..wire.http11 import status_line

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..core.response import Response

_BARE = (204, 304)  # status codes of responses without a body (RFC 9110 section 6.4.1), as are those below 200

# What heads begin with, by version, status code and whether the connection is kept.
_lines: 'dict[tuple[str, int, bool], bytes]' = {}


def has_body(response: 'Response') -> bool:
    """Tell whether the body of a response is sent."""
    return not response.is_head and response.status_code >= 200 and response.status_code not in _BARE


def frame(
    version: str, keep: bool, response: 'Response', length: 'int | None'
) -> 'tuple[bytes, int | None, bool]':
    """Write the head of a response.

    :param version: of the request.
    :param keep: whether the connection may stay open.
    :param length: the length of the body in bytes, None if it is not known.

    Returns the head, the length of the body as the head tells it (`CHUNKED`, or None if it ends with the connection), and
    whether the connection stays open.
    """
    status = response.status_code
    bare = status < 200 or status in _BARE
    if not (bare or response.own_headers or response.reason is not None or length is None):
        # PERF: 2.5 us less for a response without headers of its own.
        line = _lines.get((version, status, keep))
        if line is None:
            line = _lines[(version, status, keep)] = _first_lines(version, status, keep)
        return b'%sContent-Length: %d\r\n%s' % (line, length, _tail(response.content_type())), length, keep
    from .fields import frame_with_fields

    return frame_with_fields(version, keep, response, length, bare)


def connection_option(version: str, keep: bool) -> 'str | None':
    """Return the value of the header Connection (RFC 9112 section 9.3), None if the version says as much."""
    if keep == (version == '1.1'):
        return None
    return 'keep-alive' if keep else 'close'


def _first_lines(version: str, status: int, keep: bool) -> bytes:
    option = connection_option(version, keep)
    return (status_line(version, status, None) + '\r\n' + ('Connection: %s\r\n' % option if option else '')).encode()


_date = ''
_date_second = 0
_tails: 'dict[str, bytes]' = {}  # what heads end with that have no headers of their own, by content type


def date() -> str:
    """Return the value of the header Date, or an empty text where no clock is set."""
    global _date, _date_second
    second = int(time.time())
    if second != _date_second:
        _date_second = second
        fields = gmtime(second)
        _date = http_date(fields) if fields[0] > 2020 else ''
        _tails.clear()
    return _date


def _tail(content_type: str) -> bytes:
    today = date()
    tail = _tails.get(content_type)
    if tail is None:
        text = 'Content-Type: ' + content_type + ('\r\nDate: ' + today if today else '') + '\r\n\r\n'
        tail = _tails[content_type] = text.encode()
    return tail
