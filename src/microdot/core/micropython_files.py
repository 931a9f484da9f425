# Knows files as MicroPython tells of them, and temporary ones. Must not know HTTP.
import os
from binascii import hexlify

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


_FOLDER, _REGULAR = 0x4000, 0x8000  # of what stat() gives first
_KIND = 0xf000


def open_file(path: str) -> 'Any':
    if os.stat(path)[0] & _KIND == _FOLDER:  # UPY: the unix port opens folders
        raise OSError(21)  # EISDIR
    return open(path, 'rb')


def file_status(path: str) -> 'tuple[int | None, int, int]':
    status = os.stat(path)
    return status[6] if status[0] & _KIND == _REGULAR else None, status[8], status[8]  # type: ignore[return-value]


def find_file(path: str) -> 'tuple[str, bool, int, int] | None':
    # UPY: the file systems of boards have no links.
    try:
        status = os.stat(path)
    except OSError:
        return None
    kind = status[0] & _KIND
    return (path, kind == _FOLDER, status[6], status[8]) if kind in (_FOLDER, _REGULAR) else None  # type: ignore[return-value]


class TemporaryFile:
    # A file in the system's folder for temporary files, or in the current one if there is none; closing it removes it.
    # UPY: the file systems of boards do not let a file that is open be removed.

    def __init__(self) -> None:
        self._path = _folder() + 'microdot-' + hexlify(os.urandom(8)).decode()
        self._file = open(self._path, 'w+b')
        self.read = self._file.read
        self.write = self._file.write
        self.seek = self._file.seek

    def close(self) -> None:
        try:
            self._file.close()
        finally:
            os.remove(self._path)


def _folder() -> str:
    named = os.getenv('TMPDIR') if hasattr(os, 'getenv') else None  # UPY: boards have no environment
    for folder in (named, '/tmp'):
        try:
            if folder:
                os.stat(folder)
                return folder + '/'
        except OSError:
            pass
    return ''
