# The ASGI adapter by scopes and messages made by hand, as the specification has them.

import asyncio
import io
import os
import signal
from urllib.parse import unquote_to_bytes

import pytest
from tests.gateways import Source, application, streaming, websockets
from tools import captured_log, changed

import microdot.asgi
import microdot.websocket
from microdot import Microdot, Request, Response
from microdot.asgi import ASGI


class Server:
    """The server's side of one scope: messages for the application, and those of it."""

    def __init__(self, app, *messages, **scope):
        self.app = app
        self.scope = {
            'type': 'http', 'asgi': {'version': '3.0'}, 'http_version': '1.1', 'method': 'GET', 'scheme': 'http', 'path': '/',
            'raw_path': b'/', 'query_string': b'', 'root_path': '', 'headers': [], 'client': ('192.0.2.1', 1234),
            'server': ('127.0.0.1', 80), **scope}
        if scope.get('raw_path') and 'path' not in scope:
            self.scope['path'] = unquote_to_bytes(scope['raw_path']).decode(errors='replace')
        self.scope = {key: value for key, value in self.scope.items() if value is not None}
        self.sent = []
        self.messages = asyncio.Queue()
        for message in messages:
            self.messages.put_nowait(message)
        self.broken = False
        self.got = asyncio.Event()

    async def receive(self):
        return await self.messages.get()

    async def send(self, message):
        if self.broken:
            raise OSError('the client has left')
        self.sent.append(message)
        self.got.set()

    async def run(self):
        await self.app(self.scope, self.receive, self.send)
        return self.sent

    def leave(self):
        self.messages.put_nowait({'type': 'http.disconnect'})

    async def has_sent(self, count):
        """Wait until the application has sent so many messages."""
        while len(self.sent) < count:
            self.got.clear()
            await self.got.wait()

    @property
    def body(self):
        return b''.join(message.get('body', b'') for message in self.sent[1:])


def body(data, more=False):
    return {'type': 'http.request', 'body': data, 'more_body': more}


async def seen(**scope):
    """Return the request that an application gets."""
    app = application(microdot.asgi.Microdot)
    sent = await Server(app, **scope).run()
    assert sent[0]['status'] == 200, sent
    return app.seen[0]


# Requests.

async def test_a_request():
    request = await seen(
        path='/a b/c', raw_path=b'/a%20b/c', query_string=b'x=1&y=%20', scheme='https', method='POST', client=['192.0.2.1', 1234],
        headers=[(b'host', b'a'), (b'X-Name', b'v'), (b'content-type', b'text/plain')])
    assert (request.method, request.url) == ('POST', '/a%20b/c?x=1&y=%20')
    assert (request.path, request.query_string) == ('/a%20b/c', 'x=1&y=%20')
    assert request.args == {'x': ['1'], 'y': [' ']}
    assert (request.client_addr, request.scheme, request.http_version) == (('192.0.2.1', 1234), 'https', 'HTTP/1.1')
    assert request.headers == {'Host': 'a', 'X-Name': 'v', 'Content-Type': 'text/plain'}
    assert (request.content_type, request.content_length, request.body) == ('text/plain', 0, b'')
    assert request.asgi_scope['type'] == 'http'
    assert len(request.sock) == 2


async def test_what_servers_may_leave_out():
    request = await seen(raw_path=None, root_path=None, scheme=None, client=None, http_version=None, query_string=None, path='/ü b')
    assert (request.path, request.client_addr, request.scheme) == ('/%C3%BC%20b', ('', 0), 'http')
    assert (await seen(client=('/run/socket', None))).client_addr == ('/run/socket', 0)


@pytest.mark.parametrize(('root', 'raw', 'path'), [
    ('/api', b'/api/users', '/users'), ('/api/', b'/api/users', '/users'), ('/api', b'/api', '/'), ('/api', b'/apis', '/apis'),
    ('/api', b'/users', '/users'), ('/a b', b'/a%20b/c', '/c'), ('/', b'/a', '/a'),
])
async def test_a_root_path_is_not_of_the_path(root, raw, path):
    assert (await seen(root_path=root, raw_path=raw)).path == path


