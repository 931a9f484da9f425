# The page about an exception in debug mode: who sees it, what it shows, and what it does not.

import base64
import html.parser
import json

import pytest

from microdot import Microdot, Request
from microdot.debug import is_local
from microdot.debug.secrets import MASK, Secrets
from microdot.proxies import TrustedProxies

BROWSER = {'Accept': 'text/html,application/xhtml+xml;q=0.9', 'Host': 'localhost:5000'}


def application():
    app = Microdot()
    app.debug = True

    @app.route('/', methods=['GET', 'POST'])
    async def index(request):
        raise ValueError('<b>no</b>')

    @app.get('/reset/<token>/<name>')
    async def reset(request, token, name):
        raise ValueError(f'no {token} of {request.cookies["id"]} with {request.args["password"]}, {name}')

    @app.get('/chain')
    async def chain(request):
        try:
            {}['first']
        except KeyError as exc:
            raise RuntimeError('second') from exc

    @app.get('/handled')
    async def handled(request):
        try:
            {}['first']
        except KeyError:
            int('x')

    @app.get('/library')
    async def library(request):
        json.loads('x')

    @app.get('/thread')
    def thread(request):
        return 1 / 0

    @app.get('/strange')
    async def strange(request):
        class Strange(Exception):
            def __str__(self):
                raise RuntimeError
        raise Strange

    return app


async def ask(path, headers=None, body=b'', method='GET', client=('127.0.0.1', 50000), app=None):
    app = app or application()
    headers = {**BROWSER, **({'Content-Length': str(len(body))} if body else {}), **(headers or {})}
    return await app.dispatch_request(Request(app, client, method, path, '1.1', headers, body))


async def shown(*arguments, **options):
    """Return the page as its text, and look that it is well-formed."""
    response = await ask(*arguments, **options)
    assert (response.status_code, response.headers['Content-Type']) == (500, 'text/html; charset=UTF-8')
    page = Page()
    page.feed(response.body.decode())
    page.close()
    assert page.open == []
    return ''.join(page.texts)


class Page(html.parser.HTMLParser):
    """The texts of a page, and the elements that are not closed."""

    def __init__(self):
        super().__init__()
        self.open = []
        self.texts = []

    def handle_starttag(self, tag, attributes):
        assert tag != 'script'
        if tag != 'meta':
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if 'style' not in self.open:
            self.texts.append(data)


# Who sees it.

@pytest.mark.parametrize(('client', 'headers'), [
    (('127.0.0.1', 1), {}),
    (('127.8.9.1', 1), {'Host': '127.0.0.1'}),
    (('::1', 1, 0, 0), {'Host': '[::1]:5000'}),
    (('::ffff:127.0.0.1', 1, 0, 0), {'Host': 'app.localhost'}),
    (('127.0.0.1', 1), {'Host': 'LOCALHOST.'}),
    (('127.0.0.1', 1), {'X-Forwarded-For': '127.0.0.1, [::1]:80', 'X-Real-IP': '::1'}),
    (('127.0.0.1', 1), {'Forwarded': 'for=127.0.0.1;host=a, for="[::1]:7"'}),
], ids=str)
async def test_a_browser_on_this_machine_sees_it(client, headers):
    assert 'ValueError: <b>no</b>' in await shown('/', headers, client=client)


@pytest.mark.parametrize(('client', 'headers'), [
    (('192.0.2.1', 1), {}),
    (('10.0.0.1', 1), {}),
    (('::ffff:192.0.2.1', 1, 0, 0), {}),
    (('', 0), {}),
    ('/run/socket', {}),
    (None, {}),
    (('127.0.0.1', 1), {'Host': 'rebound.example:5000'}),
    (('127.0.0.1', 1), {'Host': 'localhost.example'}),
    (('127.0.0.1', 1), {'Host': ''}),
    (('127.0.0.1', 1), {'X-Forwarded-For': '198.51.100.7'}),
    (('127.0.0.1', 1), {'X-Forwarded-For': '127.0.0.1, 198.51.100.7'}),
    (('127.0.0.1', 1), {'X-Forwarded-For': 'unknown'}),
    (('127.0.0.1', 1), {'X-Forwarded-For': ''}),
    (('127.0.0.1', 1), {'X-Real-IP': '198.51.100.7'}),
    (('127.0.0.1', 1), {'Forwarded': 'for=198.51.100.7'}),
    (('127.0.0.1', 1), {'Forwarded': 'for=127.0.0.1, proto=https'}),
    (('127.0.0.1', 1), {'Forwarded': 'for='}),
    (('127.0.0.1', 1), {'Accept': 'application/json'}),
    (('127.0.0.1', 1), {'Accept': '*/*'}),
], ids=str)
async def test_nobody_else_sees_it(client, headers):
    response = await ask('/', headers, client=client)
    assert (response.status_code, response.body) == (500, b'Internal server error')


async def test_nobody_sees_it_without_debug_mode():
    app = application()
    app.debug = False
    assert (await ask('/', app=app)).body == b'Internal server error'


async def test_a_trusted_proxy_tells_who_asks():
    app = application()
    TrustedProxies(app, ['127.0.0.1'])
    assert (await ask('/', {'X-Forwarded-For': '198.51.100.7'}, app=app)).body == b'Internal server error'


