# Knows what a client asked for: a Request, whose parts are parsed when somebody asks for them.
# Must not know servers or routing.
from .compat import SMALL

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any, ClassVar

    from ..wire import http11
    from .app import Microdot
if TYPE_CHECKING or not SMALL:
    from .request_rest import RequestRest
else:
    from .compat import Late as RequestRest


class Request(RequestRest):
    """An HTTP request, as handlers receive it.

    The limits are attributes of the class, read whenever they are used:

    - `max_content_length`: bytes of a body, 16 KiB; a longer one is answered with 413.
    - `max_body_length`: bytes of a body that is kept in memory as `body`, 16 KiB; a longer one is read from `stream`.
    - `max_readline`: bytes of a line of the head, 8 KiB (MicroPython: 2 KiB); 414 or 431.
    - `max_head_length`: bytes of the head, 16 KiB (MicroPython: 4 KiB); 431.
    - `max_headers`: number of headers, 100 (MicroPython: 32); 431.

    Attributes: `app`, `client_addr`, `method`, `scheme`, `url` (path and query), `path`, `query_string` (None without
    one), `http_version`, `headers`, `args` (the query, a `MultiDict`), `cookies`, `content_length` (0 if unknown), `content_type`
    (or None), `url_prefix`, `subapp`, `route` (the function), `url_args`, `g` (for the application's own data of this request) and
    `sock`. Of the body:

    - `body`: its bytes, `b''` if it is longer than `max_body_length`.
    - `stream`: a stream with the verbs of asyncio's streams that gives it.
    - `json`: it parsed as JSON; None if that is not its type.
    - `form`: the fields of a form, a `MultiDict`; None if it is not one.
    - `files`: the files of a form; None unless the route is decorated with `with_form_data`.

    `args`, `json` and `form` raise an `HTTPException` with status 400 for what does not parse; on CPython it is a `ValueError` too.
    `json` and `form` raise one with status 413 for a body that is longer than `max_body_length`.

    Example::

        Request.max_content_length = 1024 * 1024
    """

    max_content_length: 'ClassVar[int]' = 16 * 1024
    max_body_length: 'ClassVar[int]' = 16 * 1024
    max_readline: 'ClassVar[int]' = 2 * 1024 if SMALL else 8 * 1024
    max_head_length: 'ClassVar[int]' = 4 * 1024 if SMALL else 16 * 1024
    max_headers: 'ClassVar[int]' = 32 if SMALL else 100

    class G:
        """An empty namespace."""

        if TYPE_CHECKING:

            def __getattr__(self, name: str) -> Any: ...
            def __setattr__(self, name: str, value: Any) -> None: ...

    rest = 'core.request_rest'
    query_string: 'str | None' = None
    body_used = False
    is_streamed = False  # whether the body is longer than `max_body_length`, so that only `stream` gives it
    block = b''  # the header block, where the headers came as bytes
    lower_block = b''
    websocket_class: 'Any' = None  # that of a server which has messages instead of bytes
    upgraded: 'Any' = None  # the WebSocket that has taken the connection over
    session_state: 'Any' = None  # what the request has to do with sessions

    def __init__(
        self, app: 'Microdot', client_addr: 'Any', method: str, url: str, http_version: str,
        headers: 'Mapping[str, Any] | None', body: 'bytes | None' = None, stream: 'Any' = None, sock: 'Any' = None,
        url_prefix: str = '', subapp: 'Microdot | None' = None, scheme: 'str | None' = None,
        route: 'Callable[..., Any] | None' = None,
    ) -> None:
        self.app = app
        self.client_addr = client_addr
        self.method = method
        self.scheme = scheme or 'http'
        self.path = self.url = url
        if '?' in url:
            self.path, _, self.query_string = url.partition('?')
        self.url_prefix = url_prefix
        self.subapp = subapp
        self.route = route
        self.url_args: 'dict[str, Any]' = {}
        self.http_version = http_version
        self.sock = sock
        self.own_g: 'Any' = None  # PERF: made when it is asked for
        self.after_request_handlers: 'list[Callable[..., Any]]' = []
        self.response_callbacks: 'list[Callable[..., Any]] | None' = None  # what after_response registered
        if headers is not None:
            from .request_rest import case_blind

            self.headers = case_blind(headers)
        if body is not None:
            self.body = body
        if stream is not None:
            self.stream = stream

    @property
    def g(self) -> 'Any':
        """A namespace for the application's own data of this request."""
        if self.own_g is None:
            self.own_g = self.G()
        return self.own_g

    @g.setter
    def g(self, namespace: 'Any') -> None:
        self.own_g = namespace

    @property
    def is_disconnected(self) -> bool:
        """Whether the client has left, as far as is known."""
        return bool(self.sock) and getattr(self.sock[0], 'disconnected', False)

    @staticmethod
    async def create(
        app: 'Any', client_reader: 'Any', client_writer: 'Any', client_addr: 'Any', scheme: 'str | None' = None
    ) -> 'Request | None':
        """Read a request from a stream.

        :param client_reader: a stream with `readline` and `read`.

        Returns None if there is no request. Raises `ValueError` for a line longer than `max_readline`, and `HTTPException`.
        """
        from .request_rest import read_request

        return await read_request(app, client_reader, client_writer, client_addr, scheme)

    @classmethod
    def from_head(
        cls, app: 'Microdot', client_addr: 'Any', head: 'http11.Head', framing: 'http11.Framing', sock: 'Any',
        scheme: 'str | None' = None,
    ) -> 'Request':
        """Make a request of a parsed head, and of what its header block says."""
        request = cls(app, client_addr, head[0], head[1], head[2], None, None, None, sock, '', None, scheme)
        request.block = head[3]
        request.lower_block = framing[0]
        request.content_length = framing[1] if framing[1] > 0 else 0
        return request
