"""Applications on ASGI servers (https://asgi.readthedocs.io/en/latest/specs/), such as uvicorn, hypercorn and granian."""

# Knows how an ASGI server gives requests and WebSockets, and how it takes what answers them. Must not know other servers.
import os as os  # COMPAT: applications patch microdot.asgi.os.kill

from .. import (
    AsyncBytesIO as AsyncBytesIO,
    HTTPException as HTTPException,
    Microdot as BaseMicrodot,
    MultiDict as MultiDict,
    NoCaseDict as NoCaseDict,
    Request as Request,
    Response as Response,
    URLPattern as URLPattern,
    abort as abort,
    iscoroutine as iscoroutine,
    redirect as redirect,
    send_file as send_file,
    urldecode as urldecode,
    urlencode as urlencode,
)
from ..core.compat import ERROR, invoke_handler, log
from ..gateway.app import GatewayMicrodot
from ..gateway.exchange import exchange
from ..gateway.heads import body_length, origin_form
from ..websocket import WebSocketError as WebSocketError, websocket_upgrade as websocket_upgrade, with_websocket as with_websocket
from ..wire.http11 import CHUNKED
from .requests import ASGIRequest, url_of
from .websocket import WebSocket as WebSocket

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from typing import Any

    Scope = dict[str, Any]
    Message = dict[str, Any]
    Receive = Callable[[], Awaitable[Message]]
    Send = Callable[[Message], Awaitable[None]]


class ASGI:
    """An application, as ASGI servers call it.

    :param app: the application, of any class.
    :param lifespan_startup: a function that is called with the scope before the handlers that `on_startup` has registered.
    :param lifespan_shutdown: a function that is called with the scope after those of `on_shutdown`.

    Example::

        from microdot.asgi import ASGI

        asgi = ASGI(app)  # uvicorn module:asgi
    """

    def __init__(self, app: BaseMicrodot, lifespan_startup: 'Any' = None, lifespan_shutdown: 'Any' = None) -> None:
        self.app = app
        self.lifespan_startup = lifespan_startup
        self.lifespan_shutdown = lifespan_shutdown

    async def __call__(self, scope: 'Scope', receive: 'Receive', send: 'Send') -> None:
        """Answer a request, open a WebSocket, or follow the life of the server."""
        kind = scope['type']
        if kind == 'http':
            method = scope['method']
        elif kind == 'websocket':
            method = 'GET'
        else:
            if kind == 'lifespan':
                await self.live(scope, receive, send)
            return
        refusal = host = None
        length = 0
        url = '/'
        lengths: 'tuple[bytes, ...]' = ()
        codings: 'tuple[bytes, ...]' = ()
        for name, value in scope['headers']:
            # PERF: names are compared by their length first, 0.3 us less for a browser's headers.
            size = len(name)
            if size == 14 and name.lower() == b'content-length':
                lengths += (value,)
            elif size == 17 and name.lower() == b'transfer-encoding':
                codings += (value,)
        try:
            sent = url_of(scope)
            if sent[:1] != '/':
                sent, host = origin_form(method, sent)
            url = sent
            if lengths or codings:
                length = body_length(scope.get('http_version', '1.1'), lengths, codings)
        except HTTPException as exc:
            refusal = exc
        except ValueError:
            refusal = HTTPException(400, 'Bad request')
        if not length and method not in ('GET', 'HEAD') and scope.get('http_version', '1.1')[:1] > '1':
            length = CHUNKED  # HTTP/2 tells it in another way
        request = ASGIRequest(self.app, scope, receive, send, method, url)
        if host:
            request.headers['Host'] = host
        await exchange(self.app, request, length, refusal)

    async def live(self, scope: 'Scope', receive: 'Receive', send: 'Send') -> None:
        """Follow the life of the server: run what is registered for its start and its end."""
        while True:
            message = await receive()
            kind = message['type']
            try:
                if kind == 'lifespan.startup':
                    if self.lifespan_startup:
                        await invoke_handler(self.lifespan_startup, scope)
                    self.app.router()
                    await self.app.run_startup_handlers()
                elif kind == 'lifespan.shutdown':
                    await self.app.run_shutdown_handlers()
                    if self.lifespan_shutdown:
                        await invoke_handler(self.lifespan_shutdown, scope)
                else:
                    continue
            except Exception as exc:
                log(ERROR, 'Exception in %s', kind, exc=exc)
                await send({'type': kind + '.failed', 'message': repr(exc)})
            else:
                await send({'type': kind + '.complete'})
            if kind == 'lifespan.shutdown':
                break


class Microdot(GatewayMicrodot):
    """A web application that ASGI servers call; see `microdot.Microdot`.

    :param lifespan_startup: a function that is called with the scope before the handlers that `on_startup` has registered.
    :param lifespan_shutdown: a function that is called with the scope after those of `on_shutdown`.

    Example::

        from microdot.asgi import Microdot

        app = Microdot()  # uvicorn module:app
    """

    def __init__(self, lifespan_startup: 'Any' = None, lifespan_shutdown: 'Any' = None) -> None:
        super().__init__()
        self.lifespan_startup = lifespan_startup
        self.lifespan_shutdown = lifespan_shutdown
        self._asgi = ASGI(self)

    async def handle_lifespan(self, scope: 'Scope', receive: 'Receive', send: 'Send') -> None:
        """Follow the life of the server: run what is registered for its start and its end."""
        await ASGI(self, self.lifespan_startup, self.lifespan_shutdown).live(scope, receive, send)

    async def asgi_app(self, scope: 'Scope', receive: 'Receive', send: 'Send') -> None:
        """Answer a request, open a WebSocket, or follow the life of the server; what wraps the application may take its place."""
        if scope['type'] == 'lifespan':
            await self.handle_lifespan(scope, receive, send)
        else:
            await self._asgi(scope, receive, send)

    async def __call__(self, scope: 'Scope', receive: 'Receive', send: 'Send') -> None:
        """Be called by a server."""
        await self.asgi_app(scope, receive, send)
