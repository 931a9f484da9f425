# Knows server-sent events (HTML standard, section 9.2): a handler that sends them while a response streams them.
# Must not know servers, or how events are written.
import asyncio

from .core.compat import ERROR, SMALL, log
from .wire.events import event_bytes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Coroutine
    from typing import Any, overload

    from . import Request

    EventFunction = Callable[..., Coroutine[Any, Any, Any]]
    Handler = Callable[..., Coroutine[Any, Any, 'tuple[AsyncIterator[bytes], int, dict[str, str]]']]
if TYPE_CHECKING or not SMALL:
    from .core.decorators import replace

__all__ = ['SSE', 'sse_response', 'with_sse']

_KEEPALIVE = 15  # seconds, as the HTML standard advises in section 9.2.7
_PARTS = 4  # in which that time is counted: a comment comes at most a fourth of it late
_LEFT = 32  # EPIPE


class SSE:
    """What a handler sends events with.

    Attributes: `queue`, the events that wait for the client, and `event`, an `asyncio.Event` that is set when there are some. The
    class attribute `max_queue_length` is how many may wait until `send` waits too: 32 (MicroPython: 4).
    """

    max_queue_length = 4 if SMALL else 32

    _room: 'asyncio.Event | None' = None  # set when there is room in the queue, while somebody waits for it
    _closed = False
    _send_now: 'Callable[[bytes], bool] | None' = None  # sends an event at once, and tells whether it could

    def __init__(self, request: 'Request | None' = None) -> None:
        self.event = asyncio.Event()
        self.queue: 'list[bytes]' = []
        self._request = request

    @property
    def last_event_id(self) -> 'str | None':
        """The id of the last event that the client received before it connected again, None if it names none."""
        return self._request.headers.get('Last-Event-ID') if self._request else None

    async def send(
        self, data: 'Any', event: 'str | None' = None, event_id: 'str | None' = None, retry: 'float | None' = None,
        comment: bool = False,
    ) -> None:
        """Send an event, or a comment; waits while `max_queue_length` of them are waiting for a slow client.

        :param data: a `dict` or `list`, sent as JSON, `str`, sent as UTF-8, `bytes`, or anything that `str` makes text of.
                     The client receives line ends of any kind as `\\n`.
        :param event: the type of the event; clients take it for `'message'` if not given.
        :param event_id: the id of the event, which the client sends as `Last-Event-ID` when it connects again; `''` makes it
                         forget the last.
        :param retry: seconds that the client is to wait before it connects again.
        :param comment: send `data` as a comment, which clients skip; the other parameters are ignored.

        Raises `ValueError` for a line end or NUL in `event` or `event_id` and for a `retry` that is negative, infinite, NaN or a
        `bool`, and `OSError` if the client has left.

        Example::

            await sse.send({'degrees': 21.5}, event='temperature', event_id='42')
        """
        await self.write(event_bytes(data, event, event_id, retry, comment))

    async def write(self, piece: bytes) -> None:
        """Send what is an event already, as it goes to the client; waits and raises as `send` does."""
        while len(self.queue) >= self.max_queue_length and not self._closed:
            if self._room is None:
                self._room = asyncio.Event()
            await self._room.wait()
        if self._closed:
            raise OSError(_LEFT, 'the client has left')
        if not SMALL and self._send_now and not self.queue and self._send_now(piece):
            return
        self.queue.append(piece)
        self.event.set()

    def take(self) -> bytes:
        """Return what is waiting for the client, and make room for more; the response calls this."""
        pieces, self.queue = self.queue, []
        if self._room:
            self._room.set()
            self._room = None
        return b''.join(pieces)

    def close(self) -> None:
        """Take nothing more; the response calls this."""
        self._closed = True
        self.take()


