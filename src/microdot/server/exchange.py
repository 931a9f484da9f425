# Knows what both servers decide alike: what bytes are a request or a refusal, how a response becomes bytes, what
# happens to an unread body and whether the connection is kept. Must not know sockets, transports or loops.
from asyncio import CancelledError

from ..core.buffer import Buffer
from ..core.compat import ERROR, SMALL, log
from ..core.errors import HTTPException
from ..core.request import Request
from ..core.response import Response
from . import CLOSE, HANDLER, HEAD, IDLE
from .framing import has_body, whole
from .intake import take_body

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ..wire.http11 import Framing, Head
    from .access_log import Entry
    from .base import Server
    from .body import RequestBody
if TYPE_CHECKING or not SMALL:
    from .connection_rest import ConnectionRest
else:
    from ..core.compat import Late as ConnectionRest

SLICE = 4 * 1024 if SMALL else 64 * 1024  # bytes given to the transport at once


class Connection(ConnectionRest, Buffer):
    """A client's connection, with the verbs of asyncio's streams; it is the reader and the writer of `request.sock`.

    A server's subclass moves the bytes: `_fill`, `served`, `flush`, `drain`, `linger`, `close`, `abort`, `interrupt` and
    `progressed`.
    """

    rest = 'server.connection_rest'
    blocked = True  # whether to drain after writing
    streaming = False  # whether the client's leaving ends the response

    disconnected = False  # whether the client has ended its side
    lost = False  # whether nothing can be sent any more
    length = 0  # of the request's body, while it is not taken
    body: 'RequestBody | None' = None  # of the request
    keep = True  # whether the connection stays open after the response
    expects_continue = False
    searched = 0  # how many bytes of an incomplete head were searched for its end
    if not SMALL:
        # The last head as it was sent, parsed, and its framing. PERF: a client often sends the same head or header block again:
        # 2 us less for a head, 1 for a block, 6 and 5 with a browser's headers.
        known: 'tuple[bytes, Head, Framing]' = (b'', ('', '', '', b'', 0), (b'', 0, False, False))
    request: 'Request | None' = None
    entry: 'Entry | None' = None  # of the access log

    def __init__(self, server: 'Server', client_addr: 'Any') -> None:
        self.server = server
        self.client_addr = client_addr
        self.sock = (self, self)
        self.pending: 'list[bytes]' = []  # what is to be written
        self.flushes = 0
        self.phase = HEAD
        self.deadline = server.after(server.head_timeout)

    async def serve(self, asked: 'Request | HTTPException') -> None:
        """Answer a request, or refuse it."""
        server = self.server
        self.phase = HANDLER
        self.deadline = 0
        error = request = response = None
        try:
            if self.lost:  # before the task began
                raise CancelledError
            if server.access_log:
                self.begin_entry()
            if isinstance(asked, Request):
                server.requests += 1
                self.request = request = asked
                if self.length and not take_body(self, request):
                    from .body import load_body

                    error = await load_body(self, request)
            else:
                error = self.refuse(asked)
            try:
                response = await server.app.dispatch_request(request, error)
            except CancelledError as exc:
                response = await self.cancelled(request, exc)
            if server.is_closing or (self.body and not self.body.is_cheap()):
                self.keep = False
            self.expects_continue = False
            if self.lost or type(response.body) is not bytes or len(response.body) > SLICE or response is Response.already_handled:
                response = await self.send(request, response)
            else:
                self.reply(request, response)
                if self.blocked:
                    await self.drain()
            if self.body:
                self.conclude(response)
                if self.keep:
                    from .body import skip_body

                    await skip_body(self, self.body)
            self.finish()
        except (CancelledError, GeneratorExit, KeyboardInterrupt, SystemExit):
            self.abort()
            raise
        except BaseException as exc:
            log(ERROR, 'Exception in a connection', exc=exc)
            self.abort()
        finally:
            if self.entry or (request and request.response_callbacks):
                self.conclude(response)
            self.request = None
            self.served()

    def reply(self, request: 'Request | None', response: Response) -> None:
        """Write a response whose body is bytes."""
        data = whole(request.http_version if request else '1.1', self.keep, response)
        if data is None:
            head, _ = self.frame(request, response, len(response.body))
            data = head + response.body if has_body(response) else head
        self.write(data)

    def queue(self, data: bytes) -> None:
        """Write bytes soon, together with what is written next."""
        self.pending.append(data)

    def write(self, data: bytes) -> None:
        """Write bytes; `drain` waits while there are too many of them."""
        self.queue(data)

    def finish(self) -> None:
        """Wait for the next request, or close the connection after its last response."""
        if self.keep and self.phase != CLOSE and not self.server.is_closing:
            self.phase = IDLE
            self.deadline = self.server.idle_deadline
        elif len(self.buffer) > self.position or (self.length and not (self.body and self.body.ended)):
            # RFC 9112 9.6: to close while the client is sending would reset the connection, and lose the response.
            self.phase = CLOSE
            self.deadline = self.server.after(self.server.linger_timeout)
            self.linger()
        else:
            self.close()

    def __repr__(self) -> str:
        # COMPAT: applications look for "eof" in it.
        return '<Connection%s>' % (' eof' if self.disconnected else '')
