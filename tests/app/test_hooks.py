# The handlers before and after requests.

from tools import captured_log

from microdot import Microdot, Response, abort
from microdot.test_client import TestClient


async def get(app, path='/'):
    response = await TestClient(app).get(path)
    return response.status_code, response.text


def application(*names):
    """Return an application, and a list of what ran: a before, an after and an after-error handler for each name."""
    app = Microdot()
    ran = []

    def add(name):
        @app.before_request
        async def before(request):
            ran.append('before ' + name)

        @app.after_request
        async def after(request, response):
            ran.append('after ' + name)

        @app.after_error_request
        async def after_error(request, response):
            ran.append('after error ' + name)
    for name in names:
        add(name)

    @app.get('/')
    async def index(request):
        ran.append('index')
        return 'index'

    @app.get('/fail')
    async def fail(request):
        raise ZeroDivisionError

    @app.get('/abort')
    async def aborts(request):
        abort(406)
    return app, ran


# Order

async def test_the_order():
    app, ran = application('1', '2')
    assert await get(app) == (200, 'index')
    assert ran == ['before 1', 'before 2', 'index', 'after 1', 'after 2']


async def test_the_order_with_errors():
    for path, status in (('/fail', 500), ('/abort', 406)):
        app, ran = application('1', '2')
        with captured_log():
            assert (await get(app, path))[0] == status
        assert ran == ['before 1', 'before 2', 'after error 1', 'after error 2']


async def test_what_has_no_route_gets_the_after_error_handlers():
    app, ran = application('1')
    assert (await get(app, '/nothing'))[0] == 404
    assert (await TestClient(app).post('/')).status_code == 405
    assert (await TestClient(app).get('/a b')).status_code == 400
    assert ran == ['after error 1'] * 3


# Before

async def before(*values):
    app = Microdot()
    ran = []

    def add(value):
        @app.before_request
        async def handler(request):
            ran.append(len(ran))
            return value
    for value in values:
        add(value)

    @app.get('/')
    async def index(request):
        ran.append('index')
        return 'index'
    return await get(app), ran


async def test_before_handlers_that_return_nothing():
    assert await before(None, None) == ((200, 'index'), [0, 1, 'index'])


async def test_the_first_before_handler_that_answers():
    assert await before(None, 'stop', 'other') == ((200, 'stop'), [0, 1])
    assert await before(('stop', 202), None) == ((202, 'stop'), [0])
    assert await before(403) == ((403, ''), [0])
    assert await before(Response('stop', 401)) == ((401, 'stop'), [0])


async def test_values_that_are_false_are_answers():
    for value, answer in (('', (200, '')), ({}, (200, '{}')), ([], (200, '[]')), (b'', (200, ''))):
        assert await before(value, None) == (answer, [0]), value
        assert await before(value, 'other') == (answer, [0]), value


async def test_what_a_before_handler_answers_gets_the_after_handlers():
    app, ran = application('1')

    @app.before_request
    async def stop(request):
        return 'stop'
    assert await get(app) == (200, 'stop')
    assert ran == ['before 1', 'after 1']


async def test_before_handlers_share_g():
    app = Microdot()

    @app.before_request
    def before(request):
        request.g.user = request.args.get('user')

    @app.get('/')
    async def index(request):
        return request.g.user
    assert await get(app, '/?user=Ann') == (200, 'Ann')


async def test_a_before_handler_knows_the_route():
    app = Microdot()
    seen = []

    @app.before_request
    async def before(request):
        seen.append((request.route, request.url_args))

    @app.get('/<name>')
    async def index(request, name):
        return name
    await get(app, '/foo')
    assert seen == [(index, {'name': 'foo'})]


async def test_a_before_handler_that_fails():
    app, ran = application('1')

    @app.before_request
    async def fail(request):
        raise KeyError('x')
    with captured_log() as lines:
        assert await get(app) == (500, 'Internal server error')
    assert len(lines) == 1
    assert ran == ['before 1', 'after error 1']


# After

async def test_after_handlers_may_change_the_response():
    app = Microdot()

    @app.after_request
    async def one(request, response):
        response.headers['X-One'] = request.path
        response.body += b' and more'

    @app.after_request
    def two(request, response):
        response.status_code = 202

    @app.get('/')
    async def index(request):
        return 'index'
    response = await TestClient(app).get('/')
    assert (response.status_code, response.text, response.headers['X-One']) == (202, 'index and more', '/')
    assert response.headers['Content-Length'] == '14'


async def test_after_handlers_may_replace_the_response():
    for value, answer in ((Response('new', 201), (201, 'new')), ('new', (200, 'new')), (('new', 202), (202, 'new')),
                          ('', (200, '')), (404, (404, ''))):
        app = Microdot()
        seen = []

        @app.after_request
        async def one(request, response, value=value):
            return value

        @app.after_request
        async def two(request, response, seen=seen):
            seen.append(response.status_code)

        @app.get('/')
        async def index(request):
            return 'index'
        assert await get(app) == answer
        assert seen == [answer[0]]


async def test_an_after_handler_that_fails():
    app, ran = application('1')

    @app.after_request
    async def fail(request, response):
        raise KeyError('x')

    @app.after_request
    async def never(request, response):
        ran.append('never')
    with captured_log() as lines:
        assert await get(app) == (500, 'Internal server error')
    assert len(lines) == 1
    assert ran == ['before 1', 'index', 'after 1', 'after error 1']


