# Knows what a request gets for whose method and path there is no route: 404, 405, 501, an answer to OPTIONS.
# Must not know servers.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from .app import Microdot
    from .dispatch import Dispatcher, Found
    from .request import Request
    from .routing import Route

# RFC 9110 9.1: a method that no route has and that is not among these is answered with 501.
_METHODS = (
    ' GET HEAD POST PUT PATCH DELETE OPTIONS QUERY CONNECT TRACE PROPFIND PROPPATCH MKCOL COPY MOVE LOCK UNLOCK SEARCH '
    'REPORT LINK UNLINK ACL BIND REBIND UNBIND CHECKIN CHECKOUT LABEL MERGE MKACTIVITY MKCALENDAR UPDATE PURGE SOURCE '
)


def find_other(app: 'Dispatcher', req: 'Request', method: str) -> 'Found':
    """Return what answers a request for whose method no route is registered; see `Dispatcher.find_route`."""
    first = None
    for route, args in _matches(app, req.path):
        if method in route[0] or (method == 'HEAD' and 'GET' in route[0]):
            req.url_args = args
            req.route = route[2]
            return route[2:]
        first = first or route
    if first:
        status, url_prefix, subapp = 405, first[3], first[4]
    else:
        status = 404
        url_prefix, subapp = _local_mount(app, req.path)
    if method == 'OPTIONS' and (first or req.path == '*'):
        options_handler = app.options_handler
        if subapp and subapp.options_handler and subapp.options_handler != subapp.default_options_handler:
            options_handler = subapp.options_handler
        if options_handler:
            return options_handler(req), url_prefix, subapp
    if ' ' + method + ' ' not in _METHODS and not any(method in route[0] for route in app.url_map):
        status = 501
    return status, url_prefix, subapp


def _matches(app: 'Dispatcher', path: str) -> 'Iterator[tuple[Route, dict[str, Any]]]':
    # The routes that match a path, whatever their methods, with the values of their placeholders.
    router = app.router()
    matched = False
    for _, route, match in router.candidates(path):
        args = match(path) if match else {}
        if args is not None:
            matched = True
            yield route, args
    if not matched and path[-1:] != '/':
        # A sub-application's `/` is its URL prefix as well, unless another route is.
        path += '/'
        for _, route, match in router.candidates(path):
            if route[3] and route[1].url_pattern == route[3] + '/':
                args = match(path) if match else {}
                if args is not None:
                    yield route, args


def _local_mount(app: 'Dispatcher', path: str) -> 'tuple[str, Microdot | None]':
    # The sub-application under whose URL prefix a path without a route lies, if its handlers are its own.
    for url_prefix, subapp, local in app.mounts:
        if (path + '/').startswith(url_prefix + '/'):
            inner_prefix, inner = _local_mount(subapp, path[len(url_prefix):])
            if inner or local:
                return url_prefix + inner_prefix, inner or subapp
    return '', None


def allowed_methods(app: 'Dispatcher', path: str) -> 'list[str]':
    """Return the methods for which a path has routes, with those that are answered automatically."""
    allowed: 'list[str]' = []
    routes = app.url_map if path == '*' else [match[0] for match in _matches(app, path)]
    for methods in [route[0] for route in routes]:
        allowed.extend([method for method in methods if method not in allowed])
    if 'GET' in allowed and 'HEAD' not in allowed:
        allowed.append('HEAD')
    if app.options_handler and 'OPTIONS' not in allowed:
        allowed.append('OPTIONS')
    return allowed
