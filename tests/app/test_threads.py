# Plain functions run in threads, on a Python that has them.

import asyncio
import time

from tools import captured_log, changed, only, raises_async

from microdot import Microdot, Response, abort
from microdot.microdot import invoke_handler
from microdot.test_client import TestClient

NO_THREADS = 'MicroPython calls plain functions in the event loop'


@only('cpython', NO_THREADS)
async def test_plain_functions_run_in_threads():
    from threading import get_ident

    app = Microdot()
    loop_thread = get_ident()
    seen = {}

    def see(name):
        seen[name] = get_ident() != loop_thread

    @app.before_request
    def before(request):
        see('before')

    @app.after_request
    def after(request, response):
        see('after')

    @app.after_error_request
    def after_error(request, response):
        see('after error')

    @app.errorhandler(404)
    def not_found(request):
        see('404')

    @app.errorhandler(ZeroDivisionError)
    def zero(request, exc):
        see('zero')
        return 'zero'

    @app.get('/')
    def index(request):
        see('index')
        request.after_request(own)
        request.after_response(responded)
        return 'index'

    def own(request, response):
        see('own')

    def responded(request, response):
        see('responded')

    @app.get('/zero')
    async def fail(request):
        see('async')
        raise ZeroDivisionError
    client = TestClient(app)
    for path in ('/', '/zero', '/nothing'):
        await client.get(path)
    assert seen.pop('async') is False
    assert seen == dict.fromkeys(
        ['before', 'after', 'after error', '404', 'zero', 'index', 'own', 'responded'], True)


@only('cpython', NO_THREADS)
async def test_plain_and_async_handlers_make_progress_together():
    app = Microdot()
    order = []

    @app.get('/async/<name>')
    async def asynchronous(request, name):
        order.append('start ' + name)
        await asyncio.sleep(0.2)
        order.append('end ' + name)
        return name

    @app.get('/plain/<name>')
    def plain(request, name):
        order.append('start ' + name)
        time.sleep(0.2)
        order.append('end ' + name)
        return name
    client = TestClient(app)
    responses = await asyncio.gather(*[client.get(path) for path in ('/async/1', '/plain/2', '/async/3', '/plain/4')])
    assert [response.text for response in responses] == ['1', '2', '3', '4']
    assert sorted(order[:4]) == ['start 1', 'start 2', 'start 3', 'start 4']
    assert sorted(order[4:]) == ['end 1', 'end 2', 'end 3', 'end 4']


@only('cpython', NO_THREADS)
async def test_context_variables_are_carried_there_and_back():
    from contextvars import ContextVar

    variable = ContextVar('variable', default='default')
    app = Microdot()

    @app.before_request
    def before(request):
        assert variable.get() == 'outside'
        variable.set('before')

    @app.get('/')
    async def index(request):
        assert variable.get() == 'before'
        variable.set('index')
        return 'index'

    @app.after_request
    def after(request, response):
        response.headers['X-Value'] = variable.get()
        variable.set('after')
    variable.set('outside')
    response = await TestClient(app).get('/')
    assert response.headers['X-Value'] == 'index'
    assert variable.get() == 'after'


@only('cpython', NO_THREADS)
async def test_context_variables_of_a_function_that_fails():
    from contextvars import ContextVar

    variable = ContextVar('variable')

    def fail():
        variable.set('set')
        raise KeyError('x')
    await raises_async(KeyError, invoke_handler(fail))
    assert variable.get() == 'set'


@only('cpython', NO_THREADS)
async def test_context_variables_of_requests_at_the_same_time():
    from contextvars import ContextVar

    variable = ContextVar('variable', default=None)
    app = Microdot()

    @app.before_request
    def before(request):
        assert variable.get() is None
        variable.set(request.path)
        time.sleep(0.01)

    @app.get('/<name>')
    def show(request, name):
        time.sleep(0.01)
        return variable.get()
    paths = ['/%d' % i for i in range(20)]
    responses = await asyncio.gather(*[asyncio.create_task(TestClient(app).get(path)) for path in paths])
    assert [response.text for response in responses] == paths


