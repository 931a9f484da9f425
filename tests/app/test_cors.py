# What scripts of other origins may do.

from microdot import Microdot
from microdot.cors import CORS
from microdot.test_client import TestClient

SITE = 'https://example.com'
OTHER = 'https://example.net'


def make_app(**options):
    app = Microdot()
    cors = CORS(app, **options)

    @app.route('/')
    async def index(request):
        return 'hello'

    @app.post('/')
    async def create(request):
        return 'created', 201

    @app.route('/crash')
    async def crash(request):
        raise ValueError('on purpose')

    @app.errorhandler(ValueError)
    async def crashed(request, exc):
        return 'crashed', 500

    return app, cors


async def get(app, origin=None, path='/', method='GET', **headers):
    """Return the headers of the response that CORS is about, names without `Access-Control-` and `Vary` with them."""
    headers = {name.replace('_', '-'): value for name, value in headers.items()}
    if origin:
        headers['Origin'] = origin
    response = await TestClient(app).request(method, path, headers=headers)
    return {name.replace('Access-Control-', ''): value for name, value in response.headers.items()
            if name.startswith('Access-Control-') or name == 'Vary'}


async def preflight(app, origin, method, headers=None, path='/'):
    sent = {'Access-Control-Request-Method': method}
    if headers is not None:
        sent['Access-Control-Request-Headers'] = headers
    return await get(app, origin, path, 'OPTIONS', **sent)


async def test_origins_in_a_list():
    app, _ = make_app(allowed_origins=[SITE, 'http://localhost:8000'])
    for origin in (SITE, 'http://localhost:8000'):
        assert await get(app, origin) == {'Allow-Origin': origin, 'Vary': 'Origin'}
    for origin in (None, OTHER, 'null', 'https://example.com.evil.net', 'http://example.com', 'https://example.com:8443', '*',
                   'https://example.co', 'https://example.com/'):
        assert await get(app, origin) == {}, origin


async def test_no_origins():
    for origins in (None, [], ''):
        app, _ = make_app(allowed_origins=origins, allow_credentials=True)
        assert await get(app, SITE) == await get(app) == await get(app, 'null') == {}


async def test_one_origin_as_text():
    app, _ = make_app(allowed_origins=SITE, allow_credentials=True)
    assert await get(app, SITE) == {'Allow-Origin': SITE, 'Vary': 'Origin', 'Allow-Credentials': 'true'}
    assert await get(app, 'https://example.co') == await get(app, 'https') == {}


async def test_every_origin():
    for origins in ('*', ['*'], [SITE, '*']):
        app, _ = make_app(allowed_origins=origins)
        assert await get(app) == {'Allow-Origin': '*'}
        assert await get(app, OTHER) == {'Allow-Origin': OTHER, 'Vary': 'Origin'}


async def test_credentials():
    app, cors = make_app(allowed_origins=[SITE], allow_credentials=True)
    assert await get(app, SITE) == {'Allow-Origin': SITE, 'Vary': 'Origin', 'Allow-Credentials': 'true'}
    assert await get(app, OTHER) == await get(app) == {}
    cors.allow_credentials = False
    assert await get(app, SITE) == {'Allow-Origin': SITE, 'Vary': 'Origin'}


async def test_no_credentials_for_every_origin():
    for origins in ('*', [SITE, '*']):
        app, _ = make_app(allowed_origins=origins, allow_credentials=True)
        for origin in (None, SITE, OTHER, 'null'):
            assert 'Allow-Credentials' not in await get(app, origin)
            assert 'Allow-Credentials' not in await preflight(app, origin, 'PUT')


async def test_exposed_headers():
    for exposed in (['X-One', 'X-Two'], 'X-One, X-Two'):
        app, _ = make_app(allowed_origins=[SITE], expose_headers=exposed)
        assert (await get(app, SITE))['Expose-Headers'] == 'X-One, X-Two'
        assert await get(app, OTHER) == await get(app) == {'Expose-Headers': 'X-One, X-Two'}


async def test_preflight():
    app, _ = make_app(allowed_origins=[SITE], allow_credentials=True, max_age=3600)
    headers = await preflight(app, SITE, 'POST', 'x-one,X-Two')
    assert headers == {
        'Allow-Origin': SITE, 'Vary': 'Origin', 'Allow-Credentials': 'true', 'Allow-Methods': 'POST',
        'Allow-Headers': 'x-one,X-Two', 'Max-Age': '3600'}
    assert 'Allow-Headers' not in await preflight(app, SITE, 'POST')
    response = await TestClient(app).request('OPTIONS', '/', headers={'Origin': SITE, 'Access-Control-Request-Method': 'GET'})
    assert (response.status_code, response.headers['Allow']) == (200, 'GET, POST, HEAD, OPTIONS')
    assert 'Max-Age' not in await get(app, SITE)


async def test_preflight_of_a_refused_origin():
    app, _ = make_app(allowed_origins=[SITE], allow_credentials=True, max_age=3600, expose_headers=['X-One'])
    for origin in (OTHER, 'null', None):
        assert await preflight(app, origin, 'PUT', 'X-One') == {'Expose-Headers': 'X-One'}


async def test_allowed_methods():
    for methods in (['POST', 'delete'], 'Post, DELETE'):
        app, cors = make_app(allowed_origins=[SITE], allowed_methods=methods)
        assert cors.allowed_methods == ['POST', 'DELETE']
        for method, allowed in (('POST', 'POST'), ('post', 'POST'), ('DELETE', 'DELETE'), ('PUT', None), ('DELET', None),
                                ('', None)):
            assert (await preflight(app, SITE, method)).get('Allow-Methods') == allowed
    app, _ = make_app(allowed_origins=[SITE])
    assert (await preflight(app, SITE, 'anything'))['Allow-Methods'] == 'ANYTHING'


