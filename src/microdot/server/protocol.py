# Knows how to serve by asyncio's protocols on CPython. Must not know HTTP.
import sys

from ..core.advice import refusal, warn
from .base import Server
from .protocol_connection import ProtocolConnection
from .tasks import Tasks
from .transports import listening

_TLS_SHUTDOWN = 1  # seconds for a client to acknowledge the end of TLS


class ProtocolServer(Server):
    """Serves an application over asyncio's protocols: the server on CPython."""

    async def start(self, start_serving: bool = True) -> None:
        """Run the start-up handlers and listen; see `Server.start`."""
        self.tasks = Tasks()
        warn(self.app)
        if self.app.debug:
            from ..debug import watch

            watch(self)
        await super().start(start_serving)

    async def _listen(self) -> None:
        options = listening(self)
        if self.ssl:
            options['ssl_handshake_timeout'] = self.tls_timeout
            if sys.version_info >= (3, 11):
                options['ssl_shutdown_timeout'] = _TLS_SHUTDOWN
        try:
            self.listener = await self.tasks.loop.create_server(
                lambda: ProtocolConnection(self), ssl=self.ssl, backlog=1024, start_serving=False, **options)
        except OSError as exc:
            if exc.errno is None:
                raise
            raise type(exc)(exc.errno, refusal(exc, self.host, self.port, 'app.run(port=%d)')) from None

    async def _end(self) -> None:
        try:
            await super()._end()
        finally:
            self.tasks.close()
