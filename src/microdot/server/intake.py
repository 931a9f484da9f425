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
    start = connection.position
    if len(connection.buffer) == start:
        return None
    try:
        head = parse_head(connection.buffer, start, Request, start + connection.searched)
        if isinstance(head, int):
            connection.searched = head - start
            if connection.phase == IDLE:
                connection.phase = HEAD
                connection.deadline = connection.server.after(connection.server.head_timeout)
            return None
        connection.searched = 0
        server = connection.server
        request, length = Request.from_head(server.app, connection.client_addr, head, connection.sock, server.scheme)
    except HTTPException as refusal:
        return refusal
    if head[4] == len(connection.buffer):  # PERF: 0.2 us less than to take it
        connection.buffer = b''
        connection.position = 0
    else:
        connection.take(head[4] - start)
    lower = request.lower_block
    version = request.http_version
    connection.keep = keep_alive(version, lower) if b'\nconnection:' in lower else version == '1.1'
    connection.length = length
    connection.body = None
    connection.expects_continue = False
    if b'\nexpect:' in lower and version == '1.1':
        # RFC 9110 10.1.1: there is one expectation.
        if find_header(lower, lower, b'expect') != b'100-continue':
            return HTTPException(417, 'Expectation failed')
        connection.expects_continue = True
    return request
