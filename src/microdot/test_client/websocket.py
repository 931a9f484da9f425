# Knows the client's side of a WebSocket (RFC 6455) to an application in the same process.
# Must not know how frames are made of bytes.
import asyncio

from .. import HTTPException, NoCaseDict
from ..websocket import WebSocketError
from ..wire.closing import ABNORMAL, NORMAL, close_payload
from ..wire.fields import headers as header_fields
from ..wire.frames import BINARY, CLOSE, PING, PONG, TEXT, FrameReader, frame
from .exchange import Exchange
from .response import TestResponse
from .streams import MemoryStream

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from typing_extensions import Self

    from .client import TestClient

_KEY = 'dGhlIHNhbXBsZSBub25jZQ=='  # the one of RFC 6455 section 1.3
_MASK = b'mask'
_TICK = 1  # seconds between two looks of a WebSocket at the time


class WebSocketConnection:
    """A WebSocket, for `async with`; an asynchronous iterator over the messages of the application.

    At the end it is closed, and the handler has ended.

    Attributes: `headers` of the answer to the handshake, `subprotocol` (the one agreed on, or None), `closed`, and `close_code`
    and `close_reason` of the application when it has closed.
    """

    headers: 'NoCaseDict | None' = None
    subprotocol: 'str | None' = None
    closed = False
    close_code: 'int | None' = None
    close_reason = ''

    def __init__(
        self, client: 'TestClient', path: str, headers: 'Mapping[str, Any] | None' = None,
        subprotocols: 'list[str] | None' = None, websocket_class: 'Any' = None,
    ) -> None:
        self.stream, self.server = MemoryStream.pair()
        self._exchange = exchange = Exchange(client, 'GET', path, headers, sock=(self.server, self.server))
        for name, value in (('Upgrade', 'websocket'), ('Connection', 'Upgrade'), ('Sec-WebSocket-Version', '13'),
                            ('Sec-WebSocket-Key', _KEY)):
            exchange.headers.setdefault(name, value)
        if subprotocols:
            exchange.headers['Sec-WebSocket-Protocol'] = ', '.join(subprotocols)
        self._websocket_class = websocket_class
        self._frames = FrameReader(0, masked=False)
        self._tasks: 'list[asyncio.Task[None]]' = []
        self._sent_close = False

    async def connect(self) -> 'TestResponse | None':
        """Shake hands; returns the response of an application that refuses."""
        self._tasks = [asyncio.create_task(self._answer()), asyncio.create_task(self._tick())]
        try:
            head = await self.stream.readuntil(b'\r\n\r\n')
        except EOFError:
            await self.end()
            return await TestResponse.create(self._exchange.response)  # type: ignore[arg-type]
        except BaseException:
            await self.end()
            raise
        self.headers = NoCaseDict()
        for name, value in header_fields(head):
            if name.lower() == 'set-cookie':
                self._exchange.client.keep_cookies(self._exchange, value)
                self.headers.setdefault(name, []).append(value)
            else:
                self.headers[name] = value
        self.subprotocol = self.headers.get('Sec-WebSocket-Protocol')
        return None

    async def _answer(self) -> None:
        try:
            await self._exchange.answer(self._websocket_class)
        finally:
            self.server.close()
            await self._exchange.end()

    async def _tick(self) -> None:
        # A server tells its WebSockets the time.
        now = 1
        while True:
            await asyncio.sleep(_TICK)
            now += _TICK
            receiver = self.server.receiver
            if receiver:
                if self.server.disconnected:
                    receiver.hung_up()
                receiver.tick(now)

    async def __aenter__(self) -> 'Self':
        refusal = await self.connect()
        if refusal:
            raise HTTPException(refusal.status_code or 500, refusal.text)
        return self

    async def __aexit__(self, *exc: object) -> None:
        try:
            if exc[0] is None:
                await self.close()
        finally:
            await self.end()

    async def end(self) -> None:
        """Cut the connection, and wait until the handler has ended. Raises what that has raised."""
        self.closed = True
        self.stream.close()
        answering, ticking = self._tasks
        try:
            await answering
        finally:
            ticking.cancel()

    async def send(self, data: 'str | bytes') -> None:
        """Send a text message for `str`, else a binary one. Raises `WebSocketError` if the WebSocket is closed."""
        if isinstance(data, str):
            await self.send_frame(TEXT, data.encode())
        else:
            await self.send_frame(BINARY, bytes(data))

    async def send_frame(self, opcode: int, payload: bytes) -> None:
        """Send a frame, such as a ping. Raises `WebSocketError` if the WebSocket is closed."""
        if self.closed:
            raise self._error()
        try:
            await self.stream.awrite(frame(opcode, payload, _MASK))
        except OSError:
            self.closed = True
            raise self._error() from None

    async def receive(self) -> 'str | bytes':
        """Wait for a message: `str` for a text, `bytes` for a binary one. Raises `WebSocketError` if the WebSocket is closed."""
        while True:
            message = await self.next_message()
            if message is not None:
                return message
            if self.close_code is not None:
                raise self._error()
            if not self.stream.unread and not await self.stream._fill():
                self.closed = True
                self.close_code = ABNORMAL

    async def next_message(self) -> 'str | bytes | None':
        """Return the next message if it has come."""
        while self.close_code is None:
            if self.stream.unread:
                self._frames.feed(self.stream.take(self.stream.unread))
            found = self._frames.next()
            if found is None:
                break
            opcode, value = found
            if opcode in (TEXT, BINARY):
                return value  # type: ignore[no-any-return]
            if opcode == PING and not self.closed:
                self.stream.write(frame(PONG, value, _MASK))
            if opcode == CLOSE:
                code, self.close_reason = value
                self.close_code = code
                await self.close(code)
        return None

    def __aiter__(self) -> 'Self':
        return self

    async def __anext__(self) -> 'str | bytes':
        try:
            return await self.receive()
        except WebSocketError:
            raise StopAsyncIteration from None

    async def close(self, code: int = NORMAL, reason: str = '') -> None:
        """Close the WebSocket from this side, once.

        :param code: why (RFC 6455 section 7.4).
        :param reason: a text of at most 123 bytes.
        """
        if not self._sent_close:
            self._sent_close = True
            payload = close_payload(code, reason)
            if not self.closed:
                self.closed = True
                try:
                    await self.stream.awrite(frame(CLOSE, payload, _MASK))
                except OSError:
                    pass

    def _error(self) -> WebSocketError:
        return WebSocketError('the WebSocket is closed: %s %s' % (self.close_code, self.close_reason))
