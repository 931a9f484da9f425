# Channels in the memory of one process: who gets what, in which order, and what becomes of slow subscribers.

import asyncio
import json

from tools import only, raises, raises_async

from microdot import Microdot, abort
from microdot.pubsub import Channels, MemoryBackend, Presence, attendance, broadcast, feed
from microdot.sse import with_sse
from microdot.test_client import TestClient

SECONDS = 10  # until a test gives up


async def until(condition):
    """Let others run until something is so."""
    for _ in range(1000):
        if condition():
            return
        await asyncio.sleep(0.001)
    raise AssertionError('it does not come about')


async def rest():
    """Let others run as far as they can."""
    for _ in range(20):
        await asyncio.sleep(0)


async def take(messages, count):
    """Return the data of so many messages."""
    found = []
    for _ in range(count):
        message = await asyncio.wait_for(messages.__anext__(), SECONDS)
        found.append(message.data)
    return found


async def taken_of(messages):
    """Return the data of all messages until the subscription ends."""
    found = []
    async for message in messages:
        found.append(message.data)
    return found


def subscribers(channels):
    """Return how many subscriptions a backend in memory knows."""
    return sum([len(channel.subscriptions) for channel in channels.backend._channels.values()])


# Publishing

async def test_each_subscriber_gets_each_message():
    channels = Channels()
    async with channels.subscribe('a', max_queue_length=9) as one:
        async with channels.subscribe('a', max_queue_length=9) as other:
            for data in ('text', b'\x00bytes', {'a': [1, None]}, [], 7, None, True, '', 'é'):
                await channels.publish('a', data)
            expected = ['text', b'\x00bytes', {'a': [1, None]}, [], 7, None, True, '', 'é']
            assert await take(other, 9) == await take(one, 9) == expected


async def test_what_is_mutable_is_nobody_elses():
    channels = Channels()
    data = {'list': [1]}
    octets = bytearray(b'x')
    async with channels.subscribe('a') as one:
        async with channels.subscribe('a') as other:
            await channels.publish('a', data)
            await channels.publish('a', octets)
            data['list'].append(2)
            octets[0] = 0
            message = await one.__anext__()
            message.data['list'].append(3)
            assert await take(other, 2) == [{'list': [1]}, b'x']


async def test_other_channels_are_not_heard():
    channels = Channels()
    async with channels.subscribe('a') as messages:
        await channels.publish('b', 1)
        await channels.publish('a*', 2)
        await channels.publish('a', 3)
        assert await take(messages, 1) == [3]


async def test_several_channels():
    channels = Channels()
    async with channels.subscribe('a', 'b') as messages:
        for name in ('b', 'a', 'c', 'b'):
            await channels.publish(name, name)
        found = []
        for _ in range(3):
            found.append(await messages.__anext__())
        assert [message.channel for message in found] == ['b', 'a', 'b']
        assert found[0].id != found[2].id


async def test_publish_returns_the_id():
    channels = Channels()
    assert await channels.publish('a', 1) != await channels.publish('a', 1)
    async with channels.subscribe('a') as messages:
        message_id = await channels.publish('a', 2)
        message = await messages.__anext__()
        assert message.id == messages.last_id == message_id


async def test_a_subscriber_that_waits_is_woken():
    channels = Channels()
    async with channels.subscribe('a') as messages:
        task = asyncio.create_task(take(messages, 2))
        await rest()
        await channels.publish('a', 1)
        await rest()
        await channels.publish('a', 2)
        assert await task == [1, 2]


@only('cpython', 'MicroPython writes what is no JSON as text')
async def test_what_is_no_json_is_refused():
    await raises_async(TypeError, Channels().publish('a', object()))


