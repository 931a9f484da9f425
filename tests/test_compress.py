# Compression of responses, on CPython.

import asyncio
import gzip
import importlib.util
import io
import json
import zlib

import pytest

from microdot import Microdot, Request, Response, send_file
from microdot.compress import Compress
from microdot.sse import with_sse
from microdot.static import Static
from microdot.test_client import TestClient

TEXT = 'All work and no play makes Jack a dull boy.\n' * 100
GZIP = {'Accept-Encoding': 'gzip'}


def decode(response):
    coding = response.headers.get('Content-Encoding')
    assert coding in {'gzip', None}
    return gzip.decompress(response.body) if coding else response.body


def client_of(handler, before=(), **options):
    app = Microdot()
    for register in before:
        register(app)
    Compress(app, **options)
    app.get('/')(handler)
    return TestClient(app)


async def test_text():
    async def index(request):
        return TEXT
    client = client_of(index)
    response = await client.get('/', GZIP)
    assert decode(response) == TEXT.encode()
    assert (response.headers['Content-Encoding'], response.headers['Vary']) == ('gzip', 'Accept-Encoding')
    assert int(response.headers['Content-Length']) == len(response.body) < len(TEXT) / 10
    head = await client.request('HEAD', '/', GZIP)
    assert (head.headers, head.body) == (response.headers, None)
    response = await client.get('/')
    assert (response.text, response.headers['Vary']) == (TEXT, 'Accept-Encoding')
    assert 'Content-Encoding' not in response.headers


async def test_json_and_level():
    async def index(request):
        return {'text': TEXT}
    small = await client_of(index, level=9).get('/', GZIP)
    large = await client_of(index, level=1).get('/', GZIP)
    assert json.loads(decode(small)) == {'text': TEXT}
    assert len(small.body) < len(large.body)


@pytest.mark.parametrize('accepted', ['', 'identity', 'gzip;q=0', 'compress', 'gzip;q=0.5, identity;q=1'])
async def test_what_the_client_does_not_take(accepted):
    async def index(request):
        return TEXT
    response = await client_of(index).get('/', {'Accept-Encoding': accepted})
    assert (response.text, response.headers['Vary']) == (TEXT, 'Accept-Encoding')


@pytest.mark.parametrize(('headers', 'status'), [
    ({'Content-Type': 'image/png'}, 200), ({'Content-Type': 'application/octet-stream'}, 200),
    ({'Content-Encoding': 'br'}, 200), ({'Content-Encoding': 'identity'}, 200), ({'Cache-Control': 'private, no-transform'}, 200),
    ({'Cache-Control': 'No-Transform'}, 200),
    ({'Content-Range': f'bytes 0-{len(TEXT) - 1}/99999'}, 206), ({}, 206),
])
async def test_what_is_not_compressed(headers, status):
    async def index(request):
        return TEXT, status, headers
    response = await client_of(index).get('/', GZIP)
    assert (response.body, response.headers.get('Content-Encoding')) == (TEXT.encode(), headers.get('Content-Encoding'))
    assert 'Vary' not in response.headers


@pytest.mark.parametrize('body', ['', 'short', 'x' * 1023])
async def test_short_bodies(body):
    async def index(request):
        return body
    response = await client_of(index).get('/', GZIP)
    assert (response.text, 'Vary' in response.headers) == (body, False)


@pytest.mark.parametrize('media_type', [
    'text/html', 'TEXT/HTML; charset=UTF-8', 'application/json', 'application/problem+json', 'image/svg+xml',
    'application/javascript'])
async def test_types(media_type):
    async def index(request):
        return TEXT, {'Content-Type': media_type}
    assert decode(await client_of(index).get('/', GZIP)) == TEXT.encode()


async def test_types_and_lengths_of_the_application():
    async def index(request):
        return 'xxxxx', {'Content-Type': request.args['type']}
    client = client_of(index, types=['image/x-mine', 'model/'], min_length=5)
    for media_type, coding in (('image/x-mine', 'gzip'), ('model/obj', 'gzip'), ('image/x-mine-too', None), ('text/plain', None)):
        response = await client.get('/?type=' + media_type, GZIP)
        assert (response.headers.get('Content-Encoding'), decode(response)) == (coding, b'xxxxx')


