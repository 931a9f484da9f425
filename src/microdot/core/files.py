# Knows how a file becomes a Response. Must not know requests or servers.
from ..wire.fields import check_text
from .compat import SMALL
from .input_errors import MissingFile

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .response import Response

_BUFFER = 64 * 1024  # bytes of a file read at once in a thread


def send_file(
    cls: 'type[Response]', filename: str, status_code: int, content_type: 'str | None', stream: 'Any',
    max_age: 'int | None', compressed: 'bool | str', file_extension: str,
) -> 'Response':
    """Make a Response of a file; the parameters are those of `Response.send_file`."""
    check_text('the name of a file', filename + file_extension)  # UPY: open() takes NUL for the end of a name
    headers = {'Content-Type': content_type or _media_type(cls, filename, compressed)}
    if compressed:
        headers['Content-Encoding'] = compressed if isinstance(compressed, str) else 'gzip'
    if max_age is None:
        max_age = cls.default_send_file_max_age
    if max_age is not None:
        headers['Cache-Control'] = 'max-age=%d' % max_age
    response = cls(b'', status_code, headers)
    response.body = _open(filename + file_extension) if stream is None else stream
    if stream is None and not SMALL:
        response.threaded = True
        response.send_file_buffer_size = max(cls.send_file_buffer_size, _BUFFER)
    return response


def _media_type(cls: 'type[Response]', filename: str, compressed: 'bool | str') -> str:
    if compressed and filename.endswith('.gz'):
        filename = filename[:-3]
    _, dot, extension = filename.rpartition('.')
    return cls.types_map.get(dot and extension.lower(), 'application/octet-stream')


def _open(path: str) -> 'Any':
    try:
        return open(path, 'rb')
    except OSError as exc:
        if exc.args and exc.args[0] in (2, 20, 21):  # ENOENT, ENOTDIR, EISDIR
            raise MissingFile(*exc.args, path) from None
        raise
