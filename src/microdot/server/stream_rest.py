# Knows how a connection over streams is flushed, interrupted and ended, and how it notices that its client has left.
# Must not know HTTP.
import asyncio

from ..core.compat import SMALL
from . import LEAVING
from .connection_rest import ConnectionRest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ..core.errors import HTTPException
    from ..core.request import Request
if TYPE_CHECKING or not SMALL:
    from .transports import abort, expect_end, has_hung_up as transport_has_hung_up, is_reset, unsent_bytes

_POLLRDHUP = 0x2000  # UPY: of Linux; other systems do not know it
_AHEAD = 256  # bytes that are read while the application answers


class StreamRest(ConnectionRest):
    """The methods of `StreamConnection` that a plain request does not need."""

    if TYPE_CHECKING:
        task: Any
        streaming: bool
        seen: int
        patience: float
        flushes: int
        _reader: Any
        _writer: Any
        _closing: bool
        _unsent: int
        receiving: bool
        lost: bool
        _interruption: 'Exception | None'

        async def serve(self, asked: 'Request | HTTPException') -> None: ...

    def flush_soon(self) -> None:
        """Have what is queued written as soon as the task suspends."""
        asyncio.create_task(self._flush_soon())  # noqa: RUF006 - the event loop holds a task that is about to run

    async def _flush_soon(self) -> None:
        try:
            self.flush()
        except OSError:  # the next drain meets it
            pass

    def look(self) -> None:
        """Find out whether the client has left while nobody reads; a stream to it that does not go on is ended."""
        if self.receiver:
            self.receiver.tick(self.server.now)
        if self.receiving:
            return
        if self.seen != self.flushes:
            self.seen = self.flushes
            self.patience = self.server.now + LEAVING
        if not self.lost:
            self._look_for_end()
        if self.receiver and (self.lost or self.disconnected or self._has_hung_up()):
            self.receiver.hung_up()
        if self.streaming and (self.lost or (self.disconnected and self.server.now >= self.patience)):
            self.task.cancel()

    def _look_for_end(self) -> None:
        reader = self._reader
        if hasattr(reader, 'at_eof'):
            transport = getattr(self._writer, 'transport', None)
            self.lost = reader.exception() is not None or (transport is not None and is_reset(transport))
            self.disconnected = self.disconnected or self.lost or reader.at_eof()
        elif self.buffer:
            self.lost = has_hung_up(reader.s, 0)
            self.disconnected = self.disconnected or self.lost
        else:
            # UPY: nothing but a read tells; what it gives waits for who reads next.
            try:
                data = reader.s.read(_AHEAD)
            except OSError:
                self.lost = True
                data = b''
            if data:
                self.feed(data)
            self.disconnected = self.disconnected or data == b''

    def _has_hung_up(self) -> bool:
        if SMALL:
            return has_hung_up(self._reader.s, _POLLRDHUP)
        transport = getattr(self._writer, 'transport', None)
        return transport is not None and transport_has_hung_up(transport)

    async def serve_apart(self, asked: 'Request | HTTPException') -> None:
        """Answer a request, or refuse it, in a task that keeps context variables and cancellation from reaching the next."""
        self.task, task = asyncio.create_task(self.serve(asked)), self.task
        try:
            await self.task
        finally:
            self.task = task

    async def end_transport(self, transport: 'Any') -> None:
        """Wait until the rest of a response is sent and the connection closed."""
        try:
            if not self.lost:
                expect_end(self, transport)  # type: ignore[arg-type]  # this is a Connection
                self._writer.close()
                await self._writer.wait_closed()
        finally:
            abort(transport)

    def unsent_size(self) -> int:
        """Return how many bytes the client has not received, 0 where nothing tells."""
        transport = getattr(self._writer, 'transport', None)
        return unsent_bytes(transport) if transport else 0

    def progressed(self) -> bool:
        """Tell whether the client has read anything since this was last asked."""
        unsent, self._unsent = self._unsent, self.unsent_size()
        return self._unsent < unsent

    def interrupt(self, exc: 'HTTPException') -> None:
        """Let the read that somebody waits for raise an exception."""
        self._interruption = exc
        self.task.cancel()

    def linger(self) -> None:
        """Read on until the client closes."""
        self._closing = True
        try:
            if hasattr(self._writer, 'can_write_eof') and self._writer.can_write_eof():
                self._writer.write_eof()
        except OSError:  # the client has left meanwhile
            pass

    def abort(self) -> None:
        """Close the connection at once."""
        self.disconnected = self.lost = True
        self.close()

    def get_extra_info(self, name: str, default: 'Any' = None) -> 'Any':
        """Return what the transport tells of itself, as asyncio's streams do."""
        try:
            return self._writer.get_extra_info(name)
        except KeyError:  # UPY: it knows the peer's name only
            return default


Rest = StreamRest  # the name by which `Late` finds it


def has_hung_up(sock: 'Any', events: int) -> bool:
    """Tell whether the client has reset the connection, while nobody reads what it sent before (MicroPython).

    :param events: of `poll`, which say the same.
    """
    from select import POLLERR, POLLHUP, poll

    poller = poll()
    poller.register(sock, POLLERR | events)
    return any(polled[1] & (POLLERR | POLLHUP | events) for polled in poller.poll(0))
