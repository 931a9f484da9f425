# Knows how connections make room for others, how a server ends, and what asyncio's servers offer beside.
# Must not know how bytes are moved.
import asyncio

from ..core.compat import SMALL, WARNING, log
from . import IDLE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Coroutine
    from typing import Any

    from typing_extensions import Self

    from ..core.app import Microdot
    from .exchange import Connection


class ServerRest:
    """The methods of `Server` that a plain request does not need."""

    if TYPE_CHECKING:
        app: Microdot
        connections: set[Connection]
        background: set[Any]
        gone: 'asyncio.Event | None'
        listener: Any
        sweeper: Any
        is_closing: bool
        max_connections: int
        drain_timeout: float
        tick: float
        _drained: bool

        async def closed(self) -> None: ...
        def close(self) -> None: ...

    @property
    def sockets(self) -> 'Any':
        """The sockets that are listened on (CPython)."""
        return self.listener.sockets

    def get_loop(self) -> 'Any':
        """Return the event loop (CPython)."""
        return self.listener.get_loop()

    async def __aenter__(self) -> 'Self':
        return self

    async def __aexit__(self, *exc: object) -> None:
        self.close()
        await self.wait_closed()

    async def start_serving(self) -> None:
        """Begin to accept connections, if the server was started with `start_serving` False (CPython)."""
        if not SMALL:
            await self.listener.start_serving()

    def is_serving(self) -> bool:
        """Tell whether new connections are accepted."""
        return self.sweeper is not None and not self.is_closing

    def make_room(self) -> bool:
        """Close the connections that have been idle for longest, and tell whether there were any."""
        idle = [connection for connection in self.connections if connection.phase == IDLE]
        idle.sort(key=lambda connection: connection.deadline)
        # A hundredth of them at once, so that a flood does not sort all of them for each.
        for connection in idle[:1 + self.max_connections // 100]:
            connection.close()
        return bool(idle)

    def spawn(self, coroutine: 'Coroutine[Any, Any, None]') -> None:
        """Run a coroutine beside the connections; the end of the server waits for it."""
        self.background.add(coroutine)
        asyncio.create_task(self._run_beside(coroutine))  # noqa: RUF006 - the loop holds a task that is about to run

    async def _run_beside(self, coroutine: 'Coroutine[Any, Any, None]') -> None:
        try:
            await coroutine
        finally:
            self.background.discard(coroutine)
            if self.gone:
                self.gone.set()

    def abort_clients(self) -> None:
        """Close every connection at once, whatever is under way."""
        for connection in list(self.connections):
            connection.abort()

    async def wait_closed(self) -> None:
        """Wait until the server is closed and has ended: what is under way, at most `drain_timeout`, and the shutdown handlers."""
        await self.closed()
        if not self._drained:
            self._drained = True
            try:
                await self._drain()
            finally:
                self.abort_clients()
                self.sweeper.cancel()
            await self.app.run_shutdown_handlers()

    async def _drain(self) -> None:
        try:
            await asyncio.wait_for(self._quiet(), self.drain_timeout)
        except asyncio.TimeoutError:
            for connection in self.connections:
                if connection.request:
                    log(WARNING, 'Still running at shutdown: %s %s', connection.request.method, connection.request.path)
            self.abort_clients()
            try:
                await asyncio.wait_for(self._quiet(), self.tick)
            except asyncio.TimeoutError:
                log(WARNING, 'Something does not end after it was cancelled')

    async def _quiet(self) -> None:
        while self.connections or self.background:
            self.gone = asyncio.Event()
            await self.gone.wait()
