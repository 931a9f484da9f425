# Knows the line that is logged for a request. Must not know sockets.
from ..core.compat import INFO, elapsed, log, ticks
from .framing import has_body

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ..core.request import Request
    from ..core.response import Response


class Entry:
    """A request in the access log, from when its head has come to when its response was sent."""

    def __init__(self) -> None:
        self._start: 'Any' = ticks()
        self.sent: 'int | None' = None  # bytes of a body that comes piece by piece

    def write(self, request: 'Request | None', response: 'Response | None', lost: bool) -> None:
        """Log the line: method, URL, status code, version, bytes of the body that were sent, and duration.

        A WebSocket has the status code of its handshake. A dash stands for what there is not: the request of a head that was
        refused, and the status code where the client left before there was a response, or the handler answered by itself.

        :param lost: whether nothing could be sent to the client any more.
        """
        status = '-'
        if request and request.upgraded:
            status = '101'
        elif response and response is not response.already_handled:
            status = '%d' % response.status_code
        sent = self.sent
        if sent is None:
            body = response.body if response and has_body(response) and not lost else b''
            sent = len(body) if isinstance(body, (bytes, bytearray)) else 0
        if request:
            line = '%s %s %s HTTP/%s' % (
                escaped(request.method), escaped(request.url), status, escaped(request.http_version))
        else:
            line = '- - %s -' % status
        log(INFO, '%s %d bytes %.1f ms', line, sent, elapsed(self._start))


def escaped(text: str) -> str:
    """Write octets that are not visible ASCII, quotes and backslashes as `\\xhh`, so that no input can look like another line."""
    octets = text.encode()
    for octet in octets:
        if not 32 < octet < 127 or octet in b'"\'\\':
            return ''.join([chr(o) if 32 < o < 127 and o not in b'"\'\\' else '\\x%02x' % o for o in octets])
    return text
