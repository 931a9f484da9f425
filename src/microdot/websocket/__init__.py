"""WebSockets (RFC 6455) in routes."""

# Knows how a handler gets a WebSocket. Must not know what the WebSocket does.
import asyncio

from .. import Response
from ..core.compat import SMALL, is_function
from .errors import WebSocketError as WebSocketError
from .messages import WebSocket as WebSocket

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, overload

    from .. import Request

    Handler = Callable[..., Any]
if TYPE_CHECKING or not SMALL:
    from ..core.decorators import replace


async def websocket_upgrade(request: 'Request', **options: 'Any') -> 'Any':
    """Open a WebSocket in a handler without `with_websocket`. It is closed when the handler has ended.

    :param request: the request of the handler.
    :param options: as for `with_websocket`.

    Returns a `WebSocket`. Raises `HTTPException` if the request is no handshake, or is refused.

    Example::

        @app.get('/echo')
        async def echo(request):
            ws = await websocket_upgrade(request)
            await ws.send(await ws.receive())
    """
    ws = await _open(request, options)

    async def end(request: 'Request', response: Response) -> Response:
        await ws.end()
        return Response.already_handled

    request.after_request_handlers = [end]
    return ws


async def _open(request: 'Request', options: 'dict[str, Any]') -> 'Any':
    ws = (request.websocket_class or WebSocket)(request)
    for name, value in options.items():
        setattr(ws, name, value)
    await ws.handshake()
    request.upgraded = ws
    request.after_request_handlers = []
    return ws


def websocket_wrapper(f: 'Handler', upgrade_function: 'Handler') -> 'Handler':
    """Return a handler that opens a WebSocket and calls a function with it; see `with_websocket`.

    :param f: the function.
    :param upgrade_function: a coroutine function that is called with the request and returns the WebSocket.

    Raises `TypeError` if `f` is not a coroutine function.
    """
    if is_function(f):
        raise TypeError('a WebSocket needs a coroutine function (async def)')

    async def wrapper(request: 'Request', *args: 'Any', **kwargs: 'Any') -> Response:
        ws = await upgrade_function(request)
        error: 'BaseException | None' = None
        try:
            if SMALL:
                await f(request, ws, *args, **kwargs)
            else:
                # PERF: 2.5 us a message less than in the task of the request, of which each step may be one in Python.
                ws._task = None
                await asyncio.create_task(_talk(ws, f, request, *args, **kwargs))
        except (Exception, asyncio.CancelledError) as exc:
            error = exc
        await ws.end(error)
        return Response.already_handled

    return wrapper if SMALL else replace(f, wrapper)


async def _talk(ws: 'Any', f: 'Handler', *args: 'Any', **kwargs: 'Any') -> None:
    ws.begin()
    await f(args[0], ws, *args[1:], **kwargs)


if TYPE_CHECKING:

    @overload
    def with_websocket(f: Handler) -> Handler: ...
    @overload
    def with_websocket(
        *, subprotocols: 'list[str] | tuple[str, ...]' = (), origins: 'list[str | None] | list[str] | None' = None,
        ping_interval: 'float | None' = 20, ping_timeout: 'float | None' = 20, max_message_length: int = -1, compress: bool = True,
    ) -> Callable[[Handler], Handler]: ...


def with_websocket(f: 'Handler | None' = None, **options: 'Any') -> 'Any':
    """Decorate the handler of a WebSocket, a coroutine function that is called with the request, a `WebSocket`, and the
    values of the placeholders. When it ends the WebSocket is closed: with code 1000, or 1011 if it raised an exception,
    which is logged.

    :param subprotocols: names of subprotocols, the preferred one first; the first that the client offers is agreed on.
    :param origins: the origins that browsers may come from, like `'https://example.com'`; others get 403. None among them
                    admits clients that tell no origin. Any if not given.
    :param ping_interval: seconds between two pings, 20; None for no pings.
    :param ping_timeout: seconds for the answer to a ping, 20, after which the client has left; None for any time. No answer
                         is seen while so many messages wait for the handler to receive them that nothing more is read.
    :param max_message_length: bytes of a message, 0 for any length; `WebSocket.max_message_length` if not given. A longer one
                               closes the WebSocket with code 1009.
    :param compress: whether to compress messages (RFC 7692) if the client can do that (CPython).

    Raises `TypeError` if the function is not a coroutine function, and for a text where there has to be a list.

    Example::

        @app.route('/echo')
        @with_websocket
        async def echo(request, ws):
            async for message in ws:
                await ws.send(message)
    """
    for name, value in options.items():
        if name not in _OPTIONS:
            raise TypeError('with_websocket has no option ' + name)
        if name in ('subprotocols', 'origins') and isinstance(value, str):
            raise TypeError(name + ' is a list')
    if f is None:
        return lambda f: with_websocket(f, **options)

    return websocket_wrapper(f, lambda request: _open(request, options))


_OPTIONS = ('subprotocols', 'origins', 'ping_interval', 'ping_timeout', 'max_message_length', 'compress')
