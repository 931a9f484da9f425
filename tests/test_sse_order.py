# Events reach the client whole and in order, those that wait for it and those that are written at once; and with few writes.

import asyncio
import random

import pytest
from tests import memory

from microdot import Microdot
from microdot.sse import with_sse

GET = b'GET / HTTP/1.1\r\nHost: a\r\n\r\n'


def application(send):
    app = Microdot()
    app.get('/')(with_sse(send))
    return app


@pytest.mark.parametrize('seed', range(20))
async def test_the_order_is_kept(seed):
    chance = random.Random(seed)
    sizes = [chance.choice((1, 10, 1000, 20_000, 70_000, 200_000)) for _ in range(60)]

    async def send(request, sse):
        for i, size in enumerate(sizes):
            await sse.send(f'{i} ' + 'x' * size)
            if chance.random() < 0.5:
                await asyncio.sleep(0)

    async with memory.serving(application(send)) as server:
        client = await server.connect()
        await client.read(0)
        await client.send(GET)
        for _ in range(30):
            await client.read(chance.choice((1, 100, 60_000, 150_000)))
        await client.read()
        answer, = client.answers()
    assert answer.complete
    assert answer.body == b''.join(b'data: %d %s\n\n' % (i, b'x' * size) for i, size in enumerate(sizes))


async def test_events_of_one_step_are_one_write():
    ticks = asyncio.Queue()

    async def send(request, sse):
        while True:
            for _ in range(await ticks.get()):
                await sse.send('tick')

    async with memory.serving(application(send)) as server:
        client = await server.connect()
        await client.send(GET)
        for count in (1, 1, 3):
            before = client.end.calls.count('write'), len(client.received)
            ticks.put_nowait(count)
            await memory.rest()
            assert client.end.calls.count('write') == before[0] + 1
            assert client.received[before[1]:].count(b'data: tick\n\n') == count
        await client.leave()


async def test_an_event_takes_one_step_of_one_task():
    ticks = asyncio.Queue()

    async def send(request, sse):
        while True:
            await ticks.get()
            await sse.send('tick')

    async with memory.serving(application(send)) as server:
        client = await server.connect()
        await client.send(GET)
        ticks.put_nowait(1)
        await asyncio.sleep(0)  # the function is woken, and sends it
        await asyncio.sleep(0)  # what is sent is written
        assert client.received.endswith(b'data: tick\n\n\r\n')
        await client.leave()


async def test_nothing_is_sent_to_who_has_left():
    ticks = asyncio.Queue()
    outcome = []

    async def send(request, sse):
        try:
            while True:
                await ticks.get()
                await sse.send('tick')
        except BaseException as exc:
            outcome.append(type(exc))
            raise

    async with memory.serving(application(send)) as server:
        client = await server.connect()
        await client.send(GET)
        await client.leave()
        ticks.put_nowait(1)
        await memory.rest()
        assert outcome == [asyncio.CancelledError]
        assert not client.end.late
