# Knows how one process serves an application that is found, on a socket that is open. Must not know other processes.
import os
import socket
import ssl
import sys
import traceback
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple

from ..core.advice import refusal
from ..core.app import Microdot
from .finding import NotFound, find_app

BACKLOG = 1024  # connections that wait to be accepted


class Refused(Exception):
    """What was asked for cannot be done; the text says why, and what to do."""


class Options(NamedTuple):
    """What was typed."""

    target: 'str | None' = None
    host: str = '127.0.0.1'
    port: int = 5000
    debug: bool = False
    reload: bool = False
    workers: int = 1
    tls_cert: 'str | None' = None
    tls_key: 'str | None' = None
    access_log: 'bool | None' = None
    loop: 'str | None' = None


def check(options: Options) -> None:
    """Raise `Refused` for options that cannot be followed, before anything is started."""
    if options.tls_key and not options.tls_cert:
        raise Refused('--tls-key needs the certificate, too: --tls-cert FILE')
    tls_context(options)
    if options.loop == 'uvloop' and not find_spec('uvloop'):
        raise Refused("--loop uvloop needs the package uvloop: pip install 'microdot[fast]'")
    if options.reload and not find_spec('watchfiles'):
        raise Refused("--reload needs the package watchfiles: pip install 'microdot[dev]'")


def tls_context(options: Options) -> 'ssl.SSLContext | None':
    """Return what HTTPS needs, if a certificate was given; `Refused` if it cannot be read."""
    if not options.tls_cert:
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    for path in (options.tls_cert, options.tls_key):
        if path and not os.access(path, os.R_OK):
            raise Refused('%s cannot be read' % path)
    try:
        context.load_cert_chain(options.tls_cert, options.tls_key)
    except ssl.SSLError as exc:
        raise Refused('%s and %s are not a certificate and its key in PEM: %s' % (
            options.tls_cert, options.tls_key or options.tls_cert, exc)) from None
    return context


def bind(host: str, port: int, count: int = 1) -> 'list[socket.socket]':
    """Open sockets of one address, on which connections are not accepted yet; `Refused` if that cannot be.

    :param port: the port; 0 for a free one.
    :param count: how many sockets, among which the system distributes the connections. Where it does not do that, there is one.
    """
    family, address = _address(host, port)
    # A socket of its own first: those that share a port would share it with another program that does so, too.
    listener = _bound(family, address)
    if count == 1 or sys.platform != 'linux':  # elsewhere the last one gets all
        return [listener]
    address = listener.getsockname()
    listener.close()
    return [_bound(family, address, socket.SO_REUSEPORT) for _ in range(count)]


def _address(host: str, port: int) -> 'tuple[int, Any]':
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except OSError as exc:
        raise Refused('%s is no address of this machine: %s' % (host, exc.strerror)) from None
    found.sort(key=lambda info: info[0] != socket.AF_INET)  # a name may have both
    return found[0][0], found[0][4]


def _bound(family: int, address: 'Any', option: 'int | None' = None) -> socket.socket:
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        if os.name == 'posix':  # elsewhere it takes the port of another program
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if option is not None:
            listener.setsockopt(socket.SOL_SOCKET, option, 1)
        listener.bind(address)
    except OSError as exc:
        listener.close()
        raise Refused(refusal(exc, address[0], address[1], '--port %d')) from None
    return listener


def url(listener: socket.socket, options: Options) -> str:
    """Return the address of a socket as a browser takes it."""
    host, port = listener.getsockname()[:2]
    return '%s://%s:%d' % ('https' if options.tls_cert else 'http', '[%s]' % host if ':' in host else host, port)


def say(text: str) -> None:
    """Write a line about what the command does."""
    print('microdot: ' + text, file=sys.stderr, flush=True)


def load(options: Options) -> 'Microdot | None':
    """Return the application; if there is none, say why."""
    try:
        return find_app(options.target)
    except NotFound as exc:
        say(str(exc))
    except Exception as exc:
        # What stands between the command and the module is of no interest.
        trace = _outside(exc.__traceback__)
        traceback.print_exception(type(exc), exc, trace)
        say('The application cannot be imported: see the error above')
    return None


def _outside(trace: 'TracebackType | None') -> 'TracebackType | None':
    package = str(Path(__file__).parents[1])
    while trace and (trace.tb_frame.f_code.co_filename.startswith((package, '<frozen'))
                     or trace.tb_frame.f_globals.get('__name__') == 'importlib'):
        trace = trace.tb_next
    return trace


def serve(app: Microdot, listener: socket.socket, options: Options, ready: 'Callable[[], None]') -> None:
    """Serve an application until it is stopped.

    :param ready: called when clients can connect.
    """

    async def begin() -> None:
        listener.listen(BACKLOG)
        ready()

    app.on_startup(begin)
    app.run(debug=options.debug, ssl=tls_context(options), access_log=options.access_log, sock=listener,
            loop=None if options.loop == 'asyncio' else options.loop)
