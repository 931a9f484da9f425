# What `microdot run` serves: in one process, in several, and anew when a file changes.

import os
import queue
import re
import signal
import socket
import time

import pytest
from tests.cli.conftest import HELLO
from tests.runtimes.client import DEADLINE, Client, ClosedEarly
from tests.runtimes.conftest import TROUBLE, json_of

from microdot import cli
from microdot.cli import serving, workers

WORKERS = ['--workers', '2']


def pids(process, count):
    """Ask until as many processes have answered, and return their ids."""
    end = time.monotonic() + DEADLINE
    found = set()
    while len(found) < count:
        assert time.monotonic() < end, found
        found.add(json_of(process.get('/pid'))['pid'])
    return found


@pytest.mark.parametrize('options', [[], WORKERS, ['--reload'], ['--loop', 'uvloop', *WORKERS]], ids=' '.join)
@pytest.mark.parametrize('number', [signal.SIGINT, signal.SIGTERM], ids=['SIGINT', 'SIGTERM'])
def test_serves_until_a_signal(folder, options, number):
    process = folder.serve('app:app', *options)
    assert process.get('/').body == b'hello'
    process.signal(number)
    assert process.ends() == 0
    assert 'Traceback' not in process.printed
    with pytest.raises(ConnectionRefusedError):
        process.get('/')


def test_the_options(folder):
    folder.write('factory.py', '''
def create_app(name):
    from app import app

    @app.get('/name')
    async def name_of_the_factory(request):
        return name

    return app
''')
    process = folder.serve("factory:create_app('made')", '--access-log')
    assert process.get('/name').body == b'made'
    assert process.says('GET /name 200 HTTP/1.1')
    assert not re.search('Starting async server', process.printed), 'that is for debug mode'


def test_tls(folder, certificates):
    files, client = certificates
    certificate, key = files(type('Runtime', (), {'small': False}))
    process = folder.serve('app', '--tls-cert', certificate, '--tls-key', key, *WORKERS)
    assert 'on https://127.0.0.1' in process.printed
    process.tls = client
    assert process.get('/').body == b'hello'


@pytest.mark.parametrize(('arguments', 'says'), [
    (['--tls-key', 'key.pem'], '--tls-key needs the certificate, too: --tls-cert FILE'),
    (['--tls-cert', 'nowhere.pem'], 'nowhere.pem cannot be read'),
    (['--tls-cert', 'app.py'], 'app.py and app.py are not a certificate and its key in PEM'),
    (['--port', '65536'], '65536 is no port from 0 to 65535'),
    (['--workers', '0'], '0 is no number of processes'),
    (['--loop', 'other'], "invalid choice: 'other'"),
    (['--host', 'nowhere.invalid'], 'nowhere.invalid is no address of this machine'),
    (['--host', '192.0.2.1'], '192.0.2.1 is no address of this machine: 127.0.0.1 is the machine itself'),
], ids=str)
def test_what_cannot_be(folder, arguments, says):
    run = folder.run('run', 'app', *arguments)
    assert run.returncode in (1, 2)
    assert says in run.stderr
    assert 'Traceback' not in run.stderr


@pytest.mark.parametrize('options', [[], WORKERS, ['--reload']], ids=' '.join)
def test_a_port_in_use(folder, options):
    with socket.create_server(('127.0.0.1', 0)) as other:
        port = other.getsockname()[1]
        run = folder.run('run', 'app', '--port', str(port), *options)
    assert run.returncode == 1
    assert run.stderr == (f'microdot: port {port} of 127.0.0.1 is in use: end the program that listens there, or choose another '
                          f'port, as in --port {port + 1}\n')


def test_workers_do_not_share_the_port_of_others(folder):
    process = folder.serve('app', *WORKERS)
    run = folder.run('run', 'app', '--port', str(process.port), *WORKERS)
    assert 'is in use' in run.stderr


