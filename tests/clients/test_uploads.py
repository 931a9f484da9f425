# Forms with files as curl, aiohttp and httpx send them, over sockets to each server; and uploads that are large or cut off.

import json
import os
import re
import subprocess
import sys
import tempfile
import time
import zlib
from pathlib import Path

import aiohttp
import httpx
import pytest
from tests.conftest import BUILDS, ROOT, require
from tests.runtimes.client import DEADLINE, Client
from tests.runtimes.conftest import Process, free_port

SERVERS = {
    'protocol': [sys.executable, '-W', 'always', 'tests/clients/uploads.py'],
    'stream': [sys.executable, '-W', 'always', 'tests/clients/uploads.py'],
    'mp64': [BUILDS['mp64'], '-X', 'heapsize=512k', 'tests/clients/uploads.py'],
}
ROUTES = ['iterator', 'decorator']
DATA = os.urandom(70_000) + b'\r\n--' * 1000


@pytest.fixture(scope='module', params=SERVERS)
def server(request, tmp_path_factory):
    if request.param in BUILDS:
        require(request.param)
    port = free_port()
    options = ['stream'] if request.param == 'stream' else []
    process = Process(request.param, [*SERVERS[request.param], str(port), *options],
                      tmp_path_factory.mktemp('uploads') / 'log')
    process.port = port
    assert process.accepts(), process.printed
    yield process
    process.kill()


@pytest.fixture(autouse=True)
def no_trouble(server):
    yield
    server.close_clients()
    server.assert_no_trouble()


def sent(name, filename, content_type, data):
    """Return what the application says of a file."""
    return [name, filename, content_type, len(data), zlib.crc32(data)]


@pytest.fixture
def file(tmp_path):
    path = tmp_path / 'a file.bin'
    path.write_bytes(DATA)
    return path


def curl(*options):
    run = subprocess.run(['curl', '-sS', '--noproxy', '*', '--max-time', '30', *options], capture_output=True, check=True)
    return json.loads(run.stdout)


@pytest.mark.needs('curl')
@pytest.mark.parametrize('route', ROUTES)
@pytest.mark.parametrize('options', [[], ['-H', 'Transfer-Encoding: chunked'], ['-H', 'Expect: 100-continue'], ['--form-escape']])
def test_curl(server, route, options, file):
    parts = curl(
        *options, f'http://127.0.0.1:{server.port}/{route}', '--form-string', 'title=Repört; "quoted"', '-F', 'empty=',
        '-F', f'text=<{__file__}',
        '-F', f'file=@{file}', '-F', f'file=@{file};filename="x;\\"y\\".txt";type=text/plain',
        '-F', 'none=@/dev/null;filename=none')
    assert parts == [
        ['title', 'Repört; "quoted"'], ['empty', ''], ['text', Path(__file__).read_text()],
        sent('file', 'a file.bin', 'application/octet-stream', DATA), sent('file', 'x;"y".txt', 'text/plain', DATA),
        sent('none', 'none', 'application/octet-stream', b'')]


@pytest.mark.parametrize('route', ROUTES)
@pytest.mark.parametrize('quoted', [True, False])
@pytest.mark.parametrize('chunked', [True, False])
async def test_aiohttp(server, route, quoted, chunked):
    # It quotes file names as URLs, which HTML does not: they stay as they are. The name of a field it cannot quote.
    name, filename = ('size', 'F%C3%BC%C3%9Fe%20%E8%B6%B3.bin') if quoted else ('größe', 'Füße 足.bin')
    form = aiohttp.FormData(quote_fields=quoted)
    form.add_field('title', 'Repört')
    form.add_field('file', DATA, filename='Füße 足.bin', content_type='application/octet-stream')
    form.add_field('empty', b'', filename='empty')
    form.add_field(name, '2')
    async with (aiohttp.ClientSession() as session,
                session.post(f'http://127.0.0.1:{server.port}/{route}', data=form, chunked=chunked or None) as response):
        assert response.status == 200, await response.text()
        parts = await response.json()
    assert sorted(parts, key=len) == [
        ['title', 'Repört'], [name, '2'], sent('file', filename, 'application/octet-stream', DATA),
        sent('empty', 'empty', 'application/octet-stream', b'')]


