# Knows what an application registers beside routes: shortcuts, handlers, sub-applications; and how it is stopped.
# Must not know how requests are read.
from .compat import ERROR, SMALL, invoke_handler, log

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Sequence
    from typing import Any, TypeVar

    from ..server.base import Server
    from .app import Microdot
    from .dispatch import Dispatcher, Handler
    from .request import Request
    from .response import Response
    from .routing import Route

    F = TypeVar('F', bound=Callable[..., Any])
    Base = Dispatcher
else:
    Base = object
if TYPE_CHECKING or not SMALL:
    from .compat import on_signals, thread_pool


class AppRest(Base):
    """The methods of `Microdot` that an application with plain routes does not need."""

    if TYPE_CHECKING:
        parents: Sequence[tuple[Microdot, str, bool]]
        given: 'dict[str, Any] | None'
        startup_handlers: list[Handler]
        shutdown_handlers: list[Handler]
        server: 'Server | None'
        servers: list[Server]

        def _add_route(self, route: Route) -> None: ...
        def route(
            self, url_pattern: str, methods: 'list[str] | None' = None, name: 'str | None' = None
        ) -> 'Callable[[F], F]': ...

    if not SMALL:

        def __init_subclass__(cls) -> None:
            # UPY: to ask in `route` itself would cost a board that compiles it 400 bytes.
            from .advice import demand_path

            if 'route' in vars(cls):
                cls.route = demand_path(cls.route)  # type: ignore[method-assign]

    def get(self, url_pattern: str, name: 'str | None' = None) -> 'Callable[[F], F]':
        """Register the decorated function for GET requests to a URL; see `route`."""
        return self.route(url_pattern, ['GET'], name)

    def put(self, url_pattern: str, name: 'str | None' = None) -> 'Callable[[F], F]':
        """Register the decorated function for PUT requests to a URL; see `route`."""
        return self.route(url_pattern, ['PUT'], name)

    def post(self, url_pattern: str, name: 'str | None' = None) -> 'Callable[[F], F]':
        """Register the decorated function for POST requests to a URL; see `route`."""
        return self.route(url_pattern, ['POST'], name)

    def patch(self, url_pattern: str, name: 'str | None' = None) -> 'Callable[[F], F]':
        """Register the decorated function for PATCH requests to a URL; see `route`."""
        return self.route(url_pattern, ['PATCH'], name)

    def delete(self, url_pattern: str, name: 'str | None' = None) -> 'Callable[[F], F]':
        """Register the decorated function for DELETE requests to a URL; see `route`."""
        return self.route(url_pattern, ['DELETE'], name)

    def query(self, url_pattern: str, name: 'str | None' = None) -> 'Callable[[F], F]':
        """Register the decorated function for QUERY requests to a URL; see `route`."""
        return self.route(url_pattern, ['QUERY'], name)

    def url_for(self, name_or_function: 'str | Callable[..., Any]', **values: 'Any') -> str:
        """Return the URL of a route: path, and query if there is one.

        :param name_or_function: the name of the route, or its function. The routes of this application come before those of
                                 applications that are mounted on it; of several, the one counts that takes most of the values.
        :param values: those of the placeholders, percent-encoded as they need it; all others make the query string, a list as
                       several.

        Of an application that is mounted the URL begins with the URL prefix of where it was mounted first. Raises `KeyError` for an
        unknown name, and `ValueError` where a value is missing or does not fit the pattern.

        Example::

            @app.get('/users/<int:id>')
            async def user(request, id):
                return {'id': id}

            app.url_for('user', id=7, tab='mail') == '/users/7?tab=mail'
        """
        from .reversing import url_for

        return url_for(self, name_or_function, values)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]

    def before_request(self, f: 'F') -> 'F':
        """Register a function to run before each request's.

        :param f: called with the request; what it returns, unless None, is the response.
        """
        self._add_handler('before_request_handlers', f)
        return f

    def after_request(self, f: 'F') -> 'F':
        """Register a function to run after each request that was handled without an error.

        :param f: called with request and response; it may return another response.
        """
        self._add_handler('after_request_handlers', f)
        return f

    def after_error_request(self, f: 'F') -> 'F':
        """Register a function to run after each request that ended in an error.

        :param f: called with the request, which may be None, and the response; it may return another response.
        """
        self._add_handler('after_error_request_handlers', f)
        return f

    def errorhandler(self, status_code_or_exception_class: 'int | type[BaseException]') -> 'Callable[[F], F]':
        """Register the decorated function to answer an error.

        :param status_code_or_exception_class: a status code: the function is called with the request, which is None if it was
                                               malformed; or an exception's class: it is called with request and exception.

        Example::

            @app.errorhandler(404)
            async def not_found(request):
                return {'error': 'no such page'}, 404
        """

        def register(f: 'F') -> 'F':
            if self.parents:
                from .mounting import pass_error_handler

                pass_error_handler(self, status_code_or_exception_class, f)
            else:
                self.error_handlers[status_code_or_exception_class] = f
            return f

        return register

    def on_startup(self, f: 'F') -> 'F':
        """Register a function without parameters to run before the server starts, in order of registration.

        What it raises keeps the server from starting.
        """
        self._add_handler('startup_handlers', f)
        return f

    def on_shutdown(self, f: 'F') -> 'F':
        """Register a function without parameters to run when the server has ended, the last registered first."""
        self._add_handler('shutdown_handlers', f)
        return f

    def mount(self, subapp: 'Microdot', url_prefix: str = '', local: bool = False) -> None:
        """Make the routes of another application part of this one, those that it registers later as well.

        :param subapp: the sub-application.
        :param url_prefix: what to put before the paths of its routes.
        :param local: keep its handlers for its own routes; otherwise they become this application's. One that is mounted on
                      several applications may be local to some of them.

        Example::

            app.mount(books, url_prefix='/books')
        """
        from .mounting import mount

        mount(self, subapp, url_prefix, local)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]

    def _add_handler(self, name: str, f: 'Handler') -> None:
        if self.parents:
            from .mounting import pass_handler

            pass_handler(self, name, f)
        else:
            getattr(self, name).append(f)

    def runner_of(self, loop: str) -> 'Callable[..., Any]':
        """Return what runs a coroutine as `asyncio.run` does, on an event loop of this name."""
        if SMALL or loop != 'uvloop':
            raise ValueError('unknown event loop ' + loop)
        from uvloop import run

        return run

    async def until_stopped(self, server: 'Coroutine[Any, Any, Any]') -> None:
        """Run a server's coroutine, and stop the server on SIGINT and SIGTERM."""
        forget_signals = on_signals(self.stop)
        try:
            await server
        finally:
            forget_signals()

    def stop(self) -> None:
        """Stop every server; when it is called again, without waiting for what is under way."""
        again = all(server.is_closing for server in self.servers)
        for server in list(self.servers):
            if again:
                server.abort_clients()
            server.close()

    def shutdown(self) -> None:
        """Stop every server: accept no more connections, finish what is under way, and let `run` or `start_server` return.

        May be called from any thread; does nothing if no server was started.
        """
        if self.server:  # COMPAT: an application may have set it itself
            self.server.close()
        for server in list(self.servers):
            server.close()

    @property
    def max_threads(self) -> int:
        """How many threads run functions that are not coroutines, 32 (CPython); all applications of a process share them."""
        return thread_pool().size

    @max_threads.setter
    def max_threads(self, size: int) -> None:
        thread_pool().size = size

    async def handle_request(self, reader: 'Any', writer: 'Any') -> None:
        """Answer what a client asks over a pair of asyncio streams, until the connection ends."""
        from ..server.stream import StreamServer, serve_streams

        await serve_streams(self.server or StreamServer(self, '', 0), reader, writer)  # type: ignore[arg-type]  # pyright: ignore

    async def run_startup_handlers(self) -> None:
        """Run what was registered with `on_startup`; the runtimes call this before the first request."""
        for f in self.startup_handlers:
            await invoke_handler(f)

    async def run_shutdown_handlers(self) -> None:
        """Run what was registered with `on_shutdown`, errors logged; the runtimes call this after the last request."""
        for f in reversed(self.shutdown_handlers):
            try:
                await invoke_handler(f)
            except Exception as exc:
                log(ERROR, 'Exception at shutdown', exc=exc)

    async def error_response(self, req: 'Request | None', status_code: int, reason: 'str | None' = None) -> 'Response':
        """Return the answer to an error: the handler's for its status code, else the reason as text."""
        from .failures import error_response

        return await error_response(self, req, status_code, reason)

    def get_request_handlers(self, req: 'Request | None', attr: str, local_first: bool = True) -> 'list[Handler]':
        """Return the handlers of a kind for a request, those of its sub-application included.

        :param attr: `'before_request'`, `'after_request'` or `'after_error_request'`.
        :param local_first: whether the sub-application's come first.
        """
        from .hooks import get_request_handlers

        return get_request_handlers(self, req, attr, local_first)


Rest = AppRest  # the name by which `Late` finds it
