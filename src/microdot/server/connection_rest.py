# Knows a connection as a pair of asyncio's streams, and what happens when its deadline passes. Must not know sockets.
from ..core.compat import SMALL
from ..core.errors import HTTPException
from ..core.streams import ByteStream
from . import BODY, CLOSE, HEAD, IDLE, WRITE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ..core.request import Request
    from ..core.response import Response
    from .access_log import Entry
    from .base import Server
if TYPE_CHECKING or not SMALL:
    from .known_heads import frame
else:
    from .fields import frame


class ConnectionRest(ByteStream):
    """The methods of `Connection` that a plain request does not need."""

    receiver: 'Any' = None  # the WebSocket that has taken the connection over
    pieces: 'Any' = None  # the body that is streamed

    if TYPE_CHECKING:
        server: Server
        phase: int
        deadline: float
        blocked: bool
        disconnected: bool
        request: 'Request | None'
        lost: bool
        keep: bool
        entry: 'Entry | None'
        _unsent: int

        def write(self, data: bytes) -> None: ...

        def served(self) -> None: ...
        def flush(self) -> None: ...
        async def drain(self) -> None: ...
        def linger(self) -> None: ...
        def close(self) -> None: ...
        def abort(self) -> None: ...
        def interrupt(self, exc: HTTPException) -> None: ...
        def progressed(self) -> bool: ...

    async def awrite(self, data: bytes) -> None:
        """Write bytes and wait while there are too many of them."""
        self.write(data)
        await self.drain()

    async def aclose(self) -> None:
        """Close the connection when everything is written."""
        self.close()

    async def wait_closed(self) -> None:
        """Do nothing: the server waits for its connections."""

    def at_eof(self) -> bool:
        """Tell whether the client has ended its side and everything was read."""
        return self.disconnected and not self.buffer

    def flush_soon(self) -> None:
        """Have what is queued written as soon as the task suspends."""

    async def cancelled(self, request: 'Request | None', exc: BaseException) -> 'Response':
        """Return the response to a handler that something of its own has cancelled; raise what was cancelled from outside."""
        from ..core.failures import answer_cancelled

        return await answer_cancelled(self.server.app, request, exc, self.disconnected)

    def refuse(self, exc: HTTPException) -> HTTPException:
        """Note that the head of a request is refused, after which the connection is of no use; returns what was given."""
        self.keep = False
        start = self.position
        if bytes(self.buffer[start:start + 7]).lstrip(b'\r\n').startswith(b'HEAD '):
            exc.method = 'HEAD'
        self.server.count('refused', exc.status_code)
        return exc

    async def send(self, request: 'Request | None', response: 'Response') -> 'Response':
        """Send a response whose body is not a few bytes, if it can be sent; returns what was sent."""
        if self.lost:
            await response.close()
        elif response is response.already_handled:
            self.keep = False
            if self.blocked:
                await self.drain()
        else:
            return await _streaming().send(self, request, response)  # type: ignore[no-any-return]
        return response

    def frame(self, request: 'Request | None', response: 'Response', length: 'int | None') -> 'tuple[bytes, int | None]':
        """Return the head of a response, and the length of its body as the head tells it."""
        head, length, self.keep = frame(request.http_version if request else '1.1', self.keep, response, length)
        return head, length

    def conclude(self, response: 'Response | None') -> None:
        """Do what follows the response: the line of the access log, and what the application registered."""
        request, self.request = self.request, None
        entry, self.entry = self.entry, None
        if entry:
            entry.write(request, response, self.lost)
        if request and request.response_callbacks:
            name = 'after the response to %s %s' % (request.method, request.path)
            self.server.spawn(request.responded(response), name)

    def begin_entry(self) -> None:
        """Begin an entry of the access log."""
        from .access_log import Entry

        self.entry = Entry()

    def go_away(self) -> None:
        """Have a stream end that would go on for ever, as the server ends."""
        if hasattr(self.pieces, 'go_away'):
            self.pieces.go_away()

    def is_idle(self) -> bool:
        """Tell whether no request has begun."""
        # RFC 9112 2.2: an empty line does not begin one.
        return self.phase in (IDLE, HEAD) and self.buffer[self.position:] in (b'', b'\r\n')

    def look(self) -> None:
        """Do what time asks for while the application is at work."""
        if self.receiver:
            self.receiver.tick(self.server.now)

    def expire(self) -> None:
        """Do what is due when the deadline has passed."""
        phase = IDLE if self.is_idle() else self.phase
        if phase in (WRITE, CLOSE) and self.progressed():
            reading = phase == WRITE or self._unsent
            self.deadline = self.server.after(self.server.write_timeout if reading else self.server.linger_timeout)
            return
        self.server.count('deadlines', phase)
        if phase == IDLE:
            self.close()
        elif phase in (HEAD, BODY):
            self.interrupt(HTTPException(408, 'Request timeout'))
        else:
            self.abort()


_streaming_room: 'Any' = None  # PERF: an import in a function costs 1.5 us each time


def _streaming() -> 'Any':
    global _streaming_room
    if _streaming_room is None:
        from . import streaming as _streaming_room
    return _streaming_room


Rest = ConnectionRest  # the name by which `Late` finds it
