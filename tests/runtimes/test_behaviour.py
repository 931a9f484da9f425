# What every runtime does that serves by sockets, told by what a client sees. A test gets each runtime in turn; one that
# cannot do a thing skips it by name. Must not know how a server is built.

import binascii
import http.client
import json
import re
import shutil
import signal
import socket
import subprocess
import threading
import time
from email.utils import parsedate_to_datetime

import pytest
from tests.runtimes.client import Client, ClosedEarly
from tests.runtimes.conftest import Runtime, free_port, json_of, settled

KIB, MIB = 1024, 1024 * 1024
HELD = 384 * KIB  # the most that a server may hold of what one side sends and the other does not take: uvloop reads 256 KiB
HELD_TLS = 512 * KIB  # the same of what comes over TLS, where some of it is not decrypted, on either side


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
    """Return what `measure` gives when it has given the same for 0.3 seconds: nothing tells that something stands still."""
    end = time.monotonic() + seconds
    last, since = measure(), time.monotonic()
    while time.monotonic() - since < 0.3:
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


@pytest.mark.parametrize('rest', [
    b'HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n', b'HTTP/1.1\r\n\r\n',
    b'HTTP/1.1\r\nHost : a\r\n\r\n', b'HTTP/2.0\r\nHost: a\r\n\r\n',
], ids=['framing', 'no host', 'a header', 'version'])
def test_a_refused_head_request_is_answered_without_a_body(server, rest):
    for start in b'', b'\r\n':
        client = server.client()
        client.get('/')
        client.send(start + b'HEAD / ' + rest)
        response = client.response('HEAD')
        assert response.status in (400, 505)
        assert int(response.headers['content-length']) > 0
        assert client.is_closed()
    client = server.client()
    client.send(b'GET / ' + rest)
    assert client.response().body


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
    assert client.get('/reason?reason=As+You+Like').reason == 'As You Like'
    assert client.get('/reason?reason=').reason == ''


def test_date_is_now(server):
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
    events = server.events(key, 'closed', 'responded 500')
    assert (events.count('closed'), 'responded 200' in events) == (1, False)
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
    assert server.has_descriptors(descriptors)


# What is not a request.

BAD = [
    # Framing that could be read two ways.
    (400, b'POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nbody'),
    (400, b'POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'),
    (400, b'POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: +4\r\n\r\nbody'),
    (400, b'POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 4_0\r\n\r\nbody'),
    (400, b'POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: \xd9\xa4\r\n\r\nbody'),
    (400, b'POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length : 4\r\n\r\nbody'),
    (400, b'POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n'),
    (400, b'POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n'),
    (501, b'POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n'),
    (400, b'POST /echo HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'),
    (400, b'GET / HTTP/1.1\r\nHost: a\r\nA: b\r\n c\r\n\r\n'),
    (400, b'GET / HTTP/1.1\r\nHost: a\r\nA: b\rc\r\n\r\n'),
    (400, b'GET / HTTP/1.1\r\nHost: a\r\nA: b\x00c\r\n\r\n'),
    (400, b'GET / HTTP/1.1\r\nHost: a\r\nA\r\n\r\n'),
    (400, b'GET / HTTP/1.1\r\n\r\n'),
    (400, b'GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n'),
    (400, b'GET / HTTP/1.1\r\nHost: a b\r\n\r\n'),
    (400, b'GET  / HTTP/1.1\r\nHost: a\r\n\r\n'),
    (400, b'GET / HTTP/1.1 \r\nHost: a\r\n\r\n'),
    (400, b'GET\r\n\r\n'),
    (400, b'\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n'),
    (400, b'GET /%ff HTTP/1.1\r\nHost: a\r\n\r\n'),
    (505, b'GET / HTTP/2.0\r\nHost: a\r\n\r\n'),
    (501, b'BREW / HTTP/1.1\r\nHost: a\r\n\r\n'),
    (414, b'GET /' + b'x' * 9000 + b' HTTP/1.1\r\nHost: a\r\n\r\n'),
    (431, b'GET / HTTP/1.1\r\nHost: a\r\nA: ' + b'x' * 9000 + b'\r\n\r\n'),
    (431, b'GET / HTTP/1.1\r\nHost: a\r\n' + (b'A: ' + b'x' * 1000 + b'\r\n') * 20 + b'\r\n'),
    (431, b'GET / HTTP/1.1\r\nHost: a\r\n' + b'A: b\r\n' * 101 + b'\r\n'),
]


@pytest.mark.parametrize(('status', 'request_'), BAD, ids=[f'{status}-{i}' for i, (status, _) in enumerate(BAD)])
def test_what_is_no_request_is_refused_and_nothing_after_it_is_answered(server, status, request_):
    client = server.client()
    key = f'second-{BAD.index((status, request_))}'
    client.send(request_ + f'GET /record/{key}/answered HTTP/1.1\r\nHost: a\r\n\r\n'.encode())
    response = client.response()
    assert response.status == status
    if b'BREW' in request_ or b'%ff' in request_:  # well-formed, so that the next may be answered
        assert response.keeps
        return
    assert not response.keeps
    client.end()
    assert client.is_closed()
    assert server.events(key) == []


