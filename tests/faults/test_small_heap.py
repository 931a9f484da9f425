# A board's memory that does not suffice: for a body, for an answer, for what a handler wants, for all the clients at
# once. A request may get 500 or 503, or its connection is closed; the next one is answered.

import contextlib

import pytest
from tests.conftest import BUILDS, require
from tests.runtimes.client import Client, ClosedEarly
from tests.runtimes.conftest import Process, free_port

MANY = 5  # connections, as many as MicroPython has wait for it to accept them
HEAPS = {'mp64': 200, 'mp32': 104}  # KiB: what the application takes, and less than a body and its copies

GET = b'GET / HTTP/1.1\r\nHost: a\r\n\r\n'
LONG = b'POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 16384\r\n\r\n'
CHUNKED = b'POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n'


@pytest.fixture(scope='module', params=BUILDS)
def server(request, tmp_path_factory):
    require(request.param)
    port = free_port()
    heap = f'heapsize={HEAPS[request.param]}k'
    process = Process(request.param, [BUILDS[request.param], '-X', heap, 'tests/faults/small.py', str(port)],
                      tmp_path_factory.mktemp(request.param) / 'log')
    process.port = port
    assert process.accepts(), process.printed
    assert process.get('/').body == b'Hello!'
    yield process
    process.kill()


# On how many connections at once what is sent.
GREEDY = {
    'a body': (1, LONG + b'b' * 16384),
    'bodies': (MANY, LONG + b'b' * 16384),
    'parts of bodies': (MANY, LONG + b'b' * 16000),
    'a body in chunks': (1, CHUNKED + b'10\r\nbbbbbbbbbbbbbbbb\r\n' * 1000 + b'0\r\n\r\n'),
    'a head': (1, GET[:-2] + (b'Name: ' + b'v' * 1000 + b'\r\n') * 3 + b'\r\n'),
    'parts of heads': (MANY, GET[:-2] + (b'Name: ' + b'v' * 1000 + b'\r\n') * 3),
    'pipelined requests': (MANY, GET * 200),
    'nested JSON': (1, LONG.replace(b'/echo', b'/json').replace(b'16384', b'8000') + b'[' * 4000 + b']' * 4000),
    'a list in JSON': (1, LONG.replace(b'/echo', b'/json') + b'[' + b'1,' * 8191 + b']'),
    'an answer': (1, GET.replace(b'/', b'/big/100000', 1)),
    'a huge answer': (1, GET.replace(b'/', b'/big/1000000000', 1)),
    'answers': (MANY, GET.replace(b'/', b'/big/20000', 1)),
    'a text and its bytes': (1, GET.replace(b'/', b'/copies/30000', 1)),
    'whatever there is': (1, GET.replace(b'/', b'/greedy', 1)),
    'whatever there is, at once': (MANY, GET.replace(b'/', b'/greedy', 1)),
    'pieces': (MANY, GET.replace(b'/', b'/pieces/10000', 1)),
    'growing pieces': (1, GET.replace(b'/', b'/growing', 1)),
}


@pytest.mark.parametrize('name', GREEDY)
def test_no_memory(server, name, measured):
    connections, data = GREEDY[name]
    outcomes = {}
    for _ in range(3):
        with contextlib.ExitStack() as stack:
            clients = [stack.enter_context(Client(server.port)) for _ in range(connections)]
            for client in clients:
                with contextlib.suppress(OSError):  # it has been closed already
                    client.send(data)
                    client.end()
            for client in clients:
                outcome = read(client)
                outcomes[outcome] = outcomes.get(outcome, 0) + 1
        assert server.popen.poll() is None, server.printed
        assert server.get('/').body == b'Hello!'
    assert set(outcomes) <= {200, 400, 413, 500, 503, 'closed'}
    for outcome, number in outcomes.items():
        measured.count(f'requests of {server.runtime} without memory: {outcome}', number)


def read(client):
    """Return the status code of the first answer, or that the connection was closed."""
    try:
        return client.response().status
    except (ClosedEarly, ConnectionError):
        return 'closed'