async def test_it_has_what_every_request_has():
    request = await seen()
    for name, value in vars(Request(None, None, 'GET', '/', '1.1', {})).items():
        assert type(getattr(request, name)) is type(value) or name in ('app', 'client_addr', 'sock', 'route'), name


async def test_headers_that_come_more_than_once():
    request = await seen(headers=[(b'cookie', b'a=1'), (b'x-a', b'1'), (b'cookie', b'b=2; c=3'), (b'x-a', b'2')])
    assert request.cookies == {'a': '1', 'b': '2', 'c': '3'}
    assert request.headers['X-A'] == '1, 2'


async def test_headers_that_are_not_utf_8():
    request = await seen(headers=[(b'x-a', b'caf\xe9'), (b'x-b', 'caf\u00e9'.encode())])
    assert (request.headers['x-a'], request.headers['X-B']) == ('café', 'café')


LENGTH, CHUNKED = (b'content-length', b'1'), (b'transfer-encoding', b'chunked')


@pytest.mark.parametrize(('status', 'scope'), [
    (400, {'raw_path': b'/\xff'}), (400, {'query_string': b'\xff'}), (400, {'headers': [(b'content-length', b'+1')]}),
    (400, {'headers': [LENGTH, LENGTH]}), (400, {'headers': [LENGTH, CHUNKED]}), (501, {'headers': [CHUNKED, CHUNKED]}),
    (400, {'headers': [CHUNKED], 'http_version': '1.0'}), (501, {'headers': [(b'transfer-encoding', b'gzip, chunked')]}),
    (400, {'raw_path': b'relative'}), (400, {'raw_path': b'*'}), (400, {'raw_path': b'example.com:443'}),
    (400, {'raw_path': b'http:///'}), (400, {'raw_path': b'example.com', 'method': 'CONNECT'}),
])
async def test_what_is_no_request(status, scope):
    app = application(microdot.asgi.Microdot)
    sent = await Server(app, **scope).run()
    assert sent[0]['status'] == status
    assert app.seen == []


async def test_an_absolute_target():
    request = await seen(raw_path=b'http://user:pass@example.com:80/a%20b', query_string=b'c=d', headers=[(b'host', b'other')])
    assert (request.url, request.path, request.headers['Host']) == ('/a%20b?c=d', '/a%20b', 'example.com:80')
    assert (await seen(raw_path=b'http://[::1]?a=b')).url == '/?a=b'


async def test_the_limits_are_those_of_the_class():
    assert microdot.asgi.Request is Request
    app = application(microdot.asgi.Microdot)
    with changed(Request, max_content_length=2):
        sent = await Server(app, body(b'abc'), method='POST', headers=[(b'content-length', b'3')]).run()
    assert sent[0]['status'] == 413


# Bodies of requests.

@pytest.mark.parametrize('declared', [
    [(b'content-length', b'6')], [(b'Content-Length', b'6')], [(b'transfer-encoding', b'chunked')],
])
async def test_a_body_in_messages(declared):
    app = application(microdot.asgi.Microdot)
    await Server(app, body(b'ab', True), body(b'', True), body(b'cde', True), body(b'f'), method='POST', headers=declared).run()
    assert (app.seen[0].body, app.seen[0].content_length) == (b'abcdef', 6)
    assert await app.seen[0].stream.read() == b'abcdef'


async def test_a_body_of_http_2_needs_no_length():
    app = application(microdot.asgi.Microdot)
    await Server(app, body(b'ab', True), body(b'c'), method='POST', http_version='2').run()
    assert app.seen[0].body == b'abc'


