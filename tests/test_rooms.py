# The rooms are small: what a reader takes in at once, and what a board can compile.

import ast
from pathlib import Path

import pytest
from tests.device.test_hello import CPYTHON_ONLY

SOURCE = Path(__file__).parents[1] / 'src'
LINES = 300      # of a room, docstrings aside
BYTES = 6 * 1024  # of a room for the device, as the build ships it

ROOMS = {'.'.join(path.relative_to(SOURCE).with_suffix('').parts).removesuffix('.__init__'): path
         for path in sorted(SOURCE.rglob('*.py'))}


def docstrings(tree):
    """Return the statements of a module that are docstrings."""
    return [node.body[0] for node in ast.walk(tree)
            if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef))
            and ast.get_docstring(node, clean=False) is not None]


def lines_of(source):
    """Return how many lines a room has without its docstrings."""
    return len(source.splitlines()) - sum(text.end_lineno - text.lineno + 1 for text in docstrings(ast.parse(source)))


class Stripper(ast.NodeTransformer):
    """Takes out what is not shipped to the device: docstrings, annotations and what is for type checkers alone."""

    def __init__(self, tree):
        self.docstrings = docstrings(tree)

    def visit_Expr(self, node):
        return None if node in self.docstrings else node

    def visit_If(self, node):
        self.generic_visit(node)
        names = [name.id for name in ast.walk(node.test) if isinstance(name, ast.Name)]
        if 'TYPE_CHECKING' not in names:
            return node
        if isinstance(node.test, ast.Name):
            return node.orelse
        node.test = node.test.values[1]  # TYPE_CHECKING or not SMALL
        return node

    def visit_FunctionDef(self, node):
        self.generic_visit(node)
        node.returns = None
        node.body = node.body or [ast.Pass()]
        return node

    visit_AsyncFunctionDef = visit_FunctionDef

    def visit_ClassDef(self, node):
        self.generic_visit(node)
        node.body = node.body or [ast.Pass()]
        return node

    def visit_arg(self, node):
        node.annotation = None
        return node

    def visit_AnnAssign(self, node):
        return node.value and ast.copy_location(ast.Assign([node.target], node.value), node)


def bytes_of(source):
    """Return how many bytes of a room the device gets."""
    tree = ast.parse(source)
    return len(ast.unparse(ast.fix_missing_locations(Stripper(tree).visit(tree))).encode())


@pytest.mark.parametrize('room', ROOMS)
def test_a_room_fits_into_the_reader(room):
    assert lines_of(ROOMS[room].read_text()) <= LINES


@pytest.mark.parametrize('room', [room for room in ROOMS if room not in CPYTHON_ONLY])
def test_a_room_fits_into_the_device(room):
    assert bytes_of(ROOMS[room].read_text()) <= BYTES


ROOM = '''
# A comment.
import ast
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any
if TYPE_CHECKING or not SMALL:
    import cpython
else:
    import device


class A:
    """A docstring

    of three lines."""

    a: 'Any' = 1
    b: 'Any'

    if TYPE_CHECKING:

        def f(self) -> None: ...

    def g(self, a: 'Any' = 2) -> 'Any':  # what it does
        """Do something."""
'''

SHIPPED = '''import ast
TYPE_CHECKING = False
if not SMALL:
    import cpython
else:
    import device

class A:
    a = 1

    def g(self, a=2):
        pass'''


def test_what_is_counted():
    assert lines_of(ROOM) == ROOM.count('\n') - 4
    assert bytes_of(ROOM) == len(SHIPPED)
    tree = ast.parse(ROOM)
    assert ast.unparse(ast.fix_missing_locations(Stripper(tree).visit(tree))) == SHIPPED
