# Knows how a response goes out, whatever carries it: whether its body is sent, what becomes of one that fails, and that it
# is closed once. Must not know what carries it.
from ..core.compat import ERROR, log
from ..core.response import Response
from .framing import has_body

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


async def send(carrier: 'Any', response: Response) -> Response:
    """Send a response whose body is anything, and close the body in every outcome.

    :param carrier: has coroutines `whole` (sends a response with these bytes as its body, or None for no body and a length that
                    is not known), `file` (tells whether it has sent the body by itself, as it is a file), `write` (a piece of a
                    body, after the head) and `end`; and `begin`, which returns the length that the head tells or None,
                    `iterate`, which returns what gives the pieces and sees to it that the head goes ahead of a first that is
                    long in coming, and `take_back`, which tells whether nothing has been sent.

    Returns the response that was sent: another one if the body failed before its first piece. An exception means that the
    response was cut short, which the client has to see.
    """
    try:
        body = b'' if response.body is None else response.body
        if isinstance(body, (bytearray, memoryview)):
            body = bytes(body)
        if isinstance(body, bytes):
            await carrier.whole(response, body)
        elif not has_body(response):
            await carrier.whole(response, None)
        elif not await carrier.file(response):
            return await _send_pieces(carrier, response)
    finally:
        try:
            await response.close()
        except Exception as exc:
            log(ERROR, 'Exception in the end of a body', exc=exc)
    return response


async def _send_pieces(carrier: 'Any', response: Response) -> Response:
    length = carrier.begin(response)
    sent = 0
    try:
        async for piece in carrier.iterate(response):
            if isinstance(piece, str):
                piece = piece.encode()
            sent += len(piece)
            if length is not None and sent > length:
                break
            if piece:
                await carrier.write(piece)
        if length is not None and sent != length:
            raise ValueError('the body is not as long as its Content-Length')
        await carrier.end()
    except Exception as exc:
        if not carrier.take_back():
            raise
        log(ERROR, 'Exception in the body of a response', exc=exc)
        response = Response('Internal server error', 500)
        await carrier.whole(response, response.body)
    return response