async def test_a_message_without_a_body():
    app = application(microdot.asgi.Microdot)
    await Server(app, {'type': 'http.request'}, method='POST', headers=[(b'transfer-encoding', b'chunked')]).run()
    assert app.seen[0].body == b''


@pytest.mark.parametrize('declared', [(b'content-length', b'40000'), (b'transfer-encoding', b'chunked')])
async def test_a_streamed_body(declared):
    app = Microdot()
    data = b'line\n' + b'x' * 39994 + b'\n'

    @app.post('/')
    async def read(request):
        assert request.body == b''
        stream = request.stream
        return [(await stream.readline()).decode(), len(await stream.readexactly(10000)), len(await stream.readuntil(b'\n')),
                len(await stream.read())]

    pieces = [data[i:i + 7000] for i in range(0, len(data), 7000)]
    with changed(Request, max_content_length=50000):
        server = Server(ASGI(app), *[body(piece, True) for piece in pieces], body(b''), method='POST', headers=[declared])
        await server.run()
    assert server.body == b'["line\\n", 10000, 29995, 0]'


async def test_a_streamed_body_too_long():
    app = Microdot()

    @app.post('/')
    async def read(request):
        return str(len(await request.stream.read()))

    pieces = [body(b'x' * 1000, True) for _ in range(100)]
    with changed(Request, max_content_length=20000):
        sent = await Server(ASGI(app), *pieces, method='POST', headers=[(b'transfer-encoding', b'chunked')]).run()
    assert (sent[0]['status'], sent[1]['body']) == (413, b'Payload too large')


@pytest.mark.parametrize('length', [100, 20000])
async def test_leaving_before_the_body_has_come(length):
    app = Microdot()
    ended = []

    @app.before_request
    async def note(request):
        request.after_response(lambda request, response: ended.append(response))

    @app.post('/')
    async def read(request):
        try:
            await request.stream.read()
        except asyncio.CancelledError:
            ended.append('cancelled')
            raise

    server = Server(ASGI(app), body(b'x' * 10, True), method='POST', headers=[(b'content-length', b'%d' % length)])
    server.leave()
    with changed(Request, max_content_length=50000):
        sent = await server.run()
    assert (sent[0]['status'], sent[1]['body']) == (400, b'Bad request')  # granian tells so of a malformed body, too
    assert ended == ([] if length == 100 else ['cancelled', None])


# Responses.

async def test_a_response():
    app = microdot.asgi.Microdot()

    @app.get('/')
    async def index(request):
        response = Response('hällo', 201, {'X-Number': 7, 'Connection': 'close', 'Transfer-Encoding': 'chunked'})
        response.set_cookie('a', '1')
        response.set_cookie('b', '2')
        return response

    sent = await Server(app).run()
    assert sorted(sent[0].pop('headers')) == [
        (b'connection', b'close'), (b'content-length', b'6'), (b'content-type', b'text/plain; charset=UTF-8'),
        (b'set-cookie', b'a=1'), (b'set-cookie', b'b=2'), (b'x-number', b'7')]
    assert sent == [{'type': 'http.response.start', 'status': 201}, {'type': 'http.response.body', 'body': 'hällo'.encode()}]
    sent = await Server(app, http_version='2').run()
    assert not [name for name, _ in sent[0]['headers'] if name == b'connection']


async def test_plain_responses():
    app = application(microdot.asgi.Microdot)
    assert await Server(app).run() == [
        {'type': 'http.response.start', 'status': 200,
         'headers': [(b'content-length', b'5'), (b'content-type', b'text/plain; charset=UTF-8')]},
        {'type': 'http.response.body', 'body': b'hello'}]
    with changed(Response, default_content_type='text/html'):
        sent = await Server(app).run()
    assert (b'content-type', b'text/html; charset=UTF-8') in sent[0]['headers']


async def test_head():
    sent = await Server(application(microdot.asgi.Microdot), method='HEAD').run()
    assert (b'content-length', b'5') in sent[0]['headers']
    assert sent[1] == {'type': 'http.response.body', 'body': b''}


