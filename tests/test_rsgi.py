# The RSGI adapter by scopes and protocols made by hand, as granian has them.

import asyncio
from types import SimpleNamespace

import pytest
from tests.gateways import Source, application, streaming, websockets
from tools import captured_log, changed

import microdot.rsgi
from microdot import Microdot, Request, Response
from microdot.rsgi import RSGI


class Headers:
    """Those of a request: names in lower case, with several values."""

    def __init__(self, fields):
        self.fields = fields

    def __contains__(self, name):
        return any(key == name for key, _ in self.fields)

    def get(self, name, default=None):
        return next((value for key, value in self.fields if key == name), default)

    def get_all(self, name):
        return [value for key, value in self.fields if key == name]

    def items(self):
        return self.fields


class Closed(RuntimeError):
    """The protocol's RSGIProtocolClosed."""


class Protocol:
    """The server's side of a request or a WebSocket."""

    def __init__(self, pieces=(), messages=()):
        self.pieces = list(pieces)
        self.messages = list(messages)
        self.sent = []
        self.left = asyncio.Event()

    # HTTP.

    async def __call__(self):
        data = b''
        for piece in self.pieces:
            if piece is None:
                raise Closed
            data += piece
        return data

    def __aiter__(self):
        return self

    async def __anext__(self):
        piece = self.pieces.pop(0) if self.pieces else None
        if piece is None:
            raise StopAsyncIteration
        return piece

    async def client_disconnect(self):
        await self.left.wait()

    def response_empty(self, status, headers):
        self.sent += [status, headers, None]

    def response_bytes(self, status, headers, body):
        self.sent += [status, headers, body]

    def response_file(self, status, headers, file):
        self.sent += [status, headers, file]

    def response_stream(self, status, headers):
        self.sent += [status, headers]
        return self

    async def send_bytes(self, data):
        if self.left.is_set():
            raise Closed
        assert type(data) is bytes
        self.sent.append(data)

    # WebSockets.

    async def accept(self):
        self.sent.append('accepted')
        return self

    def close(self, status):
        self.sent.append(('close', status))

    async def receive(self):
        if not self.messages:
            await self.left.wait()
            raise Closed
        message = self.messages.pop(0)
        if message is None:
            return SimpleNamespace(kind=0)
        return SimpleNamespace(kind=2 if isinstance(message, str) else 1, data=message)

    async def send_str(self, data):
        self.sent.append(data)


async def run(app, *pieces, fields=(), messages=(), protocol=None, **scope):
    """Return what the application sends."""
    protocol = protocol or Protocol(pieces, messages)
    await RSGI(app).__rsgi__(SimpleNamespace(**{
        'proto': 'http', 'http_version': '1.1', 'rsgi_version': '1.6', 'server': '127.0.0.1:80', 'client': '192.0.2.1:1234',
        'scheme': 'http', 'method': 'GET', 'path': '/', 'query_string': '', 'authority': None, 'headers': Headers(list(fields)),
        **scope}), protocol)
    return protocol.sent


async def seen(*pieces, **scope):
    app = application()
    sent = await run(app, *pieces, **scope)
    assert sent[0] == 200, sent
    return app.seen[0]


async def test_a_request():
    request = await seen(
        path='/a b/c', query_string='x=1', method='POST', scheme='https',
        fields=[('host', 'a'), ('cookie', 'a=1'), ('cookie', 'b=2'), ('content-type', 'text/plain')])
    assert (request.method, request.url, request.scheme, request.http_version) == ('POST', '/a%20b/c?x=1', 'https', '1.1')
    assert request.client_addr == ('192.0.2.1', 1234)
    assert request.headers == {'Host': 'a', 'Cookie': 'a=1; b=2', 'Content-Type': 'text/plain'}
    assert (request.cookies, request.content_type) == ({'a': '1', 'b': '2'}, 'text/plain')
    assert request.rsgi_scope.proto == 'http'


