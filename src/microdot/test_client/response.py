# Knows a response as a test looks at it. Must not know how it came about.
import json

from .. import NoCaseDict, Response

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class TestResponse:
    """A response, as `TestClient` returns it.

    Attributes: `status_code`, `reason` (None for the standard's), `headers` (blind to case; `Set-Cookie` is a list),
    `body` (`bytes`, None for HEAD), `text` (`str`, None if the body is not UTF-8), `json` (None unless its type is
    `application/json`) and `events` (None unless its type is `text/event-stream`). All are None and `headers` is empty
    where the handler answered by itself. `url` is what was asked for, and `history` the redirects that led there.

    An event is a dictionary of `data` (`bytes`), `data_json` (None where the data is no JSON), `event` (the name of its type),
    `event_id` and `retry` (seconds), None where the event does not name them. Comments are skipped.

    Example::

        response = await client.get('/books/1')
        response.json == {'title': 'Emma'}
    """

    __test__ = False  # what pytest looks at, as the name begins with Test

    def __init__(self) -> None:
        self.status_code: 'int | None' = None
        self.reason: 'str | None' = None
        self.headers = NoCaseDict()
        self.body: 'bytes | None' = None
        self.text: 'str | None' = None
        self.json: 'Any' = None
        self.events: 'list[dict[str, Any]] | None' = None
        self.url: 'str | None' = None
        self.history: 'list[TestResponse]' = []

    @classmethod
    async def create(cls, res: Response) -> 'TestResponse':
        """Read a response to its end and close it; what its body raises is not caught.

        :param res: what the application answered.
        """
        response = cls()
        if res is Response.already_handled:
            return response
        res.complete()
        response.status_code = res.status_code
        response.reason = res.reason
        response.headers = res.headers.copy()
        bodyless = res.status_code < 200 or res.status_code in (204, 304)
        if bodyless:  # RFC 9110 8.6: as the servers send them
            response.headers.pop('Content-Length', None)
            response.headers.pop('Content-Type', None)
        try:
            if not res.is_head:
                response._set_body(b'' if bodyless else await _read(res))
        finally:
            await res.close()
        return response

    def _set_body(self, body: bytes) -> None:
        self.body = body
        media_type = self.headers.get('Content-Type', '').partition(';')[0].strip().lower()
        if media_type == 'text/event-stream':
            from .events import EventReader

            self.events = EventReader().feed(body)
        try:
            self.text = body.decode()
            if media_type == 'application/json':
                self.json = json.loads(self.text)
        except ValueError:  # what does not parse is there as the body, or the text
            pass


async def _read(res: Response) -> bytes:
    pieces = []
    async for piece in res.body_iter():
        pieces.append(piece.encode() if isinstance(piece, str) else piece)
    return b''.join(pieces)