async def test_head_of_what_is_no_request():
    sent = await Server(application(microdot.asgi.Microdot), method='HEAD', raw_path=b'/\xff').run()
    assert (sent[0]['status'], sent[1:]) == (400, [{'type': 'http.response.body', 'body': b''}])


@pytest.mark.parametrize('status', [204, 304])
async def test_bare_responses(status):
    app = Microdot()
    app.get('/')(lambda request: ('body', status, {'Content-Type': 'text/html', 'X-A': 'b'}))
    sent = await Server(ASGI(app)).run()
    assert (sent[0]['status'], sent[0]['headers'], sent[1]['body']) == (status, [(b'x-a', b'b')], b'')


async def test_a_stream():
    source = Source('é', b'', b'two', bytearray(b'three'))
    sent = await Server(ASGI(streaming(source))).run()
    assert sent[0]['headers'] == [(b'content-type', b'text/plain; charset=UTF-8')]
    assert sent.pop() == {'type': 'http.response.body', 'body': b''}
    assert [message['body'] for message in sent[1:]] == ['é'.encode(), b'two', b'three']
    assert all(message['more_body'] and type(message['body']) is bytes for message in sent[1:])
    assert source.closed == 1


async def test_a_body_with_read_comes_in_pieces():
    pieces = ['re', b'sp', b'on', 'se', b'']

    class Body:
        async def read(self, n):
            return pieces.pop(0)

    sent = await Server(ASGI(streaming(Body()))).run()
    assert [message['body'] for message in sent[1:]] == [b're', b'sp', b'on', b'se', b'']


async def test_the_head_goes_ahead_of_a_piece_that_is_long_in_coming():
    source = Source(None)
    server = Server(ASGI(streaming(source)))
    task = asyncio.create_task(server.run())
    await server.has_sent(2)
    assert server.sent[0]['type'] == 'http.response.start'
    assert server.sent[1] == {'type': 'http.response.body', 'body': b'', 'more_body': True}
    server.leave()
    await task
    assert source.closed == 1


async def test_an_error_before_the_first_piece():
    source = Source(b'', ZeroDivisionError('of a stream'))
    app = streaming(source)
    with captured_log() as lines:
        sent = await Server(ASGI(app)).run()
    assert (sent[0]['status'], sent[1]['body'], source.closed, app.status) == (500, b'Internal server error', 1, 500)
    assert str(lines[0][1]) == 'of a stream'


@pytest.mark.parametrize(('last', 'headers'), [(ZeroDivisionError('of a stream'), {}), (b'two', {'Content-Length': '100'})])
async def test_an_error_after_the_first_piece_goes_to_the_server(last, headers):
    source = Source(b'one', last)
    app = streaming(source, **headers)
    server = Server(ASGI(app))
    with pytest.raises((ZeroDivisionError, ValueError)):
        await server.run()
    assert [message['type'] for message in server.sent[:2]] == ['http.response.start', 'http.response.body']
    assert all(message.get('more_body') for message in server.sent[1:])
    assert (source.closed, app.status) == (1, 200)


async def test_leaving_cancels_a_stream():
    source = Source(b'one', None)
    app = streaming(source)
    server = Server(ASGI(app))
    task = asyncio.create_task(server.run())
    await server.has_sent(2)
    server.leave()
    await task
    assert (source.closed, app.status, task.cancelling() if hasattr(task, 'cancelling') else 0) == (1, 200, 0)


async def test_a_server_that_refuses_what_is_sent_cancels_a_stream():
    source = Source(*[b'piece'] * 1000)
    app = streaming(source)
    server = Server(ASGI(app))
    task = asyncio.create_task(server.run())
    await server.has_sent(3)
    server.broken = True
    await task
    assert (source.closed, app.status) == (1, 200)
    assert source.pieces