def test_a_head_that_never_ends_is_refused(server):
    client = server.client()
    client.send(b'GET / HTTP/1.1\r\nHost: a\r\n')
    with pytest.raises(OSError):
        for _ in range(100_000):
            client.send(b'Name: value\r\n' * 100)
            client.socket.setblocking(False)
            try:
                client.fill()
            except BlockingIOError:
                pass
            except ClosedEarly:
                raise OSError from None
            finally:
                client.socket.settimeout(5)
    if client.buffer:
        assert client.response().status == 431


# Back-pressure.

@pytest.mark.parametrize('tls', [False, True], ids=['plain', 'tls'])
def test_a_slow_reader_holds_a_stream_back(runtime, server, secure, stream, tls):
    if tls and stream != 'iterator':
        pytest.skip('one kind of stream is enough for TLS')
    process = secure if tls else server
    key = f'slow-reader-{stream}-{tls}'
    client = process.client(receive_buffer=4096)
    resident = process.resident()
    client.ask('GET', f'/stream/{stream}?key={key}&size=10000&count=5000')
    produced = settle(lambda: process.told(key)['count'])
    held = produced - kernel_bytes(client.socket.getsockname()[1])
    assert 0 < produced < 40 * MIB
    assert held < HELD
    assert process.resident() - resident < 4 * MIB
    client.close()
    assert process.events(key, 'closed', 'responded 200').count('closed') == 1


def test_a_slow_reader_holds_pipelined_answers_back(server, runtime):
    client = server.client(receive_buffer=4096)
    client.socket.settimeout(1)
    asked = 0
    resident = server.resident()
    with pytest.raises(TimeoutError):
        while asked < 1_000_000:  # 40 MB, where the kernel takes some 5
            client.send(b'GET /big/10000 HTTP/1.1\r\nHost: a\r\n\r\n' * 10)
            asked += 10
    assert server.resident() - resident < 4 * MIB


@pytest.mark.parametrize('tls', [False, True], ids=['plain', 'tls'])
@pytest.mark.parametrize('framing', ['length', 'chunked'])
def test_a_slow_handler_holds_a_sender_back(runtime, roomy, secure, framing, tls):
    if tls:
        not_on_micropython(runtime, 'TLS takes it 20 seconds')
    process = secure if tls else roomy
    key = f'fast-sender-{framing}-{tls}'
    size = 8 * MIB  # more than the kernel takes
    client = process.client(send_buffer=65536)
    port = client.socket.getsockname()[1]
    if framing == 'length':
        client.ask('POST', f'/upload?key={key}&wait', {'Content-Length': str(size)})
    else:
        client.ask('POST', f'/upload?key={key}&wait', {'Transfer-Encoding': 'chunked'})
    resident = process.resident()
    body = b'f' * size if framing == 'length' else chunked(b'f' * size, 65536) + b'0\r\n\r\n'
    sent = 0
    client.socket.settimeout(0.5)
    with pytest.raises(TimeoutError):
        while sent < len(body):
            sent += client.socket.send(body[sent:sent + 65536])
    process.told(key, 'waiting')
    assert sent - kernel_bytes(port) < (HELD_TLS if tls else HELD)
    assert process.resident() - resident < 4 * MIB
    process.record(key, 'go')
    client.socket.settimeout(30)
    client.send(body[sent:])
    assert json_of(client.response())['length'] == size


def test_a_slow_handler_holds_pipelined_requests_back(server, runtime):
    client = server.client()
    client.ask('GET', '/slow?key=piped')
    client.socket.settimeout(0.5)
    sent = 0
    with pytest.raises(TimeoutError):
        while sent < 32 * MIB:
            sent += client.socket.send(b'GET / HTTP/1.1\r\nHost: a\r\n\r\n' * 1000)
    assert sent - kernel_bytes(client.socket.getsockname()[1]) < HELD
    client.close()
    server.record('piped', 'go')


# Deadlines. Those of `hasty` are 0.4 seconds each.

SOON = 5  # seconds, by when something with such a deadline must have happened on a busy machine


@pytest.fixture
def stopwatch():
    """Give a function that returns the seconds since the test began."""
    begin = time.monotonic()
    return lambda: time.monotonic() - begin


def trickle(client, data, seconds=0.05):
    """Send byte by byte until the server has something to say."""
    client.socket.setblocking(False)
    try:
        for octet in data:
            try:
                client.fill()
                return
            except BlockingIOError:
                client.socket.send(bytes((octet,)))
                time.sleep(seconds)
            except ClosedEarly:
                return
    finally:
        client.socket.settimeout(5)


