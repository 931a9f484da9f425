# How errors are answered.

from tools import captured_log

from microdot import HTTPException, Microdot, Response, abort
from microdot.test_client import TestClient


def application(exc):
    """Return an application whose route `/` raises the exception; with a plain function at `/plain`."""
    app = Microdot()

    @app.get('/')
    async def index(request):
        raise exc

    @app.get('/plain')
    def plain(request):
        raise exc
    return app


async def get(app, path='/'):
    response = await TestClient(app).get(path)
    return response.status_code, response.text


async def logged(app, path='/'):
    """Return the answer, and the exceptions that were logged."""
    with captured_log() as lines:
        answer = await get(app, path)
    return answer, [exc for _, exc in lines]


async def test_not_found():
    assert await get(Microdot(), '/nothing') == (404, 'Not found')


async def test_method_not_allowed():
    app = Microdot()

    @app.route('/', methods=['GET', 'POST'])
    async def index(request):
        return 'x'

    @app.put('/')
    async def put(request):
        return 'x'
    response = await TestClient(app).delete('/')
    assert (response.status_code, response.text) == (405, 'Not found')
    assert response.headers['Allow'] == 'GET, POST, PUT, HEAD, OPTIONS'


async def test_method_not_allowed_names_the_methods_of_that_path():
    app = Microdot()

    @app.post('/<a>')
    async def post(request, a):
        return 'x'

    @app.put('/foo')
    async def put(request):
        return 'x'

    @app.post('/foo')
    async def post_foo(request):
        return 'x'
    client = TestClient(app)
    assert (await client.get('/foo')).headers['Allow'] == 'POST, PUT, OPTIONS'
    assert (await client.get('/bar')).headers['Allow'] == 'POST, OPTIONS'
    app.options_handler = None
    assert (await client.get('/bar')).headers['Allow'] == 'POST'


async def test_allow_beside_an_error_handler():
    app = Microdot()

    @app.post('/')
    async def post(request):
        return 'x'

    @app.errorhandler(405)
    async def handler(request):
        return 'no', 405
    response = await TestClient(app).get('/')
    assert (response.text, response.headers['Allow']) == ('no', 'POST, OPTIONS')

    @app.errorhandler(405)
    async def other_handler(request):
        return 'no', 405, {'allow': 'NOTHING'}
    response = await TestClient(app).get('/')
    assert response.headers['Allow'] == 'NOTHING'


async def test_methods_that_nobody_knows():
    app = Microdot()

    @app.route('/', methods=['SHOUT'])
    async def index(request):
        return 'shouted'
    client = TestClient(app)
    assert (await client.request('SHOUT', '/')).text == 'shouted'
    assert (await client.request('WHISPER', '/')).status_code == 501
    assert (await client.request('WHISPER', '/nothing')).status_code == 501
    assert (await client.request('get', '/')).status_code == 501
    assert (await client.request('PURGE', '/')).status_code == 405


# abort

async def test_abort():
    for path in ('/', '/plain'):
        assert await get(application(HTTPException(406)), path) == (406, '406 error')
        assert await get(application(HTTPException(406, 'no')), path) == (406, 'no')


async def test_abort_in_handlers():
    app = Microdot()

    @app.get('/')
    async def index(request):
        abort(418, 'teapot')

    @app.get('/static')
    def static(request):
        Microdot.abort(403)
    assert await logged(app) == ((418, 'teapot'), [])
    assert await logged(app, '/static') == ((403, '403 error'), [])


async def test_abort_with_a_handler():
    app = application(HTTPException(406, 'no'))

    @app.errorhandler(406)
    async def handler(request):
        return 'handled ' + request.path, 406
    assert await get(app) == (406, 'handled /')


async def test_abort_in_a_before_handler():
    app = Microdot()

    @app.before_request
    async def before(request):
        abort(401, 'who are you')

    @app.get('/')
    async def index(request):
        return 'x'
    assert await get(app) == (401, 'who are you')


# Error handlers for status codes, and what they may return

async def not_found(value):
    app = Microdot()

    @app.errorhandler(404)
    async def handler(request):
        return value() if callable(value) else value
    response = await TestClient(app).get('/nothing')
    return response.status_code, response.text, response.headers


async def test_values_of_an_error_handler():
    assert (await not_found('text'))[:2] == (200, 'text')
    assert (await not_found(('text', 404)))[:2] == (404, 'text')
    assert (await not_found(({'error': 'x'}, 404)))[:2] == (404, '{"error": "x"}')
    assert (await not_found(410))[:2] == (410, '')
    assert (await not_found((410,)))[:2] == (410, '')
    assert (await not_found(lambda: Response('text', 410)))[:2] == (410, 'text')
    status, text, headers = await not_found(('<p>', {'Content-Type': 'text/html'}))
    assert (status, text, headers['Content-Type']) == (200, '<p>', 'text/html')
    status, text, headers = await not_found(('<p>', 404, {'Content-Type': 'text/html'}))
    assert (status, text, headers['Content-Type']) == (404, '<p>', 'text/html')
    status, text, headers = await not_found((410, {'X-Test': 'yes'}))
    assert (status, text, headers['X-Test']) == (410, '', 'yes')