async def test_a_server_that_refuses_a_response_of_a_client_that_has_left():
    app = streaming(b'whole')
    server = Server(ASGI(app))
    server.broken = True
    assert await server.run() == []
    assert app.status == 200


async def test_a_server_that_cancels():
    source = Source(b'one', None)
    app = streaming(source)
    server = Server(ASGI(app))
    task = asyncio.create_task(server.run())
    await server.has_sent(2)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert (source.closed, app.status) == (1, 200)


async def test_nothing_is_left_after_a_request():
    before = asyncio.all_tasks()
    for app in application(microdot.asgi.Microdot), ASGI(streaming(Source(b'one', b'two'))):
        await Server(app).run()
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert asyncio.all_tasks() == before


async def test_a_handler_that_its_own_work_cancels():
    app = Microdot()

    @app.get('/')
    async def index(request):
        raise asyncio.CancelledError

    with captured_log():
        sent = await Server(ASGI(app)).run()
    assert sent[0]['status'] == 500


@pytest.mark.parametrize('threaded', [False, True])
async def test_whether_the_client_has_left(threaded):
    app = Microdot()
    looks = []
    go = asyncio.Event()
    loop = asyncio.get_running_loop()

    def look(request):
        looks.append(request.is_disconnected)
        while not request.is_disconnected:
            loop.call_soon_threadsafe(go.set)
        looks.append(True)
        return 'late'

    async def look_on(request):
        looks.append(request.is_disconnected)
        while not request.is_disconnected:
            go.set()
            await asyncio.sleep(0)
        looks.append(True)
        return 'late'

    app.get('/')(look if threaded else look_on)
    server = Server(ASGI(app))
    task = asyncio.create_task(server.run())
    await go.wait()
    server.leave()
    await task
    assert looks == [False, True]


async def test_files_are_sent_by_their_path_where_that_is_offered(tmp_path):
    path = tmp_path / 'file.txt'
    path.write_bytes(b'x' * 100_000)
    app = Microdot()
    app.get('/')(lambda request: Response.send_file(str(path)))
    app.get('/stream')(lambda request: Response.send_file('x.txt', stream=io.BytesIO(b'y' * 10)))
    offered = {'extensions': {'http.response.pathsend': {}}}
    sent = await Server(ASGI(app), **offered).run()
    assert (b'content-length', b'100000') in sent[0]['headers']
    assert sent[1:] == [{'type': 'http.response.pathsend', 'path': str(path)}]
    for scope in {}, {**offered, 'headers': [(b'range', b'bytes=1-')]}:
        server = Server(ASGI(app), **scope)
        await server.run()
        assert len(server.body) == 100_000 - bool('headers' in scope)
    server = Server(ASGI(app), raw_path=b'/stream', **offered)
    await server.run()
    assert server.body == b'y' * 10


async def test_a_file_that_refuses_a_websocket(tmp_path):
    path = tmp_path / 'file.txt'
    app = Microdot()
    app.errorhandler(404)(lambda request: Response.send_file(str(path), status_code=404))
    for size, status, data in (50_000, 404, b'x' * 50_000), (100_000, 500, b'Internal server error'):
        path.write_bytes(b'x' * size)
        with captured_log():
            sent = await websocket(
                ASGI(app), CONNECT, extensions={'http.response.pathsend': {}, 'websocket.http.response': {}}).run()
        assert (sent[0]['status'], sent[1:]) == (status, [{'type': 'websocket.http.response.body', 'body': data}])


# The life of the server.

async def live(app, *kinds):
    return await Server(app, *[{'type': f'lifespan.{kind}'} for kind in kinds], type='lifespan').run()


async def test_life():
    said = []

    async def startup(scope):
        said.append(('startup', scope['type']))

    app = microdot.asgi.Microdot(startup, lambda scope: said.append(('shutdown', scope['type'])))
    assert app.lifespan_startup is startup
    app.on_startup(lambda: said.append('one'))
    app.on_shutdown(lambda: said.append('two'))
    assert await live(app, 'startup', 'shutdown') == [{'type': 'lifespan.startup.complete'}, {'type': 'lifespan.shutdown.complete'}]
    assert said == [('startup', 'lifespan'), 'one', 'two', ('shutdown', 'lifespan')]


