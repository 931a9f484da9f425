# Responses made of files.

from folders import folder
from tools import captured_log, changed, only, raises

from microdot import AsyncBytesIO, Microdot, Response, send_file
from microdot.test_client import TestClient

FOLDER = 'tests/app/files/'
TEXT = b'The text of a file.\n'


async def written(response):
    stream = AsyncBytesIO(b'')
    await response.write(stream)
    return stream.stream.getvalue()


class Body:
    def __init__(self, *pieces):
        self.pieces = list(pieces)
        self.closed = 0

    def read(self, n):
        return self.pieces.pop(0) if self.pieces else b''

    def close(self):
        self.closed += 1


async def test_exact_output():
    assert await written(send_file(FOLDER + 'text.txt', content_type='text/html')) == (
        b'HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\n' + TEXT)


async def test_exact_output_by_extension():
    assert await written(send_file(FOLDER + 'text.txt')) == (
        b'HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\n' + TEXT)


def content_type(filename, **kwargs):
    response = send_file(filename, stream=Body(), **kwargs)
    assert len(response.headers) == (2 if kwargs.get('compressed') else 1)
    return response.headers['Content-Type']


def test_content_types():
    for extension, expected in (
            ('css', 'text/css'), ('gif', 'image/gif'), ('html', 'text/html'), ('jpg', 'image/jpeg'),
            ('js', 'application/javascript'), ('json', 'application/json'), ('png', 'image/png'), ('txt', 'text/plain'),
            ('svg', 'image/svg+xml')):
        assert content_type('some.file.' + extension) == expected
        assert content_type('some.file.' + extension.upper()) == expected


def test_content_types_of_the_web():
    for extension, expected in (
            ('webp', 'image/webp'), ('avif', 'image/avif'), ('ico', 'image/vnd.microsoft.icon'), ('jpeg', 'image/jpeg'),
            ('mjs', 'text/javascript'), ('wasm', 'application/wasm'), ('woff2', 'font/woff2'), ('ttf', 'font/ttf'), ('pdf',
            'application/pdf'),
            ('xml', 'application/xml'), ('csv', 'text/csv'), ('md', 'text/markdown'), ('mp4', 'video/mp4'), ('mp3', 'audio/mpeg'),
            ('zip', 'application/zip'), ('webmanifest', 'application/manifest+json'), ('map', 'application/json'), ('htm',
            'text/html'),
            ('7z', 'application/x-7z-compressed'), ('vtt', 'text/vtt'), ('ics', 'text/calendar'), ('ts', 'video/mp2t'),
            ('m3u8', 'application/vnd.apple.mpegurl'), ('mpd', 'application/dash+xml'), ('jar', 'application/java-archive'),
            ('eot', 'application/vnd.ms-fontobject'), ('ttc', 'font/collection'), ('tgz', 'application/gzip'),
            ('zst', 'application/zstd'), ('cjs', 'text/javascript'), ('log', 'text/plain'), ('vcf', 'text/vcard'),
            ('mkv', 'video/matroska'), ('3gp', 'video/3gpp'), ('mpg', 'video/mpeg'), ('mid', 'audio/midi'),
            ('heic', 'image/heic'), ('cur', 'image/vnd.microsoft.icon'), ('toml', 'application/toml'),
            ('ndjson', 'application/x-ndjson'), ('gltf', 'model/gltf+json'), ('glb', 'model/gltf-binary'), ('gpx',
            'application/gpx+xml'), ('apk', 'application/vnd.android.package-archive'), ('odt',
            'application/vnd.oasis.opendocument.text'), ('shtml', 'text/html'), ('rar', 'application/vnd.rar')):
        assert content_type('some.file.' + extension) == expected
        assert content_type('some.file.' + extension.upper()) == expected


def test_content_types_of_other_names():
    for filename in ('file.bin', 'file', 'file.', 'file.tar.gz', 'file.gz', 'file.txt.GZ', 'file.js.br', 'css', '.html.x',
                     'a.xm', 'a.ml', 'a.x|csv', 'a.csv text', 'a.text/csv', 'a. ', 'a.b/csv'):
        assert content_type(filename) == 'application/octet-stream', filename


def test_content_types_of_an_application():
    old = dict(Response.types_map)
    Response.types_map['foo'] = 'text/foo'
    try:
        assert content_type('file.foo') == 'text/foo'
    finally:
        Response.types_map.clear()
        Response.types_map.update(old)


