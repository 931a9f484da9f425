# What a browser lets the pages of one site do at another, with the cookies, the CORS and the CSRF of an application.

import pytest
from tests.browser.chromium import ScriptError

pytestmark = pytest.mark.needs('chromium')

SHOP, SHOP_SUBDOMAIN, EVIL, FRIEND = 'shop.localhost', 'www.shop.localhost', 'evil.localhost', 'friend.localhost'


@pytest.fixture
def site(serve, python):
    """Give the application, whose list of what was asked is empty."""
    site = serve(python, 'application.py')
    site.seen()
    yield site
    site.process.assert_no_trouble()


def at(page, site, host, path='/page'):
    """Have a page be one of a host."""
    page.open(site.origin(host) + path)


def fetch(page, url, options=''):
    """Return the status of a request by a script, 0 if the script is not to see it; `ScriptError` if it failed."""
    return page.run(f'fetch("{url}", {{{options}}}).then(response => response.status)')


def read_json(page, url, options=''):
    return page.run(f'fetch("{url}", {{{options}}}).then(response => response.json())')


def websocket(page, url):
    """Return what a WebSocket echoes, or 'refused'."""
    return page.run(f'''new Promise(resolve => {{
        const socket = new WebSocket("{url.replace('http:', 'ws:')}");
        socket.onopen = () => socket.send('hello');
        socket.onmessage = event => {{ socket.close(); resolve(event.data); }};
        socket.onerror = () => resolve('refused');
    }})''')


def asked(site):
    return [(request['request'], request['status']) for request in site.seen()]


# Cookies.

LOCAL = ['hidden', 'lax', 'none', 'plain', 'strict']


def test_cookies_on_their_own_site(site, page):
    at(page, site, SHOP, '/cookies')
    assert sorted(page.run('document.cookie').split('; ')) == ['lax=1', 'none=1', 'plain=1', 'strict=1']  # not the hidden one
    assert read_json(page, '/read') == {'cookies': LOCAL}
    assert read_json(page, '/folder/read') == {'cookies': sorted([*LOCAL, 'folder'])}
    assert read_json(page, '/read', 'credentials: "omit"') == {'cookies': []}
    at(page, site, EVIL)
    assert read_json(page, '/read') == {'cookies': []}  # of that host, which has none


def test_cookies_across_sites(site, page):
    shop = site.origin(SHOP)
    at(page, site, SHOP, '/cookies')
    at(page, site, EVIL)
    site.seen()
    fetch(page, f'{shop}/read', 'mode: "no-cors", credentials: "include"')
    page.run(f'new Promise(resolve => {{ const image = new Image(); image.onerror = resolve; image.src = "{shop}/read"; }})')
    for request in site.seen():
        assert request['cookies'] in ([], ['none'])  # as the browser is set for the cookies of other sites
    page.go(f'location.href = "{shop}/read"')
    assert site.seen()[0]['cookies'] == ['hidden', 'lax', 'none', 'plain']
    at(page, site, EVIL)
    page.post_form(f'{shop}/hook')
    sent = site.seen()[0]
    assert sent['status'] == 200
    assert not {'lax', 'strict'} & set(sent['cookies'])


def test_cookies_between_subdomains(site, page):
    at(page, site, SHOP, '/cookies')
    at(page, site, SHOP_SUBDOMAIN)
    site.seen()
    fetch(page, site.origin(SHOP) + '/read', 'mode: "no-cors", credentials: "include"')
    request, = site.seen()
    assert (request['site'], request['cookies']) == ('same-site', LOCAL)


# CORS.

def test_what_scripts_of_other_origins_may_read(site, page):
    shop = site.origin(SHOP)
    for host in (FRIEND, 'friend.test'):
        at(page, site, host)
        assert fetch(page, f'{shop}/read') == fetch(page, f'{shop}/read', 'credentials: "include"') == 200
        assert fetch(page, f'{shop}/nowhere') == 404
        names = page.run(f'fetch("{shop}/read").then(r => [r.headers.get("X-Exposed"), r.headers.get("X-Hidden")])')
        assert names == ['yes', None]
    for host in (EVIL, SHOP_SUBDOMAIN):
        at(page, site, host)
        for path in ('/read', '/nowhere'):
            with pytest.raises(ScriptError, match='Failed to fetch'):
                fetch(page, shop + path)
        assert fetch(page, f'{shop}/read', 'mode: "no-cors"') == 0


def test_preflights(site, page):
    shop = site.origin(SHOP)
    at(page, site, FRIEND)
    assert fetch(page, f'{shop}/write', 'method: "PUT", credentials: "include", headers: {"X-Spade": "1"}') == 200
    preflight, request = site.seen()
    assert (preflight['request'], preflight['status'], preflight['headers']) == ('OPTIONS /write', 200, 'x-spade')
    assert (request['request'], request['status']) == ('PUT /write', 200)
    assert fetch(page, f'{shop}/write', 'method: "PUT", credentials: "include", headers: {"X-Spade": "2"}') == 200
    assert asked(site) == [('PUT /write', 200)]  # the preflight was remembered
    assert fetch(page, f'{shop}/write', 'method: "POST"') == 200
    assert asked(site) == [('POST /write', 200)]  # needs none


