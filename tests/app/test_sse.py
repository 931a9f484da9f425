# Server-sent events: what is sent, when a handler runs, and what becomes of it.

import asyncio

from tools import ErrorGroup, captured_log, changed, only, raises_async

from microdot import Microdot, Request, Response
from microdot.sse import SSE, sse_response, with_sse
from microdot.test_client import TestClient

REQUEST = Request(None, ('127.0.0.1', 1), 'GET', '/', '1.1', {})


async def events_of(function):
    """Return the body of the response of a decorated function, which the test has to close."""
    return (await function(REQUEST))[0]


async def until(condition):
    """Let others run until something is so."""
    for _ in range(1000):
        if condition():
            return
        await asyncio.sleep(0.001)
    raise AssertionError('it does not come about')


# What is sent

async def test_events_of_every_kind():
    app = Microdot()

    @app.route('/')
    @with_sse
    async def index(request, sse):
        await sse.send('text')
        await sse.send(b'bytes', event='kind')
        await sse.send({'a': 1}, event_id=7, retry=2.5)
        await sse.send([1, 'b'], event='list', event_id='x', retry=0)
        await sse.send(42, event_id='')
        await sse.send('one\r\ntwo\rthree\n')
        await sse.send('a comment\nof two lines', event='ignored', comment=True)
    response = await TestClient(app).get('/')
    assert response.body == (
        b'data: text\n\n'
        b'event: kind\ndata: bytes\n\n'
        b'retry: 2500\nid: 7\ndata: {"a": 1}\n\n'
        b'retry: 0\nevent: list\nid: x\ndata: [1, "b"]\n\n'
        b'id: \ndata: 42\n\n'
        b'data: one\ndata: two\ndata: three\ndata: \n\n'
        b': a comment\n: of two lines\n\n')
    assert response.events == [
        {'data': b'text', 'data_json': None, 'event': None, 'event_id': None, 'retry': None},
        {'data': b'bytes', 'data_json': None, 'event': 'kind', 'event_id': None, 'retry': None},
        {'data': b'{"a": 1}', 'data_json': {'a': 1}, 'event': None, 'event_id': '7', 'retry': 2.5},
        {'data': b'[1, "b"]', 'data_json': [1, 'b'], 'event': 'list', 'event_id': 'x', 'retry': 0},
        {'data': b'42', 'data_json': 42, 'event': None, 'event_id': '', 'retry': None},
        {'data': b'one\ntwo\nthree\n', 'data_json': None, 'event': None, 'event_id': None, 'retry': None},
    ]


async def test_the_head():
    app = Microdot()

    @app.route('/')
    @with_sse
    async def index(request, sse):
        pass
    response = await TestClient(app).get('/')
    assert response.status_code == 200
    assert response.headers == {
        'Content-Type': 'text/event-stream', 'Cache-Control': 'no-cache', 'X-Accel-Buffering': 'no'}
    assert response.body == b''
    assert response.events == []


async def test_line_ends_and_nul_are_refused_at_the_call():
    sse = SSE()
    for value in ('a\nb', 'a\rb', 'a\0b', '\n'):
        await raises_async(ValueError, sse.send('x', event=value))
        await raises_async(ValueError, sse.send('x', event_id=value))
    await raises_async(ValueError, sse.send('x', retry=-1))
    assert sse.queue == []
    assert not sse.event.is_set()


async def test_what_is_sent_waits_in_the_queue():
    sse = SSE()
    await sse.send('x')
    await sse.send('y', comment=True)
    assert sse.queue == [b'data: x\n\n', b': y\n\n']
    assert sse.event.is_set()


# The routes

async def test_placeholders_and_other_arguments():
    app = Microdot()

    @app.route('/<int:number>')
    @with_sse
    async def index(request, sse, number):
        await sse.send([request.path, number])

    async def send(request, sse, *args, **kwargs):
        await sse.send([request.path, list(args), kwargs])

    @app.route('/function')
    async def function(request):
        return sse_response(request, send, 1, 2, keepalive='mine')

    @app.route('/plain')
    def plain(request):
        return sse_response(request, send)
    client = TestClient(app)
    assert (await client.get('/5')).events[0]['data_json'] == ['/5', 5]
    assert (await client.get('/function')).events[0]['data_json'] == ['/function', [1, 2], {'keepalive': 'mine'}]
    assert (await client.get('/plain')).events[0]['data_json'] == ['/plain', [], {}]


def test_the_parts_of_a_response():
    async def send(request, sse):
        pass
    body, status, headers = sse_response(REQUEST, send)  # without a loop: nothing runs yet
    assert status == 200
    assert headers['Content-Type'] == 'text/event-stream'
    assert body.__aiter__() is body


