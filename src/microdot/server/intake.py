# Knows which bytes are a request and its body, and which are refused. Must not know sockets or responses.
from ..core.compat import SMALL
from ..core.errors import HTTPException
from ..core.request import Request
from ..wire.http11 import framing, parse_head
from . import HEAD, IDLE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .exchange import Connection
if TYPE_CHECKING or not SMALL:
    from ..wire.head_pattern import is_within

_MOST_KNOWN = 256 if SMALL else 2048  # bytes of a head that a connection, on a board the server, remembers


def next_request(connection: 'Connection') -> 'Request | HTTPException | None':
    """Take the next head from the buffer of a connection: a request, why it is refused, or None while it is incomplete."""
    buffer = connection.buffer
    start = connection.position
    if len(buffer) == start:
        return None
    server = connection.server
    keeper: 'Any' = server if SMALL else connection
    raw, head, facts = keeper.known
    if raw and buffer.startswith(raw, start) and (SMALL or is_within(len(raw), head[3], Request)):
        end = start + len(raw)
        if connection.searched:
            connection.searched = 0
    else:
        try:
            found = parse_head(buffer, start, Request, start + connection.searched, head[3])
            if isinstance(found, int):
                connection.searched = found - start
                if connection.phase == IDLE:
                    connection.phase = HEAD
                    connection.deadline = server.after(server.head_timeout)
                return None
            if connection.searched:
                connection.searched = 0
            if SMALL or found[3] is not head[3] or found[2] != head[2]:
                facts = framing(found[2], found[3])
        except HTTPException as refusal:
            return refusal
        head = found
        end = head[4]
        if end - start <= _MOST_KNOWN:
            keeper.known = (bytes(buffer[start:end]), head, facts)
    if end == len(buffer):  # PERF: 0.2 us less than to take it
        connection.buffer = b''
        connection.position = 0
    else:
        connection.take(end - start)
    if connection.body:
        connection.body = None
    _, connection.length, connection.keep, connection.expects_continue = facts
    return Request.from_head(server.app, connection.client_addr, head, facts, connection.sock, server.scheme)


def take_body(connection: 'Connection', request: Request) -> bool:
    """Take the body of a request if all of it has come and it is kept in memory; tell whether it was."""
    length = connection.length
    if not 0 < length <= len(connection.buffer) - connection.position or length > min(
        request.max_body_length, request.max_content_length
    ):
        return False
    request.body = connection.take(length)
    connection.length = 0
    return True
