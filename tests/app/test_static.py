# A folder as a whole: names that stay in it, compressed siblings, hashed names.

import os
import sys
import time

from folders import folder
from tools import changed, only, raises
from traversal_rows import MALFORMED, ROWS

from microdot import Microdot, Response, static as static_module
from microdot.core import file_hashes
from microdot.static import Static, is_reserved, is_safe
from microdot.test_client import TestClient

FOLDER = 'tests/app/files/static'


class Clock:
    """Stands for the module `time`, some seconds ahead of it."""

    def __init__(self, seconds):
        self.seconds = seconds

    def time(self):
        return time.time() + self.seconds


def contents(name):
    with open(FOLDER + '/' + name, 'rb') as file:
        return file.read()


def client_of(**options):
    app = Microdot()
    app.static = Static(app, FOLDER, **options)
    return TestClient(app)


async def test_files():
    client = client_of()
    for path, name, content_type in (
            ('style.css', 'style.css', 'text/css'), ('sub/page.html', 'sub/page.html', 'text/html'),
            ('LICENSE', 'LICENSE', 'application/octet-stream'), ('a%20b+c%25d.txt', 'a b+c%d.txt', 'text/plain'),
            ('gr%C3%BCn.txt', 'grün.txt', 'text/plain'), ('.well-known/security.txt', '.well-known/security.txt', 'text/plain')):
        response = await client.get('/static/' + path)
        assert (response.status_code, response.body) == (200, contents(name)), path
        assert response.headers['Content-Type'] == content_type
        assert response.headers['Content-Length'] == str(len(response.body))
        assert 'ETag' in response.headers and 'Last-Modified' in response.headers
        head = await client.request('HEAD', '/static/' + path)
        assert (head.status_code, head.headers) == (200, response.headers), path
    assert (await client.post('/static/style.css')).status_code == 405
    assert (await client.get('/static/missing.css')).status_code == 404
    assert (await client.get('/style.css')).status_code == 404


async def test_conditions_and_ranges():
    client = client_of()
    etag = (await client.get('/static/style.css')).headers['ETag']
    response = await client.get('/static/style.css', {'If-None-Match': etag})
    assert (response.status_code, response.body, response.headers['ETag']) == (304, b'', etag)
    response = await client.get('/static/style.css', {'Range': 'bytes=0-3'})
    assert (response.status_code, response.body) == (206, b'body')


async def test_nothing_leaves_the_folder():
    client = client_of()
    for path in ROWS:
        response = await client.get('/static/' + path)
        assert (response.status_code, response.text) == (404, 'Not found'), path
    for path in MALFORMED:
        response = await client.get('/static/' + path)
        # MicroPython takes overlong forms for text, but not for what they stand for.
        assert response.status_code in ((400,) if sys.implementation.name == 'cpython' else (400, 404)), path


async def test_nothing_leaves_the_folder_at_the_root():
    client = client_of(url_prefix='')
    assert (await client.get('/style.css')).body == contents('style.css')
    for path in ROWS:
        if path not in ('', '/'):
            assert (await client.get('/' + path)).status_code == 404, path


def test_safe_names():
    for name in ('a', 'a.b', 'a/b/c.d', 'a b', 'a+b', 'ü', '.well-known/x', 'a..b', 'a~', 'a;b', '-', '_', 'con', 'nul.txt'):
        assert is_safe(name), name
    for name in ('', '.', '..', 'a/', '/a', 'a//b', 'a/..', '../a', '.a', 'a/.b', 'a.', 'a ', 'a\\b', 'a:b', 'a\0', 'a\n', 'a\x7f',
                 '...', 'a/. ', 'a./b'):
        assert not is_safe(name), name


def test_reserved_names():
    for name in ('con', 'CON', 'Con.txt', 'con.tar.gz', 'nul', 'aux.css', 'prn', 'com0', 'com1.txt', 'LPT9', 'com\xb9', 'conin$',
    'CLOCK$',
                 'con .txt'):
        assert is_reserved(name), name
    for name in ('icon', 'cons', 'com', 'com10', 'lpt', 'a.con', 'con-1', 'null', ''):
        assert not is_reserved(name), name
    with changed(static_module, _WINDOWS=True):
        assert not is_safe('a/nul.txt')
        assert is_safe('a/null.txt')


