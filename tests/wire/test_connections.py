# What the rows do not show of a connection: that an empty line begins no request, and what stands behind a body.

import pytest
from tests import memory

from microdot import Microdot

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
