# Clients that take their time, or stop, with the limits as they are: each is left when the limits say so, and a normal
# client is served all the while. In memory time is what the test says; over sockets it is twelve seconds for all at once.

import contextlib
import time
from typing import NamedTuple

import pytest
from normal import NormalClient
from tests import memory
from tests.conftest import BUILDS, require
from tests.runtimes.client import Client, ClosedEarly
from tests.runtimes.conftest import RUNTIMES, Runtime

from microdot import Microdot

GET = b'GET / HTTP/1.1\r\nHost: a\r\n\r\n'
HEAD = GET[:-2] + b'A: '
POST = b'POST /echo HTTP/1.1\r\nHost: a\r\n'
LENGTH = POST + b'Content-Length: 10000\r\n\r\n'
CHUNKED = POST + b'Transfer-Encoding: chunked\r\n\r\n'
LARGE = GET.replace(b'/', b'/big/3000000', 1)  # more than a kernel takes
PATIENCE = 200  # seconds


class Slow(NamedTuple):
    """A slow client: what it sends first, and then every second; when it is left, with what answers."""

    first: bytes
    again: bytes
    after: int  # seconds
    statuses: 'list[int]'
    times: int = PATIENCE  # that it sends this


CLIENTS = {
    'silent': Slow(b'', b'', 10, []),
    'empty line': Slow(b'\r\n', b'', 10, []),
    'head, byte by byte': Slow(HEAD, b'b', 10, [408]),
    'head, line by line': Slow(GET[:-2], b'A: b\r\n', 10, [408]),
    'head of a second request': Slow(GET + HEAD, b'b', 10, [200, 408]),
    'body, byte by byte': Slow(LENGTH, b'b', 10, [408]),
    'body that stops': Slow(LENGTH + b'body', b'', 10, [408]),
    'chunks, byte by byte': Slow(CHUNKED, b'1\r\nb\r\n', 10, [408]),
    'chunk that stops': Slow(CHUNKED + b'5\r\nb', b'', 10, [408]),
    'chunk size, digit by digit': Slow(CHUNKED, b'0', 10, [408]),
    'chunk extension, byte by byte': Slow(CHUNKED + b'5;', b'a', 10, [408]),
    'trailers, line by line': Slow(CHUNKED + b'0\r\n', b'A: b\r\n', 10, [408]),
    'body after its refusal': Slow(LENGTH.replace(b'10000', b'100000'), b'b' * 1000, 2, [413]),
    'body, fast enough': Slow(LENGTH, b'b' * 250, 40 + 75, [200], 40),
    'idle': Slow(GET, b'', 75, [200]),
    'idle after an empty line': Slow(GET + b'\r\n', b'', 10, [200]),
}
TICKS = 4  # how many seconds later the deadlines may be seen


def application():
    app = Microdot()

    @app.get('/')
    async def index(request):
        return 'Hello!'

    @app.post('/echo')
    async def echo(request):
        return request.body

    @app.get('/big/<int:size>')
    async def big(request, size):
        return b'b' * size

    return app


@pytest.fixture(params=memory.KINDS)
def kind(request):
    return request.param


async def pass_second(server, normal):
    """Let a second pass, in which a normal client is served."""
    await server.pass_time(1)
    answers = len(normal.answers())
    await normal.send(GET)
    assert [answer.body for answer in normal.answers()[answers:]] == [b'Hello!']


@pytest.mark.parametrize('name', CLIENTS)
async def test_a_slow_client(kind, name):
    slow = CLIENTS[name]
    async with memory.serving(application(), kind) as server:
        client, normal = await server.connect(), await server.connect()
        await client.send(slow.first)
        seconds = 0
        while not client.end.closed:
            if seconds < slow.times:
                await client.send(slow.again)
            await pass_second(server, normal)
            seconds += 1
            assert seconds < PATIENCE
        assert [answer.status for answer in client.answers()] == slow.statuses
        assert slow.after <= seconds <= slow.after + TICKS


