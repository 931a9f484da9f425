# WebSockets as handlers speak them, over a pair of streams in memory: what a client sees, and what the handler does.

import asyncio

from tools import ErrorGroup, captured_log, changed, only, raises, raises_async

from microdot import AsyncBytesIO, Microdot, Request, Response
from microdot.websocket import WebSocket, WebSocketError, websocket_upgrade, websocket_wrapper, with_websocket
from microdot.wire.closing import close_payload
from microdot.wire.frames import BINARY, CLOSE, CONT, PING, PONG, TEXT, FrameReader, frame

FIN = 0x80
KEY = b'\x01\x02\x03\x04'
HANDSHAKE = {
    'Host': 'localhost', 'Upgrade': 'websocket', 'Connection': 'Upgrade', 'Sec-WebSocket-Version': '13',
    'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
}


class Streams:
    """What the server has of a connection: reader and writer in one. `fails` has it fail as a broken one does."""

    fails = False
    full = None  # an event: nothing more is taken until it is set

    def __init__(self):
        self.incoming = []
        self.sent = b''
        self.news = asyncio.Event()   # for the server
        self.written = asyncio.Event()  # for the client

    async def read(self, n=-1):
        while not self.incoming:
            self.news.clear()
            await self.news.wait()
        data = self.incoming[0]
        if data is None:
            raise OSError(104)
        if not data:
            return b''
        self.incoming[0] = data[n:]
        if not self.incoming[0]:
            self.incoming.pop(0)
        return data[:n]

    def put(self, data):
        self.incoming.append(data)
        self.news.set()

    def write(self, data):
        self.sent += data
        self.written.set()

    async def drain(self):
        await asyncio.sleep(0)
        if self.full:
            await self.full.wait()
        if self.fails:
            raise OSError(32)


class Client:
    """A client whose handshake was answered, and the task of its request."""

    def __init__(self, app, headers=None, method='GET', path='/ws', version='1.1', websocket_class=None):
        self.streams = Streams()
        self.frames = FrameReader(0, False)
        self.head = None
        fields = dict(HANDSHAKE)
        fields.update(headers or {})
        lines = ['%s %s HTTP/%s' % (method, path, version)]
        lines += ['%s: %s' % (name, value) for name, value in fields.items() if value is not None]
        self.task = asyncio.create_task(self._ask(app, '\r\n'.join(lines + ['', '']).encode(), websocket_class))

    async def _ask(self, app, head, websocket_class):
        self.request = await Request.create(app, AsyncBytesIO(head), self.streams, ('127.0.0.1', 1234))
        self.request.sock = (self.streams, self.streams)
        if websocket_class:
            self.request.websocket_class = websocket_class
        return await app.dispatch_request(self.request)

    async def opened(self):
        """Read the head of the response to the handshake."""
        while b'\r\n\r\n' not in self.streams.sent:
            await self._more()
        head, _, self.streams.sent = self.streams.sent.partition(b'\r\n\r\n')
        self.head = head.decode().split('\r\n')
        assert self.head[0] == 'HTTP/1.1 101 Switching Protocols'
        return self

    async def _more(self):
        self.streams.written.clear()
        await asyncio.wait_for(self.streams.written.wait(), 5)

    async def receive(self):
        """Return the next frame of the server: its opcode and what it says."""
        while True:
            self.frames.feed(self.streams.sent)
            self.streams.sent = b''
            found = self.frames.next()
            if found:
                return found
            await self._more()

    def send(self, *messages):
        data = b''
        for message in messages:
            text = isinstance(message, str)
            data += frame(TEXT if text else BINARY, message.encode() if text else message, KEY)
        self.streams.put(data)

    def say(self, opcode, payload=b''):
        self.streams.put(frame(opcode, payload, KEY))

    def close(self, code=1000, reason=''):
        self.say(CLOSE, close_payload(code, reason))

    def leave(self):
        self.streams.put(b'')

    async def ended(self):
        """Wait until the request is done; nothing more was sent."""
        assert await asyncio.wait_for(self.task, 5) is Response.already_handled
        assert self.streams.sent == b''
        return True


def application(**options):
    """Return an application with an echo, and what its handler did."""
    app = Microdot()
    done = []

    @app.get('/ws')
    @with_websocket(**options)
    async def echo(request, ws):
        done.append(ws)
        async for message in ws:
            done.append(message)
            await ws.send(message)
        done.append('end')
    return app, done


