# Clients that leave a stream of events: what runs for them is cancelled within a second, over each server. In memory.

import asyncio

import pytest
from tests import memory

from microdot import Microdot, Response
from microdot.sse import with_sse
from microdot.websocket import with_websocket
from microdot.wire.frames import TEXT, frame

GET = b'GET / HTTP/1.1\r\nHost: a\r\n\r\n'


class Events:
    """An application with one stream of events. `seen` is what happened to its handler, `ended` is set by its end."""

    def __init__(self, pause):
        self.seen = []
        self.ended = asyncio.Event()
        self.app = Microdot()

        @self.app.route('/')
        @with_sse
        async def index(request, sse):
            self.seen.append('started')
            try:
                if pause is None:
                    await asyncio.sleep(100)
                number = 0
                while True:
                    await sse.send(number)
                    number += 1
                    await asyncio.sleep(pause)
            except asyncio.CancelledError:
                self.seen.append('cancelled')
                await asyncio.sleep(0)
                self.seen.append('clean')
                raise
            finally:
                self.ended.set()


@pytest.fixture(params=memory.KINDS)
def kind(request):
    return request.param


@pytest.mark.parametrize('leave', [memory.Client.leave, memory.Client.finish], ids=['resets', 'ends its side'])
async def test_a_handler_that_never_sends_is_cancelled_once(kind, leave):
    events = Events(None)
    async with memory.serving(events.app, kind) as server:
        client = await server.connect()
        await client.send(GET)
        assert events.seen == ['started']
        await server.pass_time(5)
        assert events.seen == ['started']
        await leave(client)
        await server.pass_time(1)
        if kind == memory.PROTOCOL:
            await asyncio.wait_for(events.ended.wait(), 10)  # where it is not a tick that finds out
        await memory.rest()
        assert events.seen == ['started', 'cancelled', 'clean']
        assert client.closed
        await server.pass_time(5)
    assert events.seen == ['started', 'cancelled', 'clean']


async def test_a_reset_is_noticed_however_often_events_are_sent(kind):
    events = Events(0.001)
    async with memory.serving(events.app, kind) as server:
        client = await server.connect()
        client.end.receive(GET)
        while b'data: 3\n' not in client.received:
            await asyncio.sleep(0.001)
        client.end.reset()
        await asyncio.wait_for(events.ended.wait(), 10)
    assert events.seen == ['started', 'cancelled', 'clean']


async def test_a_client_that_ends_its_side_may_go_on_reading(kind):
    events = Events(0.01)
    async with memory.serving(events.app, kind) as server:
        client = await server.connect()
        client.end.receive(GET)
        client.end.end()
        for number in range(70):
            while b'data: %d\n' % number not in client.received:
                await asyncio.sleep(0.001)
            if number % 10 == 0:
                await server.clock.tick()
        assert events.seen == ['started']
        client.end.reset()
        await asyncio.wait_for(events.ended.wait(), 10)


async def test_a_slow_client_holds_the_handler_back(kind):
    sent = []
    app = Microdot()

    @app.route('/')
    @with_sse
    async def index(request, sse):
        while True:
            await sse.send('x' * 10_000)
            sent.append(1)
    async with memory.serving(app, kind) as server:
        client = await server.connect()
        await client.read(0)
        await client.send(GET)
        held = len(sent)
        assert 30 < held < 200
        await memory.rest()
        assert len(sent) == held
        await client.read(3_000_000)
        assert len(sent) > held + 250


@pytest.mark.parametrize('pause', [None, 0], ids=['silent', 'busy'])
async def test_a_server_that_ends_ends_the_events_in_order(kind, pause):
    events = Events(pause)
    async with memory.serving(events.app, kind) as server:
        client = await server.connect()
        client.end.receive(GET)
        while not events.seen or (pause == 0 and b'data: 3\n' not in client.received):
            await asyncio.sleep(0.001)
        server.close()
        await asyncio.wait_for(events.ended.wait(), 10)
        while not client.closed:
            await asyncio.sleep(0.001)
        answer, = client.answers()
        assert answer.complete
        assert events.seen == ['started', 'cancelled', 'clean']


@pytest.mark.parametrize('leave', [memory.Client.leave, memory.Client.finish], ids=['resets', 'ends its side'])
async def test_the_handler_of_a_websocket_that_goes_on_is_cancelled_in_the_end(leave):
    app = Microdot()
    ended = []

    @app.route('/')
    @with_websocket
    async def index(request, ws):
        try:
            async for _ in ws:
                await asyncio.sleep(1000)
        except asyncio.CancelledError:
            ended.append('cancelled')
            raise

    async with memory.serving(app, memory.PROTOCOL) as server:
        client = await server.connect()
        await client.send(b'GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n'
                          b'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n'
                          + frame(TEXT, b'hello', b'abcd'))
        await leave(client)
        await server.pass_time(30)
        assert ended == ['cancelled']


@pytest.mark.parametrize('kind', memory.KINDS)
async def test_a_response_that_requests_share_has_its_body_after_a_client_that_left(kind):
    app = Microdot()
    shared = Response('shared')
    asked = asyncio.Event()

    @app.route('/', methods=['GET', 'HEAD'])
    async def index(request):
        if request.method == 'HEAD':
            await asked.wait()
        return shared

    async with memory.serving(app, kind) as server:
        client = await server.connect()
        await client.send(GET.replace(b'GET', b'HEAD'))
        await client.leave()
        await server.pass_time(3)
        asked.set()
        await memory.rest()
        other = await server.connect()
        await other.send(GET)
        answer, = other.answers()
        assert answer.complete
        assert answer.body == b'shared'