async def test_names_and_options_are_checked():
    channels = Channels()
    raises(ValueError, channels.subscribe)
    raises(ValueError, channels.subscribe, '')
    raises(ValueError, channels.subscribe, 'a', 'a')
    raises(TypeError, channels.subscribe, 'a', 7)
    raises(ValueError, channels.subscribe, 'a', policy='drop')
    raises(ValueError, channels.subscribe, 'a', max_queue_length=0)
    await raises_async(TypeError, channels.publish(7, 'x'))
    await raises_async(ValueError, channels.publish('', 'x'))


# The end of a subscription

async def test_unsubscribes_however_the_handler_ends():
    channels = Channels()

    async def end():
        async with channels.subscribe('a'):
            return

    async def fail():
        async with channels.subscribe('a', 'b') as messages:
            await messages.__anext__()
            raise KeyError

    async def wait():
        async with channels.subscribe('a') as messages:
            await messages.__anext__()
            await messages.__anext__()
    await end()
    tasks = [asyncio.create_task(fail()), asyncio.create_task(wait())]
    await rest()
    assert subscribers(channels) == 3
    await channels.publish('a', 1)
    await rest()
    assert subscribers(channels) == 1
    tasks[1].cancel()
    await raises_async(asyncio.CancelledError, tasks[1])
    await raises_async(KeyError, tasks[0])
    assert subscribers(channels) == 0
    assert not channels.backend._channels


async def test_the_loop_ends_when_the_subscription_is_closed():
    channels = Channels()
    async with channels.subscribe('a') as messages:
        await channels.publish('a', 1)
        task = asyncio.create_task(taken_of(messages))
        await rest()
        await channels.close()
        assert await task == [1]
        assert messages.closed
        await channels.publish('a', 2)
        assert await taken_of(messages) == []


async def test_a_subscription_is_for_one_loop():
    channels = Channels()
    subscription = channels.subscribe('a')
    raises(RuntimeError, subscription.__aiter__)
    async with subscription as messages:
        await raises_async(RuntimeError, subscription.__aenter__())
        task = asyncio.create_task(take(messages, 1))
        await rest()
        await raises_async(RuntimeError, messages.__anext__())
        await channels.publish('a', 1)
        assert await task == [1]


# Slow subscribers

async def test_the_oldest_are_dropped():
    channels = Channels()
    async with channels.subscribe('a', max_queue_length=3) as slow:
        async with channels.subscribe('a', max_queue_length=10) as other:
            for number in range(10):
                await channels.publish('a', number)
            assert await take(slow, 3) == [7, 8, 9]
            assert (slow.dropped, slow.closed, other.dropped) == (7, False, 0)
            assert await take(other, 10) == list(range(10))


async def test_who_is_too_slow_is_ended():
    channels = Channels()
    async with channels.subscribe('a', policy='close', max_queue_length=3) as slow:
        for number in range(5):
            await channels.publish('a', number)
        assert (slow.closed, slow.overflowed) == (True, True)
        assert await taken_of(slow) == [0, 1, 2]
        assert subscribers(channels) == 0


async def test_who_publishes_waits():
    channels = Channels()
    published = []

    async def publish(first):
        for number in range(first, first + 5):
            await channels.publish('a', number)
            published.append(number)
    async with channels.subscribe('a', policy='wait', max_queue_length=2) as slow:
        async with channels.subscribe('a') as other:
            tasks = [asyncio.create_task(publish(0)), asyncio.create_task(publish(10))]
            await rest()
            assert published == [0, 10]
            assert await take(other, 4) == [0, 10, 1, 11], 'others do not wait'
            found = await take(slow, 10)
            assert [number for number in found if number < 10] == [0, 1, 2, 3, 4]
            assert [number for number in found if number >= 10] == [10, 11, 12, 13, 14]
            await asyncio.wait_for(asyncio.gather(*tasks), SECONDS)
            assert slow.dropped == 0


