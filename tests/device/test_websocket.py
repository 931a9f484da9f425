# What server-sent events and WebSockets cost a board: the heap of their rooms, and of each client, also of one whose messages
# nobody receives.

import subprocess

import pytest
from tests.conftest import BUILDS
from tests.device.compiled import compile_rooms

# Bytes on 32 bits, compiled.
EVENTS = 8800       # beside an application without, the rooms of streamed bodies among them; 2.7's import takes 1888
STREAM = 1300       # each that is open, with its tasks
WEBSOCKETS = 18600  # beside an application without, after a message, a fragment, pings and a close; 2.7's import takes 3520
SOCKET = 2048       # each that is open, with the tasks of its handler and its reader and what they wait for
UNREAD = 1100       # more for each that sends what nobody receives: 512 of messages, and what was read with them

PROGRAM = r'''
import asyncio
import gc

from microdot import AsyncBytesIO, Microdot, Request

CLIENTS = 6
HEAD = (b'GET %s HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n'
        b'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n')
app = Microdot()


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


class Stream:
    def __init__(self):
        self.incoming = b''
        self.news = asyncio.Event()
        self.read_so_far = self.written = 0

    async def read(self, n):
        if not self.incoming:
            self.news.clear()
            await self.news.wait()
        data, self.incoming = self.incoming[:n], self.incoming[n:]
        self.read_so_far += len(data)
        return data

    def put(self, data):
        self.incoming = data
        self.news.set()

    def write(self, data):
        self.written += len(data)

    async def drain(self):
        await asyncio.sleep(0)


def masked(first, payload):
    return bytes((first, 128 | len(payload))) + bytes(4) + payload


async def ask(path, stream):
    request = await Request.create(app, AsyncBytesIO(HEAD % path), stream, ('', 0))
    request.sock = stream, stream
    return await app.dispatch_request(request)


async def settle():
    for _ in range(50):
        await asyncio.sleep(0)


async def open_all(path, streams):
    tasks = [asyncio.create_task(ask(path, stream)) for stream in streams]
    await settle()
    assert all([stream.written for stream in streams])
    return tasks


async def talk():
    stream = Stream()
    task, = await open_all(b'/echo', [stream])
    for data in (masked(0x81, b'one'), masked(1, b'tw') + masked(0x89, b'') + masked(0x80, b'o'), masked(0x88, b'\x03\xe8')):
        written = stream.written
        stream.put(data)
        await settle()
        assert stream.written > written
    await task


async def plain():
    @app.get('/plain')
    async def index(request):
        return 'plain'

    assert (await ask(b'/plain', Stream())).status_code == 200


async def websockets():
    before = free()
    from microdot.websocket import with_websocket

    @app.get('/echo')
    @with_websocket
    async def echo(request, ws):
        async for message in ws:
            await ws.send(message)

    await talk()
    print(before - free())
    never = asyncio.Event()

    @app.get('/deaf')
    @with_websocket
    async def deaf(request, ws):
        await never.wait()

    streams = [Stream() for _ in range(CLIENTS)]
    before = free()
    tasks = await open_all(b'/deaf', streams)
    opened = free()
    for stream in streams:
        for _ in range(40):  # as it is taken, so that what is sent takes no heap itself
            if not stream.incoming:
                stream.put(masked(0x81, b'm' * 100) * 2)
                await settle()
    for stream in streams:
        assert 200 < stream.read_so_far < 2000, stream.read_so_far
        stream.incoming = b''
    print((before - opened) // CLIENTS, (opened - free()) // CLIENTS)
    for task in tasks:
        task.cancel()
    await settle()


async def events():
    before = free()
    from microdot.sse import with_sse

    @app.get('/events')
    @with_sse
    async def events(request, sse):
        await sse.send({'number': 1}, event='a', event_id='2')
        await asyncio.Event().wait()

    async def listen():
        response = await ask(b'/events', Stream())
        pieces = response.body_iter()
        assert b'number' in await pieces.__anext__()
        return pieces

    await (await listen()).aclose()
    print(before - free())
    before = free()
    streams = []
    for _ in range(CLIENTS):
        streams.append(await listen())
    print((before - free()) // CLIENTS)
    for stream in streams:
        await stream.aclose()


async def main():
    await plain()
    make_room_for_names()
    await events()
    await websockets()


asyncio.run(main())
'''


@pytest.mark.needs('mp32')
def test_clients_that_stay_take_little_heap(tmp_path):
    compile_rooms(tmp_path)
    (tmp_path / 'program.py').write_text(PROGRAM)
    run = subprocess.run([BUILDS['mp32'], '-X', 'heapsize=256k', 'program.py'], cwd=tmp_path, timeout=60, check=False,
                         env={'MICROPYPATH': f'{tmp_path}:.frozen'}, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr or run.stdout
    events, stream, rooms, socket, unread = (int(number) for number in run.stdout.split())
    print('events', events, 'each', stream, 'WebSockets', rooms, 'each', socket, 'unread', unread, 'bytes')
    assert 1000 < events <= EVENTS
    assert 300 < stream <= STREAM
    assert 2000 < rooms <= WEBSOCKETS
    assert 300 < socket <= SOCKET
    assert 500 < unread <= UNREAD
