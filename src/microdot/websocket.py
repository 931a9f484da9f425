# Knows WebSockets (RFC 6455) as a handler speaks them: messages in and out, and how either side leaves.
# Must not know how frames are made of bytes, or servers.
import asyncio

from . import HTTPException, Response
from .core.compat import ERROR, SMALL, future_maker, is_function, log, wraps
from .wire import frames
from .wire.frames import BINARY, CLOSE, PING, PONG, TEXT, FrameError, FrameReader, close_payload, frame
from .wire.http11 import CHUNKED, find_header

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Sequence
    from typing import Any

    from typing_extensions import Self

    from . import Request

    Handler = Callable[..., Any]

_UNREAD = 1 if SMALL else 32  # messages that may wait for the handler while more are read
_READ = 256 if SMALL else 64 * 1024  # bytes that are read at once
_SWITCHING = 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: '
_ACCEPT = b'258EAFA5-E914-47DA-95CA-C5AB0DC85B11'  # RFC 6455 section 1.3


class WebSocketError(Exception):
    """The WebSocket is closed, or the client does not keep to the protocol."""


def _client_left() -> 'type[BaseException]':
    try:
        return type('ClientLeft', (WebSocketError, asyncio.CancelledError), {})
    except TypeError:  # UPY: a class cannot have two built-in bases
        return asyncio.CancelledError


# What `receive` raises when the client leaves: the handler is cancelled.
# COMPAT: applications catch a WebSocketError there.
ClientLeft = _client_left()


