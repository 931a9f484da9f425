# Sub-applications.

from tools import captured_log

from microdot import Microdot, abort
from microdot.test_client import TestClient


def application(name, *paths):
    """Return an application with a route for each path, which tells where a request ended up."""
    app = Microdot()
    for path in paths:
        add_route(app, name, path)
    return app


def add_route(app, name, path, methods=None):
    @app.route(path, methods=methods)
    async def index(request, **kwargs):
        return {'name': name, 'prefix': request.url_prefix, 'args': kwargs}


def add_handlers(app, name, ran):
    @app.before_request
    async def before(request):
        ran.append('before ' + name)

    @app.after_request
    async def after(request, response):
        ran.append('after ' + name)

    @app.after_error_request
    async def after_error(request, response):
        ran.append('after error ' + name)


async def get(app, path):
    response = await TestClient(app).get(path)
    if response.status_code != 200:
        return response.status_code
    return response.json['name'], response.json['prefix']


async def text(app, path):
    response = await TestClient(app).get(path)
    return response.status_code, response.text


# Paths

async def test_mount():
    app = application('app', '/', '/app')
    app.mount(application('sub', '/', '/foo', '/<a>/<int:b>'), url_prefix='/sub')
    assert await get(app, '/') == ('app', '')
    assert await get(app, '/app') == ('app', '')
    assert await get(app, '/sub/') == ('sub', '/sub')
    assert await get(app, '/sub/foo') == ('sub', '/sub')
    assert (await TestClient(app).get('/sub/x/2')).json['args'] == {'a': 'x', 'b': 2}
    assert await get(app, '/foo') == 404
    assert await get(app, '/sub/nothing') == 404
    assert await get(app, '/subfoo') == 404


async def test_mount_without_a_prefix():
    app = application('app', '/')
    app.mount(application('sub', '/', '/foo'))
    assert await get(app, '/') == ('app', '')
    assert await get(app, '/foo') == ('sub', '')


async def test_a_prefix_that_ends_in_a_slash():
    app = Microdot()
    app.mount(application('sub', '/', '/foo'), '/sub/')
    assert await get(app, '/sub/foo') == ('sub', '/sub')
    assert await get(app, '/sub/') == ('sub', '/sub')
    assert await get(app, '/sub//foo') == 404


async def test_patterns_without_a_leading_slash():
    app = Microdot()
    app.mount(application('sub', 'foo', '<a>/x'), '/sub')
    assert await get(app, '/sub/foo') == ('sub', '/sub')
    assert await get(app, '/sub/bar/x') == ('sub', '/sub')


async def test_the_prefix_is_the_slash_of_its_application():
    app = Microdot()
    app.mount(application('sub', '/', '/foo'), '/sub')
    assert await get(app, '/sub') == ('sub', '/sub')
    assert await get(app, '/sub?a=b') == ('sub', '/sub')
    assert await get(app, '/sub/foo/') == 404


async def test_the_prefix_is_another_route():
    app = Microdot()
    app.mount(application('sub', '/'), '/sub')
    add_route(app, 'app', '/sub')
    assert await get(app, '/sub') == ('app', '')
    assert await get(app, '/sub/') == ('sub', '/sub')


async def test_the_prefix_is_another_route_with_another_method():
    app = Microdot()
    app.mount(application('sub', '/'), '/sub')
    add_route(app, 'app', '/sub', ['POST'])
    assert await get(app, '/sub') == 405
    assert await get(app, '/sub/') == ('sub', '/sub')


async def test_the_prefix_without_a_slash_in_its_application():
    app = Microdot()
    app.mount(application('sub', '/foo'), '/sub')
    assert await get(app, '/sub') == 404
    assert await get(app, '/sub/') == 404