@pytest.mark.parametrize('route', ROUTES)
def test_httpx(server, route):
    with httpx.Client(base_url=f'http://127.0.0.1:{server.port}', trust_env=False, timeout=DEADLINE) as client:
        for _ in range(2):  # on a kept connection
            response = client.post('/' + route, data={'title': 'Repört', 'tag': ['x', 'y']}, files=[
                ('file', ('a "b"\\.txt', DATA, 'text/plain')), ('file', ('Füße.bin', b'')), ('none', (None, b'no file'))])
            assert response.status_code == 200, response.text
            assert sorted(map(str, response.json())) == sorted(map(str, [
                ['title', 'Repört'], ['tag', 'x'], ['tag', 'y'], sent('file', 'a "b"\\.txt', 'text/plain', DATA),
                sent('file', 'Füße.bin', 'application/octet-stream', b''), ['none', 'no file']]))


START = b'--B\r\nContent-Disposition: form-data; name="f"; filename="x"\r\n\r\n'
END = b'\r\n--B--\r\n'
MEBIBYTE = os.urandom(2**20)


def head(route, length):
    return (f'POST /{route} HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/form-data; boundary=B\r\n'
            f'Content-Length: {len(START) + length + len(END)}\r\n\r\n').encode()


def upload(server, route, mebibytes):
    with Client(server.port) as client:
        client.send(head(route, mebibytes * 2**20) + START)
        crc = 0
        for _ in range(mebibytes):
            client.send(MEBIBYTE)
            crc = zlib.crc32(MEBIBYTE, crc)
        client.send(END)
        assert json.loads(client.response().body) == [['f', 'x', None, mebibytes * 2**20, crc]]


@pytest.mark.parametrize('route', ROUTES)
def test_memory_does_not_grow_with_the_upload(server, route):
    small = server.runtime == 'mp64'
    upload(server, route, 1)
    Path(f'/proc/{server.pid}/clear_refs').write_text('5')  # the peak starts anew
    resident = server.resident()
    upload(server, route, 4 if small else 50)  # the heap of MicroPython is half a mebibyte
    peak = int(re.search(r'VmHWM:\s+(\d+) kB', Path(f'/proc/{server.pid}/status').read_text())[1]) * 1024
    assert peak - resident < 2 * 2**20


def temporary_files(server):
    links = []
    for path in Path(f'/proc/{server.pid}/fd').iterdir():
        try:
            links.append(os.readlink(path))
        except FileNotFoundError:
            pass
    return [link for link in links if link.startswith(tempfile.gettempdir()) and not link.startswith(str(server.log))]


def wait_for(condition):
    end = time.monotonic() + DEADLINE
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


@pytest.mark.parametrize('way', ['reset', 'end', 'malformed'])
def test_temporary_files_are_gone_when_the_client_leaves(server, way):
    client = server.client()
    client.send(head('decorator', 100_000) + START + b'x' * 50_000)  # more than is kept in memory
    wait_for(lambda: temporary_files(server))
    name = temporary_files(server)[0]
    if way == 'malformed':
        client.send(b'\r\n--B\r\nno header\r\n\r\n')
        assert client.response().status == 400
    else:
        getattr(client, way)()
    wait_for(lambda: not temporary_files(server))
    assert not os.path.exists(name)
    assert ROOT.joinpath(Path(name).name) not in list(ROOT.iterdir())


def test_a_form_that_is_cut_off(server):
    for route in ROUTES:
        for body in (b'', b'hello', START, START + b'hello', START + b'hello\r\n--B', START + b'hello\r\n--B-\r\n'):
            response = server.client().request('POST', '/' + route, {'Content-Type': 'multipart/form-data; boundary=B'}, body)
            assert (response.status, response.body) == (400, b'Malformed form')