class _Events:
    # The body of a response: what the function sends, and comments where that is long in coming. The function runs from
    # when the body is first asked for a piece, so that HEAD does not run it, until the body is closed.

    _ended = False
    _error: 'BaseException | None' = None  # what the function has raised and nobody has seen
    _silence = 0  # parts of the keep-alive time in which nothing was sent
    write_now: 'Callable[[bytes], bool] | None' = None  # a server's: writes a piece of the body unless it has to wait

    def __init__(
        self, request: 'Request', function: 'EventFunction', args: 'tuple[Any, ...]', kwargs: 'dict[str, Any]',
        keepalive: 'float | None',
    ) -> None:
        self._sse = SSE(request)
        self._call = function, request, args, kwargs
        self._keepalive = keepalive
        self._tasks: 'list[asyncio.Task[None]]' = []

    def __aiter__(self) -> '_Events':
        return self

    async def __anext__(self) -> bytes:
        sse = self._sse
        if not (self._tasks or self._ended):
            self._tasks.append(asyncio.create_task(self._run()))
            if self._keepalive:
                self._tasks.append(asyncio.create_task(self._count_silence(self._keepalive / _PARTS)))
        while not (sse.queue or self._ended):
            sse.event.clear()
            if not SMALL and self.write_now:  # PERF: while this waits, events need not go through it, which takes 15 us
                sse._send_now = self._send_now
            try:
                await sse.event.wait()
            finally:
                if not SMALL:
                    sse._send_now = None
            if self._silence >= _PARTS:
                break
        self._silence = 0
        if sse.queue:
            return sse.take()
        if not self._ended:
            return b':\n\n'
        if self._error:
            error, self._error = self._error, None
            raise error
        raise StopAsyncIteration

    def _send_now(self, piece: bytes) -> bool:
        if self._ended or not (self.write_now and self.write_now(piece)):
            return False
        self._silence = 0
        return True

    async def _run(self) -> None:
        function, request, args, kwargs = self._call
        try:
            await function(request, self._sse, *args, **kwargs)
        except asyncio.CancelledError as exc:
            if not self._ended:  # by something of the function's own
                self._error = exc
        except Exception as exc:
            self._error = exc
        self._ended = True
        self._sse.event.set()

    async def _count_silence(self, seconds: float) -> None:
        while True:
            await asyncio.sleep(seconds)
            self._silence += 1
            if self._silence >= _PARTS:
                self._sse.event.set()

    def go_away(self) -> None:
        # The server ends: the response does so in order, and the client connects again to what comes next.
        if not self._ended:
            self._ended = True
            self._sse.event.set()
            for task in self._tasks[:1]:
                task.cancel()

    async def aclose(self) -> None:
        self._sse.close()
        self.go_away()
        for task in self._tasks[1:]:
            task.cancel()
        for task in self._tasks:
            try:
                await task
            except asyncio.CancelledError:
                pass
        error, self._error = self._error, None
        if error:
            from .core.response_rest import is_muted

            if not is_muted(error):
                log(ERROR, 'Exception in an event function whose response has ended', exc=error)


def sse_response(
    request: 'Request', event_function: 'EventFunction', *args: 'Any', **kwargs: 'Any'
) -> 'tuple[AsyncIterator[bytes], int, dict[str, str]]':
    """Return the response of a route that sends server-sent events, with a keep-alive comment every 15 seconds.

    :param request: the request.
    :param event_function: a coroutine function, called with the request, an `SSE` and what follows here.

    Example::

        @app.route('/events')
        async def events(request):
            return sse_response(request, send_events)
    """
    return _response(_Events(request, event_function, args, kwargs, _KEEPALIVE))


def _response(events: _Events) -> 'tuple[_Events, int, dict[str, str]]':
    # nginx, and what follows it, would keep events back without the last header.
    return events, 200, {'Content-Type': 'text/event-stream', 'Cache-Control': 'no-cache', 'X-Accel-Buffering': 'no'}


if TYPE_CHECKING:

    @overload
    def with_sse(f: EventFunction, keepalive: 'float | None' = _KEEPALIVE) -> Handler: ...
    @overload
    def with_sse(*, keepalive: 'float | None' = _KEEPALIVE) -> 'Callable[[EventFunction], Handler]': ...


def with_sse(f: 'EventFunction | None' = None, keepalive: 'float | None' = _KEEPALIVE) -> 'Any':
    """Make a route of a coroutine function that sends server-sent events.

    :param f: the function, called with the request, an `SSE` and the values of the URL's placeholders. The response ends
              when it returns. It is cancelled when the client leaves.
    :param keepalive: seconds of silence after which a comment is sent, so that neither client nor proxies take the connection
                      for dead; None for no comments.

    Example::

        @app.route('/clock')
        @with_sse
        async def clock(request, sse):
            while True:
                await sse.send({'seconds': time.time()})
                await asyncio.sleep(1)

        @app.route('/news')
        @with_sse(keepalive=5)
        async def news(request, sse):
            ...
    """
    if f is None:
        return lambda function: with_sse(function, keepalive)

    async def handler(request: 'Request', *args: 'Any', **kwargs: 'Any') -> 'tuple[_Events, int, dict[str, str]]':
        return _response(_Events(request, f, args, kwargs, keepalive))

    return handler if SMALL else replace(f, handler)