async def test_methods_at_the_prefix():
    app = Microdot()
    sub = Microdot()
    add_route(sub, 'list', '/')
    add_route(sub, 'create', '/', ['POST'])
    app.mount(sub, '/sub')
    client = TestClient(app)
    for path in ('/sub', '/sub/'):
        assert (await client.get(path)).json['name'] == 'list'
        assert (await client.post(path)).json['name'] == 'create'
        assert (await client.request('HEAD', path)).status_code == 200
        response = await client.put(path)
        assert (response.status_code, response.headers['Allow']) == (405, 'GET, POST, HEAD, OPTIONS')
        response = await client.request('OPTIONS', path)
        assert response.headers['Allow'] == 'GET, POST, HEAD, OPTIONS'


async def test_a_prefix_with_a_placeholder():
    app = Microdot()
    app.mount(application('sub', '/', '/<b>'), '/<a>')
    response = await TestClient(app).get('/x/y')
    assert response.json == {'name': 'sub', 'prefix': '/<a>', 'args': {'a': 'x', 'b': 'y'}}
    assert (await TestClient(app).get('/x')).json['args'] == {'a': 'x'}


async def test_mount_in_mount():
    inner = application('inner', '/', '/foo')
    outer = application('outer', '/')
    app = Microdot()
    outer.mount(inner, '/inner')
    app.mount(outer, '/outer')
    assert await get(app, '/outer/') == ('outer', '/outer')
    assert await get(app, '/outer/inner/foo') == ('inner', '/outer/inner')
    assert await get(app, '/outer/inner/') == ('inner', '/outer/inner')
    assert await get(app, '/outer/inner') == ('inner', '/outer/inner')
    assert await get(outer, '/inner/foo') == ('inner', '/inner')
    assert await get(inner, '/foo') == ('inner', '')


async def test_what_a_request_knows():
    seen = []
    inner, outer, app = Microdot(), Microdot(), Microdot()

    @inner.get('/foo')
    async def foo(request):
        seen.append((request.app, request.subapp, request.url_prefix, request.route))
        return 'x'

    @outer.get('/bar')
    async def bar(request):
        seen.append((request.app, request.subapp, request.url_prefix, request.route))
        return 'x'
    outer.mount(inner, '/inner')
    app.mount(outer, '/outer')
    await TestClient(app).get('/outer/inner/foo')
    await TestClient(app).get('/outer/bar')
    assert seen == [(app, inner, '/outer/inner', foo), (app, outer, '/outer', bar)]


async def test_what_a_request_with_another_method_knows():
    app, sub = Microdot(), application('sub', '/foo')
    seen = []

    @app.errorhandler(405)
    async def handler(request):
        seen.append((request.subapp, request.url_prefix))
        return 'no', 405
    app.mount(sub, '/sub')
    assert (await TestClient(app).post('/sub/foo')).status_code == 405
    assert seen == [(sub, '/sub')]


async def test_the_first_registered_route_answers():
    app = application('app', '/sub/foo')
    app.mount(application('sub', '/foo', '/bar'), '/sub')
    add_route(app, 'later', '/sub/bar')
    assert await get(app, '/sub/foo') == ('app', '')
    assert await get(app, '/sub/bar') == ('sub', '/sub')


def test_url_map():
    app, sub = Microdot(), application('sub', '/foo')
    app.mount(sub, '/sub')
    methods, pattern, f, prefix, subapp = app.url_map[0]
    assert (methods, pattern.url_pattern, prefix, subapp) == (['GET'], '/sub/foo', '/sub', sub)
    assert f is sub.url_map[0][2]
    assert sub.url_map[0][1].url_pattern == '/foo'


# What comes after mounting

async def test_routes_that_are_registered_later():
    inner, outer, app = Microdot(), Microdot(), Microdot()
    outer.mount(inner, '/inner')
    app.mount(outer, '/outer')
    assert await get(app, '/outer/inner/foo') == 404
    add_route(inner, 'inner', '/foo')
    add_route(outer, 'outer', '/foo')
    assert await get(app, '/outer/inner/foo') == ('inner', '/outer/inner')
    assert await get(app, '/outer/foo') == ('outer', '/outer')
    assert await get(outer, '/inner/foo') == ('inner', '/inner')