async def test_a_start_that_fails():
    app = microdot.asgi.Microdot()

    @app.on_startup
    async def fail():
        raise ValueError('no')

    with captured_log():
        sent = await live(app, 'startup', 'shutdown')
    assert sent == [{'type': 'lifespan.startup.failed', 'message': "ValueError('no')"}, {'type': 'lifespan.shutdown.complete'}]
    bad = Microdot()
    bad.get('/<nothing:x>')(fail)
    with captured_log():
        assert (await live(ASGI(bad), 'startup', 'shutdown'))[0]['type'] == 'lifespan.startup.failed'


async def test_other_scopes_are_ignored():
    assert await Server(application(microdot.asgi.Microdot), type='other').run() == []


def test_shutdown(monkeypatch):
    killed = []
    monkeypatch.setattr('microdot.asgi.os.kill', lambda *arguments: killed.append(arguments))
    microdot.asgi.Microdot().shutdown()
    assert killed == [(os.getpgrp(), signal.SIGTERM)]


@pytest.mark.parametrize(('raw', 'changes', 'path'), [
    (b'/sent', {'path': '/wr\u00e4pped'}, '/wr%C3%A4pped'), (b'/sent', {'path': '/a b', 'raw_path': b'/a%20b'}, '/a%20b'),
    (b'/sent', {'path': '/wrapped', 'raw_path': None}, '/wrapped'), (b'/a%2Fb', {'path': '/a/c'}, '/a/c'),
    (b'/a%2Fb', {}, '/a%2Fb'), (b'/api/sent', {'path': '/api/changed', 'root_path': '/api'}, '/changed'),
])
async def test_what_wraps_the_application(raw, changes, path):
    app = application(microdot.asgi.Microdot)
    asgi_app = app.asgi_app

    async def middleware(scope, receive, send):
        await asgi_app({**scope, **changes}, receive, send)

    app.asgi_app = middleware
    await Server(app, raw_path=raw).run()
    assert app.seen[0].path == path


# WebSockets.

CONNECT = {'type': 'websocket.connect'}


def gone(code=1001, reason='away'):
    return {'type': 'websocket.disconnect', 'code': code, 'reason': reason}


def message(data):
    return {'type': 'websocket.receive', 'text' if isinstance(data, str) else 'bytes': data}


def websocket(app, *messages, path=b'/', **scope):
    scope = {'type': 'websocket', 'scheme': 'ws', 'method': None, 'raw_path': path, **scope}
    return Server(app, *messages, **scope)


def test_the_names():
    assert microdot.asgi.with_websocket is microdot.websocket.with_websocket
    assert microdot.asgi.websocket_upgrade is microdot.websocket.websocket_upgrade


async def test_an_echo():
    app = websockets(microdot.asgi.Microdot)
    server = websocket(
        app, CONNECT, message('text'), {**message(b'bytes'), 'text': None}, {**message('t'), 'bytes': None}, message(''))
    task = asyncio.create_task(server.run())
    await server.has_sent(5)
    server.messages.put_nowait(gone(4000, 'enough'))
    sent = await task
    assert sent[0] == {'type': 'websocket.accept', 'subprotocol': None, 'headers': []}
    said = {'text': 'text'}, {'bytes': b'bytes'}, {'text': 't'}, {'text': ''}
    assert sent[1:] == [{'type': 'websocket.send', **data} for data in said]
    assert app.done == [(4000, 'enough')]
    assert app.ws.request.scheme == 'http'


