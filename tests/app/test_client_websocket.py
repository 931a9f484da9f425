# The test client's WebSockets: as a connection, and as a generator that speaks.

import asyncio
import sys

from tools import changed, raises_async

from microdot import HTTPException, Microdot
from microdot.test_client import TestClient
from microdot.websocket import WebSocket, WebSocketError, with_websocket

app = Microdot()
seen = []


@app.route('/echo')
@with_websocket
async def echo(request, ws):
    while True:
        await ws.send(await ws.receive())


@app.route('/greet')
@with_websocket
async def greet(request, ws):
    await ws.send('one')
    await ws.send('two')
    name = await ws.receive()
    await ws.send('hello ' + name)
    await ws.send('bye ' + name)


@app.route('/collect')
@with_websocket
async def collect(request, ws):
    first, second = await ws.receive(), await ws.receive()
    await ws.send([first, second] and '%s and %s' % (first, second))
    await ws.close(4000, 'enough')


@app.route('/watch')
@with_websocket
async def watch(request, ws):
    seen.append('started')
    try:
        while True:
            seen.append(await ws.receive())
    except BaseException as exc:
        seen.append('left' if isinstance(exc, (WebSocketError, asyncio.CancelledError)) else repr(exc))
        raise


@app.route('/fail')
@with_websocket
async def fail(request, ws):
    await ws.receive()
    raise KeyError('on purpose')


@app.get('/plain')
async def plain(request):
    return 'plain'


# As a connection

async def test_messages_in_and_out():
    async with TestClient(app).websocket_connect('/echo') as ws:
        for message in ('text', 'caf\xe9', '', b'bytes', b'', b'\xff', 'x' * 200, b'y' * 16000):
            await ws.send(message)
            assert await ws.receive() == message
        assert ws.headers['upgrade'] == 'websocket'
        assert ws.headers['Sec-WebSocket-Accept'] == 's3pPLMBiTxaQ9kYGzzhZRbK+xOo='
        assert ws.subprotocol is None
        assert ws.close_code is None


async def test_messages_that_nobody_asked_for():
    async with TestClient(app).websocket_connect('/greet') as ws:
        assert await ws.receive() == 'one'
        assert await ws.receive() == 'two'
        await ws.send('Zo\xeb')
        assert await ws.receive() == 'hello Zo\xeb'
        assert await ws.receive() == 'bye Zo\xeb'
        await raises_async(WebSocketError, ws.receive())
        assert ws.close_code == 1000
        await raises_async(WebSocketError, ws.send('late'))


async def test_iterating():
    messages = []
    async with TestClient(app).websocket_connect('/greet') as ws:
        await ws.send('a')
        async for message in ws:
            messages.append(message)
    assert messages == ['one', 'two', 'hello a', 'bye a']


async def test_the_code_of_the_application():
    async with TestClient(app).websocket_connect('/collect') as ws:
        await ws.send('a')
        await ws.send('b')
        assert await ws.receive() == 'a and b'
        await raises_async(WebSocketError, ws.receive())
        assert (ws.close_code, ws.close_reason) == (4000, 'enough')


async def test_leaving_ends_the_handler():
    seen.clear()
    async with TestClient(app).websocket_connect('/watch') as ws:
        await ws.send('x')
    assert seen == ['started', 'x', 'left']
    seen.clear()

    async def fail():
        async with TestClient(app).websocket_connect('/watch'):
            raise KeyError
    await raises_async(KeyError, fail())
    assert seen == ['started', 'left']


async def test_closing():
    codes = []
    app = Microdot()

    @app.route('/')
    @with_websocket
    async def index(request, ws):
        async for _ in ws:
            pass
        codes.append((ws.close_code, ws.close_reason))
    async with TestClient(app).websocket_connect('/') as ws:
        await ws.close(4001, 'tired')
        await ws.close(4002)
        await raises_async(WebSocketError, ws.send('late'))
        await raises_async(WebSocketError, ws.receive())
    assert codes == [(4001, 'tired')]


async def test_refusals():
    async def connect(path, **options):
        async with TestClient(app).websocket_connect(path, **options):
            raise AssertionError('connected')
    for path, options, status in (
        ('/nothing', {}, 404), ('/plain', {}, 200), ('/echo', {'headers': {'Sec-WebSocket-Version': '12'}}, 426),
        ('/echo', {'headers': {'Upgrade': 'h2c'}}, 400),
    ):
        assert (await raises_async(HTTPException, connect(path, **options))).status_code == status, path


