# Knows how a response is framed: its head, and how the client finds the end of its body. Must not know sockets.
import time

from ..core.compat import gmtime, http_date
from ..wire.http11 import status_line

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..core.response import Response

# What heads begin with up to the length, by version, status code and whether the connection is kept.
_lines: 'dict[tuple[str, int, bool], bytes]' = {}


def has_body(response: 'Response') -> bool:
    """Tell whether the body of a response is sent."""
    return not (response.is_head or is_bare(response.status_code))


def is_bare(status_code: int) -> bool:
    """Tell whether responses with a status code have no body, whatever the application gave (RFC 9110 section 6.4.1)."""
    return status_code < 200 or status_code in (204, 304)


def whole(version: str, keep: bool, response: 'Response') -> 'bytes | None':
    """Write a response without headers of its own, whose body is bytes; None for any other.

    :param version: of the request.
    :param keep: whether the connection stays open.

    PERF: 2.5 us less than `frame`.
    """
    status = response.status_code
    if response.own_headers or response.reason is not None or response.is_head or status < 200 or status in (204, 304):
        return None
    if int(time.time()) != _date_second:
        date()
    line = _lines.get((version, status, keep)) or _first_lines(version, status, keep)
    tail = _tails.get(response.own_type or response.default_content_type) or _tail(response)
    return b'%s%d%s%s' % (line, len(response.body), tail, response.body)


def connection_option(version: str, keep: bool) -> 'str | None':
    """Return the value of the header Connection (RFC 9112 section 9.3), None if the version says as much."""
    if keep == (version == '1.1'):
        return None
    return 'keep-alive' if keep else 'close'


def _first_lines(version: str, status: int, keep: bool) -> bytes:
    option = connection_option(version, keep)
    option = 'Connection: ' + option + '\r\n' if option else ''
    lines = (status_line(version, status, None) + '\r\n' + option + 'Content-Length: ').encode()
    _lines[(version, status, keep)] = lines
    return lines


_date = ''
_date_second = 0
_tails: 'dict[str, bytes]' = {}  # what follows the length, by content type


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


def _tail(response: 'Response') -> bytes:
    today = 'Date: ' + _date + '\r\n' if _date else ''
    tail = ('\r\nContent-Type: ' + response.content_type() + '\r\n' + today + '\r\n').encode()
    _tails[response.own_type or response.default_content_type] = tail
    return tail
