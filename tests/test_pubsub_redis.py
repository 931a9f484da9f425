# Channels in Redis, of which the tests start a server of their own. Each `Channels` here stands for a process: it has its own
# connections, and shares nothing with another but the server.

import asyncio
import contextlib
import itertools
import signal
import time

import pytest
import redis
import redis.asyncio
from tests.redis_server import RedisServer
from tests.runtimes.conftest import free_port

from microdot import Microdot
from microdot.pubsub import Channels, Presence, RedisBackend, broadcast, feed
from microdot.test_client import TestClient

SECONDS = 20  # until a test gives up

pytestmark = pytest.mark.needs('redis-server')


@pytest.fixture(scope='module')
def shared(tmp_path_factory):
    with RedisServer(tmp_path_factory.mktemp('redis')) as server:
        yield server


@pytest.fixture
def server(shared):
    """Give a server without anything in it, which runs on."""
    with shared.client() as client:
        client.flushall()
    return shared


@pytest.fixture(params=[False, True], ids=['forgetful', 'durable'])
def fragile(request, tmp_path):
    """Give a server that the test may stop."""
    with RedisServer(tmp_path, request.param) as server:
        server.durable = request.param
        yield server


@contextlib.asynccontextmanager
async def process(server, history=0, **options):
    """Give channels that are closed at the end, after which nothing of them may run."""
    channels = Channels(RedisBackend(server.url, **options), history)
    try:
        yield channels
    finally:
        hub = hub_of(channels)
        await channels.close()
        tasks = [task for task in (hub.reader._task, hub.writer._task) if task]
        assert all(task.done() for task in tasks)


async def take(messages, count):
    """Return the data of so many messages."""
    return [message.data for message in await take_messages(messages, count)]


async def take_messages(messages, count):
    async def found():
        return [await anext(messages) for _ in range(count)]
    return await asyncio.wait_for(found(), SECONDS)


async def until(condition):
    end = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < end, 'it does not come about'
        await asyncio.sleep(0.005)


def is_live(channels):
    """Tell whether all subscriptions are given what comes as it comes."""
    return not any(subscription.behind for subscription in hub_of(channels).cursors)


def hub_of(channels):
    return channels.backend._hub()


def connections(server):
    with server.client() as client:
        return int(client.info('clients')['connected_clients']) - 1  # this one


# Publishing

async def test_each_subscriber_of_each_process_gets_each_message(server):
    data = ['text', b'\x00\xff', {'a': [1, None]}, [], 7, None, True, '', 'é']
    async with (
        process(server) as one, process(server) as other,
        one.subscribe('a') as first, other.subscribe('a', 'b') as second, other.subscribe('a') as third,
    ):
        ids = [await one.publish('a', datum) for datum in data]
        for messages in (first, second, third):
            found = await take_messages(messages, len(data))
            assert [message.data for message in found] == data
            assert [message.id for message in found] == ids
        await other.publish('a', 'back')
        assert await take(first, 1) == await take(third, 1) == ['back']


async def test_from_now_on_means_from_now_on(server):
    async with process(server) as one:
        await one.publish('a', 'before')
        async with one.subscribe('a') as messages:
            await one.publish('a', 'after')
            assert await take(messages, 1) == ['after']
            async with one.subscribe('a') as late:
                await one.publish('a', 'last')
                assert await take(late, 1) == await take(messages, 1) == ['last']


async def test_one_connection_reads_and_one_writes(server):
    async with process(server) as one, contextlib.AsyncExitStack() as stack:
        before = connections(server)
        subscriptions = [await stack.enter_async_context(one.subscribe(f'channel {number % 20}')) for number in range(100)]
        tasks = [asyncio.create_task(take(messages, 1)) for messages in subscriptions]
        await until(lambda: is_live(one))
        await asyncio.gather(*[one.publish(f'channel {number}', number) for number in range(20)])
        assert await asyncio.gather(*tasks) == [[number % 20] for number in range(100)]
        assert connections(server) - before <= 2