async def test_who_waits_for_somebody_that_leaves_goes_on():
    channels = Channels()
    async with channels.subscribe('a', policy='wait', max_queue_length=1):
        await channels.publish('a', 1)
        task = asyncio.create_task(channels.publish('a', 2))
        await rest()
        assert not task.done()
        await asyncio.wait_for(channels.publish('b', 1), SECONDS)  # another channel
    await asyncio.wait_for(task, SECONDS)


async def test_who_keeps_up_misses_nothing_of_a_publisher_that_never_waits():
    channels = Channels()
    found = []

    async def listen():
        async with channels.subscribe('a', max_queue_length=4) as messages:
            async for message in messages:
                found.append(message.data)
    task = asyncio.create_task(listen())
    async with channels.subscribe('a', max_queue_length=4):  # takes nothing
        await rest()
        for number in range(200):
            await channels.publish('a', number)
        await rest()
    assert found == list(range(200))
    task.cancel()
    await raises_async(asyncio.CancelledError, task)


# History

async def test_history_comes_first():
    channels = Channels(history=3)
    for number in range(5):
        await channels.publish('a', number)
    async with channels.subscribe('a', after='') as messages:
        await channels.publish('a', 5)
        assert await take(messages, 4) == [2, 3, 4, 5]
        assert not messages.resumed
    async with channels.subscribe('a') as messages:
        await channels.publish('a', 6)
        assert await take(messages, 1) == [6]


async def test_going_on():
    channels = Channels(history=5)
    async with channels.subscribe('a') as messages:
        begin = messages.last_id
        for number in range(5):
            await channels.publish('a', number)
        assert await take(messages, 2) == [0, 1]
        middle = messages.last_id
    async with channels.subscribe('a', after=middle) as messages:
        assert messages.resumed
        assert messages.last_id == middle
        assert await take(messages, 3) == [2, 3, 4]
        end = messages.last_id
    async with channels.subscribe('a', after=end) as messages:
        assert messages.resumed
        await channels.publish('a', 5)
        assert await take(messages, 1) == [5]
    async with channels.subscribe('a', after=begin) as messages:
        assert not messages.resumed, '0 is not kept any more'
        assert await take(messages, 5) == [1, 2, 3, 4, 5]


async def test_what_was_just_dropped_is_no_gap():
    channels = Channels(history=2)
    ids = []
    for number in range(4):
        ids.append(await channels.publish('a', number))
    for after, resumed in zip(ids, (False, True, True, True)):
        async with channels.subscribe('a', after=after) as messages:
            assert messages.resumed == resumed


async def test_ids_that_were_never_there():
    channels = Channels(history=5)
    other = await Channels(history=5).publish('a', 'of another process')
    await channels.publish('a', 1)
    for after in (other, 'x', '-', '1-1', '\xe9', ',', other.partition('-')[0] + '-', channels.backend._id(99)):
        async with channels.subscribe('a', after=after) as messages:
            assert not messages.resumed
            assert await take(messages, 1) == [1]


async def test_going_on_with_several_channels():
    channels = Channels(history=10)
    async with channels.subscribe('a', 'b') as messages:
        for number in range(3):
            await channels.publish('a', number)
            await channels.publish('b', number + 10)
        assert await take(messages, 3) == [0, 10, 1]
        last_id = messages.last_id
    async with channels.subscribe('a', 'b', after=last_id) as messages:
        assert messages.resumed
        assert await take(messages, 3) == [11, 2, 12]
    async with channels.subscribe('a', 'b', 'c', after=last_id) as messages:
        assert not messages.resumed
        assert await take(messages, 6) == [0, 10, 1, 11, 2, 12]


async def test_a_history_that_is_longer_than_the_queue():
    channels = Channels(history=50)
    for number in range(50):
        await channels.publish('a', number)
    async with channels.subscribe('a', after='', policy='close', max_queue_length=2) as messages:
        await channels.publish('a', 50)
        assert await take(messages, 51) == list(range(51))


