# Knows what is wrong with a decorator that stands in the wrong place. Must not know what it is for.
from .compat import WARNING, log

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

    from .app import Microdot

    Handlers = Iterable[Callable[..., Any]]


def misplaced(f: 'Any') -> Exception:
    """Return the error for what a decorator was given in place of a function that is no route yet."""
    if not callable(f):
        return TypeError('%r is no function: give the parameters of a decorator by name' % (f,))
    return RuntimeError('%s is a route already: this decorator has to stand below that of the route' % _name(f))


def check_routes(app: 'Microdot', functions: 'Handlers') -> None:
    """Raise `RuntimeError` for a function that is to be protected and is no route."""
    for f in _no_routes(app, functions):
        raise RuntimeError('%s is not protected: @protect has to stand directly below the decorator of the route' % _name(f))


def warn_of_exemptions(app: 'Microdot', functions: 'Handlers') -> None:
    """Log which functions are to be exempt and are no routes."""
    for f in _no_routes(app, functions):
        log(WARNING, '%s is not exempt: @exempt has to stand directly below the decorator of the route', _name(f))


def _no_routes(app: 'Microdot', functions: 'Handlers') -> 'list[Any]':
    routes = [route[2] for route in app.url_map]
    return [f for f in functions if f not in routes]


def _name(f: 'Any') -> str:
    return str(getattr(f, '__name__', f))
