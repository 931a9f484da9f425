# The servers in memory of tests/memory.py: that their ends behave as asyncio's and MicroPython's do.

import asyncio

import pytest
from tests import memory
from tools import raises

from microdot import Microdot, Response

GET = b'GET / HTTP/1.1\r\nHost: a\r\n\r\n'


@pytest.fixture(params=memory.KINDS)
def kind(request):
    return request.param


@pytest.fixture
def app():
    app = Microdot()

    @app.route('/')
    async def index(request):
        return 'hello'

    @app.post('/echo')
    async def echo(request):
        return request.body

    @app.route('/large')
    async def large(request):
        return b'x' * 500_000

    @app.route('/address')
    async def address(request):
        return repr(request.client_addr)

    @app.route('/wait')
    async def wait(request):
        try:
            await asyncio.Event().wait()
        finally:
            app.ended = True
    app.ended = False
    return app


async def test_answers(app, kind):
    async with memory.serving(app, kind) as server:
        client = await server.connect()
        await client.send_pieces([GET[:5], GET[5:], GET + b'HEAD / HTTP/1.1\r\nHost: a\r\n\r\n' + GET])
        answers = client.answers('GET', 'GET', 'HEAD', 'GET')
        assert [answer.body for answer in answers] == [b'hello', b'hello', b'', b'hello']
        assert all(answer.status == 200 and answer.complete for answer in answers)
        assert {answer.header('Content-Length') for answer in answers} == {'5'}
        assert not client.closed
        assert client.end.late == []


async def test_many_clients(app, kind):
    async with memory.serving(app, kind, max_connections=2) as server:
        clients = [await server.connect(('192.0.2.3', port)) for port in (1, 2, 3)]
        assert [client.connection is None for client in clients] == [False, False, True]
        await clients[1].send(GET.replace(b'/ ', b'/address '))
        assert clients[1].answers()[0].body == b"('192.0.2.3', 2)"
        assert clients[0].received == clients[2].received == b''


async def test_clients_that_never_ask_make_room(app, kind):
    async with memory.serving(app, kind, max_connections=4) as server:
        silent = [await server.connect()]
        await server.pass_time(server.tick)
        silent.append(await server.connect())
        began = await server.connect()
        await began.send(b'GET / HT')
        kept = await server.connect()
        await kept.send(GET)
        await server.pass_time(server.tick * 2)
        honest = []
        for first_closed in (kept, *silent):
            honest.append(await server.connect())
            await memory.rest()
            assert first_closed.closed
            assert [client.closed for client in silent].count(True) == len(honest) - 1
        # Who has come within this tick stays, and so does who has begun to ask.
        assert (await server.connect()).connection is None
        await began.send(b'TP/1.1\r\nHost: a\r\n\r\n')
        for client in honest:
            await client.send(GET)
        assert [len(client.answers()) for client in (began, *honest)] == [1] * 4


async def test_the_last_answer(app, kind):
    async with memory.serving(app, kind) as server:
        client = await server.connect()
        await client.send(b'GET / HTTP/1.0\r\n\r\n')
        assert client.answers()[0].version == 'HTTP/1.0'
        assert client.closed
        assert client.end.closed


async def test_time(app, kind):
    async with memory.serving(app, kind) as server:
        client = await server.connect()
        await client.send(GET)
        await server.pass_time(server.idle_timeout)
        assert not client.closed
        await server.pass_time(3)
        assert client.closed
        client = await server.connect()
        assert await client.expire()
        assert client.closed
        assert not await client.expire()


async def test_a_client_that_does_not_read(app, kind):
    async with memory.serving(app, kind) as server:
        client = await server.connect()
        await client.read(1000)
        await client.send(GET.replace(b'/ ', b'/large '))
        assert len(client.received) == 1000
        assert not client.answers()[0].complete
        assert 0 < len(client.end.unsent) < 500_000
        await client.read(5000)
        assert len(client.received) == 6000
        await client.read()
        assert client.answers()[0].body == b'x' * 500_000


async def test_a_client_that_leaves(app, kind):
    async with memory.serving(app, kind) as server:
        client = await server.connect()
        await client.send(b'POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhe')
        assert server.connections
        await client.leave()
        assert not server.connections
        assert client.received == b''


