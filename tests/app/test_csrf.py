# Which requests of other sites' pages are refused.

from tools import captured_log

from microdot import Microdot
from microdot.cors import CORS
from microdot.csrf import CSRF
from microdot.test_client import TestClient

SITE = 'https://example.com'
HANDSHAKE = {'Upgrade': 'websocket', 'Connection': 'Upgrade', 'Sec-WebSocket-Version': '13',
             'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ=='}


def make_app(csrf):
    app = Microdot()
    csrf.initialize(app)

    @app.route('/', methods=['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'QUERY', 'ODD'])
    async def index(request):
        return 'index'

    @app.route('/exempt', methods=['GET', 'POST'])
    @csrf.exempt
    async def exempt(request):
        return 'exempt'

    @app.route('/protected', methods=['GET', 'POST'])
    @csrf.protect
    async def protected(request):
        return 'protected'

    return app


async def ask(app, method='POST', path='/', site=None, origin=None, host='example.com', scheme=None, **more):
    headers = {'Host': host}
    if site is not None:
        headers['Sec-Fetch-Site'] = site
    if origin is not None:
        headers['Origin'] = origin
    headers.update(more)
    return await TestClient(app, scheme=scheme).request(method, path, headers=headers)


async def status(app, *args, **kwargs):
    return (await ask(app, *args, **kwargs)).status_code


async def test_what_browsers_say_of_the_site():
    app = make_app(CSRF())
    for site, expected in (('same-origin', 200), ('none', 200), ('same-site', 403), ('cross-site', 403), ('Same-Origin', 403),
                           ('anything', 403)):
        response = await ask(app, site=site)
        assert response.status_code == expected, site
        assert response.headers['Vary'] == 'Sec-Fetch-Site'
        assert response.text == ('index' if expected == 200 else 'Forbidden')


async def test_methods():
    app = make_app(CSRF())
    assert CSRF.SAFE_METHODS == ['GET', 'HEAD', 'OPTIONS', 'QUERY']
    for method, expected in (('GET', 200), ('HEAD', 200), ('OPTIONS', 200), ('QUERY', 200), ('POST', 403), ('PUT', 403),
                             ('PATCH', 403), ('DELETE', 403), ('ODD', 403)):
        response = await ask(app, method, site='cross-site')
        assert response.status_code == expected, method
        if expected == 200:
            assert 'Vary' not in response.headers


async def test_requests_of_no_browser():
    app = make_app(CSRF())
    for method in ('POST', 'DELETE'):
        response = await ask(app, method)
        assert response.status_code == 200
        assert response.headers['Vary'] == 'Origin, Sec-Fetch-Site'
    assert await status(app, path='/protected') == 200


async def test_the_origin_has_to_be_that_of_the_host():
    app = make_app(CSRF())
    for host, origin, expected in (
        ('example.com', 'https://example.com', 200),
        ('example.com', 'http://example.com', 200),
        ('EXAMPLE.com', 'https://example.com', 200),
        ('example.com:8080', 'http://example.com:8080', 200),
        ('example.com:443', 'https://example.com', 200),
        ('example.com:80', 'http://example.com', 200),
        ('[::1]:5000', 'http://[::1]:5000', 200),
        ('example.com:80', 'https://example.com', 403),
        ('example.com:443', 'http://example.com', 403),
        ('example.com', 'https://example.com:8443', 403),
        ('example.com:8080', 'http://example.com', 403),
        ('example.com', 'https://www.example.com', 403),
        ('www.example.com', 'https://example.com', 403),
        ('example.com', 'https://example.com.evil.net', 403),
        ('example.com', 'https://evil-example.com', 403),
        ('example.com', 'ftp://example.com', 403),
        ('example.com', 'chrome-extension://example.com', 403),
    ):
        response = await ask(app, host=host, origin=origin)
        assert response.status_code == expected, (host, origin)
        assert response.headers['Vary'] == 'Origin, Sec-Fetch-Site'


async def test_over_tls_the_origin_has_to_have_it_too():
    app = make_app(CSRF())
    for scheme in ('https', 'wss'):
        assert await status(app, origin='https://example.com', scheme=scheme) == 200
        assert await status(app, origin='http://example.com', scheme=scheme) == 403


async def test_origins_that_are_none():
    for csrf in (CSRF(), CSRF(allow_subdomains=True), CSRF(cors=CORS(allowed_origins=['null', '', '*', 'https://', '://'])),
                 CSRF(cors=CORS(allowed_origins='*'), allow_subdomains=True), CSRF(cors=CORS(), allow_subdomains=True)):
        app = make_app(csrf)
        for origin in ('null', '', '*', 'example.com', '//example.com', 'https:', 'https:example.com', ' ', 'https://a b',
                       'https://example.com/', 'https://example.com/x', 'https://example.com https://example.net',
                       'https://example.com, https://example.com', 'https://user@example.com', 'https://.example.com',
                       'https://evil.net/.example.com', 'https://evil.net#.example.com', 'https://evil.net:80.example.com'):
            assert await status(app, origin=origin) == 403, origin
            assert await status(app, origin=origin, site='cross-site') == 403, origin


async def test_what_the_browser_says_of_the_site_counts_more_than_the_host():
    app = make_app(CSRF())
    assert await status(app, site='cross-site', origin=SITE) == 403
    assert await status(app, site='same-origin', origin='null') == 200
    assert await status(app, site='', origin=SITE) == 200
    assert await status(app, site='', origin='https://evil.net') == 403


async def test_origins_of_cors():
    for origins in (['https://example.net', 'https://example.org:8443'], 'https://example.net',
                    'https://example.org:8443, https://example.net'):
        app = make_app(CSRF(cors=CORS(allowed_origins=origins)))
        for site in (None, 'cross-site', 'same-site'):
            response = await ask(app, site=site, origin='https://example.net')
            assert response.status_code == 200
            assert response.headers['Vary'] == 'Origin, Sec-Fetch-Site'
            for origin in ('http://example.net', 'https://example.net:444', 'https://www.example.net', 'https://example.ne',
                           'null'):
                assert await status(app, site=site, origin=origin) == 403, origin
        assert await status(app, site='cross-site') == 403


async def test_cors_that_allows_no_or_every_origin():
    for cors in (CORS(), CORS(allowed_origins=[]), CORS(allowed_origins='*'), CORS(allowed_origins=['*'])):
        app = make_app(CSRF(cors=cors))
        assert await status(app, site='cross-site', origin='https://example.net') == 403
        assert await status(app, origin='https://example.net') == 403
        assert await status(app, origin=SITE) == 200


async def test_subdomains():
    app = make_app(CSRF(cors=CORS(allowed_origins=['https://example.net:8443']), allow_subdomains=True))
    assert await status(app, site='same-site') == 200
    assert await status(app, site='cross-site') == 403
    for origin, expected in (
        ('https://www.example.net:8443', 200), ('https://a.b-c.d_e.example.net:8443', 200), ('https://example.net:8443', 200),
        ('http://www.example.net:8443', 403), ('https://www.example.net', 403), ('https://wwwexample.net:8443', 403),
        ('https://www.example.com', 403),
    ):
        assert await status(app, site='cross-site', origin=origin) == expected, origin
    for origin, expected in (('https://www.example.com', 200), ('http://www.example.com', 200), ('https://wwwexample.com', 403),
                             ('https://www.example.com:8080', 403), ('https://com', 403)):
        assert await status(app, origin=origin) == expected, origin


async def test_routes_that_are_exempt():
    app = make_app(CSRF())
    assert await status(app, path='/exempt', site='cross-site', origin='https://evil.net') == 200
    assert 'Vary' not in (await ask(app, path='/exempt', site='cross-site')).headers
    assert await status(app, path='/', site='cross-site') == 403


async def test_only_routes_that_are_protected():
    app = make_app(CSRF(protect_all=False))
    for path, expected in (('/', 200), ('/exempt', 200), ('/protected', 403)):
        assert await status(app, path=path, site='cross-site') == expected
    assert await status(app, path='/protected', site='same-origin') == 200


async def test_protected_routes_are_so_for_every_method():
    for protect_all in (True, False):
        app = make_app(CSRF(protect_all=protect_all))
        for method in ('GET', 'HEAD', 'POST'):
            assert await status(app, method, '/protected', site='cross-site') == 403
            assert await status(app, method, '/protected', site='none') == 200


async def test_handshakes_of_websockets():
    app = make_app(CSRF())
    for site, origin, expected in (
        ('same-origin', None, 200), ('cross-site', None, 403), ('same-site', SITE, 403), (None, SITE, 200),
        (None, 'https://evil.net', 403), (None, 'null', 403), (None, None, 200),
    ):
        assert await status(app, 'GET', '/', site, origin, **HANDSHAKE) == expected
        # HTTP/2 has no upgrade (RFC 8441 section 5); a proxy may have changed the one of HTTP/1.1.
        assert await status(app, 'GET', '/', site, origin, **{'Sec-WebSocket-Version': '13'}) == expected
        assert await status(app, 'GET', '/', site, origin, upgrade='WebSocket') == expected
    assert await status(app, 'GET', '/exempt', 'cross-site', 'https://evil.net', **HANDSHAKE) == 200
    app = make_app(CSRF(protect_all=False))
    assert await status(app, 'GET', '/', 'cross-site', **HANDSHAKE) == 200
    assert await status(app, 'GET', '/protected', 'cross-site', **HANDSHAKE) == 403


async def test_initialization():
    cors = CORS(allowed_origins=['https://example.net'])
    for csrf, later in ((CSRF(cors=cors), None), (CSRF(), cors), (CSRF(cors=CORS()), cors)):
        app = Microdot()
        csrf.initialize(app, *([later] if later else []))
        assert csrf.cors is cors
        app.post('/')(lambda request: 'hello')
        assert await status(app, site='cross-site', origin='https://example.net') == 200
    app = Microdot()
    csrf = CSRF(app, cors)
    app.post('/')(lambda request: 'hello')
    assert await status(app, site='cross-site', origin='https://example.net') == 200
    assert await status(app, site='cross-site') == 403
    assert (csrf.protect_all, csrf.allow_subdomains, csrf.exempt_routes, csrf.protected_routes) == (True, False, [], [])


async def test_an_error_handler():
    app = make_app(CSRF())

    @app.errorhandler(403)
    async def forbidden(request):
        return {'error': 'cross-site'}, 403

    response = await ask(app, site='cross-site')
    assert (response.status_code, response.json, response.headers['Vary']) == (403, {'error': 'cross-site'}, 'Sec-Fetch-Site')


async def test_a_sub_application():
    for local in (True, False):
        sub = Microdot()
        csrf = CSRF(sub)

        @sub.post('/things')
        async def things(request):
            return 'posted'

        @sub.post('/hook')
        @csrf.exempt
        async def hook(request):
            return 'hooked'

        app = Microdot()
        app.mount(sub, url_prefix='/sub', local=local)
        app.post('/')(lambda request: 'hello')
        assert await status(app, path='/sub/things', site='cross-site') == 403
        assert await status(app, path='/sub/hook', site='cross-site') == 200
        assert await status(app, site='cross-site') == (200 if local else 403)


# Misuse.

def elsewhere(f):
    async def handler(request):
        return await f(request)

    return handler


async def test_a_route_that_is_not_protected_is_named():
    app = Microdot()
    csrf = CSRF(app, protect_all=False)

    @app.route('/')
    @elsewhere
    @csrf.protect
    async def leave(request):
        return 'left'

    for _ in range(2):
        with captured_log() as lines:
            assert await status(app, 'GET') == 500
        assert str(lines[0][1]) == 'leave is not protected: @protect has to stand directly below the decorator of the route'


async def test_a_route_that_is_not_exempt_is_named():
    app = Microdot()
    csrf = CSRF(app)

    @app.post('/')
    @elsewhere
    @csrf.exempt
    async def hook(request):
        return 'hooked'

    with captured_log() as lines:
        assert await status(app) == 200
        assert lines == []
        assert await status(app, site='cross-site') == 403
    assert lines == [['hook is not exempt: @exempt has to stand directly below the decorator of the route', None]]


async def test_a_route_that_is_protected_later():
    app = Microdot()
    csrf = CSRF(app, protect_all=False)
    app.get('/early')(lambda request: 'early')
    assert await status(app, 'GET', '/early', site='cross-site') == 200

    @app.get('/late')
    @csrf.protect
    async def late(request):
        return 'late'

    assert await status(app, 'GET', '/late', site='cross-site') == 403


# As readers of the documentation write it.

async def test_e077_together_with_cors():
    app = Microdot()
    cors = CORS(app, allowed_origins=['https://garden.example'], allow_credentials=True)
    CSRF(app, cors)

    @app.post('/plants')
    async def plant(request):
        return 'planted', 201

    assert await status(app, path='/plants', site='cross-site', origin='https://weeds.example') == 403
    assert await status(app, path='/plants', site='cross-site', origin='https://garden.example') == 201
    assert await status(app, path='/plants', site='same-origin', origin=SITE) == 201
    assert await status(app, path='/plants') == 201  # curl
    response = await ask(app, path='/plants', site='cross-site', origin='https://garden.example')
    assert response.headers['Access-Control-Allow-Credentials'] == 'true'


async def test_e078_exempt_webhook():
    app = Microdot()
    csrf = CSRF(app)

    @app.post('/webhook')
    @csrf.exempt
    async def webhook(request):
        return 'noted'

    @app.post('/plants')
    async def plant(request):
        return 'planted'

    assert await status(app, path='/webhook', site='cross-site') == 200
    assert await status(app, path='/plants', site='cross-site') == 403


async def test_e079_one_protected_route():
    app = Microdot()
    csrf = CSRF(app, protect_all=False)

    @app.post('/plants')
    @csrf.protect
    async def plant(request):
        return 'planted'

    @app.post('/feedback')
    async def feedback(request):
        return 'thanks'

    assert await status(app, path='/plants', site='cross-site') == 403
    assert await status(app, path='/feedback', site='cross-site') == 200
