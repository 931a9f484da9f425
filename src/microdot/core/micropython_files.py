# Knows files as MicroPython tells of them. Must not know HTTP.
import os

from .file_hashes import file_hash, is_unsure

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
    size = status[6] if status[0] & _KIND == _REGULAR else None
    version = modified = int(status[8])
    if size is not None and is_unsure(modified):
        version = int(file_hash(path), 16)
    return size, modified, version


def find_file(folder: str, name: str) -> 'tuple[str, bool, int, int] | None':
    path = folder + '/' + name
    try:
        status = os.stat(path)
        kind = status[0] & _KIND
        if kind not in (_FOLDER, _REGULAR):
            return None
        if status[1]:  # it has an inode: UPY: the file systems of boards have neither these nor links
            from .micropython_links import has_link

            if has_link(folder, name):
                return None
    except OSError:
        return None
    return path, kind == _FOLDER, status[6], int(status[8])
