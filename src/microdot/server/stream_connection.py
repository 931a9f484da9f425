# Knows how a connection moves bytes over a pair of asyncio streams, those of any Python. Must not know HTTP.
import asyncio

from ..core.compat import SMALL
from . import HANDLER, WRITE
from .exchange import Connection

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .base import Server
if TYPE_CHECKING or not SMALL:
    from .stream_rest import StreamRest
else:
    from ..core.compat import Late as StreamRest

READ = 128 if SMALL else 64 * 1024  # bytes; UPY: a longer piece may not be left in a small heap


class StreamConnection(StreamRest, Connection):
    """A connection over a reader and a writer, which may be one object; the task that made it reads, answers and writes."""

    rest = 'server.stream_rest'
    receiver: 'Any' = None
    receiving = False  # whether somebody waits for bytes
    seen = -1  # how many flushes there were when the server looked
    patience = 0.0  # when a stream is given up that has not gone on since
    _interruption: 'Exception | None' = None
    _closing = False
    _unsent = 0

    def __init__(self, server: 'Server', client_addr: 'Any', reader: 'Any', writer: 'Any') -> None:
        super().__init__(server, client_addr)
        self._reader = reader
        self._writer = writer
        self.task: 'Any' = asyncio.current_task()

    def is_closing(self) -> bool:
        """Tell whether the connection is being closed."""
        return self._closing

    async def end(self) -> None:
        """Close the transport."""
        try:
            if hasattr(self._writer, 'transport'):
                await self.end_transport(self._writer.transport)
            else:
                self._writer.close()
                await self._writer.wait_closed()
        except (asyncio.CancelledError, OSError):
            pass
        finally:
            self.server.forget(self)

    def served(self) -> None:
        """Do nothing: the task goes on."""

    def close(self) -> None:
        """Close the connection when everything is written."""
        self._closing = True
        if asyncio.current_task() is not self.task:
            self.task.cancel()

    async def _fill(self) -> bool:
        self.receiving = True
        try:
            data = await self._reader.read(READ)
        except asyncio.CancelledError:
            if self._interruption is None:
                raise
            exc, self._interruption = self._interruption, None
            raise exc from None
        except OSError:
            data = b''
        finally:
            self.receiving = False
        if not data:
            self.disconnected = True
            return False
        self.feed(data)
        return True

    def flush(self) -> None:
        """Hand what is queued to the writer."""
        if len(self.pending) > 1:
            try:
                self.pending = [b''.join(self.pending)]
            except MemoryError:  # UPY: there may be room for each, and not for all in one
                pass
        while self.pending:
            self._writer.write(self.pending[0])
            del self.pending[0]
            self.flushes += 1

    async def drain(self) -> None:
        """Write what is queued, and wait while the client does not read it."""
        if not self.pending:
            return
        self.phase = WRITE
        self.deadline = self.server.after(self.server.write_timeout)
        try:
            self.flush()
            if not SMALL:
                self._unsent = self.unsent_size()
            await self._writer.drain()
        except OSError:
            self.disconnected = self.lost = True
            raise asyncio.CancelledError from None
        finally:
            if self.phase == WRITE:
                self.phase = HANDLER
                self.deadline = 0