async def test_allowed_headers():
    for names in (['X-One', 'X-TWO'], 'x-one,x-two'):
        app, cors = make_app(allowed_origins=[SITE], allowed_headers=names)
        assert cors.allowed_headers == ['x-one', 'x-two']
        for sent, allowed in (
            ('x-one', 'x-one'), ('X-One,x-three,X-two', 'X-One, X-two'), ('x-three', None), ('', None), ('x-on', None),
        ):
            assert (await preflight(app, SITE, 'PUT', sent)).get('Allow-Headers') == allowed


async def test_no_age():
    for age, header in ((0, '0'), (None, None), (5, '5')):
        app, _ = make_app(allowed_origins='*', max_age=age)
        assert (await preflight(app, None, 'PUT')).get('Max-Age') == header


async def test_errors():
    app, _ = make_app(allowed_origins=[SITE], allow_credentials=True)
    headers = {'Allow-Origin': SITE, 'Vary': 'Origin', 'Allow-Credentials': 'true'}
    client = TestClient(app)
    for method, path, status in (('GET', '/nowhere', 404), ('PUT', '/', 405), ('GET', '/crash', 500)):
        assert (await client.request(method, path)).status_code == status
        assert await get(app, SITE, path, method) == headers
        assert await get(app, OTHER, path, method) == {}
    assert (await app.dispatch_request(None)).status_code == 400


async def test_vary_is_added_to():
    app, _ = make_app(allowed_origins=[SITE])

    @app.route('/cookie')
    async def cookie(request):
        request.g._vary = {'Cookie'}
        return 'hello', 200, {'vary': 'Accept'}

    response = await TestClient(app).get('/cookie', headers={'Origin': SITE})
    assert response.headers['Vary'] == 'Accept, Origin, Cookie'


async def test_nothing_is_installed():
    app, cors = make_app(allowed_origins=[SITE], handle_cors=False)
    assert await get(app, SITE) == await preflight(app, SITE, 'PUT') == {}
    assert cors.default_options_handler == app.options_handler
    late = CORS(allowed_origins=[SITE])
    late.initialize(app, handle_cors=False)
    assert await get(app, SITE) == {}
    late.initialize(app)
    assert await get(app, SITE) == {'Allow-Origin': SITE, 'Vary': 'Origin'}


async def test_the_headers_by_hand():
    app, cors = make_app(allowed_origins=[SITE], handle_cors=False)
    found = []

    @app.route('/hand')
    async def hand(request):
        found.append(cors.get_cors_headers(request))
        return 'hello', 200, found[0]

    assert await get(app, SITE, '/hand') == {'Allow-Origin': SITE, 'Vary': 'Origin'}
    assert found == [{'Access-Control-Allow-Origin': SITE, 'Vary': 'Origin'}]


async def test_an_options_handler_of_the_application():
    app = Microdot()
    app.options_handler = lambda request: {'Allow': 'everything'}
    CORS(app, allowed_origins=[SITE])
    app.route('/')(lambda request: 'hello')
    response = await TestClient(app).request('OPTIONS', '/', headers={'Origin': SITE, 'Access-Control-Request-Method': 'PUT'})
    assert response.headers['Allow'] == 'everything'
    assert response.headers['Access-Control-Allow-Methods'] == 'PUT'


async def test_an_application_without_automatic_answers():
    app = Microdot()
    app.options_handler = None
    CORS(app, allowed_origins=[SITE])
    app.route('/')(lambda request: 'hello')
    assert (await preflight(app, SITE, 'PUT'))['Allow-Methods'] == 'PUT'


async def test_a_sub_application():
    for local in (False, True):
        api = Microdot()

        @api.put('/things')
        async def things(request):
            return 'put'

        CORS(api, allowed_origins=[SITE])
        app = Microdot()
        app.mount(api, url_prefix='/api', local=local)
        app.route('/')(lambda request: 'hello')
        assert await get(app, SITE, '/api/things', 'PUT') == {'Allow-Origin': SITE, 'Vary': 'Origin'}
        response = await TestClient(app).request(
            'OPTIONS', '/api/things', headers={'Origin': SITE, 'Access-Control-Request-Method': 'PUT'})
        assert response.headers['Access-Control-Allow-Methods'] == 'PUT'
        assert response.headers['Allow'] == 'PUT, OPTIONS'
        assert (await get(app, SITE) == {}) == local


async def test_credentials_of_a_route_are_kept_apart():
    app, _ = make_app(allowed_origins=[SITE])

    @app.route('/own')
    async def own(request):
        return 'hello', 200, {'Access-Control-Allow-Origin': 'https://own.example'}

    assert (await get(app, OTHER, '/own'))['Allow-Origin'] == 'https://own.example'
    assert (await get(app, SITE, '/own'))['Allow-Origin'] == SITE


# As readers of the documentation write it.

async def test_e076_one_origin_with_credentials():
    app = Microdot()
    CORS(app, allowed_origins=['https://garden.example'], allow_credentials=True)

    @app.route('/')
    async def index(request):
        return 'Welcome to the garden'

    allowed = {'Allow-Origin': 'https://garden.example', 'Vary': 'Origin', 'Allow-Credentials': 'true'}
    assert await get(app, 'https://garden.example') == allowed
    assert await get(app, 'https://weeds.example') == {}
    assert await get(app, 'https://garden.example', '/nowhere') == allowed
    headers = await preflight(app, 'https://garden.example', 'PUT', 'X-Spade')
    assert (headers['Allow-Origin'], headers['Allow-Methods'], headers['Allow-Headers']) == (
        'https://garden.example', 'PUT', 'X-Spade')
    assert await preflight(app, 'https://weeds.example', 'PUT', 'X-Spade') == {}
