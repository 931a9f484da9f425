# The demonstration application as a browser meets it, on each Python.

import hashlib
import html.parser
import itertools
import json
import re
import signal
import socket
import time
import urllib.parse

import httpx
import pytest
from tests.conftest import ROOT
from tests.runtimes.client import Client
from tests.runtimes.conftest import free_port
from websockets.exceptions import ConnectionClosedError
from websockets.sync.client import connect

from microdot.test_client.events import EventReader

SCRIPT = '<script>alert("&")</script>'
VOID = {'img', 'input', 'link', 'meta'}

# What links lead to that is not a page with status 200.
EXPECTED = {
    '/api/nothing': 404,
    '/errors/crash': 500,
    '/errors/divide/1/0': 400,
    '/errors/teapot': 418,
    '/login/fresh': 302,
    '/login/private': 302,
    '/nowhere': 404,
    '/redirects/chain/5': 302,
    '/redirects/old': 302,
    '/routes/square/seven': 404,
}


@pytest.fixture(scope='module')
def demo(launch):
    port = free_port()
    return launch('-m', 'examples.demo', '--port', str(port), port=port)


@pytest.fixture(autouse=True)
def no_trouble(request):
    """Look after each test that the application complained of nothing but what the test asked for."""
    yield
    if 'demo' in request.fixturenames:
        request.getfixturevalue('demo').assert_no_trouble()


class Page(html.parser.HTMLParser):
    """A page, read strictly: each element is closed, each attribute quoted as it has to be.

    Attributes: `text` by element, `links`, and `labelled` and `fields`, the ids that labels name and those of fields.
    """

    def __init__(self, response):
        super().__init__()
        self.open, self.links, self.fields, self.labelled = [], [], [], []
        self.text = {}
        assert response.headers['content-type'] == 'text/html; charset=UTF-8'
        source = response.body.decode()
        assert source.startswith('<!doctype html>\n<html lang="en">')
        self.feed(source)
        self.close()
        assert not self.open

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if tag not in VOID:
            self.open.append(tag)
        self.links += [attributes[name] for name in ('href', 'src', 'action') if name in attributes]
        if tag == 'label' and 'for' in attributes:
            self.labelled.append(attributes['for'])
        if tag == 'textarea' or (tag == 'input' and 'type' not in attributes):
            self.fields.append(attributes['id'])

    def handle_startendtag(self, tag, attributes):
        self.handle_starttag(tag, attributes)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        for tag in set(self.open):
            self.text[tag] = self.text.get(tag, '') + data


def assert_well_made(page, response):
    assert page.text['title'].endswith(' · Microdot')
    assert page.text['h1'].strip()
    assert {'header', 'nav', 'main', 'footer'} <= set(page.text)
    assert set(page.fields) <= set(page.labelled)
    assert not [link for link in page.links if not re.match('/(?!/)|#', link)], 'nothing comes from elsewhere'
    assert "default-src 'self'" in response.headers['content-security-policy']
    assert 'script' not in page.text, 'scripts are files'


def facts(response):
    """Return what a page lists under its result."""
    section = re.search('<section class="result">.*?</section>', response.body.decode(), re.DOTALL)[0]
    return {html.unescape(name): html.unescape(value)
            for name, value in re.findall('<dt>(.*?)</dt><dd>(.*?)</dd>', section, re.DOTALL)}


def post(demo, path, fields, kind='application/x-www-form-urlencoded'):
    body = fields if isinstance(fields, str) else urllib.parse.urlencode(fields, doseq=True)
    with demo.client() as client:
        return client.request('POST', path, {'Content-Type': kind, 'Connection': 'close'}, body.encode())


def test_says_where_it_is(demo, python):
    name = 'CPython' if python == 'cpython' else 'MicroPython'
    demo.says(rf'Microdot on {name} [0-9.]+\n  http://127\.0\.0\.1:{demo.port}\n')
    assert f'{name} ' in Page(demo.get('/')).text['strong']


