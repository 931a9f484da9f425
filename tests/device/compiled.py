# The rooms as a board gets them, made once for all tests of a process.

import functools
import shutil
import tempfile
from pathlib import Path

import device

_folder = tempfile.TemporaryDirectory(prefix='microdot-device-')


@functools.cache
def shipped():
    """Return the folder of what a board gets."""
    device.build(Path(_folder.name))
    return Path(_folder.name)


def compile_rooms(folder):
    """Put all rooms that a board can import in a folder, compiled."""
    shutil.copytree(shipped() / 'mpy', folder, dirs_exist_ok=True)


def compile_module(source, target):
    """Compile a module."""
    target.parent.mkdir(parents=True, exist_ok=True)
    device.compile_module(source, target)
