# What a board gets compiled: modules in one, which do the same as apart, and doors where they were.

import ast
import importlib
import sys
import types
from importlib.machinery import ModuleSpec

import pytest
from linker import Linker

SOURCES = {
    'pack.core.errors': 'ERROR = 40\n_size = 1\ndef helper(x):\n    return x.first + _size\nclass Problem(Exception):\n    pass',
    'pack.core.base': (
        'import os\nfrom .errors import Problem as Trouble, helper\n_size = 2\n_kept = None\n'
        'def grow(n):\n    global _size\n    _size += n\n    return _size\n'
        'def late():\n    from .rest import more\n    from .errors import helper as h\n    return more(), h\n'
        'def load():\n    global _kept\n    if _kept is None:\n        from . import rest as _kept\n    return _kept\n'
        'def unused():\n    pass\ndef __getattr__(name):\n    return "found " + name\n'
        'class Base:\n    first = 3\n    def size(self):\n        return helper(self) + _size\n'
        '    def fail(self):\n        self.second = self.third = self.fourth = 1\n        raise Trouble'),
    'pack': 'from .core.base import Base as Base, grow, late, load\nfrom .core.errors import Problem as Problem\nabort = Base.fail',
    'pack.core.rest': 'from . import errors\nfrom .base import grow, other\nfrom .errors import Problem, helper as h\n'
                      'def more():\n    return grow(0), h, Problem, other',
}
LINKED = ['pack.core.errors', 'pack.core.base', 'pack']


@pytest.fixture
def linker():
    return Linker('pack', {name: ast.parse(text) for name, text in SOURCES.items()}, LINKED, lambda name: name == 'pack')


def run(trees):
    """Import modules from their trees; returns the package and its modules."""
    class Importer:
        def find_spec(self, name, path=None, target=None):
            if name in trees or name == 'pack.core':
                return ModuleSpec(name, self, is_package=name in ('pack', 'pack.core'))

        def create_module(self, spec):
            return types.ModuleType(spec.name)

        def exec_module(self, module):
            if module.__name__ in trees:
                exec(ast.unparse(trees[module.__name__]), module.__dict__)

    importer = Importer()
    sys.meta_path.insert(0, importer)
    try:
        return [importlib.import_module(name) for name in ('pack', 'pack.core.rest', 'pack.core.base', 'pack.core.errors')]
    finally:
        sys.meta_path.remove(importer)


@pytest.fixture(autouse=True)
def forget():
    yield
    for name in [name for name in sys.modules if name.partition('.')[0] == 'pack']:
        del sys.modules[name]


def test_linked_modules_do_the_same(linker):
    trees = {name: linker.door_tree(name) for name in LINKED} | {'pack.core.rest': linker.other_tree('pack.core.rest')}
    trees['pack'] = linker.package_tree
    pack, *_ = run(trees)
    assert pack.Base().size() == 6
    assert pack.grow(5) == 7
    assert pack.Base().size() == 11
    assert pack.load() is pack.load() is sys.modules['pack.core.rest']
    with pytest.raises(pack.Problem):
        pack.abort(pack.Base())


def test_all_have_the_same_objects(linker):
    trees = {name: linker.door_tree(name) for name in LINKED} | {'pack.core.rest': linker.other_tree('pack.core.rest')}
    trees['pack'] = linker.package_tree
    pack, rest, base, errors = run(trees)
    size, helper, problem, other = rest.more()
    assert (size, problem, other) == (2, pack.Problem, 'found other')
    assert helper is errors.helper
    assert errors.Problem is base.Trouble is pack.Problem
    assert base.Base is pack.Base
    assert errors.ERROR == 40


def test_what_nobody_uses_is_not_there(linker):
    text = ast.unparse(linker.package_tree)
    assert 'def unused' not in text
    assert 'ERROR' not in text
    assert '__getattr__' not in text
    assert text.count('class Base') == text.count('class Problem') == 1
