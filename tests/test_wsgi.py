# The WSGI adapter by environs made by hand, as PEP 3333 and the servers have them, with the validator of the standard library
# between; each test with a loop that has a thread of its own, and with one that the calling thread drives.

import asyncio
import errno
import io
import os
import signal
import socket
import ssl
import subprocess
import sys
import threading
from types import SimpleNamespace
from wsgiref.util import FileWrapper
from wsgiref.validate import validator

import pytest
from tests.conftest import ROOT
from tests.gateways import Source, application, streaming, websockets
from tools import captured_log, changed

import microdot.websocket
import microdot.wsgi
from microdot import Microdot, Request, Response
from microdot.wire.closing import close_payload
from microdot.wire.frames import CLOSE, PING, TEXT, FrameReader, frame
from microdot.wsgi import WSGI, processes
from microdot.wsgi.sockets import SocketStream

DEADLINE = 15
KEY = b'\x0a\x0b\x0c\x0d'


@pytest.fixture(autouse=True, params=[True, False], ids=['thread', 'driven'])
def threaded(request, monkeypatch):
    """Give whether the server has threads, and end the process of the test with it."""
    monkeypatch.setattr(processes, '_processes', {})
    monkeypatch.setitem(ENVIRON, 'wsgi.multithread', request.param)
    yield request.param
    for process in processes._processes.values():
        process.end()


# Who drives the loop is not there when the process ends.
with_threads = pytest.mark.parametrize('threaded', [True], indirect=True)
without_threads = pytest.mark.parametrize('threaded', [False], indirect=True)

ENVIRON = {
    'REQUEST_METHOD': 'GET', 'SCRIPT_NAME': '', 'PATH_INFO': '/', 'QUERY_STRING': '', 'SERVER_NAME': 'a', 'SERVER_PORT': '80',
    'SERVER_PROTOCOL': 'HTTP/1.1', 'REMOTE_ADDR': '192.0.2.1', 'REMOTE_PORT': '1234', 'wsgi.version': (1, 0),
    'wsgi.url_scheme': 'http', 'wsgi.errors': sys.stderr, 'wsgi.multithread': True, 'wsgi.multiprocess': False,
    'wsgi.run_once': False,
}


def environ(**values):
    """Return an environ; two underscores in a name are a dot, and None leaves out a key."""
    values = {key.replace('__', '.'): value for key, value in values.items()}
    values = {**ENVIRON, 'wsgi.input': io.BytesIO(values.pop('body', b'')), **values}
    return {key: value for key, value in values.items() if value is not None}


class Answer:
    """What a server gets: `status`, `headers`, the list `pieces`, and the text of the body, `body`."""

    def __init__(self, app, environ):
        self.pieces = []
        self.iterable = app(environ, self.start)

    def start(self, status, headers, exc_info=None):
        self.status, self.headers = status, headers
        return self.pieces.append

    def read(self):
        try:
            self.pieces += self.iterable
        finally:
            self.close()
        return self

    def close(self):
        if hasattr(self.iterable, 'close'):
            self.iterable.close()

    @property
    def code(self):
        return int(self.status[:3])

    @property
    def body(self):
        return b''.join(self.pieces)


def ask(app, **values):
    """Return the answer of an application to a request, all of it."""
    return Answer(validator(app if callable(app) else WSGI(app)), environ(**values)).read()


def seen(**values):
    """Return the request that an application gets."""
    app = application(microdot.wsgi.Microdot)
    answer = Answer(app, environ(**values)).read()
    assert (answer.status, answer.body) == ('200 OK', b'hello')
    return app.seen[0]


def until(condition):
    """Wait until a condition holds."""
    done = threading.Event()
    for _ in range(DEADLINE * 1000):
        if condition():
            return
        done.wait(0.001)
    raise AssertionError('it does not come')


# Requests.

def test_a_request():
    request = seen(
        REQUEST_METHOD='POST', SCRIPT_NAME='/app', PATH_INFO='/a b/c', QUERY_STRING='x=1&y=%20', HTTP_HOST='a', HTTP_X_NAME='v',
        HTTP_COOKIE='a=1; b=2', CONTENT_TYPE='text/plain', CONTENT_LENGTH='0', wsgi__url_scheme='https')
    assert (request.method, request.url) == ('POST', '/app/a%20b/c?x=1&y=%20')
    assert (request.path, request.query_string, request.args) == ('/app/a%20b/c', 'x=1&y=%20', {'x': ['1'], 'y': [' ']})
    assert (request.client_addr, request.scheme, request.http_version) == (('192.0.2.1', 1234), 'https', 'HTTP/1.1')
    assert request.headers == {
        'Host': 'a', 'X-Name': 'v', 'Cookie': 'a=1; b=2', 'Content-Type': 'text/plain', 'Content-Length': '0'}
    assert (request.cookies, request.content_type, request.content_length) == ({'a': '1', 'b': '2'}, 'text/plain', 0)
    assert request.environ['HTTP_X_NAME'] == 'v'