async def test_a_subscriber_that_comes_back_has_missed_nothing():
    channels = Channels(history=300)
    found = []

    async def listen():
        after = ''
        while len(found) < 300:
            async with channels.subscribe('a', after=after, policy='close', max_queue_length=5) as messages:
                assert messages.resumed or not after
                found.extend(await take(messages, min(7, 300 - len(found))))
                after = messages.last_id
    task = asyncio.create_task(listen())
    for number in range(300):
        await channels.publish('a', number)
        if number % 50 == 0:
            await rest()
    await asyncio.wait_for(task, SECONDS)
    assert found == list(range(300))


async def test_channels_are_forgotten():
    channels = Channels(MemoryBackend(max_channels=3), history=5)
    async with channels.subscribe('kept') as kept:
        old = await channels.publish('a', 1)
        for name in ('b', 'c', 'd', 'e'):
            await channels.publish(name, name)
        assert sorted(channels.backend._channels) == ['d', 'e', 'kept']
        new = await channels.publish('a', 2)
        async with channels.subscribe('a', after=old) as messages:
            assert not messages.resumed, 'what was forgotten may have been more'
            assert await take(messages, 1) == [2]
        async with channels.subscribe('a', after=new) as messages:
            assert messages.resumed
        await channels.publish('kept', 3)
        assert await take(kept, 1) == [3]


# Routes

async def test_feed():
    app = Microdot()
    channels = Channels(history=3)
    app.get('/news')(feed(channels, 'news'))
    client = TestClient(app)
    await channels.publish('news', 'old')
    async with client.sse('/news') as events:
        await channels.publish('news', {'a': 1})
        first, second = await events.receive(), await events.receive()
        assert (first['data'], first['event']) == (b'old', None)
        assert second['data_json'] == {'a': 1}
    await channels.publish('news', b'missed')
    async with client.sse('/news', last_event_id=second['event_id']) as events:
        third = await events.receive()
        assert third['data'] == b'missed'
    for number in range(3):
        await channels.publish('news', number)
    async with client.sse('/news', last_event_id=second['event_id']) as events:
        assert (await events.receive())['event'] == 'reset'
        assert [(await events.receive())['data_json'], (await events.receive())['data_json']] == [0, 1]
    assert subscribers(channels) == 0


async def test_feed_of_several_channels_and_of_placeholders():
    app = Microdot()
    channels = Channels(history=3)

    async def name(request, room):
        return 'room ' + room
    app.get('/rooms/<room>')(feed(channels, name, 'all'))
    async with TestClient(app).sse('/rooms/blue') as events:
        await until(lambda: subscribers(channels) == 2)
        await channels.publish('room blue', 1)
        await channels.publish('all', 2)
        first = await events.receive()
        second = await events.receive()
        assert (first['event'], second['event']) == ('room blue', 'all')
    async with TestClient(app).sse('/rooms/blue', last_event_id=first['event_id']) as events:
        assert await events.receive() == second


async def test_a_slow_client_of_a_feed_comes_back():
    app = Microdot()
    channels = Channels(history=1000)
    app.get('/')(feed(channels, 'a', max_queue_length=2))
    found = []
    after = None
    for number in range(500):
        await channels.publish('a', number)
    while len(found) < 600:
        async with TestClient(app).sse('/', last_event_id=after) as events:
            if not found:
                for number in range(500, 600):  # too many at once
                    await channels.publish('a', number)
            async for event in events:
                assert event['event'] is None
                found.append(event['data_json'])
                after = event['event_id']
                if len(found) == 600:
                    break
    assert found == list(range(600))


async def test_broadcast():
    app = Microdot()
    channels = Channels(history=10)
    app.get('/chat')(broadcast(channels, 'chat'))
    client = TestClient(app)
    async with client.websocket_connect('/chat') as one:
        await one.send('first')
        assert await one.receive() == 'first'
        async with client.websocket_connect('/chat') as other:
            assert await other.receive() == 'first'
            await other.send(b'second')
            assert await one.receive() == await other.receive() == b'second'
    await until(lambda: subscribers(channels) == 0)