def test_a_head_that_trickles_in_is_refused(hasty, stopwatch):
    client = hasty.client()
    for _ in range(2):
        trickle(client, b'GET / HTTP/1.1\r\nHost: a\r\nA: ' + b'b' * 200)
        response = client.response()
        assert (response.status, response.reason, response.keeps) == (408, 'Request Timeout', False)
        assert client.is_closed()
        assert 0.4 < stopwatch() < SOON
        client = hasty.client()
        client.get('/')  # and so it is on a kept connection


def test_a_silent_connection_is_closed(hasty, stopwatch):
    assert hasty.client().rest() == b''
    assert 0.4 < stopwatch() < SOON


def test_an_idle_connection_is_closed(hasty, stopwatch):
    client = hasty.client()
    client.get('/')
    assert client.rest() == b''
    assert 0.4 < stopwatch() < SOON


def test_an_idle_connection_is_closed_after_idle_timeout_even_with_an_empty_line(hasty):
    client = hasty.client()
    client.get('/')
    client.send(b'\r\n')
    client.is_closed()


@pytest.mark.parametrize('path', ['/echo', '/upload'])
@pytest.mark.parametrize('head', [{'Content-Length': '10000'}, {'Transfer-Encoding': 'chunked'}], ids=['length', 'chunked'])
def test_a_body_that_stalls_is_refused(hasty, stopwatch, path, head):
    client = hasty.client()
    client.ask('POST', path, head)
    client.send(chunked(b'b' * 100, 10))
    response = client.response()
    assert (response.status, response.body, response.keeps) == (408, b'Request timeout', False)
    client.end()
    assert client.is_closed()
    assert 0.4 < stopwatch() < SOON


def test_a_streamed_body_that_stalls_is_refused(hasty, stopwatch):
    key = 'stalled'
    client = hasty.client()
    client.ask('POST', f'/upload?key={key}', {'Content-Length': '100000'})
    client.send(b'b' * 50000)
    assert client.response().status == 408
    client.end()
    assert client.is_closed()
    assert 0.4 < stopwatch() < SOON
    assert hasty.events(key, 'responded 408') == ['reading', 'refused 408', 'finally', 'responded 408']


def test_a_body_that_is_too_slow_is_refused(hasty, stopwatch):
    client = hasty.client()
    client.ask('POST', '/echo', {'Content-Length': '10000'})
    trickle(client, b'b' * 200)
    response = client.response()
    assert (response.status, response.keeps) == (408, False)
    assert 0.4 < stopwatch() < SOON


def test_a_slow_body_is_taken(hasty):
    client = hasty.client()
    client.ask('POST', '/upload', {'Content-Length': '20000'})
    for _ in range(20):
        client.send(b'b' * 1000)
        time.sleep(0.06)
    assert json_of(client.response())['length'] == 20000


def test_a_slow_handler_is_not_the_fault_of_the_client(hasty):
    key = 'slow-handler'
    client = hasty.client()
    client.ask('POST', f'/upload?key={key}&wait', {'Content-Length': '20000'})
    hasty.told(key, 'waiting')
    time.sleep(1)
    client.send(b'b' * 10000)
    hasty.record(key, 'go')
    client.send(b'b' * 10000)
    assert json_of(client.response())['length'] == 20000


def test_a_client_that_does_not_read_is_left(hasty, stream):
    key = f'stalled-{stream}'
    client = hasty.client(receive_buffer=4096)
    client.ask('GET', f'/stream/{stream}?key={key}&size=10000&count=5000')
    assert hasty.events(key, 'closed', 'responded 200').count('closed') == 1
    with pytest.raises(ClosedEarly):
        client.response()


def test_a_client_that_does_not_read_large_bodies_is_left(hasty):
    client = hasty.client(receive_buffer=4096)
    for _ in range(60):
        client.ask('GET', '/big/100000')
    assert json_of(hasty.get('/connections/1')) == {'connections': 1}


def test_a_client_that_reads_slowly_is_served(hasty, runtime):
    not_on_micropython(runtime, 'it cannot tell whether the kernel of a large machine has sent what it holds')
    client = hasty.client(receive_buffer=4096)
    client.ask('GET', '/stream/iterator?key=reads-slowly&size=10000&count=500')
    for _ in range(30):  # 1.5 seconds
        client.buffer += client.socket.recv(10_000)
        time.sleep(0.05)
    assert client.response().body == b's' * 5_000_000


def test_a_client_that_sends_on_after_its_answer_is_left(hasty, stopwatch):
    client = hasty.client()
    client.ask('POST', '/unread', {'Content-Length': '10000000'})
    assert client.response().status == 200
    with pytest.raises(OSError):
        while stopwatch() < SOON:
            client.send(b'x' * 1000)
            time.sleep(0.01)
    assert 0.4 < stopwatch() < SOON


# The connection cap.

def test_the_oldest_idle_connection_makes_room(runtime):
    with runtime.started(Server_max_connections=4, Server_tick=0.05) as server:
        clients = []
        for _ in range(4):
            clients.append(server.client())
            assert clients[-1].get('/').status == 200
            time.sleep(0.15)  # how long a connection has been idle is known by ticks
        clients[0].get('/')
        time.sleep(0.15)
        assert server.client().get('/').status == 200
        assert clients[1].is_closed()
        for i in 0, 2, 3:
            assert clients[i].get('/').status == 200