@pytest.mark.parametrize(('package', 'arguments', 'says'), [
    ('watchfiles', ['--reload'], "--reload needs the package watchfiles: pip install 'microdot[dev]'"),
    ('uvloop', ['--loop', 'uvloop'], "--loop uvloop needs the package uvloop: pip install 'microdot[fast]'"),
])
def test_a_package_that_is_missing(monkeypatch, capsys, package, arguments, says):
    monkeypatch.setattr(cli.serving, 'find_spec', lambda name: None if name == package else name)
    assert cli.main(['run', *arguments, '--port', '0']) == 1
    assert capsys.readouterr().err == f'microdot: {says}\n'


# Workers.

def test_workers_share_the_connections(folder):
    process = folder.serve('app', '--workers', '3')
    assert '3 workers serve on' in process.printed
    found = pids(process, 3)
    assert process.pid not in found
    assert json_of(process.get('/pid'))['parent'] == process.pid


def test_a_worker_that_dies_is_replaced(folder):
    process = folder.serve('app', *WORKERS)
    first = pids(process, 2)
    killed = min(first)
    os.kill(killed, signal.SIGKILL)
    process.says(f'Worker {killed} has ended with status -9: another takes its place')
    for _ in range(20):  # what the system has for the dead one waits for the other that takes its place
        assert process.get('/').status == 200
    second = pids(process, 2)
    assert killed not in second
    assert len(first & second) == 1


def test_workers_that_die_again_and_again_are_given_up(folder):
    folder.write('app.py', HELLO + '''

@app.get('/die')
async def die(request):
    os._exit(7)
''')
    process = folder.serve('app', *WORKERS)
    for _ in range(11):
        with pytest.raises(ClosedEarly):
            process.get('/die')
    process.says('11 workers have ended within 60 seconds: giving up')
    assert process.ends() == 1
    assert process.printed.count('ended with status 7: another takes its place') == 10


@pytest.mark.parametrize('text', ['1 / 0', HELLO + '@app.on_startup\nasync def fail():\n    1 / 0\n'], ids=['import', 'start-up'])
def test_an_application_that_cannot_start_ends_the_command(folder, text):
    folder.write('app.py', text)
    process = folder.start('app', *WORKERS)
    assert process.ends() == 1
    assert 'ZeroDivisionError' in process.printed


SLOW = HELLO + '''
import asyncio
from pathlib import Path

@app.get('/slow')
async def slow(request):
    Path('begun').touch()
    while not Path('go').exists():
        await asyncio.sleep(0.01)
    return 'done'

@app.on_shutdown
async def shut_down():
    print('shut down', flush=True)
'''


def begin_slowly(folder, process):
    client = process.client()
    client.ask('GET', '/slow')
    end = time.monotonic() + DEADLINE
    while not (folder.path / 'begun').exists():
        assert time.monotonic() < end
        time.sleep(0.01)
    return client


@pytest.mark.parametrize('options', [[], WORKERS], ids=['one', 'workers'])
def test_what_is_under_way_is_finished(folder, options):
    folder.write('app.py', SLOW)
    process = folder.serve('app', *options)
    client = begin_slowly(folder, process)
    process.signal(signal.SIGINT)
    folder.write('go', '')
    assert client.response().body == b'done'
    assert process.ends() == 0
    assert process.printed.count('shut down') == (2 if options else 1)


@pytest.mark.parametrize('options', [[], WORKERS], ids=['one', 'workers'])
def test_a_second_signal_does_not_wait(folder, options):
    folder.write('app.py', SLOW)
    process = folder.serve('app', *options)
    client = begin_slowly(folder, process)
    idle = process.client()
    assert idle.get('/').status == 200
    process.signal(signal.SIGINT)
    assert idle.is_closed()  # so it is on its way
    process.signal(signal.SIGINT)
    assert process.ends() == 0
    with pytest.raises(ClosedEarly):
        client.response()


def test_workers_end_when_their_parent_is_killed(folder):
    process = folder.serve('app', *WORKERS)
    found = pids(process, 2)
    process.signal(signal.SIGKILL)
    end = time.monotonic() + DEADLINE
    while any(os.path.exists(f'/proc/{pid}') for pid in found):
        assert time.monotonic() < end
        time.sleep(0.01)


