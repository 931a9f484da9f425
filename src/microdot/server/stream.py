# Knows how to serve over asyncio's streams, those of any Python. Must not know HTTP.
import asyncio

from ..core.compat import SMALL, peer_address
from .base import Server
from .stream_connection import StreamConnection

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any
if TYPE_CHECKING or not SMALL:
    from .transports import HIGH_WATER, bound, listening


class StreamServer(Server):
    """Serves an application over asyncio's streams: the device's server, and a fallback on CPython."""

    async def _listen(self) -> None:
        serve: 'Any' = lambda reader, writer: serve_streams(self, reader, writer)  # noqa: E731
        if SMALL:
            options: 'dict[str, Any]' = {'host': self.host, 'port': self.port}
            if self.ssl:
                from .stream_tls import TlsStreams

                options['ssl'] = tls = TlsStreams(self)
                serve = tls.serve
        else:
            options = listening(self)
            options['start_serving'] = False
            options['backlog'] = 1024
            options['limit'] = HIGH_WATER // 2  # a reader takes twice as much
            if self.ssl:
                options['ssl'] = self.ssl
                options['ssl_handshake_timeout'] = self.tls_timeout
        self.listener: 'Any' = await asyncio.start_server(serve, **options)


async def serve_streams(server: Server, reader: 'Any', writer: 'Any', timeout: float = 0) -> None:
    """Serve one client over a pair of streams.

    :param timeout: seconds for the head of the first request, if they are not `head_timeout`.
    """
    connection = StreamConnection(server, peer_address(writer.get_extra_info('peername')), reader, writer)
    if timeout:
        connection.deadline = server.after(timeout)
    if hasattr(writer, 'transport'):
        bound(writer.transport)
    if server.admit(connection):
        await connection.run()
    else:
        writer.close()
        await writer.wait_closed()