def test_a_connection_is_refused_when_none_is_idle(runtime):
    with runtime.started(Server_max_connections=4, Server_tick=0.05) as server:
        server.get('/connections/1')
        clients = [server.client() for _ in range(4)]
        for i, client in enumerate(clients):
            client.ask('GET', f'/stream/iterator?key=busy{i}&delay=-1')
            client.head()
        assert server.client().is_closed()
        clients[0].close()
        end = time.monotonic() + SOON
        while not server.client().accepted():
            assert time.monotonic() < end


def test_connections_are_idle_for_less_time_when_they_are_scarce(runtime):
    with runtime.started(
            Server_max_connections=2, Server_tick=0.05, Server_idle_timeout=60, Server_busy_idle_timeout=1.5) as server:
        server.get('/connections/1')
        first = server.client()
        first.get('/')
        time.sleep(2)
        first.get('/')  # one connection in two leaves enough
        time.sleep(1)  # what a busy machine may take before the second is as idle
        second = server.client()
        second.get('/')
        assert first.is_closed()
        time.sleep(2)
        assert second.get('/').status == 200


# Clients that leave.

@pytest.fixture(params=['close', 'reset', 'end'])
def leave(request):
    """Give each way to leave: closing, with a reset, and by ending this side and waiting."""
    return getattr(Client, request.param)


def test_leaving_ends_a_stream_that_waits(server, runtime, leave):
    kinds = ['iterator', 'file'] if runtime.small else ['iterator', 'file', 'asyncgenerator']
    for kind in kinds:
        key = f'leaving-{kind}-{leave.__name__}'
        client = server.client()
        client.ask('GET', f'/stream/{kind}?key={key}&delay=-1')
        client.head()
        assert next(client.chunks()) == b'sssss'
        server.told(key, 'waiting')
        leave(client)
        assert server.events(key, 'closed', 'responded 200') == ['waiting', 'cancelled', 'closed', 'responded 200']


def test_a_reset_ends_a_stream_that_waits_behind_more_requests(server, runtime):
    client = server.client(send_buffer=65536)
    client.ask('GET', '/stream/iterator?key=behind&delay=-1')
    client.head()
    server.told('behind', 'waiting')
    client.socket.settimeout(0.5)
    with pytest.raises(TimeoutError):
        while True:  # until the server reads no more
            client.send(b'GET / HTTP/1.1\r\nHost: a\r\n\r\n' * 1000)
    client.reset()
    assert server.events('behind', 'closed', 'responded 200') == ['waiting', 'cancelled', 'closed', 'responded 200']


def test_leaving_ends_a_stream_that_runs(server, stream, leave):
    key = f'running-{stream}-{leave.__name__}'
    client = server.client(receive_buffer=4096)
    client.ask('GET', f'/stream/{stream}?key={key}&size=10000&count=5000')
    client.head()
    leave(client)
    if leave is not Client.end:  # who ends this side alone may be reading
        assert server.events(key, 'closed', 'responded 200') == ['closed', 'responded 200']


def test_leaving_ends_a_generator_in_a_thread(runtime, server, leave):
    not_on_micropython(runtime, 'there are no threads')
    key = f'leaving-thread-{leave.__name__}'
    client = server.client()
    client.ask('GET', f'/stream/sync?key={key}&delay=0.7&count=3')
    client.head()
    server.told(key, 'waiting')
    leave(client)
    assert server.events(key, 'closed', 'responded 200').count('closed') == 1


@pytest.mark.parametrize('framing', ['length', 'chunked'])
def test_leaving_ends_the_reading_of_a_body(roomy, leave, framing):
    key = f'reading-{framing}-{leave.__name__}'
    client = roomy.client()
    if framing == 'length':
        client.ask('POST', f'/upload?key={key}', {'Content-Length': '30000'})
        client.send(b'b' * 20000)
    else:
        client.ask('POST', f'/upload?key={key}', {'Transfer-Encoding': 'chunked'})
        client.send(chunked(b'b' * 20000, 1000))
    roomy.told(key, 'reading')
    leave(client)
    assert roomy.events(key, 'responded None') == ['reading', 'cancelled', 'finally', 'responded None']


def test_leaving_before_the_body_has_come(server, leave):
    key = f'body-{leave.__name__}'
    client = server.client()
    client.ask('POST', f'/upload?key={key}', {'Content-Length': '100'})
    client.send(b'b' * 50)
    leave(client)
    assert json_of(server.get('/connections/1')) == {'connections': 1}
    assert server.events(key) == []


