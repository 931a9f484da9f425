# Every row of tests/wire as bytes on the way to a server: whole, byte by byte and cut in two at every place through
# transports in memory, whole and byte by byte through sockets. What comes of it is the same, and what the row says.

import errno
import functools

import pytest
from cases import KINDS
from echo import echo
from rows import in_bytes
from tests import memory
from tests.runtimes.client import Client
from tools import captured_log, changed

from microdot import Request

AT_ONCE = 64       # connections
BACKLOG = 5        # connections that MicroPython has wait for it to accept them
LONG = 1000        # bytes of a row above which it is not cut everywhere


@pytest.fixture(params=KINDS)
def kind(request):
    return request.param


def cuts(case):
    """Return the ways to cut the bytes of a row in two: at every place, but in the few long ones at some."""
    step = 1 if len(case.row) <= LONG else 31
    return [[case.data[:i], case.data[i:]] for i in range(case.begin + 1, case.begin + len(case.row) + 1, step)]


@functools.lru_cache(4096)
def outcome(received, methods):
    """Return status code, Connection and body of each answer."""
    answers = memory.answers(received, methods, closed=True)
    assert all(answer.complete for answer in answers)
    return [(answer.status, answer.header('connection'), answer.body) for answer in answers if answer.status >= 200]


class Limits:
    """For a `with` statement: the limits of options for tests/runtimes/application.py."""

    def __new__(cls, options):
        return changed(Request, **{name.partition('_')[2]: value for name, value in options.items()})


async def references(cases):
    """Return for each case the methods that were asked, and the outcome."""
    seen = []
    found = []
    async with memory.serving(echo(seen)) as server:
        for case in cases:
            seen.clear()
            client = await server.connect()
            client.end.receive(case.data)
            await client.finish()
            methods = tuple(method for method, _, _ in seen)
            found.append((methods, outcome(client.received, methods)))
    return found


def judge(case, found):
    """Say whether an outcome is what the row says."""
    statuses = [status for status, _, _ in found]
    if 500 in statuses or (not case.after and any(body.startswith(b'GET /after') for _, _, body in found)):
        return False
    if any(connection == 'close' for _, connection, _ in found[:-1]):
        return False
    if case.expected is None:
        return True
    return len(statuses) == len(case.expected) and all(
        status == expected or (expected == 'answered' and status not in (413, 414, 431, 505))
        for status, expected in zip(statuses, case.expected, strict=True))


async def test_in_memory(kind, measured):
    make, limits = KINDS[kind]
    cases = make()
    ways = 0
    with Limits(limits), captured_log() as log:
        expected = await references(cases)
        assert [case.name for case, (_, found) in zip(cases, expected, strict=True) if not judge(case, found)] == []
        for server_kind in memory.KINDS:
            async with memory.serving(echo(), server_kind) as server:
                for case, (methods, found) in zip(cases, expected, strict=True):
                    pieces = [[case.data], in_bytes(case.data)]
                    if server_kind != memory.STREAMS:  # the other kind of streams is as good
                        pieces += cuts(case)
                    ways += len(pieces)
                    for i in range(0, len(pieces), AT_ONCE):
                        outcomes = await ask(server, pieces[i:i + AT_ONCE], methods)
                        assert all(one == found for one in outcomes), (server_kind, case.name, found, outcomes)
    assert log == []
    measured.count(f'rows of {kind}', len(cases))
    measured.count('ways in which rows were fed to servers in memory', ways)


async def ask(server, ways, methods):
    """Send on a connection for each way its pieces, and return what comes of them."""
    clients = await server.connect_many(len(ways))
    for i in range(max(map(len, ways))):
        for client, pieces in zip(clients, ways, strict=True):
            if i < len(pieces):
                client.end.receive(pieces[i])
        await memory.rest()
    for client in clients:
        client.end.end()
    await memory.rest()
    assert all(client.end.closed and not client.end.late for client in clients)
    server.clients = []
    return [outcome(client.received, methods) for client in clients]


@pytest.mark.parametrize('way', ['whole', 'byte by byte'])
async def test_over_sockets(runtime, kind, way, measured):
    make, limits = KINDS[kind]
    cases = make()
    with Limits(limits):
        expected = await references(cases)
    server = runtime.sharing('mode=raw', Server_max_connections=2 * AT_ONCE, **limits)
    at_once = BACKLOG if runtime.small else AT_ONCE
    for i in range(0, len(cases), at_once):
        batch = cases[i:i + at_once]
        received = exchange(server.port, [[case.data] if way == 'whole' else in_bytes(case.data) for case in batch])
        for case, data, (methods, found) in zip(batch, received, expected[i:], strict=False):
            assert outcome(data, methods) == found, case.name
    measured.count('ways in which rows were sent through sockets', len(cases))
    server.assert_no_trouble()


def exchange(port, ways):
    """Send on a connection for each way its pieces, end this side, and return what is received."""
    clients = [Client(port) for _ in ways]
    try:
        for i in range(max(map(len, ways))):
            for client, pieces in zip(clients, ways, strict=True):
                if i < len(pieces):
                    try_to(client.send, pieces[i])
        for client in clients:
            try_to(client.end)
        return [everything(client) for client in clients]
    finally:
        for client in clients:
            client.close()


def try_to(function, *args):
    """Do what is too late when the server has closed the connection after its last answer."""
    try:
        function(*args)
    except ConnectionError:
        pass
    except OSError as exc:
        if exc.errno != errno.ENOTCONN:
            raise


def everything(client):
    """Return what is received until the connection ends, in whatever way."""
    received = b''
    try:
        while data := client.receive():
            received += data
    except ConnectionError:
        pass
    return received
