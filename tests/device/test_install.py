# What a board gets is installed as on a board, from a server on this machine, and it runs: by MicroPython's mip, whose version
# in 1.25 takes full addresses only, and by that of mpremote, which takes what is shipped as it is.

import contextlib
import functools
import http.server
import json
import subprocess
import threading
import time

import device
import pytest
from mpremote import mip
from tests import conftest
from tests.device.compiled import shipped
from tests.runtimes.client import DEADLINE, Client
from tests.runtimes.conftest import free_port

FORMS = ['sources', 'py', 'mpy']


class Handler(http.server.SimpleHTTPRequestHandler):
    """Serves a folder, the addresses in its packages with the server's own before them."""

    def do_GET(self):
        if not self.path.endswith('.json'):
            super().do_GET()
            return
        with open(self.translate_path(self.path)) as file:
            package = json.load(file)
        if self.server.absolute:
            host, port = self.server.server_address
            base = f'http://{host}:{port}{self.path.rpartition("/")[0]}/'
            package['urls'] = [[target, base + url] for target, url in package['urls']]
        body = json.dumps(package).encode()
        self.send_response(200)
        self.send_header('Content-Length', str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


@contextlib.contextmanager
def serving(folder, absolute):
    """Serve a folder; gives the URL."""
    server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), functools.partial(Handler, directory=folder))
    server.absolute = absolute
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f'http://127.0.0.1:{server.server_port}'
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def folder_of(form):
    return conftest.ROOT if form == 'sources' else shipped() / form


def install(form, package, target):
    """Install a package by MicroPython's own mip."""
    with serving(folder_of(form), absolute=True) as url:
        program = f'import mip; mip.install({url + "/" + package!r}, target={str(target)!r})'
        run = subprocess.run([conftest.BUILDS['mp32'], '-c', program], capture_output=True, text=True, timeout=60, check=False)
    assert run.returncode == 0, run.stderr
    assert run.stdout.endswith('Done\n'), run.stdout


def connected(port):
    """Return a client, or None while nothing listens."""
    try:
        return Client(port)
    except ConnectionError:
        return None


def serve_hello(folder):
    """Serve the smallest application with nothing but what is in a folder."""
    port = free_port()
    application = conftest.ROOT / 'tests/device/application.py'
    process = subprocess.Popen([conftest.BUILDS['mp32'], '-X', 'heapsize=128k', application, str(port)], cwd=folder,
                               env={'MICROPYPATH': f'{folder}:.frozen'}, stdin=subprocess.DEVNULL,
                               stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        end = time.monotonic() + DEADLINE
        while not (client := connected(port)):
            assert process.poll() is None, process.stdout.read()
            assert time.monotonic() < end
            time.sleep(0.01)
        with client:
            response = client.request('GET', '/')
            assert (response.status, response.body) == (200, b'Hello, world!')
    finally:
        process.kill()
        process.communicate()


@pytest.mark.needs('mp32')
@pytest.mark.parametrize('form', FORMS)
def test_hello_is_served_by_what_mip_installs(form, tmp_path):
    install(form, '' if form != 'sources' else 'package.json', tmp_path)
    names = device.packages()['core'] if form != 'sources' else json.loads(device.root_package())['urls']
    assert len([path for path in tmp_path.rglob('*') if path.is_file()]) == len(names)
    serve_hello(tmp_path)


class Board:
    # As much of mpremote's connection to a board as an installation takes.

    def __init__(self, folder):
        self.folder = folder

    def fs_exists(self, path):
        return (self.folder / path.lstrip('/')).exists()

    def fs_mkdir(self, path):
        (self.folder / path.lstrip('/')).mkdir()

    def fs_writefile(self, path, data, progress_callback=None):
        (self.folder / path.lstrip('/')).write_bytes(data)


@pytest.mark.needs('mp32')
@pytest.mark.parametrize('form', FORMS)
def test_hello_is_served_by_what_mpremote_installs(form, tmp_path):
    (tmp_path / 'lib').mkdir()
    with serving(folder_of(form), absolute=False) as url:
        mip._install_package(Board(tmp_path), url, 'no index', '/lib', None, True)
    serve_hello(tmp_path / 'lib')


@pytest.mark.needs('mp32')
@pytest.mark.parametrize('form', ['py', 'mpy'])
@pytest.mark.parametrize('extension', [name for name in device.packages() if name != 'core'])
def test_an_extension_comes_with_all_that_it_imports(extension, form, tmp_path):
    package = json.loads((shipped() / form / f'{extension}.json').read_text())
    for target, url in package['urls']:
        (tmp_path / target).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / target).symlink_to(shipped() / form / url)
    modules = device.packages()[extension]
    program = f'for module in {modules}:\n    __import__(module)\n'
    run = subprocess.run([conftest.BUILDS['mp32'], '-X', 'heapsize=512k', '-c', program], cwd=tmp_path, timeout=60, check=False,
                         env={'MICROPYPATH': f'{tmp_path}:.frozen'}, capture_output=True, text=True)
    assert (run.returncode, run.stdout, run.stderr) == (0, '', '')


@pytest.mark.needs('mp32')
@pytest.mark.parametrize('form', ['py', 'mpy'])
@pytest.mark.parametrize('file', sorted(path.name for path in (conftest.ROOT / 'tests/app').glob('test_*.py')))
def test_what_is_shipped_behaves_as_its_sources(file, form):
    names = [test.name for test in conftest.tests_of(conftest.ROOT / 'tests/app' / file)]
    results = conftest.run_on_device(conftest.BUILDS['mp32'], shipped() / form, f'tests/app/{file}', names)
    assert {name: result for name, result in results.items() if result.outcome == 'failed'} == {}