async def test_last_event_id():
    app = Microdot()

    @app.route('/')
    @with_sse
    async def index(request, sse):
        await sse.send([sse.last_event_id])
    client = TestClient(app)
    for headers, expected in (
        ({'Last-Event-ID': '17'}, '17'), ({'last-event-id': 'caf\xe9'}, 'caf\xe9'), ({'Last-Event-ID': ''}, ''), ({}, None)
    ):
        assert (await client.get('/', headers)).events[0]['data_json'] == [expected]
    assert SSE().last_event_id is None


async def test_head_starts_nothing():
    app = Microdot()
    started = []

    @app.route('/')
    @with_sse
    async def index(request, sse):
        started.append(1)
        await asyncio.sleep(100)
    response = await TestClient(app).request('HEAD', '/')
    assert response.headers['Content-Type'] == 'text/event-stream'
    await asyncio.sleep(0.01)
    assert started == []


async def test_a_response_that_is_replaced_starts_nothing():
    app = Microdot()
    started = []

    @app.route('/')
    @with_sse
    async def index(request, sse):
        started.append(1)

    @app.after_request
    async def replace(request, response):
        return Response('replaced')
    assert (await TestClient(app).get('/')).text == 'replaced'
    await asyncio.sleep(0.01)
    assert started == []


# Keep-alive

async def test_comments_while_nothing_is_sent():
    @with_sse(keepalive=0.04)
    async def silent(request, sse):
        await asyncio.sleep(100)
    events = await events_of(silent)
    for _ in range(3):
        assert await events.__anext__() == b':\n\n'
    await events.aclose()


async def test_no_comments_while_something_is_sent():
    @with_sse(keepalive=5)
    async def busy(request, sse):
        for number in range(5):
            await asyncio.sleep(0.01)
            await sse.send(number)
    events = await events_of(busy)
    pieces = []
    async for piece in events:
        pieces.append(piece)
    assert pieces == [b'data: %d\n\n' % number for number in range(5)]
    await events.aclose()


async def test_no_keep_alive():
    @with_sse(keepalive=None)
    async def silent(request, sse):
        await asyncio.sleep(0.1)
    events = await events_of(silent)
    await raises_async(StopAsyncIteration, events.__anext__())
    await events.aclose()


# Back-pressure

async def test_sending_waits_for_a_slow_client():
    sent = []

    @with_sse
    async def fast(request, sse):
        for number in range(10):
            await sse.send(number)
            sent.append(number)
    with changed(SSE, max_queue_length=3):
        events = await events_of(fast)
        assert await events.__anext__() == b'data: 0\n\ndata: 1\n\ndata: 2\n\n'
        await until(lambda: len(sent) == 6)
        await asyncio.sleep(0.01)
        assert len(sent) == 6
        assert await events.__anext__() == b'data: 3\n\ndata: 4\n\ndata: 5\n\n'
        assert await events.__anext__() == b'data: 6\n\ndata: 7\n\ndata: 8\n\n'
        assert await events.__anext__() == b'data: 9\n\n'
        await raises_async(StopAsyncIteration, events.__anext__())
        assert len(sent) == 10
        await events.aclose()


async def test_several_tasks_send():
    @with_sse
    async def many(request, sse):
        async def send(name):
            for number in range(3):
                await sse.send('%s%d' % (name, number))
        await asyncio.gather(send('a'), send('b'), send('c'))
    with changed(SSE, max_queue_length=2):
        events = await events_of(many)
        lines = b''
        while lines.count(b'data') < 9:
            lines += await events.__anext__()
        for name in b'abc':
            assert [line[-1:] for line in lines.split(b'\n') if line[6:7] == bytes((name,))] == [b'0', b'1', b'2']
        await raises_async(StopAsyncIteration, events.__anext__())
        await events.aclose()


# The end

async def test_what_was_sent_before_the_end_is_delivered():
    @with_sse
    async def short(request, sse):
        await sse.send('a')
        await sse.send('b')
    events = await events_of(short)
    assert await events.__anext__() == b'data: a\n\ndata: b\n\n'
    await raises_async(StopAsyncIteration, events.__anext__())
    await raises_async(StopAsyncIteration, events.__anext__())
    await events.aclose()


async def test_an_exception_comes_out_after_what_was_sent():
    @with_sse
    async def fails(request, sse):
        await sse.send('a')
        raise KeyError('b')
    events = await events_of(fails)
    assert await events.__anext__() == b'data: a\n\n'
    assert (await raises_async(KeyError, events.__anext__())).args == ('b',)
    await raises_async(StopAsyncIteration, events.__anext__())
    with captured_log() as lines:
        await events.aclose()
    assert lines == []
    app = Microdot()
    app.route('/')(fails)
    assert (await raises_async(KeyError, TestClient(app).get('/'))).args == ('b',)


async def test_what_is_no_coroutine_function():
    @with_sse
    def plain(request, sse):
        pass
    events = await events_of(plain)
    await raises_async(TypeError, events.__anext__())
    await events.aclose()


