# Knows how to serve over asyncio's streams, those of any Python. Must not know HTTP.
import asyncio

from ..core.compat import SMALL, peer_address
from .base import Server
from .stream_connection import StreamConnection

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any
if TYPE_CHECKING or not SMALL:
    from .transports import HIGH_WATER, bound


class StreamServer(Server):
    """Serves an application over asyncio's streams: the device's server, and a fallback on CPython."""

    async def _listen(self) -> None:
        options: 'dict[str, Any]' = {}
        if self.ssl:
            options['ssl'] = self.ssl  # UPY: the first read does the handshake
        if not SMALL:
            options['start_serving'] = False
            if self.ssl:
                options['ssl_handshake_timeout'] = self.tls_timeout
            options['limit'] = HIGH_WATER // 2  # a reader takes twice as much
        self.listener: 'Any' = await asyncio.start_server(
            lambda reader, writer: serve_streams(self, reader, writer), self.host, self.port, **options)


async def serve_streams(server: Server, reader: 'Any', writer: 'Any') -> None:
    """Serve one client over a pair of streams."""
    connection = StreamConnection(server, peer_address(writer.get_extra_info('peername')), reader, writer)
    if hasattr(writer, 'transport'):
        bound(writer.transport)
    if server.admit(connection):
        await connection.run()
    else:
        writer.close()
        await writer.wait_closed()
