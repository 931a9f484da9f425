# Knows what a WebSocket raises. Must not know why.
import asyncio


class WebSocketError(Exception):
    """The WebSocket is closed, or the client does not keep to the protocol."""


def _client_left() -> 'type[BaseException]':
    try:
        return type('ClientLeft', (WebSocketError, asyncio.CancelledError), {})
    except TypeError:  # UPY: a class cannot have two built-in bases
        return asyncio.CancelledError


# What `receive` raises when the client leaves: the handler is cancelled.
# COMPAT: applications catch a WebSocketError there.
ClientLeft = _client_left()
