# Knows the requests of an ASGI server, and the plain responses. Must not know WebSockets.
from urllib.parse import unquote

from .. import Response
from ..gateway.exchange import GatewayRequest
from ..gateway.paths import quoted
from ..server.framing import is_bare
from ..server.sending import send
from ..wire import fields
from .carrier import Carrier
from .websocket import WebSocket

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..core.app import Microdot
    from . import Receive, Scope, Send

_SCHEMES = {'ws': 'http', 'wss': 'https'}
_types: 'dict[str, bytes]' = {}  # the values of the header Content-Type of responses whose headers name none


class ASGIRequest(GatewayRequest):
    """A request of an ASGI server. `asgi_scope` is its scope, and `sock` the pair of `receive` and `send`."""

    websocket_class = WebSocket
    content_length = 0

    def __init__(
        self, app: 'Microdot', scope: 'Scope', receive: 'Receive', send: 'Send', method: str, url: str
    ) -> None:
        GatewayRequest.__init__(self, app, method, url, (receive, send))  # PERF: super() takes 0.1 us
        self.asgi_scope = scope

    def parse_client_addr(self) -> 'tuple[str, int]':
        """Return the address of the client."""
        client = self.asgi_scope.get('client')
        return (client[0], int(client[1] or 0)) if client else ('', 0)  # granian gives the port as text

    def parse_scheme(self) -> str:
        """Return the scheme of the URL."""
        scheme: str = self.asgi_scope.get('scheme', 'http')
        return _SCHEMES.get(scheme, scheme)

    def parse_http_version(self) -> str:
        """Return the version of HTTP."""
        version: str = self.asgi_scope.get('http_version', '1.1')
        return 'HTTP/' + version

    def header_fields(self) -> 'Iterator[tuple[str, str]]':
        """Iterate over all headers."""
        for name, value in self.asgi_scope['headers']:
            yield name.decode().title(), fields.text(value)

    def _header(self, name: bytes) -> 'str | None':
        values = [value for key, value in self.asgi_scope['headers'] if key.lower() == name]
        if len(values) == 1:
            return fields.text(values[0])
        return self.headers.get(name.decode()) if values else None

    async def receive_piece(self) -> 'tuple[bytes, bool] | None':
        """Wait for a piece of the body, and whether more follows; None if the client has left."""
        message = await self.sock[0]()
        return (message.get('body') or b'', message.get('more_body', False)) if message['type'] == 'http.request' else None

    def may_watch(self) -> bool:
        """Tell whether to watch the client takes no message from a WebSocket that is to come."""
        return self.asgi_scope['type'] == 'http'  # type: ignore[no-any-return]

    async def wait_left(self) -> None:
        """Wait until the client has left."""
        receive = self.sock[0]
        while not (await receive())['type'].endswith('.disconnect'):
            pass

    async def respond(self, response: Response) -> Response:
        """Send a response, and return the one that was sent."""
        body = response.body
        scope = self.asgi_scope
        if (
            type(body) is bytes and response.own_headers is None and not response.is_head
            and not is_bare(response.status_code) and scope['type'] == 'http'
        ):
            media_type = response.own_type or response.default_content_type
            send_message = self.sock[1]
            try:
                await send_message({'type': 'http.response.start', 'status': response.status_code, 'headers': [
                    (b'content-length', b'%d' % len(body)),
                    (b'content-type', _types.get(media_type) or _type(media_type, response))]})
                await send_message({'type': 'http.response.body', 'body': body})
            except OSError:  # what servers raise when the client has left
                self.note_left()
            return response
        if scope['type'] == 'websocket' and 'websocket.http.response' not in (scope.get('extensions') or ()):
            await response.close()
            await self.sock[1]({'type': 'websocket.close', 'code': 1000, 'reason': ''})
            return response
        return await send(Carrier(self), response)

    async def answer_cut(self) -> None:
        """Answer a request whose body ends too early with 400: granian would say 500."""
        await self.respond(Response('Bad request', 400))


def _type(media_type: str, response: Response) -> bytes:
    _types[media_type] = value = response.content_type().encode()
    return value


def url_of(scope: 'Scope') -> str:
    """Return the path, percent-encoded, and the query as the client sent them.

    What the server is told to put before every path is not of it. Raises `ValueError` for octets that are not ASCII.
    """
    path: str = scope['path']
    raw = scope.get('raw_path')
    sent = raw.decode('ascii') if raw else ''
    # What wraps the application may have changed the path alone.
    if sent == path or unquote(sent) == path:
        path = sent
    else:
        path = quoted(path)
    root = scope.get('root_path')
    if root:
        prefix = quoted(root.rstrip('/'))
        if path.startswith(prefix + '/') or path == prefix:
            path = path[len(prefix):] or '/'
    query = scope.get('query_string')
    return path + '?' + query.decode('ascii') if query else path
