# Two workers of each server that talk through Redis, while clients leave and come back, a worker is killed, and Redis stops and
# starts: nothing is lost, nothing doubled, all see one order, and memory does not grow.
#
# SOAK=yes, as `make soak` has it, has 100,000 messages go to 200 clients.

import asyncio
import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import time

import pytest
from tests.conftest import ROOT
from tests.pubsub.clients import Clients
from tests.redis_server import RedisServer
from tests.runtimes.conftest import TROUBLE, free_port
from websockets.asyncio.client import connect

from microdot.test_client.events import EventReader

SOAK = 'SOAK' in os.environ
MESSAGES = 100_000 if SOAK else 2000
CLIENTS = 200 if SOAK else 20
STAY = 4000 if SOAK else 300  # messages that a client reads at most before it leaves
NAMES = [f'publisher-{number}' for number in range(8)]
AHEAD = 2000     # messages that the slowest client may be behind, of the 5000 that are kept
GROWTH = 24 << 20  # bytes by which the memory of a worker may grow
DEADLINE = 7200 if SOAK else 120

APPLICATION = 'tests.pubsub.application'
PYTHON = [sys.executable, '-W', 'always', '-m']
GRANIAN = [*PYTHON, 'granian', '--workers', '2', '--respawn-failed-workers', '--workers-kill-timeout', '5', '--port', 'PORT']
SERVERS = {  # the commands, and how many processes of each there are
    'Microdot': ([*PYTHON, APPLICATION, 'PORT'], 2),
    'Microdot, streams': ([*PYTHON, APPLICATION, 'PORT', 'stream'], 2),
    'granian, RSGI': ([*GRANIAN, '--interface', 'rsgi', f'{APPLICATION}:rsgi'], 1),
    'granian, ASGI': ([*GRANIAN, '--interface', 'asgi', f'{APPLICATION}:asgi'], 1),
}

pytestmark = [pytest.mark.needs('redis-server'), pytest.mark.deadline(DEADLINE)]


