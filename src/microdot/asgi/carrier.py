# Knows how an ASGI server takes a response of any kind. Must not know requests.
import asyncio
from asyncio import CancelledError

from .. import Response
from ..gateway.paths import path_of
from ..server.fields import own_fields
from ..server.framing import has_body

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .requests import ASGIRequest


_MOST_OF_REFUSAL = 64 * 1024  # bytes of the body of a response that refuses a WebSocket


class Carrier:
    """What a server takes of one response; see `server.sending`."""

    _refusal: 'bytearray | None' = None  # the body, where it refuses a WebSocket: granian takes it in one message alone

    def __init__(self, request: 'ASGIRequest') -> None:
        self._request = request
        self._scope = request.asgi_scope
        self._send = request.sock[1]
        self._prefix = 'http.response.'
        if self._scope['type'] == 'websocket':
            self._prefix = 'websocket.http.response.'
            self._refusal = bytearray()
        self._started = False
        self._soon: 'asyncio.Handle | None' = None
        self._starting: 'asyncio.Task[None] | None' = None

    async def message(self, kind: str, **values: 'Any') -> None:
        try:
            await self._send({'type': self._prefix + kind, **values})
        except OSError:  # what servers raise when the client has left
            self._request.note_left()
            raise CancelledError from None

    def _head(self, response: Response, length: 'int | None') -> 'int | None':
        own, length, close = own_fields(response, length)
        headers = []
        for name, value in own.items():
            for one in value if isinstance(value, list) else (value,):
                headers.append((name.lower().encode(), str(one).encode()))
        if close and self._scope.get('http_version', '1.1')[:2] == '1.':
            headers.append((b'connection', b'close'))
        self._start = {'status': response.status_code, 'headers': headers}
        return length

    async def start(self, response: Response, length: 'int | None' = None) -> None:
        self._head(response, length)
        await self.message('start', **self._start)

    async def whole(self, response: Response, body: 'bytes | None') -> None:
        await self.start(response, None if body is None else len(body))
        await self.message('body', body=body if body and has_body(response) else b'')

    async def file(self, response: Response) -> bool:
        is_offered = self._refusal is None and 'http.response.pathsend' in (self._scope.get('extensions') or ())
        path = is_offered and path_of(response)
        if path:
            await self.start(response)
            await self.message('pathsend', path=path)
        return bool(path)

    def begin(self, response: Response) -> 'int | None':
        length = self._head(response, None)
        self._request.cancel_when_left()
        return length

    def iterate(self, response: Response) -> 'Any':
        pieces = response.body_iter()
        if pieces is response.body and self._refusal is None:
            self._soon = self._request.loop.call_soon(self._start_soon)
        return pieces

    def _start_soon(self) -> None:
        self._starting = self._request.loop.create_task(self._start_early())

    async def _start_early(self) -> None:
        await self.message('start', **self._start)
        await self.message('body', body=b'', more_body=True)  # before which some servers send nothing

    async def _begin(self) -> None:
        self._started = True
        if self._soon:
            self._soon.cancel()
        if self._starting:
            await self._starting
        else:
            await self.message('start', **self._start)

    async def write(self, piece: bytes) -> None:
        if self._refusal is not None:
            self._refusal += piece
            if len(self._refusal) > _MOST_OF_REFUSAL:
                raise ValueError('the refusal of a WebSocket is longer than %d bytes' % _MOST_OF_REFUSAL)
            return
        if not self._started:
            await self._begin()
        await self.message('body', body=piece if type(piece) is bytes else bytes(piece), more_body=True)
        await asyncio.sleep(0)  # others take their turn, and the client may have left

    async def end(self) -> None:
        self._request.ignore_leaving()
        if not self._started:
            await self._begin()
        await self.message('body', body=bytes(self._refusal or b''))

    def take_back(self) -> bool:
        self._request.ignore_leaving()
        if self._soon:
            self._soon.cancel()
        return not (self._started or self._starting)
