# What the rows do not show of a connection: that an empty line begins no request, what stands behind a body, and how
# handlers may treat what they wait for and what they send.

import asyncio

import pytest
from tests import memory
from tools import captured_log, changed

from microdot import Microdot, Request, Response

GET = b'GET / HTTP/1.1\r\nHost: a\r\n\r\n'
POST = b'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello'


@pytest.fixture(params=memory.KINDS)
def kind(request):
    return request.param


@pytest.fixture
def app():
    app = Microdot()

    @app.route('/', methods=['GET', 'POST'])
    async def index(request):
        return request.body or b'empty'
    return app


def bodies(client):
    return [answer.body for answer in client.answers()]


async def test_an_empty_line_begins_no_request(app, kind):
    # RFC 9112 2.2: some clients send one after a body. No 408 is the answer to it.
    async with memory.serving(app, kind) as server:
        for before in (b'', POST):
            client = await server.connect()
            await client.send(before + b'\r\n')
            assert client.connection.is_idle()
            assert await client.expire()
            assert client.closed
            assert bodies(client) == [b'hello'] * bool(before)


async def test_an_empty_line_keeps_no_server_from_closing(app, kind):
    async with memory.serving(app, kind) as server:
        client = await server.connect()
        await client.send(POST + b'\r\n')
        server.close()
        await memory.rest()
        assert client.closed


async def test_a_request_after_an_empty_line(app, kind):
    async with memory.serving(app, kind) as server:
        client = await server.connect()
        await client.send_pieces([POST, b'\r', b'\n', GET, b'\r\n' + POST])
        assert bodies(client) == [b'hello', b'empty', b'hello']
        await client.send(b'\r\n\r\n')
        assert await client.expire()
        assert client.answers()[-1].status == 408


async def test_a_head_that_does_not_come(app, kind):
    async with memory.serving(app, kind) as server:
        for head in (b'G', b'\r', b'\r\nG', b'GET / HTTP/1.1\r\n'):
            client = await server.connect()
            await client.send(head)
            assert not client.connection.is_idle()
            assert await client.expire()
            assert [answer.status for answer in client.answers()] == [408]


async def test_the_deadline_of_a_head_is_not_moved_by_its_bytes(app, kind):
    async with memory.serving(app, kind) as server:
        client = await server.connect()
        for octet in GET[:-1]:
            await client.send(bytes([octet]))
            await server.pass_time(1)
        assert [answer.status for answer in client.answers()] == [408]


async def test_the_same_header_block_again(app, kind):
    # What was found out of a block that is known is told of requests that it belongs to, and by the limits of now.
    one_line = b'GET / HTTP/1.0\r\nHost: a\r\n\r\n'
    async with memory.serving(app, kind) as server:
        client = await server.connect()
        await client.send_pieces([GET, GET, POST, POST, GET, GET.replace(b'a', b'b'), GET])
        assert bodies(client) == [b'empty', b'empty', b'hello', b'hello', b'empty', b'empty', b'empty']
        await client.send(one_line)
        assert client.closed
        for limit, status in (('max_headers', 431), ('max_readline', 414), ('max_head_length', 431)):
            client = await server.connect()
            await client.send_pieces([GET, GET[:-1], GET[-1:] + GET])
            with changed(Request, **{limit: 0}):
                await client.send(GET)
            assert [answer.status for answer in client.answers()] == [200, 200, 200, status]


async def test_a_long_header_block_is_not_remembered(app, kind):
    async with memory.serving(app, kind) as server:
        client = await server.connect()
        await client.send(GET.replace(b'a\r', b'a\r\nX: ' + b'x' * 3000 + b'\r') * 2)
        assert bodies(client) == [b'empty', b'empty']
        assert client.connection.known == type(client.connection).known


@pytest.mark.parametrize('name', ['Upgrade', 'upgrade'])
async def test_an_upgrade_is_one_of_the_connection(app, kind, name):
    # RFC 9110 7.8
    @app.get('/old')
    async def old(request):
        return '', 426, {name: 'websocket'}

    async with memory.serving(app, kind) as server:
        client = await server.connect()
        await client.send(GET.replace(b'/ ', b'/old '))
        assert client.answers()[0].header('Connection') == 'Upgrade'


CHUNKED = b'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n'


@pytest.mark.parametrize(('refused', 'status'), [
    (CHUNKED + b'5\r\nhello\r\nx\r\n', 400),
    (CHUNKED + b'4000\r\n' + b'x' * 16384 + b'\r\nx\r\n', 400),
    (CHUNKED + b'4001\r\n' + b'x' * 16385 + b'\r\n0\r\n\r\n', 413),
    (CHUNKED + b'0\r\n' + b'a: b\r\n' * 2000 + b'\r\n', 431),
    (CHUNKED + b'0\r\nHost: b\r\n\r\n', 400),
    (POST.replace(b'5', b'16385'), 413),
    (POST.replace(b'5', b'5\r\nExpect: x'), 417),
    (POST.replace(b'5', b'5, 5'), 400),
    (POST.replace(b'5', b'5\r\nTransfer-Encoding: chunked'), 400),
    (POST.replace(b'5', b'99999999999999999999'), 413),
])
async def test_nothing_is_read_behind_what_is_refused(app, kind, refused, status):
    async with memory.serving(app, kind) as server:
        cut = [GET + refused[:100], refused[100:] + GET[:5], GET[5:]]
        for pieces in ([GET + refused + GET], [GET, refused, GET], cut):
            client = await server.connect()
            await client.send_pieces(pieces)
            assert [answer.status for answer in client.answers()] == [200, status]
            assert client.answers()[-1].header('Connection') == 'close'
            while await client.expire():
                pass
            assert client.end.closed
            assert client.end.late == []