def serving(handler, **options):
    """Return an application with this handler."""
    app = Microdot()
    app.get('/ws')(with_websocket(handler, **options))
    return app


async def settle():
    for _ in range(20):
        await asyncio.sleep(0)


# The examples of the documentation.

async def test_e050_an_echo():
    app = Microdot()

    @app.route('/ws')
    @with_websocket
    async def echo(request, ws):
        while True:
            message = await ws.receive()
            await ws.send(message)
    client = await Client(app).opened()
    for message in ('seed', b'\x00\xff', '', b'', 'm' * 300, b'm' * 10000, 'gr\u00fc\u00df'):
        client.send(message)
        assert await client.receive() == (TEXT if isinstance(message, str) else BINARY, message)
    client.close()
    assert await client.receive() == (CLOSE, (1000, ''))
    assert await client.ended()


async def test_e051_an_echo_until_a_word():
    app = Microdot()

    @app.route('/ws')
    @with_websocket
    async def echo(request, ws):
        while True:
            message = await ws.receive()
            if message == 'enough':
                await ws.send('see you')
                break
            await ws.send(message)
    client = await Client(app).opened()
    client.send('leaf', 'enough', 'unread')
    assert await client.receive() == (TEXT, 'leaf')
    assert await client.receive() == (TEXT, 'see you')
    assert await client.receive() == (CLOSE, (1000, ''))
    client.close()
    assert await client.ended()


async def test_e052_the_handler_notices_that_the_client_left():
    for leaves in (Client.leave, Client.close):
        app = Microdot()
        noticed = []

        @app.route('/ws')
        @with_websocket
        async def echo(request, ws):
            try:
                while True:
                    message = await ws.receive()
                    await ws.send(message)
            except asyncio.CancelledError:
                noticed.append(ws.closed)  # noqa: B023
        client = await Client(app).opened()
        client.send('leaf')
        assert await client.receive() == (TEXT, 'leaf')
        leaves(client)
        if leaves is Client.close:
            assert await client.receive() == (CLOSE, (1000, ''))
        assert await client.ended()
        assert noticed == [True]


# The handshake.

async def test_the_key_of_the_standard():
    app, _ = application()
    client = await Client(app, {'Connection': 'keep-alive, Upgrade', 'Upgrade': 'WebSocket'}).opened()
    assert sorted(client.head[1:]) == [
        'Connection: Upgrade', 'Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=', 'Upgrade: websocket']
    client.leave()
    await client.ended()


async def test_what_is_no_handshake_is_refused():
    app, done = application()
    app.post('/ws')(app.url_map[0][2])
    for status, headers, request in (
        (400, {'Upgrade': None}, {}),
        (400, {'Connection': None}, {}),
        (400, {'Sec-WebSocket-Key': None}, {}),
        (400, {'Upgrade': 'h2c'}, {}),
        (400, {'Connection': 'keep-alive'}, {}),
        (400, {'Connection': 'Upgraded'}, {}),
        (400, {'Sec-WebSocket-Key': 'x'}, {}),
        (400, {'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZTE='}, {}),
        (400, {'Sec-WebSocket-Key': '????????????????????????'}, {}),
        (400, {}, {'version': '1.0'}),
        (405, {}, {'method': 'POST'}),
        (405, {}, {'method': 'HEAD'}),
        (426, {'Sec-WebSocket-Version': '8'}, {}),
        (426, {'Sec-WebSocket-Version': None}, {}),
    ):
        client = Client(app, headers, **request)
        response = await client.task
        assert response.status_code == status, (response.status_code, headers, request)
        assert client.streams.sent == b''
        if status == 426:
            assert response.headers['Sec-WebSocket-Version'] == '13'
            assert response.headers['Upgrade'] == 'websocket'
        if status == 405:
            assert 'GET' in response.headers['Allow']
    assert done == []


async def test_origins():
    app, _ = application(origins=['https://garden.example'])
    for origin in ('https://other.example', None, 'https://garden.example.org', 'null'):
        response = await Client(app, {'Origin': origin}).task
        assert (response.status_code, response.body) == (403, b'Origin not allowed')
    client = await Client(app, {'Origin': 'https://garden.example'}).opened()
    client.leave()
    await client.ended()
    app, _ = application(origins=[None])
    client = await Client(app).opened()
    client.leave()
    await client.ended()
    assert (await Client(app, {'Origin': 'https://garden.example'}).task).status_code == 403