def test_every_link_leads_somewhere(demo):
    seen, todo = {'/stream'}, ['/']
    while todo:
        path = todo.pop()
        if path in seen or path.startswith('#'):
            continue
        seen.add(path)
        response = demo.get(path)
        assert response.status in (EXPECTED.get(path, 200), 405), path
        if response.body.startswith(b'<!doctype'):
            page = Page(response)
            assert_well_made(page, response)
            todo += page.links
    assert set(EXPECTED) <= seen
    assert any(re.fullmatch(r'/assets/style\.[0-9a-f]{12}\.css', path) for path in seen)
    assert {'/files/squares.csv', '/source/app.py', '/source/errors.py', '/source/form.html'} <= seen
    demo.said('RuntimeError: This was on purpose')


@pytest.mark.parametrize('name', [
    'routes', 'form', 'upload', 'api', 'stream', 'clock', 'chat', 'cookies', 'login', 'redirects', 'files', 'errors'])
def test_each_feature_shows_its_code(demo, name):
    source = (ROOT / f'examples/demo/{name}.py').read_text()
    assert html.unescape(demo.get(f'/source/{name}.py').body.decode()).count(source) == 1
    assert html.unescape(demo.get(f'/{name}').body.decode()).count(source[source.index('app = Microdot()'):]) == 1


@pytest.mark.parametrize('path', [
    '/source/secrets', '/source/..%2Fhello%2Fhello.py', '/source/app', '/source/form_html.py', '/source/templates%2Fform.html',
    '/assets/..%2Fapp.py', '/assets/../app.py', '/assets/.'])
def test_shows_no_other_files(demo, path):
    assert demo.get(path).status == 404


@pytest.mark.parametrize(('path', 'values'), [
    ('/greet/Zo%C3%AB%20%3Cb%3E', {'name (str)': 'Zoë <b>'}),
    ('/square/-7', {'number (int)': '-7', 'number * number (int)': '49'}),
    ('/colour/0f7b6c', {'value (int)': '1014636'}),
    ('/book/emma/12', {'title (str)': 'emma', 'chapter (int)': '12'}),
    ('/tree/oak/branch', {'path (str)': 'oak/branch'}),
    ('/search?q=a+%26&in=x&in=y', {"args.get('q') (str)": 'a &', "args.getlist('in') (list)": "['x', 'y']"}),
])
def test_routes(demo, path, values):
    response = demo.get('/routes' + path)
    assert response.status == 200
    assert facts(response) == {'url': '/routes' + path, **values}
    Page(response)


def test_a_form_comes_back_escaped(demo):
    fields = {'name': SCRIPT, 'likes': ['tea', 'rain'], 'message': f'"\'>\n{SCRIPT}'}
    response = post(demo, '/form', fields)
    assert response.status == 200
    assert SCRIPT.encode() not in response.body
    arrived = facts(response)
    assert arrived == {'Name': SCRIPT, 'Likes': 'tea, rain', 'Message': fields['message'],
                       'Body': urllib.parse.urlencode(fields, doseq=True)}
    page = Page(response)
    assert_well_made(page, response)
    assert page.text['textarea'] == fields['message']


def test_what_is_no_form_is_refused(demo):
    assert post(demo, '/form', '{}', 'application/json').status == 415


def multipart(*files):
    """Return a form with a note and files, as (file name, data)."""
    parts = [b'Content-Disposition: form-data; name="note"\r\n\r\n' + SCRIPT.encode()]
    for name, data in files:
        parts.append(f'Content-Disposition: form-data; name="file"; filename="{name}"\r\nContent-Type: a/b\r\n\r\n'.encode() + data)
    return b''.join(b'--B\r\n%s\r\n' % part for part in parts) + b'--B--\r\n'


def send_files(demo, body, kind='multipart/form-data; boundary=B'):
    with demo.client() as client:
        return client.request('POST', '/upload', {'Content-Type': kind, 'Connection': 'close'}, body)


