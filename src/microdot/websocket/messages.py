# Knows the messages of a WebSocket (RFC 6455): those that come and wait, and those that are sent.
# Must not know how frames are made of bytes, or servers.
import asyncio

from ..core.compat import SMALL, future_maker
from ..wire.frames import BINARY, CLOSE, CONTROL_LENGTH, PING, PONG, TEXT, FrameError, frame

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Coroutine, Sequence
    from typing import Any

    from typing_extensions import Self

    from .. import Request
if TYPE_CHECKING or not SMALL:
    from .leaving import WebSocketRest
else:
    from ..core.compat import Late as WebSocketRest

# Bytes of the messages that wait for the handler above which no more are taken, and how many a message counts besides its own.
MOST_UNREAD = 512 if SMALL else 64 * 1024
_EACH = 32 if SMALL else 64


class WebSocket(WebSocketRest):
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

    rest = 'websocket.leaving'

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
    _ended = False
    _told = False  # whether the handler knows that it is over
    _cancelled: 'Any' = None  # the handler's task if it was cancelled to tell it
    _iterating = False  # whether the handler receives by `async for`
    _waiter: 'Any' = None  # wakes who waits for a message
    _receiver: 'Any' = None  # the task that waits
    _stopped = False  # whether nothing is read until the handler has taken what was
    _unread = 0  # bytes of messages that have come since none waited
    _hung_up = False  # whether the client has left, though not all that it sent was read
    _gone = False  # whether the client says nothing more, which the handler is told when it has read what came before
    _departure: 'Any' = None  # wakes who waits for that
    _failure: 'FrameError | None' = None  # what the client did against the protocol
    _sends = 0  # messages that were sent
    _sending = 0  # tasks that wait for what they sent to be written
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
            from ..wire.closing import close_payload

            payload = close_payload(code, reason)
            self._told = True
            self._messages.clear()
            self._over(code, reason)
            await self._transmit_close(payload)

    # What the server calls.

    def feed(self, data: bytes) -> None:
        """Take bytes that have come; `b''` has it go on when the handler has read."""
        self._pong_by = 0
        reader = self._frames
        messages = self._messages
        reader.feed(data)
        try:
            while not self._gone:
                if self._unread >= MOST_UNREAD and messages:
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

    # How the handler and the client meet.

    def begin(self) -> None:
        """Note that the task which runs now is the handler's."""
        self._future = future_maker()
        self._task = asyncio.current_task()
        if self._gone:  # it is told when it waits
            asyncio.get_event_loop().call_soon(self._settle)

    def deliver(self, message: 'str | bytes') -> None:
        """Give the handler a message."""
        if not self.closed:
            self._messages.append(message)
            self._unread += len(message) + _EACH
            self._wake()

    async def _next(self) -> 'str | bytes':
        messages = self._messages
        while not messages:
            if self._gone:
                self._conclude()
            if self.closed:
                if self._iterating and not self._failure:
                    self._told = asyncio.current_task() is self._task
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
        if not messages:
            self._unread = 0
            if self._stopped:
                self._resume()
        elif self._stopped:
            self._pong_by = 0  # an answer may wait behind what the handler is about to take
        return message

    def _wake(self) -> None:
        waiter = self._waiter
        if waiter is not None and not waiter.done():
            waiter.set_result(None)

    async def _transmit(self, opcode: int, payload: bytes) -> None:
        reserved = 0
        if opcode >= CLOSE:
            if opcode == CLOSE or len(payload) > CONTROL_LENGTH:
                raise ValueError('a ping or pong takes 125 bytes at most; close() closes')
        elif self._deflate:
            payload, reserved = self._deflate.deflate(payload)
        flow = self._flow
        flow.write(frame(opcode, payload, b'', reserved))
        if flow.blocked:
            await self._drain(flow)
        self._sends += 1
        if self._sends & 63 == 0:
            await asyncio.sleep(0)  # a handler that only sends would let nothing else run, nor the loss of its client be seen

    async def _transmit_close(self, payload: bytes) -> None:
        self._flow.write(frame(CLOSE, payload))
        await self._drain(self._flow)

    async def _drain(self, flow: 'Any') -> None:
        self._sending += 1  # a frame that was cut would spoil those that follow: who sends is not cancelled
        try:
            await flow.drain()
        except (OSError, asyncio.CancelledError) as exc:
            raise self._undrained(exc) from None
        finally:
            self._sending -= 1
            if self._gone and self._stopped:
                self._resume()
