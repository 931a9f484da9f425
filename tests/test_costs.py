# What a request costs where no clock is needed to tell: writes, system calls, tasks, timers, dictionaries, and steps of the
# interpreter. CPython only.

import asyncio
import collections
import gc
import re
import sys

import pytest
from forms import Limits, feed_form
from tests import memory
from tests.runtimes.client import Client
from tests.runtimes.conftest import Process, free_port
from tools import changed

from microdot import HTTPException, Microdot, Request, Response, redirect
from microdot.core.conditions import has_tag
from microdot.core.urls import parse_pairs
from microdot.wire.bodies import ChunkedBody
from microdot.wire.codings import choose_coding
from microdot.wire.forwarded import parse_forwarded
from microdot.wire.frames import CONT, TEXT, FrameReader, frame
from microdot.wire.http11 import framing, parse_head

HEAD = b'%s %s HTTP/1.1\r\nHost: a\r\n%s\r\n'
FORM = b'Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 7\r\n'
BROWSER = (b'User-Agent: Mozilla/5.0\r\nAccept: text/html\r\nAccept-Language: en\r\nAccept-Encoding: gzip\r\nCookie: a=b\r\n'
           b'Connection: keep-alive\r\n')


@pytest.fixture
def app():
    app = Microdot()

    @app.get('/')
    async def hello(request):
        return 'Hello, world!'

    @app.get('/json')
    async def json(request):
        return {'a': 'b'}

    @app.get('/users/<int:id>')
    async def user(request, id):
        return str(id)

    @app.post('/form')
    async def form(request):
        return request.form['a']

    @app.get('/cookie')
    async def cookie(request):
        response = Response(request.cookies.get('a', ''), headers={'X-Header': 'value'})
        response.set_cookie('c', 'd')
        return response

    @app.get('/redirect')
    async def elsewhere(request):
        return redirect('/')

    @app.get('/empty')
    async def empty(request):
        return 204

    @app.get('/fail')
    async def fail(request):
        raise HTTPException(418)

    @app.get('/function')
    def function(request):
        return 'from a thread'

    @app.get('/waits')
    async def waits(request):
        await asyncio.sleep(0)
        return 'later'

    return app


ORDINARY = {
    'hello': (HEAD % (b'GET', b'/', b''), 200),
    "a browser's": (HEAD % (b'GET', b'/', BROWSER), 200),
    'JSON': (HEAD % (b'GET', b'/json', b''), 200),
    'parameter': (HEAD % (b'GET', b'/users/7', b''), 200),
    'form': (HEAD % (b'POST', b'/form', FORM) + b'a=b&c=d', 200),
    'cookie': (HEAD % (b'GET', b'/cookie', BROWSER), 200),
    'HEAD': (HEAD % (b'HEAD', b'/', b''), 200),
    'OPTIONS': (HEAD % (b'OPTIONS', b'/', b''), 200),
    'redirect': (HEAD % (b'GET', b'/redirect', b''), 302),
    'no content': (HEAD % (b'GET', b'/empty', b''), 204),
    'not found': (HEAD % (b'GET', b'/nothing', b''), 404),
    'not allowed': (HEAD % (b'POST', b'/', b''), 405),
    'refused by the application': (HEAD % (b'GET', b'/fail', b''), 418),
    'refused by the server': (b'GET / HTTP/1.1\r\n\r\n', 400),
    'the last of its connection': (HEAD % (b'GET', b'/', b'Connection: close\r\n'), 200),
    'of a handler that waits': (HEAD % (b'GET', b'/waits', b''), 200),
}


# Writes.

@pytest.mark.parametrize('what', ORDINARY)
@pytest.mark.parametrize('kind', memory.KINDS)
async def test_an_ordinary_response_is_one_write(app, kind, what):
    data, status = ORDINARY[what]
    async with memory.serving(app, kind) as server:
        client = await server.connect()
        await client.send(data)
        answer, = client.answers('HEAD' if what == 'HEAD' else 'GET')
        assert (answer.status, answer.complete) == (status, True)
        assert client.end.calls.count('write') == 1