@pytest.mark.parametrize('path', ['/slow', '/slow-sync'])
def test_the_answer_to_a_client_that_left_is_dropped(server, runtime, path, leave):
    if path == '/slow-sync':
        not_on_micropython(runtime, 'there are no threads')
    key = f'dropped-{path[1:]}-{leave.__name__}'
    client = server.client()
    client.ask('GET', f'{path}?key={key}')
    server.told(key, 'started')
    leave(client)
    server.record(key, 'go')
    assert [event for event in server.events(key, 'responded 200') if 'responded' in event] == ['responded 200']
    if leave is Client.end:
        assert client.response().body == b'slow'


def test_a_client_that_ended_its_side_gets_its_answers(server):
    client = server.client()
    client.ask('GET', '/stream/iterator?key=ended&delay=0.1&count=5')
    client.ask('GET', '/big/100000')
    client.ask('GET', '/')
    client.end()
    assert client.response().body == b'sssss' * 5
    assert client.response().body == b'b' * 100000
    assert client.response().body == b'Hello!'
    assert client.is_closed()


def test_a_handler_can_ask_whether_the_client_has_left(server, leave):
    key = f'asked-{leave.__name__}'
    client = server.client()
    client.ask('GET', f'/disconnect?key={key}')
    server.told(key, 'connected False False')
    leave(client)
    assert server.events(key, 'responded 200')[1] == 'disconnected True True'


def test_after_response(server):
    client = server.client()
    client.get('/after-response?after=after')
    assert server.events('after', 'done', 'function') == ['done', 'function']
    server.said('ZeroDivisionError: an error after the response')


def test_resets_leave_nothing_behind(server, runtime):
    body = b'POST /upload HTTP/1.1\r\nHost: a\r\nContent-Length: 10000\r\n\r\n' + b'b' * 5000
    stages = [
        b'', b'GET / HT', b'GET / HTTP/1.1\r\nHost: a\r\n\r\n', b'GET / HTTP/1.1\r\nHost: a\r\n\r\n' * 10,
        b'GET /stream/iterator?key=reset&size=5000&count=1000 HTTP/1.1\r\nHost: a\r\n\r\n',
        b'GET /stream/iterator?key=reset&delay=-1 HTTP/1.1\r\nHost: a\r\n\r\n', b'GET /big/100000 HTTP/1.1\r\nHost: a\r\n\r\n',
        body, body.replace(b'Content-Length: 10000', b'Transfer-Encoding: chunked'), b'nonsense\r\n\r\n',
    ]

    def reset(stage, wait):
        client = server.client()
        client.send(stage)
        if wait and stage[:3] == b'GET' and stage[-4:] == b'\r\n\r\n':
            client.fill()
        client.reset()

    for i in range(60):  # what is made once is made
        reset(stages[i % 10], i < 30)
    assert json_of(server.get('/connections/1')) == {'connections': 1}
    descriptors, resident = server.descriptors(), server.resident()
    for i in range(600):
        reset(stages[i % 10], i < 300)
        if i % 3 == 2:  # MicroPython's queue of new connections is short
            assert server.get('/').status == 200
    assert json_of(server.get('/connections/1')) == {'connections': 1}
    assert server.has_descriptors(descriptors)
    assert server.resident() - resident < 2 * MIB


# The end of the server.

def test_shutdown_finishes_what_is_under_way(runtime):
    with runtime.started() as server:
        idle, kept, streaming, began = [server.client() for _ in range(4)]
        kept.get('/')
        streaming.ask('GET', '/stream/iterator?key=s&delay=0.1&count=10')
        streaming.head()
        began.send(b'GET / HTTP/1.1\r\nHo')
        last = server.client()
        response = last.get('/shutdown')
        assert (response.body, response.keeps) == (b'The server stops.', False)
        for client in idle, kept, last:
            assert client.is_closed()
        with pytest.raises(ConnectionError):
            server.client()
        began.send(b'st: a\r\n\r\n')
        response = began.response()
        assert (response.body, response.keeps) == (b'Hello!', False)
        assert list(streaming.chunks()) == [b'sssss'] * 10
        assert streaming.is_closed()
        assert server.ends() == 0


def test_shutdown_runs_its_handlers_last_first(runtime):
    with runtime.started() as server:
        server.get('/shutdown')
        assert server.ends() == 0
        lines = server.printed.split('\n')
        assert [line for line in lines if line] == ['startup one', 'startup two', 'shutdown two', 'shutdown one', 'run returned']


def test_shutdown_from_a_function(runtime):
    with runtime.started() as server:
        idle = server.client()
        assert server.get('/shutdown-sync').body == b'The server stops.'
        assert idle.is_closed()
        assert server.ends() == 0


def test_shutdown_waits_for_what_comes_after_a_response(runtime):
    with runtime.started() as server:
        client = server.client()
        client.get('/after-response?after=after')
        server.said('an error after the response')
        server.get('/shutdown')
        assert server.ends() == 0
        assert re.search('after: done\nafter: function\n(.*\n)*shutdown two', server.printed)


