# A test that is connected: to a stream of events, and by a WebSocket.

import asyncio

from tools import changed, raises_async

from microdot import HTTPException, Microdot, Response
from microdot.sse import SSE, with_sse
from microdot.test_client import TestClient

app = Microdot()
listeners = []


@app.route('/count', methods=['GET', 'POST'])
@with_sse
async def count(request, sse):
    for number in range(int(sse.last_event_id or 0), 5):
        await sse.send({'number': number}, event_id=number)
    await sse.send([request.method, request.body.decode(), request.headers['Accept']], event='end')


@app.get('/listen')
@with_sse
async def listen(request, sse):
    listeners.append(sse)
    try:
        await asyncio.sleep(100)
    finally:
        listeners.remove(sse)


# Events

async def test_events_as_they_come():
    numbers = []
    async with TestClient(app).sse('/count') as events:
        assert events.status_code == 200
        assert events.headers['content-type'] == 'text/event-stream'
        async for event in events:
            numbers.append(event['event_id'])
    assert numbers == ['0', '1', '2', '3', '4', None]


async def test_what_is_asked():
    async with TestClient(app).sse('/count', {'Accept': 'text/x'}, 'POST', 'body', '4') as events:
        assert await events.receive() == {
            'data': b'{"number": 4}', 'data_json': {'number': 4}, 'event': None, 'event_id': '4', 'retry': None}
        assert (await events.receive())['data_json'] == ['POST', 'body', 'text/x']
        await raises_async(EOFError, events.receive())
    async with TestClient(app).sse('/count', last_event_id='5') as events:
        assert (await events.receive())['data_json'] == ['GET', '', 'text/event-stream']


async def test_the_application_runs_while_the_client_is_connected():
    async with TestClient(app).sse('/listen') as events:
        assert len(listeners) == 1
        await listeners[0].send('hello')
        assert (await events.receive())['data'] == b'hello'
        receiving = asyncio.create_task(events.receive())
        await asyncio.sleep(0.01)
        await listeners[0].send('later')
        assert (await receiving)['data'] == b'later'
    assert listeners == []


async def test_leaving_cancels_the_handler():
    app = Microdot()
    seen = []

    @app.get('/')
    @with_sse
    async def index(request, sse):
        @request.after_response
        async def after(request, response):
            seen.append('after')
        try:
            while True:
                await sse.send('more')
        except asyncio.CancelledError:
            seen.append('cancelled')
            raise
    with changed(SSE, max_queue_length=2):
        async with TestClient(app).sse('/') as events:
            await events.receive()
            await asyncio.sleep(0.01)
            assert len(events._events) < 200  # a client that does not read holds the application back
            assert seen == []
    assert seen == ['cancelled', 'after']


async def test_what_the_handler_raises():
    app = Microdot()

    @app.get('/')
    @with_sse
    async def index(request, sse):
        await sse.send('before')
        raise KeyError('x')

    async def read():
        async with TestClient(app).sse('/') as events:
            assert (await events.receive())['data'] == b'before'
            assert (await raises_async(KeyError, events.receive())).args == ('x',)

    async def leave():
        async with TestClient(app).sse('/'):
            await asyncio.sleep(0.01)

    async def fail():
        async with TestClient(app).sse('/'):
            await asyncio.sleep(0.01)
            raise ZeroDivisionError
    await read()
    assert (await raises_async(KeyError, leave())).args == ('x',)
    await raises_async(ZeroDivisionError, fail())


async def test_what_is_no_stream_of_events():
    app = Microdot()
    seen = []

    @app.get('/text')
    async def text(request):
        request.after_response(lambda request, response: seen.append(response.status_code))
        return 'text'

    @app.get('/error')
    async def error(request):
        return 'no', 503, {'Content-Type': 'text/event-stream'}

    async def connect(path):
        async with TestClient(app).sse(path):
            seen.append('connected')
    for path, status, reason in (('/text', 200, 'text'), ('/error', 503, 'no'), ('/nothing', 404, 'Not found')):
        refusal = await raises_async(HTTPException, connect(path))
        assert (refusal.status_code, refusal.reason) == (status, reason)
    assert seen == [200]


async def test_events_of_other_makers():
    app = Microdot()

    @app.get('/')
    async def index(request):
        return iter(['data: a\n', b'\ndata: b\n\ndata: c']), {'Content-Type': 'text/event-stream; charset=utf-8'}

    @app.get('/cookie')
    async def cookie(request):
        response = Response(b'data: a\n\n', headers={'Content-Type': 'text/event-stream'})
        response.set_cookie('a', 'b')
        return response
    async with TestClient(app).sse('/') as events:
        assert [(await events.receive())['data'], (await events.receive())['data']] == [b'a', b'b']
        await raises_async(EOFError, events.receive())
    assert [event['data'] for event in (await TestClient(app).get('/')).events] == [b'a', b'b']
    client = TestClient(app)
    async with client.sse('/cookie') as events:
        assert (await events.receive())['data'] == b'a'
    assert client.cookies == {'a': 'b'}
