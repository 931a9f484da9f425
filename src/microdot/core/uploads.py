# Knows where the files go that clients send: temporary files, files of the application, and safe names for them.
# Must not know requests or forms.
from os import stat

from .compat import SMALL, Late, in_thread, temporary_file
from .input_errors import MalformedInput

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    Base = object
else:
    Base = Late
if TYPE_CHECKING or not SMALL:
    from .threads import Turns

_KIND, _FOLDER = 0xF000, 0x4000  # of the mode of a file (POSIX)
_MAX_NAME = 255  # bytes, what the usual file systems take
_MAX_EXTENSION = 16  # characters of a name after its last dot that are kept when it is cut

# Names that Windows gives to devices, whatever follows the first dot; a digit follows the latter.
_DEVICES = ('con', 'prn', 'aux', 'nul')
_PORTS = ('com', 'lpt')


class UploadRest(Base):
    """The methods of `FileUpload` that a small file does not need; an attribute `x` is made by `parse_x`."""

    if TYPE_CHECKING:
        filename: str
        secure_filename: str
        reader: Any
        file: 'File | None'

        async def read(self, n: int) -> bytes: ...

    def parse_secure_filename(self) -> str:
        """Return the name of the file as one that any system takes."""
        return secure_filename(self.filename)

    def refuse(self) -> None:
        """Raise `ValueError` for a file that cannot be read any more."""
        raise ValueError('the file was closed, or the iterator has gone on')

    async def save_to(self, path_or_file: 'Any', size: int) -> None:
        """Write what is left of the file; see `FileUpload.save`.

        :param size: bytes to read at once.
        """
        if hasattr(path_or_file, 'write'):
            while data := await self.read(size):
                await in_thread(path_or_file.write, data)
            return
        path = path_or_file.__fspath__() if hasattr(path_or_file, '__fspath__') else path_or_file
        path = path.decode() if isinstance(path, bytes) else str(path)
        if '\0' in path or _leads_out(path, self.filename):
            raise MalformedInput(400, 'Malformed file name')
        file = File()
        try:
            await file.open(_create, path, self.secure_filename)
            while data := await self.read(size):
                await file.write(data)
        finally:
            await file.close()

    async def copy_to_file(self, data: bytes, size: int) -> None:
        """Write some bytes and what is left of the file to a temporary one, and read that from now on.

        :param size: bytes to read at once.
        """
        file = self.file = File()
        await file.open(temporary_file)
        while data or (data := await self.read(size)):
            await file.write(data)
            data = b''
        await file.rewind()
        self.reader = file.read

    async def close_file(self) -> None:
        """Close the temporary file, whereby it is gone."""
        file, self.file = self.file, None
        try:
            if file:
                await file.close()
        except OSError:  # the disk is full; nobody wants the rest any more
            pass


Rest = UploadRest  # the name by which `Late` finds it


class File:
    """A file that is used in threads where there are some, step by step, also when who waited for a step was cancelled."""

    def __init__(self) -> None:
        self._file: 'Any' = None
        self._closed = False
        self._turns = None if SMALL else Turns()

    async def _run(self, function: 'Callable[[], Any]') -> 'Any':
        return await self._turns.run(function) if self._turns else function()

    async def open(self, opener: 'Callable[..., Any]', *args: 'Any') -> None:
        """Open it by a function."""

        def run() -> None:
            if not self._closed:  # who opens it may have been cancelled, and closing it been faster
                self._file = opener(*args)

        await self._run(run)

    async def write(self, data: bytes) -> None:
        """Write bytes."""
        await self._run(lambda: self._file.write(data))

    async def read(self, n: int) -> bytes:
        """Read bytes, all that are left if `n` is negative."""
        return await self._run(lambda: self._file.read(n))  # type: ignore[no-any-return]

    async def rewind(self) -> None:
        """Go to the beginning."""
        await self._run(lambda: self._file.seek(0))

    async def close(self) -> None:
        """Close it, if it is open."""

        def run() -> None:
            self._closed = True
            if self._file:
                self._file.close()

        await self._run(run)


def _create(path: str, name: str) -> 'Any':
    # Opens a file for writing, one of this name if the path is that of a folder.
    try:
        if stat(path)[0] & _KIND == _FOLDER:
            path = path.rstrip('/') + '/' + name
    except OSError:  # there is nothing yet
        pass
    return open(path, 'wb')


def _leads_out(path: str, filename: str) -> bool:
    # Whether a path ends with a name that is absolute or goes up; folders of the application's own may do that.
    names = _names(filename)
    if not ('..' in names or filename[:1] in ('/', '\\') or filename[1:2] == ':'):
        return False
    parts = _names(path)
    below = names[:]
    while '..' in below:  # where a path is normalized these are gone, but what is below them stays
        below.pop(0)
    return any(parts[-len(end):] == end for end in (names, below if len(below) > 1 else []) if end)


def _names(path: str) -> 'list[str]':
    return [name for name in path.replace('\\', '/').split('/') if name not in ('', '.')]


def secure_filename(filename: str) -> str:
    """Return the name of a file without folders that any system takes; `'upload'` if nothing is left of it."""
    name = filename.replace('\\', '/').rpartition('/')[2]
    name = ''.join(['_' if character in '<>:"|?*' else character for character in name if ord(character) > 31])
    name = name.replace('\x7f', '').strip(' ').lstrip('. ').rstrip('. ')
    device = name.partition('.')[0].strip().lower()
    if device in _DEVICES or (device[:3] in _PORTS and device[3:].isdigit()):
        name = '_' + name
    stem, dot, extension = name.rpartition('.')
    if not stem or len(extension) > _MAX_EXTENSION:
        stem, dot, extension = name, '', ''
    while len((stem + dot + extension).encode()) > _MAX_NAME:
        stem = stem[:-1]
    return stem + dot + extension or 'upload'
