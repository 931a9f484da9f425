# Knows how the body of a request comes from its connection: deadlines, and the answer to an expectation.
# Must not know how bytes are moved.
from asyncio import CancelledError

from ..core.body import BodyStream
from ..core.errors import HTTPException
from .exchange import BODY, HANDLER, Connection


class RequestBody(BodyStream):
    """The body of a request as it comes from its connection."""

    _received = 0  # bytes
    _waited = 0.0  # seconds

    async def _receive(self, n: int) -> bytes:
        connection: Connection = self._source
        server = connection.server
        if len(connection._buffer) == connection._start:
            if connection.expects_continue:
                connection.expects_continue = False
                connection.write(b'HTTP/1.1 100 Continue\r\n\r\n')
                await connection.drain()
            connection.phase = BODY
            connection.deadline = server.after(server.body_timeout)
            before = server.now
            if not await connection._fill():
                raise CancelledError  # the client has left
            connection.phase = HANDLER
            connection.deadline = 0
            self._waited += server.now - before
            if self._waited > server.body_timeout and self._received < server.body_rate * self._waited:
                raise HTTPException(408, 'Request timeout')
        data = connection._take(n)
        self._received += len(data)
        return data

    def _give_back(self, data: bytes) -> None:
        if data:
            connection = self._source
            connection._buffer = data + connection._take(len(connection._buffer))
