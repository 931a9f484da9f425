# Knows what an application registers, mounts and runs. Must not know how requests are read or answered.
import asyncio

from .compat import INFO, SMALL, load, log
from .dispatch import Dispatcher
from .errors import HTTPException
from .routing import URLPattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any, NoReturn, TypeVar

    from ..server.base import Server
    from .dispatch import Handler
    from .routing import Route

    F = TypeVar('F', bound=Callable[..., Any])
if TYPE_CHECKING or not SMALL:
    from .app_rest import AppRest
else:
    from .compat import Late as AppRest


class Microdot(AppRest, Dispatcher):
    """A web application.

    Attributes: `url_map` (the routes: methods, pattern, function, URL prefix and sub-application), `before_request_handlers`,
    `after_request_handlers`, `after_error_request_handlers`, `error_handlers`, `startup_handlers`, `shutdown_handlers`,
    `options_handler` (gives the headers of automatic answers to OPTIONS; None leaves them to routes), `debug`, `ssl` and
    `server` (None until it is started; of several that run the last started).

    Example::

        app = Microdot()

        @app.route('/')
        async def index(request):
            return 'Hello!'

        app.run()
    """

    rest = 'core.app_rest'
    parents: 'Sequence[tuple[Microdot, str, bool]]' = ()  # with the URL prefix, and whether mounted as local
    given: 'dict[str, Any] | None' = None  # the handlers that became the parents', by the name of their attribute
    newest: 'Callable[..., Any] | None' = None  # the function of the last route of any application, for core.decorators

    def __init__(self) -> None:
        self.url_map = []
        self.before_request_handlers = []
        self.after_request_handlers = []
        self.after_error_request_handlers = []
        self.error_handlers = {}
        self.startup_handlers: 'list[Handler]' = []
        self.shutdown_handlers: 'list[Handler]' = []
        self.options_handler = self.default_options_handler
        self.ssl: 'Any' = False
        self.debug = False
        self.server: 'Server | None' = None
        self.servers: 'list[Server]' = []  # that have not ended, the last started last

    def route(
        self, url_pattern: str, methods: 'list[str] | None' = None, name: 'str | None' = None
    ) -> 'Callable[[F], F]':
        """Register the decorated function for requests to a URL.

        :param url_pattern: the pattern of the path, see `URLPattern`.
        :param methods: the methods, `['GET']` if not given; HEAD goes with GET.
        :param name: the name of the route for `url_for`; the function's if not given.

        The function is called with the request, and the values of the placeholders by name. It returns a `Response`, or what
        one is made of: a body, a status code, or a tuple of body, status code and headers.

        Example::

            @app.route('/users/<int:id>', methods=['GET', 'DELETE'])
            async def user(request, id):
                return {'id': id}
        """

        def register(f: 'F') -> 'F':
            pattern = URLPattern(url_pattern)
            if name:
                pattern.name = name
            self._add_route(([method.upper() for method in methods or ('GET',)], pattern, f, '', None))
            Microdot.newest = f
            return f

        return register

    def _add_route(self, route: 'Route') -> None:
        if self._router:  # a malformed pattern is told here, since it would fail every request
            route[1].parse()
        self.url_map.append(route)
        if self.parents:
            from .mounting import pass_route

            pass_route(self, route)

    @staticmethod
    def abort(status_code: int, reason: 'str | None' = None) -> 'NoReturn':
        """End the handling of a request with an error.

        :param status_code: the status code of the answer.
        :param reason: its body; `'<status code> error'` if not given.

        Raises `HTTPException`.
        """
        raise HTTPException(status_code, reason)

    async def start_server(
        self, host: str = '0.0.0.0', port: int = 5000, debug: bool = False, ssl: 'Any' = None, start_serving: bool = True,
        access_log: 'bool | None' = None, sock: 'Any' = None,
    ) -> 'Server | None':
        """Serve this application until `shutdown` is called or the task is cancelled.

        :param host: the address to listen on; `'0.0.0.0'` is all of IPv4.
        :param port: the port; 0 for a free one, which `server.sockets` tells.
        :param debug: log a line for each request.
        :param ssl: an `SSLContext` to serve HTTPS.
        :param start_serving: False returns the server, which `serve_forever` starts (CPython only, else `ValueError`).
        :param access_log: whether to log a line for each request; as `debug` says if not given.
        :param sock: a bound socket of any stream family to listen on in place of `host` and `port`; the server closes it at its
                     end (CPython only, else `ValueError`).

        Example::

            async def main():
                await app.start_server(port=8080)
        """
        if SMALL:
            if sock or not start_serving:
                raise ValueError('start_serving=False is not supported on this platform, nor is sock')
            load('server.base', 'server.exchange', 'server.stream_connection', 'server.stream', 'server.listener')
            from ..server.stream import StreamServer as Server
        else:
            from ..server.protocol import ProtocolServer as Server  # type: ignore[assignment]
        self.ssl = ssl
        self.debug = debug
        if debug or access_log:
            from .compat import verbose

            verbose()
        if debug and not sock:
            log(INFO, 'Starting async server on %s:%d...', host, port)
        server = self.server = Server(self, host, port, ssl)
        server.sock = sock
        if access_log is not None:
            server.access_log = access_log
        try:
            await server.start(start_serving)
            if not start_serving:
                return server
            await server.serve_forever()
        except asyncio.CancelledError:
            pass
        return None

    def run(self, host: str = '0.0.0.0', port: int = 5000, debug: bool = False, ssl: 'Any' = None,
            access_log: 'bool | None' = None, sock: 'Any' = None, loop: 'str | None' = None) -> None:
        """Serve this application until `shutdown` is called, or SIGINT or SIGTERM comes; a second signal does not wait for what
        is under way.

        :param host: the address to listen on; `'0.0.0.0'` is all of IPv4.
        :param port: the port.
        :param debug: log a line for each request.
        :param ssl: an `SSLContext` to serve HTTPS.
        :param access_log: whether to log a line for each request; as `debug` says if not given.
        :param sock: a bound socket to listen on in place of `host` and `port`; see `start_server`.
        :param loop: `'uvloop'` to run on that event loop, which costs less and which the extra `fast` installs (CPython);
                     asyncio's if not given.

        Raises `ValueError` for another event loop, and `ImportError` if uvloop is not installed.

        Example::

            app.run(port=8080)
        """

        run = self.runner_of(loop) if loop else asyncio.run
        server = self.start_server(host, port, debug, ssl, access_log=access_log, sock=sock)
        try:
            run(server if SMALL else self.until_stopped(server))
        finally:
            if SMALL:  # UPY: the loop keeps what an exception left in it
                asyncio.new_event_loop()