def test_shutdown_ends_what_takes_too_long(runtime, stopwatch):
    with runtime.started(Server_drain_timeout=0.5, Server_tick=0.05, Request_max_content_length=100000) as server:
        streaming, uploading, stalled, slow = [server.client() for _ in range(4)]
        streaming.ask('GET', '/stream/iterator?key=streaming&delay=-1')
        streaming.head()
        uploading.ask('POST', '/upload?key=uploading', {'Content-Length': '50000'})
        uploading.send(b'x' * 20000)
        stalled.ask('GET', '/stream/generator?key=stalled&size=10000&count=5000')
        slow.ask('GET', '/slow?key=slow')
        server.told('streaming', 'waiting')
        server.told('uploading', 'reading')
        server.get('/shutdown')
        assert server.ends() == 0
        assert 0.5 < stopwatch() < 10
        with pytest.raises(ClosedEarly):
            list(streaming.chunks())
        for line in ('streaming: cancelled', 'streaming: closed', 'uploading: cancelled', 'uploading: finally', 'stalled: closed',
                     'streaming: responded 200', 'uploading: responded None', 'stalled: responded 200', 'slow: responded None'):
            assert server.printed.count(line + '\n') == 1, line
        for path in '/stream/iterator', '/upload', '/stream/generator', '/slow':
            assert f'Still running at shutdown: {"POST" if path == "/upload" else "GET"} {path}\n' in server.printed
        assert server.printed.endswith('shutdown two\nshutdown one\nrun returned\n')


def test_shutdown_does_not_wait_for_a_function_that_hangs(runtime, stopwatch):
    not_on_micropython(runtime, 'there are no threads: a function that hangs hangs the server')
    with runtime.started(Server_drain_timeout=0.5, Server_tick=0.05) as server:
        client = server.client()
        client.ask('GET', '/slow-sync?key=hangs')
        server.told('hangs', 'started')
        server.get('/shutdown')
        assert server.ends() == 0
        assert 0.5 < stopwatch() < 10
        assert 'Still running at shutdown: GET /slow-sync\n' in server.printed
        assert 'run returned' in server.printed


@pytest.mark.parametrize('number', [signal.SIGINT, signal.SIGTERM])
def test_a_signal_shuts_down(runtime, number):
    not_on_micropython(runtime, 'it knows no signals')
    with runtime.started() as server:
        idle, streaming = server.client(), server.client()
        idle.get('/')
        streaming.ask('GET', '/stream/iterator?key=s&delay=0.1&count=10')
        streaming.head()
        server.signal(number)
        assert list(streaming.chunks()) == [b'sssss'] * 10
        assert idle.is_closed()
        assert server.ends() == 0
        assert server.printed.endswith('shutdown two\nshutdown one\nrun returned\n')


@pytest.mark.parametrize('number', [signal.SIGINT, signal.SIGTERM])
def test_a_second_signal_does_not_wait(runtime, number):
    not_on_micropython(runtime, 'it knows no signals')
    with runtime.started(Server_drain_timeout=60) as server:
        idle, streaming = server.client(), server.client()
        idle.get('/')
        streaming.ask('GET', '/stream/iterator?key=s&delay=-1')
        streaming.head()
        server.told('s', 'waiting')
        server.signal(number)
        assert idle.is_closed()
        assert server.popen.poll() is None
        server.signal(number)
        assert server.ends() == 0
        assert 's: cancelled' in server.printed
        assert server.printed.endswith('shutdown two\nshutdown one\nrun returned\n')


def test_a_signal_in_an_idle_server(runtime):
    not_on_micropython(runtime, 'it knows no signals')
    with runtime.started() as server:
        server.signal(signal.SIGTERM)
        assert server.ends() == 0


