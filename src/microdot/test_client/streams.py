# Knows a connection in memory: two ends, each with the verbs of asyncio's streams. Must not know what goes over it.
import asyncio

from ..core.streams import ByteStream

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_HIGH_WATER = 64 * 1024  # bytes unread at the other end for which `drain` waits


class MemoryStream(ByteStream):
    """One end of a connection, reader and writer.

    Attributes: `disconnected`, whether the other end is closed, and `receiver`, the WebSocket that reads here.
    """

    peer: 'MemoryStream'
    disconnected = False
    receiver: 'Any' = None

    def __init__(self) -> None:
        self._changed = asyncio.Event()  # set whenever something comes or goes
        self._closed = False

    @classmethod
    def pair(cls) -> 'tuple[MemoryStream, MemoryStream]':
        """Return the two ends of a new connection."""
        one, other = cls(), cls()
        one.peer, other.peer = other, one
        return one, other

    @property
    def unread(self) -> int:
        """How many bytes have come that nobody has read."""
        return len(self.buffer) - self.position

    def wake(self) -> None:
        """Have who waits here look again."""
        self._changed.set()

    async def change(self) -> None:
        """Wait until something comes or goes, or somebody calls `wake`."""
        self._changed.clear()
        await self._changed.wait()

    async def _fill(self) -> bool:
        size = self.unread
        while self.unread == size and not self.disconnected:
            await self.change()
        return self.unread > size

    def take(self, n: int) -> bytes:
        data = super().take(n)
        self.peer.wake()
        return data

    def write(self, data: bytes) -> None:
        """Write bytes. Raises `OSError` if an end is closed."""
        if self._closed or self.disconnected:
            raise OSError(32, 'the connection is closed')  # EPIPE
        self.peer.feed(bytes(data))
        self.peer.wake()

    async def drain(self) -> None:
        """Wait while there is much that the other end has not read."""
        await asyncio.sleep(0)
        while self.peer.unread > _HIGH_WATER and not self.disconnected:
            await self.change()

    async def awrite(self, data: bytes) -> None:
        """Write bytes, and wait while there is much that the other end has not read."""
        self.write(data)
        await self.drain()

    def close(self) -> None:
        """Close the connection at this end."""
        self._closed = True
        self.peer.disconnected = True
        self.peer.wake()
        self.wake()

    async def aclose(self) -> None:
        """Close the connection at this end."""
        self.close()

    async def wait_closed(self) -> None:
        """Do nothing: what is closed is so at once."""

    def is_closing(self) -> bool:
        """Tell whether this end is closed."""
        return self._closed

    def at_eof(self) -> bool:
        """Tell whether the other end is closed and everything was read."""
        return self.disconnected and not self.unread

    def get_extra_info(self, name: str, default: 'Any' = None) -> 'Any':
        """Return what is known of the connection: no more than the default."""
        return default
