# Knows asyncio's verbs for reading bytes, over a buffer that somebody fills. Must not know sockets or HTTP.
import io

from .buffer import Buffer
from .compat import incomplete_read


class ByteStream(Buffer):
    """Reads bytes with the verbs of asyncio's streams.

    A subclass says where more bytes come from, by `_fill`.
    """

    async def _fill(self) -> bool:
        # Waits for more bytes and gives them to feed; False at the end of the stream.
        return False

    async def read(self, n: int = -1) -> bytes:
        """Read bytes.

        :param n: how many at most; all until the end of the stream if negative.

        Waits until there is at least one byte, and returns `b''` at the end of the stream.
        """
        if n < 0:
            while await self._fill():
                pass
            n = len(self.buffer)
        elif n and not self.buffer:
            await self._fill()
        return self.take(n)

    async def readexactly(self, n: int) -> bytes:
        """Read exactly `n` bytes.

        Raises `EOFError` (on CPython `asyncio.IncompleteReadError`) if the stream ends before.
        """
        while len(self.buffer) - self.position < n:
            if not await self._fill():
                raise incomplete_read(self.take(n), n)
        return self.take(n)

    async def readuntil(self, separator: bytes = b'\n') -> bytes:
        """Read up to and including a separator.

        Raises `EOFError` (on CPython `asyncio.IncompleteReadError`) if it does not come.
        """
        data, found = await self._until(separator)
        if not found:
            raise incomplete_read(data, None)
        return data

    async def readline(self) -> bytes:
        """Read a line with its `\\n`, or what is left at the end of the stream."""
        return (await self._until(b'\n'))[0]

    async def _until(self, separator: bytes) -> 'tuple[bytes, bool]':
        searched = 0
        while True:
            found = self.buffer.find(separator, self.position + searched)
            if found >= 0:
                return self.take(found + len(separator) - self.position), True
            searched = max(0, len(self.buffer) - self.position - len(separator) + 1)
            if not await self._fill():
                return self.take(len(self.buffer)), False


class AsyncBytesIO(ByteStream):
    """An in-memory stream of bytes with the verbs of asyncio's streams.

    :param data: the initial contents.

    Example::

        stream = AsyncBytesIO(b'one\\ntwo')
        await stream.readline() == b'one\\n'
    """

    def __init__(self, data: bytes) -> None:
        self.stream = io.BytesIO(data)

    async def _fill(self) -> bool:
        data = self.stream.read()
        self.feed(data)
        return bool(data)

    async def awrite(self, data: bytes) -> None:
        """Write bytes at the current position."""
        self.stream.write(data)

    async def aclose(self) -> None:
        """Do nothing; the contents stay readable."""