async def test_order_of_each_publisher(server):
    async def publish(channels, name):
        for number in range(200):
            await channels.publish('a', [name, number])
    async with process(server) as one, process(server) as other, one.subscribe('a', max_queue_length=1000) as messages:
        publishers = {f'{place} {n}': channels for place, channels in (('one', one), ('other', other)) for n in range(3)}
        await asyncio.gather(*[publish(channels, name) for name, channels in publishers.items()])
        found = {}
        for name, number in await take(messages, 1200):
            found.setdefault(name, []).append(number)
        assert found == {name: list(range(200)) for name in publishers}


@pytest.mark.parametrize('fields', [{'something': 'else'}, {b'\xff': 'name'}, {'t': b'\xff'}, {'j': b'\xff', 'p': 'x'}])
async def test_what_others_have_written_is_passed_over(server, fields):
    client = server.client()
    async with process(server, history=10) as one, one.subscribe('a', max_queue_length=2) as messages:
        await one.publish('a', 0)
        for _ in range(10):
            client.xadd('microdot:channel:a', fields)
        await one.publish('a', 1)
        assert await take(messages, 2) == [0, 1]
        task = asyncio.create_task(take(messages, 1))
        await until(lambda: is_live(one))
        last = tuple(map(int, client.xadd('microdot:channel:a', fields).split(b'-')))
        await until(lambda: hub_of(one).reader.open('a', b'microdot:channel:a').position == last)
        async with one.subscribe('a', after='') as late:
            await one.publish('a', 2)
            assert await task == [2]
            assert await take(late, 2) == [1, 2]
    client.close()


async def test_a_text_that_is_no_text(server):
    async with process(server) as one, one.subscribe('a') as messages:
        with pytest.raises(UnicodeEncodeError):
            await one.publish('a', '\ud800')
        with pytest.raises(UnicodeEncodeError):
            await one.publish('\ud800', 'a')
        await one.publish('a', 1)
        assert await take(messages, 1) == [1]


async def test_what_the_server_refuses_is_raised(server):
    with server.client() as client:
        client.set('microdot:channel:a', 'no stream')
    async with process(server) as one:
        with pytest.raises(redis.ResponseError):
            await one.publish('a', 1)
        with pytest.raises(redis.ResponseError):
            async with one.subscribe('a'):
                pass
        await one.publish('b', 1)
        assert not hub_of(one).cursors


@pytest.mark.parametrize('options', [{}, {'decode_responses': True}, {'protocol': 3}])
async def test_a_client_of_the_application(server, options):
    async with redis.asyncio.Redis.from_url(server.url, **options) as client:
        channels = Channels(RedisBackend(client), history=3)
        await channels.publish('a', 0)
        async with channels.subscribe('a', after='') as messages:
            await channels.publish('a', {'é': 1})
            assert await take(messages, 2) == [0, {'é': 1}]
            await until(lambda: is_live(channels))
            await channels.publish('a', b'\xff')
            assert await take(messages, 1) == [b'\xff']
        presence = Presence(channels, 'lobby')
        async with presence.enter('Emma'):
            assert await presence.members() == ['Emma']
        await channels.close()
        assert await client.ping(), 'its connections are its own'


def test_several_event_loops(server):
    channels = Channels(RedisBackend(server.url), history=5)

    async def count():
        await channels.publish('a', 1)
        async with channels.subscribe('a', after='') as messages:
            found = await anext(messages)
        await channels.close()
        return found.data
    assert [asyncio.run(count()) for _ in range(3)] == [1, 1, 1]


def test_options_are_checked():
    with pytest.raises(ValueError, match='raise'):
        RedisBackend('redis://localhost', when_down='retry')


# History

async def test_history_comes_first(server):
    async with process(server, history=3) as one, process(server, history=3) as other:
        for number in range(5):
            await one.publish('a', number)
        async with other.subscribe('a', after='') as messages:
            await one.publish('a', 5)
            assert await take(messages, 4) == [2, 3, 4, 5]
            assert not messages.resumed


