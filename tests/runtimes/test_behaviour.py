# What every runtime does that serves by sockets, told by what a client sees. A test gets each runtime in turn; one that
# cannot do a thing skips it by name. Must not know how a server is built.

import binascii
import http.client
import json
import re
import shutil
import signal
import socket
import ssl
import subprocess
import threading
import time

import pytest
import trustme

from tests.runtimes.client import Client, ClosedEarly
from tests.runtimes.conftest import Runtime, free_port, json_of

KIB, MIB = 1024, 1024 * 1024
HELD = 256 * KIB  # the most that a server may hold of what one side sends and the other does not take


def not_on_micropython(runtime, reason):
    if runtime.small:
        pytest.skip(f'{runtime.name}: {reason}')


def crc_and_length(data):
    return {'crc': binascii.crc32(data), 'length': len(data)}


def chunked(data, *sizes):
    """Write a body in chunks of these sizes, the last of them as often as needed, without the end."""
    sizes = list(sizes)
    pieces = []
    while data:
        size = sizes.pop(0) if len(sizes) > 1 else sizes[0]
        pieces.append(b'%x\r\n%s\r\n' % (len(data[:size]), data[:size]))
        data = data[size:]
    return b''.join(pieces)


def settle(measure, seconds=10):
    """Return what `measure` gives when it has given the same for half a second: nothing tells that something stands still."""
    end = time.monotonic() + seconds
    last, since = measure(), time.monotonic()
    while time.monotonic() - since < 0.5:
        assert time.monotonic() < end, 'it does not stand still'
        time.sleep(0.05)
        if (value := measure()) != last:
            last, since = value, time.monotonic()
    return last


def kernel_bytes(port):
    """Return how many bytes the kernel holds for the connections of a port, on both their sides."""
    total = 0
    with open('/proc/net/tcp') as table:
        for line in table.readlines()[1:]:
            fields = line.split()
            if f'{port:04X}' in {address[-4:] for address in fields[1:3]} and fields[3] != '0A':  # 0A: listening
                total += sum(int(queue, 16) for queue in fields[4].split(':'))
    return total


# Connections: kept, closed, pipelined.

def test_keeps_the_connection_of_a_1_1_client(server):
    client = server.client()
    for _ in range(3):
        response = client.get('/')
        assert (response.version, response.status, response.reason, response.body) == ('1.1', 200, 'OK', b'Hello!')
        assert response.keeps
        assert 'connection' not in response.headers


def test_keeps_the_connection_of_a_1_0_client_that_asks(server):
    client = server.client()
    for _ in range(2):
        response = client.request('GET', '/', {'Connection': 'Keep-Alive'}, version='1.0')
        assert (response.version, response.body, response.headers['connection']) == ('1.0', b'Hello!', 'keep-alive')


def test_closes_the_connection_of_a_1_0_client(server):
    client = server.client()
    client.send(b'GET / HTTP/1.0\r\n\r\n')
    response = client.response()
    assert (response.version, response.body, response.keeps) == ('1.0', b'Hello!', False)
    assert client.is_closed()


@pytest.mark.parametrize('value', ['close', 'Close', 'keep-alive, close'])
def test_closes_when_the_client_asks(server, value):
    client = server.client()
    response = client.get('/', Connection=value)
    assert (response.body, response.headers['connection']) == (b'Hello!', 'close')
    assert client.is_closed()


def test_closes_when_the_application_asks(server):
    client = server.client()
    response = client.get('/close')
    assert (response.body, response.keeps) == (b'closing', False)
    assert client.is_closed()


def test_closes_when_the_client_ends_its_side(server):
    client = server.client()
    client.get('/')
    client.end()
    assert client.is_closed()


def test_a_client_that_never_asks_may_leave(server):
    server.client().end()
    server.client().close()
    server.client().reset()


def test_answers_pipelined_requests_in_order(server):
    client = server.client()
    client.send(b''.join(b'GET /echo?%d HTTP/1.1\r\nHost: a\r\n\r\n' % i for i in range(1000)))
    for i in range(1000):
        assert json_of(client.response())['query'] == str(i)


