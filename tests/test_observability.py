# What a server tells of itself where clients wait and leave: its counts at deadlines, and the access log. In memory, with
# both servers of CPython and the one of MicroPython.

import asyncio
import logging

import pytest
from tests import memory
from tools import captured_log

from microdot import Microdot

GET = b'GET / HTTP/1.1\r\nHost: a\r\n\r\n'
POST = b'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n'


@pytest.fixture(params=memory.KINDS)
def kind(request):
    return request.param


@pytest.fixture
def app():
    app = Microdot()

    @app.route('/', methods=['GET', 'POST'])
    async def index(request):
        return 'hello'

    @app.route('/never')
    async def never(request):
        await asyncio.Event().wait()

    @app.route('/large')
    async def large(request):
        return iter([bytes(100_000)] * 100)

    return app


def counts(server, *names):
    stats = server.stats()
    return [stats[name] for name in names]


async def test_connections(app, kind):
    async with memory.serving(app, kind) as server:
        assert counts(server, 'connections', 'idle') == [0, 0]
        first, second = await server.connect(), await server.connect()
        assert counts(server, 'connections', 'idle', 'requests') == [2, 2, 0]
        await first.send(GET)
        assert counts(server, 'connections', 'idle', 'requests') == [2, 2, 1]
        await second.send(GET[:5])
        assert counts(server, 'connections', 'idle', 'requests') == [2, 1, 1]
        await first.send(GET.replace(b'/ ', b'/never ') + GET)
        assert counts(server, 'connections', 'idle', 'requests') == [2, 0, 2]
        server.abort_clients()
        await memory.rest()
        assert counts(server, 'connections', 'idle', 'requests') == [0, 0, 2]


async def test_deadlines(app, kind):
    async with memory.serving(app, kind) as server:
        for data, name, refused in (
            (b'', 'idle', {}), (GET, 'idle', {}), (GET[:5], 'head', {408: 1}), (POST, 'body', {408: 2}),
        ):
            before = server.stats()['deadlines'].get(name, 0)
            client = await server.connect()
            await client.send(data)
            await client.expire()
            assert server.stats()['deadlines'][name] == before + 1, name
            assert server.stats()['refused'] == refused
            await client.leave()
        assert server.stats()['deadlines'] == {'idle': 2, 'head': 1, 'body': 1}


async def test_a_client_that_does_not_read(app, kind):
    async with memory.serving(app, kind) as server:
        client = await server.connect()
        await client.read(0)
        await client.send(GET.replace(b'/ ', b'/large '))
        await client.expire()
        assert server.stats()['deadlines'] == {'write': 1}
        assert client.closed


async def test_connections_that_are_turned_away(app, kind):
    async with memory.serving(app, kind, max_connections=1) as server:
        await server.connect()
        await (await server.connect()).leave()
        assert server.stats()['turned_away'] == 1


async def test_a_client_that_leaves_before_the_response(app, kind):
    async with memory.serving(app, kind) as server:
        server.access_log = True
        client = await server.connect()
        await client.send(GET.replace(b'/ ', b'/never '))
        with captured_log() as logged:
            await client.leave()
            server.close()
            server.abort_clients()
            await memory.rest()
        assert [line.rpartition(' bytes ')[0] for line, _ in logged] == ['GET /never - HTTP/1.1 0']


@pytest.mark.parametrize(('debug', 'access_log', 'logs'), [
    (False, None, False), (False, True, True), (True, None, True), (True, False, False)])
async def test_the_access_log_is_asked_for(app, debug, access_log, logs, monkeypatch, capsys):
    logger = logging.getLogger('microdot')
    monkeypatch.setattr(logger, 'handlers', [])
    monkeypatch.setattr(logger, 'propagate', False)
    monkeypatch.setattr(logger, 'level', logging.NOTSET)
    logger.manager._clear_cache()
    try:
        server = await app.start_server('127.0.0.1', 0, debug, start_serving=False, access_log=access_log)
        await server.start_serving()
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        writer.write(GET.replace(b'1.1', b'1.0'))
        assert (await reader.read()).startswith(b'HTTP/1.0 200 OK\r\n')
        writer.close()
        server.close()
        await server.wait_closed()
        assert ('GET / 200 HTTP/1.0 5 bytes ' in capsys.readouterr().err) == logs
    finally:
        logger.manager._clear_cache()


async def test_the_sockets_are_those_that_are_listened_on(app):
    told = []
    app.on_startup(lambda: told.append(app.server.sockets))
    server = await app.start_server('127.0.0.1', 0, start_serving=False)
    told.append(len(server.sockets))
    server.close()
    await server.wait_closed()
    assert [*told, server.sockets] == [(), 1, ()]
