# Knows how a thread of a WSGI server and the event loop work together: the loop asks, the thread answers, one thing after
# another. Must not know requests or responses.
import asyncio
from asyncio import CancelledError
from errno import ECONNRESET
from queue import SimpleQueue

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterable, Iterator
    from typing import Any

    from .processes import Process
    from .requests import WSGIRequest

    Headers = list[tuple[str, str]]

# What the loop has the thread do.
_RUN, _START, _GIVE, _END, _DONE = range(5)


class Call:
    """A call of the application by a server; what the server iterates over, if the response comes in pieces.

    :param start_response: the server's function.
    :param nothing: returns what a server is to get where there is no response, or raises what it is to catch.
    """

    request: 'WSGIRequest'
    task: 'asyncio.Task[None]'
    ended = False  # whether the thread is asked for nothing more
    _over = False  # whether it has seen the end
    _done = False  # whether it need not wait for the loop
    _is_closed = False
    _closing: 'asyncio.Future[None] | None' = None  # wakes who waits for that

    def __init__(self, process: 'Process', start_response: 'Any', nothing: 'Callable[[], Iterable[bytes]]') -> None:
        self.process = process
        self.loop = process.loop
        self._start_response = start_response
        self._nothing = nothing
        self._commands: 'SimpleQueue[tuple[int, Any, Any]]' = SimpleQueue()
        self._given: 'asyncio.Future[Any] | None' = None  # of the piece that the server has got last
        self._asked: 'set[asyncio.Future[Any]]' = set()

    def __repr__(self) -> str:
        return '%s %s' % (self.request.method, self.request.path)

    # In the thread of the server.

    def answer(self, exchange: 'Callable[[], Coroutine[Any, Any, None]]') -> 'Iterable[bytes]':
        """Have the event loop run a coroutine function, and return what the server sends."""
        self.loop.call_soon_threadsafe(self._begin, exchange)
        try:
            while True:
                kind, value, future = self._take()
                if kind == _RUN:
                    self._do(value, future)
                elif kind == _START:
                    status, headers, body = value
                    self._start_response(status, headers)
                    if body is None:
                        return self
                    self._over = True
                    return body() if callable(body) else body  # type: ignore[no-any-return]
                elif kind == _END:
                    self._over = True
                    if value:
                        raise value
                    self._wait_done()
                    return self._nothing()
        except BaseException:
            self.close()
            raise

    def __iter__(self) -> 'Iterator[bytes]':
        return self

    def __next__(self) -> bytes:
        if self._over:
            raise StopIteration
        self._settle_given()
        while True:
            kind, value, future = self._take()
            if kind == _GIVE:
                self._given = future
                return value  # type: ignore[no-any-return]
            if kind == _END:
                self._over = True
                raise value or StopIteration
            self._do(value, future)

    def close(self) -> None:
        """End the call; the client has left if it comes before the end."""
        self._settle_given()
        self._tell(self._close, not self._over)
        self._over = True
        self._wait_done()

    def _take(self) -> 'tuple[int, Any, Any]':
        try:
            while self.process.drive(self):
                pass
            return self._commands.get()
        except BaseException:  # of a signal: the server ends
            self._done = True
            raise

    def is_idle(self) -> bool:
        """Tell whether the thread has nothing to do."""
        return self._commands.empty()

    def _wait_done(self) -> None:
        # Where no thread runs the loop, this one goes on driving it.
        while not (self._done or self.process.has_thread()):
            self._done = self._take()[0] == _DONE

    def _do(self, function: 'Callable[[], Any]', future: 'asyncio.Future[Any]') -> None:
        result: 'Any' = None
        error: 'Exception | None' = None
        try:
            result = function()
        except StopIteration:  # which a future refuses
            error = RuntimeError('StopIteration')
        except Exception as exc:
            error = exc
        except BaseException:
            self._done = True
            raise
        self._tell(_settle, future, result, error)

    def _settle_given(self) -> None:
        given, self._given = self._given, None
        if given:
            self._tell(_settle, given, None, None)

    def _tell(self, function: 'Callable[..., None]', *arguments: 'Any') -> None:
        try:
            self.loop.call_soon_threadsafe(function, *arguments)
        except RuntimeError:  # the process has ended
            pass

    # In the event loop.

    def _begin(self, exchange: 'Callable[[], Coroutine[Any, Any, None]]') -> None:
        self.process.calls.add(self)
        self.task = self.loop.create_task(self._run(exchange))

    async def _run(self, exchange: 'Callable[[], Coroutine[Any, Any, None]]') -> None:
        error: 'BaseException | None' = None
        try:
            await exchange()
        except CancelledError:
            error = process_ends()
        except BaseException as exc:  # SystemExit too is for the thread of the server
            error = exc
        self.end(error)
        self.process.calls.discard(self)
        self._put(_DONE, None, None)

    def _put(self, kind: int, value: 'Any', future: 'Any') -> None:
        self._commands.put((kind, value, future))
        self.process.wake()

    def start(self, status: str, headers: 'Headers', body: 'Iterable[bytes] | Callable[[], Iterable[bytes]] | None' = None) -> None:
        """Have the server start a response.

        :param body: all of it, or a function that makes it in the thread; the thread is asked for nothing more then.
        """
        self.ended = body is not None
        self._put(_START, (status, headers, body), None)

    async def run(self, function: 'Callable[[], Any]') -> 'Any':
        """Run a function in the thread, and return its result; `ConnectionResetError` after the end."""
        return await self._ask(_RUN, function)

    async def give(self, piece: bytes) -> None:
        """Give the server a piece of the response, and wait until it wants the next; `ConnectionResetError` after the end."""
        await self._ask(_GIVE, piece)

    async def _ask(self, kind: int, value: 'Any') -> 'Any':
        if self.ended:
            raise client_left()
        future = self.loop.create_future()
        self._asked.add(future)
        self._put(kind, value, future)
        try:
            return await future
        finally:
            self._asked.discard(future)

    def show_head(self) -> None:
        """Have those servers that can do it send the head before there is a piece."""
        self._put(_GIVE, b'', None)

    def end(self, error: 'BaseException | None' = None) -> None:
        """Ask the thread for nothing more.

        :param error: is raised in it.
        """
        if not self.ended:
            self.ended = True
            self._put(_END, error, None)

    async def closed(self) -> None:
        """Wait until the server has sent the response, or given up."""
        if not self._is_closed:
            self._closing = self.loop.create_future()
            await self._closing

    def _close(self, early: bool) -> None:
        self.ended = self._is_closed = True
        if self._closing:
            _settle(self._closing, None, None)
        if early:
            self.request.leave()
            for future in self._asked:
                _settle(future, None, client_left())

    def go_away(self) -> None:
        """End what does not end by itself, as the process does."""
        self.request.go_away()

    def abandon(self) -> None:
        """Let the thread go, whatever goes on."""
        self.end(process_ends())
        self._put(_DONE, None, None)


def _settle(future: 'asyncio.Future[Any]', result: 'Any', error: 'BaseException | None') -> None:
    if not future.done():
        if error:
            future.set_exception(error)
        else:
            future.set_result(result)


def process_ends() -> ConnectionAbortedError:
    """Return what says that a response is not complete, as the process ends."""
    return ConnectionAbortedError('the process ends')


def client_left() -> ConnectionResetError:
    """Return what says that a client has left, to this side and to servers."""
    return ConnectionResetError(ECONNRESET, 'the client has left')
