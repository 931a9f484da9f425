# Mistakes in an application are told when it starts, with what to do.

import asyncio
import errno
import functools
import socket
import time

import pytest
from tests import memory

from microdot import Microdot, URLPattern
from microdot.auth import BasicAuth
from microdot.core.advice import problems, refusal
from microdot.multipart import with_form_data
from microdot.ratelimit import limit
from microdot.session import with_session
from microdot.sse import with_sse
from microdot.websocket import with_websocket


def told(*routes):
    app = Microdot()
    for pattern, f in routes:
        app.route(pattern)(f)
    return list(problems(app))


def name_of(value):
    return value if isinstance(value, str) else getattr(value, '__name__', type(value).__name__)


def plain(request):
    pass


def one(request, id):
    pass


def nothing():
    pass


def misordered(id, request):
    pass


def keyword_only(request, *, id):
    pass


def optional(request, id=None):
    pass


def anything(*args, **kwargs):
    pass


@functools.wraps(plain)
def wrapped(*args, **kwargs):
    pass


class Views:
    def one(self, request, id):
        pass

    def __call__(self, request):
        pass


@with_websocket
async def websocket(request, ws, id):
    pass


@with_sse
async def events(request, sse):
    pass


@BasicAuth().optional
async def optional_user(request):
    pass


@pytest.mark.parametrize(('pattern', 'f'), [
    ('/', plain), ('/<int:id>', one), ('/<id>', keyword_only), ('/', optional), ('/<id>', optional), ('/<a>/<b>', anything),
    ('/<a>', wrapped), ('/<id>', Views().one), ('/', Views()), ('/', functools.partial(one, id=7)), ('/<id>', websocket),
    ('/', events), ('/', optional_user), ('/<re:[0-9]+:id>', one), ('/', dict),
], ids=name_of)
def test_nothing_is_wrong(pattern, f):
    assert told((pattern, f)) == []


@pytest.mark.parametrize(('pattern', 'f', 'problem'), [
    ('/', nothing, 'nothing for / does not take the request: write def nothing(request)'),
    ('/<id>', nothing, 'nothing for /<id> does not take the request: write def nothing(request, id)'),
    ('/<id>', misordered,
     'misordered for /<id> gets the request as its first argument, which it calls id: write def misordered(request, id)'),
    ('/<int:id>', plain, 'plain does not take id, which /<int:id> gives it: add the parameter, or take <id> out of the pattern'),
    ('/', one, 'one needs id, which / does not give it: add <id> to the pattern, or give the parameter a default'),
    ('/<other>', optional, 'optional does not take other, which /<other> gives it: add the parameter, or take <other> out of the '
                           'pattern'),
    ('/', keyword_only, 'keyword_only needs id, which / does not give it: add <id> to the pattern, or give the parameter a '
                        'default'),
    ('/<name>', websocket, 'websocket does not take name, which /<name> gives it: add the parameter, or take <name> out of the '
                           'pattern'),
    ('/<name>', events, 'events does not take name, which /<name> gives it: add the parameter, or take <name> out of the pattern'),
], ids=name_of)
def test_a_function_that_does_not_fit_its_pattern(pattern, f, problem):
    assert told((pattern, f)) == [problem]


@pytest.mark.parametrize(('first', 'second'), [
    ('/users', '/users'), ('users', '/users'), ('/users/<name>', '/users/<string:name>'), ('/a%20b', '/a b')])
def test_a_route_that_is_never_reached(first, second):
    first_path, second_path = '/' + first.lstrip('/'), '/' + second.lstrip('/')
    assert told((first, anything), (second, wrapped)) == [
        f'plain for GET {second_path} is never called: anything for {first_path} was registered first; remove one, or give it '
        'another path']


@pytest.mark.parametrize(('first', 'second'), [('/users', '/users/'), ('/<int:n>', '/<n>'), ('/<re:[a-z]:n>', '/<re:[0-9]:n>')])
def test_routes_that_differ(first, second):
    assert told((first, anything), (second, wrapped)) == []


def test_types_with_other_parsers_differ(monkeypatch):
    monkeypatch.setattr(URLPattern, 'segment_patterns', dict(URLPattern.segment_patterns))
    monkeypatch.setattr(URLPattern, 'segment_parsers', dict(URLPattern.segment_parsers))
    URLPattern.register_type('one', '[a-z]+', {'a': 1}.get)
    URLPattern.register_type('two', '[a-z]+', {'b': 2}.get)
    assert told(('/<one:n>', anything), ('/<two:n>', wrapped)) == []


