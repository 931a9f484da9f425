# Knows the body of a request that comes in messages, as a stream with its limits. Must not know how a server sends them.
from asyncio import CancelledError, get_running_loop

from ..core.body import BodyStream
from ..wire.http11 import CHUNKED

TYPE_CHECKING = False
if TYPE_CHECKING:
    from asyncio import Future
    from collections.abc import Awaitable, Callable
    from typing import Any

    Message = tuple[bytes, bool]


class MessageBody(BodyStream):
    """The body of a request, with the verbs of asyncio's streams. Reading it when the client has left raises `CancelledError`.

    :param request: is told when the client has left.
    :param receive: a coroutine function that waits for the next message and returns what it has of the body, and whether
                    more follows; None if the client has left.
    :param length: bytes, or `CHUNKED` where it is not told.
    :param limit: how many bytes it may have; more raise a 413 `HTTPException` when they are read.
    """

    _last = False  # whether the last message has come
    _waiting: 'Future[None] | None' = None  # wakes who waits for the end

    def __init__(self, request: 'Any', receive: 'Callable[[], Awaitable[Message | None]]', length: int, limit: int) -> None:
        super().__init__(None, limit if length == CHUNKED else length, limit)
        self._request = request
        self._next_message = receive

    @property
    def ended(self) -> bool:
        """Whether all of the body has come."""
        return self._last

    async def _receive(self, n: int) -> bytes:
        while True:
            message = await self._next_message()
            if message is None:
                self._request.left = True
                raise CancelledError
            data, more = message
            if not more:
                self._last = True
                if self._waiting and not self._waiting.done():
                    self._waiting.set_result(None)
            if data or self._last:
                return data

    async def wait_ended(self) -> None:
        """Wait until all of the body has come to who reads it."""
        while not self._last:
            self._waiting = get_running_loop().create_future()
            await self._waiting
