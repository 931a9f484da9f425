# What a board gets: the branches that it takes, constants in their places, and every room that an import may ever ask for.

import ast
import json
import subprocess
import sys

import device
import pytest
from tests.conftest import ROOT


@pytest.fixture
def house(tmp_path, monkeypatch):
    """Write modules of a house; `house(room=text, ...)` returns what is shipped of the first."""
    def write(**texts):
        files = {}
        for room, text in texts.items():
            files[f'microdot.{room}'] = tmp_path / f'{room}.py'
            files[f'microdot.{room}'].write_text(text)
        monkeypatch.setattr(device, 'MODULES', files)
        device.constants.cache_clear()
        return ast.unparse(device.shipped(next(iter(files))))
    yield write
    device.constants.cache_clear()


@pytest.mark.parametrize(('source', 'shipped'), [
    ('"""A docstring."""\n# A comment.\nimport io\nio.open()', 'import io\nio.open()'),
    ('def f(a: "int" = 1, *b: "int") -> "int":\n    """Do."""', 'def f(a=1, *b):\n    pass'),
    ('class A:\n    a: "int"\n    b: "int" = 2', 'class A:\n    b = 2'),
    ('TYPE_CHECKING = False\nif TYPE_CHECKING:\n    import typing\nx = 1', 'x = 1'),
    ('if TYPE_CHECKING or not SMALL:\n    from a import b\nelse:\n    from c import b\nb()', 'from c import b\nb()'),
    ('def f():\n    if not SMALL:\n        g()', 'def f():\n    pass'),
    ('for x in y:\n    if not SMALL:\n        g()', 'for x in y:\n    pass'),
    ('def f():\n    if SMALL:\n        return 1\n    return g()', 'def f():\n    return 1'),
    ('def f():\n    raise A\n    yield', 'def f():\n    raise A\n    yield'),
    ('try:\n    f()\nfinally:\n    if not SMALL:\n        g()', 'f()'),
    ('x = 1 if SMALL else 2', 'x = 1'),
    ('x = not (SMALL or y())', 'x = False'),
    ('if x and not SMALL:\n    y()\nz()', 'if x and False:\n    y()\nz()'),
    ('if SMALL and x:\n    y()', 'if x:\n    y()'),
    ('if not SMALL and x:\n    y()\nelse:\n    z()', 'z()'),
    ('x = True and y', 'x = y'),
    ('x = y or True', 'x = y or True'),
    ('from .compat import SMALL\nx = SMALL', 'x = True'),
    ('from .compat import INFO as INFO', 'from .compat import INFO as INFO'),
    ('from a import b as c, d\n__all__ = ["c"]\nif not SMALL:\n    d()', "from a import b as c\n__all__ = ['c']"),
    ('_ONE = 1\nTWO = 2\ndef f():\n    return _ONE + TWO', 'TWO = 2\n\ndef f():\n    return 1 + 2'),
    ('_SIZE = 4 * 1024 if SMALL else 1\nx = _SIZE', 'x = 4096'),
    ('_MANY = 1\n_MANY = 2\nx = _MANY', '_MANY = 1\n_MANY = 2\nx = _MANY'),
    ('_ONE = 1\ndef f(_ONE):\n    return _ONE', '_ONE = 1\n\ndef f(_ONE):\n    return _ONE'),
    ('_ONE = 1\ndef f():\n    global _ONE\n    _ONE = 2', '_ONE = 1\n\ndef f():\n    global _ONE\n    _ONE = 2'),
    ('_LIST = [1]\nx = _LIST', '_LIST = [1]\nx = _LIST'),
])
def test_what_is_shipped_of_a_module(house, source, shipped):
    assert house(module=source) == shipped


def test_constants_of_other_modules(house):
    assert house(module='from .other import A, B\nx = A, B', other='A = 1\nB = [2]') == 'from .other import B\nx = (1, B)'
    assert house(module='def f():\n    from .other import A\n    return A', other='A = 1') == 'def f():\n    return 1'
    assert house(module='from .other import A as B\nx = B', other='A = 1') == 'from .other import A as B\nx = B'


