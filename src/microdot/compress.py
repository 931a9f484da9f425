# Knows how the bodies of responses are compressed for clients that take it; for CPython. Must not know servers.
import importlib
import zlib
from functools import partial
from typing import TYPE_CHECKING, Any

from . import Response
from .core.hooks import add_vary
from .wire.codings import COMPRESSIBLE, choose_coding

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from . import Microdot, Request

__all__ = ['Compress']

_SLICE = 64 * 1024  # bytes of a body that are compressed at once, in a thread if there are more
_TYPES = ('text/', *COMPRESSIBLE.split())


class Compress:
    """Compresses the bodies of responses (CPython).

    :param app: the application.
    :param min_length: bytes of a body below which it does not pay.
    :param types: the media types to compress: whole ones, or beginnings that end in a slash; every type that ends in `+json` or
                  `+xml` is one too.
    :param codings: the content codings, those that are liked best first: `'zstd'` (Python 3.14, or the package `zstandard`), `'br'`
                    (the package `brotli`) and `'gzip'`. Those whose library is missing are left out.
    :param level: of gzip, 1 (fast) to 9 (small).

    A response is compressed if the request accepts it, unless it has a `Content-Encoding` or `Content-Range` already, or
    `Cache-Control: no-transform`. Streams are compressed piece by piece, each of which can be read when it has come. Strong
    entity tags become weak. Where a response would be compressed for some clients it says `Vary: Accept-Encoding`.

    Do not compress pages that hold a secret beside what a request says: its length tells of it (the attack BREACH); mark those with
    `Cache-Control: no-transform`.

    Example::

        app = Microdot()
        Compress(app)
    """

    def __init__(
        self, app: 'Microdot | None' = None, min_length: int = 1024, types: 'Sequence[str]' = _TYPES,
        codings: 'Sequence[str]' = ('zstd', 'br', 'gzip'), level: int = 6,
    ) -> None:
        self.min_length = min_length
        self.types = types
        self.level = level
        unknown = [coding for coding in codings if coding not in _ENCODERS]
        if unknown:
            raise ValueError('unknown content coding ' + ', '.join(unknown))
        self.codings = [coding for coding in codings if coding == 'gzip' or _library(coding)]
        if app is not None:
            self.initialize(app)

    def initialize(self, app: 'Microdot') -> None:
        """Compress the responses of an application."""
        app.after_request(self._after_request)
        app.after_error_request(self._after_error_request)

    async def _after_request(self, request: 'Request', response: 'Response') -> None:
        # The last of all handlers, which may still change the body, is the one that was registered with the request last.
        request.after_request(self.compress)

    async def _after_error_request(self, request: 'Request | None', response: 'Response') -> None:
        if request:
            await self.compress(request, response)

    async def compress(self, request: 'Request', response: 'Response') -> None:
        """Compress a response, if it is to be compressed."""
        if response.status_code < 200 or response.status_code in (204, 206, 304):
            return
        headers = response.headers
        if 'Content-Encoding' in headers or 'Content-Range' in headers:
            return
        if 'no-transform' in str(headers.get('Cache-Control', '')).lower():
            return
        if not self._is_compressible(headers.get('Content-Type') or response.content_type()):
            return
        settle = getattr(response.body, 'settle', None)
        if settle:  # a file, which may become another response, and has a length then
            settle(request, response)
            if response.status_code in (206, 304, 412, 416):
                if response.status_code == 304:
                    _weaken(response)
                add_vary(response, {'Accept-Encoding'})
                return
        body = response.body
        length = _length(response)
        if length is not None and length < self.min_length:
            return
        add_vary(response, {'Accept-Encoding'})
        coding = choose_coding(request.headers.get('Accept-Encoding'), self.codings)
        if coding is None:
            return
        headers['Content-Encoding'] = coding
        headers.pop('Content-Length', None)
        headers.pop('Accept-Ranges', None)
        _weaken(response)
        encoder = _ENCODERS[coding](self.level)
        if isinstance(body, (bytes, bytearray, memoryview)) and len(body) <= _SLICE and (body or not settle):
            response.body = encoder.encode(bytes(body)) + encoder.end()
        else:
            response.body = _Pieces(encoder, response, length is None)
            response.threaded = False

    def _is_compressible(self, content_type: str) -> bool:
        media_type = content_type.partition(';')[0].strip().lower()
        if media_type.endswith(('+json', '+xml')):
            return True
        return any(media_type == known or (known.endswith('/') and media_type.startswith(known)) for known in self.types)


