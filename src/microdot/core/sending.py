# Knows a response beyond its plainest form: whether it can be sent, the iteration over its body, HTTP/1.0 to a stream.
# Must not know requests or servers.
from ..wire.fields import check_name, check_text, head_bytes
from .compat import in_thread, iscoroutine
from .response import Response

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from typing import Any

# What a socket says of a peer that has left: EPIPE, ECONNRESET (BSD and Linux), ENOTCONN.
MUTED_SOCKET_ERRORS = [32, 54, 104, 128]


def check(response: Response) -> None:
    """Raise `TypeError` or `ValueError` if a response cannot be sent."""
    if not 100 <= response.status_code <= 999:
        raise ValueError('status code %d' % response.status_code)
    body = response.body
    if not (isinstance(body, bytes) or body is None or hasattr(body, 'read') or hasattr(body, '__anext__') or hasattr(body, '__aiter__')):
        iter(body)
    check_head(response)


def check_head(response: Response) -> None:
    """Raise `ValueError` if the reason or a header cannot be sent (RFC 9110 section 5.5)."""
    if response.reason:
        check_text('reason', response.reason)
    if response.has_headers:
        for name, value in response.headers.items():
            check_name(name)
            for one in value if isinstance(value, list) else (value,):
                check_text(name, str(one))


async def write(response: Response, stream: 'Any') -> None:
    """Write a response as HTTP/1.0 to a stream with `awrite`."""
    response.complete()
    reason = response.reason if response.reason is not None else 'OK' if response.status_code == 200 else 'N/A'
    try:
        await stream.awrite(head_bytes('1.0', response.status_code, reason, response.headers))
        if not response.is_head:
            async for piece in response.body_iter():
                await stream.awrite(piece.encode() if isinstance(piece, str) else piece)
    except OSError as exc:
        if not is_muted(exc):
            raise
    finally:
        await response.close()


def body_iter(response: Response) -> 'AsyncIterator[Any]':
    """Iterate over a body, asynchronously and whatever it is."""
    body = response.body
    if hasattr(body, '__aiter__') and not hasattr(body, '__anext__'):
        response.body = body = body.__aiter__()
    return body if hasattr(body, '__anext__') else _Pieces(response)


async def close(response: Response) -> None:
    """Close a body, if it can be closed; once, however often this is called."""
    body = response.body
    response.body = b''
    function = getattr(body, 'aclose', None) or getattr(body, 'close', None)
    if function:
        result = await in_thread(function) if response.threaded else function()
        if hasattr(result, '__await__') or iscoroutine(result):
            await result


def is_muted(exc: OSError) -> bool:
    """Tell whether an error says that the peer has left."""
    return bool(exc.args) and (exc.args[0] in MUTED_SOCKET_ERRORS or exc.args[0] == 'Connection lost')


class _Pieces:
    # Iterates asynchronously over a body that is a value, a file or an ordinary iterator.

    def __init__(self, response: Response) -> None:
        body = response.body
        self._size = response.send_file_buffer_size
        self._read = getattr(body, 'read', None)
        self._threaded = response.threaded
        if self._read is None and not hasattr(body, '__next__'):
            if isinstance(body, (str, bytes, bytearray, memoryview)):
                body = (body,) if body else ()
            elif body is None:
                body = ()
            body = iter(body)
            if not hasattr(response.body, 'close'):
                response.body = body
        self._next = body

    def __aiter__(self) -> '_Pieces':
        return self

    async def __anext__(self) -> 'Any':
        if self._threaded:
            piece = await in_thread(self._step)
        else:
            piece = self._step()
        if hasattr(piece, '__await__') or iscoroutine(piece):
            piece = await piece
        if piece is None or (self._read and not piece):
            raise StopAsyncIteration
        return piece

    def _step(self) -> 'Any':
        return self._read(self._size) if self._read else next(self._next, None)
