# Where a server listens: on a socket that is given to it, as systemd does. Must not know how a server is built.

import os
import socket
import stat

import pytest
from tests.runtimes.client import Client
from tests.runtimes.conftest import json_of

GIVEN = """
import os, socket, sys
from microdot import Microdot

app = Microdot()

@app.get('/')
async def index(request):
    connection = request.sock[1].get_extra_info('socket')
    delays = connection.family == socket.AF_INET and not connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
    return {'client': request.client_addr, 'pid': os.getpid(), 'delays': delays}

@app.get('/stop')
async def stop(request):
    app.shutdown()
    return 'stopping'

listener = socket.socket(fileno=int(sys.argv[-1]))
listener = socket.socket(listener.family, listener.type, 0, listener.detach())  # as socket.socket(family) makes one
app.run(sock=listener, debug=True)
print('closed', listener.fileno())
"""


@pytest.fixture
def give(runtime):
    """Give a function that starts an application on a socket of this process."""
    if runtime.small:
        pytest.skip(f'{runtime.name}: sock is not supported on this platform')
    processes = []

    def give(listener, port):
        number = listener.fileno()
        processes.append(runtime.script(GIVEN, str(number), port=port, pass_fds=[number]))
        return processes[-1]

    yield give
    for process in processes:
        process.close_clients()
        process.kill()


def test_a_socket_of_tcp(give):
    with socket.socket() as listener:
        listener.bind(('127.0.0.1', 0))
        process = give(listener, listener.getsockname()[1])
        assert process.accepts()
        client = process.client()
        told = json_of(client.get('/'))
        assert told['client'] == list(client.socket.getsockname())
        assert not told['delays']
        process.says(rf"Starting async server on 127\.0\.0\.1:{process.port}\.\.\.")
        assert client.get('/stop').body == b'stopping'
        assert process.ends() == 0
        assert process.printed.endswith('closed -1\n')
        process.assert_no_trouble()


def test_a_unix_socket(give, tmp_path):
    path = str(tmp_path / 'socket')
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(path)
        process = give(listener, path)
        assert process.accepts()
        client = process.client()
        for _ in range(2):
            told = json_of(client.get('/'))
            assert (told['client'], told['pid']) == (['', 0], process.pid)
        process.says('GET / 200 HTTP/1.1')
        assert client.get('/stop').body == b'stopping'
        assert process.ends() == 0
        process.assert_no_trouble()
    assert stat.S_ISSOCK(os.stat(path).st_mode), 'who gave the socket removes its path'


def test_no_connection_is_refused_while_a_server_is_replaced(give):
    with socket.create_server(('127.0.0.1', 0)) as listener:
        port = listener.getsockname()[1]
        first = give(listener, port)
        clients = [Client(port) for _ in range(3)]
        assert json_of(clients[0].get('/'))['pid'] == first.pid
        assert clients[0].get('/stop').body == b'stopping'
        assert first.ends() == 0
        waiting = [Client(port) for _ in range(3)]
        for client in waiting:
            client.ask('GET', '/')
        second = give(listener, port)
        try:
            assert [json_of(client.response())['pid'] for client in waiting] == [second.pid] * 3
        finally:
            for client in clients + waiting:
                client.close()
        first.assert_no_trouble()
        second.assert_no_trouble()