def _length(response: 'Response') -> 'int | None':
    if isinstance(response.body, (bytes, bytearray, memoryview)) and response.body:
        return len(response.body)
    told = response.headers.get('Content-Length')
    return int(told) if told else None if response.body else 0


def _weaken(response: 'Response') -> None:
    tag = response.headers.get('ETag')
    if tag and not tag.startswith('W/'):
        response.headers['ETag'] = 'W/' + tag


class _Pieces:
    # The body of a response, compressed piece by piece: in threads if it comes from there, or is long.

    def __init__(self, encoder: '_Encoder', response: 'Response', flushes: bool) -> None:
        self._encoder = encoder
        self._flushes = flushes  # whether each piece is to be readable as it comes
        self._source = source = Response()
        source.body = response.body
        source.threaded = response.threaded
        source.send_file_buffer_size = response.send_file_buffer_size
        if isinstance(source.body, (bytes, bytearray, memoryview)):
            source.body = _slices(memoryview(source.body))
            source.threaded = True
        self._pieces: Any = source.body_iter()
        self._ended = False

    def __aiter__(self) -> '_Pieces':
        return self

    async def __anext__(self) -> bytes:
        data = b''
        while not data and not self._ended:
            try:
                piece = await self._pieces.__anext__()
            except StopAsyncIteration:
                self._ended = True
                return self._encoder.end()
            if isinstance(piece, str):
                piece = piece.encode()
            if len(piece):
                data = await self._source.in_thread(partial(self._encode, piece)) if self._source.threaded else self._encode(piece)
        if not data:
            raise StopAsyncIteration
        return data

    def _encode(self, piece: bytes) -> bytes:
        data = self._encoder.encode(piece)
        return data + self._encoder.flush() if self._flushes else data

    def go_away(self) -> None:
        # The server ends.
        if hasattr(self._pieces, 'go_away'):
            self._pieces.go_away()

    async def aclose(self) -> None:
        self._ended = True
        await self._source.close()


def _slices(data: memoryview) -> 'Iterator[memoryview]':
    for start in range(0, len(data), _SLICE):
        yield data[start:start + _SLICE]


class _Encoder:
    # Compresses one body.

    def __init__(self, encode: 'Callable[[bytes], bytes]', flush: 'Callable[[], bytes]', end: 'Callable[[], bytes]') -> None:
        self.encode = encode
        self.flush = flush  # what was given until now can be read then
        self.end = end


def _gzip(level: int) -> _Encoder:
    compressor = zlib.compressobj(level, zlib.DEFLATED, 31)  # 31: of gzip, with a window of 32 KiB
    return _Encoder(compressor.compress, lambda: compressor.flush(zlib.Z_SYNC_FLUSH), compressor.flush)


def _brotli(level: int) -> _Encoder:
    compressor = _library('br').Compressor(quality=_BROTLI_QUALITY)
    return _Encoder(compressor.process, compressor.flush, compressor.finish)


def _zstd(level: int) -> _Encoder:
    library = _library('zstd')
    if hasattr(library, 'COMPRESSOBJ_FLUSH_BLOCK'):  # the package zstandard
        compressor = library.ZstdCompressor().compressobj()
        return _Encoder(compressor.compress, lambda: compressor.flush(library.COMPRESSOBJ_FLUSH_BLOCK), compressor.flush)
    compressor = library.ZstdCompressor()
    return _Encoder(compressor.compress, lambda: compressor.flush(compressor.FLUSH_BLOCK), compressor.flush)


_BROTLI_QUALITY = 4  # of 11: as fast as gzip's 6, and smaller
_ENCODERS = {'gzip': _gzip, 'br': _brotli, 'zstd': _zstd}
_LIBRARIES = {'br': ('brotli', 'brotlicffi'), 'zstd': ('compression.zstd', 'zstandard')}


def _library(coding: str) -> Any:
    # The module that has a coding, or None.
    for name in _LIBRARIES[coding]:
        try:
            return importlib.import_module(name)
        except ImportError:
            pass
    return None
