# Knows how to move bytes over a pair of asyncio streams, those of any Python. Must not know HTTP.
import asyncio

from ..core.compat import SMALL, peer_address
from ..core.errors import HTTPException
from .base import Server
from .exchange import CLOSE, HANDLER, WRITE, Connection

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_READ = 512 if SMALL else 64 * 1024  # bytes


class StreamConnection(Connection):
    """A connection over a reader and a writer, which may be one object; one task reads, answers and writes."""

    def __init__(self, server: Server, client_addr: 'Any', reader: 'Any', writer: 'Any') -> None:
        super().__init__(server, client_addr)
        self._reader = reader
        self._writer = writer
        self._interruption: 'Exception | None' = None
        self._closing = False
        self._unsent = 0
        self.task: 'Any' = asyncio.current_task()

    async def run(self) -> None:
        """Answer what the client asks until the connection ends."""
        try:
            while not self._closing:
                asked = self.next_request()
                if asked is None:
                    try:
                        if not await self._fill():
                            break
                    except HTTPException as refusal:
                        asked = refusal
                await self.serve(asked)
            while self.phase == CLOSE and await self._fill():
                self._take(_READ)
        except (asyncio.CancelledError, OSError):
            self.disconnected = True
        finally:
            await self._end()

    async def _end(self) -> None:
        try:
            if not self.disconnected:
                await self.drain()
            self._writer.close()
            await self._writer.wait_closed()
        except (asyncio.CancelledError, OSError):
            pass
        finally:
            transport = getattr(self._writer, 'transport', None)
            if transport:
                transport.abort()
            self.server.forget(self)

    def served(self) -> None:
        """Do nothing: the task goes on."""

    async def _fill(self) -> bool:
        try:
            data = await self._reader.read(_READ)
        except asyncio.CancelledError:
            if self._interruption is None:
                raise
            exc, self._interruption = self._interruption, None
            raise exc from None
        except OSError:
            data = b''
        if not data:
            self.disconnected = True
            return False
        self._feed(data)
        return True

    def flush(self) -> None:
        """Hand what is queued to the writer."""
        if self.pending:
            self._writer.write(self.pending[0] if len(self.pending) == 1 else b''.join(self.pending))
            self.pending = []
            self.flushes += 1

    async def drain(self) -> None:
        """Write what is queued, and wait while the client does not read it."""
        if not self.pending:
            return
        self.phase = WRITE
        self.deadline = self.server.after(self.server.write_timeout)
        try:
            self.flush()
            self._unsent = self._unsent_size()
            await self._writer.drain()
        except OSError:
            self.disconnected = True
            raise asyncio.CancelledError from None
        self.phase = HANDLER
        self.deadline = 0

    def _unsent_size(self) -> int:
        transport = getattr(self._writer, 'transport', None)
        return transport.get_write_buffer_size() if transport else 0

    def progressed(self) -> bool:
        """Tell whether the client has read anything since this was last asked."""
        unsent, self._unsent = self._unsent, self._unsent_size()
        return self._unsent < unsent

    def interrupt(self, exc: HTTPException) -> None:
        """Let the read that somebody waits for raise an exception."""
        self._interruption = exc
        self.task.cancel()

    def linger(self) -> None:
        """Read on until the client closes."""
        self._closing = True
        if hasattr(self._writer, 'can_write_eof') and self._writer.can_write_eof():
            self._writer.write_eof()

    def close(self) -> None:
        """Close the connection when everything is written."""
        self._closing = True
        if asyncio.current_task() is not self.task:
            self.task.cancel()

    def abort(self) -> None:
        """Close the connection at once."""
        self.disconnected = True
        self.close()

    def is_closing(self) -> bool:
        """Tell whether the connection is being closed."""
        return self._closing

    def get_extra_info(self, name: str, default: 'Any' = None) -> 'Any':
        """Return what the transport tells of itself, as asyncio's streams do."""
        try:
            return self._writer.get_extra_info(name)
        except KeyError:  # UPY: it knows the peer's name only
            return default


class StreamServer(Server):
    """Serves an application over asyncio's streams: the device's server, and a fallback on CPython."""

    async def _listen(self, start_serving: bool) -> None:
        options: 'dict[str, Any]' = {}
        if self.ssl:
            options['ssl'] = _LazyHandshake(self.ssl) if SMALL else self.ssl
            if not SMALL:
                options['ssl_handshake_timeout'] = self.tls_timeout
        if not SMALL:
            options['start_serving'] = start_serving
        self.listener: 'Any' = await asyncio.start_server(self._accept, self.host, self.port, **options)

    async def _accept(self, reader: 'Any', writer: 'Any') -> None:
        connection = StreamConnection(self, peer_address(writer.get_extra_info('peername')), reader, writer)
        if self.admit(connection):
            await connection.run()
        else:
            writer.close()


class _LazyHandshake:
    # UPY: a handshake on accept would block every other task; this one is done by the first read.

    def __init__(self, context: 'Any') -> None:
        self._context = context

    def wrap_socket(self, sock: 'Any', server_side: bool) -> 'Any':
        return self._context.wrap_socket(sock, server_side=server_side, do_handshake_on_connect=False)