async def test_a_long_body():
    text = ''.join(f'{i}\n' for i in range(100_000))

    async def index(request):
        return text
    response = await client_of(index).get('/', GZIP)
    assert decode(response) == text.encode()
    assert 'Content-Length' not in response.headers


class Pieces:
    def __init__(self, pieces):
        self.pieces = iter(pieces)
        self.closed = 0

    def __aiter__(self):
        return self

    async def __anext__(self):
        await asyncio.sleep(0)
        try:
            return next(self.pieces)
        except StopIteration:
            raise StopAsyncIteration from None

    async def aclose(self):
        self.closed += 1


def generator():
    yield from ('one\n', b'', 'two\n', b'three\n')


@pytest.mark.parametrize('body', [
    generator, lambda: Pieces(generator()), lambda: io.BytesIO(b'one\ntwo\nthree\n'), lambda: iter(list(generator()))])
@pytest.mark.parametrize('kind', ['coroutine', 'function'])
async def test_streams(body, kind):
    async def index(request):
        return Response(body())

    def plain_index(request):
        return Response(body())
    response = await client_of(index if kind == 'coroutine' else plain_index).get('/', GZIP)
    assert response.headers['Content-Encoding'] == 'gzip'
    assert decode(response) == b'one\ntwo\nthree\n'


async def test_each_piece_can_be_read_when_it_has_come():
    body = Pieces(['one\n', 'two\n'])
    app = Microdot()
    Compress(app)

    @app.get('/')
    async def index(request):
        return body
    request = Request(app, None, 'GET', '/', '1.1', {'Accept-Encoding': 'gzip'})
    response = await app.dispatch_request(request)
    reader = zlib.decompressobj(31)
    pieces = response.body_iter()
    assert reader.decompress(await pieces.__anext__()) == b'one\n'
    assert reader.decompress(await pieces.__anext__()) == b'two\n'
    assert not body.closed
    await response.close()
    await response.close()
    assert body.closed == 1
    with pytest.raises(StopAsyncIteration):
        await pieces.__anext__()


async def test_events_end_in_order_as_the_server_does():
    app = Microdot()
    Compress(app)

    @app.get('/')
    @with_sse
    async def index(request, sse):
        await sse.send('hello')
        await asyncio.sleep(100)
    server = await app.start_server('127.0.0.1', 0, start_serving=False)
    await server.start_serving()
    async with server:
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        writer.write(b'GET / HTTP/1.1\r\nHost: a\r\nAccept-Encoding: gzip\r\n\r\n')
        head = await reader.readuntil(b'\r\n\r\n')
        assert b'Content-Encoding: gzip' in head
        await reader.readline()
        app.shutdown()
        await server.wait_closed()
        assert (await reader.read()).endswith(b'\r\n0\r\n\r\n')
        writer.close()


async def test_a_body_that_fails():
    def failing():
        yield TEXT
        raise RuntimeError('enough')

    async def index(request):
        return failing()
    with pytest.raises(RuntimeError, match='enough'):
        await client_of(index).get('/', GZIP)


@pytest.fixture
def folder(tmp_path):
    (tmp_path / 'a.txt').write_text(TEXT)
    (tmp_path / 'long.txt').write_text(TEXT * 100)
    (tmp_path / 'a.png').write_text(TEXT)
    return tmp_path