def test_a_text_is_no_list():
    for options in ({'origins': 'https://garden.example'}, {'subprotocols': 'chat'}):
        raises(TypeError, application, **options)


async def test_subprotocols():
    app, done = application(subprotocols=['v2', 'v1'])
    for offer, agreed in (('v1, v2', 'v2'), ('v1', 'v1'), ('v3,v1', 'v1'), ('v3', None), (None, None), ('V1', None)):
        done.clear()
        client = await Client(app, {'Sec-WebSocket-Protocol': offer}).opened()
        headers = [line for line in client.head if line.startswith('Sec-WebSocket-Protocol')]
        assert headers == (['Sec-WebSocket-Protocol: ' + agreed] if agreed else [])
        client.leave()
        await client.ended()
        assert done[0].subprotocol == agreed


async def test_headers_and_cookies_of_after_handlers_go_with_the_handshake():
    app, _ = application()
    seen = []

    @app.before_request
    async def before(request):
        @request.after_request
        async def last(request, response):
            seen.append('request')
            response.set_cookie('gardener', 'Rosa')

    @app.after_request
    async def after(request, response):
        seen.append(response.status_code)
        response.headers['X-Garden'] = 'open'
        response.headers['Content-Type'] = 'text/html'
        response.headers['connection'] = 'close'
    for _ in range(2):
        client = await Client(app).opened()
        assert sorted(client.head[1:]) == [
            'Connection: Upgrade', 'Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=', 'Set-Cookie: gardener=Rosa',
            'Upgrade: websocket', 'X-Garden: open']
        client.send('leaf')
        assert await client.receive() == (TEXT, 'leaf')
        client.leave()
        await client.ended()
    assert seen == [101, 'request'] * 2
    assert 'X-Garden' not in Response.already_handled.headers


async def test_an_after_handler_may_answer_by_another_response():
    app, _ = application()

    @app.after_request
    async def replace(request, response):
        return Response('other', 200, {'X-Garden': 'other'})
    client = await Client(app).opened()
    assert client.head[-1] == 'X-Garden: other'
    client.leave()
    await client.ended()


async def test_an_after_handler_that_fails_refuses_the_handshake():
    app, done = application()

    @app.after_request
    async def fail(request, response):
        if response.status_code == 101:
            raise ValueError
    with captured_log():
        client = Client(app)
        assert (await client.task).status_code == 500
    assert (client.streams.sent, done) == (b'', [])


async def test_a_before_handler_may_refuse():
    app, _ = application()

    @app.before_request
    async def refuse(request):
        return 'No entry', 401
    client = Client(app)
    assert (await client.task).status_code == 401
    assert client.streams.sent == b''


async def test_the_values_of_placeholders():
    app = Microdot()

    @app.get('/rooms/<int:room>')
    @with_websocket
    async def rooms(request, ws, room):
        await ws.send('room %d' % room)
    client = await Client(app, path='/rooms/7').opened()
    assert await client.receive() == (TEXT, 'room 7')
    assert await client.receive() == (CLOSE, (1000, ''))
    client.leave()
    await client.ended()


# Registration.

def test_a_function_is_refused_when_it_is_registered():
    for decorator in (with_websocket, with_websocket(origins=['a'])):
        assert 'async def' in str(raises(TypeError, decorator, _plain))
    raises(TypeError, websocket_wrapper, _plain, websocket_upgrade)


def _plain(request, ws):
    pass


def test_an_unknown_option_is_refused():
    raises(TypeError, with_websocket, subprotocol='v1')


# Messages.

async def test_fragments_and_control_frames_between():
    app, _ = application()
    client = await Client(app).opened()
    for opcode, payload in ((TEXT, b'fr'), (FIN | PING, b'p1'), (CONT, b'ag'), (FIN | PONG, b''), (FIN | CONT, b'ment')):
        client.streams.put(bytes((opcode,)) + frame(0, payload, KEY)[1:])
    assert await client.receive() == (PONG, b'p1')
    assert await client.receive() == (TEXT, 'fragment')
    client.leave()
    await client.ended()


async def test_frames_byte_by_byte():
    app, done = application()
    client = await Client(app).opened()
    for data, answer in (
        (frame(TEXT, 'gr\u00fcn'.encode(), KEY), (TEXT, 'gr\u00fcn')), (frame(PING, b'x', KEY), (PONG, b'x')),
        (frame(CLOSE, b'', KEY), (CLOSE, (1005, ''))),
    ):
        for i in range(len(data)):
            client.streams.put(data[i:i + 1])
        assert await client.receive() == answer
    assert await client.ended()
    assert (done[0].close_code, done[0].close_reason) == (1005, '')