def test_what_servers_may_leave_out():
    request = seen(
        SCRIPT_NAME=None, PATH_INFO=None, QUERY_STRING=None, SERVER_PROTOCOL=None, REMOTE_ADDR=None, REMOTE_PORT=None,
        CONTENT_LENGTH='', CONTENT_TYPE='')
    assert (request.url, request.client_addr, request.http_version) == ('/', ('', 0), 'HTTP/1.0')
    assert (request.headers, request.body, request.content_length) == ({}, b'', 0)
    assert seen(REMOTE_ADDR='', REMOTE_PORT='').client_addr == ('', 0)
    assert seen(REMOTE_PORT=None).client_addr == ('192.0.2.1', 0)


@pytest.mark.parametrize(('port', 'number'), [(1234, 1234), ('unknown', 0), ('\u00b2', 0), ('-1', 0)])
def test_ports(port, number):
    assert seen(REMOTE_PORT=port).client_addr == ('192.0.2.1', number)


@pytest.mark.parametrize(('values', 'path'), [
    ({'PATH_INFO': '/grün'.encode().decode('latin-1')}, '/gr%C3%BCn'),
    ({'PATH_INFO': '/a b', 'RAW_URI': '/a%20b?x=1'}, '/a%20b'),
    ({'PATH_INFO': '/a/b', 'RAW_URI': '/a%2Fb'}, '/a%2Fb'),
    ({'PATH_INFO': '/a/b', 'REQUEST_URI': '/a%2fb'}, '/a%2fb'),
    ({'SCRIPT_NAME': '/a', 'PATH_INFO': '/b/c', 'RAW_URI': '/a/b%2Fc'}, '/a/b%2Fc'),
    ({'PATH_INFO': '/changed', 'RAW_URI': '/sent'}, '/changed'),
    ({'PATH_INFO': '/a', 'RAW_URI': 'http://host/a'}, '/a'),
])
def test_paths(values, path):
    assert seen(**values).path == path


def test_headers_that_are_not_ascii():
    request = seen(HTTP_X_A='caf\xe9', HTTP_X_B='caf\u00e9'.encode().decode('latin-1'))
    assert (request.headers['x-a'], request.headers['X-B']) == ('café', 'café')


@pytest.mark.parametrize('values', [
    {'RAW_URI': '/\xff'}, {'QUERY_STRING': '\xff'}, {'CONTENT_LENGTH': '+1'}, {'CONTENT_LENGTH': '²'}, {'PATH_INFO': '/\u20ac'},
    {'PATH_INFO': 'relative'}, {'PATH_INFO': '*'}, {'PATH_INFO': 'example.com', 'REQUEST_METHOD': 'CONNECT'},
])
def test_what_is_no_request(values):
    app = application()
    answer = Answer(WSGI(app), environ(**values)).read()
    assert (answer.status, app.seen) == ('400 Bad Request', [])


def test_an_absolute_target():
    request = seen(PATH_INFO='http://user:pass@example.com:80/a', QUERY_STRING='c=d', HTTP_HOST='other')
    assert (request.url, request.path, request.headers['Host']) == ('/a?c=d', '/a', 'example.com:80')


def test_the_limits_are_those_of_the_class():
    assert microdot.wsgi.Request is Request
    with changed(Request, max_content_length=2):
        assert ask(application(), REQUEST_METHOD='POST', CONTENT_LENGTH='3', body=b'abc').code == 413


def test_what_wraps_the_application():
    app = application(microdot.wsgi.Microdot)
    wsgi_app = app.wsgi_app
    app.wsgi_app = lambda environ, start_response: wsgi_app({**environ, 'PATH_INFO': '/wrapped'}, start_response)
    ask(app)
    assert app.seen[0].path == '/wrapped'


# Bodies of requests.

CHUNKED = {'REQUEST_METHOD': 'POST', 'HTTP_TRANSFER_ENCODING': 'chunked', 'wsgi__input_terminated': True}


@pytest.mark.parametrize('values', [
    {'CONTENT_LENGTH': '6'}, CHUNKED, {'SERVER_PROTOCOL': 'HTTP/2', 'wsgi__input_terminated': True},
    {'CONTENT_LENGTH': '6', 'wsgi__input_terminated': True},
])
def test_a_body(values):
    request = seen(**{'REQUEST_METHOD': 'POST', 'body': b'abcdef', **values})
    assert (request.body, request.content_length) == (b'abcdef', 6)