async def test_applications_that_are_mounted_later():
    inner, outer, app = application('inner', '/foo'), Microdot(), Microdot()
    app.mount(outer, '/outer')
    outer.mount(inner, '/inner')
    assert await get(app, '/outer/inner/foo') == ('inner', '/outer/inner')


async def test_handlers_that_are_registered_later():
    for local in (False, True):
        ran = []
        app, sub = Microdot(), application('sub', '/foo')
        app.mount(sub, '/sub', local=local)
        add_handlers(sub, 'sub', ran)

        @sub.errorhandler(404)
        async def not_found(request):
            return 'sub', 404
        assert await get(app, '/sub/foo') == ('sub', '/sub')
        assert ran == ['before sub', 'after sub'], local
        assert await text(app, '/sub/nothing') == (404, 'sub')
        assert await text(app, '/nothing') == (404, 'Not found' if local else 'sub')


# Handlers of a sub-application

async def test_handlers_become_the_applications():
    ran = []
    app, sub = application('app', '/'), application('sub', '/foo')
    add_handlers(app, 'app', ran)
    add_handlers(sub, 'sub', ran)
    app.mount(sub, '/sub')
    await get(app, '/')
    assert ran == ['before app', 'before sub', 'after app', 'after sub']
    ran.clear()
    await get(app, '/sub/foo')
    assert ran == ['before app', 'before sub', 'after app', 'after sub']
    ran.clear()
    await get(app, '/nothing')
    assert ran == ['after error app', 'after error sub']
    assert (sub.before_request_handlers, sub.after_request_handlers, sub.after_error_request_handlers) == ([], [], [])


async def test_error_handlers_become_the_applications():
    app, sub = Microdot(), Microdot()

    @sub.errorhandler(404)
    async def not_found(request):
        return 'sub', 404

    @sub.errorhandler(ZeroDivisionError)
    async def zero(request, exc):
        return 'zero', 500

    @app.get('/')
    async def index(request):
        raise ZeroDivisionError
    app.mount(sub, '/sub')
    assert app.error_handlers == {404: not_found, ZeroDivisionError: zero}
    assert sub.error_handlers == {}
    assert await text(app, '/nothing') == (404, 'sub')
    assert await text(app, '/') == (500, 'zero')


async def test_local_handlers():
    ran = []
    app, sub = application('app', '/'), application('sub', '/foo')
    add_handlers(app, 'app', ran)
    add_handlers(sub, 'sub', ran)
    app.mount(sub, '/sub', local=True)
    await get(app, '/')
    assert ran == ['before app', 'after app']
    ran.clear()
    await get(app, '/sub/foo')
    assert ran == ['before app', 'before sub', 'after sub', 'after app']
    ran.clear()
    await TestClient(app).post('/sub/foo')
    assert ran == ['after error sub', 'after error app']
    assert len(sub.before_request_handlers) == 1
    assert len(app.before_request_handlers) == 1


async def test_local_error_handlers():
    app, sub = Microdot(), Microdot()

    @app.get('/')
    @sub.get('/zero')
    async def zero(request):
        raise ZeroDivisionError

    @sub.get('/abort')
    async def aborts(request):
        abort(406)

    @app.errorhandler(ArithmeticError)
    async def app_handler(request, exc):
        return 'app', 500

    @app.errorhandler(406)
    async def app_406(request):
        return 'app', 406

    @sub.errorhandler(ArithmeticError)
    async def sub_handler(request, exc):
        return 'sub', 500

    @sub.errorhandler(406)
    async def sub_406(request):
        return 'sub', 406
    app.mount(sub, '/sub', local=True)
    assert await text(app, '/') == (500, 'app')
    assert await text(app, '/sub/zero') == (500, 'sub')
    assert await text(app, '/sub/abort') == (406, 'sub')