@pytest.mark.parametrize(('client', 'address'), [('[2001:db8::1]:80', ('2001:db8::1', 80)), ('', ('', 0))])
async def test_clients(client, address):
    assert (await seen(client=client)).client_addr == address


async def test_it_has_what_every_request_has():
    request = await seen()
    for name, value in vars(Request(None, None, 'GET', '/', '1.1', {})).items():
        assert type(getattr(request, name)) is type(value) or name in ('app', 'client_addr', 'sock', 'route'), name


async def test_the_authority_of_http_2_is_the_host():
    assert (await seen(http_version='2', authority='a:80')).headers == {'Host': 'a:80'}


@pytest.mark.parametrize(('status', 'fields'), [
    (400, [('content-length', '+1')]), (400, [('content-length', '1'), ('transfer-encoding', 'chunked')]),
    (501, [('transfer-encoding', 'gzip, chunked')]),
])
async def test_a_malformed_framing(status, fields):
    assert (await run(application(), fields=fields))[0] == status


async def test_a_query_that_is_not_ascii():
    assert (await run(application(), query_string='\u00fc'))[0] == 400


async def test_head_of_what_is_no_request():
    assert (await run(application(), method='HEAD', fields=[('content-length', '+1')]))[::2] == [400, None]


@pytest.mark.parametrize('path', ['*', '', 'relative'])
async def test_a_target_that_is_no_path(path):
    assert (await run(application(), path=path))[0] == 400


# Bodies.

@pytest.mark.parametrize(('version', 'fields'), [
    ('1.1', [('content-length', '4')]), ('1.1', [('transfer-encoding', 'chunked')]), ('2', []),
])
async def test_a_body(version, fields):
    request = await seen(b'ab', b'', b'cd', method='POST', http_version=version, fields=fields)
    assert (request.body, request.content_length) == (b'abcd', 4)


@pytest.mark.parametrize('field', [('content-length', '40000'), ('transfer-encoding', 'chunked')])
async def test_a_streamed_body(field):
    app = Microdot()

    @app.post('/')
    async def read(request):
        return [len(await request.stream.readexactly(30000)), len(await request.stream.read())]

    with changed(Request, max_content_length=40000):
        assert (await run(app, *[b'x' * 5000] * 8, method='POST', fields=[field]))[2] == b'[30000, 10000]'
        too_long = await run(app, *[b'x' * 5000] * 9, method='POST', fields=[('transfer-encoding', 'chunked')])
    assert too_long[::2] == [413, b'Payload too large']


@pytest.mark.parametrize('length', [100, 40000])
async def test_leaving_before_the_body_has_come(length):
    app = Microdot()
    ended = []

    @app.post('/')
    async def read(request):
        request.after_response(lambda request, response: ended.append(response))
        await request.stream.read()

    with changed(Request, max_content_length=40000):
        answer = await run(app, b'x' * 20, None, method='POST', fields=[('content-length', str(length))])
    assert answer[::2] == [400, b'Bad request']  # granian tells so of a malformed body, too
    assert ended == ([] if length == 100 else [None])


# Responses.

async def test_responses():
    app = Microdot()

    @app.get('/')
    async def index(request):
        response = Response('body', 201, {'X-Number': 7, 'Connection': 'close'})
        response.set_cookie('a', '1')
        response.set_cookie('b', '2')
        return response

    assert await run(app) == [201, [
        ('x-number', '7'), ('set-cookie', 'a=1'), ('set-cookie', 'b=2'), ('content-length', '4'),
        ('content-type', 'text/plain; charset=UTF-8'), ('connection', 'close')], b'body']
    plain = [('content-type', 'text/plain; charset=UTF-8')]
    assert await run(application()) == [200, plain, b'hello']
    assert await run(application(), method='HEAD') == [200, [('content-length', '5'), *plain], None]
    app.get('/bare')(lambda request: ('body', 204))
    assert await run(app, path='/bare') == [204, [], None]


async def test_a_stream():
    source = Source('é', b'', bytearray(b'two'))
    assert (await run(streaming(source)))[2:] == ['é'.encode(), b'two']
    assert source.closed == 1