@pytest.mark.parametrize('values', [{'CONTENT_LENGTH': '40000'}, CHUNKED])
def test_a_streamed_body(values):
    app = Microdot()
    data = b'line\n' + b'x' * 39994 + b'\n'

    @app.post('/')
    async def read(request):
        assert request.body == b''
        stream = request.stream
        return [(await stream.readline()).decode(), len(await stream.readexactly(10000)), len(await stream.readuntil(b'\n')),
                len(await stream.read())]

    with changed(Request, max_content_length=50000):
        assert ask(app, **{'REQUEST_METHOD': 'POST', 'body': data, **values}).body == b'["line\\n", 10000, 29995, 0]'


@pytest.mark.parametrize('size', [20001, 100_000])
def test_a_streamed_body_too_long(size):
    app = Microdot()
    asked = []

    @app.post('/')
    async def read(request):
        return str(len(await request.stream.read()))

    class Body(io.BytesIO):
        def read(self, n):
            asked.append(n)
            return super().read(n)

    with changed(Request, max_content_length=20000):
        assert ask(app, **CHUNKED, wsgi__input=Body(b'x' * size)).code == 413
    assert sum(asked) == 20001  # no more than tells


def test_chunks_that_a_server_does_not_end():
    values = {**CHUNKED, 'wsgi__input_terminated': None}
    assert ask(application(), **values).status == '411 Length Required'
    assert ask(application(), **values, CONTENT_LENGTH='3').body == b'Ambiguous body length'


class Broken(io.BytesIO):
    """An input that fails after some bytes."""

    def __init__(self, data, error):
        super().__init__(data)
        self.error = error

    def read(self, n):
        data = super().read(n)
        if not data:
            raise self.error
        return data


@pytest.mark.parametrize('length', [100, 40000])
@pytest.mark.parametrize('error', [None, OSError(errno.ECONNRESET, 'reset'), OSError('without a number')])
def test_leaving_before_the_body_has_come(length, error):
    app = Microdot()
    ended = []

    @app.post('/')
    async def read(request):
        request.after_response(lambda request, response: ended.append(response))
        try:
            await request.stream.read()
        except asyncio.CancelledError:
            ended.append('cancelled')
            raise

    stream = Broken(b'x' * 50, error) if error else io.BytesIO(b'x' * 50)
    with changed(Request, max_content_length=50000), pytest.raises(ConnectionResetError):
        Answer(WSGI(app), environ(REQUEST_METHOD='POST', CONTENT_LENGTH=str(length), wsgi__input=stream))
    until(lambda: ended == ([] if length == 100 else ['cancelled', None]))


@pytest.mark.parametrize('error', [OSError('a malformed chunk'), ValueError('a malformed trailer'), StopIteration()])
def test_a_body_that_a_server_does_not_understand(error, pair):
    values = {**CHUNKED, 'wsgi__input': Broken(b'x' * 5, error), 'gunicorn__socket': pair.server}
    assert ask(application(), **values).code == 400


# Responses.

def test_a_response():
    app = Microdot()

    @app.get('/')
    async def index(request):
        response = Response('hällo', 201, {'X-Number': 7, 'X-Text': 'ü', 'Connection': 'close', 'Transfer-Encoding': 'chunked'})
        response.set_cookie('a', '1')
        response.set_cookie('b', '2')
        return response

    answer = ask(app)
    assert sorted(answer.headers) == [
        ('Content-Length', '6'), ('Content-Type', 'text/plain; charset=UTF-8'), ('Set-Cookie', 'a=1'), ('Set-Cookie', 'b=2'),
        ('X-Number', '7'), ('X-Text', 'Ã¼')]
    assert (answer.status, answer.pieces) == ('201 Created', ['hällo'.encode()])
    app.get('/reason')(lambda request: Response('', 299, reason='As You Like'))
    assert ask(app, PATH_INFO='/reason').status == '299 As You Like'


def test_plain_responses():
    plain = [('Content-Length', '5'), ('Content-Type', 'text/plain; charset=UTF-8')]
    answer = ask(application())
    assert (answer.headers, answer.pieces) == (plain, [b'hello'])
    answer = ask(application(), REQUEST_METHOD='HEAD')
    assert (answer.headers, answer.body) == (plain, b'')


def test_head_of_what_is_no_request():
    answer = ask(application(), REQUEST_METHOD='HEAD', QUERY_STRING='\xff')
    assert (answer.code, ('Content-Length', '11') in answer.headers, answer.body) == (400, True, b'')


@pytest.mark.parametrize('status', [204, 304])
def test_bare_responses(status):
    app = Microdot()
    app.get('/')(lambda request: ('body', status, {'Content-Type': 'text/html', 'X-A': 'b'}))
    answer = ask(app)
    assert (answer.code, answer.headers, answer.body) == (status, [('X-A', 'b')], b'')


def test_errors():
    app = Microdot()

    @app.get('/')
    def fail(request):
        raise ZeroDivisionError('of a handler')

    with captured_log() as lines:
        assert ask(app).status == '500 Internal Server Error'
    assert str(lines[0][1]) == 'of a handler'
    assert ask(app, PATH_INFO='/missing').status == '404 Not Found'


