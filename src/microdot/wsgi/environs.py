# Knows what the environ of a WSGI server (PEP 3333) says of a request: where to, how its body is framed and read, and which
# socket it came from. Must not know requests.
import re
from importlib import import_module
from urllib.parse import unquote

from .. import HTTPException
from ..gateway import heads
from ..gateway.paths import quoted
from ..wire.http11 import CHUNKED

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    Environ = dict[str, Any]

_is_malformed = re.compile('%(?![0-9A-Fa-f]{2})').search  # RFC 3986 section 2.1
_SOCKETS = 'gunicorn.socket', 'werkzeug.socket'


def url_of(environ: 'Environ') -> str:
    """Return the path, percent-encoded, and the query, as the client sent them where the server tells that.

    Raises `ValueError` for octets that are not ASCII.
    """
    path = environ.get('SCRIPT_NAME', '') + environ.get('PATH_INFO', '')
    sent = (environ.get('RAW_URI') or environ.get('REQUEST_URI') or '').partition('?')[0]
    sent.encode('ascii')
    # What wraps the application may have changed the path. uWSGI decodes what is malformed in a way of its own.
    is_path_sent = sent[:1] == '/' and (unquote(sent, 'latin-1') == path or _is_malformed(sent))
    path = sent if is_path_sent else quoted(path, 'latin-1')
    query = environ.get('QUERY_STRING')
    if query:
        query.encode('ascii')
        return (path or '/') + '?' + query  # type: ignore[no-any-return]
    return path or '/'


def body_length(environ: 'Environ') -> int:
    """Return the length of the body in bytes, `CHUNKED` where it is not told.

    Raises `HTTPException`: 400, and 411 where the server cannot tell where such a body ends.
    """
    length = environ.get('CONTENT_LENGTH')
    coding = environ.get('HTTP_TRANSFER_ENCODING')
    version = environ.get('SERVER_PROTOCOL') or 'HTTP/1.0'
    if coding or length:
        told = heads.body_length(version[5:], [length.encode()] if length else [], [coding.encode()] if coding else [])
        if told == CHUNKED and not (environ.get('wsgi.input_terminated') or is_uwsgi(environ)):
            raise HTTPException(411, 'Length required')
        return told
    return 0 if version[:6] == 'HTTP/1' or not environ.get('wsgi.input_terminated') else CHUNKED


def check_fields(environ: 'Environ') -> None:
    """Raise a 400 `HTTPException` for a method, a version or a header that cannot be one, as uWSGI gives them."""
    method = environ.setdefault('REQUEST_METHOD', '')
    fields = [(key[5:].replace('_', '-'), value) for key, value in environ.items() if key.startswith('HTTP_')]
    if environ.get('SERVER_PROTOCOL', '')[:7] != 'HTTP/1.' or not heads.are_fields(method, fields):
        raise HTTPException(400, 'Bad request')


def reader_of(environ: 'Environ', length: int) -> 'Callable[[int], bytes]':
    """Return the function that waits for so many bytes of the body, or fewer at its end."""
    if length == CHUNKED and is_uwsgi(environ) and not environ.get('wsgi.input_terminated'):
        chunked_read = _uwsgi().chunked_read
        return lambda n: chunked_read()
    return environ['wsgi.input'].read  # type: ignore[no-any-return]


def descriptor_of(environ: 'Environ') -> 'int | None':
    """Return the file descriptor of the client's socket, None where the server does not give it. Its own thread has to ask."""
    for name in _SOCKETS:
        if name in environ:
            return environ[name].fileno()  # type: ignore[no-any-return]
    if is_uwsgi(environ):
        return _uwsgi().connection_fd()  # type: ignore[no-any-return]
    return None


def speaks_tls(environ: 'Environ') -> bool:
    """Tell whether the server has TLS on that socket, so that nobody else can use it."""
    if is_uwsgi(environ):
        return any(option in _uwsgi().opt for option in ('https-socket', 'suwsgi-socket', 'ssl-socket'))
    import ssl

    return any(isinstance(environ.get(name), ssl.SSLSocket) for name in _SOCKETS)


def is_uwsgi(environ: 'Environ') -> bool:
    """Tell whether the server is uWSGI."""
    return 'uwsgi.version' in environ


def _uwsgi() -> 'Any':
    return import_module('uwsgi')  # which is there in its processes alone
