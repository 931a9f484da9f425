# The start and the end of an application, as far as they need no server.

import asyncio

from tools import captured_log, only, raises, raises_async

from microdot import Microdot


def add(app, name, ran):
    @app.on_startup
    async def start(name=name):
        ran.append('start ' + name)

    @app.on_shutdown
    def stop(name=name):
        ran.append('stop ' + name)


async def test_the_order():
    app = Microdot()
    ran = []
    add(app, '1', ran)
    add(app, '2', ran)
    await app.run_startup_handlers()
    assert ran == ['start 1', 'start 2']
    ran.clear()
    await app.run_shutdown_handlers()
    assert ran == ['stop 2', 'stop 1']


async def test_a_start_that_fails():
    app = Microdot()
    ran = []

    @app.on_startup
    async def fail():
        raise KeyError('x')
    add(app, '1', ran)
    assert (await raises_async(KeyError, app.run_startup_handlers())).args == ('x',)
    assert ran == []


async def test_an_end_that_fails():
    app = Microdot()
    ran = []
    exc = KeyError('x')
    add(app, '1', ran)

    @app.on_shutdown
    async def fail():
        raise exc
    with captured_log() as lines:
        await app.run_shutdown_handlers()
    assert ran == ['stop 1']
    assert [logged for _, logged in lines] == [exc]


async def test_sub_applications():
    for local in (False, True):
        app, sub = Microdot(), Microdot()
        ran = []
        add(app, 'app', ran)
        add(sub, 'sub', ran)
        app.mount(sub, '/sub', local=local)
        app.mount(sub, '/again', local=local)
        add(sub, 'later', ran)
        await app.run_startup_handlers()
        assert ran == ['start app', 'start sub', 'start later']
        ran.clear()
        await app.run_shutdown_handlers()
        assert ran == ['stop later', 'stop sub', 'stop app']


async def test_an_application_without_handlers():
    app = Microdot()
    await app.run_startup_handlers()
    await app.run_shutdown_handlers()


def test_attributes_of_an_application():
    app = Microdot()
    assert app.url_map == []
    assert app.before_request_handlers == []
    assert app.after_request_handlers == []
    assert app.after_error_request_handlers == []
    assert app.error_handlers == {}
    assert app.options_handler == app.default_options_handler
    assert app.ssl is False
    assert app.debug is False
    assert app.server is None


def test_shutdown_before_the_start():
    Microdot().shutdown()


@only('micropython', 'CPython can start to serve later')
async def test_start_serving_later():
    assert await raises_async(ValueError, Microdot().start_server(port=0, start_serving=False))


@only('micropython', 'CPython can listen on a socket that is given')
async def test_a_socket_that_is_given():
    exc = await raises_async(ValueError, Microdot().start_server(sock=1))
    assert str(exc) == 'start_serving=False is not supported on this platform, nor is sock'


def test_applications_are_made_outside_a_loop():
    app = Microdot()
    ran = []
    add(app, '1', ran)
    asyncio.run(app.run_startup_handlers())
    asyncio.run(app.run_startup_handlers())
    assert ran == ['start 1', 'start 1']


async def test_a_malformed_route_keeps_the_server_from_starting():
    app = Microdot()
    started = []
    app.on_startup(lambda: started.append(1))
    app.route('/users/<id')(lambda request, id: id)
    exc = await raises_async(ValueError, app.start_server('127.0.0.1', 0))
    assert str(exc) == 'no > at the end of a segment in /users/<id'
    assert started == []


def test_an_event_loop_that_is_not_known():
    assert str(raises(ValueError, Microdot().run, loop='uvloop2')) == 'unknown event loop uvloop2'