def test_a_stream():
    source = Source('é', b'', b'two', bytearray(b'three'))
    app = streaming(source)
    answer = ask(app)
    assert answer.headers == [('Content-Type', 'text/plain; charset=UTF-8')]
    assert [piece for piece in answer.pieces if piece] == ['é'.encode(), b'two', b'three']
    assert {type(piece) for piece in answer.pieces} == {bytes}
    until(lambda: hasattr(app, 'status'))
    assert (source.closed, app.status) == (1, 200)


def test_a_body_whose_end_is_waited_for():
    app = streaming(b'whole')
    answer = Answer(WSGI(app), environ())
    assert (list(answer.iterable), hasattr(app, 'status')) == ([b'whole'], False)
    answer.close()
    until(lambda: hasattr(app, 'status'))
    assert list(answer.iterable) == []


def test_the_server_holds_a_stream_back():
    source = Source(*[b'piece'] * 100)
    answer = Answer(WSGI(streaming(source)), environ())
    for _ in range(10):
        next(answer.iterable)
    assert len(source.pieces) >= 88
    answer.close()
    until(lambda: source.closed)


def test_the_head_goes_ahead_of_a_piece_that_is_long_in_coming():
    source = Source(None)
    answer = Answer(WSGI(streaming(source)), environ())
    assert (answer.code, next(answer.iterable)) == (200, b'')
    answer.close()
    until(lambda: source.closed)


def test_an_error_before_the_first_piece():
    source = Source(ZeroDivisionError('of a stream'))
    app = streaming(source)
    with captured_log() as lines:
        answer = ask(app)
    until(lambda: hasattr(app, 'status'))
    assert (answer.code, answer.body, source.closed, app.status) == (500, b'Internal server error', 1, 500)
    assert str(lines[0][1]) == 'of a stream'


@pytest.mark.parametrize(('last', 'headers'), [(ZeroDivisionError('of a stream'), {}), (b'two', {'Content-Length': '100'})])
def test_an_error_after_the_first_piece_goes_to_the_server(last, headers):
    source = Source(b'one', last)
    app = streaming(source, **headers)
    answer = Answer(WSGI(app), environ())
    with pytest.raises((ZeroDivisionError, ValueError)):
        answer.read()
    until(lambda: hasattr(app, 'status'))
    assert (answer.body[:3], source.closed, app.status) == (b'one', 1, 200)


@pytest.mark.parametrize('pieces', [[b'one', None], [b'one'] * 1000])
def test_a_server_that_gives_up_cancels_a_stream(pieces):
    source = Source(*pieces)
    app = streaming(source)
    answer = Answer(WSGI(app), environ())
    while next(answer.iterable) != b'one':
        pass
    answer.close()
    until(lambda: hasattr(app, 'status'))
    assert (source.closed, app.status) == (1, 200)


def test_a_server_that_refuses_the_head():
    source = Source(b'one', None)
    app = streaming(source)

    def start_response(status, headers):
        raise ValueError('a header')

    with pytest.raises(ValueError, match='a header'):
        WSGI(app)(environ(), start_response)
    until(lambda: hasattr(app, 'status'))
    assert source.closed == 1


def test_a_handler_that_its_own_work_cancels():
    app = Microdot()

    @app.get('/')
    async def index(request):
        raise asyncio.CancelledError

    with captured_log():
        assert ask(app).code == 500


def test_an_exit_is_the_servers(threaded):
    app = Microdot()
    app.get('/')(lambda request: 'hello')
    app.get('/exit')(lambda request: sys.exit('a handler'))

    @app.get('/task')
    async def task(request):
        async def leave():
            sys.exit('a task')

        app.task = asyncio.create_task(leave())
        await asyncio.wait([app.task])
        return 'went on'

    with pytest.raises(SystemExit, match='a handler'):
        ask(app, PATH_INFO='/exit')
    with captured_log() as lines:
        if threaded:
            assert ask(app, PATH_INFO='/task').body == b'went on'
            assert str(lines[0][1]) == 'a task'
        else:
            with pytest.raises(SystemExit, match='a task'):
                ask(app, PATH_INFO='/task')
    assert isinstance(app.task.exception(), SystemExit)
    assert ask(app).body == b'hello'


@without_threads
def test_a_signal_ends_the_thread_that_drives_the_loop(monkeypatch):
    monkeypatch.setattr(processes.Process, 'drain_timeout', 0.01)
    app = Microdot()
    ended = []

    @app.get('/')
    async def wait(request):
        asyncio.get_running_loop().call_soon(sys.exit, 'as a signal handler does')
        try:
            await asyncio.Event().wait()
        finally:
            ended.append('wait')

    @app.get('/stream')
    async def stream(request):
        asyncio.get_running_loop().call_later(0.01, sys.exit, 'as a signal handler does')
        return Source(b'one', None)

    with pytest.raises(SystemExit):
        ask(app)
    with pytest.raises(SystemExit):
        Answer(WSGI(app), environ(PATH_INFO='/stream')).read()
    with captured_log():
        processes.this_process().end()
    assert ended == ['wait']