async def test_errors_of_streams():
    source = Source(ZeroDivisionError())
    app = streaming(source)
    with captured_log():
        assert (await run(app))[::2] == [500, b'Internal server error']
    assert (source.closed, app.status) == (1, 500)
    source = Source(b'one', ZeroDivisionError())
    with pytest.raises(ZeroDivisionError):
        await run(streaming(source))
    assert source.closed == 1


@pytest.mark.parametrize('pieces', [[b'one', None], [None], [b'one'] * 1000])
async def test_leaving_cancels_a_stream(pieces):
    source = Source(*pieces)
    app = streaming(source)
    protocol = Protocol()
    task = asyncio.create_task(run(app, protocol=protocol))
    while len(protocol.sent) < 2:
        await asyncio.sleep(0)
    protocol.left.set()
    await task
    assert (source.closed, app.status) == (1, 200)


async def test_a_file(tmp_path):
    path = tmp_path / 'file.txt'
    path.write_bytes(b'x' * 100_000)
    app = Microdot()
    app.get('/')(lambda request: Response.send_file(str(path)))
    sent = await run(app)
    assert (sent[0], sent[2], ('content-length', '100000') in sent[1]) == (200, str(path), True)
    part = await run(app, fields=[('range', 'bytes=1-')])
    assert (part[0], b''.join(part[2:])) == (206, b'x' * 99_999)


# The life of the server.

def test_life():
    said = []
    app = microdot.rsgi.Microdot()

    @app.on_startup
    async def start():
        said.append('start')

    app.on_shutdown(lambda: said.append('stop'))
    loop = asyncio.new_event_loop()
    app.__rsgi_init__(loop)
    app.__rsgi_del__(loop)
    loop.close()
    assert said == ['start', 'stop']


# WebSockets.

async def test_an_echo():
    app = websockets(subprotocols=['v1'])
    protocol = Protocol(messages=['text', b'bytes'])
    task = asyncio.create_task(run(app, proto='ws', fields=[('sec-websocket-protocol', 'v1')], protocol=protocol))
    while len(protocol.sent) < 3:
        await asyncio.sleep(0)
    protocol.left.set()
    assert await task == ['accepted', 'text', b'bytes']
    assert (app.done, app.ws.subprotocol) == ([(1006, '')], None)


@pytest.mark.parametrize('messages', [[None], []])
async def test_the_handler_is_told_that_the_client_has_left(messages):
    app = websockets()
    protocol = Protocol(messages=messages)
    protocol.left.set()
    await run(app, proto='ws', path='/wait', protocol=protocol)
    assert app.done == ['cancelled 1005' if messages else 'cancelled 1006']


async def test_to_ask_whether_the_client_has_left_takes_no_messages():
    app = Microdot()
    looks = []
    app.before_request(lambda request: looks.append(request.is_disconnected))

    @app.get('/')
    @microdot.rsgi.with_websocket
    async def echo(request, ws):
        async for data in ws:
            looks.append(request.is_disconnected)
            await asyncio.sleep(0)
            await ws.send(data)
        looks.append(request.is_disconnected)

    protocol = Protocol(messages=['one'])
    protocol.client_disconnect = None  # of requests alone
    task = asyncio.create_task(run(app, proto='ws', protocol=protocol))
    while len(protocol.sent) < 2:
        await asyncio.sleep(0)
    protocol.left.set()
    assert await task == ['accepted', 'one']
    assert looks == [False, False, True]


async def test_closing():
    assert await run(websockets(), proto='ws', path='/close') == ['accepted', ('close', None)]
    assert await run(websockets(), proto='ws', path='/missing') == [('close', 404)]
    assert (await run(websockets()))[::2] == [400, b'Not a WebSocket handshake']


async def test_headers_of_a_handshake_are_named_in_the_log():
    app = websockets()

    @app.after_request
    async def add(request, response):
        response.headers['X-A'] = 'b'

    with captured_log() as lines:
        await run(app, proto='ws', path='/close')
    assert 'X-A' in lines[0][0]
