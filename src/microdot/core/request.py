# Knows what a client asked for: a Request, whose parts are parsed when somebody asks for them.
# Must not know servers or routing.
from ..wire import http11
from .compat import ERROR, SMALL, invoke_handler, log

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any, ClassVar, TypeVar

    from .app import Microdot
    from .multidict import MultiDict, NoCaseDict
    from .response import Response

    F = TypeVar('F', bound=Callable[..., Any])


_PARSED = ('headers', 'args', 'cookies', 'content_length', 'content_type')


class Request:
    """An HTTP request, as handlers receive it.

    The limits are attributes of the class, read whenever they are used:

    - `max_content_length`: bytes of a body, 16 KiB; a longer one is answered with 413.
    - `max_body_length`: bytes of a body that is kept in memory as `body`, 16 KiB; a longer one is read from `stream`.
    - `max_readline`: bytes of a line of the head, 8 KiB (MicroPython: 2 KiB); 414 or 431.
    - `max_head_length`: bytes of the head, 16 KiB (MicroPython: 4 KiB); 431.
    - `max_headers`: number of headers, 100 (MicroPython: 32); 431.

    Attributes: `app`, `client_addr`, `method`, `scheme`, `url` (path and query), `path`, `query_string` (None without
    one), `http_version`, `headers`, `args`, `cookies`, `content_length` (0 if unknown), `content_type` (or None), `url_prefix`,
    `subapp`, `route` (the function), `url_args`, `g` (for the application's own data of this request) and `sock`.

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

    body_used = False
    url_args: 'dict[str, Any]' = {}
    block = b''  # the header block, where the headers came as bytes
    lower_block = b''
    _body: 'bytes | None' = None
    _stream: 'Any' = None
    _json: 'Any' = None
    _form: 'Any' = None
    _files: 'Any' = None
    response_callbacks: 'list[Callable[..., Any]] | None' = None  # what after_response registered

    if TYPE_CHECKING:
        headers: 'NoCaseDict'
        args: 'MultiDict'
        cookies: dict[str, str]
        content_length: int
        content_type: str | None

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
        self.url = url
        self.url_prefix = url_prefix
        self.subapp = subapp
        self.route = route
        self.path, mark, query = url.partition('?')
        self.query_string = query if mark else None
        self.http_version = http_version
        self.g = self.G()
        self.sock = sock
        self.after_request_handlers: 'list[Callable[..., Any]]' = []
        if headers is not None:
            self.headers = _parsing('case_blind')(headers)
        if body is not None:
            self._body = body
        if stream is not None:
            self._stream = stream

    if not TYPE_CHECKING:

        def __getattr__(self, name):
            # What is parsed on first use becomes an attribute.
            parse = _parsing('parse_' + name) if name in _PARSED else None
            if parse is None:
                raise AttributeError(name)
            value = parse(self)
            setattr(self, name, value)
            return value

    @property
    def body(self) -> bytes:
        """The body, `b''` if it is longer than `max_body_length`."""
        return self._body or b''

    @property
    def stream(self) -> 'Any':
        """The body as a stream with the verbs of asyncio's streams."""
        if self._stream is None:
            from .streams import AsyncBytesIO

            self._stream = AsyncBytesIO(self.body)
        return self._stream

    @property
    def json(self) -> 'Any':
        """The body parsed as JSON, None if its type is not JSON.

        Raises a 400 `HTTPException` if it does not parse, 413 if it is longer than `max_body_length`.
        """
        if self._json is None:
            self._json = _parsing('parse_json')(self)
        return self._json

    @property
    def form(self) -> 'Any':
        """The fields of a form, a `MultiDict`; None if the body is not one.

        Raises a 400 `HTTPException` if it does not parse, 413 if it is longer than `max_body_length`.
        """
        if self._form is None:
            self._form = _parsing('parse_form')(self)
        return self._form

    @property
    def files(self) -> 'Any':
        """The files of a form, None unless the route is decorated with `with_form_data`."""
        return self._files

    @property
    def is_streamed(self) -> bool:
        """Whether the body is longer than `max_body_length`, so that only `stream` gives it."""
        return self._body is None and self._stream is not None

    @property
    def is_disconnected(self) -> bool:
        """Whether the client has left, as far as is known."""
        return bool(self.sock) and getattr(self.sock[0], 'disconnected', False)

    def after_request(self, f: 'F') -> 'F':
        """Register a function to run after this request was handled, before its response is sent.

        :param f: called with request and response; it may return another response.

        Example::

            @request.after_request
            async def set_cookie(request, response):
                response.set_cookie('seen', 'yes')
        """
        self.after_request_handlers.append(f)
        return f

    def after_response(self, f: 'F') -> 'F':
        """Register a function to run when the response was sent or the client has left.

        :param f: called with request and response, which is None if there was none. What it raises is logged.
        """
        if self.response_callbacks is None:
            self.response_callbacks = []
        self.response_callbacks.append(f)
        return f

    async def responded(self, response: 'Response | None') -> None:
        """Run what was registered with `after_response`; the runtimes call this."""
        for f in self.response_callbacks or ():
            try:
                await invoke_handler(f, self, response)
            except Exception as exc:
                log(ERROR, 'Exception after the response to %s %s', self.method, self.url, exc=exc)

    async def load_body(self, stream: 'Any', length: int) -> None:
        """Read a body that is to be kept in memory, and keep the stream of any other."""
        most = self.max_body_length
        body = await stream.whole(most) if length <= most else None
        if body is None:
            self._stream = stream
        else:
            self._body = body
            if length < 0:
                self.content_length = len(body)

    @staticmethod
    async def create(
        app: 'Any', client_reader: 'Any', client_writer: 'Any', client_addr: 'Any', scheme: 'str | None' = None
    ) -> 'Request | None':
        """Read a request from a stream.

        :param client_reader: a stream with `readline` and `read`.

        Returns None if there is no request. Raises `ValueError` for a line longer than `max_readline`, and `HTTPException`.
        """
        request: 'Request | None' = await _parsing('read_request')(app, client_reader, client_writer, client_addr, scheme)
        return request

    @classmethod
    def from_head(
        cls, app: 'Microdot', client_addr: 'Any', head: 'http11.Head', sock: 'Any', scheme: 'str | None' = None
    ) -> 'tuple[Request, int]':
        """Make a request of a parsed head, and return it with the length of its body.

        Raises `HTTPException` for framing that could be read two ways.
        """
        method, url, version, block, _ = head
        request = cls(app, client_addr, method, url, version, None, sock=sock, scheme=scheme)
        request.block = block
        request.lower_block = lower = block.lower()
        http11.check_host(version, lower)
        length = 0
        if b'\ncontent-length:' in lower or b'\ntransfer-encoding:' in lower:
            from ..wire.bodies import body_length

            length = body_length(version, lower)
        request.content_length = max(length, 0)
        return request, length


def _parsing(name: str) -> 'Any':
    # What is rarely needed, from a room that is loaded when it is.
    from . import parsing

    return getattr(parsing, name)
