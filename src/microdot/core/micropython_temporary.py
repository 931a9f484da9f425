# Knows temporary files as MicroPython can have them. Must not know HTTP.
import os
from binascii import hexlify


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
