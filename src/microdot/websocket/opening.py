# Knows the handshake of a WebSocket (RFC 6455 section 4): what it has to be, and the answer to its key.
# Must not know what else is agreed on.
from ..core.compat import SMALL
from ..core.errors import HTTPException
from ..wire.frames import FrameReader
from ..wire.http11 import find_header

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .. import Request

_SWITCHING = 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: '
_ACCEPT = b'258EAFA5-E914-47DA-95CA-C5AB0DC85B11'  # section 1.3


async def open_websocket(websocket: 'Any') -> None:
    """Do what `WebSocket.handshake` says, where a connection has bytes."""
    request = websocket.request
    head = _SWITCHING + accept(request)
    app = request.app
    if (
        websocket.origins is not None or websocket.subprotocols or websocket.compress
        or request.subapp or app.after_request_handlers or request.after_request_handlers
    ):
        from .agreement import agree

        head += await agree(websocket, request)
    limit = request.max_body_length if websocket.max_message_length < 0 else websocket.max_message_length
    websocket._frames = FrameReader(limit)
    if websocket._deflate:
        websocket._frames.extension = websocket._deflate
    reader, writer = request.sock
    writer.write((head + '\r\n\r\n').encode())
    await writer.drain()
    websocket.begin()
    if hasattr(reader, 'receiver'):
        reader.receiver = websocket
    if not SMALL and hasattr(reader, 'take_over'):
        websocket._flow = reader.take_over(websocket)
        websocket._flow.start()
    else:
        from .streams import Streams

        websocket._flow = Streams(websocket, reader, writer)


def accept(request: 'Request') -> str:
    """Return the answer to the key of a handshake (RFC 6455 section 4.2).

    Raises `HTTPException`: 400 or 405 if the request is no handshake, 426 if it is one of another version.
    """
    if request.method != 'GET':
        raise HTTPException(405, 'Not found')
    key = _header(request, b'sec-websocket-key')
    from binascii import a2b_base64, b2a_base64

    try:
        valid = len(key) == 24 and len(a2b_base64(key)) == 16
    except ValueError:
        valid = False
    if (
        not valid or _header(request, b'upgrade').lower() != b'websocket' or request.http_version == '1.0'
        or b'upgrade' not in [option.strip() for option in _header(request, b'connection').lower().split(b',')]
    ):
        raise HTTPException(400, 'Not a WebSocket handshake')
    if _header(request, b'sec-websocket-version') != b'13':
        raise HTTPException(426, 'Upgrade required', {
            'Upgrade': 'websocket', 'Connection': 'Upgrade', 'Sec-WebSocket-Version': '13'})
    from hashlib import sha1

    return b2a_base64(sha1(key + _ACCEPT).digest()).decode().strip()


def _header(request: 'Request', name: bytes) -> bytes:
    if not request.block:
        return str(request.headers.get(name.decode(), '')).encode()
    return find_header(request.block, request.lower_block, name) or b''