def test_an_upload_comes_back_as_facts(demo):
    large = b'\r\n--' * 500_000
    response = send_files(demo, multipart((SCRIPT.replace('"', '%22'), b'hello'), ('large', large), ('', b'')))
    assert response.status == 200
    assert SCRIPT.encode() not in response.body
    assert facts(response) == {
        'note': SCRIPT, SCRIPT: f'5 bytes of a/b, SHA-256 {hashlib.sha256(b"hello").hexdigest()}',
        'large': f'2000000 bytes of a/b, SHA-256 {hashlib.sha256(large).hexdigest()}'}
    assert_well_made(Page(response), response)


def test_an_upload_that_is_none(demo):
    assert send_files(demo, b'x', 'text/plain').status == 415
    for body in (b'', multipart(('x', b'hello'))[:-6]):
        response = send_files(demo, body)
        assert (response.status, Page(response).text['h1']) == (400, 'Not understood')


def test_json(demo):
    system = demo.get('/api/system')
    assert system.headers['content-type'] == 'application/json; charset=UTF-8'
    assert json.loads(system.body)['python'] in {'cpython', 'micropython'}
    for text, status, answer in (
        ('[3, 1.5]', 200, {'count': 2, 'sum': 4.5, 'sorted': [1.5, 3]}),
        ('{"a": 1}', 422, {'error': 'that is no list of numbers'}),
        ('numbers: 3', 400, {'error': 'that is not JSON'}),
    ):
        response = post(demo, '/api/sum', text, 'application/json')
        assert (response.status, json.loads(response.body)) == (status, answer)
    assert post(demo, '/api/sum', '[1]').status == 415
    assert json.loads(demo.get('/api/nothing').body)['path'] == '/api/nothing'


def test_the_stream_grows(demo):
    with demo.client() as client:
        client.ask('GET', '/stream', {'Connection': 'close'})
        response = client.head()
        times = []
        for chunk in client.chunks():
            times.append(time.monotonic())
            response.body += chunk
    assert len(times) == 50
    assert times[-1] - times[0] > 2
    assert max(later - earlier for earlier, later in itertools.pairwise(times)) < 1
    page = Page(response)
    assert_well_made(page, response)
    assert response.body.count(b'<b>') == 48


def test_a_visitor_who_leaves_the_stream(demo):
    with demo.client() as client:
        client.ask('GET', '/stream')
        client.head()
        next(client.chunks())
    assert demo.get('/').status == 200


def test_the_clock_ticks_for_as_long_as_somebody_looks(demo):
    with demo.client() as one, demo.client() as other:
        told = []
        for client in one, other:
            client.ask('GET', '/clock/ticks')
            assert client.head().headers['content-type'] == 'text/event-stream'
            told.append(events(client))
        for name, data in (('tick', rb'\d\d:\d\d:\d\d'), ('visitors', b'2'), ('tick', rb'\d\d:\d\d:\d\d')):
            event = next(told[1])
            assert event['event'] == name
            assert re.fullmatch(data, event['data'])
        assert any(event['data'] == b'2' for event in itertools.islice(told[0], 10))
        other.close()
        assert any(event['data'] == b'1' for event in itertools.islice(told[0], 10))
    assert demo.get('/').status == 200


def test_the_chat(demo):
    address = f'ws://127.0.0.1:{demo.port}/chat/room'
    with connect(address, compression=None) as one:
        assert "default-src 'self'" in one.response.headers['content-security-policy']
        name = one.recv(10).removesuffix(' came')
        with connect(address, compression=None) as other:
            assert other.recv(10) == f'{name} came', 'what was said before'
            other_name = other.recv(10).removesuffix(' came')
            assert one.recv(10) == f'{other_name} came'
            other.send('<b>hello</b>')
            assert one.recv(10) == other.recv(10) == f'{other_name}: <b>hello</b>'
        assert one.recv(10) == f'{other_name} left'
        one.send('x' * 501)
        with pytest.raises(ConnectionClosedError):
            while one.recv(10):
                pass
        assert one.protocol.close_rcvd.code == 1009
    assert demo.get('/chat').status == 200