def test_pipelined_answers_of_every_kind_keep_their_order(server):
    key = 'pipelined'
    client = server.client()
    asked = []
    for i in range(8):
        for method, path, body, answer in (
            ('GET', '/', None, b'Hello!'),
            ('GET', '/sync', None, b'Hello from a function!'),
            ('GET', f'/stream/iterator?key={key}&delay=0.01', None, b'sssss' * 3),
            ('POST', '/unread', b'x' * 100, b'not read'),
            ('GET', f'/stream/generator?key={key}', None, b'sssss' * 3),
            ('HEAD', '/', None, b''),
            ('GET', '/status/204', None, b''),
            ('GET', '/missing', None, b'Not found'),
            ('GET', f'/big/{2000 * i}', None, b'b' * 2000 * i),
        ):
            length = f'Content-Length: {len(body)}\r\n' if body else ''
            asked.append((method, f'{method} {path} HTTP/1.1\r\nHost: a\r\n{length}\r\n'.encode() + (body or b''), answer))
    client.send(b''.join(request for _, request, _ in asked))
    for method, _, answer in asked:
        assert client.response(method).body == answer


def test_requests_may_come_byte_by_byte(server):
    client = server.client()
    client.send_bytewise(
        b'\r\nGET /echo?1 HTTP/1.1\r\nHost: a\r\n\r\n'
        b'POST /echo?2 HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbody'
        b'POST /echo?3 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2;x=y\r\nbo\r\n2\r\ndy\r\n0\r\nA: b\r\n\r\n'
        b'GET /echo?4 HTTP/1.0\n\n')
    answers = [json_of(client.response()) for _ in range(4)]
    assert [(answer['query'], bytes.fromhex(answer['body'])) for answer in answers] == [
        ('1', b''), ('2', b'body'), ('3', b'body'), ('4', b'')]
    assert client.is_closed()


def test_a_request_may_come_with_half_of_the_next(server):
    client = server.client()
    client.send(b'GET /echo?1 HTTP/1.1\r\nHost: a\r\n\r\nGET /echo?2 HTTP/1.1\r\nHo')
    assert json_of(client.response())['query'] == '1'
    client.send(b'st: b\r\n\r\n')
    assert json_of(client.response())['query'] == '2'


def test_tells_the_request(server):
    client = server.client()
    told = json_of(client.request('PUT', '/echo?a=b&c', {'X-Name': 'v1, v2', 'x-other': ''}, b'\x00\xffbody'))
    assert told.pop('client') == list(client.socket.getsockname())
    headers = dict(told.pop('headers'))
    assert headers == {'Host': 'localhost', 'X-Name': 'v1, v2', 'x-other': '', 'Content-Length': '6'}
    assert told == {'method': 'PUT', 'path': '/echo', 'query': 'a=b&c', 'version': '1.1', 'scheme': 'http', 'length': 6,
                    'body': b'\x00\xffbody'.hex()}


def test_parses_json_and_forms(server):
    client = server.client()
    for body, type, answer in (
        (b'{"a": [1, "\\u00e9"]}', 'application/json', {'json': {'a': [1, 'é']}}),
        (b'nope', 'application/json', None),
    ):
        response = client.request('POST', '/json', {'Content-Type': type}, body)
        assert response.status == 400 if answer is None else json_of(response) == answer
    response = client.request('POST', '/form', {'Content-Type': 'application/x-www-form-urlencoded'},
                              b'name=J%C3%BCrgen+B&colour=red&colour=blue')
    assert json_of(response) == {'name': 'Jürgen B', 'colours': ['red', 'blue']}


def test_serves_the_clients_of_the_standard_library_and_curl(server):
    connection = http.client.HTTPConnection('127.0.0.1', server.port, timeout=15)
    for method, path, body in ('GET', '/', None), ('POST', '/echo', b'body'), ('POST', '/echo', iter([b'bo', b'dy'])):
        connection.request(method, path, body)
        answer = connection.getresponse().read()
        assert answer == b'Hello!' if body is None else bytes.fromhex(json.loads(answer)['body']) == b'body'
    connection.close()
    if shutil.which('curl'):
        printed = subprocess.run(
            ['curl', '-sS', '--max-time', '15', '-w', '%{http_code} %{http_version} ', '-H', 'Expect: 100-continue', '-d', 'body',
             *[f'http://127.0.0.1:{server.port}/unread'] * 2], capture_output=True, check=True).stdout
        assert printed == b'not read200 1.1 ' * 2