class Workers:
    """Two workers of a server.

    Attributes: `ports`, where they are.
    """

    def __init__(self, name, url, folder):
        self.command, count = SERVERS[name]
        self.environment = {**os.environ, 'REDIS_URL': url, 'PYTHONPATH': f'{ROOT}/src{os.pathsep}{ROOT}', 'PYTHONUNBUFFERED': '1'}
        self.log = folder / 'workers'
        self.ports = [free_port() for _ in range(count)]
        self.processes = {}

    def __enter__(self):
        for port in self.ports:
            self.start(port)
        return self

    def __exit__(self, *exc):
        for process in self.processes.values():
            try:
                os.killpg(process.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
            process.wait()

    def start(self, port):
        command = [argument.replace('PORT', str(port)) for argument in self.command]
        with open(self.log, 'ab') as log:
            self.processes[port] = subprocess.Popen(
                command, cwd=ROOT, env=self.environment, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT,
                start_new_session=True)

    @property
    def printed(self):
        return self.log.read_text(errors='replace')

    async def answer(self, port, path, body=None):
        """Return the body of a response; `ConnectionError` where there is nobody."""
        reader, writer = await asyncio.open_connection('127.0.0.1', port)
        try:
            data = b'' if body is None else json.dumps(body).encode()
            method = 'GET' if body is None else 'POST'
            writer.write(f'{method} {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Type: application/json\r\n'
                         f'Content-Length: {len(data)}\r\n\r\n'.encode() + data)
            head, _, text = (await reader.read()).partition(b'\r\n\r\n')
            if b' 200 ' not in head.partition(b'\r\n')[0]:
                raise ConnectionError(head)
            return text
        finally:
            writer.transport.abort()

    async def pids(self):
        """Return the pids of the two workers, once there are two."""
        end = time.monotonic() + 30
        pids = {}
        while len(pids) < 2:
            assert time.monotonic() < end, self.printed
            for port in self.ports:
                try:
                    pids[int(await self.answer(port, '/pid'))] = port
                except ConnectionError:
                    await asyncio.sleep(0.02)
        return pids

    async def memory(self):
        """Return by pid the resident bytes of the workers."""
        pids = await self.pids()
        found = {}
        while set(pids) - set(found):
            for port in self.ports:
                pid, size = json.loads(await self.answer(port, '/resident'))
                found[pid] = size
        return found

    async def kill_one(self):
        """Kill a worker, and have another in its place."""
        pid, port = next(iter((await self.pids()).items()))
        os.kill(pid, signal.SIGKILL)
        if len(self.ports) == 2:
            self.processes[port].wait()
            self.start(port)
        return pid


@pytest.fixture
def durable(tmp_path):
    with RedisServer(tmp_path, durable=True) as server:
        yield server


@pytest.fixture(params=SERVERS)
def workers(request, durable, tmp_path):
    with Workers(request.param, durable.url, tmp_path) as workers:
        yield workers


class Publishers:
    """Publishers in the workers, each waiting for the one before to be done; of one that is killed another takes the place."""

    def __init__(self, workers, clients):
        self.workers = workers
        self.clients = clients
        self.turn = 0
        self.names = NAMES
        self.numbers = dict.fromkeys(NAMES, 0)  # how many messages of each were published, at least

    def published(self):
        return sum(self.numbers.values())

    async def publish(self, count):
        """Publish so many messages more, no faster than the clients follow."""
        end = self.published() + count
        while self.published() < end:
            first = self.numbers[self.names[0]]
            last = first + 50
            port = self.workers.ports[self.turn % len(self.workers.ports)]
            try:
                await self.workers.answer(port, f'/publish/{first}/{last}', self.names)
                self.numbers.update(dict.fromkeys(self.names, last))
            except ConnectionError:
                self.turn += 1
                self.names = [f'{name.partition("/")[0]}/{self.turn}' for name in self.names]
                self.numbers.update(dict.fromkeys(self.names, 0))
                await asyncio.sleep(0.05)
            goal = self.published() - AHEAD
            await self.clients.all(lambda client: client.received >= goal)  # noqa: B023 - it is asked now

    async def seen(self):
        """Wait until each client has received everything; look that all have received the same."""
        await self.clients.all(lambda client: all(
            client.next.get(name.encode(), 0) >= number for name, number in self.numbers.items()))
        most = max(client.received for client in self.clients.clients)
        await self.clients.all(lambda client: client.received >= most)
        assert len({client.checksum for client in self.clients.clients}) == 1
        assert len({client.received for client in self.clients.clients}) == 1
        return most


async def test_nothing_is_lost_or_doubled(workers, durable):
    await workers.pids()
    start = time.monotonic()
    reader, writer = await asyncio.open_connection('127.0.0.1', workers.ports[0])
    writer.write(b'GET /feed HTTP/1.1\r\nHost: a\r\n\r\n')
    await reader.readuntil(b'\r\n\r\n')
    writer.transport.pause_reading()  # from now on this one reads nothing
    async with Clients(workers.ports, CLIENTS, STAY) as clients:
        await clients.all(lambda client: client.connections)
        publishers = Publishers(workers, clients)
        await publishers.publish(MESSAGES // 5)
        before = await workers.memory()
        await publishers.publish(MESSAGES // 5)
        killed = await workers.kill_one()
        await workers.pids()
        await publishers.publish(MESSAGES // 5)
        publishing = asyncio.create_task(publishers.publish(MESSAGES // 5))
        await asyncio.sleep(0.05)
        await asyncio.to_thread(durable.stop)
        await asyncio.to_thread(durable.start)
        await publishing
        await publishers.publish(MESSAGES - publishers.published())
        received = await publishers.seen()
        after = await workers.memory()
        assert received >= MESSAGES
        connections = sum(client.connections for client in clients.clients)
        assert connections > 2 * CLIENTS
    writer.transport.abort()
    assert killed not in after
    growth = {pid: after[pid] - before[pid] for pid in after if pid in before}
    seconds = time.monotonic() - start
    print(f'{received} messages to {CLIENTS} clients in {seconds:.0f} s over {connections} connections; '
          f'{received * CLIENTS / seconds:.0f} deliveries/s; a worker grew by {max(growth.values()) / 2**20:.1f} MiB')
    assert max(growth.values()) < GROWTH
    # Each of the two says it once, if it had something to do just then.
    assert 1 <= workers.printed.count('Redis can be used again') <= workers.printed.count('Redis cannot be used') <= 2
    assert not TROUBLE.search(re.sub('Redis cannot be used.*', '', workers.printed)), workers.printed


async def events(port, path, last_id=None):
    """Iterate over (type, data, id) of the events of a stream until it ends."""
    reader, writer = await asyncio.open_connection('127.0.0.1', port, limit=1 << 20)
    try:
        came_back = f'Last-Event-ID: {last_id}\r\n' if last_id else ''
        writer.write(f'GET {path} HTTP/1.1\r\nHost: a\r\n{came_back}\r\n'.encode())
        assert b' 200 ' in (await reader.readuntil(b'\r\n\r\n')).partition(b'\r\n')[0]
        yield None, None, None  # it has begun
        found = EventReader()
        while size := int(await reader.readline() or b'0', 16):
            for event in found.feed((await reader.readexactly(size + 2))[:-2]):
                yield event['event'], event['data'].decode(), event['event_id']
    finally:
        writer.transport.abort()


# By RSGI granian takes all there is for a client, as docs/runtimes.md says, so that none is slow.
@pytest.mark.parametrize('workers', [name for name in SERVERS if 'RSGI' not in name], indirect=True)
async def test_a_slow_client_holds_up_nobody(workers):
    async def numbers(stream, count):
        return [int((await anext(stream))[1].partition(' ')[0]) for _ in range(count)]

    await workers.pids()
    port = workers.ports[0]
    slow = events(port, '/large')
    streams = [events(port, '/large') for _ in range(6)]
    for stream in (slow, *streams):
        await anext(stream)
    for first in range(0, 300, 2):  # 30 MB, of which no socket takes so much
        await workers.answer(port, f'/large/{first}/{first + 2}', [])
        for found in await asyncio.gather(*[numbers(stream, 2) for stream in streams]):
            assert found == [first, first + 1]
    taken = [(int(data.partition(' ')[0]), message_id) async for _, data, message_id in slow]
    assert [number for number, _ in taken] == list(range(len(taken)))
    assert len(taken) < 300, 'it was told to come back'
    again = events(port, '/large', taken[-1][1])
    await anext(again)
    assert await numbers(again, 300 - len(taken)) == list(range(len(taken), 300))
    for stream in (again, *streams):
        await stream.aclose()


async def test_a_chat_in_two_workers(workers):
    await workers.pids()
    address = f'ws://127.0.0.1:{workers.ports[-1]}/chat'
    async with contextlib.AsyncExitStack() as stack:
        sockets = [await stack.enter_async_context(connect(f'ws://127.0.0.1:{port}/chat')) for port in workers.ports * 4]
        for number, ws in enumerate(sockets):
            await ws.send(str(number))
        expected = {str(number) for number in range(len(sockets))}
        for ws in sockets:
            assert {await asyncio.wait_for(ws.recv(), 10) for _ in sockets} == expected
        late = await stack.enter_async_context(connect(address))
        assert {await asyncio.wait_for(late.recv(), 10) for _ in sockets} == expected


@pytest.mark.parametrize('workers', ['Microdot'], indirect=True)
async def test_who_was_in_a_worker_that_is_killed_leaves(workers):
    async def told(stream):
        kind, data, _ = await asyncio.wait_for(anext(stream), 10)
        return kind, json.loads(data)

    await workers.pids()
    here, there = (events(port, f'/lobby?name={name}') for port, name in zip(workers.ports, ('Emma', 'Jane'), strict=True))
    await anext(here)
    assert await told(here) == ('members', ['Emma'])
    await anext(there)
    assert (await told(there))[0] == 'members'
    while await told(there) != ('join', 'Jane'):
        pass
    os.kill(workers.processes[workers.ports[0]].pid, signal.SIGKILL)
    assert await told(there) == ('leave', 'Emma')
    await there.aclose()
    await here.aclose()