def test_who_does_not_speak_websocket_does_not_come(demo):
    with connect(f'ws://127.0.0.1:{demo.port}/chat/room', compression=None) as one:
        one.send('first')
        while not one.recv(10).endswith(': first'):  # what was said before
            pass
        assert demo.get('/chat/room').status == 400
        one.send('second')
        assert one.recv(10).endswith(': second')


def events(client):
    reader = EventReader()
    for chunk in client.chunks():
        yield from reader.feed(chunk)


def test_login(demo):
    right = {'name': 'emma', 'password': 'Hartfield'}
    with httpx.Client(base_url=f'http://127.0.0.1:{demo.port}', trust_env=False, timeout=30) as browser:
        response = browser.get('/login/private')
        assert (response.status_code, response.headers['location']) == (302, '/login?next=/login/private')
        form = browser.get(response.headers['location']).text
        assert '<form method="post" action="/login?next=/login/private">' in form
        for wrong in ({**right, 'password': 'Highbury'}, {**right, 'name': 'emily'}, {}):
            response = browser.post('/login?next=/login/private', data=wrong)
            assert (response.status_code, 'not the password' in response.text) == (401, True)
        assert not browser.cookies
        response = browser.post('/login?next=/login/private', data=right)
        assert (response.status_code, response.headers['location']) == (302, '/login/private')
        assert 'HttpOnly; SameSite=Lax' in response.headers['set-cookie']
        for path in ('/login/private', '/login/fresh', '/login'):
            response = browser.get(path)
            assert (response.status_code, response.headers['cache-control']) == (200, 'no-store')
            assert 'You are <strong>emma</strong>' in response.text
        assert browser.post('/login/out').headers['location'] == '/login'
        assert browser.get('/login/private').status_code == 302


def test_login_of_a_browser_that_is_remembered(demo):
    with httpx.Client(base_url=f'http://127.0.0.1:{demo.port}', trust_env=False, timeout=30) as browser:
        response = browser.post('/login', data={'name': 'emma', 'password': 'Hartfield', 'remember': 'on'})
        assert response.headers['location'] == '/login'
        token = browser.cookies['_remember']
        del browser.cookies['session']
        assert browser.get('/login/private').status_code == 200
        assert browser.get('/login/fresh').headers['location'] == '/login?next=/login/fresh'
        browser.post('/login/out')
        assert '_remember' not in browser.cookies
        browser.cookies['_remember'] = token  # which somebody has copied
        assert browser.get('/login/private').status_code == 302


def test_a_password_is_not_guessed(demo):
    with httpx.Client(base_url=f'http://127.0.0.1:{demo.port}', trust_env=False, timeout=30) as browser:
        for _ in range(30):  # each takes its time
            response = browser.post('/login', data={'name': 'emma', 'password': 'guessed'})
            if response.status_code == 429:
                break
            assert response.status_code == 401
        assert (response.status_code, 'That was too often' in response.text) == (429, True)
        assert 0 < int(response.headers['retry-after']) <= 6


def test_cookies(demo):
    with demo.client() as client:
        response = client.get('/cookies', Cookie='visits=4; flavour=a+%3Cb%3E; odd=%zz')
        assert response.headers['set-cookie'] == 'visits=5; Path=/cookies; Max-Age=2592000; HttpOnly; SameSite=Lax'
        assert b'<code>flavour</code> a &lt;b&gt;</span>' in response.body
        assert b'<code>odd</code> %zz</span>' in response.body
        Page(response)
    response = post(demo, '/cookies', {'name': 'n', 'value': 'a & b'})
    assert (response.status, response.headers['location']) == (303, '/cookies')
    assert response.headers['set-cookie'].startswith('n=a+%26+b; Path=/cookies;')
    response = post(demo, '/cookies/delete', {'name': 'n'})
    assert (response.status, response.headers['location']) == (303, '/cookies')
    assert 'Max-Age=0' in response.headers['set-cookie']


@pytest.mark.parametrize('fields', [{'name': 'a b', 'value': '1'}, {'name': 'a', 'value': ';'}, {'name': SCRIPT}, {}])
def test_cookies_that_are_none(demo, fields):
    response = post(demo, '/cookies', fields)
    assert response.status == 400
    assert SCRIPT.encode() not in response.body
    Page(response)