async def test_the_handshake():
    app = websockets(microdot.asgi.Microdot, subprotocols=['v2', 'v1'], origins=['http://garden'])

    @app.after_request
    async def add(request, response):
        response.set_cookie('a', '1')
        response.set_cookie('b', '2')
        response.headers['X-A'] = 'b'

    headers = [(b'sec-websocket-protocol', b'v0, v1'), (b'origin', b'http://garden')]
    sent = await websocket(app, CONNECT, gone(), headers=headers).run()
    assert sent[0]['subprotocol'] == 'v1'
    assert sorted(sent[0]['headers']) == [(b'set-cookie', b'a=1'), (b'set-cookie', b'b=2'), (b'x-a', b'b')]


@pytest.mark.parametrize(('path', 'status'), [(b'/missing', 404), (b'/', 403)])
async def test_a_handshake_is_refused(path, status):
    app = websockets(microdot.asgi.Microdot, origins=['http://garden'])
    assert await websocket(app, CONNECT, path=path).run() == [{'type': 'websocket.close', 'code': 1000, 'reason': ''}]
    sent = await websocket(app, CONNECT, path=path, extensions={'websocket.http.response': {}}).run()
    assert [message['type'] for message in sent] == ['websocket.http.response.start', 'websocket.http.response.body']
    assert sent[0]['status'] == status


async def test_a_refusal_that_is_streamed():
    app = Microdot()
    source = Source(b'not ', b'here')
    app.errorhandler(404)(lambda request: (source, 404))
    server = websocket(ASGI(app), CONNECT, extensions={'websocket.http.response': {}})
    sent = await server.run()
    assert sent[0]['status'] == 404
    assert sent[1:] == [{'type': 'websocket.http.response.body', 'body': b'not here'}]  # granian takes one alone
    assert source.closed == 1
    source = Source(*[b'more'] * 100_000)
    server = websocket(ASGI(app), CONNECT, extensions={'websocket.http.response': {}})
    with captured_log() as lines:
        sent = await server.run()
    assert (sent[0]['status'], sent[1]['body'], source.closed) == (500, b'Internal server error', 1)
    assert str(lines[0][1]) == 'the refusal of a WebSocket is longer than 65536 bytes'
    source = Source(b'not ', None)
    server = websocket(ASGI(app), CONNECT, gone(), extensions={'websocket.http.response': {}})
    assert await server.run() == []
    assert source.closed == 1


async def test_to_ask_whether_the_client_has_left_takes_no_messages():
    app = microdot.asgi.Microdot()
    looks = []

    @app.before_request
    async def look(request):
        looks.append(request.is_disconnected)
        await asyncio.sleep(0)

    @app.get('/')
    @microdot.asgi.with_websocket
    async def echo(request, ws):
        async for data in ws:
            looks.append(request.is_disconnected)
            await asyncio.sleep(0)
            await ws.send(data)
        looks.append(request.is_disconnected)

    server = websocket(app, CONNECT, message('one'))
    task = asyncio.create_task(server.run())
    for count, text in (2, 'two'), (3, 'three'):
        await asyncio.wait_for(server.has_sent(count), 5)
        server.messages.put_nowait(message(text))
    await asyncio.wait_for(server.has_sent(4), 5)
    server.messages.put_nowait(gone())
    await asyncio.wait_for(task, 5)
    assert [sent.get('text') for sent in server.sent] == [None, 'one', 'two', 'three']
    assert looks == [False, False, False, False, True]


async def test_a_request_that_is_no_handshake():
    sent = await Server(websockets(microdot.asgi.Microdot)).run()
    assert (sent[0]['status'], sent[1]['body']) == (400, b'Not a WebSocket handshake')


async def test_a_handler_that_closes():
    sent = await closing(b'/close')
    assert sent[1:] == [{'type': 'websocket.close', 'code': 4001, 'reason': 'why'}]