@pytest.mark.parametrize('name', ['a.txt', 'long.txt'])
async def test_files(folder, name):
    async def index(request):
        return send_file(str(folder / name))
    client = client_of(index)
    whole = await client.get('/')
    data = (folder / name).read_bytes()
    assert (whole.body, whole.headers['Vary'], whole.headers['Accept-Ranges']) == (data, 'Accept-Encoding', 'bytes')
    response = await client.get('/', GZIP)
    assert decode(response) == data
    # RFC 9110 8.8.1: what is made anew for each client is not the same byte by byte.
    assert response.headers['ETag'] == 'W/' + whole.headers['ETag']
    assert response.headers['Last-Modified'] == whole.headers['Last-Modified']
    assert 'Accept-Ranges' not in response.headers
    head = await client.request('HEAD', '/', GZIP)
    assert (head.headers['Content-Encoding'], 'Content-Length' in head.headers) == ('gzip', False)
    fresh = await client.get('/', {**GZIP, 'If-None-Match': response.headers['ETag']})
    assert (fresh.status_code, fresh.body, fresh.headers['Vary']) == (304, b'', 'Accept-Encoding')
    part = await client.get('/', {**GZIP, 'Range': 'bytes=0-7'})
    assert (part.status_code, part.body, part.headers['Vary']) == (206, b'All work', 'Accept-Encoding')
    assert 'Content-Encoding' not in part.headers
    part = await client.get('/', {**GZIP, 'Range': 'bytes=0-7', 'If-Range': response.headers['ETag']})
    assert (part.status_code, decode(part)) == (200, data)


async def test_a_folder(folder):
    (folder / 'b.txt').write_text(TEXT)
    (folder / 'b.txt.gz').write_bytes(b'ready')
    app = Microdot()
    Compress(app)
    Static(app, str(folder))
    client = TestClient(app)
    assert decode(await client.get('/static/a.txt', GZIP)) == TEXT.encode()
    assert (await client.get('/static/b.txt', GZIP)).body == b'ready'
    response = await client.get('/static/a.png', GZIP)
    assert (response.text, 'Vary' in response.headers) == (TEXT, False)


async def test_errors():
    app = Microdot()
    Compress(app)

    @app.errorhandler(404)
    async def not_found(request):
        return TEXT, 404
    response = await TestClient(app).get('/', GZIP)
    assert (response.status_code, decode(response)) == (404, TEXT.encode())
    assert (await TestClient(app).get('\x00')).status_code == 400  # without a request


async def test_handlers_that_change_the_body():
    def before(app):
        @app.after_request
        async def earlier(request, response):
            response.body += b'earlier\n'

            @request.after_request
            async def of_request(request, response):
                response.body += b'of request\n'

    async def index(request):
        return TEXT
    client = client_of(index, [before])

    @client.app.after_request
    async def later(request, response):
        response.body += b'later\n'
    assert decode(await client.get('/', GZIP)) == TEXT.encode() + b'earlier\nlater\nof request\n'


async def test_vary_is_kept():
    async def index(request):
        request.g._vary = {'Cookie'}
        return TEXT, {'Vary': 'Origin'}
    assert (await client_of(index).get('/', GZIP)).headers['Vary'] == 'Origin, Accept-Encoding, Cookie'


def test_codings():
    assert Compress(codings=['gzip']).codings == ['gzip']
    with pytest.raises(ValueError, match='deflate'):
        Compress(codings=['gzip', 'deflate'])


def has(*modules):
    return any(importlib.util.find_spec(module) for module in modules)


@pytest.mark.skipif(not has('brotli', 'brotlicffi'), reason='the package brotli is missing')
async def test_brotli():
    brotli = importlib.import_module('brotli' if has('brotli') else 'brotlicffi')

    async def index(request):
        return generator() if 'stream' in request.args else TEXT
    client = client_of(index)
    for path, data in (('/', TEXT.encode()), ('/?stream', b'one\ntwo\nthree\n')):
        response = await client.get(path, {'Accept-Encoding': 'gzip, br'})
        assert (response.headers['Content-Encoding'], brotli.decompress(response.body)) == ('br', data)


@pytest.mark.skipif(not has('zstandard', 'compression'), reason='the package zstandard is missing')
async def test_zstd():
    if has('compression'):
        decompress = importlib.import_module('compression.zstd').decompress
    else:
        zstandard = importlib.import_module('zstandard')

        def decompress(data):
            return zstandard.ZstdDecompressor().decompressobj().decompress(data)

    async def index(request):
        return generator() if 'stream' in request.args else TEXT
    client = client_of(index)
    for path, data in (('/', TEXT.encode()), ('/?stream', b'one\ntwo\nthree\n')):
        response = await client.get(path, {'Accept-Encoding': 'gzip, br, zstd'})
        assert (response.headers['Content-Encoding'], decompress(response.body)) == ('zstd', data)