async def test_broadcast_of_what_is_accepted():
    app = Microdot()
    channels = Channels()

    async def accept(request, message):
        return None if message == 'secret' else {'by': request.args['name'], 'said': message}
    app.get('/chat/<room>')(broadcast(channels, lambda request, room: 'room ' + room, accept=accept))
    async with TestClient(app).websocket_connect('/chat/blue?name=Emma') as ws:
        await ws.send('secret')
        await ws.send('hello')
        assert json.loads(await ws.receive()) == {'by': 'Emma', 'said': 'hello'}


async def test_the_routes_refuse_before_they_begin():
    app = Microdot()
    channels = Channels()

    def known(request, room):
        return room if room == 'blue' else abort(404)
    app.get('/news/<room>')(feed(channels, known))
    app.get('/chat/<room>')(broadcast(channels, known))
    app.get('/members/<room>')(attendance(Presence(channels, 'lobby'), known))
    client = TestClient(app)
    for path in ('/news/red', '/members/red', '/chat/red'):
        response = await client.get(path, {
            'Upgrade': 'websocket', 'Connection': 'Upgrade', 'Sec-WebSocket-Version': '13',
            'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ=='})
        assert (response.status_code, response.text) == (404, '404 error')
    async with client.sse('/news/blue'), client.sse('/members/blue'), client.websocket_connect('/chat/blue'):
        await until(lambda: subscribers(channels) == 3)


async def test_a_handler_that_subscribes():
    app = Microdot()
    channels = Channels(history=3)

    @app.get('/')
    @with_sse
    async def index(request, sse):
        async with channels.subscribe('a', after=sse.last_event_id) as messages:
            async for message in messages:
                await sse.send(message.data, event_id=message.id)
    async with TestClient(app).sse('/') as events:
        await until(lambda: subscribers(channels) == 1)
        await channels.publish('a', [1])
        assert (await events.receive())['data_json'] == [1]
    await until(lambda: subscribers(channels) == 0)


# Presence

async def test_who_is_there():
    channels = Channels()
    presence = Presence(channels, 'lobby')
    async with presence.subscribe() as messages:
        async with presence.enter('Emma'):
            assert await presence.members() == ['Emma']
            async with presence.enter('Emma'), presence.enter({'name': 'Jane'}), presence.enter():
                members = await presence.members()
                assert members == ['Emma', {'name': 'Jane'}]
        assert await presence.members() == []
        jane = {'name': 'Jane'}
        assert await take(messages, 4) == [{'join': 'Emma'}, {'join': jane}, {'leave': jane}, {'leave': 'Emma'}]
    assert not channels.backend._places


async def test_who_is_cancelled_leaves():
    presence = Presence(Channels(), 'lobby')

    async def stay():
        async with presence.enter('Emma'):
            await asyncio.sleep(100)
    async with presence.subscribe() as messages:
        task = asyncio.create_task(stay())
        assert await take(messages, 1) == [{'join': 'Emma'}]
        task.cancel()
        await raises_async(asyncio.CancelledError, task)
        assert await take(messages, 1) == [{'leave': 'Emma'}]
        assert await presence.members() == []


async def test_attendance():
    app = Microdot()
    presence = Presence(Channels(), 'lobby')
    app.get('/lobby')(attendance(presence, lambda request: request.args.get('name')))
    client = TestClient(app)

    async def facts(events, count):
        found = []
        for _ in range(count):
            event = await asyncio.wait_for(events.receive(), SECONDS)
            found.append((event['event'], json.loads(event['data'])))
        return found
    async with client.sse('/lobby') as looker:
        assert await facts(looker, 1) == [('members', [])]
        async with client.sse('/lobby?name=Emma') as events:
            assert await facts(events, 1) == [('members', ['Emma'])]
        assert await facts(looker, 2) == [('join', 'Emma'), ('leave', 'Emma')]
