# Knows what an application answers: a Response with its headers, cookies and body. Must not know requests or servers.
import json

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping
    from typing import Any

    from .multidict import NoCaseDict


class Response:
    """An HTTP response.

    :param body: `str` (sent as UTF-8), `bytes`, a `dict` or `list` (sent as JSON), a file or another object with
                 `read`, or an iterator, asynchronous or not, of `str` or `bytes`. None with status 200 gives 204.
    :param status_code: the status code (RFC 9110 section 15), 200.
    :param headers: a dictionary of headers; a list as a value gives one header for each of its items.
    :param reason: the reason phrase; the standard's if not given.

    Raises `ValueError` for line ends and NUL in headers and reason.

    Class attributes: `default_content_type` (`'text/plain'`), `default_send_file_max_age` (seconds or None),
    `send_file_buffer_size` (bytes read at once from a body with `read`, 1024), `types_map` (the media types of `send_file`)
    and `already_handled`, which a handler returns when it answered by itself.

    Example::

        return Response('<h1>Gone</h1>', 410, {'Content-Type': 'text/html'})
    """

    types_map = {
        'css': 'text/css', 'gif': 'image/gif', 'html': 'text/html', 'jpg': 'image/jpeg', 'js': 'application/javascript',
        'json': 'application/json', 'png': 'image/png', 'txt': 'text/plain', 'svg': 'image/svg+xml',
    }
    send_file_buffer_size = 1024
    default_content_type = 'text/plain'
    default_send_file_max_age: 'int | None' = None
    already_handled: 'Response'

    is_head = False
    threaded = False  # whether a body's iterator belongs to a thread, as the handler did that made it
    _headers: 'NoCaseDict | None' = None  # PERF: made when they are asked for, 2 us less for a response without
    _json = False

    def __init__(
        self, body: 'Any' = b'', status_code: int = 200, headers: 'Mapping[str, Any] | None' = None,
        reason: 'str | None' = None,
    ) -> None:
        if body is None and status_code == 200:
            body = b''
            status_code = 204
        self.status_code = status_code
        self.reason = reason
        if headers:
            self.headers.update(headers)
        if isinstance(body, str):
            body = body.encode()
        elif isinstance(body, (dict, list)):
            body = json.dumps(body).encode()
            self._json = True
            if headers:
                self.headers.setdefault('Content-Type', self.content_type())
        self.body: 'Any' = body
        if headers or reason:
            self.check_head()

    @property
    def headers(self) -> 'NoCaseDict':
        """The headers, a dictionary blind to case; `Set-Cookie` is a list."""
        if self._headers is None:
            from .multidict import NoCaseDict

            self._headers = NoCaseDict()
            if self._json:
                self._headers['Content-Type'] = self.content_type()
        return self._headers

    @headers.setter
    def headers(self, headers: 'NoCaseDict') -> None:
        self._headers = headers

    @property
    def has_headers(self) -> bool:
        """Whether there are headers beside those that `complete` adds."""
        return self._headers is not None

    def check(self) -> None:
        """Raise `TypeError` or `ValueError` if the response cannot be sent."""
        if not (isinstance(self.body, bytes) and self._headers is None and 100 <= self.status_code <= 999):
            from .sending import check

            check(self)
        elif self.reason:
            self.check_head()

    def check_head(self) -> None:
        """Raise `ValueError` if the reason or a header cannot be sent (RFC 9110 section 5.5)."""
        from .sending import check_head

        check_head(self)

    def set_cookie(
        self, cookie: str, value: 'Any', path: 'str | None' = None, domain: 'str | None' = None,
        expires: 'Any' = None, max_age: 'int | None' = None, secure: bool = False, http_only: bool = False,
        partitioned: bool = False, same_site: 'str | None' = None,
    ) -> None:
        """Add a cookie (RFC 6265 section 4.1).

        :param cookie: the name of the cookie.
        :param value: its value.
        :param path: the path for which it is sent; the folder of the request's path if not given.
        :param domain: the domain for which it is sent with its subdomains; this host alone if not given.
        :param expires: when it ends: a `datetime`, or text in the form of RFC 9110 section 5.6.7.
        :param max_age: when it ends, in seconds from now. Without either it ends with the browser.
        :param secure: send it over TLS only.
        :param http_only: hide it from scripts.
        :param partitioned: keep one for each site that embeds this one.
        :param same_site: `'Strict'`, `'Lax'` or `'None'`.

        Raises `ValueError` for a semicolon or a control character in any part.
        """
        from .cookies import format_cookie

        header = format_cookie(
            cookie, value, path, domain, expires, max_age, secure, http_only, partitioned, same_site)
        cookies = self.headers.get('Set-Cookie', [])
        # A list of its own: one that was given may belong to other responses too.
        self.headers['Set-Cookie'] = (cookies if isinstance(cookies, list) else [cookies]) + [header]

    def delete_cookie(self, cookie: str, **kwargs: 'Any') -> None:
        """Tell the client to forget a cookie.

        :param cookie: the name of the cookie.
        :param kwargs: as for `set_cookie`; path and domain must be those with which it was set.
        """
        kwargs['expires'] = 'Thu, 01 Jan 1970 00:00:01 GMT'
        kwargs['max_age'] = 0
        self.set_cookie(cookie, '', **kwargs)

    def content_type(self) -> str:
        """Return the media type of a response whose headers name none."""
        if self._json:
            return 'application/json; charset=UTF-8'
        default = self.default_content_type
        return default if 'charset=' in default else default + '; charset=UTF-8'

    def complete(self) -> None:
        """Add the headers `Content-Length`, where it is known, and `Content-Type`, where they are absent."""
        if isinstance(self.body, (bytes, bytearray)):
            self.headers.setdefault('Content-Length', str(len(self.body)))
        if 'Content-Type' not in self.headers:
            self.headers['Content-Type'] = self.content_type()

    async def write(self, stream: 'Any') -> None:
        """Write the response as HTTP/1.0.

        :param stream: a stream with `awrite`.
        """
        from .sending import write

        await write(self, stream)

    def body_iter(self) -> 'AsyncIterator[Any]':
        """Iterate over the body, asynchronously and whatever it is; items are `bytes` or `str`."""
        from .sending import body_iter

        return body_iter(self)

    async def close(self) -> None:
        """Close the body, if it can be closed; once, however often this is called."""
        if not isinstance(self.body, bytes):
            from .sending import close

            await close(self)

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
    ) -> 'Response':
        """Return the contents of a file.

        :param filename: the path of the file. It is opened as it is: never pass what a client sent without checking it.
        :param status_code: the status code.
        :param content_type: the media type; by the file's extension if not given.
        :param stream: an open file to send instead.
        :param max_age: seconds for which clients may keep it; `default_send_file_max_age` if not given.
        :param compressed: True if the file is compressed with gzip, or the name of its coding.
        :param file_extension: is appended to the name to open the file, not to find its media type.

        Raises an `OSError` that is answered with 404 if there is no such file.
        """
        from .files import send_file

        return send_file(cls, filename, status_code, content_type, stream, max_age, compressed, file_extension)


Response.already_handled = Response()
