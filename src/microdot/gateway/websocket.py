# Knows a WebSocket whose server has messages instead of bytes: what it agrees on, and how the messages get to the handler
# and the client. Must not know how a server gives and takes them.
import asyncio

from ..core.compat import ERROR, log
from ..websocket import WebSocket
from ..websocket.agreement import agreed_fields, check_origin, choose_subprotocol
from ..websocket.messages import MOST_UNREAD
from ..wire.closing import ABNORMAL, NO_CODE, NORMAL, parse_close
from ..wire.frames import TEXT, FrameError
from ..wire.payloads import BINARY, TOO_LONG

TYPE_CHECKING = False

_TICK = 1  # seconds between two looks at the time


class Left(Exception):
    """The client has left.

    :param code: with which code it has closed, 1006 if with none.
    :param reason: its reason.
    """

    def __init__(self, code: int = ABNORMAL, reason: str = '') -> None:
        super().__init__(code, reason)
        self.code = code
        self.reason = reason


class MessageWebSocket(WebSocket):
    """The WebSocket of a server that has messages instead of bytes, and sees to pings and compression itself.

    A subclass has the coroutines `accept` (shakes hands, with these headers and `subprotocol`; `HTTPException` with status 400
    where nobody asks for a WebSocket), `next_message` (waits for a message, or raises `Left`), `send_message` (`str` or
    `bytes`) and `send_close` (a code and a reason). What the last two raise that is in `gone` says that the client has left.
    """

    gone: 'tuple[type[Exception], ...]' = (OSError,)

    if TYPE_CHECKING:

        async def accept(self, headers: 'list[tuple[str, str]]') -> None: ...
        async def next_message(self) -> 'str | bytes': ...
        async def send_message(self, data: 'str | bytes') -> None: ...
        async def send_close(self, code: int, reason: str) -> None: ...

    async def handshake(self) -> None:
        """Agree with the client on speaking WebSocket; see `WebSocket.handshake`."""
        check_origin(self, self.request)
        choose_subprotocol(self, self.request)
        await self.accept(await agreed_fields(self.request, {}))
        self.begin()
        self._flow = Messages(self)

    async def _transmit(self, opcode: int, payload: bytes) -> None:
        if opcode in (TEXT, BINARY):  # the server sends pings itself
            try:
                await self.send_message(payload.decode() if opcode == TEXT else payload)
            except self.gone as exc:
                raise self._undrained(exc) from None

    async def _transmit_close(self, payload: bytes) -> None:
        code, reason = parse_close(payload)
        try:
            await self._flow.close(NORMAL if code == NO_CODE else code, reason)
        except self.gone as exc:
            raise self._undrained(exc) from None

    def _send_close(self, code: int, reason: str) -> None:
        self._flow.close_soon(code, reason)

    def take(self, message: 'str | bytes') -> None:
        """Give the handler a message that is not too long, or else close (RFC 6455 section 7.4.1)."""
        limit = self.request.max_body_length if self.max_message_length < 0 else self.max_message_length
        if limit and len(message) > limit // 4 and len(message.encode() if isinstance(message, str) else message) > limit:
            self._failure = FrameError(TOO_LONG, 'the message is too long')
            self._leaves()
            self._settle()
        else:
            self.deliver(message)


class Messages:
    """Moves the messages of a WebSocket: a task takes those of the client, as fast as the handler does."""

    def __init__(self, websocket: MessageWebSocket) -> None:
        self._websocket = websocket
        self._resumed: 'asyncio.Future[None] | None' = None
        self._closing: 'asyncio.Task[None] | None' = None
        self._task = asyncio.create_task(self._run())

    async def _run(self) -> None:
        websocket = self._websocket
        try:
            while not websocket._gone:
                message = await websocket.next_message()
                websocket.take(message)
                if websocket._unread >= MOST_UNREAD and websocket._messages:
                    websocket._stop()
                    await self._wait_for_room()
        except Left as exc:
            websocket.lost(exc.code, exc.reason)
        except Exception as exc:
            log(ERROR, 'Exception in a WebSocket', exc=exc)
            websocket.lost()
        while not websocket._told:
            websocket.tick(asyncio.get_running_loop().time())
            await asyncio.sleep(websocket.leave_timeout)

    async def _wait_for_room(self) -> None:
        # Nothing tells meanwhile that the client has left, which therefore counts as silent.
        websocket = self._websocket
        websocket._ping_at = websocket._pong_by = 0
        while self._resumed and not websocket._gone:
            await asyncio.wait([self._resumed], timeout=_TICK)
            if self._resumed.done():
                self._resumed = None
            else:
                websocket.tick(asyncio.get_running_loop().time())

    # What the WebSocket calls.

    def send_soon(self, data: bytes) -> None:
        """Do nothing: the server sends pings itself."""

    def pause(self) -> None:
        """Take no more messages."""
        self._resumed = asyncio.get_running_loop().create_future()

    def resume(self) -> None:
        """Go on taking messages."""
        if self._resumed and not self._resumed.done():
            self._resumed.set_result(None)

    async def close(self, code: int, reason: str) -> None:
        """Send a close."""
        self._task.cancel()  # granian sends none while somebody waits for a message
        await asyncio.sleep(0)
        try:
            await self._websocket.send_close(code, reason)
        finally:
            self._task = asyncio.create_task(self._run())

    def close_soon(self, code: int, reason: str) -> None:
        """Have a close sent."""
        self._closing = asyncio.create_task(self._close(code, reason))

    async def _close(self, code: int, reason: str) -> None:
        try:
            await self._websocket.send_close(code, reason)
        except self._websocket.gone:
            pass

    async def drain(self) -> None:
        """Wait until a close is sent."""
        if self._closing:
            await self._closing

    def is_lost(self) -> bool:
        """Tell whether nothing can be sent any more."""
        return self._websocket._gone

    def detach(self, fault: bool) -> None:
        """Take no more messages, for ever."""
        self._task.cancel()
