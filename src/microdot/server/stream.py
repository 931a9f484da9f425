# Knows how to serve over asyncio's streams, those of any Python. Must not know HTTP.
import asyncio

from ..core.compat import ERROR, SMALL, log, peer_address
from ..core.errors import HTTPException
from . import CLOSE
from .base import Server
from .intake import next_request
from .stream_connection import READ, StreamConnection

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any
if TYPE_CHECKING or not SMALL:
    from .transports import bound, listen
if TYPE_CHECKING or SMALL:
    from .listener import Listener


class StreamServer(Server):
    """Serves an application over asyncio's streams: the device's server, and a fallback on CPython."""

    async def _listen(self) -> None:
        serve: 'Any' = lambda reader, writer: serve_streams(self, reader, writer)  # noqa: E731
        if SMALL:
            tls: 'Any' = None
            if self.ssl:
                from .stream_tls import TlsStreams

                tls = TlsStreams(self)
                serve = tls.serve
            self.listener: 'Any' = Listener(serve, self.host, self.port, tls)
            return
        self.listener = await listen(self, serve)


async def serve_streams(server: Server, reader: 'Any', writer: 'Any', timeout: float = 0) -> None:
    """Serve one client over a pair of streams, if there is room for it.

    :param timeout: seconds for the head of the first request, if they are not `head_timeout`.
    """
    connection = StreamConnection(server, peer_address(writer.get_extra_info('peername')), reader, writer)
    if timeout:
        connection.deadline = server.after(timeout)
    if not SMALL and hasattr(writer, 'transport'):
        bound(writer.transport)
    if not server.admit(connection):
        writer.close()
        await writer.wait_closed()
        return
    # UPY: not a method of its own, since every coroutine that waits takes heap of an idle connection.
    try:
        while not connection.is_closing():
            asked = next_request(connection)
            if asked is None:
                try:
                    if not await connection._fill():
                        break
                except HTTPException as refusal:
                    asked = refusal
                else:
                    continue
            await (connection.serve(asked) if SMALL else connection.serve_apart(asked))
        while connection.phase == CLOSE and await connection._fill():
            connection.take(READ)
    except (asyncio.CancelledError, OSError):
        connection.disconnected = True
    except MemoryError as exc:
        connection.disconnected = True
        log(ERROR, 'No memory for a request', exc=exc)
    finally:
        await connection.end()
