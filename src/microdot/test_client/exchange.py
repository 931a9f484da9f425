# Knows how a test's request is put to an application, and how a response ends. Must not know what tests look at.
from .. import AsyncBytesIO, HTTPException, NoCaseDict, Request
from .bodies import RequestStream, plain_body

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from .. import Response
    from .client import TestClient

CLIENT = ('127.0.0.1', 1234)  # where requests come from


def hostname(host: str) -> str:
    """Return a host without its port."""
    name, colon, port = host.lower().rpartition(':')
    return name if colon and not port.strip('0123456789') else host.lower()


class Exchange:
    """A request of a client to its application, and the response.

    Attributes: `method`, `path`, `scheme`, `host`, `hostname`, `headers`, `body` (`bytes`, or what gives them), and `request` and
    `response` when there are such.
    """

    request: 'Request | None' = None
    response: 'Response | None' = None

    def __init__(
        self, client: 'TestClient', method: str, path: str, headers: 'Mapping[str, Any] | None' = None,
        body: 'Any' = None, files: 'Any' = None, sock: 'Any' = None, scheme: 'str | None' = None,
    ) -> None:
        self.client = client
        self.method = method
        self.path = path
        self.scheme = scheme or client.scheme or 'http'
        self.headers = NoCaseDict(headers)
        self.body = plain_body(body, files, self.headers)
        self.sock = sock
        self.host = str(self.headers.setdefault('Host', client.host))
        self.hostname = hostname(self.host)

    async def answer(self, websocket_class: 'Any' = None) -> 'Response':
        """Return what the application answers, and keep the cookies in it; a malformed request gets what a server answers."""
        fields = self.headers.copy()
        cookies = self.client.cookie_header(self)
        if 'Cookie' in fields:
            cookies.insert(0, fields['Cookie'])
        if cookies:
            fields['Cookie'] = '; '.join(cookies)
        stream = RequestStream(self.method, self.path, fields, self.body)
        refusal = None
        try:
            self.request = await Request.create(self.client.app, stream, AsyncBytesIO(b''), CLIENT, self.scheme)
        except HTTPException as exc:
            refusal = exc
        except ValueError:  # a line is too long
            if stream.error:
                raise
            too_long = len(stream.first_line.encode()) + 2 > Request.max_readline
            refusal = HTTPException(414, 'URL too long') if too_long else HTTPException(431, 'Headers too long')
        if self.request and self.sock:
            self.request.sock = self.sock
            self.request.websocket_class = websocket_class
        self.response = await self.client.app.dispatch_request(self.request, refusal)
        if stream.error:
            await self.response.close()
            raise stream.error
        if self.response.own_headers:
            self.client.keep_cookies(self, self.response.headers.get('Set-Cookie', []))
        return self.response

    async def end(self) -> None:
        """Run what was registered to run after the response."""
        if self.request:
            await self.request.responded(self.response)
