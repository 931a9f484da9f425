# Knows what a client asked for: a Request, whose parts are parsed when somebody asks for them.
# Must not know servers or routing.
import json

from ..wire import http11
from .compat import ERROR, SMALL, invoke_handler, log
from .errors import HTTPException, MalformedInput
from .multidict import MultiDict, NoCaseDict
from .streams import AsyncBytesIO

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any, ClassVar, TypeVar

    from .app import Microdot
    from .response import Response

    F = TypeVar('F', bound=Callable[..., Any])


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
        headers: NoCaseDict
        args: MultiDict
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
            self.headers = headers if isinstance(headers, NoCaseDict) else NoCaseDict(headers)
        if body is not None:
            self._body = body
        if stream is not None:
            self._stream = stream

    if not TYPE_CHECKING:

        def __getattr__(self, name):
            # What is parsed on first use becomes an attribute.
            if name not in ('headers', 'args', 'cookies', 'content_length', 'content_type'):
                raise AttributeError(name)
            value = getattr(self, '_parse_' + name)()
            setattr(self, name, value)
            return value

    def _parse_headers(self) -> NoCaseDict:
        headers = NoCaseDict()
        for name, value in http11.headers(self.block):
            if name in headers:
                value = headers[name] + ('; ' if name.lower() == 'cookie' else ', ') + value
            headers[name] = value
        return headers

    def _header(self, name: bytes) -> 'str | None':
        # PERF: one header costs 0.5 us in the block, all of a browser's 5 us.
        if not self.block:
            return self.headers.get(name.decode())  # type: ignore[no-any-return]
        value = http11.find_header(self.block, self.lower_block, name)
        return None if value is None else http11.text(value)

    def _parse_args(self) -> MultiDict:
        return _parse_form(self.query_string or '')

    def _parse_cookies(self) -> 'dict[str, str]':
        cookies = {}
        header = self._header(b'cookie')
        if header:
            for cookie in header.split(';'):
                name, _, value = cookie.strip().partition('=')
                cookies[name] = value
        return cookies

    def _parse_content_length(self) -> int:
        value = self._header(b'content-length')
        return int(value) if value else 0

    def _parse_content_type(self) -> 'str | None':
        return self._header(b'content-type')

    @property
    def body(self) -> bytes:
        """The body, `b''` if it is longer than `max_body_length`."""
        return self._body or b''

    @property
    def stream(self) -> 'Any':
        """The body as a stream with the verbs of asyncio's streams."""
        if self._stream is None:
            self._stream = AsyncBytesIO(self.body)
        return self._stream

    @property
    def json(self) -> 'Any':
        """The body parsed as JSON, None if its type is not JSON.

        Raises a 400 `HTTPException` if it does not parse, 413 if it is longer than `max_body_length`.
        """
        if self._json is None:
            media_type = self._media_type()
            if media_type == 'application/json' or media_type.endswith('+json'):
                try:
                    self._json = json.loads(self._whole_body())
                except (ValueError, RuntimeError):  # RuntimeError: nested too deeply
                    raise MalformedInput(400, 'Malformed JSON') from None
        return self._json

    @property
    def form(self) -> 'Any':
        """The fields of a form, None if the body is not one.

        Raises a 400 `HTTPException` if it does not parse, 413 if it is longer than `max_body_length`.
        """
        if self._form is None and self._media_type() == 'application/x-www-form-urlencoded':
            self._form = _parse_form(self._whole_body())
        return self._form

    @property
    def files(self) -> 'Any':
        """The files of a form, None unless the route is decorated with `with_form_data`."""
        return self._files

    def _media_type(self) -> str:
        return (self.content_type or '').partition(';')[0].strip().lower()

    def _whole_body(self) -> bytes:
        if self._body is None and self._stream is not None:
            raise HTTPException(413, 'Payload too large')
        return self.body

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
        lines: 'list[bytes]' = []
        while not lines or lines[-1].strip():
            lines.append(await client_reader.readline())
            if len(lines[-1]) > Request.max_readline:
                raise ValueError('line too long')
            if len(lines) > Request.max_headers + 2:
                raise HTTPException(431, 'Too many headers')
        head = http11.parse_head(b''.join(lines), 0, Request)
        if isinstance(head, int):
            return None
        request, length = Request.from_head(app, client_addr, head, (client_reader, client_writer), scheme)
        if length and length <= request.max_content_length:
            from .body import BodyStream

            await request.load_body(BodyStream(client_reader, length, request.max_content_length), length)
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
        length = http11.body_length(version, lower)
        request.content_length = max(length, 0)
        return request, length


def _parse_form(data: 'str | bytes') -> MultiDict:
    if not data:
        return MultiDict()
    from .urls import parse_form

    return parse_form(data)