class WebSocket:
    """A WebSocket, as its handler receives it.

    Attributes: `request`, `closed` (whether nothing can be sent any more), `close_code` (with which code it was closed, 1006 if
    the client left without a word, 1005 if it gave none; None before), `close_reason` and `subprotocol` (the one agreed on,
    or None). Attributes of the class: `max_message_length` in bytes (0 for any length, -1 for `Request.max_body_length`) and,
    in seconds, `close_timeout` (for the client to close, too) and `leave_timeout` (for the body of an `async for` to come
    back, or messages to be read, after the client has left).

    Where a server has messages instead of bytes, `request.websocket_class` is a subclass that overrides `handshake`, which calls
    `begin`, and `_transmit` and `_transmit_close`; it calls `deliver` and `lost`.

    Example::

        async for message in ws:
            await ws.send(message)
    """

    CONT = 0
    TEXT = 1
    BINARY = 2
    CLOSE = 8
    PING = 9
    PONG = 10

    max_message_length = -1
    ping_interval: 'float | None' = 20
    ping_timeout: 'float | None' = 20
    close_timeout: float = 10
    leave_timeout: float = 10
    subprotocols: 'Sequence[str]' = ()
    origins: 'Sequence[str | None] | None' = None
    compress = False

    closed = False
    close_code: 'int | None' = None
    close_reason = ''
    subprotocol: 'str | None' = None

    _flow: 'Any' = None  # moves the bytes
    _task: 'Any' = None  # the handler's
    _told = False  # whether the handler knows that it is over
    _cancelled: 'Any' = None  # the handler's task if it was cancelled to tell it
    _iterating = False  # whether the handler receives by `async for`
    _waiter: 'Any' = None  # wakes who waits for a message
    _receiver: 'Any' = None  # the task that waits
    _stopped = False  # whether nothing is read until the handler has taken what was
    _gone = False  # whether the client says nothing more, which the handler is told when it has read what came before
    _departure: 'Any' = None  # wakes who waits for that
    _failure: 'FrameError | None' = None  # what the client did against the protocol
    _ping_at: float = 0
    _pong_by: float = 0
    _patience: float = 0
    _deflate: 'Any' = None

    def __init__(self, request: 'Request') -> None:
        self.request = request
        self._messages: 'list[str | bytes]' = []

    # What a handler calls.

    def receive(self) -> 'Coroutine[Any, Any, str | bytes]':
        """Wait for a message: `str` for a text, `bytes` for a binary one.

        When the client leaves, this raises an exception that is a `WebSocketError` and, as in a handler that waits for
        something else, an `asyncio.CancelledError` (on MicroPython that alone). Raises `WebSocketError` if the client does not
        keep to the protocol, and in every call after the end.
        """
        self._iterating = False
        return self._next()  # PERF: no coroutine around it, 0.2 us

    def __aiter__(self) -> 'Self':
        return self

    def __anext__(self) -> 'Coroutine[Any, Any, str | bytes]':
        self._iterating = True
        return self._next()

    async def send(self, data: 'str | bytes', opcode: 'int | None' = None) -> None:
        """Send a message, and wait while the client has not read much of what was sent.

        :param data: `str` for a text, anything like `bytes` for a binary message.
        :param opcode: `TEXT`, `BINARY`, `PING` or `PONG`, if not what `data` says.

        Raises `WebSocketError` if the WebSocket is closed, `TypeError` for other data.
        """
        if self.closed:
            raise self._error()
        if isinstance(data, str):
            payload = data.encode()
            kind = TEXT
        else:
            payload = data if isinstance(data, bytes) else bytes(memoryview(data))
            kind = BINARY
        await self._transmit(kind if opcode is None else opcode, payload)

    async def close(self, code: int = 1000, reason: str = '') -> None:
        """Close the WebSocket, once.

        :param code: why (RFC 6455 section 7.4): 1000 for a regular end, 4000 to 4999 are free for applications; 1005 for none.
        :param reason: a text of at most 123 bytes.

        Raises `ValueError` for a code that must not be sent, or a reason that is too long.
        """
        if not self.closed:
            payload = close_payload(code, reason)
            self._told = True
            self._messages.clear()
            self._over(code, reason)
            await self._transmit_close(payload)

    # What the server calls.

    async def handshake(self) -> None:
        """Agree with the client on speaking WebSocket.

        Raises `HTTPException`: 400 or 405 for what is no handshake, 426 for another version, 403 for an origin that is not
        allowed.
        """
        request = self.request
        head = _SWITCHING + accept(request)
        app = request.app
        if (
            self.origins is not None or self.subprotocols or self.compress or request.subapp or app.after_request_handlers
            or request.after_request_handlers
        ):
            from .core.handshake import agree

            head += await agree(self, request)
        limit = request.max_body_length if self.max_message_length < 0 else self.max_message_length
        self._frames = FrameReader(limit)
        if self._deflate:
            self._frames.extension = self._deflate
        reader, writer = request.sock
        writer.write((head + '\r\n\r\n').encode())
        await writer.drain()
        self.begin()
        if hasattr(reader, 'receiver'):
            reader.receiver = self
        if not SMALL and hasattr(reader, 'take_over'):
            self._flow = reader.take_over(self)
        else:
            self._flow = _Streams(self, reader, writer)

    def feed(self, data: bytes) -> None:
        """Take bytes that have come; `b''` has it go on when the handler has read."""
        self._pong_by = 0
        reader = self._frames
        messages = self._messages
        reader.feed(data)
        try:
            while not self._gone:
                if len(messages) >= _UNREAD:
                    if reader.buffer:
                        self._stop()
                    break
                found = reader.next()
                if found is None:
                    break
                opcode, value = found
                if opcode <= BINARY:
                    self.deliver(value)
                elif opcode == CLOSE:
                    if not self.closed:
                        self.close_code, self.close_reason = value
                    self._leaves()
                elif opcode == PING and not self.closed:
                    self._flow.answer(frame(PONG, value))
                if not reader.buffer:
                    break
        except FrameError as exc:
            self._failure = exc
            self._leaves()
        if self._gone:
            reader.buffer = b''
            self._settle()

    def lost(self, code: int = frames.ABNORMAL, reason: str = '') -> None:
        """Note that nothing more comes from the client.

        :param code: with which code it has closed, 1006 if with none.
        :param reason: its reason.
        """
        if not self._gone:
            self._over(code, reason)
            self._leaves()
            self._settle()

    def tick(self, now: float) -> None:
        """Do what time asks for: a ping, or the end of patience. The server calls this about once a second.

        :param now: a time in seconds.
        """
        if self._gone:
            if not self._patience:
                self._patience = now + self.leave_timeout
            elif now >= self._patience and not self._told:
                self._messages.clear()
                self._iterating = False
                self._settle()
        elif self.ping_interval and not self.closed:
            if self._pong_by and now >= self._pong_by and not self._stopped:
                self._send_close(frames.SERVER_ERROR, 'a ping was not answered')
                self.lost()
            elif now >= self._ping_at:
                if self._ping_at:
                    self._flow.send_soon(frame(PING, b''))
                    if self.ping_timeout and not self._pong_by:
                        self._pong_by = now + self.ping_timeout
                self._ping_at = now + self.ping_interval

    def go_away(self) -> None:
        """Close the WebSocket as the server ends."""
        if not self.closed:
            self._over(frames.GOING_AWAY, '')
            self._send_close(frames.GOING_AWAY, '')
            self._leave()

    async def end(self, exc: 'BaseException | None' = None) -> None:
        """Close the WebSocket when the handler has ended, and wait for the client to close it.

        :param exc: what the handler raised. It is logged, or raised again if somebody else has cancelled the handler.
        """
        flow = self._flow
        task, self._task = self._task, None
        if not task:
            return
        others = self._cancelled and hasattr(task, 'uncancel') and task.uncancel()
        try:
            cancelled = isinstance(exc, asyncio.CancelledError)
            if exc and cancelled and (others or not self._told):
                raise exc
            code = frames.NORMAL
            if exc and not (cancelled or isinstance(exc, WebSocketError) or _is_muted(exc)):
                log(ERROR, 'Exception in the WebSocket %s', self.request.path, exc=exc)
                code = frames.SERVER_ERROR
            if self._gone:
                self._conclude()
            await self.close(code)
            if flow:
                await flow.drain()
            if not self._gone:
                if self._stopped:
                    self._resume()
                self._departure = self._future()
                await asyncio.wait_for(_done(self._departure), self.close_timeout)
        except (WebSocketError, asyncio.TimeoutError, OSError):
            pass
        finally:
            self._flow = None
            if flow:
                flow.detach(self._failure is not None)

    # How the handler and the client meet.

    def begin(self) -> None:
        """Note that the task which runs now is the handler's."""
        self._future = future_maker()
        self._task = asyncio.current_task()

    def deliver(self, message: 'str | bytes') -> None:
        """Give the handler a message."""
        if not self.closed:
            self._messages.append(message)
            self._wake()

    async def _next(self) -> 'str | bytes':
        messages = self._messages
        while not messages:
            if self._gone:
                self._conclude()
            if self.closed:
                if self._iterating and not self._failure:
                    self._told = True
                    raise StopAsyncIteration
                raise self._error()
            if self._waiter is not None:
                raise RuntimeError('another task receives from this WebSocket')
            self._receiver = asyncio.current_task()
            self._waiter = waiter = self._future()
            try:
                await waiter
            finally:
                self._waiter = self._receiver = None
        message = messages.pop(0)
        if self._stopped and not messages:
            self._resume()
        return message

    def _wake(self) -> None:
        waiter = self._waiter
        if waiter is not None and not waiter.done():
            waiter.set_result(None)

    def _over(self, code: int, reason: str) -> None:
        # Nothing can be sent after this.
        self.closed = True
        if self.close_code is None:
            self.close_code = code
            self.close_reason = reason
        self._wake()

    def _leaves(self) -> None:
        # The client says nothing more.
        self._gone = True
        if self._departure and not self._departure.done():
            self._departure.set_result(None)

    def _settle(self) -> None:
        # Tells the handler that the client is gone, unless it has something to read before, or a loop's body is to end.
        if not self._told:
            if self._messages or (self._iterating and not self._waiter):
                self._stop()  # what goes on reading comes back here
            else:
                self._conclude()
                self._leave()

    def _conclude(self) -> None:
        # Closes from this side.
        if not self.closed:
            code, reason = self.close_code or frames.NORMAL, ''
            if self._failure:
                code, reason = self._failure.code, str(self._failure)
            self._over(code, reason)
            self._send_close(code, reason)

    def _send_close(self, code: int, reason: str) -> None:
        self._flow.send_soon(frame(CLOSE, close_payload(code, reason)))

    def _leave(self) -> None:
        self._wake()
        task = self._task
        if task and not (self._told or self._iterating or self._receiver is task):
            self._told = True
            self._cancelled = task
            task.cancel()

    def _error(self) -> BaseException:
        # Returns what a call raises that comes too late. The handler is told once that the client has left.
        news = not (self._told or self._iterating) and asyncio.current_task() is self._task
        if news:
            self._told = True
        if news and not self._failure:
            return ClientLeft()
        return WebSocketError(str(self._failure or 'closed with code %s' % self.close_code))

    def _stop(self) -> None:
        if not self._stopped:
            self._stopped = True
            if self._flow:
                self._flow.pause()

    def _resume(self) -> None:
        self._stopped = False
        if self._flow:
            self._flow.resume()

    async def _transmit(self, opcode: int, payload: bytes) -> None:
        reserved = 0
        if opcode >= CLOSE:
            if opcode == CLOSE or len(payload) > frames.CONTROL_LENGTH:
                raise ValueError('a ping or pong takes 125 bytes at most; close() closes')
        elif self._deflate:
            payload, reserved = self._deflate.deflate(payload)
        flow = self._flow
        flow.write(frame(opcode, payload, b'', reserved))
        if flow.blocked:
            await self._drain()

    async def _transmit_close(self, payload: bytes) -> None:
        self._flow.write(frame(CLOSE, payload))
        await self._drain()

    async def _drain(self) -> None:
        try:
            await self._flow.drain()
        except (OSError, asyncio.CancelledError) as exc:
            # The streams of a server raise CancelledError in whoever writes to a client that has left.
            task: 'Any' = asyncio.current_task()
            if isinstance(exc, asyncio.CancelledError) and (
                not self._flow.is_lost() or (hasattr(task, 'cancelling') and task.cancelling())
            ):
                raise
            error = self._error()
            self.lost()
            raise error from None

    def _process_websocket_frame(self, opcode: int, payload: bytes) -> 'tuple[int | None, str | bytes | None]':
        # COMPAT: returns the opcode of the reply, and what it or the handler gets.
        if opcode == CLOSE:
            raise WebSocketError('closed')
        if opcode == TEXT:
            return None, payload.decode()
        if opcode == PONG:
            return None, None
        return PONG if opcode == PING else None, payload


