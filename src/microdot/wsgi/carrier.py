# Knows how a WSGI server takes a response of any kind. Must not know requests' environs, or threads.
from asyncio import CancelledError
from wsgiref.util import is_hop_by_hop

from .. import Response
from ..gateway.paths import path_of
from ..server.fields import own_fields
from ..server.framing import date, has_body
from ..wire.http11 import status_line

TYPE_CHECKING = False
if TYPE_CHECKING:
    from asyncio import Handle
    from collections.abc import Callable
    from typing import Any

    from .calls import Call, Headers
    from .requests import WSGIRequest


def head_of(response: 'Response', length: 'int | None', dated: bool) -> 'tuple[str, Headers, int | None]':
    """Return the status and the headers of a response, and the length of its body as they tell it.

    :param length: of the body, None if it is not known.
    :param dated: whether the header `Date` is among them.
    """
    own, length, _ = own_fields(response, length)
    if dated:
        own.setdefault('Date', date())
    headers = []
    for name, value in own.items():
        if not is_hop_by_hop(name):  # PEP 3333: those are the server's
            for one in value if isinstance(value, list) else (value,):
                headers.append((name, _native(str(one))))
    return _native(status_line('1.1', response.status_code, response.reason)[9:]), headers, length


def _native(text: str) -> str:
    # PEP 3333: the octets, as characters.
    return text if text.isascii() else text.encode().decode('latin-1')


class Carrier:
    """What a server takes of one response; see `server.sending`."""

    def __init__(self, request: 'WSGIRequest') -> None:
        self._request = request
        self._call: 'Call' = request.call
        self._started = False
        self._soon: 'Handle | None' = None

    async def whole(self, response: 'Response', body: 'bytes | None') -> None:
        self._head(response, None if body is None else len(body))
        self._begin()
        if body and has_body(response):
            await self._give(body)

    def _head(self, response: 'Response', length: 'int | None') -> 'int | None':
        self._status, self._headers, length = head_of(response, length, self._request.is_uwsgis)
        return length

    def _begin(self) -> None:
        self._started = True
        if self._soon:
            self._soon.cancel()
        self._call.start(self._status, self._headers)

    async def _give(self, piece: bytes) -> None:
        try:
            await self._call.give(piece)
        except ConnectionResetError:
            self._request.note_left()
            raise CancelledError from None

    async def file(self, response: 'Response') -> bool:
        wrapper = self._request.environ.get('wsgi.file_wrapper')
        if not (wrapper and path_of(response)):
            return False
        self._head(response, None)
        file = _File(response.body.file, self._call.close)
        self._call.start(self._status, self._headers, lambda: wrapper(file, _FILE))
        await self._call.closed()
        return True

    def begin(self, response: 'Response') -> 'int | None':
        length = self._head(response, None)
        self._request.cancel_when_left()
        return length

    def iterate(self, response: 'Response') -> 'Any':
        self._request.pieces = pieces = response.body_iter()
        if pieces is response.body:
            self._soon = self._request.loop.call_soon(self._begin_early)
        return pieces

    def _begin_early(self) -> None:
        if not self._started:
            self._begin()
            self._call.show_head()

    async def write(self, piece: bytes) -> None:
        if not self._started:
            self._begin()
        await self._give(piece if type(piece) is bytes else bytes(piece))

    async def end(self) -> None:
        self._request.ignore_leaving()
        if not self._started:
            self._begin()

    def take_back(self) -> bool:
        self._request.ignore_leaving()
        if self._soon:
            self._soon.cancel()
        return not self._started


_FILE = 64 * 1024  # bytes of a file that a server reads at once where it has no better way


class _File:
    # A file that a server reads, and closes at the end.

    def __init__(self, file: 'Any', close: 'Callable[[], None]') -> None:
        self.read = file.read
        self.fileno = file.fileno
        self.close = close
