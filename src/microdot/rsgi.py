"""Applications on the server granian, by its RSGI (https://github.com/emmett-framework/granian/blob/master/docs/spec/RSGI.md)."""

# Knows how an RSGI server gives requests and WebSockets, and how it takes what answers them. Must not know other servers.
import asyncio
from asyncio import CancelledError

from . import HTTPException as HTTPException, Microdot as BaseMicrodot, Request as Request, Response as Response
from .core.compat import WARNING, log
from .gateway.app import GatewayMicrodot
from .gateway.exchange import GatewayRequest, exchange
from .gateway.heads import body_length, origin_form
from .gateway.paths import is_plain, path_of, quoted
from .gateway.websocket import Left, MessageWebSocket
from .server.fields import own_fields
from .server.framing import has_body, is_bare
from .server.sending import send
from .websocket import WebSocketError as WebSocketError, websocket_upgrade as websocket_upgrade, with_websocket as with_websocket
from .wire.http11 import CHUNKED

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

_CLOSE, _BYTES = 0, 1  # kinds of the messages of a WebSocket
_types: 'dict[str, list[tuple[str, str]]]' = {}  # the headers of responses that have none of their own, by media type


class WebSocket(MessageWebSocket):
    """A WebSocket of an RSGI server, as its handler receives it; see `microdot.websocket.WebSocket`.

    The protocol has no subprotocols, no further headers in the handshake, and no codes and reasons of closing.
    """

    gone = (RuntimeError,)  # RSGIProtocolClosed, RSGIProtocolError
    _transport: 'Any' = None

    async def accept(self, headers: 'list[tuple[str, str]]') -> None:
        """Shake hands; an `HTTPException` with status 400 if the client wants no WebSocket."""
        if self.request.rsgi_scope.proto != 'ws':  # type: ignore[attr-defined]  # pyright: ignore
            raise HTTPException(400, 'Not a WebSocket handshake')
        for name, _ in headers:
            log(WARNING, 'The header %s is not sent: RSGI has none in the handshake of a WebSocket', name)
        self.subprotocol = None
        self._transport = await self.request.sock[1].accept()

    async def next_message(self) -> 'str | bytes':
        """Wait for a message; raises `Left` when the client leaves."""
        if self._transport is None:
            raise Left(1005)
        try:
            message = await self._transport.receive()
        except RuntimeError:
            self._transport = None
            raise Left from None
        if message.kind == _CLOSE:
            self._transport = None  # granian closes the connection when nobody has it any more
            raise Left(1005)
        return message.data  # type: ignore[no-any-return]

    async def send_message(self, data: 'str | bytes') -> None:
        """Send a message."""
        await (self._transport.send_str(data) if isinstance(data, str) else self._transport.send_bytes(data))

    async def send_close(self, code: int, reason: str) -> None:
        """Close the WebSocket."""
        self.request.sock[1].close(None)
        self._transport = None


