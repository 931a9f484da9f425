# Knows how a body is sent that is long, or comes piece by piece. Must not know how bytes are moved.
from ..core.compat import ERROR, SMALL, log
from ..core.response import Response
from ..wire.bodies import LAST_CHUNK, chunk
from ..wire.http11 import CHUNKED
from .exchange import SLICE, Connection
from .framing import has_body

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..core.request import Request
if TYPE_CHECKING or not SMALL:
    from .sendfile import send_file, sends_file


async def send(connection: 'Connection', request: 'Request | None', response: 'Response') -> 'Response':
    """Send a response whose body is anything, and close the body in every outcome.

    Returns the response that was sent: another one if the body failed before its first piece. An exception means that the
    response was cut short; the connection must close for the client to see that.
    """
    sent = response
    try:
        body = b'' if response.body is None else response.body
        if isinstance(body, (bytearray, memoryview)):
            body = bytes(body)
        ready = isinstance(body, bytes)
        head, length = connection.frame(request, response, len(body) if ready else None)
        if not has_body(response):
            connection.write(head)
        elif ready:
            connection.queue(head)
            await _write_slices(connection, body)
        elif not SMALL and sends_file(connection, response):
            await send_file(connection, head, response)
        else:
            sent = await _stream(connection, request, response, head, length)
        if connection.blocked:
            await connection.drain()
    finally:
        try:
            await response.close()
        except Exception as exc:
            log(ERROR, 'Exception in the end of a body', exc=exc)
    return sent


async def _stream(
    connection: 'Connection', request: 'Request | None', response: 'Response', head: bytes, length: 'int | None'
) -> 'Response':
    chunked = length == CHUNKED
    begun = None
    entry = connection.entry
    connection.streaming = True
    try:
        in_place = SMALL and getattr(response.body, 'pieces', None)
        pieces = connection.pieces = in_place(response.send_file_buffer_size) if in_place else response.body_iter()
        if pieces is response.body:
            begun = _begin(connection, head)
            connection.flush_soon()  # the first piece may be long in coming
        sent = 0
        async for piece in pieces:
            begun = begun or _begin(connection, head)
            if isinstance(piece, str):
                piece = piece.encode()
            sent += len(piece)
            if length is not None and not chunked and sent > length:
                break
            if entry:
                entry.sent = sent
            if piece:
                await _write_slices(connection, chunk(piece) if chunked else piece)
        if length is not None and not chunked and sent != length:
            raise ValueError('the body is not as long as its Content-Length')
        begun = begun or _begin(connection, head)
        if chunked:
            connection.queue(LAST_CHUNK)
    except Exception as exc:
        if begun:
            queued, flushes = begun
            if connection.flushes != flushes:
                raise
            del connection.pending[queued:]
        log(ERROR, 'Exception in the body of a response', exc=exc)
        response = Response('Internal server error', 500)
        if entry:
            entry.sent = None
        connection.reply(request, response)
    finally:
        connection.streaming = False
        connection.pieces = None
    return response


def _begin(connection: 'Connection', head: bytes) -> 'tuple[int, int]':
    # Queues the head, and returns what tells whether and from where on it can be taken back.
    begun = len(connection.pending), connection.flushes
    connection.queue(head)
    return begun


async def _write_slices(connection: 'Connection', data: bytes) -> None:
    for start in range(0, len(data), SLICE):
        connection.queue(data[start:start + SLICE] if len(data) > SLICE else data)
        if connection.blocked:
            await connection.drain()
