# Knows symbolic links as MicroPython tells of them, where the file system may have such. Must not know HTTP.
import os

_KINDS = (0x4000, 0x8000)  # folders and regular files, in what ilistdir() and stat() give


def has_link(folder: str, name: str) -> bool:
    """Tell whether a path below a folder goes over a symbolic link, wherever that leads.

    :param name: segments joined by slashes, none of them empty, `.` or `..`; it is there.
    """
    # UPY: neither lstat nor readlink is there, but the entries of a folder tell of themselves.
    for segment in name.split('/'):
        path = folder + '/' + segment
        if not any(entry[0] == segment and _is_plain(entry, path) for entry in os.ilistdir(folder)):  # type: ignore[attr-defined]
            return True
        folder = path
    return False


def _is_plain(entry: 'tuple[str, int, int]', path: str) -> bool:
    if entry[1]:
        return entry[1] in _KINDS
    return entry[2] == os.stat(path)[1]  # a file system whose entries do not tell what they are
