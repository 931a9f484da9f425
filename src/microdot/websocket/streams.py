# Knows how the bytes of a WebSocket are moved over a reader and a writer, those of any Python. Must not know what they say.
import asyncio

from ..core.compat import ERROR, SMALL, log
from ..wire.http11 import CHUNKED

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .messages import WebSocket

_READ = 256 if SMALL else 64 * 1024  # bytes that are read at once


class Streams:
    """Moves the bytes: one task reads, and whoever writes takes turns."""

    blocked = True  # whether to drain after writing

    def __init__(self, websocket: 'WebSocket', reader: 'Any', writer: 'Any') -> None:
        self._websocket = websocket
        self._reader = reader
        self._writer = writer
        self._pending: 'list[bytes]' = []
        self._turns = asyncio.Lock()
        self._paused: 'Any' = None
        self._broken = False  # whether a frame was cut
        self._detached = False
        self._task = asyncio.create_task(self._run())

    async def _run(self) -> None:
        websocket = self._websocket
        try:
            data = await self._reader.read(_READ)
            while data:
                websocket.feed(data)
                await self._keep_up()
                data = await self._reader.read(_READ)
            websocket.lost()
            await self._keep_up()
        except (OSError, asyncio.CancelledError):
            if self._detached:
                raise
            websocket.lost()
        except Exception as exc:
            log(ERROR, 'Exception in a WebSocket', exc=exc)
            websocket.lost()

    async def _keep_up(self) -> None:
        # Answers, and waits until the handler has read.
        await self.drain()
        while self._paused:
            await self._paused
            self._paused = None
            self._websocket.feed(b'')
            await self.drain()

    def pause(self) -> None:
        self._paused = self._websocket._future()

    def resume(self) -> None:
        if self._paused and not self._paused.done():
            self._paused.set_result(None)

    def write(self, data: bytes) -> None:
        self._pending.append(data)

    answer = write

    def send_soon(self, data: bytes) -> None:
        self._pending.append(data)
        asyncio.create_task(self._drain_soon())  # noqa: RUF006 - the event loop holds a task that is about to run

    async def _drain_soon(self) -> None:
        try:
            await self.drain()
        except (OSError, asyncio.CancelledError):  # who reads finds out
            pass

    async def drain(self) -> None:
        async with self._turns:
            if self._pending and not self._broken:
                data = b''.join(self._pending)
                self._pending.clear()
                self._broken = True
                self._writer.write(data)
                await self._writer.drain()
                self._broken = False

    def is_lost(self) -> bool:
        return bool(getattr(self._writer, 'lost', False))

    def detach(self, fault: bool) -> None:
        self._detached = True
        self._task.cancel()
        if fault and hasattr(self._reader, 'length'):
            self._reader.length = CHUNKED
        if hasattr(self._reader, 'receiver'):
            self._reader.receiver = None
