# Knows what an application answers: a Response, as far as a plain one goes. Must not know requests or servers.
import json

from .compat import SMALL

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from .multidict import NoCaseDict
if TYPE_CHECKING or not SMALL:
    from .response_rest import ResponseRest
else:
    from .compat import Late as ResponseRest


class Response(ResponseRest):
    """An HTTP response.

    :param body: `str` (sent as UTF-8), `bytes`, a `dict` or `list` (sent as JSON), a file or another object with
                 `read`, or an iterator, asynchronous or not, of `str` or `bytes`. None with status 200 gives 204.
    :param status_code: the status code (RFC 9110 section 15), 200.
    :param headers: a dictionary of headers; a list as a value gives one header for each of its items.
    :param reason: the reason phrase; the standard's if not given.

    Raises `ValueError` for line ends and NUL in headers and reason.

    Class attributes: `default_content_type` (`'text/plain'`), `default_send_file_max_age` (seconds or None),
    `send_file_buffer_size` (bytes read at once from a body with `read`, 1024), `types_map` (the media types of `send_file`; on
    MicroPython those beside the usual ones) and `already_handled`, which a handler returns when it answered by itself.

    Example::

        return Response('<h1>Gone</h1>', 410, {'Content-Type': 'text/html'})
    """

    # UPY: what it begins with takes heap, so there the table of `core.media_types` is all.
    types_map: 'dict[str, str]' = {} if SMALL else {
        'css': 'text/css', 'gif': 'image/gif', 'html': 'text/html', 'jpg': 'image/jpeg', 'js': 'application/javascript',
        'json': 'application/json', 'png': 'image/png', 'txt': 'text/plain', 'svg': 'image/svg+xml',
    }
    send_file_buffer_size = 1024
    default_content_type = 'text/plain'
    default_send_file_max_age: 'int | None' = None
    already_handled: 'Response'

    rest = 'core.response_rest'
    threaded = False  # whether a body's iterator belongs to a thread, as the handler did that made it

    def __init__(
        self, body: 'Any' = b'', status_code: int = 200, headers: 'Mapping[str, Any] | None' = None,
        reason: 'str | None' = None,
    ) -> None:
        if body is None and status_code == 200:
            body = b''
            status_code = 204
        self.status_code = status_code
        self.reason = reason
        self.is_head = False
        self.own_headers: 'NoCaseDict | None' = None  # PERF: made when they are asked for, 2 us less for a response without
        self.own_type: 'str | None' = None  # the media type that goes with the body
        if headers:
            self.headers.update(headers)
        if isinstance(body, str):
            body = body.encode()
        elif isinstance(body, (dict, list)):
            body = json.dumps(body).encode()
            self.own_type = 'application/json; charset=UTF-8'
            if headers:
                self.headers.setdefault('Content-Type', self.content_type())
        self.body: 'Any' = body
        if headers or reason:
            self.check_head()

    @property
    def headers(self) -> 'NoCaseDict':
        """The headers, a dictionary blind to case; `Set-Cookie` is a list."""
        if self.own_headers is None:
            self.own_headers = _new_headers()
            if self.own_type:
                self.own_headers['Content-Type'] = self.own_type
        return self.own_headers

    @headers.setter
    def headers(self, headers: 'NoCaseDict') -> None:
        self.own_headers = headers

    def content_type(self) -> str:
        """Return the media type of a response whose headers name none."""
        default = self.own_type or self.default_content_type
        return default if 'charset=' in default else default + '; charset=UTF-8'

    @classmethod
    def redirect(cls, location: str, status_code: int = 302) -> 'Response':
        """Return a redirect.

        :param location: where to, a URL or a path.
        :param status_code: 301, 302, 303, 307 or 308 (RFC 9110 section 15.4).

        Raises `ValueError` for line ends in the location.
        """
        return cls(status_code=status_code, headers={'Location': location})

    @classmethod
    def send_file(
        cls, filename: str, status_code: int = 200, content_type: 'str | None' = None, stream: 'Any' = None,
        max_age: 'int | None' = None, compressed: 'bool | str' = False, file_extension: str = '',
        download_name: 'str | None' = None,
    ) -> 'Response':
        """Return the contents of a file.

        :param filename: the path of the file. It is opened as it is: never pass what a client sent without checking it;
                         `microdot.static` serves folders.
        :param status_code: the status code.
        :param content_type: the media type; by the file's extension if not given.
        :param stream: an open file to send instead.
        :param max_age: seconds for which clients may keep it; `default_send_file_max_age` if not given.
        :param compressed: True if the file is compressed with gzip, or the name of its coding.
        :param file_extension: is appended to the name to open the file, not to find its media type.
        :param download_name: the name under which clients save it instead of showing it (RFC 6266).

        The answer to a request has the length of the file, `Last-Modified` and `ETag`, and is what the conditions (RFC 9110
        section 13) and the range (section 14, one of them) of the request ask for: 206, 304, 412 or 416.

        Raises an `OSError` that is answered with 404 if there is no such file, and `ValueError` for control characters in what
        becomes a header.

        Example::

            @app.get('/report')
            async def report(request):
                return send_file('reports/latest.pdf', download_name='Report.pdf')
        """
        from .files import send_file

        return send_file(
            cls, filename, status_code, content_type, stream, max_age, compressed, file_extension, download_name)


_headers_class: 'Any' = None  # PERF: an import in a function costs 1.5 us each time


def _new_headers() -> 'NoCaseDict':
    global _headers_class
    if _headers_class is None:
        from .multidict import NoCaseDict as _headers_class
    return _headers_class()  # type: ignore[no-any-return]


Response.already_handled = Response()