async def test_going_on_in_another_process(server):
    async with process(server, history=100) as one, process(server, history=100) as other:
        async with one.subscribe('a', 'b') as messages:
            for number in range(5):
                await one.publish('ab'[number % 2], number)
            await take(messages, 3)
            last_id = messages.last_id
        async with other.subscribe('a', 'b', after=last_id) as messages:
            assert messages.resumed
            assert messages.last_id == last_id
            assert sorted(await take(messages, 2)) == [3, 4]
            await one.publish('a', 5)
            assert await take(messages, 1) == [5]


@pytest.mark.parametrize('after', [
    'x', '1-1', '0-0', '-', '\xe9-1', '\u0661-1', f'{2**64 - 1}-{2**64 - 1}', f'{2**64}-1', ',', '1-1,1-1', '9' * 5000 + '-1'])
async def test_ids_that_were_never_there(server, after):
    async with process(server, history=5) as one:
        await one.publish('a', 1)
        async with one.subscribe('a', after=after) as messages:
            assert not messages.resumed
            assert await take(messages, 1) == [1]


async def test_streams_are_trimmed(server):
    async with process(server, history=50, max_length=100) as one:
        await asyncio.gather(*[one.publish('a', number) for number in range(5000)])
        with server.client() as client:
            assert 100 <= client.xlen('microdot:channel:a') <= 300  # nodes of a hundred are dropped as a whole
        async with one.subscribe('a', after='') as messages:
            assert await take(messages, 50) == list(range(4950, 5000))


async def test_coming_back_again_and_again(server):
    async def listen(channels, found):
        after = ''
        while len(found) < 1000:
            async with channels.subscribe('a', after=after, max_queue_length=5, policy='close') as messages:
                assert messages.resumed or not found
                for _ in range(min(37, 1000 - len(found))):
                    message = await anext(messages, None)
                    if message is None:
                        break
                    found.append(message.data)
                    after = messages.last_id

    async def publish(channels):
        for number in range(1000):
            await channels.publish('a', number)
    async with process(server, history=1000) as one, process(server, history=1000) as other:
        found = [[] for _ in range(10)]
        await one.publish('a', 'first')
        await asyncio.wait_for(asyncio.gather(
            publish(one), *[listen((one, other)[n % 2], found[n]) for n in range(10)]), SECONDS)
        for data in found:
            assert data == ['first', *range(999)]


# Slow subscribers

async def test_the_oldest_are_dropped(server):
    async with (
        process(server) as one,
        one.subscribe('a', max_queue_length=3) as slow, one.subscribe('a', max_queue_length=100) as other,
    ):
        tasks = [asyncio.create_task(take(messages, 1)) for messages in (slow, other)]
        await until(lambda: is_live(one))
        for number in range(20):
            await one.publish('a', number)
        assert await asyncio.gather(*tasks) == [[0], [0]]
        assert await take(other, 19) == list(range(1, 20))
        assert await take(slow, 3) == [17, 18, 19]
        assert slow.dropped == 16


async def test_the_messages_of_who_waits_stay_in_the_stream(server):
    async with (
        process(server) as one,
        one.subscribe('a', 'b', policy='wait', max_queue_length=4) as slow, one.subscribe('a') as other,
    ):
        tasks = [asyncio.create_task(take(messages, 1)) for messages in (slow, other)]
        await until(lambda: is_live(one))
        for number in range(500):
            await asyncio.wait_for(one.publish('ab'[number % 50 == 3], number), SECONDS)
        assert await tasks[0] == await tasks[1] == [0]
        found = await take(slow, 499)
        assert sorted(found) == list(range(1, 500))
        assert [number for number in found if number % 50 == 3] == list(range(3, 500, 50))
        assert [number for number in found if number % 50 != 3] == [n for n in range(1, 500) if n % 50 != 3]
        assert slow.dropped == 0
        await one.publish('b', 'live')
        assert await take(slow, 1) == ['live']


