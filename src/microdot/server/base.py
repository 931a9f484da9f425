# Knows the server as a whole: limits, deadlines, connections and their end. Must not know how bytes are moved.
import asyncio

from ..core.compat import ERROR, SMALL, log
from . import HANDLER, IDLE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ..core.app import Microdot
    from ..wire.http11 import Framing, Head
    from .exchange import Connection
if TYPE_CHECKING or not SMALL:
    from .server_rest import ServerRest
else:
    from ..core.compat import Late as ServerRest


class Server(ServerRest):
    """Serves an application, with the verbs of an asyncio server.

    The limits are attributes of the class, read whenever they are used.
    """

    rest = 'server.server_rest'

    # Times in seconds.
    head_timeout: float = 10  # for the head of a request
    body_timeout: float = 10  # between two reads of a body, while somebody waits for it
    body_rate: float = 240  # bytes per second over all of a body, counted alike
    idle_timeout: float = 5 if SMALL else 75  # for a kept connection to be idle
    busy_idle_timeout: float = 5  # the same, when less than half of the connections are left
    write_timeout: float = 10 if SMALL else 30  # for a client to read anything of a response
    tls_timeout: float = 20 if SMALL else 10  # for a TLS handshake, on MicroPython with the head of the first request
    linger_timeout: float = 2  # for a client to read the last response while it is still sending
    drain_timeout: float = 10  # for what is under way when the server closes
    max_connections = 8 if SMALL else 10_000
    tick: float = 0.5  # between two looks at the deadlines, and at who has left

    call_in_loop: 'Any' = None  # where there are threads
    sock: 'Any'  # to listen on in place of host and port, where there is one (CPython)
    listener: 'Any' = None  # asyncio's server
    sweeper: 'Any' = None
    started = False  # whether the start-up handlers ran, so that the shutdown handlers are to run
    starting: 'Any' = None  # the task in which the start-up handlers run
    requests = 0
    counts: 'Any' = None  # by kind and reason, what `stats` tells
    if SMALL:
        # The last short head as it was sent, parsed, and its framing. UPY: the same again takes two thirds of the heap and time.
        known: 'tuple[bytes, Head, Framing]' = (b'', ('', '', '', b'', 0), (b'', 0, False, False))

    def __init__(self, app: 'Microdot', host: str, port: int, ssl: 'Any' = None) -> None:
        self.app = app
        self.host = host
        self.port = port
        self.ssl = ssl
        self.scheme = 'https' if ssl else 'http'
        self.access_log = app.debug
        self.connections: 'set[Connection]' = set()
        self.is_closing = False
        self.now: float = 1  # the time in ticks of a running loop, so that what blocks the loop is not the clients' fault
        self.idle_deadline = self.after(self.idle_timeout)  # of a connection that becomes idle now, if there is room
        self.closing = None if SMALL else asyncio.Event()
        self.gone: 'asyncio.Event | None' = None  # set whenever a connection or a background task ends, while one waits
        self.background: 'dict[Any, str]' = {}  # tasks beside the connections, and their names
        self.ending: 'Any' = None  # the task that ends the server

    async def start(self, start_serving: bool = True) -> None:
        """Run the start-up handlers and listen; `ValueError` for a route with a malformed pattern.

        If this fails or is cancelled, the server is closed.
        """
        app = self.app
        app.router()
        app.servers.append(self)
        if not SMALL:
            from ..core.compat import caller_in_loop

            self.call_in_loop = caller_in_loop()
        try:
            if app.startup_handlers:
                self.starting = asyncio.current_task()
                await app.run_startup_handlers()
                self.starting = None
            self.started = True
            if not self.is_closing:
                await self._listen()
                self.sweeper = asyncio.create_task(self._sweep())
                if start_serving and not SMALL:
                    await self.start_serving()
        except BaseException:
            self.starting = None
            self.close_now()
            await self.wait_closed()
            raise

    if TYPE_CHECKING:

        async def _listen(self) -> None: ...

    async def serve_forever(self) -> None:
        """Serve until the server is closed and has ended; when this is cancelled the server closes."""
        try:
            if not (SMALL or self.is_closing):
                await self.start_serving()
            await self.closed()
        finally:
            self.close_now()
            await self.wait_closed()

    async def closed(self) -> None:
        """Wait until the server is closed."""
        if self.closing:
            await self.closing.wait()
        elif self.listener:
            # UPY: the listener's end says as much as an event, and costs no heap.
            try:
                await self.listener.wait_closed()
            except asyncio.CancelledError:
                if not self.is_closing:  # else it was the listener that was cancelled, together with who waited for it
                    raise

    def admit(self, connection: 'Connection') -> bool:
        """Take in a new connection if there is room, which idle ones make."""
        if self.is_closing or (len(self.connections) >= self.max_connections and not self.make_room()):
            return False
        self.connections.add(connection)
        return True

    def forget(self, connection: 'Connection') -> None:
        """Note that a connection has ended."""
        self.connections.discard(connection)
        if self.gone:
            self.gone.set()

    def after(self, seconds: float) -> float:
        """Return the deadline for something that may take so long."""
        return self.now + seconds + self.tick  # `now` is up to a tick late

    async def _sweep(self) -> None:
        while True:
            await asyncio.sleep(self.tick)
            try:
                self._expire()
            except Exception as exc:  # such as MemoryError; other deadlines pass too
                log(ERROR, 'Exception at a deadline', exc=exc)

    def _expire(self) -> None:
        self.now = now = self.now + self.tick
        self.idle_deadline = self.after(self.idle_timeout)
        scarce = len(self.connections) * 2 > self.max_connections
        idle_now = now + self.idle_timeout - self.busy_idle_timeout if scarce else now
        for connection in list(self.connections):
            if 0 < connection.deadline <= (idle_now if connection.phase == IDLE else now):
                connection.deadline = 0
                connection.expire()
            elif connection.phase == HANDLER:
                connection.look()
