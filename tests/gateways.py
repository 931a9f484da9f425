# Applications for tests of what other projects' servers call. Must not know any of these.

import asyncio

import pytest

from microdot import Microdot
from microdot.websocket import WebSocketError, with_websocket


def application(kind=Microdot):
    """Return an application that says hello, and keeps the requests in `seen`."""
    app = kind()
    app.seen = []

    @app.route('/', methods=['GET', 'POST'])
    @app.route('/<path:path>', methods=['GET', 'POST'])
    async def index(request, path=''):
        app.seen.append(request)
        return 'hello'

    return app


class Source:
    """An asynchronous iterator over pieces; one may be an exception, or None for a wait without end."""

    def __init__(self, *pieces):
        self.pieces = list(pieces)
        self.closed = 0

    def __aiter__(self):
        return self

    async def __anext__(self):
        if not self.pieces:
            raise StopAsyncIteration
        piece = self.pieces.pop(0)
        if isinstance(piece, Exception):
            raise piece
        if piece is None:
            await asyncio.Event().wait()
        return piece

    async def aclose(self):
        self.closed += 1


def streaming(body, **headers):
    """Return an application that answers with a body; `status` is the status that was sent."""
    app = Microdot()

    @app.get('/')
    async def stream(request):
        request.after_response(lambda request, response: setattr(app, 'status', response and response.status_code))
        return body, headers

    return app


def websockets(kind=Microdot, **options):
    """Return an application with WebSockets, which tell in `done` how they end."""
    app = kind()
    app.done = []

    @app.get('/')
    @with_websocket(**options)
    async def echo(request, ws):
        app.ws = ws
        async for data in ws:
            await ws.send(data)
        app.done.append((ws.close_code, ws.close_reason))

    @app.get('/wait')
    @with_websocket
    async def wait(request, ws):
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            app.done.append(f'cancelled {ws.close_code}')
            raise

    @app.get('/receive')
    @with_websocket
    async def receive(request, ws):
        try:
            await ws.receive()
        except WebSocketError:
            app.done.append('error')

    @app.get('/close')
    @with_websocket
    async def close(request, ws):
        await ws.close(4001, 'why')
        with pytest.raises(WebSocketError):
            await ws.send('late')

    @app.get('/fail')
    @with_websocket
    async def fail(request, ws):
        raise ZeroDivisionError('of a WebSocket')

    return app
