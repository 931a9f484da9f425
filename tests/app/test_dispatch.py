# What a handler's value becomes, and what every response gets.

import asyncio

from tools import captured_log, only

from microdot import HTTPException, Microdot, Request, Response, abort, redirect
from microdot.test_client import TestClient


async def answer(value, method='GET', after=None):
    """Return the response to a request whose handler returns the value."""
    app = Microdot()

    @app.route('/', methods=['GET', 'POST'])
    async def index(request):
        return value() if callable(value) else value
    if after:
        app.after_request(after)
    return await TestClient(app).request(method, '/')


async def failure(value, after=None):
    """Return the exception that is logged when the value is answered with 500."""
    with captured_log() as lines:
        response = await answer(value, after=after)
    assert (response.status_code, response.text) == (500, 'Internal server error')
    assert response.headers == {'Content-Type': 'text/plain; charset=UTF-8', 'Content-Length': '21'}
    assert len(lines) == 1
    assert lines[0][0] == 'Exception in the answer to GET /'
    return lines[0][1]


# Values

async def test_text():
    response = await answer('foo')
    assert (response.status_code, response.text) == (200, 'foo')
    assert response.headers == {'Content-Type': 'text/plain; charset=UTF-8', 'Content-Length': '3'}


async def test_bytes():
    assert (await answer(b'foo')).body == b'foo'


async def test_json():
    response = await answer({'foo': 'bar'})
    assert (response.text, response.headers['Content-Type']) == ('{"foo": "bar"}', 'application/json; charset=UTF-8')
    assert (await answer([1, '2'])).body == b'[1, "2"]'
    assert (await answer({'user': 1})).text == '{"user": 1}'


async def test_none():
    response = await answer(None)
    assert (response.status_code, response.body, response.headers) == (204, b'', {})


async def test_values_that_are_false():
    for value, text in (('', ''), (b'', ''), ({}, '{}'), ([], '[]')):
        response = await answer(lambda value=value: value)
        assert (response.status_code, response.text) == (200, text)


async def test_status():
    response = await answer(202)
    assert (response.status_code, response.body) == (202, b'')
    assert (await answer(404)).status_code == 404


async def test_response():
    response = await answer(Response('foo', 201, {'X-Test': 'yes'}, 'Made'))
    assert (response.status_code, response.reason, response.text) == (201, 'Made', 'foo')
    assert response.headers['X-Test'] == 'yes'


async def test_a_response_that_is_returned_again_and_again():
    constant = Response('foo', 201, {'X-Test': 'yes'})
    app = Microdot()

    @app.get('/')
    async def index(request):
        return constant
    client = TestClient(app)
    for method, text in (('GET', 'foo'), ('HEAD', None), ('GET', 'foo'), ('GET', 'foo')):
        response = await client.request(method, '/')
        assert (response.status_code, response.text, response.headers['X-Test']) == (201, text, 'yes')
        assert response.headers['Content-Length'] == '3'


async def test_body_and_status():
    response = await answer(('foo', 202))
    assert (response.status_code, response.text) == (202, 'foo')
    assert (await answer((None, 404))).status_code == 404
    assert (await answer(({'a': 1}, 201))).json == {'a': 1}
    assert (await answer(('', 202))).status_code == 202


async def test_body_and_headers():
    response = await answer(('<p>', {'Content-Type': 'text/html'}))
    assert (response.status_code, response.text) == (200, '<p>')
    assert response.headers == {'Content-Type': 'text/html', 'Content-Length': '3'}
    response = await answer(({'a': 1}, {'X-Test': 'yes'}))
    assert response.json == {'a': 1}
    assert response.headers['X-Test'] == 'yes'


async def test_body_status_and_headers():
    response = await answer(('<p>', 202, {'Content-Type': 'text/html'}))
    assert (response.status_code, response.text, response.headers['Content-Type']) == (202, '<p>', 'text/html')
    assert (await answer(('x', 202, None))).status_code == 202


async def test_body_status_headers_and_reason():
    response = await answer(('x', 202, {}, 'Fine'))
    assert (response.status_code, response.reason) == (202, 'Fine')


async def test_status_alone_in_a_tuple():
    response = await answer((202,))
    assert (response.status_code, response.body) == (202, b'')


async def test_status_and_headers():
    response = await answer((202, {'X-Test': 'yes'}))
    assert (response.status_code, response.body, response.headers['X-Test']) == (202, b'', 'yes')