def test_other_methods_are_other_routes():
    app = Microdot()
    app.get('/')(plain)
    app.post('/')(optional)
    app.route('/', methods=['PUT', 'POST'])(anything)
    assert list(problems(app)) == [
        'anything for POST / is never called: optional for / was registered first; remove one, or give it another path']


async def test_they_are_logged_when_a_server_starts(caplog):
    app = Microdot()
    app.get('/')(nothing)
    async with memory.serving(app, 'protocol'):
        pass
    assert [record.message for record in caplog.records] == ['nothing for / does not take the request: write def nothing(request)']


# The path of a route.

@pytest.mark.parametrize('decorator', [lambda app: app.route, lambda app: app.get, lambda app: app.post],
                         ids=['route', 'get', 'post'])
def test_a_route_without_a_path(decorator):
    with pytest.raises(TypeError, match=r"the route of plain has no path: write @app.route\('/plain'\), or whatever its path is"):
        decorator(Microdot())(plain)


@pytest.mark.parametrize('decorate', [
    with_websocket, with_sse, with_sse(keepalive=5), with_form_data, with_session, BasicAuth(), BasicAuth().optional,
    limit('5/minute'),
], ids=['websocket', 'sse', 'sse with options', 'form data', 'session', 'auth', 'optional', 'limit'])
def test_a_decorator_above_that_of_the_route(decorate):
    app = Microdot()

    async def index(request, other=None):
        pass

    app.get('/')(index)
    with pytest.raises(RuntimeError, match='index is a route already: this decorator has to stand below that of the route'):
        decorate(index)


# The port.

async def test_a_port_in_use():
    with socket.create_server(('127.0.0.1', 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(OSError, match=rf'port {port} of 127\.0\.0\.1 is in use: end the program that listens there, or choose '
                                          rf'another port, as in app\.run\(port={port + 1}\)$') as raised:
            await Microdot().start_server('127.0.0.1', port)
    assert raised.value.errno == errno.EADDRINUSE


async def test_an_address_of_another_machine():
    with pytest.raises(OSError, match=r'192\.0\.2\.1 is no address of this machine: 127\.0\.0\.1 is the machine itself'):
        await Microdot().start_server('192.0.2.1', 0)


async def test_a_name_of_no_machine():
    with pytest.raises(socket.gaierror, match=r'there is no listening on port 5000 of nowhere\.invalid: '):
        await Microdot().start_server('nowhere.invalid')


@pytest.mark.parametrize(('exc', 'text'), [
    (PermissionError(errno.EACCES, ''), 'port 80 of 127.0.0.1 is not for this user: choose one from 1024 on, as in --port 8080'),
    (OSError(errno.ENOBUFS, 'full'), 'there is no listening on port 80 of 127.0.0.1: full'),
], ids=['permission', 'other'])
def test_other_refusals(exc, text):
    assert refusal(exc, '127.0.0.1', 80, '--port %d') == text


# What holds up the event loop.

async def served(handler, caplog, debug=True):
    """Return what is logged while a handler answers a request."""
    app = Microdot()
    app.get('/')(handler)
    server = await app.start_server('127.0.0.1', 0, debug=debug, access_log=False, start_serving=False)
    async with server:
        await server.start_serving()
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        writer.write(b'GET / HTTP/1.0\r\n\r\n')
        assert (await reader.read()).endswith(b'done')
        writer.close()
        if debug:  # the warning comes from another thread
            end = time.monotonic() + 5
            while 'to wait' not in caplog.text and time.monotonic() < end and handler.__name__ == 'blocks':
                await asyncio.sleep(0.01)
    return [record.message for record in caplog.records if 'to wait' in record.message]


async def blocks(request):
    time.sleep(0.5)
    return 'done'


async def waits(request):
    await asyncio.sleep(0.3)
    return 'done'


def runs_in_a_thread(request):
    time.sleep(0.3)
    return 'done'


async def test_a_blocking_call_is_told(caplog):
    message, = await served(blocks, caplog)
    line = blocks.__code__.co_firstlineno + 1
    start, _, rest = message.partition('seconds')
    assert float(start.split()[-1]) >= 0.2
    assert rest.startswith(f' for line {line} of {__file__}, in blocks:\n    time.sleep(0.5)\nAwait what takes long, as in `await '
                           'asyncio.sleep(1)`, or run it in a thread')


@pytest.mark.parametrize('handler', [waits, runs_in_a_thread])
async def test_what_does_not_block_is_not_told(handler, caplog):
    assert await served(handler, caplog) == []


async def test_it_is_told_in_debug_mode_alone(caplog):
    assert await served(blocks, caplog, debug=False) == []