async def test_subprotocols_headers_and_cookies():
    app = Microdot()

    @app.route('/')
    @with_websocket(subprotocols=['b', 'c'])
    async def index(request, ws):
        await ws.send('%s %s' % (request.headers['X-Test'], request.cookies))

    @app.after_request
    async def after(request, response):
        response.set_cookie('seen', 'yes')
    client = TestClient(app, {'a': 'jar'})
    async with client.websocket_connect('/', {'X-Test': 'yes'}, ['a', 'b']) as ws:
        assert ws.subprotocol == 'b'
        assert await ws.receive() == "yes {'a': 'jar'}"
    assert client.cookies == {'a': 'jar', 'seen': 'yes'}


async def test_an_application_that_does_not_end_by_itself():
    app = Microdot()
    seen = []

    @app.route('/')
    @with_websocket
    async def index(request, ws):
        async for _ in ws:
            try:
                await asyncio.sleep(100)
            finally:
                seen.append('ended')
    with changed(WebSocket, leave_timeout=0.01):
        async with TestClient(app).websocket_connect('/') as ws:
            await ws.send('x')
    assert seen == ['ended']


async def test_leaving_an_application_that_takes_no_more_messages():
    app = Microdot()
    seen = []

    @app.route('/')
    @with_websocket
    async def index(request, ws):
        try:
            await asyncio.sleep(100)
        finally:
            seen.append(ws.close_code)
    with changed(WebSocket, leave_timeout=0.01):
        async with TestClient(app).websocket_connect('/') as ws:
            for _ in range(100 if sys.implementation.name == 'cpython' else 20):
                await ws.send('x' * 1000)
    assert seen == [1006]


# As a generator

if sys.implementation.name == 'cpython':
    # MicroPython would read these as ordinary generators, and CPython cannot read them as coroutines.
    namespace = {}
    exec('''
async def talk(log, messages):
    for message in messages:
        log.append((yield message))
''', namespace)
    talk = namespace['talk']
else:
    def talk(log, messages):
        for message in messages:
            log.append((yield message))


async def told(path, *messages):
    log = []
    response = await TestClient(app).websocket(path, lambda: talk(log, messages))
    assert response.status_code is response.body is None
    return log


async def test_a_generator_gets_the_answers():
    assert await told('/echo', 'a', b'b', '', 'caf\xe9') == ['a', b'b', '', 'caf\xe9']


async def test_a_generator_gets_what_is_sent_before_the_first_receive():
    assert await told('/greet', 'a', 'b', 'c', 'd') == ['one', 'two', 'hello a', 'bye a']


async def test_a_generator_sends_several_messages_in_a_row():
    assert await told('/collect', 'a', 'b') == [None, 'a and b']


async def test_the_end_of_a_generator_is_a_broken_pipe():
    seen.clear()
    assert await told('/watch', 'a', 'b') == [None, None]
    assert seen == ['started', 'a', 'b', 'left']
    seen.clear()
    assert await told('/watch') == []
    assert seen == ['started', 'left']


async def test_a_generator_that_only_listens():
    assert await told('/greet', None, None, 'x', None, None) == ['one', 'two', 'hello x', 'bye x']


async def test_a_generator_is_refused():
    response = await TestClient(app).websocket('/nothing', lambda: talk([], []))
    assert (response.status_code, response.text) == (404, 'Not found')


async def test_a_generator_that_fails():
    log = []

    def failing():
        return talk(log, iter_failing())

    def iter_failing():
        yield 'a'
        raise ZeroDivisionError
    seen.clear()
    await raises_async(ZeroDivisionError, TestClient(app).websocket('/watch', failing))
    assert seen == ['started', 'a', 'left']


async def test_a_slow_handler():
    app = Microdot()

    @app.route('/')
    @with_websocket
    async def index(request, ws):
        while True:
            message = await ws.receive()
            await asyncio.sleep(0.02)
            await ws.send(message + '!')
    log = []
    await TestClient(app).websocket('/', lambda: talk(log, ['a', 'b', 'c']))
    assert log == ['a!', 'b!', 'c!']
