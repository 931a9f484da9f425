# Knows the WebSockets of an ASGI server. Must not know its requests.
from .. import HTTPException
from ..gateway.websocket import Left, MessageWebSocket


class WebSocket(MessageWebSocket):
    """A WebSocket of an ASGI server, as its handler receives it; see `microdot.websocket.WebSocket`."""

    # Servers raise RuntimeError for what comes after the end.
    gone = (OSError, RuntimeError)

    async def accept(self, headers: 'list[tuple[str, str]]') -> None:
        """Shake hands; an `HTTPException` with status 400 if the client wants no WebSocket."""
        receive, send = self.request.sock
        if self.request.asgi_scope['type'] != 'websocket' or (await receive())['type'] != 'websocket.connect':  # type: ignore[attr-defined]  # pyright: ignore
            raise HTTPException(400, 'Not a WebSocket handshake')
        await send({'type': 'websocket.accept', 'subprotocol': self.subprotocol,
                    'headers': [(name.lower().encode(), value.encode()) for name, value in headers]})

    async def next_message(self) -> 'str | bytes':
        """Wait for a message; raises `Left` when the client leaves."""
        message = await self.request.sock[0]()
        if message['type'] == 'websocket.disconnect':
            raise Left(message.get('code') or 1005, message.get('reason') or '')
        text = message.get('text')
        return text if text is not None else message.get('bytes') or b''

    async def send_message(self, data: 'str | bytes') -> None:
        """Send a message."""
        await self.request.sock[1]({'type': 'websocket.send', 'text' if isinstance(data, str) else 'bytes': data})

    async def send_close(self, code: int, reason: str) -> None:
        """Close the WebSocket."""
        await self.request.sock[1]({'type': 'websocket.close', 'code': code, 'reason': reason})