async def closing(path, *messages):
    """Return what is sent; the client answers a close."""
    server = websocket(websockets(microdot.asgi.Microdot), CONNECT, *messages, path=path)
    send = server.send

    async def answering(message):
        await send(message)
        if message['type'] == 'websocket.close':
            server.messages.put_nowait(gone(message['code']))

    server.send = answering
    return await server.run()


async def test_a_handler_that_fails():
    with captured_log() as lines:
        sent = await closing(b'/fail')
    assert sent[1:] == [{'type': 'websocket.close', 'code': 1011, 'reason': ''}]
    assert str(lines[0][1]) == 'of a WebSocket'


@pytest.mark.parametrize('data', ['m' * 16385, 'ü' * 8193, b'm' * 16385])
async def test_a_message_that_is_too_long(data):
    sent = await closing(b'/', message(data))
    assert (sent[-1]['type'], sent[-1]['code']) == ('websocket.close', 1009)
    assert len(sent) == 2


@pytest.mark.parametrize(('path', 'said'), [(b'/wait', 'cancelled 1001'), (b'/receive', 'error')])
async def test_the_handler_is_told_that_the_client_has_left(path, said):
    app = websockets(microdot.asgi.Microdot)
    await websocket(app, CONNECT, gone(), path=path).run()
    assert app.done == [said]


async def test_a_client_that_is_gone_is_noticed_as_somebody_sends():
    app = websockets(microdot.asgi.Microdot)
    server = websocket(app, CONNECT)
    task = asyncio.create_task(server.run())
    await server.has_sent(1)
    server.broken = True
    server.messages.put_nowait(message('lost'))
    await asyncio.wait_for(task, 5)
    assert len(server.sent) == 1


async def test_a_busy_handler_holds_messages_back():
    app = microdot.asgi.Microdot()
    go = asyncio.Event()
    total = []

    @app.get('/')
    @microdot.asgi.with_websocket
    async def busy(request, ws):
        await go.wait()
        total.extend([data async for data in ws])

    server = websocket(app, CONNECT, *[message(f'{i:0100}') for i in range(1000)], gone())
    task = asyncio.create_task(server.run())
    await server.has_sent(1)
    for _ in range(100):
        await asyncio.sleep(0)
    assert server.messages.qsize() > 500
    go.set()
    await task
    assert total == [f'{i:0100}' for i in range(1000)]


@pytest.mark.parametrize('iterating', [False, True])
async def test_a_handler_that_takes_no_messages_for_long_is_cancelled(iterating, monkeypatch):
    monkeypatch.setattr(microdot.gateway.websocket, '_TICK', 0.01)
    monkeypatch.setattr(microdot.websocket.WebSocket, 'leave_timeout', 0.01)
    app = microdot.asgi.Microdot()
    done = []

    @app.get('/')
    @microdot.asgi.with_websocket(ping_interval=0.02, ping_timeout=0.02)
    async def deaf(request, ws):
        try:
            if iterating:
                async for _ in ws:
                    await asyncio.Event().wait()
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            done.append(ws.close_code)
            raise

    server = websocket(app, CONNECT, *[message(f'{i:01000}') for i in range(1000)], gone())
    await asyncio.wait_for(server.run(), 5)
    assert server.messages.qsize() > 500
    assert done == [1006]
    assert server.sent[-1] == {'type': 'websocket.close', 'code': 1011, 'reason': 'a ping was not answered'}


async def test_a_slow_handler_keeps_its_client(monkeypatch):
    monkeypatch.setattr(microdot.gateway.websocket, '_TICK', 0.01)
    app = microdot.asgi.Microdot()
    total = []

    @app.get('/')
    @microdot.asgi.with_websocket(ping_interval=0.05, ping_timeout=0.2)
    async def slow(request, ws):
        async for data in ws:
            total.append(data)
            await asyncio.sleep(0.01)

    server = websocket(app, CONNECT, *[message(f'{i:04000}') for i in range(60)], gone())
    await asyncio.wait_for(server.run(), 10)
    assert total == [f'{i:04000}' for i in range(60)]