class _Streams:
    # Moves the bytes over a reader and a writer: one task reads, and whoever writes takes turns.

    blocked = True  # whether to drain after writing

    def __init__(self, websocket: WebSocket, reader: 'Any', writer: 'Any') -> None:
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


def accept(request: 'Request') -> str:
    """Return the answer to the key of a handshake (RFC 6455 section 4.2).

    Raises `HTTPException`: 400 or 405 if the request is no handshake, 426 if it is one of another version.
    """
    if request.method != 'GET':
        raise HTTPException(405, 'Not found')
    key = _header(request, b'sec-websocket-key')
    from binascii import a2b_base64, b2a_base64

    try:
        valid = len(key) == 24 and len(a2b_base64(key)) == 16
    except ValueError:
        valid = False
    if (
        not valid or _header(request, b'upgrade').lower() != b'websocket' or request.http_version == '1.0'
        or b'upgrade' not in [option.strip() for option in _header(request, b'connection').lower().split(b',')]
    ):
        raise HTTPException(400, 'Not a WebSocket handshake')
    if _header(request, b'sec-websocket-version') != b'13':
        error = HTTPException(426, 'Upgrade required')
        error.headers = {'Upgrade': 'websocket', 'Connection': 'Upgrade', 'Sec-WebSocket-Version': '13'}  # type: ignore[attr-defined]
        raise error
    from hashlib import sha1

    return b2a_base64(sha1(key + _ACCEPT).digest()).decode().strip()