async def test_a_client_that_resets_while_nobody_reads_what_it_sent(app, kind):
    async with memory.serving(app, kind) as server:
        client = await server.connect()
        await client.send(GET.replace(b'/ ', b'/wait ') + GET * 10)
        request = next(iter(server.connections)).request
        assert not request.is_disconnected
        client.end.reset()
        await server.pass_time(server.tick * 2)
        assert request.is_disconnected
        server.abort_clients()


async def test_a_client_that_ends_its_side(app, kind):
    async with memory.serving(app, kind) as server:
        client = await server.connect()
        await client.finish()
        assert client.end.closed
        client = await server.connect()
        client.end.receive(GET)
        await client.finish()
        assert client.answers()[0].body == b'hello'
        assert client.end.closed


async def test_the_end_of_the_server(app, kind):
    async with memory.serving(app, kind) as server:
        client = await server.connect()
        await client.send(GET)
    assert client.end.closed


async def test_what_is_left_is_an_error(app):
    server = memory.serving(app)
    serving = await server.__aenter__()
    client = await serving.connect()
    await client.send(GET)
    serving.forget = lambda connection: None
    try:
        await server.__aexit__(None, None, None)
    except AssertionError as exc:
        assert 'not forgotten' in str(exc)
    else:
        raise AssertionError


async def test_a_loop_that_does_not_rest(monkeypatch):
    monkeypatch.setattr(memory, '_TURNS', 100)

    async def spin():
        while True:
            await asyncio.sleep(0)
    task = asyncio.create_task(spin())
    try:
        await memory.rest()
    except AssertionError as exc:
        assert 'rest' in str(exc)
    else:
        raise AssertionError
    task.cancel()


HELLO = b'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello'


def test_reading_answers():
    assert memory.answers(b'') == []
    assert [answer.body for answer in memory.answers(HELLO + HELLO)] == [b'hello', b'hello']
    cut, = memory.answers(HELLO[:-1])
    assert (cut.body, cut.complete) == (b'hell', False)
    head, hello = memory.answers(HELLO[:-5] + HELLO, ['HEAD', 'GET'])
    assert (head.body, hello.body) == (b'', b'hello')
    interim, hello = memory.answers(b'HTTP/1.1 100 Continue\r\n\r\n' + HELLO[:-5], ['HEAD'])
    assert (interim.status, hello.status, hello.complete) == (100, 200, True)
    for closed in (False, True):
        endless, = memory.answers(b'HTTP/1.0 200 OK\r\n\r\nhello', closed=closed)
        assert (endless.body, endless.complete) == (b'hello', closed)
    head = b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n'
    chunked, hello = memory.answers(head + b'5\r\nhello\r\n1\r\n!\r\n0\r\n\r\n' + HELLO)
    assert (chunked.body, chunked.complete, hello.body) == (b'hello!', True, b'hello')
    for part, body in ((b'', b''), (b'5', b''), (b'5\r\nhel', b'hel'), (b'5\r\nhello\r\n', b'hello'), (b'0\r\n', b'')):
        chunked, = memory.answers(head + part)
        assert (chunked.body, chunked.complete) == (body, False)


def test_bytes_that_are_no_answers():
    for data in (b'x', b'HTTP/1.1 200 OK\r\n', b'hello\r\n\r\n', HELLO + b'x', b'HTTP/1.2 200 OK\r\n\r\n',
                 b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nxx\r\n0\r\n\r\n',
                 b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\nx',
                 b'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\nx'):
        raises((AssertionError, ValueError), memory.answers, data)


async def test_a_handler_that_waits_is_ended_with_the_server(app, kind):
    async with memory.serving(app, kind, drain_timeout=0.01) as server:
        client = await server.connect()
        await client.send(GET.replace(b'/ ', b'/wait '))
        assert client.received == b''
        assert not app.ended
        server.close()
        server.abort_clients()
        await memory.rest()
        assert app.ended


async def test_a_streamed_answer(app, kind):
    @app.route('/stream')
    async def stream(request):
        async def pieces():
            for piece in ('a', 'b'):
                yield piece
        return Response(pieces())

    async with memory.serving(app, kind) as server:
        client = await server.connect()
        await client.send(GET.replace(b'/ ', b'/stream '))
        assert client.answers()[0].body == b'ab'