async def check_cancelled(waits):
    seen = []

    @with_sse
    async def endless(request, sse):
        seen.append('started')
        try:
            if waits:
                await asyncio.sleep(100)
            while True:
                await sse.send('more')
        except asyncio.CancelledError:
            seen.append('cancelled')
            await asyncio.sleep(0.01)
            seen.append('clean')
            raise
    events = await events_of(endless)
    if waits:
        task = asyncio.create_task(events.__anext__())
        await until(lambda: seen)
        task.cancel()
        await raises_async(asyncio.CancelledError, task)
    else:
        await events.__anext__()
    await events.aclose()
    assert seen == ['started', 'cancelled', 'clean']
    await events.aclose()
    await raises_async(StopAsyncIteration, events.__anext__())
    assert len(seen) == 3


async def test_closing_cancels_once_and_waits_for_the_cleanup():
    await check_cancelled(waits=True)
    await check_cancelled(waits=False)


async def test_closing_before_the_function_runs():
    started = []

    @with_sse
    async def function(request, sse):
        started.append(1)
    events = await events_of(function)
    await events.aclose()
    await raises_async(StopAsyncIteration, events.__anext__())
    assert started == []


async def test_sending_when_the_client_has_left():
    box = []

    @with_sse
    async def function(request, sse):
        box.append(sse)
        try:
            await asyncio.sleep(100)
        finally:
            box.append(await raises_async(OSError, sse.send('bye')))
            await sse.send('bye')  # the client's leaving is no error of the function
    with changed(SSE, max_queue_length=1):
        events = await events_of(function)
        first = asyncio.create_task(events.__anext__())
        await until(lambda: box)
        await box[0].send('x')
        assert await first == b'data: x\n\n'
        await box[0].send('y')
        waiting = asyncio.create_task(raises_async(OSError, box[0].send('z')))
        await asyncio.sleep(0.01)
        with captured_log() as lines:
            await events.aclose()
        assert (await waiting).args[0] == 32
        assert box[1].args[0] == 32
        assert lines == []
        await raises_async(OSError, box[0].send('later'))
        assert box[0].queue == []


async def test_an_exception_while_cleaning_up_is_logged():
    started = []

    @with_sse
    async def function(request, sse):
        started.append(1)
        try:
            await asyncio.sleep(100)
        finally:
            raise KeyError('x')
    events = await events_of(function)
    task = asyncio.create_task(events.__anext__())
    await until(lambda: started)
    task.cancel()
    await raises_async(asyncio.CancelledError, task)
    with captured_log() as lines:
        await events.aclose()
    assert [exc.args for _, exc in lines] == [('x',)]


@only('cpython', 'it has groups of exceptions')
async def test_a_group_of_errors_that_say_that_the_client_left_is_not_logged():
    async def errors_of(errors):
        @with_sse
        async def function(request, sse):
            try:
                await sse.send('hello')
                await asyncio.sleep(100)
            finally:
                raise ErrorGroup(await raises_async(OSError, sse.send('bye')), *errors)
        events = await events_of(function)
        await events.__anext__()
        with captured_log() as lines:
            await events.aclose()
        return len(lines)
    assert await errors_of([]) == 0
    assert await errors_of([KeyError('x')]) == 1


async def test_closing_ends_who_waits_for_the_next_event():
    started = []

    @with_sse
    async def function(request, sse):
        started.append(1)
        await asyncio.sleep(100)
    events = await events_of(function)
    task = asyncio.create_task(raises_async(StopAsyncIteration, events.__anext__()))
    await until(lambda: started)
    await events.aclose()
    await task


async def test_a_function_that_is_cancelled_by_what_it_waits_for():
    @with_sse
    async def function(request, sse):
        task = asyncio.create_task(sse.send('x'))
        task.cancel()
        await task
    events = await events_of(function)
    await raises_async(asyncio.CancelledError, events.__anext__())
    await events.aclose()


# What a reader of the documentation tries

async def test_e053_ten_numbered_events_and_one_with_a_name():
    app = Microdot()

    @app.route('/count')
    @with_sse
    async def count(request, sse):
        for number in range(1, 11):
            await asyncio.sleep(0.01)  # a second for a reader
            await sse.send({'number': number}, event_id=number)
        await sse.send('That was all', event='end')
    response = await TestClient(app).get('/count')
    assert response.headers['Content-Type'] == 'text/event-stream'
    assert [event['data_json'] for event in response.events[:10]] == [{'number': number} for number in range(1, 11)]
    assert [event['event_id'] for event in response.events[:10]] == [str(number) for number in range(1, 11)]
    assert [event['event'] for event in response.events] == [None] * 10 + ['end']
    assert response.events[10]['data'] == b'That was all'