async def test_frames_that_came_with_the_handshake():
    app, _ = application()
    client = Client(app)
    client.send('early', 'bird')
    await client.opened()
    assert await client.receive() == (TEXT, 'early')
    assert await client.receive() == (TEXT, 'bird')
    client.leave()
    await client.ended()


async def test_what_can_be_sent():
    sent = []

    async def handler(request, ws):
        await ws.send('text')
        await ws.send(b'bytes')
        await ws.send(bytearray(b'bytearray'))
        await ws.send(memoryview(b'memoryview'))
        await ws.send(b'as text', WebSocket.TEXT)
        await ws.send('as bytes', ws.BINARY)
        await ws.send(b'p', ws.PING)
        await ws.send(b'', ws.PONG)
        sent.append(await raises_async(TypeError, ws.send(None)))
        sent.append(await raises_async(TypeError, ws.send({'a': 1})))
        sent.append(await raises_async(ValueError, ws.send(b'', ws.CLOSE)))
        sent.append(await raises_async(ValueError, ws.send(bytes(126), ws.PING)))
    client = await Client(serving(handler)).opened()
    for expected in (
        (TEXT, 'text'), (BINARY, b'bytes'), (BINARY, b'bytearray'), (BINARY, b'memoryview'), (TEXT, 'as text'),
        (BINARY, b'as bytes'), (PING, b'p'), (PONG, b''), (CLOSE, (1000, '')),
    ):
        assert await client.receive() == expected
    client.leave()
    assert await client.ended()
    assert len(sent) == 4


async def test_the_longest_message():
    for limits, longest in (((-1, 100), 100), ((50, 100), 50), ((200, 100), 200)):
        most, body = limits
        with changed(WebSocket, max_message_length=most), changed(Request, max_body_length=body):
            app, done = application()
            client = await Client(app).opened()
            client.send('x' * longest, 'x' * (longest + 1), 'never')
            assert await client.receive() == (TEXT, 'x' * longest)
            opcode, (code, _) = await client.receive()
            assert (opcode, code) == (CLOSE, 1009)
            client.leave()
            assert await client.ended()
            assert done[1:] == ['x' * longest]
            assert done[0].close_code == 1009
    app, done = application(max_message_length=0)
    client = await Client(app).opened()
    client.send('x' * 70000)
    assert await client.receive() == (TEXT, 'x' * 70000)
    client.leave()
    await client.ended()


async def test_messages_wait_while_the_handler_is_busy():
    go = asyncio.Event()
    received = []

    async def handler(request, ws):
        await go.wait()
        async for message in ws:
            received.append(message)
    client = await Client(serving(handler)).opened()
    for number in range(500):
        client.send('%d' % number + ' ' * 100)
    await settle()
    assert len(client.streams.incoming) > 50, 'reading has stopped'
    go.set()
    client.close()
    assert await client.receive() == (CLOSE, (1000, ''))
    assert await client.ended()
    assert [int(message) for message in received] == list(range(500))


async def test_control_frames_are_answered_while_the_handler_does_not_receive():
    go = asyncio.Event()

    async def handler(request, ws):
        await go.wait()
    client = await Client(serving(handler)).opened()
    client.say(PING, b'there?')
    assert await client.receive() == (PONG, b'there?')
    go.set()
    assert await client.receive() == (CLOSE, (1000, ''))
    client.leave()
    await client.ended()


async def test_two_tasks_cannot_receive():
    errors = []

    async def handler(request, ws):
        first = asyncio.create_task(ws.receive())
        await settle()
        errors.append(await raises_async(RuntimeError, ws.receive()))
        await ws.send('now')
        errors.append(await first)
    client = await Client(serving(handler)).opened()
    assert await client.receive() == (TEXT, 'now')
    client.send('one')
    assert await client.receive() == (CLOSE, (1000, ''))
    client.leave()
    await client.ended()
    assert errors[1] == 'one'


async def test_a_receive_that_timed_out_loses_nothing():
    received = []

    async def handler(request, ws):
        for _ in range(3):
            try:
                received.append(await asyncio.wait_for(ws.receive(), 0.02))
            except asyncio.TimeoutError:
                received.append(None)
                await ws.send('late')
    client = await Client(serving(handler)).opened()
    assert await client.receive() == (TEXT, 'late')
    client.send('one', 'two')
    assert await client.receive() == (CLOSE, (1000, ''))
    client.leave()
    await client.ended()
    assert received == [None, 'one', 'two']


