# What an application does on every server, those of other projects among them, told by what a client sees. What one of them
# cannot do stands in the table of docs/runtimes.md, and is skipped for the reason there. Must not know how a server is built.

import binascii
import contextlib
import os
import re
import shlex
import signal
import sys
import time
from pathlib import Path

import pytest
from tests.conftest import ROOT
from tests.runtimes.client import Client, ClosedEarly
from tests.runtimes.conftest import free_port, json_of
from tests.runtimes.servers import EACH, SERVERS, TABLE
from tests.runtimes.test_behaviour import STREAMS, chunked, settle
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

KIB, MIB = 1024, 1024 * 1024
DEADLINE = 15


@pytest.fixture(scope='module', params=EACH)
def shared(request, running):
    service = running(request.param)
    assert service.accepts(), service.printed
    assert service.text('/') == 'Hello!'
    return service


@pytest.fixture
def service(shared):
    """Give each server in turn, and look after the test that nothing went wrong unsaid."""
    yield shared
    shared.close_clients()
    shared.assert_no_trouble()


# Requests.

def test_tells_the_request(service):
    client = service.client()
    told = json_of(client.request('PUT', '/echo?a=b&c=%C3%A9+d', {'X-Name': 'v1, v2', 'x-other': ''}, b'\x00\xffbody'))
    headers = {name.lower(): value for name, value in told.pop('headers')}
    assert headers == {'host': 'localhost', 'x-name': 'v1, v2', 'x-other': '', 'content-length': '6'}
    address, port = client.socket.getsockname()
    assert told.pop('client') == [address, port if service.has('the port of a client') else 0]
    assert told.pop('version').removeprefix('HTTP/') == '1.1'
    assert told == {'method': 'PUT', 'path': '/echo', 'query': 'a=b&c=%C3%A9+d', 'scheme': 'http', 'length': 6,
                    'body': b'\x00\xffbody'.hex()}
    assert client.get('/sync').body == b'Hello from a function!'


@pytest.mark.parametrize(('path', 'value'), [
    ('a-b.c~d_e', 'a-b.c~d_e'), ('gr%C3%BC%C3%9Fe', 'grüße'), ('a%20b%25+c', 'a b%+c'), ("!$&'()*,;=:@", "!$&'()*,;=:@"),
    ('a%3Fb%23', 'a?b#'),
])
def test_paths(service, path, value):
    assert json_of(service.get(f'/segment/{path}'))['value'] == value


def test_a_slash_in_a_segment(service):
    service.needs('`%2F` within a segment of a path')
    assert json_of(service.get('/segment/a%2Fb%2fc')) == {'value': 'a/b/c', 'path': '/segment/a%2Fb%2fc'}


@pytest.mark.parametrize('path', ['%ff', '%zz'])
def test_a_path_that_cannot_be_decoded(service, path):
    service.needs('400 for a path that is malformed or not UTF-8')
    assert service.get(f'/segment/{path}').status == 400


def test_a_query_that_is_not_ascii(service):
    client = service.client()
    client.send('GET /echo?\u00fc HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n'.encode())
    assert client.line().split()[1] == b'400'


def test_headers_that_are_not_ascii(service):
    service.needs('headers that are not ASCII')
    client = service.client()
    client.send(b'GET /echo HTTP/1.1\r\nHost: a\r\nX-One: caf\xe9\r\nX-Two: caf\xc3\xa9\r\nConnection: close\r\n\r\n')
    headers = {name.lower(): value for name, value in json_of(client.response())['headers']}
    assert (headers['x-one'], headers['x-two']) == ('caf\u00e9', 'caf\u00e9')


def test_a_long_header(service):
    assert dict(json_of(service.client().get('/echo', X_Long='l' * 8000))['headers'])['X-Long'] == 'l' * 8000


