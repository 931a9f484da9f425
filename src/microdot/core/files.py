# Knows how a file becomes the body of a response, and the headers that say what it is. Must not know servers or conditions.
import time

from .compat import SMALL, file_status, gmtime, http_date, open_file
from .input_errors import MissingFile

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .request import Request
    from .response import Response

BUFFER = 64 * 1024  # bytes of a file that are read at once on CPython, and of one that is sent in one piece with its head


def send_file(
    cls: 'type[Response]', filename: str, status_code: int, content_type: 'str | None', stream: 'Any',
    max_age: 'int | None', compressed: 'bool | str', file_extension: str, download_name: 'str | None',
) -> 'Response':
    """Make a Response of a file; the parameters are those of `Response.send_file`."""
    path = filename + file_extension
    if compressed and filename.endswith('.gz'):
        filename = filename[:-3]
    response = cls(b'', status_code)
    headers = response.headers
    if content_type is not None:
        headers['Content-Type'] = content_type
    elif filename[-3:].lower() == '.gz':  # COMPAT: one that `compressed` says nothing of is any file
        headers['Content-Type'] = cls.types_map.get('gz', 'application/octet-stream')
    else:
        headers['Content-Type'] = _media_types().media_type(cls.types_map, filename)
    if compressed:
        headers['Content-Encoding'] = compressed if isinstance(compressed, str) else 'gzip'
    if max_age is None:
        max_age = cls.default_send_file_max_age
    if max_age is not None:
        headers['Cache-Control'] = 'max-age=%d' % max_age
    if download_name is not None:
        from .disposition import attachment

        headers['Content-Disposition'] = attachment(download_name)
    if content_type or compressed:
        response.check_head()
    response.body = FileBody(path) if stream is None else stream
    if stream is None and not SMALL:
        response.threaded = True
        response.send_file_buffer_size = max(cls.send_file_buffer_size, BUFFER)
    return response


_media_types_room: 'Any' = None  # PERF: an import in a function costs 1.5 us each time


def _media_types() -> 'Any':
    global _media_types_room
    if _media_types_room is None:
        from . import media_types as _media_types_room
    return _media_types_room


class FileBody:
    """A file as the body of a response: all of it, or from `position` on the `left` bytes that a client asked for.

    :param path: the path of the file.

    Raises `MissingFile` if there is no such file.
    """

    position = 0
    left: 'int | None' = None  # None until the request is known

    def __init__(self, path: str) -> None:
        try:
            if '\0' in path:  # UPY: open() takes it for the end of a name
                raise ValueError
            self.file: 'Any' = open_file(path)
        except ValueError:  # what no name of a file can hold
            raise MissingFile(2, 'No such file', path) from None
        except OSError as exc:
            # ENOENT, ENOTDIR, EISDIR, ENAMETOOLONG, ELOOP
            if exc.args and exc.args[0] in (2, 20, 21, 36, 40):
                raise MissingFile(*exc.args[:2], path) from None
            raise
        self.path = path
        self.close = self.file.close

    def read(self, n: int = -1) -> bytes:
        """Read bytes, all that is left if `n` is negative; `b''` at the end."""
        if self.left is None:
            return self.file.read(n)  # type: ignore[no-any-return]
        data: bytes = self.file.read(self.left if n < 0 or n > self.left else n)
        self.left -= len(data)
        return data

    def settle(self, request: 'Request', response: 'Response') -> None:
        """Give a response of which this is the body the headers of a file, and what the request wants of it.

        That are its length, and for GET and HEAD of a whole file the validators of RFC 9110 section 8.8. The response becomes
        one with status 206, 304, 412 or 416 if the request asks for that; a small file is read.
        """
        if self.left is not None:
            return
        size, modified, version = file_status(self.file, self.path)
        if size is None:  # a pipe, or a device
            return
        headers = response.headers
        self.left = size
        if response.status_code == 200 and request.method in ('GET', 'HEAD'):
            if modified:
                headers.setdefault('Last-Modified', _date(modified))
                coding = headers.get('Content-Encoding')
                headers.setdefault('ETag', '"%x-%x%s"' % (version, size, '-' + coding if coding else ''))
            headers.setdefault('Accept-Ranges', 'bytes')
            # PERF: most requests have no conditions, which their header block tells at once.
            block = request.lower_block
            if not block or block.find(b'\nif-') >= 0 or block.find(b'\nrange:') >= 0:
                from .conditions import settle

                settle(request, response, self, size)
        if response.body is self:
            headers['Content-Length'] = str(self.left)
            if request.method == 'HEAD' or self.left <= (response.send_file_buffer_size if SMALL else BUFFER):
                self._read_all(request, response)

    def _read_all(self, request: 'Request', response: 'Response') -> None:
        # A file that has become shorter is sent as it is now.
        try:
            if request.method == 'HEAD':
                response.body = b''
            else:
                response.body = self.read() if self.left else self.file.read()  # a file of /proc has no size, but contents
                response.headers['Content-Length'] = str(len(response.body))
        finally:
            self.close()
        response.threaded = False

    def skip(self, start: int, end: int) -> None:
        """Leave what is from byte `start` on and before byte `end`."""
        self.file.seek(start)
        self.position = start
        self.left = end - start

    def pieces_in_one_buffer(self, size: int) -> '_Pieces':
        """Iterate over the body, asynchronously, in a buffer of `size` bytes that all pieces but the first share."""
        return _Pieces(self, size)


_MOST_DATES = 4 if SMALL else 256
_dates: 'dict[int, str]' = {}  # PERF: when files were modified, which costs 3 us to write


def _date(seconds: int) -> str:
    date = _dates.get(seconds)
    if date is None:
        now = int(time.time())
        date = http_date(gmtime(min(seconds, now)))  # RFC 9110 8.8.2.1: not later than the time of the answer
        if seconds <= now:
            if len(_dates) >= _MOST_DATES:
                _dates.clear()
            _dates[seconds] = date
    return date


class _Pieces:
    # A device has no room for a buffer for each piece. The first goes with the head, so it is bytes.

    def __init__(self, body: FileBody, size: int) -> None:
        self._body = body
        self._size = size
        self._buffer: 'memoryview | None' = None

    def __aiter__(self) -> '_Pieces':
        return self

    async def __anext__(self) -> 'bytes | memoryview':
        body = self._body
        if self._buffer is None:
            self._buffer = memoryview(bytearray(self._size))
            piece: 'bytes | memoryview' = body.read(self._size)
        else:
            buffer = self._buffer
            if body.left is not None and body.left < self._size:
                buffer = buffer[:body.left]
            length = body.file.readinto(buffer) if len(buffer) else 0
            piece = buffer if length == len(buffer) else buffer[:length]
            if body.left is not None:
                body.left -= length
        if not len(piece):
            raise StopAsyncIteration
        return piece
