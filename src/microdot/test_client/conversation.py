# Knows a generator that speaks over a WebSocket: when it goes on, and with what. Must not know frames.
import asyncio

from ..websocket import WebSocket
from .response import TestResponse
from .websocket import WebSocketConnection

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Mapping
    from typing import Any

    from .client import TestClient


_TURNS = 5  # of the event loop, in which a message that was sent comes to a handler that waits


class _WatchedWebSocket(WebSocket):
    # Tells the client whether the handler waits for a message.

    waiting = 0  # the number of the message that it waits for
    _received = 0

    async def receive(self) -> 'str | bytes':
        return await self._watched(super().receive())

    async def __anext__(self) -> 'str | bytes':
        return await self._watched(super().__anext__())

    async def _watched(self, message: 'Coroutine[Any, Any, str | bytes]') -> 'str | bytes':
        self._received += 1
        self.waiting = self._received
        self.request.sock[0].peer.wake()
        try:
            return await message
        finally:
            self.waiting = 0


async def converse(
    client: 'TestClient', path: str, function: 'Callable[[], Any]', headers: 'Mapping[str, Any] | None'
) -> TestResponse:
    """Let a generator function speak over a WebSocket; see `TestClient.websocket`."""
    connection = WebSocketConnection(client, path, headers, websocket_class=_WatchedWebSocket)
    refusal = await connection.connect()
    if refusal:
        return refusal
    generator = function()
    try:
        await _converse(connection, generator)
    finally:
        try:
            close = getattr(generator, 'aclose', None)
            if close:
                await close()
            else:
                generator.close()
        finally:
            await connection.end()
    return TestResponse()


async def _converse(connection: WebSocketConnection, generator: 'Any') -> None:
    # The generator begins when the handler first waits or has sent something, goes on with each message of the handler, and
    # with None, once, where the handler waits for a message and nothing of what the generator has sent is under way.
    begun = False
    answered = 0
    while True:
        message = await connection.next_message()
        if message is None:
            if connection.close_code is not None or connection.stream.disconnected:
                return
            websocket = connection.server.receiver
            waiting = websocket.waiting if websocket else 0
            if waiting == answered or not waiting:
                await connection.stream.change()
                continue
            if not await _is_still(connection, websocket, waiting):
                continue
            answered = waiting
        if not begun:
            begun = True
            if not await _resume(connection, generator, None):
                return
            if message is None:
                continue
        if not await _resume(connection, generator, message):
            return


async def _is_still(connection: WebSocketConnection, websocket: 'Any', waiting: int) -> bool:
    # Tells whether the handler goes on waiting for a message.
    for _ in range(_TURNS):
        await asyncio.sleep(0)
        if connection.stream.unread or connection.server.unread or websocket.waiting != waiting:
            return False
    return True


async def _resume(connection: WebSocketConnection, generator: 'Any', message: 'str | bytes | None') -> bool:
    # Returns whether the generator goes on.
    resume = getattr(generator, 'asend', None)
    try:
        answer = await resume(message) if resume else generator.send(message)
    except (StopIteration, StopAsyncIteration):
        return False
    if answer is not None and not connection.closed:
        await connection.send(answer)
    return True
