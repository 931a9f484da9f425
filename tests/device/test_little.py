# Boards that have hardly enough memory: what runs together in little, and that a server goes on whatever was too much for it.

import contextlib

import pytest
from bench.footprint import Stage, connected
from tests.conftest import ROOT
from tests.device.compiled import shipped
from tests.runtimes.client import Client, ClosedEarly

TOGETHER = 128  # KiB in which all of little.py runs, compiled, on 32 bits
HEAPS = range(54, 95, 8)  # KiB in which faults/small.py is asked for more than there is
ENOUGH = 94     # KiB in which it answers hello whatever it was asked for before: what was loaded for the rare stays, 86 KiB in all
MANY = 5       # connections at once

GET = b'GET / HTTP/1.1\r\nHost: a\r\n\r\n'
POST = b'POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 16384\r\n\r\n'
TOO_MUCH = (
    (1, POST + b'b' * 16384),
    (MANY, POST + b'b' * 16000),
    (1, GET[:-2] + (b'Name: ' + b'v' * 1000 + b'\r\n') * 3 + b'\r\n'),
    (MANY, GET[:-2] + (b'Name: ' + b'v' * 1000 + b'\r\n') * 3),
    (MANY, GET * 50),
    (1, GET.replace(b'/', b'/big/20000', 1)),
    (MANY, GET.replace(b'/', b'/pieces/2000', 1)),
    (1, GET.replace(b'/', b'/greedy', 1)),
)


@pytest.fixture
def stage(tmp_path):
    return Stage(shipped() / 'mpy', True)


def status(client):
    """Return the status of the next answer, or that there was none."""
    try:
        return client.response().status
    except (ClosedEarly, OSError):
        return 'closed'


@pytest.mark.needs('mp32')
@pytest.mark.parametrize('heap', HEAPS)
def test_too_little_never_ends_the_server(stage, heap):
    with stage.serve(f'{heap}k', application=ROOT / 'tests/faults/small.py') as process:
        connected(process).close()
        for connections, data in TOO_MUCH:
            with contextlib.ExitStack() as stack:
                clients = []
                for _ in range(connections):
                    with contextlib.suppress(OSError):
                        clients.append(stack.enter_context(Client(process.port)))
                        clients[-1].send(data)
                        clients[-1].end()
                assert {status(client) for client in clients} <= {200, 400, 413, 431, 500, 503, 'closed'}
            assert process.poll() is None, stage.printed(process)
            with Client(process.port) as client:
                client.send(GET)
                # In less, how much of that was loaded, and so whether a request has room, depends on what was there when.
                assert status(client) in ((200,) if heap >= ENOUGH else (200, 500, 503, 'closed')), stage.printed(process)


def ask(process, method, path, body=b'', content_type=b'application/json'):
    """Return the status and the body of an answer on a connection of its own."""
    with Client(process.port) as client:
        client.send(b'%s %s HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n%s' % (
            method.encode(), path.encode(), content_type, len(body), body))
        response = client.response(method)
        return response.status, response.body


def use_all(process, page):
    """Ask for everything that the small application has, while a WebSocket is open."""
    with Client(process.port) as socket:
        socket.send(b'GET /echo HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n'
                    b'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n')
        assert socket.head().status == 101
        for _ in range(5):
            assert ask(process, 'GET', '/') == (200, b'Hello, world!')
            assert ask(process, 'GET', '/lamps')[0] == 200
            assert ask(process, 'PUT', '/lamps/7', b'{"state": "on"}') == (200, b'{"state": "on"}')
            assert ask(process, 'GET', '/lamps/7') == (200, b'{"state": "on"}')
            assert ask(process, 'GET', '/lamps/7/name') == (200, b'{"name": 7}')
            assert ask(process, 'DELETE', '/lamps/7')[0] == 204
            assert ask(process, 'POST', '/form', b'state=off', b'application/x-www-form-urlencoded')[0] == 302
            assert ask(process, 'GET', '/page') == (200, page)
            socket.send(b'\x81\x82\x01\x02\x03\x04' + bytes((ord('h') ^ 1, ord('i') ^ 2)))
            assert socket.take(4) == b'\x81\x02hi'


@pytest.mark.needs('mp32')
def test_all_of_a_small_application_together(stage, tmp_path):
    page = b'<!doctype html><title>Lamps</title>' + b'<p>A lamp.' * 200
    (tmp_path / 'page.html').write_bytes(page)
    with stage.serve(f'{TOGETHER}k', application=ROOT / 'tests/device/little.py', arguments=[tmp_path / 'page.html']) as process:
        connected(process).close()
        use_all(process, page)
        assert 'memory' not in stage.printed(process)