def test_repeated_cookies(service):
    service.needs('several `Cookie` headers')
    client = service.client()
    client.send(b'GET /cookies HTTP/1.1\r\nHost: a\r\nCookie: a=1; b=2\r\nCookie: c=3\r\n\r\n')
    head = client.line()
    assert head.startswith(b'HTTP/1.1 200')
    lines = []
    while (line := client.line()) != b'\r\n':
        lines.append(line.decode().strip().lower())
    assert {line for line in lines if line.startswith(('set-cookie:', 'x-number:'))} == {
        'set-cookie: one=1', 'set-cookie: two=2', 'x-number: 7'}
    body = client.take(int(next(line for line in lines if line.startswith('content-length:')).split()[1]))
    assert b'"header": "a=1; b=2; c=3"' in body
    assert b'{"a": "1", "b": "2", "c": "3"}' in body


def test_json_and_forms(service):
    client = service.client()
    assert json_of(client.request('POST', '/json', {'Content-Type': 'application/json'}, b'{"a": [1]}')) == {'json': {'a': [1]}}
    assert client.request('POST', '/json', {'Content-Type': 'application/json'}, b'{').status == 400
    response = client.request('POST', '/form', {'Content-Type': 'application/x-www-form-urlencoded'}, b'name=J%C3%BC&colour=a')
    assert json_of(response) == {'name': 'Jü', 'colours': ['a']}


def test_requests_wait_together(service):
    first, second = service.client(), service.client()
    first.ask('GET', '/together/together')
    second.ask('GET', '/together/together')
    assert (first.response().body, second.response().body) == (b'together', b'together')


# Bodies of requests.

@pytest.mark.parametrize('size', [1, 16384])
def test_a_body_in_memory(service, size):
    client = service.client()
    body = (bytes(range(256)) * 64)[:size]
    assert json_of(client.request('POST', '/echo', body=body))['body'] == body.hex()
    client.ask('POST', '/echo', {'Transfer-Encoding': 'chunked'})
    client.send(chunked(body, 1, 700) + b'0\r\n\r\n')
    told = json_of(client.response())
    assert (told['body'], told['length']) == (body.hex(), size)


def test_no_body(service):
    told = json_of(service.client().request('POST', '/upload', body=b''))
    assert (told['length'], told['reads']) == (0, 0)
    assert json_of(service.client().request('DELETE', '/echo'))['length'] == 0


@pytest.mark.parametrize('framing', ['length', 'chunked'])
def test_a_streamed_body(service, framing):
    body = bytes(range(256)) * 2000
    client = service.client()
    for size in 100, 10**6:
        if framing == 'length':
            client.ask('POST', f'/upload?size={size}', body=body)
        else:
            client.ask('POST', f'/upload?size={size}', {'Transfer-Encoding': 'chunked'})
            client.send(chunked(body, 1, 2, 3, 40000) + b'0\r\n\r\n')
        told = json_of(client.response())
        assert (told['crc'], told['length'], told['body']) == (binascii.crc32(body), len(body), 0)


def test_a_streamed_body_by_other_verbs(service):
    body = b'line\nfour' + b'until;' + b'rest' * 10000
    assert json_of(service.client().request('POST', '/lines', body=body))['read'] == ['line\n', 'four', 'until;', 'rest' * 10000]


def test_a_body_and_a_response_that_are_streamed_together(service):
    client = service.client()
    client.ask('POST', '/transform', body=b't' * 200_000)
    assert client.response().body == b'T' * 200_000


@pytest.mark.parametrize(('framing', 'limit'), [('length', 100_000), ('chunked', 10_000), ('chunked', 100_000)])
def test_a_body_too_long_is_refused(service, framing, limit):
    service.get(f'/limit/{limit}')
    try:
        client = service.client()
        if framing == 'length':
            client.ask('POST', '/upload', {'Content-Length': str(limit + 1)})
        else:
            client.ask('POST', '/upload', {'Transfer-Encoding': 'chunked'})
            client.send(chunked(b'd' * (limit + 1), 5000))
        response = client.response()
        assert (response.status, response.body) == (413, b'Payload too large')
    finally:
        service.get(f'/limit/{2**27}')