async def test_body_alone_in_a_tuple():
    response = await answer(('foo',))
    assert (response.status_code, response.text) == (200, 'foo')


async def test_redirect():
    response = await answer(lambda: redirect('/elsewhere', 303))
    assert (response.status_code, response.body, response.headers['Location']) == (303, b'', '/elsewhere')


async def test_iterators():
    assert (await answer(lambda: iter(['a', b'b']))).text == 'ab'


# Values that cannot be sent

async def test_an_empty_tuple():
    assert isinstance(await failure(lambda: ()), TypeError)


async def test_tuples_that_are_too_long():
    assert isinstance(await failure(lambda: ('x', 200, {}, 'OK', 5)), TypeError)


async def test_values_that_cannot_be_sent():
    for value in (True, False, 23.7, object(), ('x', True), (True, 200), ('x', 'y'), ('x', 99), ('x', 1000), 0, 7, -1,
                  ('x', 200, 5), (Response('x'), 201)):
        assert isinstance(await failure(lambda value=value: value), (TypeError, ValueError, AttributeError)), value


async def test_what_cannot_be_sent_is_told_with_what_to_do():
    async def greet():
        return 'hello'

    assert str(await failure(lambda: 23.5)) == (
        'a handler returned 23.5, which cannot be sent: return text, bytes, a dict, a list or an iterator')
    if hasattr(greet, '__code__'):  # on MicroPython a coroutine is an iterator, too
        coroutine = greet()
        assert str(await failure(lambda: (coroutine, 200))).endswith('which cannot be sent: await it')
        coroutine.close()


async def test_bodies_that_were_changed_to_what_cannot_be_sent():
    async def after(request, response):
        response.body = 5
    assert isinstance(await failure('x', after), TypeError)


async def test_headers_with_line_ends():
    for value in (('x', {'X-Test': 'a\r\nSet-Cookie: b=c'}), ('x', {'X-Test\n': 'a'}), ('x', 200, {'X': 'a\0'}, None),
                  ('x', 200, {}, 'OK\r\nX: y'), ('x', {'X': ['a', 'b\n']})):
        assert isinstance(await failure(lambda value=value: value), ValueError), value


async def test_headers_with_line_ends_that_come_later():
    async def header(request, response):
        response.headers['X-Test'] = 'a\r\nX: y'

    async def name(request, response):
        response.headers['X Test'] = 'a'

    async def listed(request, response):
        response.headers['Set-Cookie'] = ['a=b', 'c=d\n']

    async def reason(request, response):
        response.reason = 'OK\r\nX: y'
    for after in (header, name, listed, reason):
        assert isinstance(await failure('x', after), ValueError), after


async def test_the_header_is_named_in_the_log():
    async def after(request, response):
        response.headers['X-Smuggled'] = 'a\r\nX: y'
    assert 'X-Smuggled' in str(await failure('x', after))


async def test_a_reason_that_is_not_text():
    async def after(request, response):
        response.reason = 5
    response = await answer('x', after=after)
    assert response.status_code == 200


async def test_a_status_that_is_not_a_number():
    async def after(request, response):
        response.status_code = '200 OK'
    assert isinstance(await failure('x', after), TypeError)


# HEAD

async def test_head():
    response = await answer('foo', 'HEAD')
    assert (response.status_code, response.body) == (200, None)
    assert response.headers == {'Content-Type': 'text/plain; charset=UTF-8', 'Content-Length': '3'}


async def test_head_of_an_error():
    app = Microdot()
    for path in ('/', '/nothing'):
        response = await TestClient(app).request('HEAD', path)
        assert (response.status_code, response.body) == (404, None)
        assert response.headers['Content-Length'] == '9'


async def test_head_of_what_cannot_be_sent():
    with captured_log():
        response = await answer(object, 'HEAD')
    assert (response.status_code, response.body) == (500, None)


async def test_the_method_of_head():
    app = Microdot()

    @app.get('/')
    async def index(request):
        return request.method
    assert (await TestClient(app).request('HEAD', '/')).headers['Content-Length'] == '4'


async def test_a_route_for_head():
    app = Microdot()

    @app.get('/')
    async def get(request):
        return 'GET'

    @app.route('/', methods=['HEAD'])
    async def head(request):
        return '', {'X-Test': 'head'}
    response = await TestClient(app).request('HEAD', '/')
    assert response.headers['X-Test'] == 'head'
    assert 'X-Test' not in (await TestClient(app).get('/')).headers