async def test_a_client_that_never_reads(kind):
    async with memory.serving(application(), kind) as server:
        client, normal = await server.connect(), await server.connect()
        await client.read(0)
        await client.send(LARGE)
        held = len(client.end.unsent)
        assert held < 256 * 1024
        seconds = 0
        while not client.end.closed:
            await pass_second(server, normal)
            seconds += 1
            assert seconds < PATIENCE
            assert len(client.end.unsent) <= held
        assert server.write_timeout <= seconds <= server.write_timeout + TICKS


STAGES = [GET, LENGTH.replace(b'10000', b'4') + b'body', CHUNKED + b'4;a=b\r\nbody\r\n0\r\nA: b\r\n\r\n', LARGE]


@pytest.mark.parametrize('leave', ['finish', 'leave'])
@pytest.mark.parametrize('data', STAGES, ids=['GET', 'length', 'chunked', 'large'])
async def test_leaving_at_every_byte(kind, leave, data):
    async with memory.serving(application(), kind) as server:
        normal = await server.connect()
        for i in range(len(data) + 1):
            client = await server.connect()
            client.end.receive(data[:i])
            await getattr(client, leave)()
            assert client.end.closed
            whole = i == len(data) and leave == 'finish'
            assert [answer.complete for answer in client.answers()] == [True] * whole or leave == 'leave'
            await normal.send(GET)
            assert len(server.connections) == 1
        assert len(normal.answers()) == len(data) + 1


@pytest.mark.parametrize('leave', ['finish', 'leave'])
async def test_leaving_while_an_answer_is_read(kind, leave):
    async with memory.serving(application(), kind) as server:
        for taken in (0, 1, 100, 64 * 1024, 1_000_000):
            client = await server.connect()
            await client.read(taken)
            await client.send(LARGE)
            await getattr(client, leave)()
            await client.read()
            assert client.end.closed
            assert not server.connections
            assert leave == 'leave' or client.answers()[0].complete


# Over sockets.

AT_ONCE = ['silent', 'head, byte by byte', 'head, line by line', 'body, byte by byte', 'body that stops', 'chunks, byte by byte']
WINDOW = 12.5  # seconds: a deadline of ten, the ticks until it is seen, and what a busy machine takes


@pytest.mark.deadline(90)
def test_slow_clients_of_every_runtime_at_once(tmp_path, measured):
    served = []
    with contextlib.ExitStack() as stack:
        for name in RUNTIMES:
            if name in BUILDS:
                require(name)
            folder = tmp_path / name
            folder.mkdir()
            served.append(Served(stack, stack.enter_context(Runtime(name, folder).started())))
        begin = time.monotonic()
        turns = 0
        while (passed := time.monotonic() - begin) < WINDOW:
            for one in served:
                one.normal.ask()
                if passed > turns:
                    one.send()
            turns = max(turns, int(passed) + 1)
            time.sleep(0.02)  # the pace of the normal client
        for one in served:
            one.check()
            one.normal.ask()
            one.normal.tell(measured, f'{one.process.runtime}, {len(AT_ONCE) + 1} slow clients')


class Served:
    """A server with its slow clients and a normal one."""

    def __init__(self, stack, process):
        self.process = process
        self.normal = stack.enter_context(contextlib.closing(NormalClient(process.port)))
        self.clients = []
        for name in AT_ONCE:
            client = stack.enter_context(Client(process.port))
            client.send(CLIENTS[name].first)
            self.clients.append((name, client))
            self.normal.ask()
        self.reader = stack.enter_context(Client(process.port, receive_buffer=4096))
        self.reader.ask('GET', '/stream/iterator?key=unread&size=10000&count=5000')

    def send(self):
        """Send what the clients send every second."""
        for name, client in self.clients:
            try:
                client.send(CLIENTS[name].again)
            except OSError:  # it has been left
                pass

    def check(self):
        """Look what has become of the clients."""
        for name, client in self.clients:
            try:
                statuses = [client.response().status] if CLIENTS[name].statuses else []
                assert client.receive() == b'', name
            except (ClosedEarly, ConnectionError) as exc:  # by a reset: it has sent more
                assert not getattr(exc, 'data', b''), name
            else:
                assert statuses == CLIENTS[name].statuses, name
        assert self.process.resident() < 256 * 1024 * 1024
