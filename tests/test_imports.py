# The rooms import one another one way, and what looks after that sees every import.

from graphlib import TopologicalSorter
from pathlib import Path

import pytest
from imports import TABLES, edges, forbidden, unknown_rooms

SOURCE = Path(__file__).parents[1] / 'src'


@pytest.mark.parametrize('package', TABLES)
def test_rooms_are_in_the_table(package):
    assert unknown_rooms(SOURCE / package, package) == []


@pytest.mark.parametrize('package', TABLES)
def test_rooms_import_one_way(package):
    assert [str(edge) for edge in forbidden(SOURCE / package, package)] == []


@pytest.mark.parametrize('table', TABLES.values(), ids=TABLES)
def test_table_has_no_circle(table):
    assert set(TopologicalSorter(table).static_order()) == set(table)


def test_every_package_has_a_table():
    assert {path.parent.name for path in SOURCE.glob('*/__init__.py')} == set(TABLES)


@pytest.fixture
def house(tmp_path):
    """Write a house of a few rooms; `house(room, text)` gives one a text and returns the edges that leave it."""
    for path in ('__init__', 'sse', 'cors', 'csrf', 'core/__init__', 'core/app', 'core/errors', 'core/request',
                 'server/stream', 'wire/http11'):
        file = tmp_path / f'{path}.py'
        file.parent.mkdir(exist_ok=True)
        file.write_text('')

    def write(path, text):
        (tmp_path / f'{path}.py').write_text(text)
        return [(edge.room, edge.imports) for edge in edges(tmp_path)]
    write.source = tmp_path
    return write


@pytest.mark.parametrize('statement', [
    'import microdot.core.app',
    'import asyncio, microdot.core.app as app',
    'from microdot.core import app',
    'from microdot.core.app import Microdot',
    'from .core import app',
    'from .core.app import *',
    'def f():\n    from microdot.core.app import Microdot',
    'class A:\n    async def f(self):\n        import microdot.core.app',
    "app = __import__('microdot.core.app')",
    "app = __import__('microdot.core', None, None, ('app',)).app",
    'try:\n    import microdot.core.app\nexcept ImportError:\n    pass',
    'if TYPE_CHECKING:\n    import microdot.sse\nelse:\n    import microdot.core.app',
    "load('core.app')",
    "class A(Late):\n    rest = 'core.app'",
    "def __getattr__(name):\n    return __import__('microdot.core.' + {'A': 'app'}[name])",
    "def __getattr__(name):\n    room = 'microdot.' + ('core.app' if name == 'A' else '')\n    return __import__(room)",
])
def test_every_kind_of_import_is_seen(house, statement):
    assert house('cors', statement) == [('cors', 'core.app')]


@pytest.mark.parametrize(('path', 'statement', 'edge'), [
    ('core/request', 'from . import errors', ('core.request', 'core.errors')),
    ('core/request', 'from .errors import abort', ('core.request', 'core.errors')),
    ('core/request', 'from ..wire import http11', ('core.request', 'wire.http11')),
    ('core/__init__', 'from . import errors', ('core', 'core.errors')),
    ('core/__init__', 'from .. import sse', ('core', 'sse')),
    ('__init__', 'from .core.app import Microdot', ('', 'core.app')),
    ('__init__', 'from . import sse', ('', 'sse')),
    ('sse', 'from microdot import Response', ('sse', '')),
    ('sse', 'from microdot import core', ('sse', 'core')),
    ('sse', 'import microdot', ('sse', '')),
    ('sse', 'import utemplate', ('sse', '//utemplate')),
    ('sse', 'from utemplate.compiled import Loader', ('sse', '//utemplate')),
])
def test_names_are_resolved(house, path, statement, edge):
    assert house(path, statement) == [edge]


@pytest.mark.parametrize('statement', [
    'if TYPE_CHECKING:\n    from microdot.core.app import Microdot',
    'import asyncio',
    'import microdotlike.core',
    "module = __import__(name)",
])
def test_what_is_no_edge(house, statement):
    assert house('wire/http11', statement) == []


@pytest.mark.parametrize(('path', 'statement'), [
    ('wire/http11', 'from microdot.core.request import Request'),
    ('wire/http11', 'def f():\n    from microdot.core.request import Request'),
    ('core/errors', "__import__('microdot.core.app')"),
    ('core/app', 'from microdot.server import stream'),
    ('core/app', 'def run():\n    from microdot.server.stream import serve'),
    ('server/stream', 'from microdot.core.app import Microdot'),
    ('sse', 'from microdot.server import stream'),
    ('sse', 'from microdot.cors import CORS'),
    ('cors', 'from microdot.csrf import CSRF'),
    ('sse', 'import utemplate'),
])
def test_forbidden_edges_are_found(house, path, statement):
    house(path, statement)
    assert len(forbidden(house.source)) == 1


@pytest.mark.parametrize(('path', 'statement'), [
    ('core/app', 'class Microdot:\n    async def start_server(self):\n        from microdot.server import stream'),
    ('core/request', 'from microdot.wire.http11 import headers'),
    ('csrf', 'from microdot.cors import CORS'),
    ('sse', 'from microdot import Response'),
    ('core/request', 'from .request_rest import RequestRest'),
    ('core/request_rest', 'from .request import Request'),
])
def test_allowed_edges(house, path, statement):
    house(path, statement)
    assert forbidden(house.source) == []


def test_the_engine_does_not_know_the_other_house(tmp_path):
    (tmp_path / 'compiled.py').write_text('from microdot import Request\nfrom .source import Loader')
    assert [edge.imports for edge in forbidden(tmp_path, 'utemplate')] == ['//microdot', 'source']


def test_a_room_outside_the_table_is_found(house):
    house('core/cellar', '')
    assert unknown_rooms(house.source) == ['core.cellar']
