# Transports that fail: at the n-th call that reaches the system, for every n of what clients do. Whatever fails, its
# connection ends, what was begun for it is ended once, nothing else is told of it, and the next client is served.

import asyncio

import pytest
from failing import RESET, FailingStream, FailingTransport, Fault
from tests import memory
from tools import captured_log

from microdot import Microdot, Response

GET = b'GET / HTTP/1.1\r\nHost: a\r\n\r\n'
POST = b'POST /echo HTTP/1.1\r\nHost: a\r\n'
CHUNKED = POST + b'Transfer-Encoding: chunked\r\n\r\n'
LARGE = 300_000  # bytes, more than transports take at once


def get(path, version=b'1.1'):
    return b'GET ' + path + b' HTTP/' + version + b'\r\nHost: a\r\n\r\n'


class Work:
    """Counts what an application begins and ends."""

    def __init__(self):
        self.begun = self.ended = self.opened = self.closed = 0

    def is_done(self):
        return self.begun == self.ended and self.opened == self.closed


class Pieces:
    """The body of a response in three pieces."""

    def __init__(self, work):
        self.work = work
        self.left = 3
        work.opened += 1

    def __aiter__(self):
        return self

    async def __anext__(self):
        await asyncio.sleep(0)
        if not self.left:
            raise StopAsyncIteration
        self.left -= 1
        return b'p' * 50_000

    async def aclose(self):
        self.work.closed += 1


def application(work):
    app = Microdot()

    def begins(function):
        async def handler(request):
            work.begun += 1
            try:
                return await function(request)
            finally:
                work.ended += 1
        return handler

    @app.get('/')
    @begins
    async def index(request):
        return 'hello'

    @app.post('/echo')
    @begins
    async def echo(request):
        return request.body

    @app.get('/large')
    @begins
    async def large(request):
        return b'x' * LARGE

    @app.get('/stream')
    @begins
    async def stream(request):
        return Response(Pieces(work))

    @app.get('/slow')
    @begins
    async def slow(request):
        for _ in range(20):
            await asyncio.sleep(0)
        return 'slow'

    @app.post('/unread')
    @begins
    async def unread(request):
        return 'not read'

    return app


# What clients do.

async def one_request(client):
    await client.send(GET)


async def two_requests(client):
    await client.send_pieces([GET, GET[:9], GET[9:]])


async def pipelined_requests(client):
    await client.send(GET + get(b'/slow') + POST + b'Content-Length: 5\r\n\r\nhello' + GET + get(b'/none'))


async def a_request_of_1_0(client):
    await client.send(get(b'/', b'1.0'))


async def a_body(client):
    await client.send_pieces([POST + b'Content-Length: 5\r\n\r\n', b'he', b'llo'])


async def a_body_in_chunks(client):
    await client.send_pieces([CHUNKED, b'2\r\nhe', b'\r\n3\r\nllo\r\n', b'0\r\n\r\n'])


async def an_expectation(client):
    await client.send_pieces([POST + b'Expect: 100-continue\r\nContent-Length: 5\r\n\r\n', b'hello', GET])


async def a_stream(client):
    await client.send_pieces([get(b'/stream'), GET])


async def a_stream_of_1_0(client):
    await client.send(get(b'/stream', b'1.0'))


async def a_large_answer(client):
    await client.send_pieces([get(b'/large'), GET])


async def a_large_answer_read_slowly(client):
    await client.read(0)
    await client.send(get(b'/large') + get(b'/stream'))
    for _ in range(8):
        await client.read(60_000)
    await client.read()


async def more_than_is_taken(client):
    await client.read(0)
    client.end.receive(get(b'/stream') + POST + b'Content-Length: 100000\r\n\r\n')
    for _ in range(4):
        await client.send(b'x' * 25_000)
    await client.read()
    await client.finish()


async def the_end_of_a_side(client):
    client.end.receive(get(b'/stream') + GET)
    await client.finish()


async def no_request(client):
    await client.send_pieces([b'G\r\n' + GET, GET])
    await client.finish()


async def a_body_that_nobody_reads(client):
    await client.send_pieces([b'POST /unread HTTP/1.1\r\nHost: a\r\nContent-Length: 20000\r\n\r\n', b'x' * 10_000, b'x' * 10_000])
    await client.finish()


async def a_deadline(client):
    await client.send(POST + b'Content-Length: 5\r\n\r\nhe')
    await client.server.pass_time(20)


async def an_idle_connection(client):
    await client.send(GET)
    await client.server.pass_time(100)


CLIENTS = [
    one_request, two_requests, pipelined_requests, a_request_of_1_0, a_body, a_body_in_chunks, an_expectation, a_stream,
    a_stream_of_1_0, a_large_answer, a_large_answer_read_slowly, more_than_is_taken, the_end_of_a_side, no_request,
    a_body_that_nobody_reads, a_deadline, an_idle_connection]

# How an end fails: what it raises, and whether the connection is lost with it. Asyncio's transports raise nothing; where
# one of another loop does, that may be logged.
RAISES, QUIETLY, NO_MEMORY = (RESET, True), (None, True), (MemoryError(), False)


@pytest.mark.parametrize(('kind', 'failure'), [
    (memory.PROTOCOL, RAISES), (memory.PROTOCOL, QUIETLY), (memory.STREAMS, RAISES), (memory.STREAMS, QUIETLY),
    (memory.DEVICE, RAISES), (memory.DEVICE, NO_MEMORY),
], ids=['protocol-raises', 'protocol-quietly', 'streams-raises', 'streams-quietly', 'device-raises', 'device-no memory'])
@pytest.mark.parametrize('act', CLIENTS, ids=lambda act: act.__name__)
async def test_every_call_fails_once(kind, failure, act, measured):
    work = Work()
    problems = []
    asyncio.get_running_loop().set_exception_handler(lambda loop, context: problems.append(context))
    failed = []
    with captured_log() as log:
        async with memory.serving(application(work), kind) as server:
            while True:
                fault = Fault(len(failed) + 1, *failure)
                await one_failure(server, act, fault)
                assert work.is_done(), (fault.failed, vars(work))
                if failure is QUIETLY or (failure is RAISES and kind == memory.DEVICE):
                    assert log == problems == [], fault.failed
                if not fault.failed:
                    break
                failed.append(fault.failed)
    assert len(failed) >= 2
    measured.count('calls of transports in memory that failed', len(failed))


async def one_failure(server, act, fault):
    """Have a client do what it does over an end that fails, and another be served."""
    client = await server.connect(
        transport=lambda peername: FailingTransport(peername, fault), stream=lambda peername: FailingStream(peername, fault))
    await act(client)
    answers = client.answers()
    assert all(answer.complete for answer in answers[:-1])
    other = await server.connect()
    await other.send(GET)
    assert [answer.body for answer in other.answers()] == [b'hello'], fault.failed
    for one in client, other:
        await one.leave()
        assert one.end.closed, fault.failed
    assert not server.connections, fault.failed
    server.clients.clear()