def test_a_body_that_nobody_reads(service):
    client = service.client()
    assert client.request('POST', '/unread', body=b'u' * 20000).body == b'not read'
    assert service.client().get('/').status == 200


# Responses.

def test_head_is_get_without_the_body(service):
    client = service.client()
    head = client.request('HEAD', '/big/1234')
    assert (head.status, head.headers['content-length'], head.body) == (200, '1234', b'')
    assert client.request('HEAD', '/stream/iterator?key=head').status == 200
    assert client.get('/').body == b'Hello!'
    assert service.events('head', 'closed', 'responded 200') == ['closed', 'responded 200']


@pytest.mark.parametrize('status', [204, 304])
def test_204_and_304_are_bare(service, status):
    client = service.client()
    response = client.get(f'/status/{status}')
    assert (response.status, response.body) == (status, b'')
    assert client.get('/').body == b'Hello!'


def test_a_reason_phrase(service):
    service.needs('`reason` of a response')
    assert service.get('/reason?reason=As+You+Like').reason == 'As You Like'


def test_errors(service):
    client = service.client()
    response = client.get('/error')
    assert (response.status, response.body) == (500, b'Internal server error')
    service.said('ZeroDivisionError: an error of the application')
    assert client.get('/missing').body == b'Not found'
    assert client.request('DELETE', '/').headers['allow'] == 'GET, HEAD, OPTIONS'
    assert client.request('OPTIONS', '/').headers['allow'] == 'GET, HEAD, OPTIONS'
    assert client.get('/split').status == 500
    service.said('control character in X-Name')
    assert client.get('/raised-timeout').status == 500
    service.said('CancelledError')


@pytest.mark.parametrize('size', [0, 1, 300_000])
def test_bodies_of_every_size(service, size):
    assert service.client().get(f'/big/{size}').body == b'b' * size


def test_a_wrong_length_is_put_right(service):
    client = service.client()
    assert client.get('/wrong-length').body == b'12345'
    assert client.get('/').body == b'Hello!'


def test_the_application_closes_the_connection(service):
    service.needs('`Connection: close` of a response')
    client = service.client()
    response = client.get('/close')
    assert (response.body, response.keeps) == (b'closing', False)
    assert client.is_closed()


@pytest.mark.parametrize('kind', STREAMS)
def test_a_stream(service, kind):
    key = f'chunked-{kind}'
    client = service.client()
    response = client.get(f'/stream/{kind}?key={key}&size=10&count=5')
    assert (response.framing, response.body) == ('chunked' if service.has('connections are kept') else 'close', b's' * 50)
    assert client.get('/').body == b'Hello!'
    assert service.events(key, 'closed', 'responded 200') == ['closed', 'responded 200']


def test_a_stream_of_large_pieces(service):
    assert service.client().get('/stream/iterator?key=large&size=100000&count=5').body == b's' * 500_000


def test_the_pieces_of_a_slow_stream_come_as_they_are_made(service):
    client = service.client()
    client.ask('GET', '/stream/iterator?key=pieces&size=3&count=2&delay=-1')
    client.head()
    assert next(client.chunks()) == b'sss'
    assert service.events('pieces', 'waiting') == ['waiting']


def test_the_head_goes_ahead_of_a_late_piece(service):
    service.needs('the head of a stream goes ahead of its first piece')
    client = service.client()
    client.ask('GET', '/stream/late?key=late')
    client.head()
    service.record('late', 'go')
    assert list(client.chunks()) == [b'late']


def test_streams_of_text_and_of_nothing(service):
    client = service.client()
    assert client.get('/stream/text').body == b'onetwothree'
    assert client.get('/stream/none').body == b''
    assert client.get('/').body == b'Hello!'


@pytest.mark.parametrize('kind', STREAMS)
def test_an_error_before_the_first_piece_is_answered(service, kind):
    key = f'first-{kind}'
    client = service.client()
    response = client.get(f'/stream/{kind}?key={key}&fails=0')
    assert (response.status, response.body) == (500, b'Internal server error')
    assert client.get('/').body == b'Hello!'
    events = service.events(key, 'closed', 'responded 500')
    assert (events.count('closed'), 'responded 200' in events) == (1, False)
    service.said('ZeroDivisionError: an error of the stream')