async def test_several_tasks_send():
    async def handler(request, ws):
        await asyncio.gather(*[ws.send(chr(97 + number) * 500) for number in range(10)])
    client = await Client(serving(handler)).opened()
    messages = []
    for _ in range(10):
        messages.append((await client.receive())[1])
    assert sorted(messages) == [chr(97 + number) * 500 for number in range(10)]
    client.leave()
    await settle()
    client.streams.sent = b''
    await client.ended()


# The end.

async def test_a_loop_ends_when_the_client_leaves():
    for leaves, code in ((Client.leave, 1006), (Client.close, 1000), (lambda client: client.streams.put(None), 1006)):
        app, done = application()
        client = await Client(app).opened()
        client.send('one')
        assert await client.receive() == (TEXT, 'one')
        leaves(client)
        if code == 1000:
            assert await client.receive() == (CLOSE, (1000, ''))
        assert await client.ended()
        assert done[1:] == ['one', 'end']
        assert (done[0].closed, done[0].close_code) == (True, code)


async def test_the_body_of_a_loop_ends_before_the_loop_does():
    go = asyncio.Event()
    done = []

    async def handler(request, ws):
        async for message in ws:
            await go.wait()
            await ws.send(message)
            done.append(message)
        done.append('end')
    client = await Client(serving(handler)).opened()
    client.send('one', 'two')
    client.close(4001, 'enough')
    await settle()
    assert done == []
    go.set()
    assert await client.receive() == (TEXT, 'one')
    assert await client.receive() == (TEXT, 'two')
    assert await client.receive() == (CLOSE, (4001, ''))
    assert await client.ended()
    assert done == ['one', 'two', 'end']


async def test_a_handler_is_cancelled_once_wherever_it_waits():
    for leaves in (Client.leave, Client.close):
        done = []

        async def handler(request, ws):
            try:
                await asyncio.sleep(60)
            finally:
                await asyncio.sleep(0.01)  # to clean up takes its time
                done.append(ws.close_code)  # noqa: B023
                done.append(await raises_async(WebSocketError, ws.send('late')))  # noqa: B023
                done.append(await raises_async(WebSocketError, ws.receive()))  # noqa: B023
                await ws.close()
        client = await Client(serving(handler)).opened()
        leaves(client)
        if leaves is Client.close:
            assert await client.receive() == (CLOSE, (1000, ''))
        assert await client.ended()
        assert done[0] == (1006 if leaves is Client.leave else 1000)
        assert len(done) == 3


async def test_messages_that_came_before_the_client_left_are_received():
    go = asyncio.Event()
    received = []

    async def handler(request, ws):
        await go.wait()
        while True:
            received.append(await ws.receive())
    for leaves in (Client.leave, Client.close):
        received.clear()
        go.clear()
        client = await Client(serving(handler)).opened()
        client.send('one', 'two', 'three')
        leaves(client)
        await settle()
        go.set()
        if leaves is Client.close:
            assert await client.receive() == (CLOSE, (1000, ''))
        assert await client.ended()
        assert received == ['one', 'two', 'three']


@only('cpython', 'MicroPython has no class of two built-in bases')
async def test_what_receive_raises_is_a_websocket_error_too():
    caught = []

    async def handler(request, ws):
        try:
            await ws.receive()
        except WebSocketError as exc:
            caught.append(exc)
    client = await Client(serving(handler)).opened()
    client.leave()
    assert await client.ended()
    assert isinstance(caught[0], asyncio.CancelledError)


async def test_a_handler_that_goes_on_after_the_client_left():
    done = []

    async def handler(request, ws):
        while len(done) < 3:
            try:
                await ws.receive()
            except asyncio.CancelledError:
                done.append('cancelled')
            except WebSocketError:
                done.append('error')
    client = await Client(serving(handler)).opened()
    client.leave()
    assert await client.ended()
    assert done == ['cancelled', 'error', 'error']


async def test_a_handler_that_is_cancelled_by_another_is_cancelled():
    async def handler(request, ws):
        await asyncio.sleep(60)
    client = await Client(serving(handler)).opened()
    client.task.cancel()
    await raises_async(asyncio.CancelledError, client.task)
    await settle()
    client.send('nobody reads')
    await settle()
    assert client.streams.incoming, 'nobody reads any more'