def test_workers_end_when_their_parent_is_killed_before_they_serve(folder):
    folder.write('app.py', HELLO + '''

@app.on_startup
async def wait_for_the_end_of_the_parent():
    import asyncio
    parent = os.getppid()
    print('pid', os.getpid())
    while os.getppid() == parent:
        await asyncio.sleep(0.01)
''')
    process = folder.start('app', *WORKERS)
    process.says(r'pid \d+\npid \d+\n')
    process.signal(signal.SIGKILL)
    end = time.monotonic() + DEADLINE
    while any(os.path.exists(f'/proc/{pid}') for pid in re.findall(r'pid (\d+)', process.printed)):
        assert time.monotonic() < end
        time.sleep(0.01)
    assert not TROUBLE.search(process.printed), process.printed


# Reloading.

def change(folder, process, text, name='app.py'):
    """Change a file, and wait until the application is started anew."""
    before = json_of(process.get('/pid'))['pid']
    folder.write(name, text)
    process.said(f'microdot: {os.path.basename(name)} changed: the application is started anew')
    return before


def test_a_change_is_served_at_once(folder):
    process = folder.serve('app', '--reload')
    before = change(folder, process, HELLO.replace("'hello'", "'changed'"))
    client = process.client()  # no connection is refused meanwhile
    assert client.get('/').body == b'changed'
    assert json_of(client.get('/pid'))['pid'] != before
    assert json_of(client.get('/pid'))['parent'] == process.pid


def test_a_change_to_what_is_imported_is_served(folder):
    folder.write('sub/texts.py', "TEXT = 'one'")
    folder.write('app.py', HELLO.replace("'hello'", 'TEXT') + 'from sub.texts import TEXT')
    process = folder.serve('app', '--reload')
    assert process.get('/').body == b'one'
    change(folder, process, "TEXT = 'other'", 'sub/texts.py')
    assert process.get('/').body == b'other'


def test_a_mistake_is_told_and_mended(folder):
    process = folder.serve('app', '--reload')
    change(folder, process, 'this is no program')
    process.said('SyntaxError: invalid syntax')
    process.said('The application has ended with status 3: it is started anew when a file changes')
    client = process.client()  # waits for what comes
    folder.write('app.py', HELLO.replace("'hello'", "'mended'"))
    assert client.get('/').body == b'mended'


def test_who_is_connected_does_not_hold_up_a_change(folder):
    folder.write('app.py', SLOW)
    process = folder.serve('app', '--reload')
    client = begin_slowly(folder, process)
    change(folder, process, HELLO.replace("'hello'", "'changed'"))
    assert process.get('/').body == b'changed'
    with pytest.raises(ClosedEarly):
        client.response()


def test_who_has_connected_before_a_change_may_still_ask(folder, monkeypatch):
    folder.write('app.py', HELLO + """

@app.get('/accepts')
async def accepts(request):
    return str(app.server.is_serving())
""")
    monkeypatch.chdir(folder.path)
    events = queue.SimpleQueue()
    listener, = serving.bind('127.0.0.1', 0)
    worker = workers.Worker(serving.Options('app'), listener, events)
    try:
        _, worker.is_ready = events.get(timeout=DEADLINE)
        port = listener.getsockname()[1]
        with Client(port) as silent, Client(port) as other:
            assert other.get('/').body == b'hello'  # so it was accepted, and who came before it as well
            worker.stop(moment=DEADLINE)
            end = time.monotonic() + DEADLINE
            while other.get('/accepts').body == b'True':
                assert time.monotonic() < end
            assert silent.get('/').body == b'hello'
    finally:
        worker.kill()
        worker.ended()
        listener.close()


def test_several_workers_are_started_anew(folder):
    process = folder.serve('app', '--reload', *WORKERS)
    before = pids(process, 2)
    change(folder, process, HELLO.replace("'hello'", "'changed'"))
    assert not before & pids(process, 2)
    assert process.get('/').body == b'changed'
