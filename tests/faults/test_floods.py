# Clients that send more than anybody should, and connections in masses, with the limits as they are. A normal client is
# served meanwhile.

import contextlib
import resource
import threading
import time

import pytest
from normal import Asking, NormalClient
from tests.runtimes.client import Client, ClosedEarly
from tests.runtimes.conftest import json_of

GET = b'GET / HTTP/1.1\r\nHost: a\r\n\r\n'
POST = b'POST /echo HTTP/1.1\r\nHost: a\r\n'
CHUNKED = POST + b'Transfer-Encoding: chunked\r\n\r\n'
GIVE_UP = 20      # seconds for a flood to be refused
SPARE = 200       # descriptors that either side needs for other things
CONNECTIONS = 10_000  # the most by default

KIB = 1024


@pytest.fixture
def server(runtime):
    """Give an application with everything as it is by default."""
    process = runtime.sharing()
    yield process
    process.close_clients()
    assert json_of(process.get('/connections/1')) == {'connections': 1}
    process.assert_no_trouble()


FLOODS = {  # what comes first, what comes again and again, and the status codes that refuse it
    '100,000 headers': (b'GET / HTTP/1.1\r\nHost: a\r\n', b'Name: value\r\n' * 1000, {431}),
    'endless header': (b'GET / HTTP/1.1\r\nHost: a\r\nName: ', b'value' * 2000, {431}),
    'endless request line': (b'GET /', b'path/' * 2000, {414}),
    'endless method': (b'GET', b'GET' * 2000, {414}),
    'empty lines': (b'', b'\r\n' * 2000, {400}),
    'endless body': (POST + b'Content-Length: 99999999999\r\n\r\n', b'body' * 2000, {413}),
    'endless chunks': (CHUNKED, b'1\r\nx\r\n' * 1000, {413}),
    'endless chunk': (CHUNKED + b'fffffffffff\r\n', b'x' * 8000, {413}),
    'endless chunk size': (CHUNKED, b'0' * 8000, {400}),
    'endless chunk extension': (CHUNKED + b'1;', b'name' * 2000, {400}),
    'endless chunk extensions': (CHUNKED, (b'1;name=' + b'v' * 500 + b'\r\nx\r\n') * 10, {431}),
    'endless trailer': (CHUNKED + b'0\r\nName: ', b'value' * 2000, {400}),
    'endless trailers': (CHUNKED + b'0\r\n', b'Name: value\r\n' * 1000, {431}),
}


@pytest.mark.parametrize('flood', FLOODS)
def test_a_flood_is_refused(server, flood, measured):
    first, again, statuses = FLOODS[flood]
    resident = server.resident()
    with Asking(server.port) as asking:
        client = server.client()
        sending = threading.Thread(target=send_on, args=(client, first, again, 100))
        begin = time.perf_counter()
        sending.start()
        try:
            status = client.response().status
        except ClosedEarly as exc:
            assert exc.data == b''  # the reset of a connection on which more was sent may overtake the answer
            status = None
        seconds = time.perf_counter() - begin
        client.reset()
        sending.join()
    assert status in {*statuses, None}
    assert server.resident() - resident < 4096 * KIB
    measured.time(f'{server.runtime}, floods: the refusal', seconds, flood)
    asking.client.tell(measured, f'{server.runtime}, floods', flood)


def send_on(client, first, again, times):
    """Send until the server does not take it, at most so many times."""
    try:
        client.send(first)
        for _ in range(times):
            client.send(again)
    except OSError:
        pass