async def test_what_the_application_answers_itself_stays():
    app = application()

    @app.errorhandler(500)
    async def sorry(request):
        return 'sorry', 500

    assert (await ask('/', app=app)).body == b'sorry'
    assert (await ask('/nowhere', app=app)).body == b'Not found'


async def test_it_is_logged_as_ever(caplog):
    await ask('/')
    assert [record.message for record in caplog.records] == ['Exception in the answer to GET /']
    assert 'ValueError: <b>no</b>' in caplog.text


def test_a_request_without_headers_is_not_local():
    assert not is_local(Request(None, ('127.0.0.1', 1), 'GET', '/', '1.0', {}))


# What it shows.

async def test_the_line_and_those_around_it():
    text = await shown('/')
    line = application.__code__.co_firstlineno + 6
    assert f'in tests/test_debug.py, line {line}' in text
    assert f"{line}          raise ValueError('<b>no</b>')" in text
    assert f'{line - 1}      async def index(request):' in text
    assert 'dispatch.py' not in text.partition('As text')[0], 'the way to the application is of no interest'
    assert 'Traceback (most recent call last):' in text.partition('As text')[2]


async def test_a_file_that_is_elsewhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert f'in {__file__}, line' in await shown('/')


async def test_a_handler_in_a_thread():
    text = await shown('/thread')
    assert 'ZeroDivisionError: division by zero' in text
    assert 'return 1 / 0' in text


async def test_exceptions_before_it():
    text = await shown('/chain')
    assert text.index('RuntimeError: second') < text.index("caused by KeyError: 'first'")
    assert "{}['first']" in text
    text = await shown('/handled')
    assert "while this was handled: KeyError: 'first'" in text


async def test_lines_of_libraries_are_folded():
    body = (await ask('/library')).body.decode()
    assert '<details open><summary><code>library</code>' in body
    assert '<details class="library"><summary><code>raw_decode</code>' in body


async def test_an_exception_that_cannot_be_shown():
    assert 'Strange: <exception str() failed>' in await shown('/strange')


async def test_the_request():
    text = await shown('/?q=tea&q=<i>', {'X-Custom': '"<&>"', 'Content-Type': 'application/x-www-form-urlencoded'},
                       b'name=<u>&city=x', 'POST')
    for part in ('POST /', 'qtea', 'q<i>', 'X-Custom"<&>"', 'name<u>', 'cityx', '127.0.0.1'):
        assert part in text, part


async def test_json():
    text = await shown('/', {'Content-Type': 'application/json'}, b'{"name": "<tea>", "keys": [{"api_key": "hidden"}]}', 'POST')
    assert '"name": "<tea>"' in text
    assert f'"api_key": "{MASK}"' in text
    assert 'hidden' not in text


@pytest.mark.parametrize('content_type', ['application/json', 'image/png'])
async def test_a_body_that_cannot_be_shown(content_type):
    assert f'Type{content_type}Bytes1' in await shown('/', {'Content-Type': content_type}, b'{', 'POST')


async def test_what_is_long_is_cut():
    assert '... (20000 characters)' in await shown('/?q=' + 'x' * 20_000)


# What it does not show.

SECRETS = ['hidden-token', 'hidden-cookie', 'hidden-password', 'hidden-basic', 'hidden-key', 'hidden-referer', 'hidden-csrf']


async def test_secrets_are_masked_wherever_they_occur():
    credentials = base64.b64encode(b'user:hidden-basic').decode()
    text = await shown('/reset/hidden-token/hidden-basic?password=hidden-password&q=tea', {
        'Cookie': 'id=hidden-cookie; theme=dark', 'Authorization': 'Basic ' + credentials, 'X-API-Key': 'hidden-key',
        'X-CSRF-Token': 'hidden-csrf', 'Referer': 'http://localhost/?code=hidden-referer'})
    for secret in [*SECRETS, credentials, 'dark']:
        assert secret not in text, secret
    assert f'ValueError: no {MASK} of {MASK} with {MASK}, {MASK}' in text
    assert f'GET /reset/{MASK}/{MASK}' in text
    for part in (f'AuthorizationBasic {MASK}', f'id{MASK}', f'X-API-Key{MASK}', f'Refererhttp://localhost/?{MASK}', 'qtea'):
        assert part in text, part


@pytest.mark.parametrize('name', [
    'password', 'PASSWD', 'old-pwd', 'client_secret', 'access-token', 'apikey', 'api_key', 'auth', 'Sessionid', 'csrf',
    'X-XSRF-TOKEN', 'private_key', 'signature', 'otp', 'pin', 'cvv', 'jwt'])
def test_names_of_secrets(name):
    assert Secrets().value(name, 'x') == MASK


@pytest.mark.parametrize('name', ['name', 'q', 'spinning', 'option', 'key', 'page'])
def test_names_of_what_is_none(name):
    assert Secrets().value(name, 'x') == 'x'


def test_what_is_short_is_masked_where_it_is_and_not_elsewhere():
    secrets = Secrets()
    assert secrets.value('pin', '12') == MASK
    assert secrets.clean('line 12') == 'line 12'


async def test_no_other_page_may_hold_it():
    headers = (await ask('/')).headers
    assert headers['Cache-Control'] == 'no-store'
    assert "default-src 'none'" in headers['Content-Security-Policy']
