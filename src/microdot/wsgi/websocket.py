# Knows a WebSocket on the socket of a client that a WSGI server lends. Must not know how a server does so.
import asyncio

from .. import HTTPException
from ..websocket import WebSocket as BaseWebSocket
from ..websocket.opening import accept
from .environs import speaks_tls
from .sockets import SocketStream

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_TICK = 1  # seconds between two looks at what time asks for


class WebSocket(BaseWebSocket):
    """A WebSocket, as its handler receives it; see `microdot.websocket.WebSocket`."""

    _stream: 'SocketStream | None' = None
    _ticking: 'asyncio.Task[None] | None' = None

    async def handshake(self) -> None:
        """Agree with the client on speaking WebSocket; see `WebSocket.handshake`.

        Raises an `HTTPException` with status 501 where the server does not lend the client's socket.
        """
        request: 'Any' = self.request
        accept(request)
        if request.descriptor is None or speaks_tls(request.environ):
            raise HTTPException(501, 'This server has no WebSockets')
        self._stream = stream = SocketStream(request.descriptor)
        request.sock = (stream, stream)
        try:
            await super().handshake()
        except BaseException:
            if not stream.begun:
                request.sock = None  # there can be another answer
            await stream.close()
            raise
        self._ticking = asyncio.create_task(self._tick())

    async def _tick(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(_TICK)
            if self._stopped and self._stream and self._stream.has_hung_up():
                self.hung_up()
            self.tick(loop.time())

    async def end(self, exc: 'BaseException | None' = None) -> None:
        """Close the WebSocket when the handler has ended; see `WebSocket.end`."""
        try:
            await super().end(exc)
        finally:
            stream, self._stream = self._stream, None
            if self._ticking:
                self._ticking.cancel()
            if stream:
                await stream.close()
