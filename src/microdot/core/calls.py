# Knows how a handler calls the function in whose place it stands, on CPython. Must not know what the handler is for.
from collections.abc import Callable
from typing import Any

from .compat import invoke_handler, is_async, wraps as wraps
from .dispatch import to_response


async def call(f: 'Callable[..., Any]', *args: Any, **kwargs: Any) -> Any:
    """Call the function of a route, and return what the handler in its place is to return."""
    value = await invoke_handler(f, *args, **kwargs)
    if is_async(f):
        return value
    response = to_response(value)
    response.threaded = not isinstance(response.body, bytes)
    return response