@pytest.mark.parametrize('python', ['python3.10', 'python3.12', 'python3.13', 'python3.14'])
def test_other_versions_of_python_shut_down(runtime, tmp_path, python):
    not_on_micropython(runtime, 'it has one version')
    try:
        subprocess.run([python, '-c', 'import asyncio'], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip(f'{python} is missing')
    other = Runtime(runtime.name, tmp_path, python)
    for test in (test_shutdown_finishes_what_is_under_way, test_shutdown_runs_its_handlers_last_first,
                 test_a_server_starts_again_on_its_port):
        test(other)
    for number in signal.SIGINT, signal.SIGTERM:
        test_a_signal_shuts_down(other, number)
        test_a_second_signal_does_not_wait(other, number)


# The life of a server in a program.

def test_a_server_starts_again_on_its_port(runtime):
    with runtime.started('mode=again', accepts=False) as server:
        assert server.ends() == 0
        assert server.printed.endswith('all turns done\n')
        assert server.printed.count('startup one') == server.printed.count('shutdown one') == 3


def test_shutdown_stops_every_server_of_an_application(runtime):
    with runtime.started('mode=several', f'ports={[free_port() for _ in range(3)]}', accepts=False) as server:
        assert server.ends() == 0
        assert [line for line in server.printed.split('\n') if line[:6] in {'server', 'answer'}] == [
            'server 1 True', 'answer Hello!', 'answer Hello!', 'server False']
        assert server.printed.endswith('all servers ended\n')


def test_a_server_that_was_not_asked_to_serve(runtime):
    if runtime.small:
        with runtime.started('mode=later', accepts=False, trouble=True) as server:
            assert server.ends() != 0
            assert 'ValueError: start_serving=False is not supported' in server.printed
        return
    with runtime.started('mode=later') as server:
        client = server.client()
        client.get('/')
        assert server.get('/record/later/stop').status == 200
        assert client.is_closed()
        assert server.ends() == 0
        assert "<class 'int'> True\n" in server.printed
        assert server.printed.endswith('shutdown one\nclosed False\n')


def test_a_server_within_async_with(runtime):
    not_on_micropython(runtime, 'start_serving=False is not supported')
    with runtime.started('mode=within') as server:
        client = server.client()
        client.get('/')
        assert server.get('/record/within/stop').status == 200
        assert client.is_closed()
        assert server.ends() == 0
        assert server.printed.endswith('shutdown one\nclosed False\n')


def test_a_start_up_that_fails_ends_the_server(runtime):
    with runtime.started('fail=yes', accepts=False, trouble=True) as server:
        assert server.ends() == 1
        assert 'ValueError: the start-up fails' in server.printed
        assert 'startup two' not in server.printed
        assert 'run returned' not in server.printed


def test_a_port_that_is_taken(runtime):
    with socket.create_server(('127.0.0.1', 0)) as listener:
        process = runtime.script(f'from microdot import Microdot\nMicrodot().run("127.0.0.1", {listener.getsockname()[1]})')
        try:
            assert process.ends() == 1
            assert 'OSError' in process.printed
        finally:
            process.kill()


# TLS.

@pytest.fixture
def secure(runtime, certificates):
    """Give an application over TLS, with bodies of 64 MiB."""
    files, context = certificates
    process = runtime.sharing('tls=' + ','.join(files(runtime)), Server_tick=0.05, Server_linger_timeout=0.2, Server_head_timeout=2,
                              Request_max_content_length=2**26)
    process.tls = context
    with settled(process):
        yield process


def test_tls(secure):
    client = secure.client()
    assert json_of(client.get('/echo'))['scheme'] == 'https'
    assert client.get('/').body == b'Hello!'
    assert client.get('/big/300000').body == b'b' * 300000
    assert client.get('/stream/iterator?key=tls&size=1000&count=100').body == b's' * 100000
    body = bytes(range(256)) * 400
    assert json_of(client.request('POST', '/upload', body=body))['crc'] == binascii.crc32(body)
    client.send(b'GET / HTTP/1.1\r\nHost: a\r\n\r\n' * 3)
    for _ in range(3):
        assert client.response().body == b'Hello!'
    assert client.get('/', Connection='close').body == b'Hello!'
    assert client.is_closed()


def test_a_tls_client_that_leaves(secure, leave):
    key = f'tls-{leave.__name__}'
    client = secure.client()
    client.ask('GET', f'/stream/iterator?key={key}&delay=-1')
    client.head()
    secure.told(key, 'waiting')
    leave(client)
    assert secure.events(key, 'responded 200') == ['waiting', 'cancelled', 'closed', 'responded 200']


@pytest.mark.parametrize('data', [
    b'GET / HTTP/1.1\r\nHost: a\r\n\r\n', b'\x16\x03\x01\x00\x05\x01\x00\x00\x01\x03', b'\x15\x03\x01\x00\x02\x02\x28',
    b'\x80' * 100,
], ids=['plain', 'no handshake', 'alert', 'nonsense'])
def test_what_is_not_tls_is_closed(secure, data):
    kept = secure.client()
    assert kept.get('/').body == b'Hello!'
    assert json_of(secure.get('/connections/2')) == {'connections': 2}
    descriptors = secure.descriptors()
    for _ in range(10):
        with Client(secure.port) as client:
            client.send(data)
            try:
                assert b'HTTP' not in client.rest()
            except ConnectionError:
                pass
    assert secure.has_descriptors(descriptors)
    assert kept.get('/').body == b'Hello!'
    assert secure.client().get('/').body == b'Hello!'


def test_a_tls_handshake_that_takes_too_long_is_ended(runtime, certificates, stopwatch):
    files, context = certificates
    with runtime.started('tls=' + ','.join(files(runtime)), accepts=False, Server_tick=0.05, Server_tls_timeout=0.4,
                         Server_head_timeout=0.4) as server:
        assert server.accepts()
        server.tls = context
        silent, begins = Client(server.port), Client(server.port)
        with silent, begins:
            begins.send(b'\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03')
            assert server.get('/').body == b'Hello!'
            for client in silent, begins:
                try:
                    client.rest()
                except ConnectionError:
                    pass
            assert 0.4 < stopwatch() < 10
        assert json_of(server.get('/connections/1')) == {'connections': 1}


def test_tls_shutdown(runtime, certificates):
    files, context = certificates
    with runtime.started('tls=' + ','.join(files(runtime)), Server_tick=0.05, Server_linger_timeout=0.4) as server:
        server.tls = context
        idle, kept, streaming = [server.client() for _ in range(3)]
        kept.get('/')
        streaming.ask('GET', '/stream/iterator?key=s&delay=0.1&count=5')
        streaming.head()
        assert server.get('/shutdown').body == b'The server stops.'
        assert list(streaming.chunks()) == [b'sssss'] * 5
        for client in idle, kept:
            assert client.is_closed()
        assert server.ends() == 0


# What the documentation shows.

def at_port(process, port, tls=None):
    process.port, process.tls = port, tls
    assert process.accepts(), process.printed
    return process


def wait_until_free(port):
    end = time.monotonic() + 20
    while True:
        try:
            socket.create_server(('0.0.0.0', port)).close()
        except OSError:
            if time.monotonic() > end:
                pytest.skip(f'port {port} is taken')
            time.sleep(0.1)
        else:
            return


HELLO = """
from microdot import Microdot

app = Microdot()


@app.route('/')
async def index(request):
    return 'Hello, world!'

"""


def test_e002_the_smallest_program(runtime):
    wait_until_free(5000)
    process = at_port(runtime.script(HELLO + 'app.run()\n'), 5000)
    try:
        response = process.get('/')
        assert (response.status, response.body) == (200, b'Hello, world!')
        assert response.headers['content-type'] == 'text/plain; charset=UTF-8'
        process.assert_no_trouble()
    finally:
        process.kill()


def test_e003_a_server_beside_other_work(runtime):
    with runtime.started('mode=beside') as server:
        for _ in range(3):
            assert server.get('/').body == b'Hello!'
        time.sleep(0.3)
        server.get('/shutdown')
        assert server.ends() == 0
        assert 'worked True' in server.printed


def test_e004_a_script_from_the_shell(runtime, tmp_path):
    port = free_port()
    process = runtime.script(HELLO + f"if __name__ == '__main__':\n    app.run(port={port})\n")
    try:
        assert at_port(process, port).get('/').body == b'Hello, world!'
    finally:
        process.kill()


def test_e005_another_port(runtime):
    port = free_port()
    process = runtime.script(HELLO + f'app.run(port={port})\n')
    try:
        assert at_port(process, port).get('/').body == b'Hello, world!'
    finally:
        process.kill()


def test_e006_tls(runtime, certificates):
    files, context = certificates
    port = free_port()
    module = 'tls' if runtime.small else 'ssl'
    certificate, key = files(runtime)
    script = HELLO + f"""
@app.route('/scheme')
async def scheme(request):
    return request.scheme

import {module} as ssl

context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
"""
    if runtime.small:
        script += f"context.load_cert_chain(open({certificate!r}, 'rb').read(), open({key!r}, 'rb').read())\n"
    else:
        script += f'context.load_cert_chain({certificate!r}, {key!r})\n'
    process = runtime.script(script + f'app.run(port={port}, debug=True, ssl=context)\n')
    try:
        at_port(process, port, context)
        client = process.client()
        assert client.get('/').body == b'Hello, world!'
        assert client.get('/scheme').body == b'https'
        assert client.get('/missing').status == 404
        process.says(fr'Starting async server on 0\.0\.0\.0:{port}\.\.\.\n')
        process.says(r'GET / 200\b.*\nGET /scheme 200\b.*\nGET /missing 404\b.*\n')
        process.assert_no_trouble()
    finally:
        process.close_clients()
        process.kill()


def test_e026_an_application_of_two(runtime):
    port = free_port()
    process = runtime.script(f"""
from microdot import Microdot

fruit, nuts = Microdot(), Microdot()


@fruit.get('/')
async def list_fruit(request):
    return 'apples and ' + request.url_prefix


@fruit.post('/')
async def new_fruit(request):
    return 'new', 201


@nuts.get('/')
async def list_nuts(request):
    return 'almonds'


def create_app():
    app = Microdot()
    app.mount(fruit, url_prefix='/fruit')
    app.mount(nuts, url_prefix='/nuts')
    return app


create_app().run(port={port})
""")
    try:
        at_port(process, port)
        client = process.client()
        assert client.get('/fruit/').body == b'apples and /fruit'
        assert client.get('/fruit').body == b'apples and /fruit'
        assert client.request('POST', '/fruit/', body=b'').status == 201
        assert client.get('/nuts/').body == b'almonds'
        assert client.get('/').status == 404
        process.assert_no_trouble()
    finally:
        process.close_clients()
        process.kill()


def test_e028_a_route_that_shuts_the_server_down(runtime):
    with runtime.started() as server:
        idle, kept = server.client(), server.client()
        kept.get('/')
        response = server.client().get('/shutdown')
        assert (response.status, response.body) == (200, b'The server stops.')
        assert idle.is_closed()
        assert kept.is_closed()
        assert server.ends() == 0
        assert server.printed.endswith('run returned\n')
