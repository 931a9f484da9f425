# Knows how MicroPython's streams come to TLS, and to an end with it. Must not know HTTP.
from .stream import serve_streams

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Coroutine
    from typing import Any

    from .base import Server


class TlsStreams:
    """Serves TLS over asyncio's streams; to those it is the context.

    UPY: a socket whose handshake fails forgets the one that it wraps, so that closing it closes nothing.
    """

    def __init__(self, server: 'Server') -> None:
        self._server = server
        self._sock: 'Any' = None

    def wrap_socket(self, sock: 'Any', **options: 'Any') -> 'Any':
        """Return a socket that speaks TLS over another, as from the first read on."""
        self._sock = sock
        try:
            return self._server.ssl.wrap_socket(sock, **options)
        except Exception as exc:  # UPY: any other than an OSError would end the listener
            raise OSError(str(exc)) from exc

    def serve(self, reader: 'Any', writer: 'Any') -> 'Coroutine[Any, Any, None]':
        """Serve the client whose socket was wrapped last."""
        return self._serve(reader, writer, self._sock)

    async def _serve(self, reader: 'Any', writer: 'Any', sock: 'Any') -> None:
        try:
            await serve_streams(self._server, reader, writer, self._server.tls_timeout)
        finally:
            sock.close()
