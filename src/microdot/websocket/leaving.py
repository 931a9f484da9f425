# Knows how a WebSocket begins and ends: the handshake, pings, and how the handler is told that the client has left.
# Must not know how frames are made of bytes, or servers.
import asyncio

from ..core.compat import ERROR, log
from ..wire.closing import ABNORMAL, GOING_AWAY, NORMAL, SERVER_ERROR, close_payload
from ..wire.frames import CLOSE, PING, PONG, TEXT, frame
from .errors import ClientLeft, WebSocketError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from .. import Request
    from ..wire.frames import FrameError, FrameReader


class WebSocketRest:
    """The methods of `WebSocket` that a message does not need."""

    if TYPE_CHECKING:
        request: Request
        max_message_length: int
        ping_interval: 'float | None'
        ping_timeout: 'float | None'
        close_timeout: float
        leave_timeout: float
        subprotocols: Sequence[str]
        origins: 'Sequence[str | None] | None'
        compress: bool
        closed: bool
        close_code: 'int | None'
        close_reason: str
        _messages: list[str | bytes]
        _frames: FrameReader
        _future: Any
        _flow: Any
        _task: Any
        _ended: bool
        _told: bool
        _cancelled: Any
        _iterating: bool
        _waiter: Any
        _receiver: Any
        _stopped: bool
        _hung_up: bool
        _gone: bool
        _sending: int
        _departure: Any
        _failure: 'FrameError | None'
        _ping_at: float
        _pong_by: float
        _patience: float
        _deflate: Any

        def begin(self) -> None: ...
        def _wake(self) -> None: ...
        async def close(self, code: int = 1000, reason: str = '') -> None: ...

    async def handshake(self) -> None:
        """Agree with the client on speaking WebSocket.

        Raises `HTTPException`: 400 or 405 for what is no handshake, 426 for another version, 403 for an origin that is not
        allowed.
        """
        from .opening import open_websocket

        await open_websocket(self)

    def lost(self, code: int = ABNORMAL, reason: str = '') -> None:
        """Note that nothing more comes from the client.

        :param code: with which code it has closed, 1006 if with none.
        :param reason: its reason.
        """
        if not self._gone:
            self._over(code, reason)
            self._leaves()
            self._settle()

    def hung_up(self) -> None:
        """Note that the client has left, though not all that it sent was read; for that there are `leave_timeout` seconds."""
        self._hung_up = True

    def tick(self, now: float) -> None:
        """Do what time asks for: a ping, or the end of patience. The server calls this about once a second.

        :param now: a time in seconds.
        """
        from .pings import tick

        tick(self, now)

    def go_away(self) -> None:
        """Close the WebSocket as the server ends."""
        if not self.closed:
            self._over(GOING_AWAY, '')
            self._send_close(GOING_AWAY, '')
            self._leave()

    async def end(self, exc: 'BaseException | None' = None) -> None:
        """Close the WebSocket when the handler has ended, and wait for the client to close it.

        :param exc: what the handler raised. It is logged, or raised again if somebody else has cancelled the handler.
        """
        flow = self._flow
        task, self._task = self._task, None
        if self._ended:
            return
        self._ended = True
        others = self._cancelled and hasattr(task, 'uncancel') and task.uncancel()
        try:
            cancelled = isinstance(exc, asyncio.CancelledError)
            if exc and cancelled and (others or not self._told):
                raise exc
            code = NORMAL
            if exc and not (cancelled or isinstance(exc, WebSocketError)):
                from ..core.response_rest import is_muted

                if not is_muted(exc, WebSocketError):
                    log(ERROR, 'Exception in the WebSocket %s', self.request.path, exc=exc)
                    code = SERVER_ERROR
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
            if self._messages or self._sending or (self._iterating and not self._waiter):
                self._stop()  # what goes on reading comes back here
            else:
                self._conclude()
                if self._failure:
                    self._wake()  # the next call raises
                else:
                    self._leave()

    def _conclude(self) -> None:
        # Closes from this side.
        if not self.closed:
            code, reason = self.close_code or NORMAL, ''
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
            if task is asyncio.current_task():  # it is told when it waits
                asyncio.get_event_loop().call_soon(self._settle)
                return
            self._told = True
            if hasattr(task, 'cancelling') and task.cancelling():
                return  # somebody else was faster
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

    def _undrained(self, exc: BaseException) -> BaseException:
        # Returns what to raise where a write was not waited for to its end.
        task: 'Any' = asyncio.current_task()
        # The streams of a server raise CancelledError in whoever writes to a client that has left.
        if isinstance(exc, asyncio.CancelledError) and (
            not self._flow or not self._flow.is_lost() or (hasattr(task, 'cancelling') and task.cancelling())
        ):
            return exc
        error = self._error()
        self.lost()
        return error

    def _process_websocket_frame(self, opcode: int, payload: bytes) -> 'tuple[int | None, str | bytes | None]':
        # COMPAT: returns the opcode of the reply, and what it or the handler gets.
        if opcode == CLOSE:
            raise WebSocketError('closed')
        if opcode == PING:
            return PONG, payload
        return None, None if opcode == PONG else payload.decode() if opcode == TEXT else payload


Rest = WebSocketRest  # the name by which `Late` finds it


async def _done(future: 'Any') -> None:
    await future