async def test_a_response_from_a_thread_is_one_write(app):
    async with memory.serving(app) as server:
        client = await server.connect()
        client.end.receive(HEAD % (b'GET', b'/function', b''))
        while not client.end.sent:
            await asyncio.sleep(0.001)
        await memory.rest()
        assert client.answers()[0].body == b'from a thread'
        assert client.end.calls.count('write') == 1


# System calls.

PROGRAM = """
import os, sys
from microdot import Microdot

app = Microdot()

@app.get('/')
async def hello(request):
    return 'Hello, world!'

@app.get('/mark')
async def mark(request):
    os.access('/mark', os.F_OK)
    return ''

app.run('127.0.0.1', int(sys.argv[1]))
"""
MEMORY_CALLS = {'brk', 'madvise', 'mmap', 'mremap', 'munmap'}  # which the interpreter makes now and then


@pytest.mark.needs('strace')
def test_a_kept_request_is_three_system_calls(tmp_path):
    trace = tmp_path / 'trace'
    program = tmp_path / 'program.py'
    program.write_text(PROGRAM)
    requests = 100
    port = free_port()
    process = Process('strace', ['strace', '-f', '-o', trace, sys.executable, program, str(port)], tmp_path / 'log')
    process.port = port
    try:
        assert process.accepts(), process.printed
        with Client(port) as client:
            for path in ('/', '/', '/mark', *['/'] * requests, '/mark'):
                assert client.request('GET', path).status == 200
    finally:
        process.kill()
    between = re.split(r'^.*"/mark".*\n', trace.read_text(), flags=re.MULTILINE)[1]
    calls = collections.Counter(re.findall(r'^\d+ +(\w+)\(', between, re.MULTILINE))
    waits = calls.pop('epoll_wait', 0) + calls.pop('epoll_pwait', 0)
    assert {name: count for name, count in calls.items() if name not in MEMORY_CALLS} == {
        'recvfrom': requests + 1, 'sendto': requests + 1}  # the marks' own are halves of one more
    assert requests <= waits <= requests + 10  # the sweeper wakes once in a while


# Tasks, timers and dictionaries.

class CountingLoop:
    """Stands in for the event loop of a connection: it counts what is asked of it."""

    def __init__(self, loop):
        self._loop = loop
        self.calls = []

    def __getattr__(self, name):
        self.calls.append(name)
        return getattr(self._loop, name)


@pytest.mark.parametrize('what', ['hello', "a browser's", 'JSON', 'parameter', 'form', 'cookie', 'HEAD', 'redirect', 'not found'])
async def test_a_request_needs_nothing_of_the_loop(app, what):
    data, status = ORDINARY[what]
    made = []

    class CountedTask(asyncio.Task):
        def __init__(self, *args, **kwargs):
            made.append(args)
            super().__init__(*args, **kwargs)

    async with memory.serving(app) as server:
        client = await server.connect()
        await client.send(ORDINARY['hello'][0])
        connection = client.connection
        connection.loop = CountingLoop(connection.loop)
        with changed(asyncio, Task=CountedTask), changed(server.tasks, loop=connection.loop):
            for _ in range(3):
                await outside(connection.data_received, data)
        answers = client.answers('GET', *['HEAD' if what == 'HEAD' else 'GET'] * 3)
        assert [answer.status for answer in answers] == [200] + [status] * 3
        assert made == []
        assert connection.loop.calls == []


async def outside(function, *args):
    """Call a function outside of any task, as event loops call protocols."""
    done = asyncio.get_running_loop().create_future()

    def call():
        function(*args)
        done.set_result(None)

    asyncio.get_running_loop().call_soon(call)
    await done


async def test_a_request_that_needs_none_makes_no_collections():
    seen = []
    app = Microdot()

    @app.get('/')
    async def hello(request):
        # The values of placeholders are handed to each handler.
        seen.append({name for name, value in vars(request).items()
                     if name != 'url_args' and isinstance(value, (dict, set)) and value is not vars(app).get(name)})
        return 'Hello, world!'

    async with memory.serving(app) as server:
        client = await server.connect()
        await client.send(HEAD % (b'GET', b'/?a=b', BROWSER))
        assert client.answers()[0].status == 200
    assert seen == [set()]


