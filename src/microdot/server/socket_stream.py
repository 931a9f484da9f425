# Knows how MicroPython moves bytes over a socket. Must not know HTTP.
import asyncio

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Generator
    from typing import Any


class SocketStream:
    """A socket with the verbs of asyncio's streams, whose module takes 1 KB of heap more.

    :param sock: a socket that does not block, or what speaks TLS over one.
    :param address: of the client.
    """

    _unsent = b''

    def __init__(self, sock: 'Any', address: 'Any') -> None:
        self.s = sock
        self._address = address

    def get_extra_info(self, name: str) -> 'Any':
        """Return the address of the client for `'peername'`, all that is known; `KeyError` for another name."""
        if name != 'peername':
            raise KeyError(name)
        return self._address

    def read(self, n: int) -> 'Generator[Any, None, bytes]':
        """Wait for bytes and return at most `n` of them, `b''` at the end."""
        while True:
            yield asyncio.core._io_queue.queue_read(self.s)  # type: ignore[attr-defined]
            data = self.s.read(n)
            if data is not None:  # else TLS has read what is none of the client's
                return data  # type: ignore[no-any-return]

    def write(self, data: bytes) -> None:
        """Write bytes, as far as there is room for them; `drain` writes the rest."""
        sent = 0 if self._unsent else self.s.write(data) or 0
        if sent < len(data):
            self._unsent += data[sent:]

    def drain(self) -> 'Generator[Any, None, None]':
        """Wait until everything is written, and let other tasks run."""
        if self._unsent:
            left = memoryview(self._unsent)
            while left:
                yield asyncio.core._io_queue.queue_write(self.s)  # type: ignore[attr-defined]
                left = left[self.s.write(left) or 0:]
            self._unsent = b''
        yield from asyncio.sleep_ms(0)  # type: ignore[attr-defined]

    def close(self) -> None:
        """Do nothing: `wait_closed` closes."""

    async def wait_closed(self) -> None:
        """Close the socket."""
        self.s.close()
