# The rooms as a board gets them, made once for all processes that test, and anew when what they are made of has changed.

import fcntl
import functools
import hashlib
import shutil
from pathlib import Path

import device
from tests.conftest import ROOT

SHIPPED = ROOT / 'build/shipped'


@functools.cache
def shipped():
    """Return the folder of what a board gets."""
    parts = sorted([*(ROOT / 'src').rglob('*.py'), ROOT / 'tools/device.py', ROOT / 'tools/linker.py'])
    digest = hashlib.sha256(b''.join(str(path).encode() + path.read_bytes() for path in parts)).hexdigest()
    SHIPPED.mkdir(parents=True, exist_ok=True)
    made = SHIPPED / 'made-of'
    with Path(SHIPPED / 'lock').open('w') as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists() or made.read_text() != digest:
            made.unlink(missing_ok=True)
            device.build(SHIPPED / 'device')
            made.write_text(digest)
    return SHIPPED / 'device'


def compile_rooms(folder):
    """Put all rooms that a board can import in a folder, compiled."""
    shutil.copytree(shipped() / 'mpy', folder, dirs_exist_ok=True)


def compile_module(source, target):
    """Compile a module."""
    target.parent.mkdir(parents=True, exist_ok=True)
    device.compile_module(source, target)