async def test_a_route_for_head_alone():
    app = Microdot()

    @app.route('/', methods=['HEAD'])
    async def head(request):
        return 'head'
    assert (await TestClient(app).request('HEAD', '/')).status_code == 200
    assert (await TestClient(app).get('/')).status_code == 405


# Vary

async def vary(names, header=None):
    async def before(request):
        request.g._vary = names
    app = Microdot()
    app.before_request(before)

    @app.get('/')
    async def index(request):
        return Response('x', headers={'Vary': header} if header else None)
    response = await TestClient(app).get('/')
    assert response.status_code == 200
    return response.headers.get('Vary')


async def test_vary():
    assert await vary({'Cookie'}) == 'Cookie'
    assert await vary({'Origin', 'Cookie'}) == 'Cookie, Origin'


async def test_no_vary():
    assert await vary(set()) is None
    assert await vary(set(), 'Accept') == 'Accept'
    assert 'Vary' not in (await answer('x')).headers


async def test_vary_is_merged_in_any_case():
    assert await vary({'Cookie'}, 'Accept') == 'Accept, Cookie'
    assert await vary({'Cookie'}, 'cookie') == 'cookie'
    assert await vary({'COOKIE', 'Origin'}, 'Accept,cookie') == 'Accept, cookie, Origin'
    assert await vary({'Cookie'}, ' ,Accept, ,') == 'Accept, Cookie'
    assert len((await vary({'Cookie', 'cookie'})).split(',')) == 1


async def test_vary_star():
    assert await vary({'Cookie'}, '*') == '*'
    assert await vary({'*', 'Cookie'}) == '*'
    assert await vary({'*'}, 'Accept') == '*'


async def test_vary_in_a_list():
    assert await vary({'Cookie'}, ['Accept', 'Origin, cookie']) == 'Accept, Origin, cookie'


async def test_vary_of_errors():
    app = Microdot()

    @app.get('/')
    async def index(request):
        request.g._vary = {'Cookie'}
        abort(403)
    response = await TestClient(app).get('/')
    assert (response.status_code, response.headers['Vary']) == (403, 'Cookie')


async def test_vary_of_an_application_is_not_believed():
    for names in ({5}, 5, {'X\r\nY': 1}):
        app = Microdot()

        @app.get('/')
        async def index(request, names=names):
            request.g._vary = names
            return 'x'
        with captured_log() as lines:
            assert (await TestClient(app).get('/')).status_code == 500
        assert len(lines) == 1


# Limits

async def test_a_body_that_is_too_long():
    app = Microdot()
    called = []

    @app.before_request
    async def before(request):
        called.append('before')

    @app.post('/')
    async def index(request):
        called.append('index')
        return str(len(request.body))
    client = TestClient(app)
    old = Request.max_content_length
    Request.max_content_length = 5
    try:
        assert (await client.post('/', body='12345')).text == '5'
        called.clear()
        response = await client.post('/', body='123456')
        assert (response.status_code, response.text) == (413, 'Payload too large')
        assert (await client.post('/no/route', body='123456')).status_code == 413
        assert called == []
    finally:
        Request.max_content_length = old


# Requests that are none

async def test_dispatch_without_a_request():
    app = Microdot()
    response = await app.dispatch_request(None)
    assert (response.status_code, response.body) == (400, b'Bad request')

    @app.errorhandler(400)
    async def malformed(request):
        assert request is None
        return 'malformed', 400
    response = await app.dispatch_request(None)
    assert (response.status_code, response.body) == (400, b'malformed')


async def test_a_refused_head_request_gets_no_body():
    app = Microdot()
    shared = Response('malformed', 400)
    app.errorhandler(400)(lambda request: shared)
    refusal = HTTPException(400)
    refusal.method = 'HEAD'
    assert (await app.dispatch_request(None, refusal)).is_head
    assert not (await app.dispatch_request(None)).is_head


# Bodies are closed

class Body:
    def __init__(self):
        self.closed = 0

    def read(self, n):
        return b''

    def close(self):
        self.closed += 1


async def test_the_body_of_a_response_that_cannot_be_sent_is_closed():
    async def after(request, response):
        response.headers['X-Test'] = 'a\n'
    body = Body()
    assert isinstance(await failure(body, after), ValueError)
    assert body.closed == 1


async def test_the_body_is_closed_when_an_after_handler_fails():
    async def after(request, response):
        raise KeyError('x')
    body = Body()
    assert isinstance(await failure(body, after), KeyError)
    assert body.closed == 1


