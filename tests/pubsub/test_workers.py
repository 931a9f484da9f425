# Two workers of each server that talk through Redis, while clients leave and come back, a worker is killed, and Redis stops and
# starts: nothing is lost, nothing doubled, all see one order, and memory does not grow.
#
# SOAK=yes, as `make soak` has it, has 100,000 messages go to 200 clients.

import asyncio
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
    # Two workers say it once each time, of which one was killed before.
    assert workers.printed.count('Redis cannot be used') == workers.printed.count('Redis can be used again') == 2
    assert not TROUBLE.search(re.sub('Redis cannot be used.*', '', workers.printed)), workers.printed
