# Knows what is wrong with routes before anybody asks for them, and why there is no listening, and says how it is mended; for
# CPython. Must not know servers.
import errno
import inspect
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from .compat import WARNING, log, wraps

if TYPE_CHECKING:
    from .dispatch import Dispatcher
    from .routing import URLPattern

_SIMPLE = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)


def demand_path(route: 'Callable[..., Any]') -> 'Callable[..., Any]':
    """Return the method `route`, which raises `TypeError` for a function in the place of the path, as of `@app.route` alone."""

    @wraps(route)
    def asking(app: 'Any', url_pattern: 'Any', *args: 'Any', **options: 'Any') -> 'Any':
        if callable(url_pattern):
            name = _name(url_pattern)
            raise TypeError("the route of %s has no path: write @app.route('/%s'), or whatever its path is" % (name, name))
        return route(app, url_pattern, *args, **options)

    return asking


def warn(app: 'Dispatcher') -> None:
    """Log what is wrong with the routes of an application."""
    for problem in problems(app):
        log(WARNING, '%s', problem)


def problems(app: 'Dispatcher') -> 'Iterator[str]':
    """Iterate over what is wrong with the routes of an application; `ValueError` for a malformed pattern."""
    first: 'dict[Any, tuple[str, Callable[..., Any]]]' = {}  # route and function by method and what is matched
    for methods, pattern, f, *_ in app.url_map:
        path = _path(pattern)
        mismatch = _mismatch(f, path, _names(pattern))
        if mismatch:
            yield mismatch
        matched = _matched(pattern)
        for method in methods:
            earlier, function = first.setdefault((method, matched), (path, f))
            if function is not f:
                yield '%s for %s is never called: %s for %s was registered first; remove one, or give it another path' % (
                    _name(f), method + ' ' + path, _name(function), earlier)


def _mismatch(f: 'Callable[..., Any]', path: str, names: 'list[str]') -> str:
    # What keeps a function from being called with a request and the values of a pattern.
    try:
        parameters = list(inspect.signature(f, follow_wrapped=False).parameters.values())
        inner = _inner(f)
        accepted = inspect.signature(inner, follow_wrapped=False).parameters
    except (TypeError, ValueError):  # it does not tell
        return ''
    kinds = [parameter.kind for parameter in parameters]
    if not any(kind in _SIMPLE or kind is inspect.Parameter.VAR_POSITIONAL for kind in kinds):
        return '%s for %s does not take the request: write def %s(%s)' % (
            _name(f), path, _name(f), ', '.join(['request', *names]))
    if kinds[0] in _SIMPLE and parameters[0].name in names:
        return '%s for %s gets the request as its first argument, which it calls %s: write def %s(%s)' % (
            _name(f), path, parameters[0].name, _name(f), ', '.join(['request', *names]))
    takes_all = any(parameter.kind is inspect.Parameter.VAR_KEYWORD for parameter in accepted.values())
    for name in names:
        if not takes_all and name not in accepted:
            return '%s does not take %s, which %s gives it: add the parameter, or take <%s> out of the pattern' % (
                _name(f), name, path, name)
    for parameter in parameters[1:]:
        needed = parameter.default is inspect.Parameter.empty and parameter.kind in (*_SIMPLE, inspect.Parameter.KEYWORD_ONLY)
        if needed and parameter.name not in names:
            return '%s needs %s, which %s does not give it: add <%s> to the pattern, or give the parameter a default' % (
                _name(f), parameter.name, path, parameter.name)
    return ''


def _inner(f: 'Any') -> 'Any':
    # The function that a decorator of this package calls, which hands the values on; others may take some themselves.
    while getattr(f, '__globals__', {}).get('__name__', '').startswith('microdot.') and hasattr(f, '__wrapped__'):
        f = f.__wrapped__
    return f


def _names(pattern: 'URLPattern') -> 'list[str]':
    return [segment[0] for segment in pattern.parse() if not isinstance(segment, str)]


def _matched(pattern: 'URLPattern') -> 'tuple[Any, ...]':
    # What two patterns share that match the same paths, whatever they call the values.
    return tuple([segment if isinstance(segment, str) else (segment[1], segment[3]) for segment in pattern.parse()])


def _path(pattern: 'URLPattern') -> str:
    text = pattern.url_pattern
    return text if text[:1] == '/' else '/' + text


def _name(f: 'Any') -> str:
    return str(getattr(f, '__name__', None) or type(f).__name__)


def refusal(exc: OSError, host: str, port: int, option: str) -> str:
    """Return why there is no listening, and what to do.

    :param option: how another port is chosen, with `%d` in the place of the port.
    """
    if exc.errno == errno.EADDRINUSE:
        return 'port %d of %s is in use: end the program that listens there, or choose another port, as in %s' % (
            port, host, option % (port + 1 if port < 65535 else 8080))
    if exc.errno in (errno.EACCES, errno.EPERM):
        return 'port %d of %s is not for this user: choose one from 1024 on, as in %s' % (port, host, option % 8080)
    if exc.errno == errno.EADDRNOTAVAIL:
        return '%s is no address of this machine: 127.0.0.1 is the machine itself, 0.0.0.0 all of its addresses' % host
    return 'there is no listening on port %d of %s: %s' % (port, host, exc.strerror or exc)