def test_files_are_given_to_a_server_that_reads_them(tmp_path):
    path = tmp_path / 'file.txt'
    path.write_bytes(b'x' * 100_000)
    app = Microdot()
    files = []

    @app.get('/')
    async def index(request):
        request.after_response(lambda request, response: files.append(response.status_code))
        return Response.send_file(str(path))

    class Wrapper(FileWrapper):
        def __init__(self, file, size):
            super().__init__(file, size)
            files.append(file)

    answer = Answer(WSGI(app), environ(wsgi__file_wrapper=Wrapper))
    assert type(answer.iterable) is Wrapper
    assert os.fstat(files[0].fileno()).st_size == 100_000
    assert ('Content-Length', '100000') in answer.headers
    assert len(answer.read().body) == 100_000
    until(lambda: files[1:] == [200])
    answer = ask(app, HTTP_RANGE='bytes=1-', wsgi__file_wrapper=Wrapper)
    until(lambda: files[1:] == [200, 206])
    assert (answer.code, len(answer.body)) == (206, 99_999)
    assert len(ask(app).body) == 100_000


# uWSGI.

@pytest.fixture
def uwsgi(monkeypatch, pair):
    """Give the module that uWSGI has, and have its environ."""
    chunks = [b'ab', b'cd', b'']
    module = SimpleNamespace(chunked_read=lambda: chunks.pop(0), connection_fd=pair.server.fileno, opt={'master': b'true'})
    monkeypatch.setitem(sys.modules, 'uwsgi', module)
    monkeypatch.setitem(ENVIRON, 'uwsgi.version', b'2')
    return module


@pytest.mark.parametrize('values', [
    {'REQUEST_METHOD': 'GET\0'}, {'REQUEST_METHOD': '\r\nGET'}, {'HTTP_X\0': 'a'}, {'HTTP_X ': 'a'}, {'HTTP_X': 'a\nb'},
    {'HTTP_X': '\x7f'}, {'SERVER_PROTOCOL': 'ICE/1.0'}, {'REQUEST_METHOD': ''},
])
def test_uwsgi_lets_through_what_is_no_request(uwsgi, values):
    app = application()
    answer = Answer(WSGI(app), environ(**values)).read()
    assert (answer.status, app.seen) == ('400 Bad Request', [])


def test_uwsgi_decodes_what_is_malformed_in_a_way_of_its_own(uwsgi):
    assert ask(application(), PATH_INFO='/\0', REQUEST_URI='/%zz').body == b'Malformed percent-encoding'
    assert seen(PATH_INFO='/a', REQUEST_URI='/a%').path == '/a%'


def test_uwsgi_reads_chunks_and_adds_no_date(uwsgi):
    app = application()
    answer = ask(app, REQUEST_METHOD='POST', HTTP_TRANSFER_ENCODING='chunked')
    assert (app.seen[0].body, [name for name, _ in answer.headers].count('Date')) == (b'abcd', 1)


def test_uwsgi_gets_nothing_for_a_client_that_has_left(uwsgi, pair):
    pair.client.close()
    assert Answer(WSGI(application()), environ(CONTENT_LENGTH='3', body=b'a')).iterable == []


def test_a_cut_response_resets_the_connection_of_uwsgi(uwsgi, pair):
    answer = Answer(WSGI(streaming(Source(b'one', ZeroDivisionError()))), environ())
    with pytest.raises(ZeroDivisionError):
        answer.read()
    assert pair.server.getsockopt(socket.SOL_SOCKET, socket.SO_LINGER, 8) == b'\1\0\0\0\0\0\0\0'


# Threads and processes.

def test_requests_of_all_threads_wait_together(threaded):
    app = Microdot()
    came = []

    @app.get('/')
    async def meet(request):
        came.append(asyncio.get_running_loop())
        while len(came) < 10:
            await asyncio.sleep(0)
        return 'met'

    @app.get('/sync')
    def sync(request):
        came.append(threading.current_thread())
        return 'met'

    paths = ['/'] * 5 + ['/sync'] * 5 if threaded else ['/sync'] * 9 + ['/']
    answers = []
    threads = [threading.Thread(target=lambda path: answers.append(ask(app, PATH_INFO=path).body), args=[path]) for path in paths]
    for thread in threads:
        thread.start()
        if not threaded:
            thread.join(DEADLINE)
    for thread in threads:
        thread.join(DEADLINE)
    assert answers == [b'met'] * 10
    loops = {loop for loop in came if not isinstance(loop, threading.Thread)}
    assert loops == {microdot.wsgi.Microdot().loop}