def test_packages_have_every_module_that_is_ever_imported():
    packages = device.packages()
    core = set(packages['core'])
    assert {'microdot', 'microdot.core.app_rest', 'microdot.core.micropython_files', 'microdot.server.stream_rest'} <= core
    assert not {name for name in core if 'websocket' in name or 'cpython' in name or 'protocol' in name}
    assert set(packages) >= {'websocket', 'sse', 'session', 'auth', 'login', 'cors', 'csrf', 'multipart', 'static', 'utemplate'}
    assert {'microdot.session', 'microdot.core.jwt', 'microdot.core.login_rest'} <= set(packages['login'])
    assert {'microdot.core.passwords', 'microdot.core.micropython_passwords'} <= set(packages['auth'])
    assert {'utemplate.compiler', 'utemplate.compiled'} <= set(packages['utemplate'])
    for name, modules in packages.items():
        assert core <= set(modules), name
        for module in modules:
            assert set(device.imports_of(module)) <= set(modules), (name, module)


def test_the_root_lists_the_sources():
    assert (ROOT / 'package.json').read_text() == device.root_package(), '`make device` writes package.json anew'
    for target, path in json.loads(device.root_package())['urls']:
        assert path == 'src/' + target
        assert (ROOT / path).is_file()


def test_addresses_are_below_the_base():
    urls = json.loads(device.package_json(['microdot', 'microdot.core.app'], '.mpy', 'https://a.example/'))['urls']
    assert urls == [['microdot/__init__.mpy', 'https://a.example/microdot/__init__.mpy'],
                    ['microdot/core/app.mpy', 'https://a.example/microdot/core/app.mpy']]


@pytest.mark.parametrize('extensions', ['', 'sse', 'websocket session'])
def test_the_manifest_freezes_what_is_asked_for(extensions):
    frozen = []

    class Options:
        def defaults(self, **values):
            assert values == {'extensions': ''}
            self.extensions = extensions

    exec(device.manifest(), {'options': Options(), 'module': lambda path, opt: frozen.append(path)})
    modules = {name.removesuffix('.__init__') for name in (path.removesuffix('.py').replace('/', '.') for path in frozen)}
    assert modules == set().union(*[device.packages()[name] for name in ['core', *extensions.split()]])


def test_the_command_makes_all(tmp_path):
    (tmp_path / 'old').touch()
    subprocess.run([sys.executable, 'tools/device.py', tmp_path, 'https://a.example/device/'], cwd=ROOT, check=True)
    assert sorted(path.name for path in tmp_path.iterdir()) == ['mpy', 'py']
    for suffix in ('py', 'mpy'):
        package = json.loads((tmp_path / suffix / 'websocket.json').read_text())
        for target, url in package['urls']:
            assert url == f'https://a.example/device/{suffix}/{target}'
            assert (tmp_path / suffix / target).is_file()
    assert sorted(path.relative_to(tmp_path / 'mpy').with_suffix('') for path in (tmp_path / 'mpy').rglob('*.mpy')) == sorted(
        path.relative_to(tmp_path / 'py').with_suffix('') for path in (tmp_path / 'py').rglob('*/*.py'))


def foreign_syntax(tree):
    """Return the names of what a module has that small Pythons do not."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Match):
            found.add('match')
        elif isinstance(node, ast.arguments) and node.posonlyargs:
            found.add('positional-only parameters')
        elif isinstance(node, ast.AsyncFunctionDef) and any(isinstance(child, ast.Yield) for child in ast.walk(node)):
            found.add('asynchronous generator')
        elif isinstance(node, ast.comprehension) and node.is_async:
            found.add('asynchronous comprehension')
        elif (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ('startswith', 'endswith')
              and isinstance(node.args[0], ast.Tuple)):
            found.add('tuple for ' + node.func.attr)
    return found


@pytest.mark.parametrize('module', device.shipped_modules())
def test_a_board_can_parse_what_it_gets(module):
    assert foreign_syntax(device.shipped(module)) == set()


def test_what_a_board_cannot_parse():
    text = (
        'match x:\n    case 1: pass\ndef f(a, /): return a.startswith(("b", "c"))\n'
        'async def g():\n    yield [x async for x in y]')
    assert foreign_syntax(ast.parse(text)) == {
        'match', 'positional-only parameters', 'asynchronous generator', 'asynchronous comprehension', 'tuple for startswith'}