async def test_the_handler_closes():
    done = []

    async def handler(request, ws):
        await ws.close(4002, 'full')
        await ws.close(1000)
        done.append((ws.closed, ws.close_code, ws.close_reason))
        done.append(await raises_async(WebSocketError, ws.send('late')))
        done.append(await raises_async(WebSocketError, ws.receive()))
        async for _ in ws:
            done.append('never')
    client = await Client(serving(handler)).opened()
    assert await client.receive() == (CLOSE, (4002, 'full'))
    client.send('crossing')
    client.close(4002)
    assert await client.ended()
    assert done[0] == (True, 4002, 'full')
    assert len(done) == 3


async def test_a_task_closes_while_the_handler_receives():
    done = []

    async def handler(request, ws):
        async def close():
            await ws.close(1001)
        task = asyncio.create_task(close())
        try:
            await ws.receive()
        except WebSocketError as exc:
            done.append(isinstance(exc, asyncio.CancelledError))
        await task
    client = await Client(serving(handler)).opened()
    assert await client.receive() == (CLOSE, (1001, ''))
    client.close(1001)
    assert await client.ended()
    assert done == [False]


async def test_codes_and_reasons_that_cannot_be_sent():
    done = []

    async def handler(request, ws):
        for code, reason in ((1004, ''), (1006, ''), (999, ''), (1000, 'r' * 124)):
            done.append(await raises_async(ValueError, ws.close(code, reason)))
    client = await Client(serving(handler)).opened()
    assert await client.receive() == (CLOSE, (1000, ''))
    client.leave()
    await client.ended()
    assert len(done) == 4


async def test_the_server_waits_for_the_client_to_close():
    with changed(WebSocket, close_timeout=0.05):
        async def handler(request, ws):
            pass
        client = await Client(serving(handler)).opened()
        assert await client.receive() == (CLOSE, (1000, ''))
        await settle()
        assert not client.task.done()
        client.send('unread')
        assert await client.ended()  # after close_timeout


async def test_an_exception_of_the_handler_is_logged():
    async def handler(request, ws):
        return 1 / 0
    with captured_log() as lines:
        client = await Client(serving(handler)).opened()
        assert await client.receive() == (CLOSE, (1011, ''))
        client.leave()
        assert await client.ended()
    assert len(lines) == 1
    assert lines[0][0] == 'Exception in the WebSocket /ws'
    assert isinstance(lines[0][1], ZeroDivisionError)


async def test_errors_that_say_that_the_client_left_are_not_logged():
    for error in (WebSocketError('x'), OSError(32), OSError(104)):
        async def handler(request, ws):
            raise error  # noqa: B023
        with captured_log() as lines:
            client = await Client(serving(handler)).opened()
            assert await client.receive() == (CLOSE, (1000, ''))
            client.leave()
            assert await client.ended()
        assert lines == []


@only('cpython', 'it has groups of exceptions')
async def test_groups_of_errors_that_say_that_the_client_left_are_not_logged():
    left = ErrorGroup(WebSocketError('x'), ErrorGroup(OSError(104)))
    for error, code in ((left, 1000), (ErrorGroup(left, OSError(2)), 1011)):
        async def handler(request, ws):
            raise error  # noqa: B023
        with captured_log() as lines:
            client = await Client(serving(handler)).opened()
            assert await client.receive() == (CLOSE, (code, ''))
            client.leave()
            assert await client.ended()
        assert len(lines) == (code == 1011)


async def test_faults_of_the_client():
    for code, data in (
        (1002, b'\x81\x01a'), (1002, frame(3, b'', KEY)), (1002, frame(TEXT, b'', KEY, 0x40)), (1007, frame(TEXT, b'\xff', KEY)),
        (1002, frame(CLOSE, b'\x03', KEY)), (1002, b'\x82' + b'\xff' * 9),
    ):
        caught = []

        async def handler(request, ws):
            try:
                await ws.receive()
            except WebSocketError as exc:
                caught.append(exc)  # noqa: B023
            caught.append(await raises_async(WebSocketError, ws.receive()))  # noqa: B023
        client = await Client(serving(handler)).opened()
        client.streams.put(data)
        opcode, value = await client.receive()
        assert (opcode, value[0]) == (CLOSE, code), data
        assert await client.ended()
        assert len(caught) == 2
        assert not isinstance(caught[0], asyncio.CancelledError)
        assert str(caught[0])