# Steps of the interpreter.

def steps(function, *args):
    """Call a function, and return how many steps the interpreter takes in Python code."""
    count = 0

    def trace(frame, event, argument):
        nonlocal count
        frame.f_trace_opcodes = True
        count += event == 'opcode'
        return trace

    previous = sys.gettrace()
    gc.disable()  # a collection may run code of what others left
    sys.settrace(trace)
    try:
        function(*args)
    finally:
        sys.settrace(previous)
        gc.enable()
    return count


def test_steps_are_counted():
    def loop(n):
        for _ in range(n):
            pass

    assert 100 < steps(loop, 100) < steps(loop, 200) < 1000


def _find(app, path):
    request = Request(app, None, 'GET', path, '1.1', {})
    app.find_route(request)  # which makes the index
    taken = steps(app.find_route, request)
    assert app.find_route(request)[0] is not None
    return taken


def _with_routes(kind, count):
    app = Microdot()
    for i in range(count):
        if kind == 'mounted':
            inner = Microdot()
            inner.route('/page/<id>')(lambda request, id: id)
            app.mount(inner, url_prefix=f'/{i}')
        else:
            app.route({'static': f'/{i}/page', 'parameters': f'/{i}/<id>'}[kind])(lambda request, **values: '')
    return app


@pytest.mark.parametrize(('kind', 'path'), [
    ('static', '/%d/page'), ('parameters', '/%d/x'), ('mounted', '/%d/page/x'), ('static', '/%d/nothing'),
    ('parameters', '/nothing%d'),
])
def test_a_route_is_found_in_steps_that_do_not_depend_on_how_many_there_are(kind, path):
    if 'nothing' in path:
        # An error is told apart from a wrong method.
        taken = [steps(_with_routes(kind, count).router().candidates, path % 5) for count in (10, 1000)]
    else:
        taken = [_find(_with_routes(kind, count), path % (count - 1)) for count in (10, 1000)]
    assert abs(taken[1] - taken[0]) <= 10, taken  # the number has more digits


class Unlimited(Request):
    """Takes whatever comes, to see what it costs."""

    max_readline = max_head_length = max_headers = max_content_length = max_body_length = 2**30


class Wide(Limits):
    """The same for forms."""

    max_parts = 2**30


def _parse_pieces(data, size):
    # Gives a head to the parser piece by piece.
    searched = 0
    buffer = b''
    for i in range(0, len(data), size):
        buffer += data[i:i + size]
        head = parse_head(buffer, 0, Unlimited, searched)
        if not isinstance(head, int):
            return
        searched = head
    raise AssertionError('the head does not end')


def _read_chunks(data, size):
    body = ChunkedBody()
    for i in range(0, len(data), size):
        body.feed(data[i:i + size])
    assert body.done


def _read_frames(data, size):
    reader = FrameReader(2**30)
    messages = 0
    for i in range(0, len(data), size):
        reader.feed(data[i:i + size])
        while reader.next():
            messages += 1
    assert messages


def _request(headers=b'', body=b''):
    head = parse_head(b'POST /?a=b HTTP/1.1\r\nHost: a\r\n' + headers + b'\r\n', 0, Unlimited)
    request = Unlimited.from_head(Microdot(), None, head, framing(head[2], head[3]), None)
    request.body = body
    return request


def _fragments(n):
    # A text of so many fragments, none of which but the last is marked as that.
    first, other = [bytes((opcode,)) + frame(opcode, b'x', b'abcd')[1:] for opcode in (TEXT, CONT)]
    return first + other * n + frame(CONT, b'x', b'abcd')


