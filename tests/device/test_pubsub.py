# What channels cost a board: the heap that they take when they are imported and were used, by a handler of events and by those of
# the routes that are ready-made, and that a thousand messages leave nothing.

import subprocess

import pytest
from tests.conftest import BUILDS
from tests.device.compiled import compile_rooms

# Bytes on 32 bits, compiled.
CHANNELS = 8700   # beside an application with a handler of server-sent events
MESSAGE = 768     # of heap that a message to a subscriber takes until it is collected
ROUTES = 9472     # the routes and presence, beside an application with WebSockets

PROGRAM = r'''
import asyncio
import gc

import microdot.sse
import microdot.websocket
from microdot import Microdot


def free():
    gc.collect()
    return gc.mem_free()


def make_room_for_names():
    # The table of names doubles when it is full: now, and not while something is measured.
    number = grown = 0
    while grown < 2000:
        before = gc.mem_alloc()
        getattr(free, 'name%d' % number, None)
        grown = gc.mem_alloc() - before
        number += 1


async def talk(channels, count):
    async with channels.subscribe('a', 'b') as messages:
        for number in range(count):
            await channels.publish('a', {'number': number})
            assert (await messages.__anext__()).data == {'number': number}
    async with channels.subscribe('a', after=messages.last_id) as messages:
        pass


async def main():
    app = Microdot()
    before = free()
    from microdot.pubsub import Channels

    channels = Channels(history=4)
    await talk(channels, 10)
    taken = before - free()

    gc.disable()
    before = gc.mem_alloc()
    await talk(channels, 20)
    message = (gc.mem_alloc() - before) // 20
    gc.enable()

    await talk(channels, 1000)
    before = free()
    await talk(channels, 1000)
    left = before - free()

    before = free()
    from microdot.pubsub import Presence, attendance, broadcast, feed

    presence = Presence(channels, 'lobby')
    app.get('/a')(feed(channels, 'a'))
    app.get('/b')(broadcast(channels, 'b'))
    app.get('/c')(attendance(presence, lambda request: 'Emma'))
    async with presence.enter('Emma'):
        assert await presence.members() == ['Emma']
    print(taken, message, left, before - free())


make_room_for_names()
asyncio.run(main())
'''


@pytest.mark.needs('mp32')
def test_channels_take_little_heap(tmp_path):
    compile_rooms(tmp_path)
    (tmp_path / 'program.py').write_text(PROGRAM)
    run = subprocess.run([BUILDS['mp32'], '-X', 'heapsize=256k', 'program.py'], cwd=tmp_path, timeout=60, check=False,
                         env={'MICROPYPATH': f'{tmp_path}:.frozen'}, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr or run.stdout
    channels, message, left, routes = (int(number) for number in run.stdout.split())
    print('channels', channels, 'message', message, 'left', left, 'routes', routes, 'bytes')
    assert 2000 < channels <= CHANNELS
    assert 100 < message <= MESSAGE
    assert left <= 64
    assert 1000 < routes <= ROUTES
