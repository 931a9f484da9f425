# Knows what the handshake of a WebSocket may agree on: the origin, a subprotocol, an extension, and the headers and
# cookies that handlers after requests add. Must not know frames or servers.
from .. import HTTPException, Response
from ..core.compat import SMALL
from ..core.hooks import add_vary, run_after
from ..wire.http11 import TOKEN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .. import Request

# What the handshake sets itself, and what frames a body, which it has not.
_OWN = ('upgrade', 'connection', 'sec-websocket-accept', 'content-length', 'content-type', 'transfer-encoding')


async def agree(websocket: 'Any', request: 'Request') -> str:
    """Return the further lines of the head of the response, each after a line end.

    :param websocket: says what is offered; its subprotocol is set, and what compresses.

    Raises `HTTPException` with status 403 for an origin that is not allowed.
    """
    check_origin(websocket, request)
    headers: 'dict[str, Any]' = {}
    choose_subprotocol(websocket, request)
    if websocket.subprotocol:
        headers['Sec-WebSocket-Protocol'] = websocket.subprotocol
    if websocket.compress and not SMALL:
        from ..wire.deflate import negotiate

        agreed = negotiate(request.headers.get('Sec-WebSocket-Extensions', ''))
        if agreed:
            websocket._deflate, headers['Sec-WebSocket-Extensions'] = agreed
    return '\r\n'.join([''] + ['%s: %s' % field for field in await agreed_fields(request, headers)])


async def agreed_fields(request: 'Request', headers: 'dict[str, Any]') -> 'list[tuple[str, str]]':
    """Return further headers of the response, with what the handlers after the request add.

    :param headers: what is agreed on.
    """
    response = await run_after(request.app, request, Response(b'', 101, headers))
    fields: 'list[tuple[str, str]]' = []
    if response is not Response.already_handled:
        if getattr(request.g, '_vary', None):
            add_vary(response, request.g._vary)
        response.check_head()
        for name, value in response.headers.items():
            if name.lower() not in _OWN:
                fields += [(name, str(one)) for one in (value if isinstance(value, list) else [value])]
    return fields


def check_origin(websocket: 'Any', request: 'Request') -> None:
    """Raise `HTTPException` with status 403 if the origin of the request is not allowed (RFC 6455 section 10.2)."""
    if websocket.origins is not None and request.headers.get('Origin') not in websocket.origins:
        raise HTTPException(403, 'Origin not allowed')


def choose_subprotocol(websocket: 'Any', request: 'Request') -> None:
    """Set the subprotocol to the first that both sides speak (RFC 6455 section 4.2.2)."""
    offered = [name.strip() for name in request.headers.get('Sec-WebSocket-Protocol', '').split(',')]
    for name in websocket.subprotocols:
        if name in offered and not name.encode().strip(TOKEN):
            websocket.subprotocol = name
            break
