# The rooms are small: what a reader takes in at once, and what a board can compile.

import ast
from pathlib import Path

import pytest
from device import docstrings, forked, shipped_modules

SOURCE = Path(__file__).parents[1] / 'src'
LINES = 300      # of a room, docstrings aside
BYTES = 6 * 1024  # of a room for the device, without what is not shipped

ROOMS = {'.'.join(path.relative_to(SOURCE).with_suffix('').parts).removesuffix('.__init__'): path
         for path in sorted(SOURCE.rglob('*.py'))}


def lines_of(source):
    """Return how many lines a room has without its docstrings."""
    return len(source.splitlines()) - sum(text.end_lineno - text.lineno + 1 for text in docstrings(ast.parse(source)))



@pytest.mark.parametrize('room', ROOMS)
def test_a_room_fits_into_the_reader(room):
    assert lines_of(ROOMS[room].read_text()) <= LINES


@pytest.mark.parametrize('room', shipped_modules())
def test_a_room_fits_into_the_device(room):
    assert len(ast.unparse(forked(room)).encode()) <= BYTES


def test_what_is_counted():
    room = '''
# A comment.
class A:
    """A docstring

    of three lines."""
'''
    assert lines_of(room) == 3