async def test_a_loop_raises_what_the_client_does_wrong():
    app, done = application()
    client = await Client(app).opened()
    client.send('one')
    client.streams.put(frame(TEXT, b'\xff', KEY))
    assert await client.receive() == (TEXT, 'one')
    assert (await client.receive())[1][0] == 1007
    assert await client.ended()
    assert done[1:] == ['one']


async def test_a_connection_that_breaks_while_it_is_written():
    done = []

    async def handler(request, ws):
        try:
            while True:
                await ws.send('tick')
        except WebSocketError:
            done.append('error')
        except asyncio.CancelledError:
            done.append('cancelled')
        done.append(ws.closed)
    client = Client(serving(handler))
    await client.opened()
    client.streams.fails = True
    assert await asyncio.wait_for(client.task, 5) is Response.already_handled
    assert len(done) == 2
    assert done[1] is True


# Time, which the server tells about once a second.

async def test_pings():
    app, done = application(ping_interval=5, ping_timeout=3)
    client = await Client(app).opened()
    await settle()
    ws = done[0]
    for now in (10, 12, 14.9):
        ws.tick(now)
    await settle()
    assert client.streams.sent == b''
    ws.tick(15)
    assert await client.receive() == (PING, b'')
    client.say(PONG)
    await settle()
    for now in (16, 18, 19):
        ws.tick(now)
    await settle()
    assert not ws.closed
    ws.tick(20)
    assert await client.receive() == (PING, b'')
    ws.tick(22)
    await settle()
    assert not ws.closed
    ws.tick(23)
    assert (await client.receive())[1] == (1011, 'a ping was not answered')
    assert await client.ended()
    assert done[1:] == ['end']
    assert ws.close_code == 1006


async def test_no_pings():
    app, done = application(ping_interval=None)
    client = await Client(app).opened()
    await settle()
    for now in range(1, 100, 5):
        done[0].tick(now)
    await settle()
    assert client.streams.sent == b''
    client.leave()
    await client.ended()


async def test_pings_without_a_deadline():
    app, done = application(ping_interval=1, ping_timeout=None)
    client = await Client(app).opened()
    await settle()
    for now in range(1, 100):
        done[0].tick(now)
    for _ in range(98):
        assert await client.receive() == (PING, b'')
    client.leave()
    await client.ended()


async def test_the_body_of_a_loop_has_to_come_back():
    done = []

    async def handler(request, ws):
        done.append(ws)
        async for _message in ws:
            try:
                await asyncio.sleep(60)
            except asyncio.CancelledError:
                done.append('cancelled')
                raise
    client = await Client(serving(handler)).opened()
    client.send('one')
    client.leave()
    await settle()
    ws = done[0]
    for now in (1, 5, 10.9):
        ws.tick(now)
    await settle()
    assert done == [ws]
    ws.tick(11)
    assert await client.ended()
    assert done == [ws, 'cancelled']


async def test_a_loop_in_another_task_does_not_keep_the_handler():
    done = []

    async def loop(ws):
        async for _message in ws:
            pass
        done.append('the loop has ended')

    async def handler(request, ws):
        task = asyncio.create_task(loop(ws))
        done.append(ws)
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            done.append('cancelled')
            raise
        finally:
            await task
    client = await Client(serving(handler)).opened()
    await settle()
    client.leave()
    await settle()
    ws = done[0]
    for now in (1, 5, 10.9):
        ws.tick(now)
    await settle()
    assert done == [ws, 'the loop has ended']
    ws.tick(11)
    await settle()
    assert client.task.done()
    assert await client.ended()
    assert done == [ws, 'the loop has ended', 'cancelled']


async def test_going_away():
    app, done = application()
    client = await Client(app).opened()
    await settle()
    done[0].go_away()
    done[0].go_away()
    assert await client.receive() == (CLOSE, (1001, ''))
    client.close(1001)
    assert await client.ended()
    assert done[1:] == ['end']
    assert done[0].close_code == 1001


# Without the decorator, and names of old.

async def test_upgrade_in_a_handler():
    app = Microdot()
    after = []

    @app.after_request
    async def count(request, response):
        after.append(response.status_code)

    @app.get('/ws')
    async def handler(request):
        ws = await websocket_upgrade(request, subprotocols=['v1'])
        await ws.send(await ws.receive())
        return 'nobody gets this'
    client = await Client(app, {'Sec-WebSocket-Protocol': 'v1'}).opened()
    assert client.head[-1] == 'Sec-WebSocket-Protocol: v1'
    client.send('one')
    assert await client.receive() == (TEXT, 'one')
    assert await client.receive() == (CLOSE, (1000, ''))
    client.close()
    assert await client.ended()
    assert after == [101]