def test_tasks_go_on_after_the_response(threaded):
    app = Microdot()
    done = []

    @app.get('/')
    async def begin(request):
        async def work():
            await asyncio.sleep(0.01)
            done.append('work')

        app.task = asyncio.create_task(work())
        return 'begun'

    @app.get('/wait')
    async def wait(request):
        await app.task
        return 'waited'

    assert ask(app).body == b'begun'
    if not threaded:
        assert ask(app, PATH_INFO='/wait').body == b'waited'
    until(lambda: done == ['work'])


def test_two_responses_at_once_in_one_thread():
    answers = [Answer(WSGI(streaming(Source(b'a', b'b', b'c'))), environ()) for _ in range(2)]
    pieces = []
    for _ in range(3):
        pieces += [next(piece for piece in answer.iterable if piece) for answer in answers]
    assert pieces == [b'a', b'a', b'b', b'b', b'c', b'c']
    for answer in answers:
        answer.close()


def test_a_thread_takes_over_from_who_drove_the_loop(threaded):
    first = Answer(WSGI(streaming(Source(b'a', b'b'))), environ())
    answer = ask(application(), wsgi__multithread=True)
    assert (answer.body, first.read().body) == (b'hello', b'ab')


def test_life():
    said = []
    apps = [microdot.wsgi.Microdot(), Microdot()]
    for number, app in enumerate(apps):
        app.on_startup(lambda number=number: said.append(f'start {number}'))
        app.on_shutdown(lambda number=number: said.append(f'stop {number}'))
    ask(apps[0], PATH_INFO='/missing')
    ask(apps[0], PATH_INFO='/missing')
    ask(apps[1], PATH_INFO='/missing')
    assert said == ['start 0', 'start 1']
    process = processes.this_process()
    process.end()
    process.end()
    assert said == ['start 0', 'start 1', 'stop 1', 'stop 0']


def test_a_start_that_fails_is_tried_again():
    app = application(microdot.wsgi.Microdot)
    errors = [ValueError('not yet')]

    @app.on_startup
    async def start():
        if errors:
            raise errors.pop()

    with pytest.raises(ValueError, match='not yet'):
        app(environ(), None)
    assert ask(app).body == b'hello'