def test_many_connections_at_once(server):
    clients = [server.client() for _ in range(8)]
    for _ in range(3):
        for i, client in enumerate(clients):
            client.ask('GET', f'/echo?{i}')
        for i, client in enumerate(clients):
            assert json_of(client.response())['query'] == str(i)


# Request bodies.

@pytest.mark.parametrize('size', [1, 1000, 16384])
def test_a_body_in_memory(server, size):
    client = server.client()
    body = bytes(range(256)) * 64
    body = body[:size]
    assert json_of(client.request('POST', '/echo', body=body))['body'] == body.hex()
    client.ask('POST', '/echo', {'Transfer-Encoding': 'chunked'})
    client.send(chunked(body, 1, 700) + b'0\r\n\r\n')
    told = json_of(client.response())
    assert (told['body'], told['length']) == (body.hex(), size)


@pytest.mark.parametrize('framing', ['length', 'chunked'])
def test_a_streamed_body(roomy, framing):
    body = bytes(range(256)) * 2000
    client = roomy.client()
    for size in 100, 8192, 10**6:
        if framing == 'length':
            client.ask('POST', f'/upload?size={size}', body=body)
        else:
            client.ask('POST', f'/upload?size={size}', {'Transfer-Encoding': 'chunked'})
            client.send(chunked(body, 1, 2, 3, 40000) + b'0\r\nTrailer: dropped\r\n\r\n')
        told = json_of(client.response())
        assert (told['crc'], told['length'], told['body']) == (binascii.crc32(body), len(body), 0)


def test_a_streamed_body_by_other_verbs(roomy):
    client = roomy.client()
    body = b'line\nfour' + b'until;' + b'rest' * 10000
    assert json_of(client.request('POST', '/lines', body=body))['read'] == ['line\n', 'four', 'until;', 'rest' * 10000]


def test_a_body_in_memory_is_a_stream_too(server):
    client = server.client()
    assert json_of(client.request('POST', '/upload', body=b'1234567890'))['length'] == 10
    assert json_of(client.request('POST', '/lines', body=b'l\n1234;;'))['read'] == ['l\n', '1234', ';', ';']


def test_the_bodies_of_pipelined_requests_do_not_mix(roomy):
    client = roomy.client()
    bodies = [bytes((i,)) * size for i, size in enumerate((1, 20000, 5, 70000, 0, 16384, 16385))]
    requests = []
    for i, body in enumerate(bodies):
        head = f'POST /upload?{i} HTTP/1.1\r\nHost: a\r\n'.encode()
        if i % 2:
            requests.append(head + b'Transfer-Encoding: chunked\r\n\r\n' + chunked(body, 9000) + b'0\r\nA: b\r\n\r\n')
        else:
            requests.append(head + b'Content-Length: %d\r\n\r\n' % len(body) + body)
    thread = threading.Thread(target=client.send, args=[b''.join(requests)])
    thread.start()
    for body in bodies:
        told = json_of(client.response())
        assert {name: told[name] for name in ('crc', 'length')} == crc_and_length(body)
    thread.join()


def test_trailers_are_read_and_dropped(server):
    client = server.client()
    client.ask('POST', '/echo', {'Transfer-Encoding': 'chunked', 'Trailer': 'X-Sum'})
    client.send(b'4\r\nbody\r\n0\r\nX-Sum: 5\r\nX-Other: 6\r\n\r\n')
    told = json_of(client.response())
    assert bytes.fromhex(told['body']) == b'body'
    assert 'X-Sum' not in dict(told['headers'])
    assert client.get('/').status == 200


@pytest.mark.parametrize(('body', 'status'), [
    (b'x\r\n', 400), (b'4\r\nbody!\r\n', 400), (b'4\nbody\r\n', 400), (b'-4\r\nbody\r\n', 400), (b'4 \r\nbody\r\n', 400),
    (b'0\r\nContent-Length: 5\r\n\r\n', 400), (b'0\r\nbad trailer\r\n\r\n', 400), (b'0\r\n' + b'A: b\r\n' * 2000 + b'\r\n', 431),
])
def test_chunks_that_are_none(server, body, status):
    client = server.client()
    client.ask('POST', '/echo', {'Transfer-Encoding': 'chunked'})
    client.send(body + b'GET /echo HTTP/1.1\r\nHost: a\r\n\r\n')
    response = client.response()
    assert (response.status, response.keeps) == (status, False)
    assert client.is_closed()


