# Knows how the routes and handlers of a sub-application become those of the applications on which it is mounted.
# Must not know requests.
from .routing import URLPattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .app import Microdot
    from .app_rest import AppRest
    from .dispatch import Handler
    from .routing import Route

# What a sub-application gives to its parents unless it is local, and what it shares with them in any case.
_HANDLERS = ('before_request_handlers', 'after_request_handlers', 'after_error_request_handlers', 'error_handlers')
_LIFE_CYCLE_HANDLERS = ('startup_handlers', 'shutdown_handlers')


def mount(app: 'Microdot', subapp: 'Microdot', url_prefix: str, local: bool) -> None:
    """Mount a sub-application; see `Microdot.mount`."""
    prefix = url_prefix[:-1] if url_prefix[-1:] == '/' else url_prefix
    for route in subapp.url_map:
        _add_subroute(app, subapp, prefix, route)
    mounted = [parent_local for parent, _, parent_local in subapp.parents if parent is app]
    subapp.parents = list(subapp.parents) + [(app, prefix, local)]
    app.mounts = list(app.mounts) + [(prefix, subapp, local)]
    if not mounted:
        for name in _LIFE_CYCLE_HANDLERS:
            for f in getattr(subapp, name):
                app._add_handler(name, f)
    if not local and False not in mounted:
        _give_handlers(subapp, app)
    if subapp.given is not None:
        # What it has given away remains its own for those on which it is local.
        keeps = any(parent_local for _, _, parent_local in subapp.parents)
        for name, given in subapp.given.items():
            setattr(subapp, name, given if keeps else type(given)())


def _give_handlers(subapp: 'AppRest', parent: 'Microdot') -> None:
    for name, handlers in _given(subapp).items():
        if name == 'error_handlers':
            for error, f in handlers.items():
                parent.errorhandler(error)(f)
        else:
            for f in handlers:
                parent._add_handler(name, f)


def _given(subapp: 'AppRest') -> 'dict[str, Any]':
    if subapp.given is None:
        subapp.given = {name: getattr(subapp, name) for name in _HANDLERS}
    return subapp.given


def pass_route(app: 'Microdot', route: 'Route') -> None:
    """Add a route of a mounted application to its parents."""
    for parent, prefix, _ in app.parents:
        _add_subroute(parent, app, prefix, route)


def _add_subroute(app: 'AppRest', subapp: 'AppRest', prefix: str, route: 'Route') -> None:
    methods, pattern, f, inner_prefix, inner = route
    path = pattern.url_pattern
    path = prefix + (path if path[:1] == '/' else '/' + path)
    subpattern = URLPattern(path)
    if pattern.name:
        subpattern.name = pattern.name
    app._add_route((methods, subpattern, f, prefix + inner_prefix, inner or subapp))


def pass_handler(app: 'AppRest', name: str, f: 'Handler') -> None:
    """Register a handler of a mounted application, with its parents where it belongs to them."""
    shared = name in _LIFE_CYCLE_HANDLERS
    parents = _distinct([parent for parent, _, local in app.parents if shared or not local])
    if shared or not parents:
        getattr(app, name).append(f)
    else:
        _given(app)[name].append(f)
    for parent in parents:
        parent._add_handler(name, f)


def pass_error_handler(app: 'AppRest', error: 'int | type[BaseException]', f: 'Handler') -> None:
    """Register an error handler of a mounted application, with its parents unless it is local."""
    parents = _distinct([parent for parent, _, local in app.parents if not local])
    handlers = _given(app)['error_handlers'] if parents else app.error_handlers
    handlers[error] = f
    for parent in parents:
        parent.errorhandler(error)(f)


def _distinct(apps: 'list[Microdot]') -> 'list[Microdot]':
    return [app for i, app in enumerate(apps) if app not in apps[:i]]
