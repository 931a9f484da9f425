# Knows which bytes are a request, and which are refused. Must not know sockets or responses.
from ..core.compat import SMALL
from ..core.errors import HTTPException
from ..core.request import Request
from ..wire.http11 import framing, parse_head
from . import HEAD, IDLE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .exchange import Connection

_MOST_KNOWN = 2048  # bytes of a header block that a connection remembers


def next_request(connection: 'Connection') -> 'Request | HTTPException | None':
    """Take the next head from the buffer of a connection: a request, why it is refused, or None while it is incomplete."""
    buffer = connection.buffer
    start = connection.position
    if len(buffer) == start:
        return None
    server = connection.server
    known = connection.known
    try:
        head = parse_head(buffer, start, Request, start + connection.searched, known[1])
        if isinstance(head, int):
            connection.searched = head - start
            if connection.phase == IDLE:
                connection.phase = HEAD
                connection.deadline = server.after(server.head_timeout)
            return None
        connection.searched = 0
        if head[3] is known[1] and head[2] == known[0]:
            facts = known[2]
        else:
            facts = framing(head[2], head[3])
            if not SMALL and len(head[3]) <= _MOST_KNOWN:
                connection.known = (head[2], head[3], facts)
    except HTTPException as refusal:
        return refusal
    if head[4] == len(buffer):  # PERF: 0.2 us less than to take it
        connection.buffer = b''
        connection.position = 0
    else:
        connection.take(head[4] - start)
    connection.body = None
    _, connection.length, connection.keep, connection.expects_continue = facts
    return Request.from_head(server.app, connection.client_addr, head, facts, connection.sock, server.scheme)