def test_redirects(demo):
    path, hops = '/redirects/chain/5', 0
    while (response := demo.get(path)).status == 302:
        path, hops = response.headers['location'], hops + 1
    assert (hops, facts(response)) == (6, {'At': '/redirects/new', 'From': 'chain'})
    response = post(demo, '/redirects/order', {})
    assert (response.status, response.headers['location']) == (303, '/redirects/new?from=order')


def test_files(demo):
    picture = demo.get('/files/microdot.svg')
    assert (picture.headers['content-type'], picture.body[:4]) == ('image/svg+xml', b'<svg')
    table = demo.get('/files/squares.csv')
    assert table.headers['content-disposition'] == 'attachment; filename="squares.csv"'
    assert table.body.decode().split('\r\n')[:3] == ['number,square', '1,1', '2,4']
    assert table.body.endswith(b'1000,1000000\r\n')


@pytest.mark.parametrize(('method', 'path', 'status', 'title'), [
    ('GET', f'/{urllib.parse.quote(SCRIPT)}', 404, 'Not found'),
    ('POST', '/', 405, 'Method not allowed'),
    ('GET', '/errors/crash', 500, 'Something broke'),
])
def test_error_pages(demo, method, path, status, title):
    with demo.client() as client:
        response = client.request(method, path)
        assert response.status == status
        page = Page(response)
        assert_well_made(page, response)
        assert page.text['h1'] == title
        if status == 405:
            assert response.headers['allow'] == 'GET, HEAD, OPTIONS'
        if status == 500:
            demo.said('RuntimeError: This was on purpose')
            assert b'purpose' not in re.sub(b'<section class="code">.*?</section>', b'', response.body, flags=re.DOTALL)
        assert client.get('/').status == 200, 'the connection goes on'


def test_a_form_that_is_too_large(demo):
    response = post(demo, '/form', {'name': 'x' * 20_000})
    assert (response.status, Page(response).text['h1']) == (413, 'Too large')


def test_what_is_no_request(demo):
    with demo.client() as client:
        client.send(b'GARBAGE\r\n\r\n')
        response = client.response()
        assert (response.status, Page(response).text['h1']) == (400, 'Not understood')


def test_a_handled_exception(demo):
    response = demo.get('/errors/divide/1/0')
    assert response.status == 400
    assert 'by zero' in facts(response)['Reason']
    assert facts(demo.get('/errors/divide/12/4')) == {'a / b': '3.0'}


# How it starts and ends.

def test_takes_the_next_port_if_the_usual_is_taken(launch):
    with socket.create_server(('127.0.0.1', 0)) as taken:
        port = taken.getsockname()[1]
        process = launch('-c', f'import examples.demo.__main__ as m; m.PORT = {port}; m.serve = print; m.main([])')
        assert process.ends() == 0
        assert port < int(process.printed) < port + 20


def test_takes_the_port_of_the_environment(launch, port):
    assert launch('-m', 'examples.demo', PORT=port, port=port).get('/').status == 200
    process = launch('-m', 'examples.demo', PORT=port)
    assert process.ends() == 2
    assert process.printed == f'Port {port} is taken; --port chooses another.\n'


@pytest.mark.parametrize('arguments', [['--port'], ['--port', 'x'], ['--port', '0'], ['--help']])
def test_says_what_it_wants(launch, arguments):
    process = launch('-m', 'examples.demo', *arguments)
    assert process.ends() == 2
    assert re.match('usage: python -m examples.demo|A port is a number', process.printed)


def test_control_c_ends_it_quietly(launch, python, port):
    if python != 'cpython':
        pytest.skip('the Unix port does not handle Ctrl-C under -m: the signal ends it')
    process = launch('-m', 'examples.demo', '--port', str(port), port=port)
    with Client(process.port) as client:
        assert client.get('/').status == 200
        process.signal(signal.SIGINT)
        assert process.ends() == 0
    process.assert_no_trouble()
    assert re.search(r'^GET / 200 .* ms\n\Z', process.printed, re.MULTILINE)