async def test_requests_behind_bodies(app, kind):
    data = POST + CHUNKED + b'3\r\nabc\r\n0\r\na: b\r\n\r\n' + GET + POST
    async with memory.serving(app, kind) as server:
        for i in range(len(data)):
            client = await server.connect()
            await client.send_pieces([data[:i], data[i:]] if i else [data])
            assert bodies(client) == [b'hello', b'abc', b'empty', b'hello'], i
            assert client.connection.is_idle()


async def read(request):
    await request.stream.read()


async def write(request):
    await request.sock[1].awrite(b'HTTP/1.1 200 OK\r\nContent-Length: 1000004\r\n\r\n' + bytes(1_000_000))


@pytest.mark.parametrize('wait', [read, write])
async def test_who_gives_up_waiting_for_the_client_has_no_deadline(kind, wait):
    app = Microdot()
    given_up = asyncio.Event()
    go_on = asyncio.Event()

    @app.post('/')
    async def index(request):
        waiting = asyncio.create_task(wait(request))
        for _ in range(5):
            await asyncio.sleep(0)
        assert waiting.cancel()
        await asyncio.wait([waiting])
        given_up.set()
        await go_on.wait()
        if wait is read:
            return 'done'
        await request.sock[1].awrite(b'done')
        return Response.already_handled

    with changed(Request, max_body_length=0):
        async with memory.serving(app, kind) as server:
            client = await server.connect()
            await client.read(0)
            await client.send(POST.partition(b'hello')[0])
            await given_up.wait()
            await client.read()
            await server.pass_time(100)
            assert len(client.answers()) == (wait is write)
            go_on.set()
            await memory.rest()
            answer, = client.answers()
            assert (answer.status, answer.body[-4:]) == (200, b'done')
            if wait is read:
                await client.send(b'hello')
                assert client.connection.is_idle()


async def test_a_piece_of_a_body_may_be_used_again(kind):
    app = Microdot()

    @app.route('/')
    async def index(request):
        def pieces():
            piece = bytearray(2)
            for octet in b'abc':
                piece[:] = bytes((octet, octet))
                yield piece
        return Response(pieces(), headers={'Content-Length': 6})

    async with memory.serving(app, kind) as server:
        client = await server.connect()
        await client.send(GET)
        assert bodies(client) == [b'aabbcc']


@pytest.mark.parametrize('verb', ['close', 'abort'])
async def test_no_request_is_answered_behind_one_whose_handler_ends_the_connection(kind, verb):
    app = Microdot()
    asked = []

    @app.route('/')
    async def index(request):
        asked.append(verb)
        getattr(request.sock[1], verb)()
        return 'too late'

    async with memory.serving(app, kind) as server:
        for _ in range(2):  # the first in a task of its own, the second in a spare one
            asked.clear()
            client = await server.connect()
            await client.send(GET + GET)
            assert asked == [verb]
            assert client.end.closed


class ForgetfulTransport(memory.MemoryTransport):
    """A transport that is of no use once its connection is lost, as that of asyncio's TLS before Python 3.11."""

    def get_write_buffer_size(self):
        if self.closed:
            raise AttributeError('get_write_buffer_size')
        return super().get_write_buffer_size()


@pytest.mark.parametrize('asked', [GET, GET + GET, GET.replace(b'Host', b'Connection: close\r\nHost')])
async def test_nothing_is_asked_of_a_connection_that_is_lost(asked):
    app = Microdot()
    go_on = asyncio.Event()

    @app.route('/')
    async def index(request):
        await go_on.wait()
        return 'too late'

    with captured_log() as log:
        async with memory.serving(app, memory.PROTOCOL) as server:
            client = await server.connect(transport=ForgetfulTransport)
            await client.send(asked)
            await client.leave()
            go_on.set()
            await memory.rest()
            assert not server.connections
            assert 'close' in client.end.calls  # else Python warns of it
    assert log == []


async def test_a_client_that_has_read_its_last_answer_and_stays_is_left(app, kind):
    async with memory.serving(app, kind) as server:
        for n in (0, None):
            client = await server.connect()
            await client.read(n)
            await client.send(GET.replace(b'Host', b'Connection: close\r\nHost') + b'more')
            await client.read()
            assert bodies(client) == [b'empty']
            assert not client.end.closed
            await server.pass_time(server.write_timeout + 2 * server.linger_timeout + 4 * server.tick)
            assert client.end.closed
