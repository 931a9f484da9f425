# Knows how a test asks an application without a server: the request as bytes, the response as a test looks at it, and
# the cookies in between. Must not know sockets or how requests are handled.
import json

from .. import AsyncBytesIO, HTTPException, NoCaseDict, Request
from .response import TestResponse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from .. import Microdot


class TestClient:
    """Sends requests to an application without a server, and keeps the cookies that it sets.

    :param app: the application.
    :param cookies: a dictionary of cookies to copy from.
    :param scheme: what `request.scheme` is, `'http'` if not given.
    :param host: the header Host, `'example.com:1234'` if not given.

    Attributes: these, where `cookies` is a dictionary of values, or of (value, path) for paths other than `/`.
    A cookie's domain, and whether it is secure, are not looked at. Redirects are not followed.

    Example::

        client = TestClient(app)
        response = await client.get('/')
        response.text == 'Hello!'
    """

    __test__ = False

    def __init__(
        self, app: 'Microdot', cookies: 'Mapping[str, Any] | None' = None, scheme: 'str | None' = None,
        host: 'str | None' = None,
    ) -> None:
        self.app = app
        self.cookies: 'dict[str, Any]' = dict(cookies or {})
        self.scheme = scheme
        self.host = host or 'example.com:1234'

    async def request(
        self, method: str, path: str, headers: 'Mapping[str, Any] | None' = None, body: 'Any' = None,
        sock: 'Any' = None,
    ) -> TestResponse:
        """Send a request and return the response.

        :param method: the method, such as `'HEAD'`.
        :param path: path and query, percent-encoded.
        :param headers: a dictionary of headers; Host and Content-Length are added where they are absent.
        :param body: a `dict` or `list`, sent as JSON, `str`, sent as UTF-8, or `bytes`.
        :param sock: what `request.sock` is to be.

        A malformed request gets the answer that a server gives. What the body of the response raises is not caught.
        """
        fields = NoCaseDict(headers)
        fields.setdefault('Host', self.host)
        if isinstance(body, (dict, list)):
            fields.setdefault('Content-Type', 'application/json')
            body = json.dumps(body)
        if isinstance(body, str):
            body = body.encode()
        if body:
            fields.setdefault('Content-Length', len(body))
        cookies = self._matching_cookies(path, fields.get('Cookie'))
        if cookies:
            fields['Cookie'] = cookies
        lines = ['%s %s HTTP/1.1' % (method, path)] + ['%s: %s' % field for field in fields.items()]
        return await self._send(lines, body or b'', sock)

    async def _send(self, lines: 'list[str]', body: bytes, sock: 'Any') -> TestResponse:
        stream = AsyncBytesIO('\r\n'.join(lines + ['', '']).encode() + body)
        reader, writer = sock or (stream, AsyncBytesIO(b''))
        request = refusal = response = None
        try:
            request = await Request.create(self.app, stream, writer, ('127.0.0.1', 1234), self.scheme)
        except HTTPException as exc:
            refusal = exc
        except ValueError:  # a line is too long
            too_long = len(lines[0].encode()) + 2 > Request.max_readline
            refusal = HTTPException(414, 'URL too long') if too_long else HTTPException(431, 'Headers too long')
        if request:
            request.sock = reader, writer
        try:
            response = await self.app.dispatch_request(request, refusal)
            result = await TestResponse.create(response)
        finally:
            if request:
                await request.responded(response)
        cookies = result.headers.get('Set-Cookie', [])
        for cookie in cookies if isinstance(cookies, list) else [cookies]:
            self._store_cookie(cookie)
        return result

    async def get(self, path: str, headers: 'Mapping[str, Any] | None' = None) -> TestResponse:
        """Send a GET request."""
        return await self.request('GET', path, headers)

    async def post(self, path: str, headers: 'Mapping[str, Any] | None' = None, body: 'Any' = None) -> TestResponse:
        """Send a POST request."""
        return await self.request('POST', path, headers, body)

    async def put(self, path: str, headers: 'Mapping[str, Any] | None' = None, body: 'Any' = None) -> TestResponse:
        """Send a PUT request."""
        return await self.request('PUT', path, headers, body)

    async def patch(self, path: str, headers: 'Mapping[str, Any] | None' = None, body: 'Any' = None) -> TestResponse:
        """Send a PATCH request."""
        return await self.request('PATCH', path, headers, body)

    async def delete(self, path: str, headers: 'Mapping[str, Any] | None' = None) -> TestResponse:
        """Send a DELETE request."""
        return await self.request('DELETE', path, headers)

    async def query(self, path: str, headers: 'Mapping[str, Any] | None' = None, body: 'Any' = None) -> TestResponse:
        """Send a QUERY request."""
        return await self.request('QUERY', path, headers, body)

    def _matching_cookies(self, path: str, given: 'str | None') -> str:
        path = path.partition('?')[0]
        cookies = [given] if given else []
        for name, value in self.cookies.items():
            value, cookie_path = value if isinstance(value, tuple) else (value, '/')
            if _covers(cookie_path, path):
                cookies.append('%s=%s' % (name, value))
        return '; '.join(cookies)

    def _store_cookie(self, header: str) -> None:
        # RFC 6265 5.2, where a cookie without a path would be for the folder of the request.
        pair, _, rest = header.partition(';')
        name, equals, value = pair.partition('=')
        name = name.strip()
        attributes = {}
        for attribute in rest.split(';'):
            key, _, setting = attribute.partition('=')
            attributes[key.strip().lower()] = setting.strip()
        path = attributes.get('path', '')
        path = path if path[:1] == '/' else '/'
        if not equals or not name:
            return
        if not _is_expired(attributes):
            value = value.strip()
            self.cookies[name] = value if path == '/' else (value, path)
        elif name in self.cookies:
            stored = self.cookies[name]
            if path == (stored[1] if isinstance(stored, tuple) else '/'):
                del self.cookies[name]


def _covers(cookie_path: str, path: str) -> bool:
    # RFC 6265 5.1.4
    if cookie_path in ('/', path):
        return True
    return path.startswith(cookie_path if cookie_path[-1:] == '/' else cookie_path + '/')


def _is_expired(attributes: 'dict[str, str]') -> bool:
    try:
        return int(attributes['max-age']) <= 0
    except (KeyError, ValueError):  # RFC 6265 5.3: Expires counts only without Max-Age
        return '01 Jan 1970' in attributes.get('expires', '')