async def test_an_error_handler_that_returns_none():
    assert (await not_found(None))[:2] == (404, 'Not found')


async def test_values_of_an_error_handler_that_cannot_be_sent():
    for value in ((), ('x', 200, {}, 'OK', 5), True, 5.5, ('x', {'X': 'a\n'})):
        with captured_log() as lines:
            assert (await not_found(lambda value=value: value))[:2] == (500, 'Internal server error'), value
        assert len(lines) == 1


async def test_plain_error_handlers():
    app = Microdot()

    @app.errorhandler(404)
    def handler(request):
        return 'plain', 404
    assert await get(app) == (404, 'plain')


# Exceptions

async def test_an_exception():
    exc = ZeroDivisionError('zero')
    for path in ('/', '/plain'):
        answer, logs = await logged(application(exc), path)
        assert answer == (500, 'Internal server error')
        assert logs == [exc]


async def test_the_request_is_named_in_the_log():
    app = Microdot()

    @app.post('/books/<id>')
    async def books(request, id):
        raise KeyError(id)
    with captured_log() as lines:
        await TestClient(app).post('/books/3?x=y')
    assert lines[0][0] == 'Exception in the answer to POST /books/3'


async def test_a_handler_for_500():
    app = application(ZeroDivisionError())

    @app.errorhandler(500)
    async def handler(request):
        return 'sorry', 501
    answer, logs = await logged(app)
    assert answer == (501, 'sorry')
    assert len(logs) == 1


async def test_a_handler_for_an_exception():
    exc = ZeroDivisionError('zero')
    app = application(exc)

    @app.errorhandler(ZeroDivisionError)
    async def handler(request, raised):
        assert raised is exc
        return 'handled ' + request.path, 501
    for path in ('/', '/plain'):
        assert await logged(app, path) == ((501, 'handled ' + path), [])


async def test_a_handler_for_an_ancestor():
    for cls in (ArithmeticError, Exception):
        app = application(ZeroDivisionError())

        @app.errorhandler(cls)
        async def handler(request, exc):
            return 'ancestor', 501
        assert await logged(app) == ((501, 'ancestor'), [])


async def test_the_nearest_ancestor_answers():
    app = application(ZeroDivisionError())

    @app.errorhandler(Exception)
    async def far(request, exc):
        return 'far', 501

    @app.errorhandler(ArithmeticError)
    async def near(request, exc):
        return 'near', 501
    assert await get(app) == (501, 'near')

    @app.errorhandler(ZeroDivisionError)
    async def exact(request, exc):
        return 'exact', 501
    assert await get(app) == (501, 'exact')


async def test_classes_of_the_application():
    class Base(Exception):
        pass

    class Derived(Base):
        pass
    app = application(Derived())

    @app.errorhandler(Base)
    async def base(request, exc):
        return exc.__class__.__name__, 501
    assert await get(app) == (501, 'Derived')


async def test_a_handler_for_another_exception():
    app = application(ZeroDivisionError())

    @app.errorhandler(KeyError)
    async def handler(request, exc):
        return 'x'
    assert (await logged(app))[0] == (500, 'Internal server error')


async def test_values_of_a_handler_for_an_exception():
    for value, answer in (('text', (200, 'text')), (501, (501, '')), (('text', {'X-Test': 'yes'}), (200, 'text')),
                          ((501, {}), (501, '')), (('', 501), (501, '')), ('', (200, ''))):
        app = application(ZeroDivisionError())

        @app.errorhandler(ZeroDivisionError)
        async def handler(request, exc, value=value):
            return value
        assert await logged(app) == (answer, [])


async def test_a_handler_for_an_exception_that_returns_none():
    exc = ZeroDivisionError()
    app = application(exc)

    @app.errorhandler(ZeroDivisionError)
    async def handler(request, exc):
        pass
    assert await logged(app) == ((500, 'Internal server error'), [exc])

    @app.errorhandler(500)
    async def handler_500(request):
        return 'sorry', 500
    assert await logged(app) == ((500, 'sorry'), [exc])


async def test_a_handler_for_an_exception_that_fails():
    exc = KeyError('x')
    app = application(ZeroDivisionError())

    @app.errorhandler(ZeroDivisionError)
    async def handler(request, raised):
        raise exc
    assert await logged(app) == ((500, 'Internal server error'), [exc])

    @app.errorhandler(500)
    async def handler_500(request):
        return 'sorry', 500
    assert await logged(app) == ((500, 'sorry'), [exc])


async def test_a_handler_for_an_exception_that_aborts():
    app = application(ZeroDivisionError())

    @app.errorhandler(ZeroDivisionError)
    async def handler(request, exc):
        abort(403, 'no')
    assert await logged(app) == ((403, 'no'), [])

    @app.errorhandler(403)
    async def handler_403(request):
        return 'handled', 403
    assert await logged(app) == ((403, 'handled'), [])


