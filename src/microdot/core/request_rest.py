# Knows the parts of a request that are parsed when somebody asks for them: headers, query, cookies, JSON, forms; and
# what is registered with a request. Must not know servers or routing.
from ..wire import fields, http11
from .compat import ERROR, Late, invoke_handler, log
from .errors import HTTPException
from .input_errors import MalformedInput
from .multidict import MultiDict, NoCaseDict
from .streams import AsyncBytesIO
from .urls import parse_pairs

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from typing import Any, ClassVar, TypeVar

    from .request import Request
    from .response import Response

    F = TypeVar('F', bound=Callable[..., Any])
    Base = object
else:
    Base = Late


class RequestRest(Base):
    """The methods of `Request` that a plain request does not need; an attribute `x` is made by `parse_x`."""

    if TYPE_CHECKING:
        max_body_length: ClassVar[int]
        method: str
        url: str
        query_string: 'str | None'
        block: bytes
        lower_block: bytes
        is_streamed: bool
        after_request_handlers: list[Callable[..., Any]]
        response_callbacks: 'list[Callable[..., Any]] | None'
        headers: NoCaseDict
        args: MultiDict
        cookies: dict[str, str]
        content_length: int
        content_type: 'str | None'
        body: bytes
        stream: Any
        json: Any
        form: Any
        files: Any

    def parse_headers(self) -> NoCaseDict:
        """Return all headers, the values of repeated ones joined (RFC 9110 section 5.2)."""
        headers = NoCaseDict()
        for name, value in self.header_fields():
            if name in headers:
                value = headers[name] + ('; ' if name.lower() == 'cookie' else ', ') + value
            headers[name] = value
        return headers

    def header_fields(self) -> 'Iterator[tuple[str, str]]':
        """Iterate over all headers as they were sent."""
        return fields.headers(self.block)

    def _header(self, name: bytes) -> 'str | None':
        # PERF: one header costs 0.5 us in the block, all of a browser's 5 us.
        if not self.block:
            return self.headers.get(name.decode())  # type: ignore[no-any-return]
        value = http11.find_header(self.block, self.lower_block, name)
        return None if value is None else fields.text(value)

    def parse_args(self) -> MultiDict:
        """Return the values of the query string."""
        return parse_pairs(self.query_string or '')

    def parse_cookies(self) -> 'dict[str, str]':
        """Return the cookies (RFC 6265 section 5.4)."""
        cookies = {}
        header = self._header(b'cookie')
        if header:
            for cookie in header.split(';'):
                name, _, value = cookie.strip().partition('=')
                cookies[name] = value
        return cookies

    def parse_content_length(self) -> int:
        """Return the length of the body in bytes, 0 if it is not told."""
        value = self._header(b'content-length')
        return int(value) if value else 0

    def parse_content_type(self) -> 'str | None':
        """Return the media type of the body with its parameters."""
        return self._header(b'content-type')

    def parse_json(self) -> 'Any':
        """Return the body parsed as JSON, None if its type is not JSON."""
        media_type = self._media_type()
        if media_type == 'application/json' or media_type.endswith('+json'):
            from .compat import parse_json

            try:
                return parse_json(self._whole_body())
            except (ValueError, RuntimeError):  # RuntimeError: nested too deeply
                raise MalformedInput(400, 'Malformed JSON') from None
        return None

    def parse_form(self) -> 'MultiDict | None':
        """Return the fields of a URL-encoded form, None if the body is not one."""
        if self._media_type() == 'application/x-www-form-urlencoded':
            return parse_pairs(self._whole_body())
        return None

    def _media_type(self) -> str:
        return (self.content_type or '').partition(';')[0].strip().lower()

    def _whole_body(self) -> bytes:
        if self.is_streamed:
            raise HTTPException(413, 'Payload too large')
        return self.body

    def parse_body(self) -> bytes:
        """Return no body: one that was read is an attribute."""
        return b''

    def parse_stream(self) -> AsyncBytesIO:
        """Return a stream that gives the body."""
        return AsyncBytesIO(self.body)

    def parse_files(self) -> None:
        """Return None: `with_form_data` sets the attribute."""

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
            self.stream = stream
            self.is_streamed = True
        else:
            self.body = body
            if length < 0:
                self.content_length = len(body)


Rest = RequestRest  # the name by which `Late` finds it


def case_blind(headers: 'Mapping[str, Any]') -> NoCaseDict:
    """Return headers as a dictionary that is blind to case."""
    return headers if isinstance(headers, NoCaseDict) else NoCaseDict(headers)


async def read_request(
    app: 'Any', client_reader: 'Any', client_writer: 'Any', client_addr: 'Any', scheme: 'str | None'
) -> 'Request | None':
    """Read a request from a stream; see `Request.create`."""
    from .body import BodyStream
    from .request import Request

    lines: 'list[bytes]' = []
    while not lines or lines[-1].strip():
        lines.append(await client_reader.readline())
        if len(lines[-1]) > Request.max_readline:
            raise ValueError('line too long')
        if len(lines) > Request.max_headers + 2:
            raise HTTPException(431, 'Too many headers')
    if not lines[-1] and len(lines) > 1:
        # COMPAT: the end of the stream ends the head as well.
        newline = b'\r\n' if lines[0][-2:] == b'\r\n' else b'\n'
        lines[-1] = newline if lines[-2][-1:] == b'\n' else newline + newline
    head = http11.parse_head(b''.join(lines), 0, Request)
    if isinstance(head, int):
        return None
    framing = http11.framing(head[2], head[3])
    request = Request.from_head(app, client_addr, head, framing, (client_reader, client_writer), scheme)
    length = framing[1]
    if length and length <= request.max_content_length:
        await request.load_body(BodyStream(client_reader, length, request.max_content_length), length)
    return request