async def test_symbolic_links():
    with folder({'inside/file.txt': 'inside', 'inside/sub/file.txt': 'sub', 'inside/with.js': 'plain',
                 'outside/file.txt': 'outside', 'outside/with.js.gz': 'outside', 'inside-too/file.txt': 'too'}) as files:
        for name, target in (
                ('out.txt', files.path + '/outside/file.txt'), ('relative.txt', '../outside/file.txt'),
                ('out', files.path + '/outside'), ('too', files.path + '/inside-too'),  # whose path begins alike
                ('broken.txt', 'nowhere'), ('loop', 'loop'), ('with.js.gz', '../outside/with.js.gz'),
                ('in.txt', 'sub/file.txt'), ('in', files.path + '/inside/sub'), ('chain.txt', 'in/file.txt')):
            files.link('inside/' + name, target)
        files.pipe('inside/pipe')
        files.link('link', files.path + '/inside')
        for served in ('inside', 'link'):
            app = Microdot()
            static = Static(app, files.path + '/' + served)
            client = TestClient(app)
            for path in ('out.txt', 'relative.txt', 'out/file.txt', 'out/', 'out', 'too/file.txt', 'broken.txt', 'loop', 'loop/x',
                         'pipe', 'out.0123456789ab.txt'):
                assert (await client.get('/static/' + path)).status_code == 404, path
            for path in ('out.txt', 'out/file.txt'):
                raises(ValueError, static.url, path)
            assert (await client.get('/static/with.js', {'Accept-Encoding': 'gzip'})).text == 'plain'
            assert (await client.get('/static/sub/file.txt')).text == 'sub'
            assert (await client.get('/static/file.txt')).text == 'inside'
            # UPY: where a link leads to cannot be asked.
            expected = (200, 'sub') if sys.implementation.name == 'cpython' else (404, 'Not found')
            for path in ('in.txt', 'in/file.txt', 'chain.txt'):
                response = await client.get('/static/' + path)
                assert (response.status_code, response.text) == expected, path


@only('cpython', 'MicroPython has no os.chmod')
async def test_a_file_that_may_not_be_read():
    import tempfile
    with tempfile.TemporaryDirectory() as folder:
        app = Microdot()
        Static(app, folder)
        with open(folder + '/a.txt', 'w') as file:
            file.write('a')

        def refuse(path):
            raise PermissionError(13, 'Permission denied', path)
        from microdot.core import files
        with changed(files, open_file=refuse), changed(static_module, file_hash=refuse):
            assert (await TestClient(app).get('/static/a.txt')).status_code == 403
            assert (await TestClient(app).get('/static/a.0123456789ab.txt')).status_code == 403


async def test_folders():
    client = client_of()
    response = await client.get('/static/sub/')
    assert (response.body, response.headers['Content-Type']) == (contents('sub/index.html'), 'text/html')
    response = await client.get('/static/sub')
    assert (response.status_code, response.headers['Location']) == (308, '/static/sub/')
    response = await client.get('/static/sub?a=b&c')
    assert response.headers['Location'] == '/static/sub/?a=b&c'
    for path in ('/static', '/static/', '/static/plain', '/static/plain/', '/static/missing/'):
        assert (await client.get(path)).status_code == 404, path
    client = client_of(index='style.css')
    assert (await client.get('/static/')).body == contents('style.css')
    response = await client.get('/static')
    assert (response.status_code, response.headers['Location']) == (308, '/static/')
    client = client_of(index=None)
    for path in ('/static', '/static/', '/static/sub', '/static/sub/'):
        assert (await client.get(path)).status_code == 404, path


async def test_the_url_prefix():
    for url_prefix in ('/assets/', '/assets'):
        client = client_of(url_prefix=url_prefix)
        assert (await client.get('/assets/style.css')).status_code == 200
    client = client_of(url_prefix='/a/b')
    assert (await client.get('/a/b/sub/page.html')).status_code == 200


def test_the_path_of_the_folder():
    for given, path in (('a', 'a'), ('a/', 'a'), ('a/b//', 'a/b'), ('/', '/'), ('//', '/'), ('.', '.'), ('', '.')):
        assert Static(Microdot(), given).folder == path, given