async def test_a_handler_for_a_status_that_fails():
    exc = KeyError('x')
    for status in (404, 400, 413, 500):
        app = application(HTTPException(status) if status < 500 else ZeroDivisionError())

        @app.errorhandler(status)
        async def handler(request):
            raise exc
        answer, logs = await logged(app)
        assert answer == (500, 'Internal server error')
        assert logs[-1] is exc


async def test_a_handler_for_malformed_requests_that_fails():
    exc = KeyError('x')
    app = Microdot()

    @app.errorhandler(400)
    async def handler(request):
        raise exc
    with captured_log() as lines:
        response = await app.dispatch_request(None)
    assert (response.status_code, response.body) == (500, b'Internal server error')
    assert lines == [['Exception in the answer to a malformed request', exc]]


async def test_a_handler_for_a_status_that_aborts():
    app = Microdot()

    @app.errorhandler(404)
    async def handler(request):
        abort(410, 'gone')
    assert await logged(app) == ((410, 'gone'), [])


async def test_a_handler_for_500_that_fails():
    one, two = ZeroDivisionError(), KeyError('x')
    app = application(one)

    @app.errorhandler(500)
    async def handler(request):
        raise two
    assert await logged(app) == ((500, 'Internal server error'), [one, two])


async def test_headers_of_an_error():
    app = application(HTTPException(503, 'closed', {'Retry-After': '3600', 'X-Why': 'night'}))
    for path in ('/', '/plain'):
        response = await TestClient(app).get(path)
        assert (response.status_code, response.text) == (503, 'closed')
        assert (response.headers['Retry-After'], response.headers['X-Why']) == ('3600', 'night')

    @app.errorhandler(503)
    async def handler(request):
        return 'handled', 503, {'x-why': 'handler'}
    response = await TestClient(app).get('/')
    assert response.text == 'handled'
    assert (response.headers['Retry-After'], response.headers['X-Why']) == ('3600', 'handler')


async def test_headers_of_an_error_that_cannot_be_sent():
    app = application(HTTPException(503, 'closed', {'Retry-After': '1\r\nX-Evil: yes'}))
    answer, logs = await logged(app)
    assert answer == (500, 'Internal server error')
    assert isinstance(logs[0], ValueError)


# Handlers for HTTPException

async def test_a_handler_for_http_exceptions():
    app = application(HTTPException(406, 'no'))

    @app.errorhandler(HTTPException)
    async def handler(request, exc):
        return '%d %s' % (exc.status_code, exc.reason), exc.status_code
    assert await logged(app) == ((406, '406 no'), [])
    assert await get(app, '/nothing') == (404, '404 Not found')
    response = await TestClient(app).post('/')
    assert (response.status_code, response.text) == (405, '405 Not found')
    response = await app.dispatch_request(None)
    assert (response.status_code, response.body) == (400, b'400 Bad request')


async def test_a_handler_for_a_status_comes_before_one_for_http_exceptions():
    app = application(HTTPException(406, 'no'))

    @app.errorhandler(HTTPException)
    async def handler(request, exc):
        return 'class', 406

    @app.errorhandler(406)
    async def handler_406(request):
        return 'status', 406
    assert await get(app) == (406, 'status')


async def test_a_handler_for_http_exceptions_that_returns_none():
    app = application(HTTPException(406, 'no'))

    @app.errorhandler(HTTPException)
    async def handler(request, exc):
        pass
    assert await logged(app) == ((406, 'no'), [])


async def test_a_handler_for_http_exceptions_that_aborts():
    app = application(HTTPException(406, 'no'))

    @app.errorhandler(HTTPException)
    async def handler(request, exc):
        abort(418, 'teapot')
    assert await logged(app) == ((418, 'teapot'), [])


async def test_a_handler_for_http_exceptions_that_fails():
    exc = KeyError('x')
    app = application(HTTPException(406, 'no'))

    @app.errorhandler(HTTPException)
    async def handler(request, raised):
        raise exc
    assert await logged(app) == ((500, 'Internal server error'), [exc])


async def test_classes_of_http_exceptions():
    class Missing(HTTPException):
        pass
    app = application(Missing(404, 'no'))

    @app.errorhandler(Missing)
    async def handler(request, exc):
        return 'missing', 404
    assert await get(app) == (404, 'missing')
    assert await get(app, '/nothing') == (404, 'Not found')


async def test_exceptions_are_no_answer_to_http_exceptions():
    app = application(HTTPException(406, 'no'))

    @app.errorhandler(Exception)
    async def handler(request, exc):
        return 'x'
    assert await get(app) == (406, 'no')


async def test_the_last_handler_that_is_registered_answers():
    app = application(HTTPException(406))

    @app.errorhandler(406)
    async def one(request):
        return 'one', 406

    @app.errorhandler(406)
    async def two(request):
        return 'two', 406
    assert await get(app) == (406, 'two')
    assert app.error_handlers == {406: two}


async def test_what_is_not_an_exception_of_the_application():
    import asyncio

    app = application(asyncio.CancelledError())

    @app.errorhandler(Exception)
    async def handler(request, exc):
        return 'x'
    from tools import raises_async
    assert await raises_async(asyncio.CancelledError, get(app))
