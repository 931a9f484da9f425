# Knows the hash of a file's contents, and whether the time of its last change tells that they are still the same.
# Must not know HTTP.
import time
from binascii import hexlify
from hashlib import sha256

from .compat import SMALL

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_PIECE = 512 if SMALL else 4096  # bytes that are read at once
LENGTH = 12  # hexadecimal digits: 48 bits, enough for the versions of one file
_UNSURE = 3  # seconds in which a second change may not show: FAT file systems tell every other second


def is_unsure(modified: int) -> bool:
    """Tell whether a file that was modified then, in seconds, may change once more without another time."""
    return 0 <= time.time() - modified < _UNSURE


def file_hash(path: str) -> str:
    """Read a file and return a hash of its contents, `LENGTH` hexadecimal digits; `OSError` if that fails."""
    digest: 'Any' = sha256()
    with open(path, 'rb') as file:
        piece = file.read(_PIECE)
        while piece:
            digest.update(piece)
            piece = file.read(_PIECE)
    return hexlify(digest.digest()).decode()[:LENGTH]
