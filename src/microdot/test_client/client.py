# Knows how a test asks an application without a server. Must not know sockets or how requests are handled.
from .cookies import CookieJar
from .exchange import Exchange
from .response import TestResponse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from typing_extensions import Self

    from .. import Microdot
    from .sse import EventStream
    from .websocket import WebSocketConnection

    Headers = Mapping[str, Any]

_REDIRECTS = 20  # that are followed, as browsers do


class TestClient:
    """Sends requests to an application without a server, and keeps the cookies that it sets.

    :param app: the application.
    :param cookies: a dictionary of cookies to copy from.
    :param scheme: what `request.scheme` is, `'http'` if not given.
    :param host: the header Host, `'example.com:1234'` if not given.

    Attributes: these, where `cookies` is a dictionary of values, or of (value, path) for paths other than `/`. Cookies are kept
    and sent as RFC 6265 says, by their domain, path and time, and secure ones to `https` alone; those that are put into the
    dictionary by hand go to every host.

    Within `async with` the start-up handlers have run, and at its end the shutdown handlers do.

    Example::

        async with TestClient(app) as client:
            response = await client.get('/')
            assert response.text == 'Hello!'
    """

    __test__ = False  # what pytest looks at, as the name begins with Test

    def __init__(
        self, app: 'Microdot', cookies: 'Mapping[str, Any] | None' = None, scheme: 'str | None' = None,
        host: 'str | None' = None,
    ) -> None:
        self.app = app
        self.cookies: 'dict[str, Any]' = dict(cookies or {})
        self.scheme = scheme
        self.host = host or 'example.com:1234'
        self._jar = CookieJar()

    async def __aenter__(self) -> 'Self':
        await self.app.run_startup_handlers()
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self.app.run_shutdown_handlers()

    async def request(
        self, method: str, path: str, headers: 'Headers | None' = None, body: 'Any' = None, sock: 'Any' = None,
        files: 'Mapping[str, Any] | None' = None, follow_redirects: bool = False,
    ) -> TestResponse:
        """Send a request and return the response.

        :param method: the method, such as `'HEAD'`.
        :param path: path and query, percent-encoded.
        :param headers: a dictionary of headers; Host and those that describe the body are added where they are absent.
        :param body: a `dict` or `list`, sent as JSON, `str`, sent as UTF-8, `bytes`, or a file or an iterator, asynchronous or
                     not, of `str` or `bytes`: it is sent as the application reads it, in chunks unless the headers have a
                     Content-Length.
        :param sock: what `request.sock` is to be.
        :param files: the files of a form, whose fields are `body`, a `dict` of values or of lists of values. A dictionary of
                      what a file contains, `bytes`, `str` or an open file; of tuples of a file name, that, and perhaps a
                      media type; or of lists of these.
        :param follow_redirects: follow at most 20 redirects within the site, as browsers do. `url` of the response says where
                                 that led, and `history` has the responses on the way.

        A malformed request gets the answer that a server gives. What the bodies of request and response raise is not caught.
        Raises `RuntimeError` for more redirects.
        """
        exchange = Exchange(self, method, path, headers, body, files, sock)
        history: 'list[TestResponse]' = []
        while True:
            response = await self._send(exchange)
            response.history = history[:]
            following = None
            if follow_redirects:
                from .redirects import following_exchange

                following = following_exchange(exchange, response)
            if following is None:
                return response
            if len(history) == _REDIRECTS:
                raise RuntimeError('more than %d redirects' % _REDIRECTS)
            history.append(response)
            exchange = following

    async def _send(self, exchange: Exchange) -> TestResponse:
        try:
            response = await TestResponse.create(await exchange.answer())
        finally:
            await exchange.end()
        response.url = exchange.path
        return response

    async def get(self, path: str, headers: 'Headers | None' = None, follow_redirects: bool = False) -> TestResponse:
        """Send a GET request."""
        return await self.request('GET', path, headers, follow_redirects=follow_redirects)

    async def post(
        self, path: str, headers: 'Headers | None' = None, body: 'Any' = None, files: 'Mapping[str, Any] | None' = None,
        follow_redirects: bool = False,
    ) -> TestResponse:
        """Send a POST request; parameters as for `request`."""
        return await self.request('POST', path, headers, body, None, files, follow_redirects)

    async def put(
        self, path: str, headers: 'Headers | None' = None, body: 'Any' = None, files: 'Mapping[str, Any] | None' = None,
        follow_redirects: bool = False,
    ) -> TestResponse:
        """Send a PUT request; parameters as for `request`."""
        return await self.request('PUT', path, headers, body, None, files, follow_redirects)

    async def patch(
        self, path: str, headers: 'Headers | None' = None, body: 'Any' = None, files: 'Mapping[str, Any] | None' = None,
        follow_redirects: bool = False,
    ) -> TestResponse:
        """Send a PATCH request; parameters as for `request`."""
        return await self.request('PATCH', path, headers, body, None, files, follow_redirects)

    async def delete(self, path: str, headers: 'Headers | None' = None, follow_redirects: bool = False) -> TestResponse:
        """Send a DELETE request."""
        return await self.request('DELETE', path, headers, follow_redirects=follow_redirects)

    async def query(
        self, path: str, headers: 'Headers | None' = None, body: 'Any' = None, follow_redirects: bool = False,
    ) -> TestResponse:
        """Send a QUERY request."""
        return await self.request('QUERY', path, headers, body, follow_redirects=follow_redirects)

    def sse(
        self, path: str, headers: 'Headers | None' = None, method: str = 'GET', body: 'Any' = None,
        last_event_id: 'str | None' = None,
    ) -> 'EventStream':
        """Return a stream of server-sent events, for `async with`, within which the client is connected.

        :param path: path and query, percent-encoded.
        :param headers: a dictionary of headers.
        :param method: the method.
        :param body: a body, as for `request`.
        :param last_event_id: the id of the last event that the client knows.

        Raises `HTTPException` if what is answered is no stream of events.

        Example::

            async with client.sse('/clock') as events:
                async for event in events:
                    assert event['data_json']['seconds'] > 0
                    break
        """
        from .sse import EventStream

        return EventStream(Exchange(self, method, path, headers, body), last_event_id)

    def websocket_connect(
        self, path: str, headers: 'Headers | None' = None, subprotocols: 'list[str] | None' = None,
    ) -> 'WebSocketConnection':
        """Return a WebSocket, for `async with`, within which the client is connected.

        :param path: path and query, percent-encoded.
        :param headers: a dictionary of headers.
        :param subprotocols: names of subprotocols to offer.

        Raises `HTTPException` if the handshake is refused.

        Example::

            async with client.websocket_connect('/echo') as ws:
                await ws.send('hello')
                assert await ws.receive() == 'hello'
        """
        from .websocket import WebSocketConnection

        return WebSocketConnection(self, path, headers, subprotocols)

    async def websocket(
        self, path: str, client: 'Callable[[], Any]', headers: 'Headers | None' = None
    ) -> TestResponse:
        """Speak over a WebSocket as a generator does.

        :param path: path and query, percent-encoded.
        :param client: a generator function, asynchronous or, on MicroPython, not. What it yields, `str` or `bytes`, is sent to the
                       application; `yield` gives the next message of the application, or None if that waits for one itself. Where
                       the generator ends, the connection is cut.
        :param headers: a dictionary of headers.

        Returns an empty response, or the one that refuses the handshake.

        Example::

            async def talk():
                assert (yield 'hello') == 'hello'
                assert (yield b'bytes') == b'bytes'

            await client.websocket('/echo', talk)
        """
        from .conversation import converse

        return await converse(self, path, client, headers)

    def cookie_header(self, exchange: Exchange) -> 'list[str]':
        """Return the cookies that go with a request."""
        path = exchange.path.partition('?')[0]
        return self._jar.header(self.cookies, exchange.hostname, path, exchange.scheme in ('https', 'wss'))

    def keep_cookies(self, exchange: Exchange, headers: 'Any') -> None:
        """Keep the cookies of a response: the value of its headers Set-Cookie, one or a list of them."""
        for header in headers if isinstance(headers, list) else [headers]:
            self._jar.store(self.cookies, header, exchange.hostname)