def test_compressed():
    response = send_file('a.txt.gz', stream=Body(), compressed=True)
    assert response.headers == {'Content-Type': 'text/plain', 'Content-Encoding': 'gzip'}
    response = send_file('a.txt', stream=Body(), compressed=True)
    assert response.headers == {'Content-Type': 'text/plain', 'Content-Encoding': 'gzip'}
    response = send_file('a.txt.gz', stream=Body(), compressed='br')
    assert response.headers == {'Content-Type': 'text/plain', 'Content-Encoding': 'br'}
    response = send_file('a.txt', stream=Body(), compressed=False)
    assert response.headers == {'Content-Type': 'text/plain'}


async def test_the_extension_of_the_file():
    response = send_file(FOLDER + 'text', content_type='text/x', file_extension='.txt')
    assert await written(response) == b'HTTP/1.0 200 OK\r\nContent-Type: text/x\r\n\r\n' + TEXT
    response = send_file(FOLDER + 'page.html', compressed=True, file_extension='.gz')
    assert response.headers == {'Content-Type': 'text/html', 'Content-Encoding': 'gzip'}
    assert (await written(response)).endswith(b'\r\n\r\nnot really gzip\n')


def test_download_name():
    for name, expected in (
            ('report.pdf', 'attachment; filename="report.pdf"'),
            ('two words.txt', 'attachment; filename="two words.txt"'),
            ("it's; a, (test)=1.txt", 'attachment; filename="it\'s; a, (test)=1.txt"'),
            ('say "hi".txt', "attachment; filename=\"say _hi_.txt\"; filename*=UTF-8''say%20%22hi%22.txt"),
            ('100%41.txt', "attachment; filename=\"100_41.txt\"; filename*=UTF-8''100%2541.txt"),
            ('grün €.txt', "attachment; filename=\"gr_n _.txt\"; filename*=UTF-8''gr%C3%BCn%20%E2%82%AC.txt"),
            ('../etc\\passwd', 'attachment; filename=".._etc_passwd"'),
            ('', 'attachment; filename=""')):
        assert send_file('a.txt', stream=Body(), download_name=name).headers['Content-Disposition'] == expected, name
    for name in ('a\r\nX: y', 'a\0', 'a\x7f'):
        raises(ValueError, send_file, 'a.txt', stream=Body(), download_name=name)
    assert 'Content-Disposition' not in send_file('a.txt', stream=Body()).headers


def test_text_that_no_header_can_hold():
    raises(ValueError, send_file, FOLDER + 'text.txt', content_type='text/plain\r\nX: y')
    raises(ValueError, send_file, FOLDER + 'text.txt', compressed='gzip\n')


def test_max_age():
    assert send_file('a.txt', stream=Body(), max_age=123).headers['Cache-Control'] == 'max-age=123'
    assert send_file('a.txt', stream=Body(), max_age=0).headers['Cache-Control'] == 'max-age=0'
    assert 'Cache-Control' not in send_file('a.txt', stream=Body()).headers


def test_default_max_age():
    with changed(Response, default_send_file_max_age=86400):
        assert send_file('a.txt', stream=Body()).headers['Cache-Control'] == 'max-age=86400'
        assert send_file('a.txt', stream=Body(), max_age=0).headers['Cache-Control'] == 'max-age=0'
    assert 'Cache-Control' not in send_file('a.txt', stream=Body()).headers


def test_status():
    assert send_file('a.txt', stream=Body()).status_code == 200
    assert send_file('a.txt', 404, stream=Body()).status_code == 404


async def test_stream():
    body = Body(b'one ', b'two')
    response = send_file('no/such/file.txt', stream=body)
    assert response.body is body
    assert await written(response) == b'HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\none two'
    assert body.closed == 1


async def test_a_stream_that_is_false():
    class Empty(Body):
        def __len__(self):
            return 0
    body = Empty()
    response = send_file('no/such/file.txt', stream=body)
    assert response.body is body


async def test_the_file_is_closed():
    response = send_file(FOLDER + 'text.txt')
    file = response.body
    await response.write(AsyncBytesIO(b''))
    assert raises((ValueError, OSError), file.read)


async def test_the_file_is_closed_for_head():
    response = send_file(FOLDER + 'text.txt')
    response.is_head = True
    file = response.body
    assert await written(response) == b'HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\n'
    assert raises((ValueError, OSError), file.read)


