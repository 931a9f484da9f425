# Knows the body of a request as a stream: its length or chunks, and its limits. Must not know sockets.
from ..wire.bodies import ChunkedBody
from ..wire.http11 import CHUNKED
from .compat import incomplete_read
from .errors import HTTPException
from .streams import ByteStream

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_PIECE = 64 * 1024  # bytes asked for at once


class BodyStream(ByteStream):
    """The body of a request, with the verbs of asyncio's streams; it ends where the body ends.

    Reading raises `EOFError` (on CPython `asyncio.IncompleteReadError`) if the source ends before.

    :param source: a stream that gives the bytes.
    :param length: bytes, or `CHUNKED`.
    :param limit: how many bytes it may have; more raise a 413 `HTTPException` when they are read.
    """

    def __init__(self, source: 'Any', length: int, limit: int) -> None:
        self._source = source
        self._chunks = ChunkedBody() if length == CHUNKED else None
        self._left = limit if length == CHUNKED else length

    @property
    def ended(self) -> bool:
        """Whether all of the body has come."""
        return self._chunks.done if self._chunks else self._left == 0

    async def _receive(self, n: int) -> bytes:
        return await self._source.read(n)  # type: ignore[no-any-return]

    def _give_back(self, data: bytes) -> None:
        # Takes bytes that came with the body but are not of it.
        pass

    async def _fill(self) -> bool:
        while not self.ended:
            if not self._chunks:
                data = await self._receive(min(self._left, _PIECE))
            else:
                data = await self._receive(_PIECE)
                if data:
                    data = self._chunks.feed(data)
                    if self._chunks.done:
                        self._give_back(self._chunks.rest)
                    elif not data:
                        continue
            self._left -= len(data)
            if self._left < 0:
                raise HTTPException(413, 'Payload too large')
            if not data and not self.ended:
                raise incomplete_read(b'', None)
            if not data:
                return False
            self.feed(data)
            return True
        return False

    async def whole(self, most: int) -> 'bytes | None':
        """Read all of the body if it has at most so many bytes; else return None, and the stream still gives all."""
        while len(self.buffer) - self.position <= most:
            if not await self._fill():
                return self.take(most)
        return None
