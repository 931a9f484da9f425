# Knows how a decorator puts a handler in the place of a route's function. Must not know what for.
from .app import Microdot
from .compat import SMALL

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    Handler = Callable[..., Any]
if TYPE_CHECKING or not SMALL:
    from .calls import call as call, wraps
else:
    from .compat import invoke_handler as call  # noqa: F401


def replace(f: 'Handler', handler: 'Handler') -> 'Handler':
    """Return the handler that a decorator puts in the place of a function, with the function's name and documentation.

    Raises `TypeError` for what is no function, and `RuntimeError` for one that has just become a route, which would go on
    without the handler.
    """
    if f is Microdot.newest or not callable(f):
        from .misuse import misplaced

        raise misplaced(f)
    return handler if SMALL else wraps(f)(handler)