# After errors

async def test_after_error_handlers():
    app = Microdot()
    seen = []

    @app.after_error_request
    async def one(request, response):
        seen.append((request.path, response.status_code, response.body))
        response.headers['X-One'] = 'yes'

    @app.after_error_request
    def two(request, response):
        return Response('new', 410)
    assert await get(app, '/nothing') == (410, 'new')
    assert seen == [('/nothing', 404, b'Not found')]


async def test_after_error_handlers_see_what_error_handlers_answer():
    app = Microdot()

    @app.errorhandler(404)
    async def handler(request):
        return 'handled', 404

    @app.after_error_request
    async def after(request, response):
        response.body += b'!'
    assert await get(app, '/nothing') == (404, 'handled!')


async def test_after_error_handlers_without_a_request():
    app = Microdot()
    seen = []

    @app.after_error_request
    async def after(request, response):
        seen.append((request, response.status_code))
    await app.dispatch_request(None)
    assert seen == [(None, 400)]


async def test_an_after_error_handler_that_fails():
    app = Microdot()
    ran = []
    exc = KeyError('x')

    @app.after_error_request
    async def fail(request, response):
        raise exc

    @app.after_error_request
    async def after(request, response):
        ran.append(response.status_code)
    with captured_log() as lines:
        assert await get(app, '/nothing') == (500, 'Internal server error')
        response = await app.dispatch_request(None)
    assert response.status_code == 500
    assert [logged for _, logged in lines] == [exc, exc]
    assert ran == [500, 500]


# After handlers of one request

async def test_after_handlers_of_a_request():
    app, ran = application('1')

    @app.get('/own')
    async def own(request):
        @request.after_request
        async def one(request, response):
            ran.append('own 1')
            response.headers['X-Own'] = 'yes'

        @request.after_request
        def two(request, response):
            ran.append('own 2')
            return response.body.decode() + '!', 201, {'X-Own': response.headers['X-Own']}
        return 'own'
    response = await TestClient(app).get('/own')
    assert (response.status_code, response.text, response.headers['X-Own']) == (201, 'own!', 'yes')
    assert ran == ['before 1', 'after 1', 'own 1', 'own 2']
    assert await get(app) == (200, 'index')


async def test_after_handlers_of_a_request_without_others():
    app = Microdot()

    @app.get('/')
    async def index(request):
        @request.after_request
        async def after(request, response):
            return 'after'
        return 'index'
    assert await get(app) == (200, 'after')


async def test_after_handlers_of_a_request_that_failed_do_not_run():
    app = Microdot()
    ran = []

    @app.get('/')
    async def index(request):
        @request.after_request
        async def after(request, response):
            ran.append('after')
        abort(406)
    assert (await get(app))[0] == 406
    assert ran == []


async def test_after_handlers_that_a_before_handler_registered():
    app = Microdot()

    @app.before_request
    async def before(request):
        @request.after_request
        async def after(request, response):
            response.headers['X-Test'] = 'yes'

    @app.get('/')
    async def index(request):
        return 'index'
    assert (await TestClient(app).get('/')).headers['X-Test'] == 'yes'


# What a handler answered by itself

def unchanged():
    handled = Response.already_handled
    return (handled.headers, handled.body, handled.status_code, handled.reason, handled.is_head) == (
        {}, b'', 200, None, False)


async def handled(app, path='/'):
    response = await TestClient(app).get(path)
    assert response.status_code is None
    assert unchanged()


async def spoil(request, response):
    response.set_cookie('a', 'b')
    response.headers['X-Test'] = 'yes'
    response.status_code = 500
    response.body += b'x'


async def test_already_handled():
    app = Microdot()

    @app.get('/')
    async def index(request):
        return Response.already_handled
    await handled(app)
    await TestClient(app).request('HEAD', '/')
    assert unchanged()


async def test_already_handled_is_not_changed_by_after_handlers():
    app = Microdot()
    app.after_request(spoil)

    @app.get('/')
    async def index(request):
        request.after_request(spoil)
        request.g._vary = {'Cookie'}
        return Response.already_handled
    await handled(app)


async def test_already_handled_is_not_replaced_by_after_handlers():
    app = Microdot()

    @app.after_request
    async def after(request, response):
        return Response('new')

    @app.get('/')
    async def index(request):
        return Response.already_handled
    await handled(app)


async def test_already_handled_from_a_before_handler():
    app = Microdot()
    app.after_request(spoil)

    @app.before_request
    async def before(request):
        return Response.already_handled

    @app.get('/')
    async def index(request):
        return 'index'
    await handled(app)


async def test_already_handled_from_an_after_handler():
    app = Microdot()

    @app.get('/')
    async def index(request):
        @request.after_request
        async def after(request, response):
            return Response.already_handled
        request.after_request(spoil)
        return 'index'
    await handled(app)


async def test_already_handled_from_an_error_handler():
    app = Microdot()
    app.after_error_request(spoil)

    @app.errorhandler(ZeroDivisionError)
    async def handler(request, exc):
        return Response.already_handled

    @app.get('/')
    async def index(request):
        raise ZeroDivisionError
    await handled(app)


async def test_already_handled_from_an_after_error_handler():
    app = Microdot()

    @app.after_error_request
    async def after(request, response):
        return Response.already_handled
    app.after_error_request(spoil)
    await handled(app, '/nothing')
