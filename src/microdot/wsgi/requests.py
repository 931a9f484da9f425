# Knows the requests of a WSGI server, and the plain responses. Must not know how the event loop is run.
from .. import HTTPException, Request, Response
from ..gateway.exchange import GatewayRequest
from ..server.framing import has_body
from ..server.sending import send
from ..wire import fields
from ..wire.http11 import CHUNKED
from .carrier import Carrier, head_of
from .environs import descriptor_of, is_uwsgi, reader_of
from .sockets import has_hung_up, reset_at_close, wait_hung_up
from .websocket import WebSocket

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from ..core.app import Microdot
    from .calls import Call
    from .environs import Environ

_PIECE = 8 * 1024  # bytes of a body that are read at once: who has sent fewer is waited for


class WSGIRequest(GatewayRequest):
    """A request of a WSGI server. `environ` is its dictionary, and `sock` None but for a WebSocket.

    It is made in the thread of the server.
    """

    websocket_class = WebSocket
    content_length = 0
    pieces: 'Any' = None  # the body of the response, while it is sent
    _piece = _PIECE
    _unread = 0  # bytes of the body that are asked for yet

    def __init__(self, app: 'Microdot', environ: 'Environ', url: str, call: 'Call') -> None:
        port = str(environ.get('REMOTE_PORT'))  # Werkzeug gives a number
        Request.__init__(
            self, app, (environ.get('REMOTE_ADDR') or '', int(port) if port.isdecimal() else 0), environ['REQUEST_METHOD'], url,
            environ.get('SERVER_PROTOCOL') or 'HTTP/1.0', None, None, None, None, '', None, environ.get('wsgi.url_scheme'))
        self.environ = environ
        self.call = call
        self.loop = call.loop
        self.descriptor = descriptor_of(environ)
        self.is_uwsgis = is_uwsgi(environ)  # of uWSGI, which neither dates responses nor marks their end

    def header_fields(self) -> 'Iterator[tuple[str, str]]':
        """Iterate over all headers."""
        for key, value in self.environ.items():
            if key.startswith('HTTP_'):
                yield _title(key[5:]), _text(value)
            elif key in ('CONTENT_TYPE', 'CONTENT_LENGTH') and value:
                yield _title(key), _text(value)

    def _header(self, name: bytes) -> 'str | None':
        key = name.decode().upper().replace('-', '_')
        value = self.environ.get(key if key in ('CONTENT_TYPE', 'CONTENT_LENGTH') else 'HTTP_' + key)
        return None if value is None else _text(value)

    async def load_message_body(self, length: int) -> 'HTTPException | None':
        """Read the body, or prepare to; returns what is wrong with it."""
        self.message_length = length
        if length == CHUNKED:
            self._unread = self.max_content_length + 1
            self._piece = self.max_body_length + 1  # which tells whether it is streamed
        else:
            self._unread = length
            if length <= self.max_body_length:
                self._piece = length
        self._read = reader_of(self.environ, length)
        return await super().load_message_body(length)

    async def receive_piece(self) -> 'tuple[bytes, bool] | None':
        """Wait for a piece of the body, and whether more follows; None if the client has left."""
        n = min(self._piece, self._unread)
        self._piece = _PIECE
        try:
            data = await self.call.run(lambda: self._read(n))
        except Exception as exc:
            if isinstance(exc, OSError) and (exc.errno or self.descriptor is None or has_hung_up(self.descriptor)):
                return None
            raise HTTPException(400, 'Bad request') from exc
        self._unread -= len(data)
        if self.message_length == CHUNKED:
            return data, bool(data)
        return (data, self._unread > 0) if data else None

    async def wait_left(self) -> None:
        """Wait until the client has left."""
        await wait_hung_up(self.loop, self.descriptor)

    def go_away(self) -> None:
        """End what does not end by itself, as the process does."""
        if self.upgraded:
            self.upgraded.go_away()
        elif hasattr(self.pieces, 'go_away'):
            self.pieces.go_away()
        elif self._streaming:
            self._streaming.cancel()

    async def respond(self, response: Response) -> Response:
        """Send a response, and return the one that was sent."""
        call = self.call
        body = response.body
        if self.sock:  # a WebSocket has taken the connection over
            await response.close()
        elif type(body) is bytes and not self.response_callbacks:
            status, headers, _ = head_of(response, len(body), self.is_uwsgis)
            call.start(status, headers, [body] if has_body(response) else [])
        else:
            try:
                response = await send(Carrier(self), response)
            except BaseException:
                if self.is_uwsgis and self.descriptor is not None:
                    reset_at_close(self.descriptor)
                raise
            call.end()
            if self.response_callbacks:
                await call.closed()
        return response


def _title(key: str) -> str:
    return key.replace('_', '-').title()


def _text(value: str) -> str:
    # PEP 3333: the characters are octets.
    return value if value.isascii() else fields.text(value.encode('latin-1'))