class RSGIRequest(GatewayRequest):
    """A request of an RSGI server. `rsgi_scope` is its scope, and `sock` a pair of the protocol with itself."""

    websocket_class = WebSocket
    content_length = 0
    _pieces: 'Any' = None  # iterates over the body
    _received = 0  # bytes of it

    def __init__(self, app: BaseMicrodot, scope: 'Any', protocol: 'Any', method: str, url: str) -> None:
        GatewayRequest.__init__(self, app, method, url, (protocol, protocol))
        self.rsgi_scope = scope

    def parse_client_addr(self) -> 'tuple[str, int]':
        """Return the address of the client."""
        host, _, port = self.rsgi_scope.client.rpartition(':')
        return (host.strip('[]'), int(port)) if host else ('', 0)

    def parse_scheme(self) -> str:
        """Return the scheme of the URL."""
        return self.rsgi_scope.scheme or 'http'

    def parse_http_version(self) -> str:
        """Return the version of HTTP."""
        return self.rsgi_scope.http_version  # type: ignore[no-any-return]

    def header_fields(self) -> 'Iterator[tuple[str, str]]':
        """Iterate over all headers."""
        scope = self.rsgi_scope
        if scope.authority and 'host' not in scope.headers:  # HTTP/2
            yield 'Host', scope.authority
        for name, value in scope.headers.items():
            yield name.title(), value

    def _header(self, name: bytes) -> 'str | None':
        values = self.rsgi_scope.headers.get_all(name.decode())
        if len(values) == 1:
            return values[0]  # type: ignore[no-any-return]
        return self.headers.get(name.decode()) if values else None

    async def receive_piece(self) -> 'tuple[bytes, bool] | None':
        """Wait for a piece of the body, and whether more follows; None if the client has left."""
        protocol = self.sock[0]
        try:
            if 0 < self.content_length <= self.max_body_length:
                return await protocol(), False
            if self._pieces is None:
                self._pieces = protocol.__aiter__()
            piece = await self._pieces.__anext__()
        except RuntimeError:
            return None
        except StopAsyncIteration:
            # RSGI ends the iteration where the client has left, too.
            return None if self._received < self.content_length else (b'', False)
        self._received += len(piece)
        return piece, True

    def may_watch(self) -> bool:
        """Tell whether to watch the client takes no message from a WebSocket that is to come."""
        return self.rsgi_scope.proto == 'http'  # type: ignore[no-any-return]

    async def wait_left(self) -> None:
        """Wait until the client has left."""
        await self.sock[0].client_disconnect()

    async def respond(self, response: Response) -> Response:
        """Send a response, and return the one that was sent."""
        body = response.body
        protocol = self.sock[0]
        if self.rsgi_scope.proto != 'http':
            await response.close()
            protocol.close(response.status_code)
        elif (
            type(body) is bytes and response.own_headers is None and not response.is_head and not is_bare(response.status_code)
        ):
            media_type = response.own_type or response.default_content_type
            protocol.response_bytes(response.status_code, _types.get(media_type) or _type(media_type, response), body)
        else:
            return await send(_Carrier(self, protocol), response)
        return response

    async def answer_cut(self) -> None:
        """Answer a request whose body ends too early with 400: granian would say 500."""
        try:
            await self.respond(Response('Bad request', 400))
        except RuntimeError:  # the client has left indeed
            pass


def _type(media_type: str, response: Response) -> 'list[tuple[str, str]]':
    _types[media_type] = headers = [('content-type', response.content_type())]
    return headers


def _head(request: RSGIRequest, response: Response, length: 'int | None') -> 'tuple[list[tuple[str, str]], int | None]':
    # The headers, and the length of the body as they tell it.
    own, length, close = own_fields(response, length)
    headers = []
    for name, value in own.items():
        for one in value if isinstance(value, list) else (value,):
            headers.append((name.lower(), str(one)))
    if close and request.http_version[:2] == '1.':
        headers.append(('connection', 'close'))
    return headers, length


def _values(headers: 'Any', name: str) -> 'list[bytes]':
    return [value.encode() for value in headers.get_all(name)]


