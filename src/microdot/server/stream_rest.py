# Knows how a connection over streams is flushed, interrupted and ended. Must not know HTTP.
import asyncio

from . import LEAVING
from .connection_rest import ConnectionRest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ..core.errors import HTTPException


_AHEAD = 256  # bytes that are read while a response is streamed


class StreamRest(ConnectionRest):
    """The methods of `StreamConnection` that a plain request does not need."""

    if TYPE_CHECKING:
        task: Any
        watcher: Any
        flushes: int
        _reader: Any
        _writer: Any
        _closing: bool
        _unsent: int
        _interruption: 'Exception | None'

    def watch(self) -> None:
        """Have what is queued written as soon as the task suspends, and the client's leaving noticed."""
        self.watcher = asyncio.create_task(self._watch())

    async def _watch(self) -> None:
        try:
            self.flush()
            while len(self.buffer) < _AHEAD:
                data = await self._reader.read(_AHEAD)
                if not data:
                    break
                self.feed(data)
            else:
                return
        except OSError:
            pass
        self.disconnected = True
        # The client has ended its side. A stream that does not go on has probably nobody who reads it.
        flushes = -1
        while flushes != self.flushes:
            flushes = self.flushes
            await asyncio.sleep(LEAVING)
        self.task.cancel()

    async def unwatch(self) -> None:
        """End what `watch` began."""
        watcher, self.watcher = self.watcher, None
        watcher.cancel()
        try:
            await watcher
        except asyncio.CancelledError:
            pass

    def unsent_size(self) -> int:
        """Return how many bytes the writer holds, 0 where it does not tell."""
        transport = getattr(self._writer, 'transport', None)
        return transport.get_write_buffer_size() if transport else 0

    def progressed(self) -> bool:
        """Tell whether the client has read anything since this was last asked."""
        unsent, self._unsent = self._unsent, self.unsent_size()
        return self._unsent < unsent

    def interrupt(self, exc: 'HTTPException') -> None:
        """Let the read that somebody waits for raise an exception."""
        self._interruption = exc
        self.task.cancel()

    def linger(self) -> None:
        """Read on until the client closes."""
        self._closing = True
        if hasattr(self._writer, 'can_write_eof') and self._writer.can_write_eof():
            self._writer.write_eof()

    def abort(self) -> None:
        """Close the connection at once."""
        self.disconnected = True
        self.close()

    def is_closing(self) -> bool:
        """Tell whether the connection is being closed."""
        return self._closing

    def get_extra_info(self, name: str, default: 'Any' = None) -> 'Any':
        """Return what the transport tells of itself, as asyncio's streams do."""
        try:
            return self._writer.get_extra_info(name)
        except KeyError:  # UPY: it knows the peer's name only
            return default
