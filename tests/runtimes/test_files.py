# Files over every server: whole, in part, to slow clients and to clients that leave.

import os
import time

import pytest
from tests.runtimes.client import Client, ClosedEarly
from tests.runtimes.conftest import free_port

APPLICATION = '''
import sys
from microdot import Microdot, send_file
from microdot.static import Static

port, folder, key, certificate = sys.argv[-4:]
app = Microdot()
Static(app, folder)


@app.get('/')
async def index(request):
    return 'Hello!'


@app.get('/file/<name>')
async def file(request, name):
    return send_file(folder + '/' + name)


@app.get('/plain/<name>')
def plain(request, name):
    return send_file(folder + '/' + name)


@app.get('/cut/<name>')
async def cut(request, name):
    response = send_file(folder + '/' + name)

    @request.after_request
    async def shorten(request, response):
        response.body.settle(request, response)
        with open(folder + '/' + name, 'wb') as file:
            file.write(b'short')
    return response


ssl = None
if key != '-':
    try:
        import ssl as tls
    except ImportError:
        import tls
        with open(key, 'rb') as file:
            key = file.read()
        with open(certificate, 'rb') as file:
            certificate = file.read()
    ssl = tls.SSLContext(tls.PROTOCOL_TLS_SERVER)
    ssl.load_cert_chain(certificate, key)
app.run('127.0.0.1', int(port), ssl=ssl, access_log=True)
'''

KIB = 1024
SIZES = (0, 1, 1023, 1024, 1025, 64 * KIB - 1, 64 * KIB, 64 * KIB + 1, 200_000, 1024 * KIB, 1024 * KIB + 1, 5_000_000)
PATTERN = bytes(range(251))


def data_of(size):
    return (PATTERN * (size // len(PATTERN) + 1))[:size]


@pytest.fixture(scope='module')
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp('files')
    for size in SIZES:
        (folder / f'{size}.bin').write_bytes(data_of(size))
    return folder


def start(runtime, folder, key='-', certificate='-'):
    port = free_port()
    process = runtime.script(APPLICATION, str(port), str(folder), str(key), str(certificate), port=port)
    assert process.accepts(), process.printed
    return process


@pytest.fixture(scope='module')
def files(runtime, folder):
    process = start(runtime, folder)
    yield process
    process.kill()


@pytest.fixture(autouse=True)
def no_trouble(request):
    yield
    if 'files' in request.fixturenames:
        files = request.getfixturevalue('files')
        files.close_clients()
        files.assert_no_trouble()


@pytest.mark.parametrize('path', ['/file/', '/plain/', '/static/'])
def test_whole_files(files, path):
    client = files.client()
    for size in SIZES:
        response = client.get(f'{path}{size}.bin')
        assert (response.status, response.framing) == (200, 'length')
        assert response.body == data_of(size), size
        assert client.request('HEAD', f'{path}{size}.bin').headers['content-length'] == str(size)
    assert client.get('/').body == b'Hello!'


def test_to_a_client_of_1_0(files):
    response = files.client().request('GET', '/file/200000.bin', version='1.0')
    assert (response.headers['content-length'], response.body) == ('200000', data_of(200_000))


@pytest.mark.parametrize(('wanted', 'start', 'end'), [
    ('0-0', 0, 1), ('1-70000', 1, 70_001), ('100000-', 100_000, 5_000_000), ('2000000-4999999', 2_000_000, 5_000_000),
    ('-3', 4_999_997, 5_000_000), ('4000000-9000000', 4_000_000, 5_000_000)])
def test_ranges(files, wanted, start, end):
    response = files.client().get('/file/5000000.bin', Range=f'bytes={wanted}')
    assert (response.status, response.headers['content-range']) == (206, f'bytes {start}-{end - 1}/5000000')
    assert response.body == data_of(5_000_000)[start:end]


def test_conditions_and_ranges_that_fail(files):
    client = files.client()
    etag = client.get('/file/200000.bin').headers['etag']
    assert client.get('/file/200000.bin', If_None_Match=etag).status == 304
    assert client.get('/file/200000.bin', If_Match='"other"').status == 412
    assert client.get('/file/200000.bin', Range='bytes=200000-').status == 416
    assert client.get('/').body == b'Hello!'


def test_pipelined(files):
    client = files.client()
    paths = ['/', '/file/200000.bin', '/file/1.bin', '/', '/static/1048577.bin', '/file/65537.bin', '/']
    client.send(b''.join(f'GET {path} HTTP/1.1\r\nHost: a\r\n\r\n'.encode() for path in paths))
    for path in paths:
        expected = b'Hello!' if path == '/' else data_of(int(path.rpartition('/')[2][:-4]))
        assert client.response().body == expected, path


def test_several_at_once(files):
    clients = [files.client(receive_buffer=4096) for _ in range(6)]
    for client in clients:
        client.ask('GET', '/file/1048577.bin')
    for client in reversed(clients):
        assert client.response().body == data_of(1024 * KIB + 1)


@pytest.mark.parametrize('size', [1024 * KIB, 5_000_000])
def test_a_slow_client(files, size):
    client = files.client(receive_buffer=4096)
    client.ask('GET', f'/file/{size}.bin')
    assert client.head().headers['content-length'] == str(size)
    for _ in range(20):
        client.take(2000)
        time.sleep(0.005)  # the client is slow: that is what is tested
    assert client.take(size - 40_000) == data_of(size)[40_000:]
    assert client.get('/').body == b'Hello!'


@pytest.mark.parametrize('size', [200_000, 1024 * KIB, 5_000_000])
def test_clients_that_leave(files, size):
    assert files.get('/').status == 200
    before = files.descriptors()
    for i in range(10):
        client = Client(files.port, receive_buffer=4096)
        client.ask('GET', f'/file/{size}.bin')
        client.take(1000)
        if i % 2:
            client.reset()
        else:
            client.close()
    assert files.has_descriptors(before)


def test_the_access_log_tells_what_was_sent(files):
    for size in (1, 200_000, 5_000_000):
        assert len(files.get(f'/file/{size}.bin').body) == size
        assert files.says(rf'GET /file/{size}.bin 200 HTTP/1.1 {size} bytes')


def test_over_tls(runtime, folder, certificates):
    paths, context = certificates
    certificate, key = paths(runtime)
    process = start(runtime, folder, key, certificate)
    process.tls = context
    try:
        client = process.client()
        for size in SIZES:
            assert client.get(f'/file/{size}.bin').body == data_of(size), size
        assert client.get('/static/5000000.bin', Range='bytes=1000000-3999999').body == data_of(5_000_000)[1_000_000:4_000_000]
        process.close_clients()
        process.assert_no_trouble()
    finally:
        process.kill()


@pytest.mark.parametrize('size', [900_000, 5_000_000])
def test_a_file_that_becomes_shorter(runtime, tmp_path, size):
    (tmp_path / 'a.bin').write_bytes(data_of(size))
    process = start(runtime, tmp_path)
    try:
        with Client(process.port) as client, pytest.raises(ClosedEarly):
            client.get('/cut/a.bin')
        assert process.get('/').body == b'Hello!'
        process.said('the body is not as long as its Content-Length|the file is not as long as its Content-Length')
    finally:
        process.kill()


def test_files_that_have_no_size(files):
    if not os.path.exists('/proc/cpuinfo'):
        pytest.skip('there is no /proc')
    # Their contents are made when they are read.
    with open('/proc/version', 'rb') as file:
        assert files.get('/file/..%2F..%2F..%2F..%2F..%2F..%2F..%2Fproc%2Fversion').body == file.read()
