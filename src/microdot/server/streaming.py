# Knows how a body is sent over a connection that is long, or comes piece by piece. Must not know how bytes are moved.
from ..core.compat import SMALL
from ..wire.bodies import LAST_CHUNK, chunk
from ..wire.http11 import CHUNKED
from .exchange import SLICE, Connection
from .framing import has_body
from .sending import send as send_by

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Coroutine
    from typing import Any

    from ..core.request import Request
    from ..core.response import Response
if TYPE_CHECKING or not SMALL:
    from .sendfile import send_file, sends_file


async def send(connection: 'Connection', request: 'Request | None', response: 'Response') -> 'Response':
    """Send a response whose body is anything; see `server.sending`.

    After an exception the connection must close, for the client to see that the response was cut short.
    """
    try:
        return await send_by(_Carrier(connection, request), response)
    finally:
        connection.streaming = False
        connection.pieces = None


class _Carrier:
    # The connection, as it carries one response.

    def __init__(self, connection: 'Connection', request: 'Request | None') -> None:
        self._connection = connection
        self._request = request

    async def whole(self, response: 'Response', body: 'bytes | None') -> None:
        connection = self._connection
        head, _ = connection.frame(self._request, response, None if body is None else len(body))
        connection.queue(head)
        if body and has_body(response):
            await self._write_slices(body)
        if connection.blocked:
            await connection.drain()

    async def file(self, response: 'Response') -> bool:
        connection = self._connection
        if SMALL or not sends_file(connection, response):
            return False
        await send_file(connection, connection.frame(self._request, response, None)[0], response)
        if connection.blocked:
            await connection.drain()
        return True

    def begin(self, response: 'Response') -> 'int | None':
        self._head, length = self._connection.frame(self._request, response, None)
        self._begun = False
        self._chunked = length == CHUNKED
        self._connection.streaming = True
        return None if self._chunked else length

    def iterate(self, response: 'Response') -> 'Any':
        in_place = SMALL and getattr(response.body, 'pieces_in_one_buffer', None)
        pieces: 'Any' = in_place(response.send_file_buffer_size) if in_place else response.body_iter()
        self._connection.pieces = pieces
        if pieces is response.body:
            self._queue_head()
            self._connection.flush_soon()  # the first piece may be long in coming
            if not SMALL and hasattr(pieces, 'write_now') and self._chunked:
                pieces.write_now = self._write_now
        return pieces

    def _write_now(self, piece: bytes) -> bool:
        connection = self._connection
        if connection.blocked or connection.lost or not 0 < len(piece) <= SLICE:
            return False
        if connection.entry:
            connection.entry.sent = (connection.entry.sent or 0) + len(piece)
        connection.queue(chunk(piece))
        return True

    def _queue_head(self) -> None:
        connection = self._connection
        self._begun = True
        self._queued = len(connection.pending)
        self._flushes = connection.flushes
        connection.queue(self._head)

    def write(self, piece: bytes) -> 'Coroutine[Any, Any, None]':
        if not self._begun:
            self._queue_head()
        entry = self._connection.entry
        if entry:
            entry.sent = (entry.sent or 0) + len(piece)
        return self._write_slices(chunk(piece) if self._chunked else piece)  # UPY: a coroutine around it takes 80 bytes

    async def _write_slices(self, data: bytes) -> None:
        connection = self._connection
        for start in range(0, len(data), SLICE):
            connection.queue(data[start:start + SLICE] if len(data) > SLICE else data)
            if connection.blocked:
                await connection.drain()

    async def end(self) -> None:
        connection = self._connection
        if not self._begun:
            self._queue_head()
        if self._chunked:
            connection.queue(LAST_CHUNK)
        connection.streaming = False
        if connection.blocked:
            await connection.drain()

    def take_back(self) -> bool:
        connection = self._connection
        connection.streaming = False
        if self._begun:
            if connection.flushes != self._flushes:
                return False
            del connection.pending[self._queued:]
        if connection.entry:
            connection.entry.sent = None
        return True