def test_the_first_requests_start_the_application_once():
    app = application(microdot.wsgi.Microdot)
    said = []

    @app.on_startup
    async def start():
        await asyncio.sleep(0.01)
        said.append('start')

    threads = [threading.Thread(target=ask, args=[app], kwargs={'wsgi__multithread': True}) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(DEADLINE)
    assert (said, len(app.seen)) == (['start'], 10)


def test_a_process_that_ends_cuts_streams(threaded):
    source = Source(b'one', None)
    app = streaming(source)
    answer = Answer(WSGI(app), environ())
    while next(answer.iterable) != b'one':
        pass
    processes.this_process().end()
    with pytest.raises(ConnectionAbortedError):
        answer.read()
    assert (source.closed, app.status) == (1, 200)


@with_threads
def test_what_does_not_end_lets_its_thread_go(monkeypatch):
    monkeypatch.setattr(processes.Process, 'drain_timeout', 0.01)
    app = Microdot()
    outcome = []

    @app.get('/')
    async def hold(request):
        while not outcome:
            try:
                await asyncio.sleep(0.01)
            except asyncio.CancelledError:
                pass

    def run():
        with pytest.raises(ConnectionAbortedError) as raised:
            Answer(WSGI(app), environ())
        outcome.append(raised.value)

    thread = threading.Thread(target=run)
    thread.start()
    until(lambda: processes._processes and processes.this_process().calls)
    with captured_log() as lines:
        processes.this_process().end()
    thread.join(DEADLINE)
    assert (len(outcome), lines[0][0]) == (1, 'Still running at shutdown: GET /')


def test_shutdown(monkeypatch):
    killed = []
    monkeypatch.setattr('microdot.wsgi.os.kill', lambda *arguments: killed.append(arguments))
    microdot.wsgi.Microdot().shutdown()
    assert killed == [(os.getpgrp(), signal.SIGTERM)]


FORK = '''
import os, sys
from tests.test_wsgi import ENVIRON, application, ask
import microdot.wsgi

app = application(microdot.wsgi.Microdot)
ENVIRON['wsgi.multithread'] = sys.argv[1] == 'True'
name = 'parent'

@app.on_startup
def start():
    print(name, 'starts', flush=True)

@app.on_shutdown
async def stop():
    print(name, 'stops', flush=True)

ask(app)
child = os.fork()
if not child:
    name = 'child'
ask(app)
assert len(app.seen) == 2
print(name, 'ends', flush=True)
if child:
    assert os.waitpid(child, 0)[1] == 0
    ask(app)
'''


def test_a_fork_begins_anew(threaded):
    run = subprocess.run([sys.executable, '-W', 'ignore', '-c', FORK, str(threaded)], capture_output=True, text=True, cwd=ROOT,
                         env={**os.environ, 'PYTHONPATH': 'src:.:tests/app'}, timeout=60, check=False)
    assert (run.returncode, run.stderr) == (0, '')
    lines = run.stdout.splitlines()
    assert [line for line in lines if 'parent' in line] == ['parent starts', 'parent ends', 'parent stops']
    assert [line for line in lines if 'child' in line] == ['child starts', 'child ends', 'child stops']


# The socket of a client.

class Pair:
    """The two ends of a connection; a client that speaks WebSocket."""

    def __init__(self):
        self.server, self.client = socket.socketpair()
        self.client.settimeout(DEADLINE)
        self.thread = None
        self.frames = FrameReader(0, False)

    def call(self, app, **values):
        """Have a server's thread open a WebSocket; `outcome` gets the answer, or what was raised."""
        def run():
            try:
                self.outcome = Answer(WSGI(app), environ(**{
                    'gunicorn.socket': self.server, 'HTTP_UPGRADE': 'websocket', 'HTTP_CONNECTION': 'Upgrade',
                    'HTTP_SEC_WEBSOCKET_KEY': 'dGhlIHNhbXBsZSBub25jZQ==', 'HTTP_SEC_WEBSOCKET_VERSION': '13', **values})).read()
            except Exception as exc:
                self.outcome = exc
            self.server.close()

        self.thread = threading.Thread(target=run)
        self.thread.start()
        return self

    def head(self):
        data = b''
        while b'\r\n\r\n' not in data:
            piece = self.client.recv(65536)
            assert piece, data
            data += piece
        head, _, rest = data.partition(b'\r\n\r\n')
        self.frames.feed(rest)
        return head

    def send(self, opcode, payload):
        self.client.sendall(frame(opcode, payload, KEY))

    def receive(self):
        """Return the next frame, None at the end."""
        while not (found := self.frames.next()):
            data = self.client.recv(65536)
            if not data:
                return None
            self.frames.feed(data)
        return found

    def ended(self):
        """Return what the server gets when the call has ended."""
        self.thread.join(DEADLINE)
        assert not self.thread.is_alive()
        return self.outcome

    def close(self):
        self.client.close()
        if self.thread:
            self.ended()
        self.server.close()


@pytest.fixture
def pair():
    pair = Pair()
    yield pair
    pair.close()


def test_the_names():
    assert microdot.wsgi.with_websocket is microdot.websocket.with_websocket
    assert microdot.wsgi.websocket_upgrade is microdot.websocket.websocket_upgrade


def test_an_echo(pair):
    app = websockets(subprotocols=['v1'])
    head = pair.call(app, HTTP_SEC_WEBSOCKET_PROTOCOL='v0, v1').head()
    assert head.startswith(b'HTTP/1.1 101 Switching Protocols\r\n')
    assert b's3pPLMBiTxaQ9kYGzzhZRbK+xOo=' in head
    assert b'Sec-WebSocket-Protocol: v1' in head
    for payload in b'text', b'x' * 16384:
        pair.send(TEXT, payload)
        assert pair.receive() == (TEXT, payload.decode())
    pair.send(PING, b'there?')
    assert pair.receive()[1] == b'there?'
    pair.send(CLOSE, close_payload(4000, 'enough'))
    assert (pair.receive(), pair.receive()) == ((CLOSE, (4000, '')), None)
    pair.client.close()
    assert isinstance(pair.ended(), ConnectionResetError)
    assert app.done == [(4000, 'enough')]


def test_closing(pair):
    pair.call(websockets(), PATH_INFO='/close').head()
    assert pair.receive() == (CLOSE, (4001, 'why'))


@pytest.mark.parametrize(('path', 'said'), [('/wait', 'cancelled 1006'), ('/receive', 'error')])
def test_the_handler_is_told_that_the_client_has_left(pair, path, said):
    app = websockets()
    pair.call(app, PATH_INFO=path).head()
    pair.client.close()
    assert isinstance(pair.ended(), ConnectionResetError)
    assert app.done == [said]


def test_a_handler_that_fails(pair):
    with captured_log() as lines:
        pair.call(websockets(), PATH_INFO='/fail').head()
        assert pair.receive() == (CLOSE, (1011, ''))
        pair.client.close()
        pair.ended()
    assert str(lines[0][1]) == 'of a WebSocket'


@pytest.mark.parametrize(('status', 'values'), [
    (404, {'PATH_INFO': '/missing'}), (403, {'HTTP_ORIGIN': 'http://wilderness'}), (400, {'HTTP_UPGRADE': 'h2c'}),
    (426, {'HTTP_SEC_WEBSOCKET_VERSION': '12'}), (501, {'gunicorn.socket': None}),
])
def test_a_handshake_is_refused(pair, status, values):
    pair.call(websockets(origins=['http://garden']), **values)
    assert pair.ended().code == status
    assert not hasattr(pair.outcome.iterable, 'sock')


def test_a_socket_with_tls_is_not_lent(pair, monkeypatch):
    with ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).wrap_socket(pair.server, True, False) as server:
        pair.call(websockets(), **{'gunicorn.socket': server})
        assert pair.ended().body == b'This server has no WebSockets'