async def test_max_age():
    assert 'Cache-Control' not in (await client_of().get('/static/style.css')).headers
    assert (await client_of(max_age=60).get('/static/style.css')).headers['Cache-Control'] == 'max-age=60'
    assert (await client_of(max_age=0).get('/static/style.css')).headers['Cache-Control'] == 'max-age=0'
    with changed(Response, default_send_file_max_age=30):
        assert (await client_of().get('/static/style.css')).headers['Cache-Control'] == 'max-age=30'
    assert (await client_of(immutable=True).get('/static/style.css')).headers['Cache-Control'] == 'max-age=31536000, immutable'


async def test_compressed_siblings():
    client = client_of()
    plain = await client.get('/static/app.js')
    assert (plain.body, plain.headers['Vary']) == (contents('app.js'), 'Accept-Encoding')
    assert 'Content-Encoding' not in plain.headers
    etags = {plain.headers['ETag']}
    for accepted, coding, name in (('gzip', 'gzip', 'app.js.gz'), ('br', 'br', 'app.js.br'), ('gzip, deflate, br, zstd', 'br',
    'app.js.br'),
                                   ('GZIP;q=0.5', 'gzip', 'app.js.gz'), ('br;q=0.1, gzip;q=0.2', 'gzip', 'app.js.gz'),
                                   ('*', 'br', 'app.js.br'), ('br;q=0, *', 'gzip', 'app.js.gz'), ('x-gzip', 'gzip', 'app.js.gz')):
        response = await client.get('/static/app.js', {'Accept-Encoding': accepted})
        assert (response.body, response.headers.get('Content-Encoding')) == (contents(name), coding), accepted
        assert (response.headers['Vary'], response.headers['Content-Type']) == ('Accept-Encoding', 'application/javascript')
        etags.add(response.headers['ETag'])
        fresh = await client.get('/static/app.js', {'Accept-Encoding': accepted, 'If-None-Match': response.headers['ETag']})
        assert (fresh.status_code, fresh.headers['Vary']) == (304, 'Accept-Encoding')
        part = await client.get('/static/app.js', {'Accept-Encoding': accepted, 'Range': 'bytes=2-4'})
        assert (part.status_code, part.body) == (206, contents(name)[2:5])
    assert len(etags) == 3
    for accepted in ('', 'identity', 'deflate', 'gzip;q=0', 'br;q=0, gzip;q=0', 'gzip;q=0.5, identity', '*;q=0', 'gzip;q=x',
    'gzip;x=1',
                     'gzip;q=2', 'gzip;q=0.1234'):
        response = await client.get('/static/app.js', {'Accept-Encoding': accepted})
        assert response.body == contents('app.js'), accepted
    # What is compressed already has no siblings, and the siblings are files like others.
    response = await client.get('/static/dot.png', {'Accept-Encoding': 'gzip'})
    assert 'Vary' not in response.headers and 'Content-Encoding' not in response.headers
    response = await client.get('/static/app.js.gz', {'Accept-Encoding': 'gzip'})
    assert (response.body, response.headers['Content-Type']) == (contents('app.js.gz'), 'application/gzip')
    assert 'Content-Encoding' not in response.headers


async def test_types_that_have_siblings():
    names = 'a.css', 'a.eot', 'a.ttf', 'a.otf', 'a.ico', 'a.wasm', 'a.geojson', 'a.webmanifest', 'a.yaml', 'a.rss', 'a.svg', 'a.TXT'
    others = 'a.woff2', 'a.zip', 'a.mp4', 'a.jpg', 'a', 'a.gz'
    files = {}
    for name in names + others:
        files[name] = 'plain'
        files[name + '.gz'] = 'sibling'
    with folder(files) as files:
        app = Microdot()
        Static(app, files.path)
        types = dict(Response.types_map)
        types['yaml'] = 'application/YAML; charset=utf-8'
        with changed(Response, types_map=types):
            for name in names + others:
                response = await TestClient(app).get('/static/' + name, {'Accept-Encoding': 'gzip'})
                assert response.body == (b'sibling' if name in names else b'plain'), name
                assert ('Vary' in response.headers) == (name in names), name


@only('cpython', 'MicroPython has no os.utime')
async def test_a_sibling_that_is_older():
    import tempfile
    with tempfile.TemporaryDirectory() as folder:
        app = Microdot()
        Static(app, folder)
        for name, modified in (('a.js', 1000), ('a.js.gz', 999), ('a.js.br', 1000)):
            with open(folder + '/' + name, 'w') as file:
                file.write(name)
            os.utime(folder + '/' + name, (modified, modified))
        assert (await TestClient(app).get('/static/a.js', {'Accept-Encoding': 'gzip'})).text == 'a.js'
        assert (await TestClient(app).get('/static/a.js', {'Accept-Encoding': 'br'})).text == 'a.js.br'