class _Carrier:
    # What a server takes of one response; see server.sending.

    def __init__(self, request: RSGIRequest, protocol: 'Any') -> None:
        self._request = request
        self._protocol = protocol
        self._transport: 'Any' = None
        self._soon: 'asyncio.Handle | None' = None

    async def whole(self, response: Response, body: 'bytes | None') -> None:
        headers, _ = _head(self._request, response, None if body is None else len(body))
        if body and has_body(response):
            self._protocol.response_bytes(response.status_code, headers, body)
        else:
            self._protocol.response_empty(response.status_code, headers)

    async def file(self, response: Response) -> bool:
        path = path_of(response)
        if path:
            self._protocol.response_file(response.status_code, _head(self._request, response, None)[0], path)
        return bool(path)

    def begin(self, response: Response) -> 'int | None':
        self._status = response.status_code
        self._headers, length = _head(self._request, response, None)
        self._request.cancel_when_left()
        return length

    def iterate(self, response: Response) -> 'Any':
        pieces = response.body_iter()
        if pieces is response.body:
            self._soon = self._request.loop.call_soon(self._begin)
        return pieces

    def _begin(self) -> None:
        if self._soon:
            self._soon.cancel()
        if self._transport is None:
            self._transport = self._protocol.response_stream(self._status, self._headers)

    async def write(self, piece: bytes) -> None:
        self._begin()
        try:
            await self._transport.send_bytes(piece if type(piece) is bytes else bytes(piece))
        except RuntimeError:  # RSGIProtocolClosed
            self._request.note_left()
            raise CancelledError from None
        await asyncio.sleep(0)  # others take their turn, and the client may have left

    async def end(self) -> None:
        self._request.ignore_leaving()
        self._begin()

    def take_back(self) -> bool:
        self._request.ignore_leaving()
        if self._soon:
            self._soon.cancel()
        return self._transport is None


class RSGI:
    """An application, as RSGI servers call it.

    :param app: the application, of any class.

    Example::

        from microdot.rsgi import RSGI

        rsgi = RSGI(app)  # granian --interface rsgi module:rsgi
    """

    def __init__(self, app: BaseMicrodot) -> None:
        self.app = app

    def __rsgi_init__(self, loop: 'asyncio.AbstractEventLoop') -> None:
        """Run what is registered for the start; what it raises keeps the server from starting."""
        self.app.router()
        loop.run_until_complete(self.app.run_startup_handlers())

    def __rsgi_del__(self, loop: 'asyncio.AbstractEventLoop') -> None:
        """Run what is registered for the end."""
        loop.run_until_complete(self.app.run_shutdown_handlers())

    async def __rsgi__(self, scope: 'Any', protocol: 'Any') -> None:
        """Answer a request, or open a WebSocket."""
        length = 0
        refusal = None
        # PERF: each of the scope's attributes is made anew when it is asked for, 0.1 us.
        path = url = scope.path
        if not is_plain(path):
            url = quoted(path)
        query = scope.query_string
        method = scope.method
        headers = scope.headers
        try:
            if path[:1] != '/':
                origin_form(method, url)  # granian gives of each target its path
            if query:
                query.encode('ascii')
                url += '?' + query
            if 'content-length' in headers or 'transfer-encoding' in headers:
                length = body_length(
                    scope.http_version, _values(headers, 'content-length'), _values(headers, 'transfer-encoding'))
            elif method not in ('GET', 'HEAD') and scope.http_version[:1] > '1':
                length = CHUNKED  # HTTP/2 tells it in another way
        except HTTPException as exc:
            refusal = exc
        except ValueError:
            refusal = HTTPException(400, 'Bad request')
        await exchange(self.app, RSGIRequest(self.app, scope, protocol, method, url), length, refusal)


class Microdot(GatewayMicrodot):
    """A web application that RSGI servers call; see `microdot.Microdot`.

    Example::

        from microdot.rsgi import Microdot

        app = Microdot()  # granian --interface rsgi module:app
    """

    def __init__(self) -> None:
        super().__init__()
        self._rsgi = RSGI(self)

    def __rsgi_init__(self, loop: 'asyncio.AbstractEventLoop') -> None:
        """Run what is registered for the start; what it raises keeps the server from starting."""
        self._rsgi.__rsgi_init__(loop)

    def __rsgi_del__(self, loop: 'asyncio.AbstractEventLoop') -> None:
        """Run what is registered for the end."""
        self._rsgi.__rsgi_del__(loop)

    async def __rsgi__(self, scope: 'Any', protocol: 'Any') -> None:
        """Answer a request, or open a WebSocket."""
        await self._rsgi.__rsgi__(scope, protocol)
