# Knows how a route and values become a URL. Must not know requests.
from .urls import urlencode

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from .app import Microdot
    from .routing import Route

_PLAIN = b"-._~!$&'()*+,;=:@" + b'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'  # RFC 3986 3.3: pchar


def url_for(app: 'Microdot', name: 'str | Callable[..., Any]', values: 'dict[str, Any]') -> str:
    """Return the URL of a route; see `Microdot.url_for`."""
    missing = None
    best: 'tuple[list[Any], list[str]] | None' = None
    found = None
    for route in _routes(app, name):
        segments = route[1].segments or route[1].parse()
        names = [segment[0] for segment in segments if not isinstance(segment, str)]
        lacking = [wanted for wanted in names if wanted not in values]
        if lacking:
            missing = missing or lacking
        elif best is None or len(names) > len(best[1]):
            best = segments, names
            found = route
    if best is None or found is None:
        if missing:
            raise ValueError('no value for ' + ', '.join(missing))
        raise KeyError(name)
    segments, names = best
    path = '/' + '/'.join([_segment(segment, values) for segment in segments])
    if found[1].match(path) is None:
        raise ValueError('the values do not fit ' + found[1].url_pattern)
    path = mount_prefix(app) + path
    if path[1:2] == '/':  # RFC 3986 4.2: what follows would be another host
        raise ValueError('the values would lead to another host')
    query = []
    for key in sorted(values):
        if key not in names:
            items = values[key] if isinstance(values[key], (list, tuple)) else (values[key],)
            query.extend([urlencode(key) + '=' + urlencode(str(item)) for item in items])
    return path + ('?' + '&'.join(query) if query else '')


def _routes(app: 'Microdot', name: 'str | Callable[..., Any]') -> 'list[Route]':
    # The application's own come before those of what is mounted on it.
    routes = [route for route in app.url_map if _is_named(route, name)]
    return [route for route in routes if route[4] is None] + [route for route in routes if route[4] is not None]


def _is_named(route: 'Route', name: 'str | Callable[..., Any]') -> bool:
    if not isinstance(name, str):
        return route[2] == name
    return name == (route[1].name or getattr(route[2], '__name__', None))


def _segment(segment: 'Any', values: 'dict[str, Any]') -> str:
    if isinstance(segment, str):
        return quote(segment)
    text = str(values[segment[0]])
    parts = text.split('/') if segment[4] else [text]
    if '.' in parts or '..' in parts:  # clients take them for steps, percent-encoded or not
        raise ValueError('%s is no part of a path' % text)
    return '/'.join([quote(part) for part in parts])


def quote(text: str) -> str:
    """Percent-encode a segment of a path (RFC 3986 section 3.3), slashes included."""
    return ''.join([chr(octet) if octet in _PLAIN else '%%%02X' % octet for octet in text.encode()])


def mount_prefix(app: 'Microdot') -> str:
    """Return the URL prefix under which an application is mounted, the first if there are several."""
    prefix = ''
    while app.parents:
        app, inner, _ = app.parents[0]
        prefix = inner + prefix
    return prefix