def _header(request: 'Request', name: bytes) -> bytes:
    if not request.block:
        return str(request.headers.get(name.decode(), '')).encode()
    return find_header(request.block, request.lower_block, name) or b''


def _is_muted(exc: BaseException) -> bool:
    if not isinstance(exc, OSError):
        return False
    from .core.response_rest import is_muted

    return is_muted(exc)


async def _done(future: 'Any') -> None:
    await future


async def websocket_upgrade(request: 'Request', **options: 'Any') -> 'Any':
    """Open a WebSocket in a handler without `with_websocket`. It is closed when the handler has ended.

    :param request: the request of the handler.
    :param options: as for `with_websocket`.

    Returns a `WebSocket`. Raises `HTTPException` if the request is no handshake, or is refused.

    Example::

        @app.get('/echo')
        async def echo(request):
            ws = await websocket_upgrade(request)
            await ws.send(await ws.receive())
    """
    ws = (request.websocket_class or WebSocket)(request)
    for name, value in options.items():
        setattr(ws, name, value)
    await ws.handshake()

    async def end(request: 'Request', response: Response) -> Response:
        await ws.end()
        return Response.already_handled

    request.upgraded = ws
    request.after_request_handlers = [end]
    return ws


def websocket_wrapper(f: 'Handler', upgrade_function: 'Handler') -> 'Handler':
    """Return a handler that opens a WebSocket and calls a function with it; see `with_websocket`.

    :param f: the function.
    :param upgrade_function: a coroutine function that is called with the request and returns the WebSocket.

    Raises `TypeError` if `f` is not a coroutine function.
    """
    if is_function(f):
        raise TypeError('a WebSocket needs a coroutine function (async def)')

    @wraps(f)
    async def wrapper(request: 'Request', *args: 'Any', **kwargs: 'Any') -> Response:
        ws = await upgrade_function(request)
        error: 'BaseException | None' = None
        try:
            await f(request, ws, *args, **kwargs)
        except (Exception, asyncio.CancelledError) as exc:
            error = exc
        await ws.end(error)
        return Response.already_handled

    return wrapper


