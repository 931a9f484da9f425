# The units of examples/deployment: systemd takes them, what they start works within what they allow, and nobody is turned away
# while that is replaced. Must not know how a server is built.

import os
import re
import signal
import subprocess
import sys
import time

import pytest
from tests.conftest import ROOT
from tests.deployment.conftest import EACH, EXAMPLE, SERVERS, program, settings, uses_socket
from tests.runtimes.client import Client
from tests.runtimes.conftest import free_port, json_of
from tests.runtimes.servers import ServerProcess

from microdot.server.base import Server

TIMEOUT = 60  # seconds
SOCKET = (EXAMPLE / 'app.socket').read_text()

pytestmark = pytest.mark.needs('systemd-analyze', 'systemd-socket-activate')


def analyze(*arguments, cwd=None):
    run = subprocess.run(['systemd-analyze', *arguments], cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                         timeout=TIMEOUT, check=False)
    return run.returncode, run.stdout


@pytest.fixture(params=EACH)
def units(request, tmp_path):
    """Give a folder with the units as they are installed for each server, for a virtual environment that is there."""
    names = ['app.service', 'app.socket']
    if request.param != 'microdot':
        (tmp_path / 'app.service.d').mkdir()
        names.append(f'app.service.d/{request.param}.conf')
    for name in names:
        text = re.sub(r'/srv/app/venv/bin/\w+', lambda match: program(match[0]), (EXAMPLE / name).read_text())
        (tmp_path / name).write_text(text)
    return tmp_path


def test_systemd_takes_the_units(units):
    assert analyze('verify', './app.service', './app.socket', cwd=units) == (0, '')


def test_systemd_sees_what_is_wrong(units):
    with open(units / 'app.service', 'a') as file:
        file.write('\n[Service]\nProtectEverything=yes\n')
    assert re.search("Unknown key( name)? 'ProtectEverything'", analyze('verify', './app.service', cwd=units)[1])


def test_little_is_allowed(units):
    status, text = analyze('security', '--offline=true', '--no-pager', '--threshold=15', './app.service', cwd=units)
    assert status == 0, text  # an exposure of at most 1.5, of 10


def calls(*names):
    """Return the system calls of groups."""
    found = set()
    for name in names:
        status, text = analyze('syscall-filter', '--no-pager', name)
        assert status == 0, text
        members = re.findall(r'^ {4}([@\w-]+)$', text, re.MULTILINE)
        assert members
        found |= {member for member in members if member[0] != '@'}
        found |= calls(*[member for member in members if member[0] == '@'])
    return found


def allowed_calls():
    """Return the system calls that the unit allows."""
    allow, deny = settings('microdot')['SystemCallFilter']
    assert deny[0] == '~'
    return calls('@default', *allow.split()) - calls(*deny[1:].split())


@pytest.mark.needs('strace')
@pytest.mark.parametrize('server', EACH)
def test_no_other_system_calls_are_made(deploy, server, tmp_path):
    deployment = deploy(server)
    process = deployment.start('strace', '-D', '-f', '-qq', '-c', '-o', str(tmp_path / 'calls'))
    assert process.client(deadline=TIMEOUT).get('/').status == 200  # strace has it take its time to start
    assert json_of(process.client().request('POST', '/upload', body=b'u' * 100_000))['length'] == 100_000
    process.close_clients()
    os.killpg(process.pid, signal.SIGTERM)
    end = time.monotonic() + TIMEOUT
    while 'total' not in (table := (tmp_path / 'calls').read_text()):  # strace writes it when all processes have ended
        assert time.monotonic() < end
        time.sleep(0.01)
    made = set(re.findall(r'(\w+)$', table, re.MULTILINE)) - {'syscall', 'total', 'execve'}
    assert {'accept4', 'sendto'} & made
    assert made - allowed_calls() == set()


# The socket.

def test_it_is_where_nginx_looks():
    path = re.search('^ListenStream=(.*)$', SOCKET, re.MULTILINE)[1]
    assert f'server unix:{path};' in (EXAMPLE / 'nginx.conf').read_text()


def test_systemd_opens_the_socket(tmp_path):
    port = free_port()
    command = [sys.executable, str(EXAMPLE / 'app.py')]
    process = ServerProcess('systemd', ['systemd-socket-activate', '--listen', f'127.0.0.1:{port}', '--setenv', 'PYTHONPATH',
                                        *command], tmp_path / 'log', PYTHONPATH=str(ROOT / 'src'))
    process.port = port
    try:
        assert process.accepts()
        client = process.client()
        assert json_of(client.get('/')) == {'client': '127.0.0.1', 'scheme': 'http', 'host': 'localhost'}
        process.signal(signal.SIGTERM)
        assert process.ends() == 0
        assert client.is_closed()
    finally:
        process.close_clients()
        process.kill()


def test_a_socket_for_another_process_is_left_alone(tmp_path):
    port = free_port()
    process = ServerProcess('systemd', [sys.executable, str(EXAMPLE / 'app.py')], tmp_path / 'log',
                            PYTHONPATH=str(ROOT / 'src'), PORT=str(port), LISTEN_PID='1', LISTEN_FDS='1')
    process.port = port
    try:
        assert process.accepts(), process.printed
        assert process.get('/health').body == b'ok'
    finally:
        process.kill()


@pytest.mark.parametrize('server', EACH)
def test_what_is_under_way_is_finished(deploy, server):
    # What systemd allows for it is more than what the servers take.
    service = settings(server)
    deployment = deploy(server)
    process = deployment.start()
    client = process.client()
    if server == 'uwsgi':  # which leaves out 100
        client.ask('POST', '/upload', {'Content-Length': '40000'})
    else:
        client.ask('POST', '/upload', {'Content-Length': '40000', 'Expect': '100-continue'})
        assert client.head().status == 100
    client.send(b'u' * 20_000)
    for _ in range(10):  # by then it has taken the others' request, too
        assert process.get('/health').status == 200
    process.signal(signal.SIGTERM)
    client.send(b'u' * 20_000)
    assert json_of(client.response())['length'] == 40_000
    process.close_clients()
    assert process.ends() in (0, -signal.SIGTERM)  # which systemd takes for clean alike
    process.assert_no_trouble()
    assert int(service['TimeoutStopSec'][0]) > Server.drain_timeout == 10


@pytest.mark.parametrize('server', [server for server in SERVERS if uses_socket(server)])
def test_nobody_is_turned_away_while_it_is_replaced(deploy, server):
    deployment = deploy(server)
    first = deployment.start()
    assert first.get('/health').body == b'ok'
    first.signal(signal.SIGTERM)
    first.ends()
    with Client(deployment.port) as client:
        client.ask('GET', '/health')
        second = deployment.start()
        assert client.response().body == b'ok'
    second.assert_no_trouble()