async def test_what_is_trimmed_before_it_is_taken_is_told(server):
    async with process(server, max_length=10) as one, one.subscribe('a', policy='wait', max_queue_length=2) as slow:
        await one.publish('a', -1)
        assert await take(slow, 1) == [-1]
        await asyncio.gather(*[one.publish('a', number) for number in range(1000)])
        await until(lambda: slow.behind)
        found = await take(slow, 1)
        while found[-1] < 999:
            found += await take(slow, 1)
        assert found == sorted(found)
        assert slow.dropped == sum(later - earlier > 1 for earlier, later in itertools.pairwise([-1, *found])) > 0


async def test_who_keeps_up_misses_nothing(server):
    found = []

    async def listen():
        async with one.subscribe('a', max_queue_length=10) as messages:
            async for message in messages:
                found.append(message.data)  # noqa: PERF401 - one by one
    async with process(server) as one:
        task = asyncio.create_task(listen())
        await until(lambda: hub_of(one).cursors and is_live(one))
        async with one.subscribe('a', max_queue_length=10) as stuck:
            await asyncio.gather(*[one.publish('a', number) for number in range(2000)])
            await until(lambda: len(found) == 2000)
            assert found == list(range(2000))
            assert not stuck.dropped, 'who takes nothing is behind, and no burden'
        task.cancel()
        await asyncio.wait([task])


# A server that comes and goes

async def test_a_server_that_is_stopped_and_started(fragile, caplog):
    async with (
        process(fragile, history=100) as one, process(fragile, history=100, when_down='wait') as other,
        one.subscribe('a') as messages, other.subscribe('a', 'b') as patient,
    ):
        await one.publish('a', 1)
        assert await take(messages, 1) == await take(patient, 1) == [1]
        last_id = messages.last_id
        await until(lambda: is_live(one) and is_live(other))
        fragile.stop()
        with pytest.raises(ConnectionError, match='Redis cannot be used'):
            await one.publish('a', 'never')
        with pytest.raises(ConnectionError):
            await one.publish('a', 'never')
        publishing = asyncio.create_task(other.publish('a', 2))
        late = one.subscribe('a', after=last_id)
        entering = asyncio.create_task(late.__aenter__())
        await until(lambda: len(caplog.records) == 2)
        assert not publishing.done()
        fragile.start()
        await asyncio.wait_for(publishing, SECONDS)
        assert await take(messages, 1) == await take(patient, 1) == [2]
        await asyncio.wait_for(entering, SECONDS)
        assert late.resumed == fragile.durable
        await one.publish('a', 3)
        assert await take(messages, 1) == await take(patient, 1) == [3]
        assert (await take(late, 2))[-2:] == [2, 3]
        await late.__aexit__(None, None, None)
        await one.publish('b', 4)
        assert await take(patient, 1) == [4]
    lines = [record.getMessage() for record in caplog.records if 'has lost' not in record.getMessage()]
    assert len(lines) == 4, 'each says each once'
    assert sorted(line.partition(',')[0] for line in lines) == ['Redis can be used again'] * 2 + ['Redis cannot be used'] * 2


async def test_nothing_is_lost_or_doubled_by_a_server_that_is_killed(tmp_path):
    count = 3000
    with RedisServer(tmp_path, durable=True) as server:
        async def publish(channels, name):
            for number in range(count):
                await channels.publish('a', [name, number])

        async with (
            process(server, when_down='wait') as one, process(server, when_down='wait') as other,
            one.subscribe('a', policy='wait') as first, other.subscribe('a', policy='wait') as second,
        ):
            tasks = [asyncio.create_task(publish(one, 'one')), asyncio.create_task(publish(other, 'other'))]
            takers = [asyncio.create_task(take(messages, 2 * count)) for messages in (first, second)]
            for number in (signal.SIGKILL, signal.SIGTERM, signal.SIGKILL):
                with server.client() as client:
                    length = client.xlen('microdot:channel:a')
                    while client.xlen('microdot:channel:a') < length + 200:
                        await asyncio.sleep(0.005)
                await asyncio.to_thread(server.stop, number)
                await asyncio.to_thread(server.start)
            await asyncio.wait_for(asyncio.gather(*tasks), SECONDS)
            for found in await asyncio.gather(*takers):
                for name in ('one', 'other'):
                    assert [number for by, number in found if by == name] == list(range(count))