async def test_for_each_class_the_local_handler_comes_first():
    app, sub = Microdot(), Microdot()

    @sub.get('/')
    async def zero(request):
        raise ZeroDivisionError

    @sub.errorhandler(ArithmeticError)
    async def sub_handler(request, exc):
        return 'sub', 500

    @app.errorhandler(ZeroDivisionError)
    async def app_handler(request, exc):
        return 'app', 500
    app.mount(sub, '/sub', local=True)
    assert await text(app, '/sub/') == (500, 'app')


async def test_the_applications_error_handlers_answer_for_local_ones():
    app, sub = Microdot(), Microdot()

    @sub.get('/')
    async def zero(request):
        raise ZeroDivisionError

    @app.errorhandler(ZeroDivisionError)
    async def app_handler(request, exc):
        return 'app', 500
    app.mount(sub, '/sub', local=True)
    assert await text(app, '/sub/') == (500, 'app')


async def test_a_local_404_handler():
    app, sub = application('app', '/'), application('sub', '/foo')

    @sub.errorhandler(404)
    async def not_found(request):
        return 'sub ' + request.url_prefix, 404
    app.mount(sub, '/sub', local=True)
    for path in ('/sub/nothing', '/sub/', '/sub', '/sub/foo/bar'):
        assert await text(app, path) == (404, 'sub /sub'), path
    for path in ('/nothing', '/subfoo', '/sub2/foo', '/x/sub/foo'):
        assert await text(app, path) == (404, 'Not found'), path


async def test_local_404_handlers_of_nested_applications():
    inner, outer, app = application('inner', '/foo'), application('outer', '/foo'), Microdot()

    @inner.errorhandler(404)
    async def inner_404(request):
        return 'inner', 404

    @outer.errorhandler(404)
    async def outer_404(request):
        return 'outer', 404
    outer.mount(inner, '/inner', local=True)
    app.mount(outer, '/outer', local=True)
    assert await text(app, '/outer/inner/nothing') == (404, 'inner')
    assert await text(app, '/outer/nothing') == (404, 'outer')
    assert await text(app, '/nothing') == (404, 'Not found')


async def test_of_nested_local_applications_the_innermost_counts():
    ran = []
    inner, outer, app = application('inner', '/foo'), application('outer', '/foo'), application('app', '/foo')
    for sub, name in ((inner, 'inner'), (outer, 'outer'), (app, 'app')):
        add_handlers(sub, name, ran)
    outer.mount(inner, '/inner', local=True)
    app.mount(outer, '/outer', local=True)
    await get(app, '/outer/inner/foo')
    assert ran == ['before app', 'before inner', 'after inner', 'after app']
    ran.clear()
    await get(app, '/outer/foo')
    assert ran == ['before app', 'before outer', 'after outer', 'after app']


# Mounting again

async def test_mounted_twice():
    ran = []
    app, sub = Microdot(), application('sub', '/foo')
    add_handlers(sub, 'sub', ran)
    app.mount(sub, '/one')
    app.mount(sub, '/two')
    assert await get(app, '/one/foo') == ('sub', '/one')
    assert ran == ['before sub', 'after sub']
    ran.clear()
    assert await get(app, '/two/foo') == ('sub', '/two')
    assert ran == ['before sub', 'after sub']
    ran.clear()
    add_handlers(sub, 'later', ran)
    assert await get(app, '/two/foo') == ('sub', '/two')
    assert ran == ['before sub', 'before later', 'after sub', 'after later']


async def test_mounted_on_two_applications():
    ran = []
    one, two, sub = Microdot(), Microdot(), application('sub', '/foo')
    add_handlers(sub, 'sub', ran)

    @sub.errorhandler(404)
    async def not_found(request):
        return 'sub', 404
    one.mount(sub, '/one')
    two.mount(sub, '/two')
    for app, path, prefix in ((one, '/one/foo', '/one'), (two, '/two/foo', '/two')):
        ran.clear()
        assert await get(app, path) == ('sub', prefix)
        assert ran == ['before sub', 'after sub']
        assert await text(app, '/nothing') == (404, 'sub')