def test_nothing_is_a_request_after_a_streamed_body_that_is_malformed(roomy):
    client = roomy.client()
    client.ask('POST', '/upload?key=malformed', {'Transfer-Encoding': 'chunked'})
    client.send(chunked(b'm' * 20000, 5000))
    roomy.events('malformed', 'reading')
    client.send(b'4\r\nbody!\r\n')
    response = client.response()
    assert (response.status, response.keeps) == (400, False)
    try:
        client.send(b'\r\n0\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n')
        client.end()
    except OSError:
        pass
    assert client.is_closed()
    assert roomy.events('malformed', 'responded 400') == ['reading', 'refused 400', 'finally', 'responded 400']


def test_a_response_that_has_begun_is_not_interrupted_by_continue(roomy):
    client = roomy.client()
    client.ask('POST', '/transform', {'Expect': '100-continue', 'Content-Length': '20000'})
    response = client.head()
    assert (response.status, response.keeps) == (200, False)
    client.send(b't' * 20000)
    assert b''.join(client.chunks()) == b'T' * 20000
    assert client.is_closed()


def test_continue_is_answered_when_the_body_is_read(server):
    client = server.client()
    client.ask('POST', '/echo', {'Expect': '100-continue', 'Content-Length': '4'})
    assert client.head().status == 100
    assert client.line() == b'' if client.buffer else True
    client.send(b'body')
    assert bytes.fromhex(json_of(client.response())['body']) == b'body'
    assert client.get('/').status == 200


@pytest.mark.parametrize('framing', [('Content-Length', '20000'), ('Transfer-Encoding', 'chunked')])
def test_continue_of_a_stream_is_answered_at_the_first_read(roomy, runtime, framing):
    key = f'continue-{framing[0]}'
    client = roomy.client()
    client.ask('POST', f'/upload?wait&key={key}', {'Expect': '100-Continue', **dict([framing])})
    if framing[0] == 'Content-Length':
        roomy.told(key, 'waiting')
        client.socket.settimeout(0.2)
        with pytest.raises(TimeoutError):
            client.receive()
        client.socket.settimeout(15)
        roomy.record(key, 'go')
    assert client.head().status == 100
    if framing[0] == 'Content-Length':
        client.send(b'c' * 20000)
    else:
        client.send(chunked(b'c' * 20000, 4000))
        roomy.record(key, 'go')
        client.send(b'0\r\n\r\n')
    assert json_of(client.response())['length'] == 20000
    assert client.get('/').status == 200


def test_no_continue_where_the_body_came_already(server):
    client = server.client()
    assert json_of(client.request('POST', '/echo', {'Expect': '100-continue'}, b'body'))['length'] == 4


def test_no_continue_where_there_is_no_route(server):
    client = server.client()
    client.ask('POST', '/missing', {'Expect': '100-continue', 'Content-Length': '4'})
    response = client.response()
    assert (response.status, response.keeps) == (404, False)
    assert client.is_closed()


def test_no_continue_where_the_body_is_too_long(server):
    client = server.client()
    client.ask('POST', '/echo', {'Expect': '100-continue', 'Content-Length': '1000000'})
    response = client.response()
    assert (response.status, response.keeps) == (413, False)
    assert client.is_closed()


def test_no_continue_where_the_handler_does_not_read(roomy):
    client = roomy.client()
    client.ask('POST', '/unread', {'Expect': '100-continue', 'Content-Length': '20000'})
    response = client.response()
    assert (response.status, response.body, response.keeps) == (200, b'not read', False)
    assert client.is_closed()


def test_no_continue_for_1_0(server):
    client = server.client()
    client.ask('POST', '/echo', {'Expect': '100-continue', 'Content-Length': '4'}, version='1.0')
    client.send(b'body')
    assert json_of(client.response())['length'] == 4


def test_an_unknown_expectation(server):
    client = server.client()
    client.ask('POST', '/echo', {'Expect': 'miracles', 'Content-Length': '4'})
    response = client.response()
    assert (response.status, response.reason, response.keeps) == (417, 'Expectation Failed', False)
    assert client.is_closed()


