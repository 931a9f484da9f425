# Knows how the body of a request comes from its connection: deadlines, and the answer to an expectation.
# Must not know how bytes are moved.
from asyncio import CancelledError

from ..core.body import BodyStream
from ..core.errors import HTTPException
from . import BODY, HANDLER
from .exchange import Connection

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..core.request import Request

_CHEAP = 64 * 1024  # bytes of an unread body that are read rather than the connection closed


async def load_body(connection: Connection, request: 'Request') -> 'HTTPException | None':
    """Read the body of a request, or prepare to; returns what is wrong with it."""
    if connection.length > request.max_content_length:
        connection.keep = False
        connection.server.count('refused', 413)  # which is how the request is dispatched
        return None
    connection.body = RequestBody(connection, connection.length, request.max_content_length)
    if connection.expects_continue:
        try:
            if isinstance(connection.server.app.find_route(request)[0], int):
                return None  # the client need not send what nobody reads
        except Exception:
            return None  # it is raised again, and answered, where the request is dispatched
    try:
        await request.load_body(connection.body, connection.length)
    except HTTPException as exc:
        return exc
    return None


async def skip_body(connection: Connection, body: BodyStream) -> None:
    """Read what the handler has left of a body, so that the next request comes after it, if that is cheap."""
    skipped = 0
    try:
        while connection.keep and not body.ended:
            skipped += len(await body.read(_CHEAP))
            if skipped > _CHEAP:
                connection.keep = False
    except HTTPException:
        connection.keep = False


class RequestBody(BodyStream):
    """The body of a request as it comes from its connection."""

    _received = 0  # bytes
    _waited = 0.0  # seconds

    def is_cheap(self) -> bool:
        """Tell whether what nobody has read may be read rather than the connection closed."""
        if self._source.expects_continue:
            return self.ended  # RFC 9110 10.1.1: the client may send the body after the response, or not
        return self._chunks is not None or self._left <= _CHEAP

    async def _fill(self) -> bool:
        try:
            return await super()._fill()
        except HTTPException as exc:
            self._source.keep = False  # nobody can tell where the next request would begin
            self._source.server.count('refused', exc.status_code)
            raise

    async def _receive(self, n: int) -> bytes:
        connection: Connection = self._source
        server = connection.server
        if connection.expects_continue and len(connection.buffer) == connection.position:
            connection.expects_continue = False
            connection.write(b'HTTP/1.1 100 Continue\r\n\r\n')
            await connection.drain()
        if len(connection.buffer) == connection.position:
            connection.phase = BODY
            connection.deadline = server.after(server.body_timeout)
            before = server.now
            try:
                if not await connection._fill():
                    raise CancelledError  # the client has left
            finally:
                if connection.phase == BODY:
                    connection.phase = HANDLER
                    connection.deadline = 0
            self._waited += server.now - before
            if self._waited > server.body_timeout and self._received < server.body_rate * self._waited:
                raise HTTPException(408, 'Request timeout')
        data = connection.take(n)
        self._received += len(data)
        return data

    def _give_back(self, data: bytes) -> None:
        if data:
            connection = self._source
            connection.buffer = data + connection.take(len(connection.buffer))