def test_a_client_that_does_not_read_is_left(pair, monkeypatch):
    monkeypatch.setattr(SocketStream, 'write_timeout', 0.05)
    app = Microdot()
    ended = []

    @app.get('/')
    @microdot.wsgi.with_websocket
    async def flood(request, ws):
        try:
            while True:
                await ws.send(b'f' * 10_000)
        finally:
            ended.append(ws.close_code)

    pair.call(app).head()
    assert isinstance(pair.ended(), ConnectionResetError)
    assert ended == [1006]


def test_pings_that_are_not_answered(pair, monkeypatch):
    monkeypatch.setattr('microdot.wsgi.websocket._TICK', 0.01)
    app = Microdot()
    ended = []

    @app.get('/')
    @microdot.wsgi.with_websocket(ping_interval=0.02, ping_timeout=0.02)
    async def wait(request, ws):
        try:
            await asyncio.Event().wait()
        finally:
            ended.append(ws.close_code)

    pair.call(app).head()
    assert pair.receive() == (PING, b'')
    assert isinstance(pair.ended(), ConnectionResetError)
    assert ended == [1006]


def test_leaving_is_noticed_where_no_more_messages_are_taken(pair, monkeypatch):
    monkeypatch.setattr('microdot.wsgi.websocket._TICK', 0.01)
    monkeypatch.setattr(microdot.websocket.WebSocket, 'leave_timeout', 0.02)
    app = Microdot()
    ended = []

    @app.get('/')
    @microdot.wsgi.with_websocket(ping_interval=None)
    async def deaf(request, ws):
        try:
            await asyncio.wait_for(asyncio.Event().wait(), DEADLINE)
        finally:
            ended.append(ws.close_code)

    pair.call(app).head()
    for _ in range(80):
        pair.send(TEXT, b'm' * 1000)
    pair.client.close()
    assert isinstance(pair.ended(), ConnectionResetError)
    assert ended == [1006]


@with_threads
def test_a_process_that_ends_says_goodbye(pair):
    pair.call(websockets(), PATH_INFO='/wait').head()
    ending = threading.Thread(target=processes.this_process().end)
    ending.start()
    assert pair.receive() == (CLOSE, (1001, ''))
    pair.client.close()
    ending.join(DEADLINE)
    assert isinstance(pair.ended(), ConnectionResetError)


def test_a_client_that_leaves_ends_a_silent_stream(pair):
    source = Source(b'one', None)
    app = streaming(source)
    answer = Answer(WSGI(app), environ(**{'gunicorn.socket': pair.server}))
    while next(answer.iterable) != b'one':
        pass
    pair.client.sendall(b'GET / HTTP/1.1\r\n')  # what else it says is no reason
    pair.client.close()
    assert answer.read().body == b''
    until(lambda: hasattr(app, 'status'))
    assert source.closed == 1


@pytest.mark.parametrize('sync', [False, True])
def test_whether_the_client_has_left(pair, sync):
    app = Microdot()
    looks = []

    def look(request):
        looks.append(request.is_disconnected)
        pair.client.close()
        until(lambda: request.is_disconnected)
        looks.append(True)
        return 'late'

    async def look_on(request):
        looks.append(request.is_disconnected)
        pair.client.close()
        while not request.is_disconnected:
            await asyncio.sleep(0)
        looks.append(True)
        return 'late'

    app.get('/')(look if sync else look_on)
    assert ask(app, **{'gunicorn.socket': pair.server}).body == b'late'
    assert looks == [False, True]


@pytest.mark.parametrize('sync', [False, True])
def test_a_client_is_not_watched_after_its_answer(pair, sync):
    app = Microdot()

    def look(request):
        return str(request.is_disconnected)

    async def look_on(request):
        return str(request.is_disconnected)

    async def tasks(request):
        return str(len(asyncio.all_tasks()))

    app.get('/')(look if sync else look_on)
    app.get('/tasks')(tasks)
    for _ in range(20):
        assert ask(app, **{'gunicorn.socket': pair.server}).body == b'False'
    until(lambda: ask(app, PATH_INFO='/tasks').body == b'1')


def test_nothing_is_left_open(pair):
    def descriptors():
        return len(os.listdir('/proc/self/fd'))

    ask(application())
    before = descriptors()
    for _ in range(5):
        Answer(WSGI(streaming(Source(b'one', b'two'))), environ(**{'gunicorn.socket': pair.server})).read()
        one = Pair()
        one.call(websockets(), PATH_INFO='/close').head()
        one.close()
    until(lambda: descriptors() <= before)
    until(lambda: not processes.this_process().calls)