async def test_the_body_may_be_handed_on_by_an_after_handler():
    async def after(request, response):
        return Response(response.body, 201)
    body = Body()
    assert (await answer(body, after=after)).status_code == 201
    assert body.closed == 1


async def test_what_closing_raises_does_not_leave_dispatch():
    class Fails(Body):
        def close(self):
            self.closed += 1
            raise OSError(5)

    async def after(request, response):
        raise KeyError('x')
    body = Fails()
    with captured_log() as lines:
        assert (await answer(body, after=after)).status_code == 500
    assert body.closed == 1
    assert sorted([type(exc).__name__ for _, exc in lines]) == ['KeyError', 'OSError']


# Handlers of every kind

async def test_async_functions_and_plain_ones():
    app = Microdot()

    @app.get('/async/<int:n>')
    async def asynchronous(request, n):
        await asyncio.sleep(0)
        return str(n + 1)

    @app.get('/plain/<int:n>')
    def plain(request, n):
        return str(n + 2)
    client = TestClient(app)
    assert (await client.get('/async/1')).text == '2'
    assert (await client.get('/plain/1')).text == '3'


async def test_methods_and_callable_objects():
    class Books:
        def __init__(self, text):
            self.text = text

        async def show(self, request):
            return 'show ' + self.text

        def show_plain(self, request):
            return 'plain ' + self.text

    class Callable(Books):
        async def __call__(self, request):
            await asyncio.sleep(0)
            return 'called ' + self.text

    class PlainCallable(Books):
        def __call__(self, request):
            return 'called ' + self.text
    app = Microdot()
    app.get('/show')(Books('a').show)
    app.get('/plain')(Books('b').show_plain)
    app.get('/call')(Callable('c'))
    app.get('/plain_call')(PlainCallable('d'))
    client = TestClient(app)
    assert (await client.get('/show')).text == 'show a'
    assert (await client.get('/plain')).text == 'plain b'
    assert (await client.get('/call')).text == 'called c'
    assert (await client.get('/plain_call')).text == 'called d'


async def test_functions_that_return_coroutines():
    async def show(request, text='x'):
        await asyncio.sleep(0)
        return 'shown ' + text
    app = Microdot()
    app.get('/lambda')(lambda request: show(request, 'lambda'))

    @app.get('/plain')
    def plain(request):
        return show(request)
    client = TestClient(app)
    assert (await client.get('/lambda')).text == 'shown lambda'
    assert (await client.get('/plain')).text == 'shown x'


@only('cpython', 'MicroPython has no functools')
async def test_partials():
    from functools import partial

    async def show(text, request):
        return 'async ' + text

    def show_plain(text, request):
        return 'plain ' + text
    app = Microdot()
    app.get('/async')(partial(show, 'a'))
    app.get('/plain')(partial(show_plain, 'b'))
    client = TestClient(app)
    assert (await client.get('/async')).text == 'async a'
    assert (await client.get('/plain')).text == 'plain b'


def test_decorators_return_the_function():
    app = Microdot()

    async def f(*args):
        pass
    for decorator in (app.route('/'), app.get('/'), app.post('/'), app.put('/'), app.patch('/'), app.delete('/'),
                      app.query('/'), app.before_request, app.after_request, app.after_error_request,
                      app.errorhandler(404), app.errorhandler(ValueError), app.on_startup, app.on_shutdown):
        assert decorator(f) is f


async def test_requests_at_the_same_time():
    app = Microdot()
    order = []

    @app.get('/<name>')
    async def show(request, name):
        request.g.name = name
        for _ in range(3):
            order.append(name)
            await asyncio.sleep(0.01)
        return request.g.name
    responses = await asyncio.gather(TestClient(app).get('/a'), TestClient(app).get('/b'))
    assert [response.text for response in responses] == ['a', 'b']
    assert sorted(order[:2]) == ['a', 'b']


def test_several_loops():
    app = Microdot()

    @app.get('/')
    async def index(request):
        return 'foo'
    client = TestClient(app)
    assert asyncio.run(client.get('/')).text == 'foo'
    assert asyncio.run(client.get('/')).text == 'foo'


async def test_a_handler_that_waits_again_and_again():
    app = Microdot()

    @app.route('/')
    async def index(request):
        event = asyncio.Event()
        timeouts = 0
        for _ in range(3):
            try:
                await asyncio.wait_for(event.wait(), 0.001)
            except asyncio.TimeoutError:
                timeouts += 1
        return str(timeouts)

    assert (await TestClient(app).get('/')).text == '3'
