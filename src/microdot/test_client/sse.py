# Knows a test that is connected to a stream of events. Must not know how events are written or read.
import asyncio

from .. import HTTPException
from .events import EventReader
from .response import TestResponse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from typing_extensions import Self

    from .. import NoCaseDict
    from .exchange import Exchange

_UNREAD = 100  # events that wait for the test until the application waits


class EventStream:
    """A stream of server-sent events, for `async with`; an asynchronous iterator over the events.

    Within, the application runs as it does for a client that is connected; at the end the client leaves. Events are what they
    are in `TestResponse`. What the application raises comes out of the iterator, or of the end of the `async with`.

    Attributes: `status_code` and `headers` of the response.
    """

    status_code: 'int | None' = None
    headers: 'NoCaseDict | None' = None

    def __init__(self, exchange: 'Exchange', last_event_id: 'str | None') -> None:
        exchange.headers.setdefault('Accept', 'text/event-stream')
        if last_event_id is not None:
            exchange.headers['Last-Event-ID'] = last_event_id
        self._exchange = exchange
        self._events: 'list[dict[str, Any]]' = []
        self._changed = asyncio.Event()  # set whenever there is another event, or room for one, or none will come
        self._ended = False
        self._error: 'Exception | None' = None
        self._task: 'asyncio.Task[None] | None' = None

    async def __aenter__(self) -> 'Self':
        exchange = self._exchange
        try:
            response = await exchange.answer()
            media_type = response.headers.get('Content-Type', '').partition(';')[0]
            if response.status_code != 200 or media_type.strip().lower() != 'text/event-stream':
                refusal = await TestResponse.create(response)
                raise HTTPException(refusal.status_code or 500, refusal.text)
        except BaseException:
            await exchange.end()
            raise
        self.status_code = response.status_code
        self.headers = response.headers
        self._task = asyncio.create_task(self._read(response))
        for _ in range(3):  # for the handler to begin
            await asyncio.sleep(0)
        return self

    async def _read(self, response: 'Any') -> None:
        reader = EventReader()
        try:
            async for piece in response.body_iter():
                self._events.extend(reader.feed(piece.encode() if isinstance(piece, str) else piece))
                self._changed.set()
                while len(self._events) > _UNREAD:
                    self._changed.clear()
                    await self._changed.wait()
        except Exception as exc:
            self._error = exc
        self._ended = True
        self._changed.set()

    def __aiter__(self) -> 'Self':
        return self

    async def __anext__(self) -> 'dict[str, Any]':
        while not self._events:
            if self._ended:
                self._raise_error()
                raise StopAsyncIteration
            self._changed.clear()
            await self._changed.wait()
        event = self._events.pop(0)
        self._changed.set()
        return event

    async def receive(self) -> 'dict[str, Any]':
        """Wait for the next event. Raises `EOFError` if there is none."""
        try:
            return await self.__anext__()
        except StopAsyncIteration:
            raise EOFError('the stream of events has ended') from None

    async def __aexit__(self, exc_type: 'Any', exc: 'Any', traceback: 'Any') -> None:
        task, response = self._task, self._exchange.response
        try:
            if task:
                task.cancel()
                try:
                    await task
                except asyncio.CancelledError:
                    pass
            if response:
                await response.close()
        finally:
            await self._exchange.end()
        if exc_type is None:
            self._raise_error()

    def _raise_error(self) -> None:
        error, self._error = self._error, None
        if error:
            raise error
