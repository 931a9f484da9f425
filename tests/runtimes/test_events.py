# Server-sent events over real sockets, read by a strict client and by those of other projects.

import asyncio
import json
import subprocess
import time

import pytest
from tests.conftest import require
from tests.runtimes.client import Client
from tests.runtimes.conftest import free_port

from microdot.test_client.events import EventReader

NUMBERS = [{'number': number} for number in range(1, 11)]
SOON = 5  # seconds, on a machine that has other things to do


@pytest.fixture(params=['close', 'reset', 'end'])
def leave(request):
    """Give each way to leave: closing, with a reset, and by ending this side and waiting."""
    return getattr(Client, request.param)


def check(events):
    """Look at the events of a count to ten, as bytes."""
    events = EventReader().feed(events)
    assert [event['data_json'] for event in events[:10]] == NUMBERS
    assert [event['event_id'] for event in events[:10]] == [str(number) for number in range(1, 11)]
    assert (events[10]['event'], events[10]['data']) == ('end', b'first\nsecond')
    assert len(events) == 11


def test_events_come_as_they_are_sent(server):
    client = server.client()
    client.ask('GET', '/events-of/count')
    response = client.head()
    assert response.headers['content-type'] == 'text/event-stream'
    assert response.headers['cache-control'] == 'no-cache'
    assert response.headers['x-accel-buffering'] == 'no'
    assert response.framing == 'chunked'
    times = []
    for chunk in client.chunks():
        times.append(time.monotonic())
        response.body += chunk
    check(response.body)
    assert times[-1] - times[0] > 0.4
    assert client.get('/').status == 200, 'the connection is kept'


def test_goes_on_after_the_last_event(server):
    response = server.client().get('/events-of/count', Last_Event_ID='9')
    assert [event['event_id'] for event in EventReader().feed(response.body)] == ['10', None]


def test_events_for_1_0(server):
    response = server.client().request('GET', '/events-of/count', version='1.0')
    assert response.framing == 'close'
    check(response.body)


def test_head_starts_nothing(server):
    client = server.client()
    response = client.request('HEAD', '/events-of/silent?key=events-head')
    assert response.headers['content-type'] == 'text/event-stream'
    assert client.get('/').status == 200
    assert server.events('events-head', 'responded 200') == ['responded 200']


def test_comments_keep_a_silent_stream_alive(server):
    client = server.client()
    client.ask('GET', '/events-of/silent')
    client.head()
    chunks = client.chunks()
    assert [next(chunks) for _ in range(2)] == [b':\n\n'] * 2


def test_an_error_cuts_the_stream(server):
    client = server.client()
    client.ask('GET', '/events-of/fails')
    assert client.head().status == 200
    chunks = client.chunks()
    assert next(chunks) == b'data: before\n\n'
    with pytest.raises(Exception, match='closed'):
        list(chunks)
    server.said('ZeroDivisionError: an error after the first event')


@pytest.mark.parametrize('kind', ['silent', 'endless'])
def test_leaving_cancels_the_handler_once(server, kind, leave):
    key = f'{kind}-{leave.__name__}'
    client = server.client()
    client.ask('GET', f'/events-of/{kind}?key={key}')
    client.head()
    next(client.chunks())
    leave(client)
    if kind == 'endless' and leave is Client.end:
        return  # who ends this side alone may go on reading
    assert server.events(key, 'responded 200') == ['started', 'cancelled', 'ended', 'responded 200']


def test_leaving_is_noticed_soon_at_usual_settings(runtime):
    with runtime.started() as server:
        client = server.client()
        client.ask('GET', '/events-of/silent?key=soon')
        client.head()
        server.told('soon', 'started')
        client.close()
        left = time.monotonic()
        assert server.events('soon', 'responded 200') == ['started', 'cancelled', 'ended', 'responded 200']
        assert time.monotonic() - left < SOON


def test_shutdown_ends_the_events_in_order(runtime):
    with runtime.started(Server_tick=0.05) as server:
        client = server.client()
        client.ask('GET', '/events-of/endless?key=shutdown')
        client.head()
        chunks = client.chunks()
        next(chunks)
        assert server.get('/shutdown').status == 200
        list(chunks)  # up to the last, which says that nothing is missing
        assert server.ends() == 0
        assert 'shutdown: cancelled' in server.printed
        assert 'Still running' not in server.printed


def test_a_slow_client_holds_the_handler_back(server, runtime):
    key = 'slow-events'
    count = 10_000 if runtime.small else 20_000
    client = server.client(receive_buffer=4096)
    client.ask('GET', f'/large-events?key={key}&count={count}')
    client.head()
    sent = -1
    while (now := server.told(key)['count']) != sent:
        sent = now
        time.sleep(0.3)
    assert sent < count - 1
    events = EventReader()
    numbers = [int(event['data'][:6]) for chunk in client.chunks() for event in events.feed(chunk)]
    assert numbers == list(range(count))


# What a reader of the documentation tries.

def test_e054_a_counter_that_ends_when_the_client_leaves(runtime):
    port = free_port()
    process = runtime.script('''
import asyncio

from microdot import Microdot
from microdot.sse import with_sse

app = Microdot()


@app.route('/count')
@with_sse
async def count(request, sse):
    number = 0
    try:
        while True:
            await asyncio.sleep(0.1)
            number += 1
            await sse.send({'number': number})
    except asyncio.CancelledError:
        print('counted to', number)
        raise


app.run(port=%d)
''' % port, port=port)
    try:
        assert process.accepts(), process.printed
        client = process.client()
        client.ask('GET', '/count')
        client.head()
        chunks = client.chunks()
        assert [next(chunks) for _ in range(2)] == [b'data: {"number": 1}\n\n', b'data: {"number": 2}\n\n']
        client.close()
        assert process.says(r'counted to \d+')
        process.assert_no_trouble()
    finally:
        process.close_clients()
        process.kill()


# Clients of other projects.

def test_curl(server):
    require('curl')
    url = f'http://127.0.0.1:{server.port}/events-of/count'
    check(subprocess.run(['curl', '-sSN', '--max-time', '15', url], capture_output=True, check=True).stdout)


def test_httpx(server):
    import httpx

    url = f'http://127.0.0.1:{server.port}/events-of/count'
    with httpx.stream('GET', url, trust_env=False) as response:
        assert response.headers['content-type'] == 'text/event-stream'
        data = [json.loads(line[6:]) for line in response.iter_lines() if line.startswith('data: {')]
    assert data == NUMBERS


async def test_aiohttp(server):
    import aiohttp

    url = f'http://127.0.0.1:{server.port}/events-of/'
    async with aiohttp.ClientSession() as session:
        async with session.get(url + 'count') as response:
            assert response.content_type == 'text/event-stream'
            check(await response.content.read())
        async with session.get(url + 'endless?key=aiohttp') as response:
            assert await response.content.readline() == b'id: 1\n'
    events = await asyncio.to_thread(server.events, 'aiohttp', 'responded 200')
    assert events == ['started', 'cancelled', 'ended', 'responded 200']