async def test_hashed_names():
    client = client_of(max_age=60)
    static = client.app.static
    for name, path in (('app.js', 'app.HASH.js'), ('sub/page.html', 'sub/page.HASH.html'), ('LICENSE', 'LICENSE.HASH'),
                       ('a b+c%d.txt', 'a%20b+c%25d.HASH.txt'), ('app.js.gz', 'app.js.HASH.gz')):
        url = static.url(name)
        parts = url[len('/static/'):].split('.')
        digest = next(part for part in parts if len(part) == 12)
        assert '.'.join(['HASH' if part == digest else part for part in parts]) == path, url
        response = await client.get(url)
        assert (response.body, response.headers['Cache-Control']) == (contents(name), 'max-age=31536000, immutable'), url
        assert static.url(name) == url
        # Another version of it.
        other = url.replace(digest, '0123456789ab')
        response = await client.get(other)
        assert (response.body, response.headers['Cache-Control']) == (contents(name), 'no-cache'), other
    response = await client.get(static.url('app.js'), {'Accept-Encoding': 'gzip'})
    assert response.body == contents('app.js.gz')
    for path in ('app.0123456789.js', 'app.0123456789abc.js', 'app.0123456789AB.js', 'app.0123456789ag.js', '0123456789ab',
    '0123456789ab.js',
                 'sub.0123456789ab', '.hidden.0123456789ab', 'app.0123456789ab.js.gz.x', '..0123456789ab',
                 'missing.0123456789ab.js'):
        assert (await client.get('/static/' + path)).status_code == 404, path


async def test_a_hash_follows_the_file():
    with folder({}) as files:
        app = Microdot()
        static = Static(app, files.path)
        urls = set()
        for text in ('one', 'two', 'three'):  # all within a second
            files.write('a.txt', text)
            urls.add(static.url('a.txt'))
            response = await TestClient(app).get(static.url('a.txt'))
            assert (response.text, response.headers['Cache-Control']) == (text, 'max-age=31536000, immutable')
        assert len(urls) == 3


def test_a_file_is_not_read_for_each_hash():
    with folder({'a.txt': 'one'}) as files:
        static = Static(Microdot(), files.path)
        read = []

        def counted(path, mode):
            read.append(path)
            return open(path, mode)
        for seconds in (1000, -1000):  # later; and on a board whose clock was not set
            with changed(file_hashes, time=Clock(seconds)):
                file_hashes.open = counted
                try:
                    url = static.url('a.txt')
                    del read[:]
                    assert static.url('a.txt') == url
                    assert read == []
                    files.write('a.txt', 'three')
                    assert static.url('a.txt') != url
                    assert len(read) == 1
                finally:
                    del file_hashes.open
            files.write('a.txt', 'one')


@only('cpython', 'MicroPython has no threads')
async def test_files_are_hashed_in_threads():
    import threading
    threads = []

    def slow_hash(path):
        threads.append(threading.current_thread())
        return '0123456789ab'
    client = client_of()
    with changed(static_module, file_hash=slow_hash):
        for digest in ('0123456789ab', '0123456789ac'):
            response = await client.get('/static/app.' + digest + '.js')
            assert response.body == contents('app.js')
    assert len(threads) == 1
    assert threads[0] is not threading.main_thread()


def test_urls_of_what_is_not_there():
    static = client_of().app.static
    for name in ('missing.js', 'sub', 'sub/', '../text.txt', '.hidden', '', '/style.css'):
        assert 'no file' in str(raises(ValueError, static.url, name)), name


async def test_on_a_sub_application():
    app, books, shelf = Microdot(), Microdot(), Microdot()
    static = Static(shelf, FOLDER)
    books.mount(shelf, '/shelf')
    app.mount(books, '/books', local=True)
    url = static.url('style.css')
    assert url.startswith('/books/shelf/static/style.')
    assert (await TestClient(app).get(url)).body == contents('style.css')


async def test_an_error_handler_for_what_is_not_there():
    client = client_of()

    @client.app.errorhandler(404)
    async def not_found(request):
        return 'nowhere', 404
    assert (await client.get('/static/missing')).text == 'nowhere'
    assert (await client.get('/static/..%2ftext.txt')).text == 'nowhere'


