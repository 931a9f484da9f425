"""The command `microdot`, for CPython."""

# Knows what can be typed. Must not know how it is done.
import argparse
import os
import sys

from .. import __version__
from .finding import NotFound, find_app as find_app
from .serving import Options, Refused, bind, check, load, say, serve, url

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ['NotFound', 'find_app', 'main']

_APP_HELP = '''where the application is: module:attribute, path/to/file.py, or a factory, "module:create_app('value')"; without an
attribute app, application, the only application of the module, or what create_app() returns; app.py or main.py of this folder if
not given'''


def main(arguments: 'Sequence[str] | None' = None) -> int:
    """Do what a command line says, and return the exit status.

    :param arguments: the words of the command line behind the command; those of this process if not given.

    Example::

        raise SystemExit(main(['routes', 'app:app']))
    """
    options = _parser().parse_args(arguments)
    command = _routes if options.command == 'routes' else _run
    try:
        return command(options)
    except (NotFound, Refused) as exc:
        say(str(exc))
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser('microdot', description='Serve applications of Microdot.')
    parser.add_argument('--version', action='version', version='microdot ' + __version__)
    commands = parser.add_subparsers(dest='command', required=True, metavar='COMMAND')
    run = commands.add_parser('run', help='serve an application', description='Serve an application until Ctrl-C or SIGTERM.')
    run.add_argument('target', nargs='?', metavar='APP', help=_APP_HELP)
    run.add_argument('--host', default=Options().host, help='the address to listen on, %(default)s; 0.0.0.0 for all of IPv4')
    run.add_argument('--port', type=_port, default=Options().port, help='the port, %(default)s; 0 for a free one')
    run.add_argument('--debug', action='store_true',
                     help='show tracebacks in the browser of this machine, log requests, and warn of what holds up the event loop')
    run.add_argument('--reload', action='store_true', help="start anew when a Python file changes (pip install 'microdot[dev]')")
    run.add_argument('--workers', type=_workers, default=1, metavar='N', help='the number of processes, %(default)s')
    run.add_argument('--tls-cert', metavar='FILE', help='serve HTTPS with this certificate, in PEM')
    run.add_argument('--tls-key', metavar='FILE', help='the key of the certificate, if it is not in the same file')
    run.add_argument('--access-log', action=argparse.BooleanOptionalAction,
                     help='log a line for each request; as --debug says if not given')
    run.add_argument('--loop', choices=('asyncio', 'uvloop'), default='asyncio', help='the event loop, %(default)s')
    routes = commands.add_parser('routes', help='list the routes of an application',
                                 description='List the routes of an application in the order in which they are tried.')
    routes.add_argument('target', nargs='?', metavar='APP', help=_APP_HELP)
    return parser


def _port(text: str) -> int:
    if text.isdecimal() and int(text) < 65536:
        return int(text)
    raise argparse.ArgumentTypeError('%s is no port from 0 to 65535' % text)


def _workers(text: str) -> int:
    if text.isdecimal() and int(text):
        return int(text)
    raise argparse.ArgumentTypeError('%s is no number of processes' % text)


def _run(arguments: argparse.Namespace) -> int:
    options = Options(*[getattr(arguments, name) for name in Options._fields])
    check(options)
    listeners = bind(options.host, options.port, options.workers)
    try:
        if options.reload or options.workers > 1:
            from .workers import Workers

            return Workers(options, listeners).run()
        app = load(options)
        if app is None:
            return 1
        serve(app, listeners[0], options, lambda: say('serving on %s, Ctrl-C stops' % url(listeners[0], options)))
        return 0
    finally:
        for listener in listeners:
            listener.close()


def _routes(arguments: argparse.Namespace) -> int:
    from ..core.advice import problems

    app = load(Options(arguments.target))
    if app is None:
        return 1
    rows = [('Methods', 'Pattern', 'Function')]
    for methods, pattern, f, *_ in app.url_map:
        path = pattern.url_pattern
        rows.append((', '.join(methods), path if path[:1] == '/' else '/' + path, _place(f)))
    widths = [max(map(len, column)) for column in zip(*rows)]
    try:
        for row in rows:
            print('  '.join([text.ljust(width) for text, width in zip(row, widths)]).rstrip())
        sys.stdout.flush()
    except BrokenPipeError:  # who reads has seen enough; nothing more is to be written at the end
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    for problem in problems(app):
        say(problem)
    return 0


def _place(f: object) -> str:
    name = getattr(f, '__qualname__', None) or type(f).__qualname__
    return '%s.%s' % (getattr(f, '__module__', '?'), name)