def test_a_flood_of_pipelined_requests(server, measured):
    count = 2000 if server.runtime.startswith('mp') else 20_000
    client = server.client()
    sending = threading.Thread(target=send_on, args=(client, b'', GET * 100, count // 100))
    with Asking(server.port) as asking:
        sending.start()
        begin = time.perf_counter()
        for _ in range(count):
            assert client.response().body == b'Hello!'
        seconds = time.perf_counter() - begin
        sending.join()
    measured.say(f'{server.runtime}, {count} pipelined requests: answered in {seconds:.1f} s')
    asking.client.tell(measured, f'{server.runtime}, pipelined requests')


def test_resets_leave_no_memory_behind(runtime, server, measured):
    if not runtime.small:
        pytest.skip(f'{runtime.name}: tests/runtimes shows it by what is resident')
    stages = [b'', b'GET / HT', GET, POST + b'Content-Length: 9\r\n\r\nbody', CHUNKED + b'4\r\nbo', b'nonsense\r\n\r\n',
              GET.replace(b'/ ', b'/stream/text ', 1)]

    def reset(count):
        for i in range(count):
            client = server.client()
            client.send(stages[i % len(stages)])
            client.reset()
            normal.ask()
        assert json_of(server.get('/connections/2')) == {'connections': 2}
        return server.descriptors(), json_of(server.get('/memory'))['allocated']

    with contextlib.closing(NormalClient(server.port)) as normal:
        descriptors, allocated = reset(100)
        _, allocated_after = reset(600)
        assert server.has_descriptors(descriptors)
        assert allocated_after - allocated < 16 * KIB  # the collector may take for a reference what is none
        measured.say(f'{runtime.name}, 600 resets: {allocated_after - allocated} bytes of the heap more')
        normal.tell(measured, f'{runtime.name}, resets')


def test_idle_connections_in_masses(runtime, measured):
    """Hold as many connections as the server takes by default, then ask for more."""
    if runtime.small:
        pytest.skip(f'{runtime.name}: it takes eight')
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    count = min(CONNECTIONS, hard - SPARE)
    # However long this machine takes for them, none has been idle for too long.
    with runtime.started(Server_max_connections=count, Server_busy_idle_timeout=75) as server, contextlib.ExitStack() as stack:
        assert server.get('/').status == 200
        resident = server.resident()
        normal = stack.enter_context(contextlib.closing(NormalClient(server.port)))
        idle = []
        for _ in range(count - 1):
            client = stack.enter_context(Client(server.port))
            client.send(GET)
            idle.append(client)
            if len(idle) % 500 == 0:
                normal.ask()
        for client in idle:
            assert client.response().body == b'Hello!'
        normal.ask()
        each = (server.resident() - resident) / len(idle)
        assert json_of(normal.client.get('/connections')) == {'connections': count, 'most': count}
        for _ in range(20):
            assert server.get('/').body == b'Hello!'  # on a connection more
            normal.ask()
        measured.say(f'{runtime.name}: {len(idle) + 1} idle connections held, {each / KIB:.1f} KiB each')
        normal.tell(measured, f'{runtime.name}, idle connections in masses')
        assert each < 32 * KIB


def test_connections_that_never_ask_in_masses(runtime, measured):
    """Open more connections than the server takes, without a word."""
    with runtime.started() as server, contextlib.ExitStack() as stack:
        count = min(json_of(server.get('/connections'))['most'], resource.getrlimit(resource.RLIMIT_NOFILE)[0] - SPARE)
        silent = [stack.enter_context(Client(server.port)) for _ in range(count)]
        begin = time.perf_counter()
        deadline = time.monotonic() + GIVE_UP
        while not stack.enter_context(Client(server.port)).accepted():
            assert time.monotonic() < deadline
        measured.say(f'{runtime.name}: {len(silent)} silent connections made room after {time.perf_counter() - begin:.2f} s')


def test_the_memory_of_an_idle_connection_on_the_device(runtime, measured):
    if not runtime.small:
        pytest.skip(f'{runtime.name}: the masses tell')
    with runtime.started(Server_max_connections=60) as server, contextlib.ExitStack() as stack:
        normal = stack.enter_context(contextlib.closing(NormalClient(server.port)))
        before = allocated(normal.client)
        idle = []
        for _ in range(50):
            idle.append(stack.enter_context(Client(server.port)))
            assert idle[-1].get('/').body == b'Hello!'
        each = (allocated(normal.client) - before) / len(idle)
        measured.say(f'{runtime.name}: {each:.0f} bytes of the heap for an idle connection')
        assert each < 2 * KIB * (2 if runtime.name == 'mp64' else 1)


def allocated(client):
    return json_of(client.get('/memory'))['allocated']