@pytest.mark.parametrize('framing', ['length', 'chunked'])
def test_a_body_too_long_is_refused_while_the_client_sends(server, framing):
    client = server.client()
    stop = threading.Event()

    def send_on():
        try:
            while not stop.is_set():
                client.send(b'd' * 10000 if framing == 'length' else chunked(b'd' * 10000, 10000))
        except OSError:
            pass

    client.ask('POST', '/echo', {'Content-Length': '1000000000'} if framing == 'length' else {'Transfer-Encoding': 'chunked'})
    thread = threading.Thread(target=send_on)
    thread.start()
    try:
        response = client.response()
        assert (response.status, response.body, response.keeps) == (413, b'Payload too large', False)
    finally:
        stop.set()
        thread.join()
    client.end()
    assert client.is_closed()


def test_a_length_too_long_is_refused_by_the_head(server):
    client = server.client()
    client.ask('POST', '/echo', {'Content-Length': '16385'})
    assert client.response().status == 413
    client.end()
    assert client.is_closed()


def test_a_stream_longer_than_the_limit_is_refused_when_it_is_read(runtime):
    with runtime.started(Request_max_content_length=100000, Server_tick=0.05) as server:
        client = server.client()
        client.ask('POST', '/upload?key=long', {'Transfer-Encoding': 'chunked'})
        client.send(chunked(b'd' * 100001, 5000))
        response = client.response()
        assert (response.status, response.keeps) == (413, False)
        assert server.events('long', 'responded 413') == ['reading', 'refused 413', 'finally', 'responded 413']


def test_a_short_body_that_nobody_read_is_skipped(roomy):
    client = roomy.client()
    for size in 20000, 65536:
        assert client.request('POST', '/unread', body=b'u' * size).body == b'not read'
        assert client.request('POST', '/unread', {'X': 'y'}, body=b'u' * size).keeps
    client.ask('POST', '/unread', {'Transfer-Encoding': 'chunked'})
    client.send(chunked(b'u' * 30000, 3000) + b'0\r\nA: b\r\n\r\n')
    assert client.response().body == b'not read'
    assert client.get('/').body == b'Hello!'


@pytest.mark.parametrize('framing', ['length', 'chunked'])
def test_a_long_body_that_nobody_read_closes_the_connection(roomy, framing):
    client = roomy.client()
    body = b'u' * 1000000
    if framing == 'length':
        client.ask('POST', '/unread', body=body)
    else:
        client.ask('POST', '/unread', {'Transfer-Encoding': 'chunked'})
        client.send(chunked(body, 50000) + b'0\r\n\r\n')
    client.send(b'GET / HTTP/1.1\r\nHost: a\r\n\r\n')
    assert client.response().body == b'not read'
    client.end()
    assert client.is_closed()


# Responses.

def test_head_is_get_without_the_body(server):
    client = server.client()
    got = client.get('/big/1234')
    head = client.request('HEAD', '/big/1234')
    assert head.headers.keys() == got.headers.keys()
    assert head.headers['content-length'] == '1234'
    stream = client.request('HEAD', '/stream/iterator?key=head')
    assert (stream.status, stream.framing, stream.body) == (200, 'chunked', b'')
    assert client.request('HEAD', '/missing').status == 404
    assert client.get('/').body == b'Hello!'
    assert server.events('head', 'closed', 'responded 200') == ['closed', 'responded 200']


@pytest.mark.parametrize('status', [204, 304])
def test_204_and_304_are_bare(server, status):
    client = server.client()
    response = client.get(f'/status/{status}')
    assert (response.status, response.body) == (status, b'')
    assert set(response.headers) <= {'date'}
    assert client.get('/').body == b'Hello!'


def test_reason_phrases(server):
    client = server.client()
    for status, reason in (201, 'Created'), (404, 'Not Found'), (418, "I'm a Teapot"), (503, 'Service Unavailable'), (599, None):
        response = client.get(f'/status/{status}')
        assert response.status == status
        assert reason in {response.reason, None}, response
    assert client.get('/reason').reason == 'As You Like'


def test_date_is_now(server):
    from email.utils import parsedate_to_datetime

    date = parsedate_to_datetime(server.client().get('/').headers['date'])
    assert abs(date.timestamp() - time.time()) < 5


def test_a_wrong_length_is_put_right(server):
    client = server.client()
    assert client.get('/wrong-length').body == b'12345'
    assert client.get('/').body == b'Hello!'


