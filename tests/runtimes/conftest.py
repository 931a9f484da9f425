# The runtimes: how an application is started on each, waited for, asked and ended. Must not know what is tested.

import binascii
import contextlib
import json
import os
import re
import signal
import socket
import ssl
import subprocess
import sys
import time

import pytest
import trustme
from tests.conftest import BUILDS, ROOT, require
from tests.runtimes.client import DEADLINE, Client

APPLICATION = 'tests/runtimes/application.py'
HEAP = '4m'  # of MicroPython: room for any test; how little suffices is the subject of tests/device

RUNTIMES = {  # what serves, and the option of the application for it
    'protocol': [],
    'stream': ['server=stream'],
    'uvloop': ['loop=uvloop'],
    'mp64': [],
    'mp32': [],
}

# Has a script run with the other server of CPython.
STREAM_SCRIPT = """
import runpy, sys
import microdot.server.protocol, microdot.server.stream
microdot.server.protocol.ProtocolServer = microdot.server.stream.StreamServer
runpy.run_path(sys.argv[1], run_name='__main__')
"""

# What no output of a server may show, unless the test says so.
TROUBLE = re.compile(r'Traceback|Exception|Error\b|Warning\b|never awaited|never retrieved|MemoryError')


class Process:
    """An application that runs in a process of its own, which leads a group with its workers.

    :param options: for `Popen`.

    Attributes: `port`, or the path of a Unix socket, and `printed`, what it printed on either of its outputs.
    """

    def __init__(self, runtime, command, log, **options):
        self.runtime = runtime
        self.log = log
        self.read = 0     # how much of what was printed the tests have looked at
        self.tls = None
        self.clients = []
        environment = {**os.environ, 'PYTHONPATH': 'src', 'MICROPYPATH': 'src:.frozen', 'PYTHONUNBUFFERED': '1'}
        with open(log, 'wb') as output:
            self.popen = subprocess.Popen(command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL,
                                          stdout=output, stderr=subprocess.STDOUT, start_new_session=True, **options)

    @property
    def pid(self):
        return self.popen.pid

    @property
    def printed(self):
        return self.log.read_text(errors='replace')

    def accepts(self):
        """Wait until it accepts connections; False if it ended before."""
        end = time.monotonic() + DEADLINE
        while self.popen.poll() is None:
            try:
                Client(self.port).close()
            except (ConnectionError, FileNotFoundError):
                assert time.monotonic() < end, f'no server: {self.printed}'
                time.sleep(0.01)
            else:
                return True
        return False

    def says(self, pattern, seconds=DEADLINE):
        """Wait until it prints what the pattern finds among what no test has looked at; return the match."""
        end = time.monotonic() + seconds
        while not (match := re.search(pattern, self.printed[self.read:])):
            assert time.monotonic() < end, f'{pattern!r} not in {self.printed[self.read:]!r}'
            assert self.popen.poll() is None or re.search(pattern, self.printed[self.read:]), \
                f'{pattern!r} not in {self.printed[self.read:]!r}, it ended with {self.popen.returncode}'
            time.sleep(0.01)
        return match

    def said(self, pattern, seconds=DEADLINE):
        """Like `says`, for trouble that the test has made: all of what was printed so far is not looked at again."""
        match = self.says(pattern, seconds)
        self.read = len(self.printed)
        return match

    def assert_no_trouble(self):
        printed, self.read = self.printed[self.read:], len(self.printed)
        print(f'--- {self.runtime} printed ---\n{printed}')
        assert not TROUBLE.search(printed), printed

    # As a client.

    def client(self, **options):
        """Return a connection, which the end of the test closes."""
        client = Client(self.port, self.tls, **options)
        self.clients.append(client)
        return client

    def get(self, path):
        """Return the response to a request on a connection of its own."""
        with Client(self.port, self.tls) as client:
            return client.request('GET', path, {'Connection': 'close'})

    def told(self, key, *words):
        """Return what the application tells of a key, once these words are among its events."""
        told = json_of(self.get(f'/events/{key}?' + '&'.join('wait=' + word.replace(' ', '+') for word in words)))
        assert set(words) <= set(told['events']), f'{words} are not all in {told["events"]}'
        return told

    def events(self, key, *words):
        return self.told(key, *words)['events']

    def record(self, key, word):
        assert self.get(f'/record/{key}/{word}').status == 200

    def close_clients(self):
        for client in self.clients:
            client.close()
        self.clients.clear()

    # As a process.

    def descriptors(self):
        return len(os.listdir(f'/proc/{self.pid}/fd'))

    def has_descriptors(self, count):
        """Wait until it has no more descriptors open than this; false if it goes on having them."""
        end = time.monotonic() + DEADLINE
        while self.descriptors() > count:
            if time.monotonic() > end:
                return False
            time.sleep(0.01)
        return True

    def resident(self):
        """Return the bytes of its resident memory."""
        with open(f'/proc/{self.pid}/statm') as file:
            return int(file.read().split()[1]) * os.sysconf('SC_PAGE_SIZE')

    def signal(self, number):
        self.popen.send_signal(number)

    def ends(self, seconds=DEADLINE):
        """Wait until it has ended by itself and return its exit status."""
        try:
            return self.popen.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill()
            pytest.fail(f'it did not end: {self.printed}', pytrace=False)

    def kill(self):
        """End it and its workers."""
        try:
            os.killpg(self.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.popen.wait()


def json_of(response):
    assert response.status == 200, response
    return json.loads(response.body)


class Runtime:
    """A Python and a server for it."""

    def __init__(self, name, folder, python=None):
        self.name = name
        self.folder = folder
        self.small = name in BUILDS
        self.number = 0
        self.shared = {}
        if self.small:
            self.python = [BUILDS[name], '-X', f'heapsize={HEAP}']
        else:
            self.python = [python or sys.executable, '-W', 'always']

    def launch(self, arguments, **options):
        self.number += 1
        return Process(self.name, [*self.python, *arguments], self.folder / f'{self.number}.log', **options)

    @contextlib.contextmanager
    def started(self, *options, accepts=True, trouble=False, **settings):
        """Run the application for the time of a `with`.

        :param options: for the application; `Server_tick=1` as a setting is the option Server.tick=1.
        :param accepts: whether to wait until it accepts connections.
        """
        process = self.start(*options, accepts=accepts, **settings)
        try:
            yield process
            if not trouble:
                process.assert_no_trouble()
        finally:
            process.close_clients()
            process.kill()

    def start(self, *options, accepts=True, **settings):
        settings = [f'{name.replace("_", ".", 1)}={value}' for name, value in settings.items()]
        for _ in range(5):
            port = free_port()
            process = self.launch([APPLICATION, str(port), *RUNTIMES[self.name], *options, *settings])
            process.port = port
            if not accepts or process.accepts():
                return process
            if 'EADDRINUSE' not in process.printed and 'in use' not in process.printed:
                break
        process.kill()
        pytest.fail(f'it did not start: {process.printed}', pytrace=False)

    def script(self, text, *arguments, port=None, **options):
        """Start a program as a reader of the documentation would write it."""
        self.number += 1
        path = self.folder / f'{self.number}.py'
        path.write_text(text)
        if 'server=stream' in RUNTIMES[self.name]:
            arguments = '-c', STREAM_SCRIPT, path, *arguments
        else:
            arguments = path, *arguments
        process = self.launch(arguments, **options)
        process.port = port
        return process

    def sharing(self, *options, **settings):
        """Return an application that runs as long as the tests do, started anew where one was ended."""
        key = (options, *settings.items())
        process = self.shared.get(key)
        if process is None or process.popen.poll() is not None:
            process = self.shared[key] = self.start(*options, **settings)
        return process

    def end(self):
        for process in self.shared.values():
            process.kill()


def free_port():
    with socket.socket() as listener:
        listener.bind(('127.0.0.1', 0))
        return listener.getsockname()[1]


@pytest.fixture(scope='session', params=RUNTIMES)
def runtime(request, tmp_path_factory):
    """Give each runtime in turn."""
    if request.param in BUILDS:
        require(request.param)
    runtime = Runtime(request.param, tmp_path_factory.mktemp(request.param))
    yield runtime
    runtime.end()


@pytest.fixture(scope='session')
def certificates(tmp_path_factory):
    """Give a certificate for this machine, as files in PEM and in DER, and a client's context that trusts it."""
    folder = tmp_path_factory.mktemp('certificates')
    authority = trustme.CA()
    certificate = authority.issue_cert('localhost', '127.0.0.1')
    client = ssl.create_default_context()
    authority.configure_trust(client)
    pem = certificate.cert_chain_pems[0].bytes(), certificate.private_key_pem.bytes()
    for name, data in zip(('certificate', 'key'), pem, strict=True):
        (folder / f'{name}.pem').write_bytes(data)
        (folder / f'{name}.der').write_bytes(binascii.a2b_base64(b''.join(data.strip().split(b'\n')[1:-1])))

    def files(runtime):
        suffix = 'der' if runtime.small else 'pem'
        return [str(folder / f'{name}.{suffix}') for name in ('certificate', 'key')]

    return files, client


@contextlib.contextmanager
def settled(process):
    """Look after a test that what it began has ended and nothing went wrong unsaid."""
    try:
        yield process
        process.close_clients()
        if process.popen.poll() is None:
            assert json_of(process.get('/connections/1')) == {'connections': 1}, 'connections are left'
        process.assert_no_trouble()
    except BaseException:
        process.kill()  # what is wrong with it is this test's affair alone
        raise


@pytest.fixture
def server(runtime):
    """Give an application with the usual limits."""
    with settled(runtime.sharing(Server_tick=0.05, Server_linger_timeout=0.2, Server_max_connections=100)) as process:
        yield process


@pytest.fixture
def roomy(runtime):
    """Give an application that takes bodies of 64 MiB, those above 16 KiB as streams."""
    with settled(runtime.sharing(Server_tick=0.05, Server_linger_timeout=0.2, Request_max_content_length=2**26)) as process:
        yield process


@pytest.fixture
def hasty(runtime):
    """Give an application with deadlines of fractions of a second."""
    with settled(runtime.sharing(
            Server_tick=0.05, Server_head_timeout=0.4, Server_body_timeout=0.4, Server_idle_timeout=0.4,
            Server_write_timeout=0.4, Server_linger_timeout=0.4, Request_max_content_length=2**26)) as process:
        yield process


@pytest.fixture(scope='module')
def running(tmp_path_factory):
    """Give a function that starts the application on a server, and ends it with the tests."""
    from tests.runtimes.servers import Service

    services = []

    def start(name, **environment):
        service = Service(name, tmp_path_factory.mktemp('service') / 'log', **environment)
        services.append(service)
        return service

    yield start
    for service in services:
        service.kill()