def with_websocket(f: 'Handler | None' = None, **options: 'Any') -> 'Any':
    """Decorate the handler of a WebSocket, a coroutine function that is called with the request, a `WebSocket`, and the
    values of the placeholders. When it ends the WebSocket is closed: with code 1000, or 1011 if it raised an exception,
    which is logged.

    :param subprotocols: names of subprotocols, the preferred one first; the first that the client offers is agreed on.
    :param origins: the origins that browsers may come from, like `'https://example.com'`; others get 403. None among them
                    admits clients that tell no origin. Any if not given.
    :param ping_interval: seconds between two pings, 20; None for no pings.
    :param ping_timeout: seconds for the answer to a ping, 20, after which the client has left; None for any time.
    :param max_message_length: bytes of a message, 0 for any length; `WebSocket.max_message_length` if not given. A longer one
                               closes the WebSocket with code 1009.
    :param compress: whether to compress messages (RFC 7692) if the client can do that (CPython).

    Raises `TypeError` if the function is not a coroutine function.

    Example::

        @app.route('/echo')
        @with_websocket
        async def echo(request, ws):
            async for message in ws:
                await ws.send(message)
    """
    for name in options:
        if name not in _OPTIONS:
            raise TypeError('with_websocket has no option ' + name)
    if f is None:
        return lambda f: with_websocket(f, **options)

    async def upgrade(request: 'Request') -> 'Any':
        return await websocket_upgrade(request, **options)

    return websocket_wrapper(f, upgrade)


_OPTIONS = ('subprotocols', 'origins', 'ping_interval', 'ping_timeout', 'max_message_length', 'compress')
