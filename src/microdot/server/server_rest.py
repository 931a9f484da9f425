# Knows how connections make room for others, how a server ends, and what asyncio's servers offer beside.
# Must not know how bytes are moved.
import asyncio

from ..core.compat import SMALL, WARNING, log, shield
from . import IDLE

_PHASES = 'idle', 'head', 'handler', 'body', 'write', 'close'  # the names of a connection's phases, in their order

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
        background: dict[Any, str]
        ending: Any
        started: bool
        gone: 'asyncio.Event | None'
        listener: Any
        sweeper: Any
        is_closing: bool
        starting: Any
        call_in_loop: Any
        closing: 'asyncio.Event | None'
        ssl: Any
        now: float
        head_timeout: float
        tls_timeout: float
        max_connections: int
        drain_timeout: float
        tick: float
        requests: int
        counts: 'dict[str, dict[Any, int]] | None'

        async def closed(self) -> None: ...

    def close(self) -> None:
        """Accept no more connections, and close those that are idle; `wait_closed` waits for the others.

        May be called from any thread.
        """
        if self.call_in_loop:
            self.call_in_loop(self.close_now)
        else:
            self.close_now()

    def close_now(self) -> None:
        """Do what `close` does, in the thread of the event loop."""
        if not self.is_closing:
            self.is_closing = True
            running = [server for server in self.app.servers if not server.is_closing]
            if running:
                self.app.server = running[-1]
            if self.listener:
                self.listener.close()
            if self.starting and self.starting is not asyncio.current_task():
                self.starting.cancel()
            if self.closing:
                self.closing.set()
            for connection in list(self.connections):
                if connection.is_idle():
                    connection.close()
                elif connection.receiver:
                    connection.receiver.go_away()
                elif connection.streaming:
                    connection.go_away()

    @property
    def sockets(self) -> 'Any':
        """The sockets that are listened on, none before the server listens and after it was closed (CPython)."""
        return self.listener.sockets if self.listener else ()

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
        if SMALL or not self.listener:
            return self.listener is not None and not self.is_closing
        return bool(self.listener.is_serving())

    def make_room(self) -> bool:
        """Close the connections that have been idle for longest, and tell whether there were any.

        Those that were answered go first, then those that have never asked; of these only such as had a tick to ask in, so
        that many clients who come at once do not displace one another.
        """
        had_a_tick = self.now + (self.tls_timeout if SMALL and self.ssl else self.head_timeout)
        idle = [connection for connection in self.connections if connection.is_idle()
                and (connection.phase == IDLE or connection.deadline < had_a_tick)]
        idle.sort(key=lambda connection: (connection.phase, connection.deadline))
        # A hundredth of them at once, so that a flood does not sort all of them for each.
        for connection in idle[:1 + self.max_connections // 100]:
            connection.close()
        if not idle:
            self.count('turned_away', '')
        return bool(idle)

    def count(self, kind: str, reason: 'Any') -> None:
        """Count something that `stats` tells."""
        if self.counts is None:
            self.counts = {}
        counts = self.counts.setdefault(kind, {})
        counts[reason] = counts.get(reason, 0) + 1

    def stats(self) -> 'dict[str, Any]':
        """Return what the server has to do, and had since it started.

        - `connections`: how many are open.
        - `idle`: how many of these wait for a request.
        - `requests`: how many requests were taken, whatever their answer.
        - `refused`: by status code, how many requests were refused for their head or their body; before the application
          saw them, unless it reads the body itself.
        - `deadlines`: by what was waited for, how often a deadline passed: `idle` (for a request to begin), `head`, `body`,
          `write` (for the client to read) and `close` (for the client to close).
        - `turned_away`: how many connections were closed at once, as there were `max_connections`.

        Example::

            @app.get('/stats')
            async def stats(request):
                return app.server.stats()
        """
        counts = self.counts or {}
        connections = list(self.connections)
        return {
            'connections': len(connections),
            'idle': len([connection for connection in connections if connection.is_idle()]),
            'requests': self.requests,
            'refused': counts.get('refused', {}).copy(),
            'deadlines': {_PHASES[phase]: count for phase, count in counts.get('deadlines', {}).items()},
            'turned_away': counts.get('turned_away', {}).get('', 0),
        }

    def spawn(self, coroutine: 'Coroutine[Any, Any, None]', name: str) -> None:
        """Run a coroutine beside the connections; the end of the server waits for it.

        :param name: what the log says of it if it does not end.
        """
        self.background[asyncio.create_task(self._run_beside(coroutine))] = name

    async def _run_beside(self, coroutine: 'Coroutine[Any, Any, None]') -> None:
        try:
            await coroutine
        finally:
            self.background.pop(asyncio.current_task(), None)
            if self.gone:
                self.gone.set()

    def abort_clients(self) -> None:
        """Close every connection at once, whatever is under way."""
        for connection in list(self.connections):
            connection.abort()

    async def wait_closed(self) -> None:
        """Wait until the server is closed and has ended: what is under way, at most `drain_timeout`, and the shutdown handlers."""
        await self.closed()
        if self.ending is None:
            self.ending = asyncio.create_task(self._end())
        await shield(self.ending)

    async def _end(self) -> None:
        try:
            await self._drain()
        finally:
            self.abort_clients()
            if self.sweeper:
                self.sweeper.cancel()
            self.app.servers.remove(self)  # type: ignore[arg-type]
            if self.started:
                await self.app.run_shutdown_handlers()

    async def _drain(self) -> None:
        try:
            await asyncio.wait_for(self._quiet(), self.drain_timeout)
        except asyncio.TimeoutError:
            running = [connection.request for connection in self.connections]
            names = [request.method + ' ' + request.path for request in running if request]
            for name in names + list(self.background.values()):
                log(WARNING, 'Still running at shutdown: %s', name)
            self.abort_clients()
            for task in list(self.background):
                task.cancel()
            try:
                await asyncio.wait_for(self._quiet(), self.tick)
            except asyncio.TimeoutError:
                log(WARNING, 'Something does not end after it was cancelled')

    async def _quiet(self) -> None:
        while self.connections or self.background:
            self.gone = asyncio.Event()
            await self.gone.wait()


Rest = ServerRest  # the name by which `Late` finds it
