# Knows which bytes are a request, and which are refused. Must not know sockets or responses.
from ..core.errors import HTTPException
from ..core.request import Request
from ..wire.http11 import find_header, keep_alive, parse_head
from . import HEAD, IDLE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .exchange import Connection


def next_request(connection: 'Connection') -> 'Request | HTTPException | None':
    """Take the next head from the buffer of a connection: a request, why it is refused, or None while it is incomplete."""
    buffer = connection.buffer
    start = connection.position
    if len(buffer) == start:
        return None
    server = connection.server
    try:
        head = parse_head(buffer, start, Request, start + connection.searched)
        if isinstance(head, int):
            connection.searched = head - start
            if connection.phase == IDLE:
                connection.phase = HEAD
                connection.deadline = server.after(server.head_timeout)
            return None
        connection.searched = 0
        request, connection.length = Request.from_head(server.app, connection.client_addr, head, connection.sock, server.scheme)
    except HTTPException as refusal:
        return refusal
    if head[4] == len(buffer):  # PERF: 0.2 us less than to take it
        connection.buffer = b''
        connection.position = 0
    else:
        connection.take(head[4] - start)
    lower = request.lower_block
    connection.keep = keep_alive(head[2], lower)
    connection.body = None
    connection.expects_continue = lower.find(b'\nexpect:') >= 0 and head[2] == '1.1'
    # RFC 9110 10.1.1: there is one expectation.
    if connection.expects_continue and find_header(lower, lower, b'expect') != b'100-continue':
        return HTTPException(417, 'Expectation failed')
    return request