INPUTS = {  # what costs steps, by its amount
    'headers': lambda n: parse_head(HEAD % (b'GET', b'/', b'X-Header: value\r\n' * n), 0, Unlimited),
    'headers that are asked for': lambda n: _request(b''.join([b'X-%d: value\r\n' % i for i in range(n)])).headers,
    'a head in single bytes': lambda n: _parse_pieces(HEAD % (b'GET', b'/', b'X: ' + b'v' * n + b'\r\n'), 1),
    'a head in single bytes that only ends lines': lambda n: _parse_pieces(b'GET / HTTP/1.1\nHost: a\n' + b'X:\n' * n + b'\n', 1),
    'a target': lambda n: parse_head(HEAD % (b'GET', b'/' + b'%61' * n, b''), 0, Unlimited),
    'a query': lambda n: parse_pairs('&'.join([f'a{i}=%62+' for i in range(n)])),
    'a query of one name': lambda n: parse_pairs('a=b&' * n),
    'a query of separators': lambda n: parse_pairs('&' * n),
    'a form': lambda n: _request(FORM, b'a=b&' * n).form,
    'cookies': lambda n: _request(b'Cookie: ' + b'; '.join([b'a%d=b' % i for i in range(n)]) + b'\r\n').cookies,
    'cookies of nothing': lambda n: _request(b'Cookie: ' + b';' * n + b'\r\n').cookies,
    'chunks': lambda n: _read_chunks(b'1\r\nx\r\n' * n + b'0\r\n\r\n', 2**20),
    'chunks in single bytes': lambda n: _read_chunks(b'1\r\nx\r\n' * n + b'0\r\n\r\n', 1),
    'a chunk in single bytes': lambda n: _read_chunks(b'%x\r\n' % n + b'x' * n + b'\r\n0\r\n\r\n', 1),
    'frames': lambda n: _read_frames(frame(TEXT, b'x', b'abcd') * n, 2**20),
    'frames in single bytes': lambda n: _read_frames(frame(TEXT, b'x', b'abcd') * n, 1),
    'fragments': lambda n: _read_frames(_fragments(n), 2**20),
    'a frame in single bytes': lambda n: _read_frames(frame(TEXT, b'x' * n, b'abcd'), 1),
    'parts of a form': lambda n: _read_form([b'x'] * n, 2**20),
    'parts of a form in single bytes': lambda n: _read_form([b'x'] * n, 1),
    'a part of almost boundaries': lambda n: _read_form([b'\r\n--boundarx' * n], 2**20),
    'a part of almost boundaries in single bytes': lambda n: _read_form([b'\r\n--boundarx' * n], 1),
    'a part of line ends in single bytes': lambda n: _read_form([b'\r\n' * n], 1),
    'Accept-Encoding': lambda n: choose_coding('gzip;q=0.5, ' * n, ('br', 'gzip')),
    'If-None-Match': lambda n: has_tag('"a", ' * n, '"b"'),
    'Forwarded': lambda n: parse_forwarded(', '.join(['for=192.0.2.1;proto=http'] * n)),
    'Forwarded with quotes': lambda n: parse_forwarded('for="' + '\\"' * n + '"'),
    'segments of a path': lambda n: _find(_routed(), '/files' + '/x' * n),
}


def _routed():
    app = Microdot()
    app.route('/files/<path:path>')(lambda request, path: path)
    app.route('/<a>/<b>/<c>')(lambda request, a, b, c: a)
    return app


def _read_form(values, size):
    head = b'--B\r\nContent-Disposition: form-data; name="a"\r\n\r\n'
    data = b''.join([head + value + b'\r\n' for value in values]) + b'--B--\r\n'
    pieces = [data[i:i + size] for i in range(0, len(data), size)]
    assert [part[-1] for part in feed_form(pieces, limits=Wide)] == values


def grows_linearly(function):
    """Tell whether twice as much takes twice the steps."""
    function(100)  # rooms are loaded, and caches filled
    small, middle, large = [steps(function, n) for n in (100, 200, 400)]
    return large - middle <= 2.2 * max(middle - small, 0) + 200


def test_growth_is_told():
    assert grows_linearly(lambda n: sum([i + 1 for i in range(n)]))
    assert not grows_linearly(lambda n: [i for _ in range(n) for i in range(n)])


@pytest.mark.parametrize('what', INPUTS)
def test_steps_grow_no_faster_than_the_input(what):
    assert grows_linearly(INPUTS[what])