async def test_a_large_file():
    data = bytes([i % 251 for i in range(100000)])
    with folder({'large.bin': data}) as files:
        assert (await written(send_file(files.path + '/large.bin'))).partition(b'\r\n\r\n')[2] == data


def test_a_missing_file():
    exc = raises(OSError, send_file, FOLDER + 'missing.txt')
    assert exc.errno == 2
    assert raises(OSError, send_file, FOLDER + 'text.txt/x').errno == 20


@only('cpython', 'MicroPython has no FileNotFoundError')
def test_a_missing_file_as_cpython_tells_it():
    exc = raises(FileNotFoundError, send_file, FOLDER + 'missing.txt')
    assert exc.errno == 2
    assert exc.filename == FOLDER + 'missing.txt'


app = Microdot()


@app.get('/file/<path:name>')
async def file(request, name):
    return send_file(FOLDER + name)


@app.get('/caught/<path:name>')
async def caught(request, name):
    try:
        return send_file(FOLDER + name)
    except OSError as exc:
        return 'errno %d' % exc.errno, 410


@app.get('/plain/<path:name>')
def plain(request, name):
    return send_file(FOLDER + name)


async def test_through_an_application():
    client = TestClient(app)
    for path in ('/file/text.txt', '/plain/text.txt', '/caught/text.txt'):
        response = await client.get(path)
        assert (response.status_code, response.body) == (200, TEXT), path
        assert response.headers['Content-Type'] == 'text/plain'
        assert response.headers['Content-Length'] == str(len(TEXT))
        assert sorted(response.headers) == ['Accept-Ranges', 'Content-Length', 'Content-Type', 'ETag', 'Last-Modified']
        response = await client.request('HEAD', path)
        assert (response.status_code, response.body) == (200, None), path
        assert response.headers['Content-Length'] == str(len(TEXT))


async def test_a_missing_file_is_answered_with_404():
    client = TestClient(app)
    for path in ('/file/missing.txt', '/plain/missing.txt', '/file/text.txt/x'):
        response = await client.get(path)
        assert (response.status_code, response.text) == (404, 'Not found'), path


NO_NAMES = 'text.txt\0', '\0', 'a\0/text.txt', 'a\r\nX: y', 'a\n', '\x7f', 'a' * 300


async def test_names_that_no_file_has():
    for name in NO_NAMES:
        assert raises(OSError, send_file, FOLDER + name).errno in (2, 36), name  # ENOENT, ENAMETOOLONG
        for path in ('/file/', '/plain/'):
            url = path + ''.join(['%%%02x' % octet for octet in name.encode()])
            response = await TestClient(app).get(url)
            assert (response.status_code, response.text) == (404, 'Not found'), name


@only('cpython', 'the text of MicroPython is UTF-8')
def test_names_that_are_no_utf_8():
    assert raises(FileNotFoundError, send_file, FOLDER + '\ud800').filename == FOLDER + '\ud800'
    with folder({}) as files:
        path = files.path + '/\udcff\n.txt'  # as os.listdir gives it
        with open(path, 'wb') as file:
            file.write(TEXT)
        body = send_file(path).body
        assert body.read() == TEXT
        body.close()


async def test_a_folder_is_answered_with_404():
    response = await TestClient(app).get('/file/.')
    assert (response.status_code, response.text) == (404, 'Not found')


async def test_a_missing_file_may_be_caught():
    response = await TestClient(app).get('/caught/missing.txt')
    assert (response.status_code, response.text) == (410, 'errno 2')


async def test_error_handlers_for_a_missing_file():
    app = Microdot()

    @app.get('/')
    async def index(request):
        return send_file('no/such/file')

    @app.errorhandler(404)
    async def not_found(request):
        return 'no such thing', 404
    response = await TestClient(app).get('/')
    assert (response.status_code, response.text) == (404, 'no such thing')

    @app.errorhandler(OSError)
    async def failed(request, exc):
        return 'errno %d' % exc.errno, 503
    response = await TestClient(app).get('/')
    assert (response.status_code, response.text) == (503, 'errno 2')


async def test_errors_that_are_not_a_missing_file():
    app = Microdot()

    @app.get('/')
    async def index(request):
        raise OSError(2)
    with captured_log() as lines:
        assert (await TestClient(app).get('/')).status_code == 500
    assert len(lines) == 1
