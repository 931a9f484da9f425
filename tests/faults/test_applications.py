# Applications that fail: handlers that raise, are cancelled, hang, return nonsense or use the connection by themselves,
# and bodies that fail. Whatever they do, what is sent is an answer or a cut that shows, and the next request is answered.

from urllib.parse import quote

import faulty
import pytest
from tests.runtimes.client import ClosedEarly
from tests.runtimes.conftest import json_of


@pytest.fixture
def server(runtime):
    """Give an application with the handlers that do wrong, and look afterwards what it has left behind."""
    process = runtime.sharing('mode=faulty', Server_tick=0.05, Server_linger_timeout=0.2, Server_max_connections=100)
    yield process
    process.close_clients()
    process.read = len(process.printed)
    assert process.get('/').body == b'Hello!'
    assert json_of(process.get('/connections/1')) == {'connections': 1}


def ask(server, path):
    """Ask for a path, and for the greeting behind it; return the client."""
    client = server.client()
    client.send(f'GET {quote(path)} HTTP/1.1\r\nHost: a\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n'.encode())
    return client


def goes_on(client, response):
    """Tell whether the connection does what the response says: to answer the next request, or to end."""
    if response.keeps:
        return client.response().body == b'Hello!'
    client.end()
    return client.is_closed()


@pytest.mark.parametrize('name', faulty.FAILING)
def test_a_handler_that_fails(runtime, server, name):
    client = ask(server, f'/failing/{name}')
    try:
        response = client.response()
    except ClosedEarly as exc:
        # Of a cancellation MicroPython does not tell where it came from.
        assert exc.data == b''
        assert name in {'odd', 'cancels itself'} or (runtime.small and 'cancelled' in name)
    else:
        assert response.status == (400 if name == 'reason no response has' else 500)
        assert goes_on(client, response)


@pytest.mark.parametrize('name', faulty.NONSENSE)
def test_a_handler_that_returns_nonsense(server, name):
    client = ask(server, f'/nonsense/{name}')
    response = client.response()
    assert response.status in {200, 204, 500}
    assert goes_on(client, response)


@pytest.mark.parametrize('name', faulty.BODIES)
def test_a_body_that_fails(server, name):
    expected = faulty.BODIES[name][1]
    client = ask(server, f'/body/{name}')
    try:
        response = client.response()
    except ClosedEarly:
        outcome = faulty.CUT
    else:
        outcome = faulty.WHOLE if response.status == 200 else faulty.ERROR
        assert expected == faulty.EITHER or goes_on(client, response)
    assert expected in {outcome, faulty.EITHER}
    counts = json_of(server.get('/bodies'))
    assert counts['opened'] == counts['closed']


@pytest.mark.parametrize('name', faulty.RAW)
def test_a_handler_that_uses_the_connection(server, name):
    client = ask(server, f'/raw/{name}')
    client.end()
    received = client.rest()
    if name.startswith('answer') or name == 'write_a_buffer':
        assert received.startswith(faulty.ANSWER)
    # Where the handler does not say that it has answered, the server does.
    says_nothing = {'answer_and_fail', 'answer_and_return', 'write_nothing', 'write_a_text'}
    assert b'Hello!' not in received or name in says_nothing


def test_handlers_that_hang(runtime):
    with runtime.started('mode=faulty', trouble=True, Server_drain_timeout=0.2, Server_tick=0.05,
                         Server_max_connections=20) as server:
        clients = [server.client() for _ in range(15)]
        for i, client in enumerate(clients):
            client.ask('GET', f'/slow?key=hangs{i}')
        for i, client in enumerate(clients):
            server.told(f'hangs{i}', 'started')
            if i % 2:
                client.reset()
        assert server.get('/').body == b'Hello!'
        assert server.get('/shutdown').body == b'The server stops.'
        assert server.ends() == 0
