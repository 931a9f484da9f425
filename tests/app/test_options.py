# How OPTIONS is answered.

from tools import captured_log

from microdot import Microdot
from microdot.test_client import TestClient


def application():
    app = Microdot()

    @app.get('/')
    @app.post('/')
    async def index(request):
        return 'index'

    @app.post('/post')
    async def post(request):
        return 'post'

    @app.route('/both', methods=['PUT', 'GET'])
    async def both(request):
        return 'both'

    @app.put('/both')
    async def again(request):
        return 'again'

    @app.get('/items/<int:id>')
    async def item(request, id):
        return 'item'
    return app


async def options(app, path):
    return await TestClient(app).request('OPTIONS', path)


async def test_options():
    app = application()
    for path, allow in (('/', 'POST, GET, HEAD, OPTIONS'), ('/post', 'POST, OPTIONS'),
                        ('/both', 'PUT, GET, HEAD, OPTIONS'), ('/items/3', 'GET, HEAD, OPTIONS')):
        response = await options(app, path)
        assert (response.status_code, response.body, response.headers['Allow']) == (200, b'', allow), path


async def test_options_on_an_unknown_path():
    for path in ('/nothing', '/items/x', '/post/'):
        response = await options(application(), path)
        assert (response.status_code, response.text) == (404, 'Not found')
        assert 'Allow' not in response.headers


async def test_options_for_everything():
    response = await options(application(), '*')
    assert (response.status_code, response.headers['Allow']) == (200, 'POST, GET, PUT, HEAD, OPTIONS')


async def test_a_route_for_options():
    app = application()

    @app.route('/', methods=['OPTIONS'])
    async def own(request):
        return 'own', {'Allow': 'MINE'}
    response = await options(app, '/')
    assert (response.text, response.headers['Allow']) == ('own', 'MINE')
    response = await TestClient(app).put('/')
    assert response.headers['Allow'] == 'POST, GET, OPTIONS, HEAD'


async def test_another_options_handler():
    app = application()
    seen = []

    def handler(request):
        seen.append(request.path)
        return {'X-Test': 'yes', 'Allow': 'SOME'}
    app.options_handler = handler
    response = await options(app, '/post')
    assert (response.status_code, response.headers['X-Test'], response.headers['Allow']) == (200, 'yes', 'SOME')
    assert seen == ['/post']


async def test_no_options_handler():
    app = application()
    app.options_handler = None
    response = await options(app, '/')
    assert (response.status_code, response.headers['Allow']) == (405, 'POST, GET, HEAD')

    @app.route('/', methods=['OPTIONS'])
    async def own(request):
        return 'own'
    assert (await options(app, '/')).text == 'own'


async def test_the_default_handler():
    app = application()
    assert app.options_handler == app.default_options_handler
    seen = []

    def handler(request):
        seen.append(app.default_options_handler(request))
        return seen[0]
    app.options_handler = handler
    await options(app, '/post')
    assert seen == [{'Allow': 'POST, OPTIONS'}]


async def test_an_options_handler_that_fails():
    app = application()

    def handler(request):
        raise KeyError('x')
    app.options_handler = handler
    with captured_log() as lines:
        assert (await options(app, '/')).status_code == 500
    assert len(lines) == 1


async def test_handlers_around_an_automatic_answer():
    app = application()
    ran = []

    @app.before_request
    async def before(request):
        ran.append('before')

    @app.after_request
    async def after(request, response):
        ran.append('after')
        response.headers['X-Test'] = 'yes'

    @app.after_error_request
    async def after_error(request, response):
        ran.append('after error')
    assert (await options(app, '/')).headers['X-Test'] == 'yes'
    assert ran == ['after']


async def test_the_options_handler_of_a_sub_application():
    app, sub = application(), Microdot()

    @sub.get('/foo')
    async def foo(request):
        return 'foo'
    sub.options_handler = lambda request: {'X-Sub': request.path}
    app.mount(sub, '/sub')
    assert (await options(app, '/sub/foo')).headers['X-Sub'] == '/sub/foo'
    assert 'X-Sub' not in (await options(app, '/')).headers


async def test_the_default_handler_of_a_sub_application():
    app, sub = application(), Microdot()

    @sub.get('/foo')
    async def foo(request):
        return 'foo'
    app.mount(sub, '/sub')
    assert (await options(app, '/sub/foo')).headers['Allow'] == 'GET, HEAD, OPTIONS'
    app.options_handler = lambda request: {'X-App': 'yes'}
    assert (await options(app, '/sub/foo')).headers['X-App'] == 'yes'


async def test_a_sub_application_that_adds_to_the_default():
    for local in (True, False):
        app, sub = application(), Microdot()

        @sub.get('/foo')
        async def foo(request):
            return 'foo'
        sub.options_handler = lambda request, sub=sub: dict(sub.default_options_handler(request), **{'X-Sub': 'yes'})
        app.mount(sub, '/sub', local=local)
        response = await options(app, '/sub/foo')
        assert (response.headers['Allow'], response.headers['X-Sub']) == ('GET, HEAD, OPTIONS', 'yes')