async def test_upgrade_in_a_handler_that_fails():
    for error, code in ((ZeroDivisionError(), 1011), (WebSocketError('x'), 1000)):
        app = Microdot()

        @app.get('/ws')
        async def handler(request):
            await websocket_upgrade(request)
            raise error  # noqa: B023
        with captured_log() as lines:
            client = await Client(app).opened()
            assert await client.receive() == (CLOSE, (code, ''))
            client.close(code)
            assert await client.ended()
        assert len(lines) == (1 if code == 1011 else 0)


@only('cpython', 'on MicroPython the server ends the request of a client that left')
async def test_upgrade_in_a_handler_that_the_client_leaves():
    app = Microdot()

    @app.get('/ws')
    async def handler(request):
        ws = await websocket_upgrade(request)
        await ws.receive()
    client = await Client(app).opened()
    client.leave()
    assert await client.ended()


async def test_a_wrapper_of_its_own():
    app = Microdot()

    async def upgrade(request):
        ws = await websocket_upgrade(request)
        ws.gardener = 'Rosa'
        return ws

    async def handler(request, ws):
        await ws.send(ws.gardener)
    app.get('/ws')(websocket_wrapper(handler, upgrade))
    client = await Client(app).opened()
    assert await client.receive() == (TEXT, 'Rosa')
    assert await client.receive() == (CLOSE, (1000, ''))
    client.leave()
    await client.ended()


def test_frames_of_old():
    ws = WebSocket(None)
    ws.closed = True
    assert ws._process_websocket_frame(WebSocket.TEXT, b'foo') == (None, 'foo')
    assert ws._process_websocket_frame(WebSocket.BINARY, b'foo') == (None, b'foo')
    raises(WebSocketError, ws._process_websocket_frame, WebSocket.CLOSE, b'')
    assert ws._process_websocket_frame(WebSocket.PING, b'foo') == (WebSocket.PONG, b'foo')
    assert ws._process_websocket_frame(WebSocket.PONG, b'foo') == (None, None)
    assert (WebSocket.CONT, WebSocket.TEXT, WebSocket.BINARY) == (0, 1, 2)
    assert (WebSocket.CLOSE, WebSocket.PING, WebSocket.PONG) == (8, 9, 10)


# Compression, and WebSockets of servers that have messages.

DEFLATE = {'Sec-WebSocket-Extensions': 'permessage-deflate; client_max_window_bits'}


@only('cpython', 'MicroPython cannot compress')
async def test_compression():
    from microdot.wire.deflate import Deflate

    app, _ = application(compress=True)
    client = await Client(app, DEFLATE).opened()
    agreed = 'Sec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover; client_no_context_takeover'
    assert client.head[-1] == agreed
    client.frames.extension = deflate = Deflate()
    payload, bits = deflate.deflate(b'leaf ' * 100)
    client.streams.put(frame(TEXT, payload, KEY, bits))
    assert await client.receive() == (TEXT, 'leaf ' * 100)
    client.send('plain')
    assert await client.receive() == (TEXT, 'plain')
    client.leave()
    await client.ended()


async def test_compression_is_declined():
    app, _ = application()
    client = await Client(app, DEFLATE).opened()
    assert not [line for line in client.head if 'Extensions' in line]
    client.leave()
    await client.ended()


@only('micropython', 'CPython compresses')
async def test_compression_is_declined_on_the_device():
    app, _ = application(compress=True)
    client = await Client(app, DEFLATE).opened()
    assert not [line for line in client.head if 'Extensions' in line]
    client.leave()
    await client.ended()


async def test_a_class_for_messages():
    said = []

    class Messages(WebSocket):
        async def handshake(self):
            self.begin()
            said.append('accepted')

        async def _transmit(self, opcode, payload):
            said.append((opcode, payload))

        async def _transmit_close(self, payload):
            said.append(payload)

    app, done = application()
    client = Client(app, websocket_class=Messages)
    await settle()
    ws = done[0]
    assert isinstance(ws, Messages)
    ws.deliver('one')
    await settle()
    ws.lost(1001, 'away')
    assert await client.ended()
    assert said == ['accepted', (TEXT, b'one')]
    assert done[1:] == ['one', 'end']
    assert (ws.close_code, ws.close_reason) == (1001, 'away')
