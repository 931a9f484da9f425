# Knows how to move bytes on CPython: an asyncio.Protocol that is the pair of streams. Must not know HTTP.
import asyncio

from ..core.compat import peer_address
from . import CLOSE, HANDLER, HEAD, IDLE, LEAVING, QUEUED, WRITE
from .exchange import Connection
from .intake import next_request
from .transports import HIGH_WATER, bound, expect_end, has_hung_up, is_reset, unsent_bytes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from ..core.errors import HTTPException
    from ..core.request import Request
    from .protocol import ProtocolServer


class ProtocolConnection(Connection, asyncio.Protocol):
    """A connection as the transport's protocol; a task runs from a request's head to the end of its response."""

    _writers: 'Sequence[asyncio.Future[None]]' = ()  # who waits for the client to read
    _flushing: 'asyncio.Handle | None' = None
    _writing = True
    _pending_size = 0
    _unsent = 0

    def __init__(self, server: 'ProtocolServer') -> None:
        super().__init__(server, None)
        self.loop = server.tasks.loop
        self.tasks = server.tasks
        self.task: 'asyncio.Task[None] | None' = None  # of a request whose answer waits for something
        self._answering = False  # whether `answer` runs
        self._reader: 'asyncio.Future[None] | None' = None  # who waits for bytes
        self._reading = True
        # PERF: an instance's attributes are found faster than its class's, by 0.4 us a request. More than thirty of them, or
        # some that are new after many instances were made, would give each a dictionary, slower and of 1 KiB.
        self.blocked = self.disconnected = self.lost = self.expects_continue = False
        self.transport: 'Any' = None
        self.body = self.entry = self.request = None
        self.buffer = b''
        self.position = self.length = 0
        self.keep = True
        self.known = Connection.known

    # What the transport calls.

    def connection_made(self, transport: 'Any') -> None:
        self.transport = transport
        self.client_addr = peer_address(transport.get_extra_info('peername'))
        bound(transport)
        self.deadline = self.server.after(self.server.head_timeout)
        if not self.server.admit(self):
            self.abort()

    def data_received(self, data: bytes) -> None:
        if self.phase == CLOSE:
            return
        self.feed(data)
        if self._reader:
            _wake(self._reader)
        elif self.task is None:
            self.answer(next_request(self))
        elif len(self.buffer) > HIGH_WATER:
            self._reading = False
            self.transport.pause_reading()

    def eof_received(self) -> bool:
        self.disconnected = True
        _wake(self._reader)
        if self.streaming:
            self.loop.call_later(LEAVING, self._leave, self.flushes)
        # A client that has ended its side may wait for the answer to what it has asked; TLS cannot keep half open.
        return self.task is not None and not self.server.ssl

    def _leave(self, flushes: int) -> None:
        # Ends a stream that has not gone on since the client ended its side: it has probably left.
        if self.streaming and self.task:
            if self.flushes == flushes:
                self.task.cancel()
            else:
                self.loop.call_later(LEAVING, self._leave, self.flushes)

    def connection_lost(self, exc: 'Exception | None') -> None:
        self.disconnected = self.lost = True
        self.phase = CLOSE
        self.deadline = 0
        self.transport.close()  # that of TLS before Python 3.11 has not noticed its end
        for waiting in [*self._writers, self._reader]:
            _wake(waiting)
        if self.task is None:
            self.server.forget(self)
        elif self.streaming:
            self.task.cancel()

    def pause_writing(self) -> None:
        self._writing = False
        self.blocked = True

    def resume_writing(self) -> None:
        self._writing = True
        self.blocked = False
        for waiting in self._writers:
            _wake(waiting)

    # What the exchange and the server call.

    def answer(self, asked: 'Request | HTTPException | None') -> None:
        """Answer a request, or refuse it, and those that follow in the buffer, until one has to wait."""
        self._answering = True
        while asked is not None:
            # A task of its own keeps context variables and cancellation from reaching the next request.
            self.task = self.tasks.run(self.serve(asked))
            asked = None if self.task or not self.buffer or self.phase == CLOSE else next_request(self)
        self._answering = False
        if self.pending:
            self.flush()
        if self.task:
            self._note_queued()
        elif self.lost or self.disconnected or not self._reading:
            self._rest()

    def _note_queued(self) -> None:
        # Until a task begins, the connection is not an idle one.
        if self.task and self.phase in (IDLE, HEAD):
            self.phase = QUEUED
            self.deadline = 0

    def served(self) -> None:
        """Go on with the next request, or wait for it, as a task ends."""
        if self.task is None:
            return  # `answer` goes on
        if self.buffer and self.phase != CLOSE:
            if self._flushing:  # what follows may be ready at once, and go with what is queued
                self._flushing.cancel()
                self._flushing = None
            self.loop.call_soon(self._go_on)
        else:
            self.task = None
            self._rest()

    def _go_on(self) -> None:
        self.task = None
        self.answer(None if self.phase == CLOSE else next_request(self))

    def _rest(self) -> None:
        # Nothing is under way.
        if self.lost:
            self.server.forget(self)
        elif self.phase != CLOSE:
            if self.pending:
                self.flush()
            if self.disconnected:
                self.close()
            elif not self._reading:
                self._resume_reading()

    def look(self) -> None:
        """Find out whether the client has left while reading is paused."""
        super().look()
        if not (self._reading or self.lost):
            if is_reset(self.transport):
                self.transport.abort()
            elif self.receiver and has_hung_up(self.transport):
                self.receiver.hung_up()

    def _resume_reading(self) -> None:
        self._reading = True
        self.transport.resume_reading()

    async def _fill(self) -> bool:
        size = len(self.buffer) - self.position
        if not self.disconnected:
            if self._reader:
                raise RuntimeError('another task reads from this connection')
            if not self._reading:
                self._resume_reading()
            self._reader = self.loop.create_future()
            try:
                await self._reader
            finally:
                self._reader = None
        return len(self.buffer) - self.position > size

    def queue(self, data: bytes) -> None:
        """Write bytes when the task suspends, together with what is queued until then."""
        if not (self._answering or self._flushing):
            self._flushing = self.loop.call_soon(self.flush)
        self.pending.append(data if type(data) is bytes else bytes(memoryview(data)))  # its owner may use it again
        self._pending_size += len(data)
        if self._pending_size >= HIGH_WATER:
            self.flush()
            self.blocked = True  # others take their turn

    def flush(self) -> None:
        """Hand what is queued to the transport."""
        if self._flushing:
            self._flushing.cancel()
            self._flushing = None
        if self.pending:
            if not self.lost:
                self.transport.write(self.pending[0] if len(self.pending) == 1 else b''.join(self.pending))
            self.pending = []
            self._pending_size = 0
            self.flushes += 1

    def write(self, data: bytes) -> None:
        """Write bytes; with those of the requests that follow in the buffer, if there are any."""
        if self.pending or self.buffer:
            self.queue(data)
        elif not self.lost:
            self.transport.write(data)

    async def drain(self) -> None:
        """Wait while there is too much that the client has not read."""
        if self.lost:
            raise asyncio.CancelledError
        if self._writing:
            self.blocked = False
            await asyncio.sleep(0)
            return
        self.phase = WRITE
        self.deadline = self.server.after(self.server.write_timeout)
        self._unsent = unsent_bytes(self.transport)
        waiting = self.loop.create_future()
        self._writers = [*self._writers, waiting]
        try:
            await waiting
        finally:
            self._writers = [writer for writer in self._writers if writer is not waiting]
            if self.phase == WRITE and not self._writers:
                self.phase = HANDLER
                self.deadline = 0
        if self.lost:
            raise asyncio.CancelledError

    def progressed(self) -> bool:
        """Tell whether the client has read anything since this was last asked."""
        unsent, self._unsent = self._unsent, unsent_bytes(self.transport)
        return self._unsent < unsent

    def interrupt(self, exc: 'HTTPException') -> None:
        """Let the read that somebody waits for raise an exception, or refuse the request whose head does not come."""
        if self._reader is None:
            self.task = self.tasks.start(self.serve(exc))
            self._note_queued()
        elif not self._reader.done():
            self._reader.set_exception(exc)

    def take_over(self, receiver: 'Any') -> 'Any':
        """Give all that comes to a receiver; returns what moves its bytes."""
        from .upgraded import Upgraded

        return Upgraded(self, receiver)

    def linger(self) -> None:
        """Read on until the client closes."""
        if self.lost:
            return
        self.flush()
        self._unsent = unsent_bytes(self.transport)
        if self.transport.get_write_buffer_size():
            self.deadline = self.server.after(self.server.write_timeout)
        try:
            if self.transport.can_write_eof():
                self.transport.write_eof()
        except OSError:  # the client has left meanwhile
            self.abort()
            return
        if not self._reading:
            self._resume_reading()

    def close(self) -> None:
        """Close the connection when everything is written."""
        if self.lost:
            return
        self.flush()
        expect_end(self, self.transport)
        self.transport.close()

    def abort(self) -> None:
        """Close the connection at once."""
        queued = self.phase == QUEUED
        self.phase = CLOSE
        self.deadline = 0
        self.pending = []
        self.transport.abort()
        if self.task and self.task is not asyncio.current_task():
            self.task.cancel()
            if queued:  # it will not run at all
                self.task = None

    def is_closing(self) -> bool:
        """Tell whether the connection is being closed."""
        return bool(self.transport.is_closing())

    def get_extra_info(self, name: str, default: 'Any' = None) -> 'Any':
        """Return what the transport tells of itself."""
        return self.transport.get_extra_info(name, default)


def _wake(future: 'asyncio.Future[None] | None') -> None:
    if future and not future.done():
        future.set_result(None)