async def test_mounted_twice_as_local():
    ran = []
    one, two, sub = Microdot(), Microdot(), application('sub', '/foo')
    add_handlers(sub, 'sub', ran)
    one.mount(sub, '/one', local=True)
    one.mount(sub, '/again', local=True)
    two.mount(sub, '/two', local=True)
    for app, path in ((one, '/one/foo'), (one, '/again/foo'), (two, '/two/foo')):
        ran.clear()
        assert (await get(app, path))[0] == 'sub'
        assert ran == ['before sub', 'after sub']


def mounted_as_local_and_not(local_first, ran):
    one, two, sub = Microdot(), Microdot(), application('sub', '/foo')
    add_handlers(one, 'one', ran)
    add_handlers(two, 'two', ran)
    add_handlers(sub, 'sub', ran)

    @sub.errorhandler(404)
    async def not_found(request):
        return 'sub', 404
    if local_first:
        one.mount(sub, '/one', local=True)
    two.mount(sub, '/two')
    if not local_first:
        one.mount(sub, '/one', local=True)
    return one, two, sub


async def test_mounted_as_local_on_one_of_two_applications():
    for local_first in (True, False):
        ran = []
        one, two, sub = mounted_as_local_and_not(local_first, ran)
        assert await get(one, '/one/foo') == ('sub', '/one')
        assert ran == ['before one', 'before sub', 'after sub', 'after one']
        ran.clear()
        assert await get(two, '/two/foo') == ('sub', '/two')
        assert ran == ['before two', 'before sub', 'after two', 'after sub']
        ran.clear()
        assert await text(one, '/one/nothing') == (404, 'sub')
        assert ran == ['after error sub', 'after error one']
        ran.clear()
        assert await text(one, '/nothing') == (404, 'Not found')
        assert ran == ['after error one']
        ran.clear()
        assert await text(two, '/two/nothing') == await text(two, '/nothing') == (404, 'sub')
        assert ran == ['after error two', 'after error sub'] * 2
        ran.clear()
        add_handlers(sub, 'later', ran)
        await get(one, '/one/foo')
        assert ran == ['before one', 'before sub', 'before later', 'after sub', 'after later', 'after one']
        ran.clear()
        await get(two, '/two/foo')
        assert ran == ['before two', 'before sub', 'before later', 'after two', 'after sub', 'after later']

        @two.errorhandler(404)
        async def not_found(request):
            return 'two', 404
        assert await text(two, '/two/nothing') == (404, 'two')
        assert await text(one, '/one/nothing') == (404, 'sub')

        @sub.errorhandler(404)
        async def not_found_later(request):
            return 'later', 404
        assert await text(two, '/two/nothing') == await text(one, '/one/nothing') == (404, 'later')


async def test_mounted_as_local_and_not_on_one_application():
    for local in (True, False):
        ran = []
        app, sub = Microdot(), application('sub', '/foo')
        add_handlers(sub, 'sub', ran)
        app.mount(sub, '/a', local=local)
        app.mount(sub, '/b', local=not local)
        for path in ('/a/foo', '/b/foo'):
            ran.clear()
            assert (await get(app, path))[0] == 'sub'
            assert ran == ['before sub', 'after sub']


async def test_mounted_as_local_and_through_another():
    ran = []
    one, two, middle, sub = Microdot(), Microdot(), Microdot(), application('sub', '/foo')
    add_handlers(sub, 'sub', ran)
    one.mount(sub, '/one', local=True)
    middle.mount(sub, '/sub')
    two.mount(middle, '/two')
    for app, path in ((one, '/one/foo'), (two, '/two/sub/foo')):
        ran.clear()
        assert (await get(app, path))[0] == 'sub'
        assert ran == ['before sub', 'after sub']


async def test_an_error_in_a_handler_of_a_sub_application():
    app, sub = Microdot(), application('sub', '/foo')

    @sub.before_request
    async def fail(request):
        raise KeyError('x')
    app.mount(sub, '/sub', local=True)
    with captured_log() as lines:
        assert await get(app, '/sub/foo') == 500
    assert len(lines) == 1
