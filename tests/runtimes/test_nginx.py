# Files as nginx serves them: what it makes of conditions and ranges, and that each server of Microdot answers alike for the
# same folder. Where nginx is missing, tests/app/test_conditions.py and test_static.py have what was recorded of it.
#
# The rows say by which section of RFC 9110 an answer is another one than that of nginx.

import shutil
import tempfile
from pathlib import Path

import pytest
from condition_rows import FILE, ROWS, dates, fill
from tests.conftest import ROOT
from tests.runtimes.client import Client
from tests.runtimes.conftest import free_port
from tests.runtimes.nginx import Nginx
from traversal_rows import MALFORMED, ROWS as TRAVERSALS

NAME = Path(FILE).name
DATA = (ROOT / FILE).read_bytes()
APPLICATION = '''
import sys
from microdot import Microdot
from microdot.static import Static

port, folder = sys.argv[-2:]
app = Microdot()
Static(app, folder, url_prefix='')
app.run('127.0.0.1', int(port))
'''

# What a file's answer is told by.
OF_FILES = ('content-type', 'content-length', 'content-range', 'last-modified', 'content-encoding', 'vary')


@pytest.fixture(scope='module')
def folder():
    with tempfile.TemporaryDirectory() as path:
        folder = Path(path)
        folder.chmod(0o755)  # nginx is nobody where the tests are root
        shutil.copytree(ROOT / 'tests/app/files/static', folder / 'static')
        shutil.copy2(ROOT / FILE, folder / 'static')
        shutil.copy2(ROOT / 'tests/app/files/text.txt', folder)
        for path in (folder / 'static').rglob('*'):
            path.chmod(0o755 if path.is_dir() else 0o644)
        yield folder / 'static'


@pytest.fixture(scope='module')
def nginx(folder):
    port = free_port()
    server = f'server {{ listen 127.0.0.1:{port}; gzip_static on; gzip_vary on; location / {{ root {folder}; }} }}'
    with tempfile.TemporaryDirectory() as state, Nginx(server, port, state) as nginx:
        yield nginx


@pytest.fixture(scope='module')
def static(runtime, folder):
    port = free_port()
    process = runtime.script(APPLICATION, str(port), str(folder), port=port)
    assert process.accepts(), process.printed
    yield process
    process.close_clients()
    process.assert_no_trouble()
    process.kill()


@pytest.mark.needs('nginx')
@pytest.mark.parametrize('row', ROWS, ids=lambda row: row[0])
def test_rows(nginx, row):
    _, headers, answer, *differently = row
    response = ask(nginx.port, 'GET', '/' + NAME, fill(headers, {**dates(), 'etag': etag_of(nginx.port)}))
    status, content_range, part = differently[0][0] if differently else answer
    assert (response.status, response.headers.get('content-range')) == (status, content_range)
    if part is not None:
        assert response.body == DATA[part[0]:part[1]]


@pytest.mark.needs('nginx')
def test_conditions_and_ranges_agree(nginx, static):
    ports = nginx.port, static.port
    etags = [etag_of(port) for port in ports]
    for name, headers, _, *differently in ROWS:
        if differently:
            continue
        for method in ('GET',) if 'Range' in headers else ('GET', 'HEAD'):  # RFC 9110 14.2: a range is of GET alone
            expected, response = (ask(port, method, '/' + NAME, fill(headers, {**dates(), 'etag': etag}))
                                  for port, etag in zip(ports, etags, strict=True))
            assert told(response) == told(expected), (name, method)


@pytest.mark.needs('nginx')
@pytest.mark.parametrize(('path', 'accepted'), [
    *[(path, '') for path in (
        '/style.css', '/sub/page.html', '/LICENSE', '/a%20b+c%25d.txt', '/gr%C3%BCn.txt', '/.well-known/security.txt',
        '/sub/', '/app.js?v=1', '/missing', '/sub/missing', '/missing/', '/style.css/x', '/style.css/',
        '/plain/missing')],
    *[('/app.js', accepted) for accepted in (
        'gzip', 'gzip, deflate', 'GZIP', 'deflate, gzip;q=0.5', 'gzip;q=0', 'gzip;q=0.0', 'gzip;q=1.000', 'identity', 'deflate')],
    ('/style.css', 'gzip'),
])
def test_folders_agree(nginx, static, path, accepted):
    headers = {'Accept-Encoding': accepted} if accepted else {}
    for method in ('GET', 'HEAD'):
        expected, response = (ask(port, method, path, headers) for port in (nginx.port, static.port))
        assert told(response) == told(expected), method


@pytest.mark.needs('nginx')
@pytest.mark.parametrize('query', ['', '?a=b'])
def test_redirects_to_folders_agree(nginx, static, query):
    # nginx has a 301, after which clients may ask by GET whatever they have asked by before.
    expected, response = (ask(port, 'GET', '/sub' + query) for port in (nginx.port, static.port))
    assert (expected.status, response.status) == (301, 308)
    assert expected.headers['location'].endswith('/sub/' + query)
    assert response.headers['location'] == '/sub/' + query


def test_nothing_leaves_the_folder(static):
    for path in (*TRAVERSALS, *MALFORMED):
        with Client(static.port) as client:
            client.send(b'GET /' + path.encode('latin-1') + b' HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n')
            response = client.response('GET')
        assert response.status == 404 or (path in MALFORMED and response.status == 400) or path in ('', '/'), path
        assert b'text of a file' not in response.body
        assert b'root:' not in response.body


def ask(port, method, path, headers=None):
    with Client(port) as client:
        return client.request(method, path, headers)


def etag_of(port):
    return ask(port, 'GET', '/' + NAME).headers['etag']


def told(response):
    """Return what a client learns of a file, or that there is none."""
    if response.status >= 400:
        return response.status, response.headers.get('content-range')
    return response.status, {name: response.headers.get(name) for name in OF_FILES}, 'etag' in response.headers, response.body