def test_an_error_keeps_the_connection(server):
    client = server.client()
    response = client.get('/error')
    assert (response.status, response.body, response.keeps) == (500, b'Internal server error', True)
    assert client.get('/').body == b'Hello!'
    server.said('ZeroDivisionError: an error of the application')
    assert client.get('/missing').status == 404
    response = client.request('DELETE', '/')
    assert (response.status, response.headers['allow']) == (405, 'GET, HEAD, OPTIONS')


@pytest.mark.parametrize('size', [0, 1, 4096, 4097, 65536, 65537, 300000])
def test_bodies_of_every_size(server, size):
    client = server.client()
    for _ in range(2):
        assert client.get(f'/big/{size}').body == b'b' * size


STREAMS = ['iterator', 'generator', 'file', 'sync', 'asyncgenerator']


@pytest.fixture(params=STREAMS)
def stream(request, runtime):
    """Give each kind of body that is streamed."""
    if request.param == 'sync':
        not_on_micropython(runtime, 'a generator that a function returns is taken for its coroutine')
    if request.param == 'asyncgenerator':
        not_on_micropython(runtime, 'there are no asynchronous generators')
    return request.param


def test_a_stream_is_chunked(server, stream):
    key = f'chunked-{stream}'
    client = server.client()
    response = client.get(f'/stream/{stream}?key={key}&size=10&count=5')
    assert (response.framing, response.chunks, response.keeps) == ('chunked', [b's' * 10] * 5, True)
    assert client.get('/').body == b'Hello!'
    assert server.events(key, 'responded 200') == ['closed', 'responded 200']


def test_a_stream_is_ended_by_closing_for_1_0(server, stream):
    key = f'old-{stream}'
    client = server.client()
    client.ask('GET', f'/stream/{stream}?key={key}&size=10&count=5', {'Connection': 'keep-alive'}, version='1.0')
    response = client.response()
    assert (response.version, response.framing, response.body, response.keeps) == ('1.0', 'close', b's' * 50, False)
    assert server.events(key, 'responded 200') == ['closed', 'responded 200']


def test_a_stream_of_large_pieces(server, stream):
    key = f'large-{stream}'
    client = server.client()
    for _ in range(2):
        assert client.get(f'/stream/{stream}?key={key}&size=100000&count=5').body == b's' * 500000


def test_the_pieces_of_a_slow_stream_come_as_they_are_made(server):
    client = server.client()
    client.ask('GET', '/stream/iterator?key=pieces&size=3&count=2&delay=-1')
    client.head()
    assert next(client.chunks()) == b'sss'
    assert server.events('pieces', 'waiting') == ['waiting']


def test_streams_of_text_and_of_nothing(server):
    client = server.client()
    assert client.get('/stream/text').chunks == [b'one', b'two', b'three']
    assert client.get('/stream/none').chunks == []
    assert client.get('/').body == b'Hello!'


def test_an_error_before_the_first_piece_is_answered(server, stream):
    key = f'first-{stream}'
    client = server.client()
    response = client.get(f'/stream/{stream}?key={key}&fails=0')
    assert (response.status, response.body, response.keeps) == (500, b'Internal server error', True)
    assert client.get('/').body == b'Hello!'
    assert server.events(key, 'responded 200').count('closed') == 1
    server.said('ZeroDivisionError: an error of the stream')


def test_an_error_after_the_first_piece_cuts_the_stream(server, stream):
    key = f'later-{stream}'
    client = server.client()
    client.ask('GET', f'/stream/{stream}?key={key}&size=100000&fails=2')
    assert client.head().framing == 'chunked'
    with pytest.raises(ClosedEarly):
        list(client.chunks())
    assert server.events(key, 'responded 200').count('closed') == 1
    server.said('ZeroDivisionError: an error of the stream')


def test_a_file(server, tmp_path):
    client = server.client()
    client.get('/')
    descriptors = server.descriptors()
    for size in 0, 10, 100_000:
        path = tmp_path / f'{size}.txt'
        path.write_bytes(bytes(range(1, 101)) * (size // 100) + b'.' * (size % 100))
        for _ in range(3):
            response = client.get(f'/file?path={path}')
            assert response.body == path.read_bytes()
            assert response.headers['content-type'] == 'text/plain'
        assert client.request('HEAD', f'/file?path={path}').body == b''
    assert client.get(f'/file?path={tmp_path}/missing').status == 404
    assert client.get('/').body == b'Hello!'
    assert server.descriptors() == descriptors