def test_preflights_that_do_not_allow_it(site, page):
    for host, options in (
        (FRIEND, 'method: "DELETE"'),
        (FRIEND, 'method: "PUT", headers: {"X-Shovel": "1"}'),
        (FRIEND, 'method: "POST", headers: {"Content-Type": "application/json"}, body: "{}"'),
        (EVIL, 'method: "PUT"'),
        (EVIL, 'headers: {"X-Spade": "1"}'),
    ):
        at(page, site, host)
        with pytest.raises(ScriptError, match='Failed to fetch'):
            fetch(page, site.origin(SHOP) + '/write', options)
        assert [request for request, _ in asked(site)] == ['OPTIONS /write'], options


# CSRF. To `.localhost` Chromium sends Sec-Fetch-Site, to `.test` without TLS it does not.

@pytest.fixture(params=['localhost', 'test'])
def hosts(request):
    """Give four hosts and what is to become of requests of their pages to the first."""
    return {f'shop.{request.param}': 200, f'www.shop.{request.param}': 403, f'evil.{request.param}': 403,
            f'friend.{request.param}': 200}


def test_forms(site, page, hosts):
    shop = site.origin(next(iter(hosts)))
    for host, status in hosts.items():
        at(page, site, host)
        page.post_form(f'{shop}/write')
        assert page.text == ('written by POST' if status == 200 else 'Forbidden')
        request, = site.seen()
        assert (request['request'], request['status'], request['origin']) == ('POST /write', status, site.origin(host))
        assert (request['site'] is None) == ('.test:' in shop)
    at(page, site, list(hosts)[2])
    page.post_form(f'{shop}/hook')
    assert page.text == 'hooked'


def test_requests_by_scripts(site, page, hosts):
    shop = site.origin(next(iter(hosts)))
    for host, status in hosts.items():
        at(page, site, host)
        fetch(page, f'{shop}/write', 'method: "POST", mode: "no-cors", credentials: "include"')
        assert asked(site) == [('POST /write', status)]
        assert fetch(page, '/write', 'method: "POST"') == fetch(page, '/write', 'method: "DELETE"') == 200
        site.seen()


def test_forms_of_pages_that_keep_their_origin_to_themselves(site, page, hosts):
    shop, _, evil, _ = [site.origin(host) for host in hosts]
    page.open(f'{evil}/page')
    page.run(f'''new Promise(resolve => {{
        const frame = document.createElement('iframe');
        frame.sandbox = 'allow-forms allow-scripts';
        let loads = 0;
        frame.onload = () => ++loads == 2 && resolve();
        frame.srcdoc = '<form method=post action="{shop}/write"></form><script>'
            + 'onload = () => setTimeout(() => document.forms[0].submit())</' + 'script>';
        document.body.append(frame);
    }})''')
    request, = site.seen()
    assert (request['request'], request['status'], request['origin']) == ('POST /write', 403, 'null')


def test_websockets(site, page, hosts):
    shop = site.origin(next(iter(hosts)))
    for host, status in hosts.items():
        at(page, site, host)
        assert websocket(page, f'{shop}/echo') == ('hello' if status == 200 else 'refused')
        assert websocket(page, site.origin(host) + '/echo') == 'hello'
    assert {request['origin'] for request in site.seen()} == {site.origin(host) for host in hosts}


def test_a_protected_get(site, page):
    leave = site.origin(SHOP) + '/leave'
    page.open(leave)
    assert page.text == 'left'  # typed
    for host, text in ((SHOP, 'left'), (EVIL, 'Forbidden')):
        at(page, site, host)
        page.go(f'location.href = "{leave}"')
        assert page.text == text


# HTTP authentication.

def test_basic_authentication(site, page):
    at(page, site, SHOP)
    assert fetch(page, '/vault', 'credentials: "omit"') == 401
    page.call('Fetch.enable', handleAuthRequests=True)
    page.run('setTimeout(() => location.href = "/vault")')
    for password in ('wrong', 'sesame'):
        challenge = page.answer_challenge('ali', password)
        assert (challenge['scheme'], challenge['realm'], challenge['origin']) == ('basic', 'The vault', site.origin(SHOP))
    page.loaded()
    page.call('Fetch.disable')
    assert page.text == 'open for ali'
    assert fetch(page, '/vault') == 200  # the browser sends them again
    assert [status for request, status in asked(site) if request == 'GET /vault'] == [401, 401, 401, 200, 200]
