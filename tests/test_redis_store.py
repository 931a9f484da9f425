# Sessions in Redis, of which each test starts a server of its own.

import asyncio
import time

import pytest
import redis
import redis.asyncio
from tests.redis_server import DEADLINE, RedisServer
from tests.runtimes.conftest import free_port

from microdot import Microdot
from microdot.session import RedisStore, Session, with_session
from microdot.test_client import TestClient

pytestmark = pytest.mark.needs('redis-server')


@pytest.fixture(scope='module')
def server(tmp_path_factory):
    """Give the URL of a server without anything in it."""
    with RedisServer(tmp_path_factory.mktemp('redis')) as server:
        yield server.url


@pytest.fixture
def database(server):
    """Give a client that looks at what is in the server."""
    with redis.Redis.from_url(server) as client:
        client.flushall()
        yield client


def make(store, **options):
    app = Microdot()
    Session(app, store=store, **options)

    @app.route('/count')
    @with_session
    async def count(request, session):
        session['count'] = session.get('count', 0) + 1
        session.save()
        return str(session['count'])

    @app.route('/forget')
    @with_session
    async def forget(request, session):
        session.delete()
        return 'forgotten'

    app.on_shutdown(store.close)
    return app


async def test_sessions(server, database):
    app = make(RedisStore(server), max_age=3600)
    async with TestClient(app) as client:
        assert (await client.get('/count')).text == '1'
        assert (await client.get('/count')).text == '2'
        key, = database.keys()
        assert key.startswith(b'session:')
        assert client.cookies['session'].encode() not in key
        assert b'"count":2' in database.get(key)
        assert 3500 < database.ttl(key) <= 3600
        await client.get('/forget')
        assert database.keys() == []
        assert (await client.get('/count')).text == '1'


async def test_processes_share_sessions(server, database):
    one = make(RedisStore(server))
    async with TestClient(one) as client:
        await client.get('/count')
        async with TestClient(make(RedisStore(server)), cookies=client.cookies) as other:
            assert (await other.get('/count')).text == '2'
        async with TestClient(make(RedisStore(server, prefix='else:')), cookies=client.cookies) as other:
            assert (await other.get('/count')).text == '1'
        assert sorted(key.partition(b':')[0] for key in database.scan_iter()) == [b'else', b'session']


async def test_the_verbs(server, database):
    store = RedisStore(server, prefix='')
    assert await store.load('a') is None
    await store.save('a', 'é', 100)
    await store.save('b', '2', 1)
    assert await store.load('a') == 'é'
    await store.save('a', 'new', 200)
    assert await store.load('a') == 'new'
    assert database.ttl('a') > 100
    await store.delete('a')
    await store.delete('a')
    assert await store.load('a') is None
    end = time.monotonic() + DEADLINE
    while await store.load('b') is not None:  # its second ends
        assert time.monotonic() < end
        await asyncio.sleep(0.02)
    await store.close()
    await store.close()


def test_several_event_loops(server, database):
    app = make(RedisStore(server))
    client = TestClient(app)

    async def count():
        async with client:
            return (await client.get('/count')).text

    assert [asyncio.run(count()) for _ in range(3)] == ['1', '2', '3']


@pytest.mark.parametrize('decode', [False, True])
async def test_a_client_of_the_application(server, database, decode):
    async with redis.asyncio.Redis.from_url(server, decode_responses=decode) as client:
        store = RedisStore(client)
        await store.save('a', 'value', 100)
        await store.close()  # which is not its own
        assert await store.load('a') == 'value'


async def test_a_server_that_is_not_there(caplog):
    async with TestClient(make(RedisStore(f'redis://127.0.0.1:{free_port()}'))) as client:
        assert (await client.get('/count')).status_code == 500
        assert client.cookies == {}
    assert 'Exception in the answer to GET /count' in caplog.text