@contextlib.asynccontextmanager
async def proxy(server):
    """Give what is between a process and the server, and does with the next command that has a word in it as it is told."""
    between = Proxy(server)
    listener = await asyncio.start_server(between.serve, '127.0.0.1', 0)
    between.url = f'redis://127.0.0.1:{listener.sockets[0].getsockname()[1]}'
    try:
        yield between
    finally:
        between.let_go.set()
        listener.close()
        await asyncio.wait(between.tasks, timeout=SECONDS)


class Proxy:
    """Moves bytes; `word` is what the command has in it with which something happens, once:

    `lose` the reply, and the connection with it; `delay` the reply until `let_go` is set; or `hold` the command itself, while the
    connection is lost for the process, and it comes to the server when `let_go` is set.
    """

    word = b'XADD'
    then = None

    def __init__(self, server):
        self.port = server.port
        self.happened = asyncio.Event()
        self.let_go = asyncio.Event()
        self.lost = b''
        self.tasks = set()

    async def serve(self, reader, writer):
        self.tasks.add(asyncio.current_task())
        theirs, ours = await asyncio.open_connection('127.0.0.1', self.port)
        due = []
        replying = asyncio.create_task(self.reply(theirs, writer, due))
        try:
            while data := await reader.read(65536):
                if self.then and self.word in data:
                    what, self.then = self.then, None
                    if what == 'hold':
                        writer.close()
                        self.happened.set()
                        await self.let_go.wait()
                    else:
                        due.append(what)
                ours.write(data)
            await ours.drain()
        finally:
            replying.cancel()
            await asyncio.wait([replying])
            ours.close()
            writer.close()

    async def reply(self, theirs, writer, due):
        while data := await theirs.read(65536):
            what = due.pop() if due else None
            if what:
                self.happened.set()
            if what == 'lose':
                self.lost = data
                break
            if what == 'delay':
                await self.let_go.wait()
            writer.write(data)
        writer.close()


async def test_a_message_whose_reply_was_lost_is_not_published_again(server):
    for policy in ('wait', 'raise'):
        async with (
            proxy(server) as between, process(between, when_down=policy) as one,
            process(server) as other, other.subscribe('a') as messages,
        ):
            await one.publish('a', 0)
            between.then = 'lose'
            message_id = await one.publish('a', 1)
            assert message_id in between.lost.decode()
            await one.publish('a', 2)
            assert await take(messages, 3) == [0, 1, 2]


async def test_a_message_that_was_on_its_way_is_not_published_twice(server):
    async with (
        proxy(server) as between, process(between) as one, process(server) as other, other.subscribe('a') as messages,
    ):
        await one.publish('a', 0)
        between.then = 'hold'
        await one.publish('a', 1)
        between.let_go.set()
        await until(lambda: any(task.done() for task in between.tasks))
        await one.publish('a', 2)
        assert await take(messages, 3) == [0, 1, 2]


async def test_a_server_that_answers_nothing(fragile, caplog):
    async with process(fragile) as one, one.subscribe('a') as messages:
        await one.publish('a', 1)
        assert await take(messages, 1) == [1]
        fragile.process.send_signal(signal.SIGSTOP)
        publishing = asyncio.create_task(one.publish('a', 2))
        await asyncio.sleep(0)
        fragile.process.send_signal(signal.SIGCONT)
        await asyncio.wait_for(publishing, SECONDS)
        assert await take(messages, 1) == [2]
    assert not caplog.records


async def test_a_server_that_never_was_there(caplog):
    channels = Channels(RedisBackend(f'redis://127.0.0.1:{free_port()}'))
    app = Microdot()
    app.get('/')(feed(channels, 'a'))
    app.get('/chat')(broadcast(channels, 'a'))
    with pytest.raises(ConnectionError):
        await channels.publish('a', 1)
    with pytest.raises(asyncio.TimeoutError):
        async with TestClient(app).sse('/') as events:
            await asyncio.wait_for(events.receive(), 0.2)
    await channels.close()
    assert len(caplog.records) == 1


# Presence

