# Knows how a response is framed: its head, and how the client finds the end of its body. Must not know sockets.
import time

from ..core.compat import gmtime, http_date
from ..wire.http11 import status_line

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..core.response import Response

# What is before and after the length in the heads of plain responses of this second, by version, status code, whether the
# connection is kept, and content type.
_heads: 'dict[tuple[str, int, bool, str], tuple[bytes, bytes]]' = {}


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
    if response.own_headers or response.reason is not None or response.is_head:
        return None
    if int(time.time()) != _date_second:
        date()
    key = (version, response.status_code, keep, response.own_type or response.default_content_type)
    parts = _heads.get(key)
    if not parts:
        if is_bare(response.status_code):
            return None
        parts = _heads[key] = _plain_head(version, keep, response)
    return b'%s%d%s%s' % (parts[0], len(response.body), parts[1], response.body)


def connection_option(version: str, keep: bool) -> 'str | None':
    """Return the value of the header Connection (RFC 9112 section 9.3), None if the version says as much."""
    if keep == (version == '1.1'):
        return None
    return 'keep-alive' if keep else 'close'


_date = ''
_date_second = 0


def date() -> str:
    """Return the value of the header Date, or an empty text where no clock is set."""
    global _date, _date_second
    second = int(time.time())
    if second != _date_second:
        _date_second = second
        fields = gmtime(second)
        _date = http_date(fields) if fields[0] > 2020 else ''
        _heads.clear()
    return _date


def _plain_head(version: str, keep: bool, response: 'Response') -> 'tuple[bytes, bytes]':
    option = connection_option(version, keep)
    before = status_line(version, response.status_code, None) + '\r\n'
    if option:
        before += 'Connection: ' + option + '\r\n'
    after = '\r\nContent-Type: ' + response.content_type() + '\r\n'
    if _date:
        after += 'Date: ' + _date + '\r\n'
    return (before + 'Content-Length: ').encode(), (after + '\r\n').encode()
