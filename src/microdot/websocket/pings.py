# Knows what a WebSocket does as time passes. Must not know how messages come, or servers.
from ..wire.closing import SERVER_ERROR
from ..wire.frames import PING, frame

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def tick(websocket: 'Any', now: float) -> None:
    """Do what `WebSocket.tick` says."""
    if websocket._gone or websocket._hung_up:
        if not websocket._patience:
            websocket._patience = now + websocket.leave_timeout
        elif now >= websocket._patience and not websocket._told:
            websocket.lost()
            websocket._messages.clear()
            websocket._iterating = False
            websocket._conclude()
            websocket._leave()
    elif websocket.ping_interval and not websocket.closed:
        if websocket._pong_by and now >= websocket._pong_by:
            websocket._send_close(SERVER_ERROR, 'a ping was not answered')
            websocket.lost()
        elif now >= websocket._ping_at:
            if websocket._ping_at:
                websocket._flow.send_soon(frame(PING, b''))
                if websocket.ping_timeout and not websocket._pong_by:
                    websocket._pong_by = now + websocket.ping_timeout
            websocket._ping_at = now + websocket.ping_interval