def test_an_error_after_the_first_piece_cuts_the_stream(service):
    service.needs('a stream that fails is cut')
    client = service.client()
    client.ask('GET', '/stream/iterator?key=later&size=100000&fails=2')
    client.head()
    with pytest.raises(ClosedEarly):
        list(client.chunks())
    assert service.events('later', 'responded 200').count('closed') == 1
    service.said('ZeroDivisionError: an error of the stream')


def test_a_file(service, tmp_path):
    client = service.client()
    for size in 0, 10, 300_000:
        path = tmp_path / f'{size}.txt'
        path.write_bytes(b'0123456789' * (size // 10))
        for _ in range(3):
            response = client.get(f'/file?path={path}')
            assert (response.body, response.headers['content-type']) == (path.read_bytes(), 'text/plain')
        assert client.request('HEAD', f'/file?path={path}').body == b''
    assert client.get(f'/file?path={tmp_path}/missing').status == 404
    assert client.get('/').body == b'Hello!'
    descriptors = int(service.text('/descriptors'))
    for _ in range(20):
        client.get(f'/file?path={path}')
    assert int(service.text('/descriptors')) < descriptors + 10


def test_events(service):
    client = service.client()
    client.ask('GET', '/events-of/count')
    assert client.head().headers['content-type'] == 'text/event-stream'
    body = b''.join(client.chunks())
    assert body.count(b'data: {"number":') == 10
    assert body.endswith(b'event: end\ndata: first\ndata: second\n\n')
    client.ask('GET', '/events-of/silent?key=silent')
    client.head()
    assert service.events('silent', 'started') == ['started']


@pytest.mark.parametrize('engine', ['jinja', 'utemplate'])
@pytest.mark.parametrize('way', ['render', 'generate', 'async/render', 'async/generate'])
def test_templates(service, engine, way):
    response = service.client().get(f'/template/{engine}/{way}')
    assert (response.status, response.headers['content-type']) == (200, 'text/html')
    assert response.body == b'<p>one</p>\n<p>two</p>\n'


# Memory.

@pytest.fixture
def flat(service):
    """Give a function that tells how many bytes the process has grown by since the test began."""
    before = int(service.text('/resident'))
    return lambda: int(service.text('/resident')) - before


def test_a_slow_reader_holds_a_stream_back(service, flat):
    service.needs('a slow client holds a stream back')
    client = service.client(receive_buffer=4096)
    client.ask('GET', '/stream/iterator?key=slow-reader&size=10000&count=5000')
    produced = settle(lambda: service.told('slow-reader')['count'])
    assert 0 < produced < 40 * MIB
    assert flat() < 8 * MIB
    client.close()
    assert service.events('slow-reader', 'closed', 'responded 200').count('closed') == 1


@pytest.mark.parametrize('framing', ['length', 'chunked'])
def test_a_long_request_is_not_kept(service, flat, framing):
    service.needs('a long body that nobody reads yet is held back')
    key = f'long-request-{framing}'
    client = service.client(send_buffer=65536)
    piece = b'f' * 65536
    head = {'Content-Length': str(64 * MIB)} if framing == 'length' else {'Transfer-Encoding': 'chunked'}
    client.ask('POST', f'/upload?key={key}&wait', head)
    body = piece if framing == 'length' else chunked(piece, 65536)
    client.send(body)
    service.told(key, 'waiting')
    client.socket.settimeout(0.5)
    sent = len(body)
    with pytest.raises(TimeoutError):
        while sent < 64 * MIB:
            data = body[sent % len(body):]
            sent += client.socket.send(data)
    assert flat() < 8 * MIB
    client.socket.settimeout(30)
    service.record(key, 'go')
    client.send(body[sent % len(body):])
    for _ in range(1023 - sent // len(body)):
        client.send(body)
    if framing == 'chunked':
        client.send(b'0\r\n\r\n')
    assert json_of(client.response())['length'] == 64 * MIB
    assert flat() < 16 * MIB


# Clients that leave.

@pytest.mark.parametrize('leave', [Client.close, Client.reset])
@pytest.mark.parametrize('kind', ['iterator', 'file', 'asyncgenerator'])
def test_leaving_ends_a_stream_that_waits(service, kind, leave):
    key = f'leaving-{kind}-{leave.__name__}'
    client = service.client()
    client.ask('GET', f'/stream/{kind}?key={key}&delay=-1')
    client.head()
    assert next(client.chunks()) == b'sssss'
    service.told(key, 'waiting')
    leave(client)
    assert service.events(key, 'closed', 'responded 200') == ['waiting', 'cancelled', 'closed', 'responded 200']


@pytest.mark.parametrize('kind', STREAMS)
def test_leaving_ends_a_stream_that_runs(service, kind):
    key = f'running-{kind}'
    client = service.client(receive_buffer=4096)
    client.ask('GET', f'/stream/{kind}?key={key}&size=10000&count=20000')
    client.head()
    client.close()
    assert service.events(key, 'closed', 'responded 200') == ['closed', 'responded 200']
    assert service.told(key)['count'] < 20000 * 10000


def test_leaving_ends_events(service):
    client = service.client()
    client.ask('GET', '/events-of/endless?key=endless')
    client.head()
    next(client.chunks())
    client.close()
    assert service.events('endless', 'responded 200') == ['started', 'cancelled', 'ended', 'responded 200']


@pytest.mark.parametrize('framing', ['length', 'chunked'])
def test_leaving_ends_the_reading_of_a_body(service, framing):
    if framing == 'chunked':
        service.needs('a chunked body that is cut is noticed')
    key = f'reading-{framing}'
    client = service.client()
    if framing == 'length':
        client.ask('POST', f'/upload?key={key}', {'Content-Length': '30000'})
        client.send(b'b' * 20000)
    else:
        client.ask('POST', f'/upload?key={key}', {'Transfer-Encoding': 'chunked'})
        client.send(chunked(b'b' * 20000, 1000))
    service.told(key, 'reading')
    client.close()
    assert service.events(key, 'responded None') == ['reading', 'cancelled', 'finally', 'responded None']


def test_leaving_before_the_body_has_come(service):
    client = service.client()
    client.ask('POST', '/upload?key=half', {'Content-Length': '100'})
    client.send(b'b' * 50)
    client.close()
    assert service.client().get('/').status == 200
    assert service.events('half') == []


def test_the_answer_to_a_client_that_left_is_dropped(service):
    client = service.client()
    client.ask('GET', '/slow?key=dropped')
    service.told('dropped', 'started')
    client.close()
    service.record('dropped', 'go')
    assert service.events('dropped', 'responded 200') == ['started', 'go', 'responded 200']


def test_a_handler_can_ask_whether_the_client_has_left(service):
    client = service.client()
    client.ask('GET', '/away?key=asked')
    service.told('asked', 'connected False')
    client.close()
    assert service.events('asked', 'responded 200')[1] == 'disconnected True'


def test_after_response(service):
    client = service.client()
    assert client.get('/after-response?after=after').body == b'answered'
    assert service.events('after', 'done', 'function') == ['done', 'function']
    service.said('ZeroDivisionError: an error after the response')


# WebSockets.

@pytest.fixture
def opened(service):
    """Give a function that opens a WebSocket."""
    with contextlib.ExitStack() as stack:
        yield lambda path, **options: stack.enter_context(
            connect(f'ws://127.0.0.1:{service.port}{path}', open_timeout=DEADLINE, close_timeout=2, **options))


def test_an_echo(service, opened):
    client = opened('/ws/echo?key=ws-echo')
    for message in ('seed', b'\x00\xff', '', b'', 'grüße \U0001f600', b'm' * 16384):
        client.send(message)
        assert client.recv(DEADLINE) == message
    client.close(4000, 'enough')
    service.told('ws-echo', 'responded 200')
    service.needs('codes with which clients close WebSockets')
    assert service.events('ws-echo') == ['end 4000', 'responded 200']


def test_codes_of_the_server(service, opened):
    client = opened('/ws/close/4001')
    assert client.recv(DEADLINE) == 'bye'
    with pytest.raises(ConnectionClosed):
        client.recv(DEADLINE)
    service.needs('codes with which WebSockets are closed')
    assert (client.close_code, client.close_reason) == (4001, 'because')


def test_an_error_of_a_websocket(service, opened):
    client = opened('/ws/error')
    with pytest.raises(ConnectionClosed):
        client.recv(DEADLINE)
    service.said('ZeroDivisionError: an error of a WebSocket')
    service.needs('codes with which WebSockets are closed')
    assert client.close_code == 1011


def test_an_upgrade_without_the_decorator(opened):
    client = opened('/ws/plain')
    client.send('seed')
    assert client.recv(DEADLINE) == 'seed'
    with pytest.raises(ConnectionClosed):
        client.recv(DEADLINE)


def test_a_message_that_is_too_long(service, opened):
    client = opened('/ws/echo?key=ws-long')
    client.send(b'm' * 16385)
    with pytest.raises(ConnectionClosed):
        client.recv(DEADLINE)
    service.needs('codes with which WebSockets are closed')
    assert client.close_code == 1009


def test_a_subprotocol(service, opened):
    service.needs('subprotocols of WebSockets')
    assert opened('/ws/hello', subprotocols=['v0', 'v1']).subprotocol == 'v1'
    service.record('ws-hello', 'go')


def test_headers_of_a_handshake(service, opened):
    service.needs('headers and cookies in the handshake of a WebSocket')
    headers = opened('/ws/cookie').response.headers
    assert (headers['Set-Cookie'], headers['X-Seen']) == ('seen=yes', 'yes')


@pytest.mark.parametrize(('path', 'status', 'options'), [
    ('/missing', 404, {}), ('/stream/text', 200, {}), ('/ws/hello', 403, {'origin': 'http://wilderness'}),
])
def test_a_handshake_is_refused(service, opened, path, status, options):
    with pytest.raises(InvalidStatus) as refusal:
        opened(path, **options)
    if status != 403:
        service.needs('the status of a WebSocket that is refused')
    assert refusal.value.response.status_code == status


@pytest.mark.parametrize('clean', [True, False])
def test_a_handler_that_waits_is_cancelled_once(service, opened, clean):
    key = f'ws-wait-{clean}'
    client = opened(f'/ws/wait?key={key}')
    service.told(key, 'waiting')
    if clean:
        client.close()
    else:
        client.socket.close()
    events = service.events(key, 'cleaned up')
    assert [event.partition(' ')[0] for event in events if 'responded' not in event] == ['waiting', 'cancelled', 'cleaned']


def test_what_is_no_handshake(service):
    response = service.client().get('/ws/echo')
    assert (response.status, response.body) == (400, b'Not a WebSocket handshake')


# The life of the server.

@pytest.mark.parametrize('name', EACH)
def test_start_and_end(running, name):
    service = running(name)
    assert service.accepts()
    service.get('/')
    os.kill(int(service.text('/pid')) if name == 'uvicorn' else service.pid, signal.SIGTERM)
    service.popen.wait(DEADLINE)
    lines = [line for line in service.printed.split('\n') if line.startswith(('startup', 'shutdown'))]
    assert lines == ['startup one', 'startup two', 'shutdown two', 'shutdown one']
    service.assert_no_trouble()


@pytest.mark.parametrize('name', EACH)
def test_a_start_that_fails(running, name):
    service = running(name, FAIL='yes')
    service.needs('a start that fails keeps the server from starting')
    service.says('ValueError.*the start-up fails')
    end = time.monotonic() + DEADLINE
    with pytest.raises(ConnectionError):  # at last
        while time.monotonic() < end:
            with Client(service.port) as client, contextlib.suppress(TimeoutError):
                client.socket.settimeout(0.1)
                assert b'200' not in client.rest()
            time.sleep(0.05)
    assert 'startup two' not in service.printed


WSGI_SERVERS = [pytest.param('gunicorn'), pytest.param('uWSGI', marks=pytest.mark.needs('uwsgi'))]


@pytest.mark.parametrize('name', WSGI_SERVERS)
def test_a_start_that_fails_is_tried_again(running, name):
    service = running(name, FAIL='yes')
    assert service.accepts()
    for _ in range(2):
        with Client(service.port) as client:
            client.ask('GET', '/')
            assert b'Hello' not in client.rest()
        service.said('ValueError: the start-up fails')
    assert 'startup two' not in service.printed


@pytest.mark.parametrize('name', WSGI_SERVERS)
def test_a_server_without_threads(running, name, monkeypatch):
    command = SERVERS[name]
    threads = command.index('--threads')
    monkeypatch.setitem(SERVERS, name, command[:threads] + command[threads + 2:])
    service = running(name)
    assert service.accepts()
    with Client(service.port, reconnects=True) as client:
        answers_of_all_kinds(service, client)
    ends_in_order(service, signal.SIGTERM)


def answers_of_all_kinds(service, client):
    assert (client.get('/').body, client.get('/sync').body) == (b'Hello!', b'Hello from a function!')
    assert json_of(client.request('POST', '/upload?size=100', body=b'u' * 100_000))['length'] == 100_000
    assert client.get('/stream/sync?key=one&size=10').body == b's' * 30
    assert b'event: end' in client.get('/events-of/count').body
    with connect(f'ws://127.0.0.1:{service.port}/ws/receive', open_timeout=DEADLINE) as websocket:
        websocket.send('seed')
        assert websocket.recv(DEADLINE) == 'seed'


def ends_in_order(service, number):
    service.signal(number)
    service.popen.wait(DEADLINE)
    assert re.findall('^shutdown .*', service.printed, re.MULTILINE) == ['shutdown two', 'shutdown one']
    service.assert_no_trouble()


@pytest.mark.parametrize('threads', [[], ['--threads', '4']])
def test_workers_of_an_application_that_is_loaded_before_they_are_there(running, monkeypatch, threads):
    command = SERVERS['gunicorn']
    at = command.index('--threads')
    monkeypatch.setitem(SERVERS, 'gunicorn', [*command[:at], '--preload', '--workers', '2', *threads, *command[at + 2:]])
    service = running('gunicorn')
    assert service.accepts()
    workers = set()
    end = time.monotonic() + DEADLINE
    while len(workers) < 2:
        assert time.monotonic() < end
        workers.add(service.text('/pid'))
        assert service.text('/sync') == 'Hello from a function!'
    service.signal(signal.SIGTERM)
    service.popen.wait(DEADLINE)
    lines = re.findall('^(?:startup|shutdown) .*', service.printed, re.MULTILINE)
    assert sorted(lines) == sorted(['startup one', 'startup two', 'shutdown two', 'shutdown one'] * 2)
    service.assert_no_trouble()


WERKZEUG = """
import sys
from tests.runtimes.served import wsgi
from werkzeug.serving import run_simple

run_simple('127.0.0.1', int(sys.argv[1]), wsgi, threaded=bool(sys.argv[2:]))
"""


@pytest.mark.parametrize('threaded', [True, False])
def test_the_development_server_of_werkzeug(running, monkeypatch, threaded):
    # It is for development, and so not in the table.
    monkeypatch.setitem(SERVERS, 'Werkzeug', [sys.executable, '-W', 'always', '-c', WERKZEUG, 'PORT', *['threaded'] * threaded])
    service = running('Werkzeug')
    assert service.accepts()
    with Client(service.port, reconnects=True) as client:
        answers_of_all_kinds(service, client)
        for size in 100, 100_000:
            client.ask('POST', '/upload?size=100', {'Transfer-Encoding': 'chunked'})
            client.send(chunked(b'u' * size, 7, 4000) + b'0\r\n\r\n')
            assert json_of(client.response())['length'] == size
        assert json_of(client.get('/segment/gr%C3%BCn%2Fblau')) == {'value': 'gr\u00fcn/blau', 'path': '/segment/gr%C3%BCn%2Fblau'}
        assert client.request('HEAD', '/big/1234').headers['content-length'] == '1234'
    with connect(f'ws://127.0.0.1:{service.port}/ws/close/4001', open_timeout=DEADLINE) as websocket:
        assert websocket.recv(DEADLINE) == 'bye'
        with pytest.raises(ConnectionClosed):
            websocket.recv(DEADLINE)
    assert websocket.close_code == 4001
    if threaded:  # otherwise there is nobody else to ask meanwhile
        with Client(service.port) as client:
            client.ask('GET', '/events-of/endless?key=left')
            client.head()
            next(client.chunks())
        assert service.events('left', 'responded 200') == ['started', 'cancelled', 'ended', 'responded 200']
        with connect(f'ws://127.0.0.1:{service.port}/ws/wait?key=ws-left', open_timeout=DEADLINE) as websocket:
            service.told('ws-left', 'waiting')
            websocket.socket.close()
        service.told('ws-left', 'cancelled 1006', 'cleaned up')
    ends_in_order(service, signal.SIGINT)


# What the documentation shows.

def test_what_is_missing_is_tested_where_it_is_not():
    features = [feature for _, feature in TABLE]
    source = ''.join(path.read_text() for path in Path(__file__).parent.glob('test_*.py'))
    for feature in features:
        assert f'service.needs({feature!r})' in source or f'service.has({feature!r})' in source, feature
    for cell in TABLE.values():
        assert re.fullmatch('yes|no: .+', cell), cell
    assert {name.partition(',')[0] for name in SERVERS} == {server.partition(',')[0] for server, _ in TABLE}
    # Nothing else is skipped on a server.
    for path in sorted(Path(__file__).parent.glob('*.py')):
        text = path.read_text()
        if 'runtimes.servers import' in text:
            assert not re.search(r'\.(skip|xfail)(if)?\(', text), path


PAGE = (ROOT / 'docs/runtimes.md').read_text()
COMMANDS = re.findall(r'^\$ (.*hello:app)$', PAGE, re.MULTILINE)
PROGRAMS = re.findall(r'^```python cpython\n(.*?)^```$', PAGE, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize('command', [
    pytest.param(command, marks=pytest.mark.needs('uwsgi')) if command.startswith('uwsgi') else command for command in COMMANDS])
def test_commands(running, tmp_path, command):
    port = free_port()
    name, *arguments = shlex.split(re.sub(r'--(port|host|bind|http-socket) [\w.:]+ ', '', command))
    address = {'hypercorn': ['--bind', f'127.0.0.1:{port}'], 'gunicorn': ['--no-control-socket', '--bind', f'127.0.0.1:{port}'],
               'uwsgi': ['--http-socket', f'127.0.0.1:{port}']}.get(name, ['--port', str(port)])
    is_wsgi = name == 'uwsgi' or (name == 'gunicorn' and 'uvicorn' not in command)
    interface = 'rsgi' if 'rsgi' in command else 'wsgi' if is_wsgi else 'asgi'
    program = next(text for text in PROGRAMS if f'microdot.{interface}' in text and "'/'" in text)
    (tmp_path / 'hello.py').write_text(program)
    SERVERS[command] = [*([name] if name == 'uwsgi' else [sys.executable, '-m', name]), *address, *arguments]
    try:
        service = running(command, PYTHONPATH=f'src{os.pathsep}{tmp_path}')
    finally:
        del SERVERS[command]
    service.port = port
    assert service.accepts(), service.printed
    response = service.get('/')
    assert (response.status, response.body) == (200, b'Hello, world!')
    if name == 'granian' and '--workers' in arguments:
        service.says('Started worker-4 runtime')  # before that it is slow to end
    service.signal(signal.SIGTERM)
    service.popen.wait(DEADLINE)
    service.assert_no_trouble()