async def test_who_is_there_in_two_processes(server):
    async with process(server) as one, process(server) as other:
        here, there = Presence(one, 'lobby'), Presence(other, 'lobby')
        async with here.subscribe() as messages:
            async with here.enter('Emma'):
                async with there.enter('Emma'), there.enter('Jane'):
                    assert sorted(await here.members()) == sorted(await there.members()) == ['Emma', 'Jane']
                assert await there.members() == ['Emma']
            assert await there.members() == []
            assert await take(messages, 4) == [{'join': 'Emma'}, {'join': 'Jane'}, {'leave': 'Jane'}, {'leave': 'Emma'}]


async def test_a_process_that_ends_without_a_word(server):
    async with process(server) as one, process(server) as other:
        here, there = Presence(one, 'lobby', timeout=0.6), Presence(other, 'lobby', timeout=0.6)
        async with here.subscribe() as messages, here.enter():
            await there.enter('Emma').__aenter__()
            assert await take(messages, 1) == [{'join': 'Emma'}]
            await asyncio.sleep(0.8)
            assert await here.members() == ['Emma'], 'it is renewed'
            there._task.cancel()
            assert await take(messages, 1) == [{'leave': 'Emma'}]
            assert await here.members() == []


@pytest.mark.parametrize('what', ['lose', 'delay'])
async def test_who_comes_is_told_whatever_becomes_of_the_answer(server, what):
    async with (
        proxy(server) as between, process(between) as one, process(server) as other,
        Presence(other, 'lobby').subscribe() as messages,
    ):
        presence = Presence(one, 'lobby')
        assert await presence.members() == []
        between.word = b'Emma'
        between.then = what
        entering = asyncio.create_task(presence.enter('Emma').__aenter__())
        await asyncio.wait_for(between.happened.wait(), SECONDS)
        if what == 'delay':
            entering.cancel()
        between.let_go.set()
        await asyncio.wait([entering], timeout=SECONDS)
        assert await take(messages, 1) == [{'join': 'Emma'}]
        if what == 'delay':
            assert await take(messages, 1) == [{'leave': 'Emma'}]
        else:
            assert await Presence(other, 'lobby').members() == ['Emma']
            presence._task.cancel()


async def test_who_is_there_twice_stays_when_one_process_ends_without_a_word(server):
    async with process(server) as one, process(server) as other:
        here, there = Presence(one, 'lobby', timeout=0.6), Presence(other, 'lobby', timeout=0.6)
        async with here.subscribe() as messages:
            async with here.enter('Emma'):
                for member in ('Emma', 'Jane'):
                    await there.enter(member).__aenter__()
                there._task.cancel()
                assert await take(messages, 3) == [{'join': 'Emma'}, {'join': 'Jane'}, {'leave': 'Jane'}]
                assert await here.members() == ['Emma']
            assert await take(messages, 1) == [{'leave': 'Emma'}]
            assert await here.members() == []
    with server.client() as client:
        assert client.keys('microdot:[pm]*') == []


async def test_who_is_subscribed_hears_of_a_process_that_ended_without_a_word(server):
    async with process(server) as one, process(server) as other:
        there = Presence(other, 'lobby', timeout=0.6)
        here = Presence(one, 'lobby', timeout=0.6)
        subscription = here.subscribe()
        async with subscription as messages:
            assert messages is subscription
            await there.enter('Emma').__aenter__()
            there._task.cancel()
            assert await take(messages, 2) == [{'join': 'Emma'}, {'leave': 'Emma'}]
        assert here._task is None


async def test_presence_while_the_server_is_gone(fragile):
    async with process(fragile) as one:
        presence = Presence(one, 'lobby', timeout=0.3)
        async with presence.subscribe() as messages, presence.enter('Emma'):
            assert await take(messages, 1) == [{'join': 'Emma'}]
            fragile.stop()
            with pytest.raises(ConnectionError):
                await presence.members()
            with pytest.raises(ConnectionError):
                async with presence.enter('Jane'):
                    pass
            fragile.start()
            await until(lambda: fragile.client().zcard('microdot:presence:lobby') == 1)
            assert await presence.members() == ['Emma']
