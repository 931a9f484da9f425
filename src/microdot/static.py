# Knows how a folder is served: names that stay in it, compressed siblings, hashed names. Must not know how files are sent.
import sys

from . import HTTPException, Response, abort
from .core.compat import find_file, in_thread
from .core.file_hashes import LENGTH, file_hash, is_unsure
from .core.media_types import media_type
from .core.reversing import mount_prefix, quote
from .wire.codings import choose_coding, is_compressible

TYPE_CHECKING = False
if TYPE_CHECKING:
    from . import Microdot, Request

    Found = tuple[str, bool, int, int]  # what find_file returns

__all__ = ['Static', 'is_safe']

_FOR_EVER = 'max-age=31536000, immutable'  # a year (RFC 8246)
_CODINGS = {'br': '.br', 'gzip': '.gz'}  # the best first
_RESERVED = ('CON', 'PRN', 'AUX', 'NUL', 'CONIN$', 'CONOUT$', 'CLOCK$')
_WINDOWS = sys.platform == 'win32'


class Static:
    """Serves the files of a folder.

    :param app: the application, whose routes these become.
    :param folder: the path of the folder.
    :param url_prefix: what the URLs of the files begin with; `''` for all that no other route takes.
    :param max_age: seconds for which clients may keep a file without asking; `Response.default_send_file_max_age` if not given.
    :param index: the name of the file that a folder's URL gives, None for none.
    :param immutable: whether the contents of a file never change as long as it has its name, so that clients never ask again.

    No URL leads out of the folder, nor does a symbolic link; on MicroPython none is followed. Files and folders whose names begin
    with a dot are not served, `.well-known` excepted, nor are names with a backslash, a colon, a control character or a dot or a
    space at their end. Where `app.js.br` or `app.js.gz` is not older than `app.js`, clients that take that coding get it instead.

    Example::

        static = Static(app, 'assets', max_age=3600)
        static.url('app.js') == '/static/app.3f1c0a9be4d2.js'
    """

    def __init__(
        self, app: 'Microdot', folder: str, url_prefix: str = '/static', max_age: 'int | None' = None,
        index: 'str | None' = 'index.html', immutable: bool = False,
    ) -> None:
        self.app = app
        self.folder = folder.rstrip('/') or folder[:1] or '.'
        self.url_prefix = url_prefix.rstrip('/')
        self.max_age = max_age
        self.index = index
        self.immutable = immutable
        self._hashes: 'dict[str, tuple[int, int, str]]' = {}  # size, time and hash of files, by path
        if self.url_prefix:
            app.route(self.url_prefix)(self.serve)
        app.route(self.url_prefix + '/')(self.serve)
        app.route(self.url_prefix + '/<path:path>')(self.serve)

    async def serve(self, request: 'Request', path: str = '') -> Response:
        """Answer a request for a file, or a folder's index; the routes call this.

        :param path: the path below the folder, percent-decoded.
        """
        is_folder = path[-1:] == '/' or not path
        name = path + (self.index or '') if is_folder else path
        found = find_file(self.folder, name) if is_safe(name) else None
        cached = _FOR_EVER if self.immutable else None
        if found is None and not is_folder:
            name, found, cached = await self._find_hashed(name)
        if found is None:
            abort(404, 'Not found')
        if found[1] or (not path and request.path[-1:] != '/'):
            if found[1] and (is_folder or not self.index or find_file(self.folder, name + '/' + self.index) is None):
                abort(404, 'Not found')
            return self._to_folder(request)
        response = self._send(request, name, found)
        if cached:
            response.headers['Cache-Control'] = cached
        return response

    @staticmethod
    def _to_folder(request: 'Request') -> Response:
        # Names in a folder's index are relative to its URL with a slash.
        query = '?' + request.query_string if request.query_string else ''
        return Response.redirect(request.path + '/' + query, 308)

    def _send(self, request: 'Request', name: str, found: 'Found') -> Response:
        content_type = media_type(Response.types_map, name)
        path, modified = found[0], found[3]
        siblings = {}
        if is_compressible(content_type):
            for coding, ending in _CODINGS.items():
                sibling = find_file(self.folder, name + ending)
                if sibling and not sibling[1] and sibling[3] >= modified:
                    siblings[coding] = sibling[0]
        chosen = choose_coding(request.headers.get('Accept-Encoding'), list(siblings)) if siblings else None
        try:
            response = Response.send_file(
                siblings[chosen] if chosen else path, content_type=content_type, max_age=self.max_age, compressed=chosen or False)
        except OSError as exc:
            if exc.args[0] == 13:  # EACCES
                raise HTTPException(403, 'Forbidden') from exc
            raise
        if siblings:
            response.headers['Vary'] = 'Accept-Encoding'
        return response

    def url(self, name: str) -> str:
        """Return the URL of a file, with a hash of its contents in its name, so that clients keep it for ever.

        :param name: the path of the file below the folder, such as `'js/app.js'`.

        Raises `ValueError` if there is no such file. The file is read when it is new or has changed.
        """
        found = find_file(self.folder, name) if is_safe(name) else None
        if found is None or found[1]:
            raise ValueError('there is no file ' + name)
        segments = [quote(segment) for segment in name.split('/')]
        stem, dot, extension = segments[-1].rpartition('.')
        digest = self._known_hash(found) or self._hash(found)
        segments[-1] = stem + '.' + digest + dot + extension if dot else extension + '.' + digest
        return mount_prefix(self.app) + self.url_prefix + '/' + '/'.join(segments)

    def _hash(self, found: 'Found') -> str:
        path, _, size, modified = found
        unsure = is_unsure(modified)
        digest = file_hash(path)
        if not unsure:
            self._hashes[path] = size, modified, digest
        return digest

    def _known_hash(self, found: 'Found') -> 'str | None':
        # Of a file that has not changed since it was read.
        known = self._hashes.get(found[0])
        return known[2] if known and known[:2] == found[2:] else None

    async def _find_hashed(self, name: str) -> 'tuple[str, Found | None, str | None]':
        # What a name with a hash is the name of, and how long it may be kept. A file that has another hash now is sent as well:
        # while a site is being renewed, pages and files may be of different versions.
        folder, slash, last = name.rpartition('/')
        parts = last.split('.')
        digest = parts.pop(-2 if len(parts) > 2 else -1)
        if not parts or len(digest) != LENGTH or digest.strip('0123456789abcdef'):
            return name, None, None
        name = folder + slash + '.'.join(parts)
        found = find_file(self.folder, name) if is_safe(name) else None
        if found is None or found[1]:
            return name, None, None
        try:
            current = self._known_hash(found) or await in_thread(self._hash, found)  # the file may be long
        except OSError:  # which sending it will tell of
            current = None
        return name, found, _FOR_EVER if current == digest else 'no-cache'


def is_safe(name: str) -> bool:
    """Tell whether the name of a file stays in its folder and is no hidden one, on any system.

    :param name: segments joined by slashes.
    """
    for segment in name.split('/'):
        if not segment or segment[-1] in '. ' or (segment[0] == '.' and segment != '.well-known'):
            return False
        if '\\' in segment or ':' in segment or min(segment) < ' ' or '\x7f' in segment:
            return False
        if _WINDOWS and is_reserved(segment):
            return False
    return True


def is_reserved(segment: str) -> bool:
    """Tell whether a name is that of a device on Windows, whatever extension it has."""
    stem = segment.partition('.')[0].rstrip(' ').upper()
    if stem[:3] in ('COM', 'LPT') and len(stem) == 4 and stem[3] in '0123456789¹²³':
        return True
    return stem in _RESERVED