@only('cpython', NO_THREADS)
async def test_exceptions_come_back():
    app = Microdot()

    @app.get('/abort')
    def aborts(request):
        abort(406, 'no')

    @app.get('/fail')
    def fail(request):
        raise KeyError('x')

    @app.get('/stop')
    def stop(request):
        raise StopIteration
    client = TestClient(app)
    assert (await client.get('/abort')).text == 'no'
    with captured_log() as lines:
        assert (await client.get('/fail')).status_code == 500
        assert (await client.get('/stop')).status_code == 500
    assert isinstance(lines[0][1], KeyError)
    assert isinstance(lines[1][1], RuntimeError)


@only('cpython', NO_THREADS)
async def test_coroutines_that_a_plain_function_returns_run_in_the_loop():
    from threading import get_ident

    thread = get_ident()

    async def inner():
        await asyncio.sleep(0)
        return get_ident()

    def outer():
        assert get_ident() != thread
        return inner()
    assert await invoke_handler(outer) == thread


@only('cpython', NO_THREADS)
async def test_async_callable_objects_run_in_the_loop():
    from functools import partial
    from threading import get_ident

    class Callable:
        async def __call__(self, *args):
            return get_ident()

        async def method(self, *args):
            return get_ident()
    thread = get_ident()
    assert await invoke_handler(Callable()) == thread
    assert await invoke_handler(Callable().method) == thread
    assert await invoke_handler(partial(Callable().method, 1)) == thread
    assert await invoke_handler(get_ident) != thread


@only('cpython', NO_THREADS)
async def test_a_generator_of_a_plain_function_runs_in_threads():
    from threading import get_ident

    thread = get_ident()
    seen = []
    app = Microdot()

    def pieces():
        try:
            for _ in range(3):
                seen.append(get_ident() != thread)
                yield 'x'
        finally:
            seen.append(get_ident() != thread)

    @app.get('/')
    def index(request):
        return pieces()
    assert (await TestClient(app).get('/')).text == 'xxx'
    assert seen == [True] * 4


@only('cpython', NO_THREADS)
async def test_a_generator_of_an_async_function_runs_in_the_loop():
    from threading import get_ident

    thread = get_ident()
    seen = []
    app = Microdot()

    def pieces():
        seen.append(get_ident() == thread)
        yield 'x'

    @app.get('/')
    async def index(request):
        return Response(pieces())
    assert (await TestClient(app).get('/')).text == 'x'
    assert seen == [True]


@only('cpython', NO_THREADS)
async def test_a_function_goes_on_when_its_request_is_cancelled():
    from threading import Event

    app = Microdot()
    go_on, ended = Event(), Event()

    @app.get('/')
    def index(request):
        go_on.wait(5)
        ended.set()
        return 'index'
    task = asyncio.create_task(TestClient(app).get('/'))
    await asyncio.sleep(0.05)
    task.cancel()
    await raises_async(asyncio.CancelledError, task)
    go_on.set()
    assert await asyncio.get_running_loop().run_in_executor(None, ended.wait, 5)


@only('cpython', NO_THREADS)
async def test_more_functions_than_threads():
    app = Microdot()

    @app.get('/<int:n>')
    def show(request, n):
        time.sleep(0.002)
        return str(n)
    client = TestClient(app)
    responses = await asyncio.gather(*[client.get('/%d' % n) for n in range(100)])
    assert [response.text for response in responses] == [str(n) for n in range(100)]


@only('cpython', NO_THREADS)
def test_several_loops():
    app = Microdot()

    @app.get('/')
    def index(request):
        return 'index'
    for _ in range(3):
        assert asyncio.run(TestClient(app).get('/')).text == 'index'


@only('micropython', 'CPython has threads for it')
async def test_plain_functions_run_in_the_loop():
    app = Microdot()
    seen = []

    @app.get('/')
    def index(request):
        seen.append(asyncio.current_task())
        return 'index'
    assert (await TestClient(app).get('/')).text == 'index'
    assert seen == [asyncio.current_task()]


@only('cpython', NO_THREADS)
async def test_a_body_is_closed_although_who_closes_it_is_cancelled():
    from microdot.core.threads import threads

    class Body:
        closed = False

        def read(self, n):
            return b''

        def close(self):
            self.closed = True

    body = Body()
    response = Response(body)
    response.threaded = True
    jobs = []
    with changed(threads, _submit=jobs.append):
        closing = asyncio.create_task(response.close())
        while not jobs:
            await asyncio.sleep(0)
        closing.cancel()
        await raises_async(asyncio.CancelledError, closing)
    jobs[0]()
    assert body.closed
    await asyncio.sleep(0)
