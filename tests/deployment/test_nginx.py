# The application behind nginx, as the file nginx.conf has it, on each server: what nginx tells, and that nothing waits in it.
# Must not know how a server is built.

import contextlib
import json
import socket
import ssl
import zlib

import pytest
from tests.deployment.conftest import EACH, EXAMPLE
from tests.runtimes.client import Client, ClosedEarly
from tests.runtimes.conftest import json_of
from websockets.sync.client import connect

DEADLINE = 15
MIB = 1024 * 1024

pytestmark = pytest.mark.needs('nginx')


@pytest.fixture(scope='module', params=EACH)
def behind(request, deploy):
    deployment = deploy(request.param)
    return deployment.start(), deployment


@pytest.fixture(scope='module')
def front_of(behind, proxy):
    return proxy(behind[1])


@pytest.fixture
def front(behind, front_of):
    """Give nginx before each server in turn, and look after the test that nothing went wrong unsaid."""
    yield front_of
    behind[0].assert_no_trouble()
    assert not front_of.errors()


@pytest.fixture
def client(front, certificates):
    """Give a function that opens a connection over TLS."""
    with contextlib.ExitStack() as stack:
        yield lambda: stack.enter_context(Client(front.port, certificates[1]))


def test_who_is_asking(client):
    for headers in {}, {'X-Forwarded-For': '198.51.100.7', 'X-Forwarded-Proto': 'http', 'X-Forwarded-Host': 'other',
                        'Forwarded': 'for=198.51.100.7'}:
        response = client().request('GET', '/', headers)
        assert json_of(response) == {'client': '127.0.0.1', 'scheme': 'https', 'host': 'localhost'}
        assert response.headers['strict-transport-security'] == 'max-age=31536000'


def test_long_cookies(client):
    assert client().get('/health', Cookie='a=' + 'c' * 6000).body == b'ok'


def test_connections_are_kept(client):
    one = client()
    for _ in range(3):
        response = one.get('/health')
        assert (response.body, response.keeps) == (b'ok', True)


def test_plain_http_leads_to_https(front):
    with Client(front.plain) as plain:
        plain.ask('POST', '/upload?a=b', body=b'', host='elsewhere.example.com')
        response = plain.head()
    assert (response.status, response.headers['location']) == (308, 'https://localhost/upload?a=b')


def test_another_name_is_not_answered(front, client):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with socket.create_connection(('127.0.0.1', front.port)) as plain, pytest.raises(ssl.SSLError):
        context.wrap_socket(plain, server_hostname='elsewhere.example.com')
    one = client()
    one.ask('GET', '/', host='elsewhere.example.com')
    with pytest.raises(ClosedEarly):
        one.head()


def test_a_file_comes_from_nginx(client):
    one = client()
    one.ask('GET', '/static/style.css')
    response = one.head()
    assert (response.status, response.headers['content-type']) == (200, 'text/css')
    assert response.headers['server'].startswith('nginx')
    assert response.headers['cache-control'] == 'max-age=3600'
    assert response.headers['strict-transport-security'] == 'max-age=31536000'
    assert one.take(int(response.headers['content-length'])) == (EXAMPLE / 'static/style.css').read_bytes()
    assert one.get('/static/../app.py').status == 404


def test_events_come_when_they_are_sent(client):
    one = client()
    one.ask('GET', '/events')
    response = one.head()
    assert response.headers['content-type'] == 'text/event-stream'
    chunks = one.chunks()
    for _ in range(2):
        event = b''
        while not event.endswith(b'\n\n'):
            event += next(chunks)
        assert json.loads(event.removeprefix(b'data: '))['client'] == '127.0.0.1'


def opened(front, certificates, **options):
    return connect(f'wss://localhost:{front.port}/echo', ssl=certificates[1], open_timeout=DEADLINE, close_timeout=DEADLINE,
                   **options)


def test_a_websocket(front, certificates):
    with opened(front, certificates) as client:
        for message in ('seed', b'\x00\xff', 'm' * 16384):
            client.send(message)
            assert client.recv(DEADLINE) == message


def test_no_other_upgrade_is_passed_on(client):
    one = client()
    response = one.request('GET', '/', {'Connection': 'Upgrade, HTTP2-Settings', 'Upgrade': 'h2c', 'HTTP2-Settings': 'AAMAAABk'})
    assert json_of(response)['scheme'] == 'https'


@pytest.mark.parametrize('framing', ['length', 'chunked'])
def test_a_large_upload(client, framing):
    one = client()
    piece = bytes(range(256)) * 4096
    count = 64
    if framing == 'length':
        one.ask('POST', '/upload', {'Content-Length': str(count * len(piece))})
    else:
        one.ask('POST', '/upload', {'Transfer-Encoding': 'chunked'})
    crc = 0
    for _ in range(count):
        one.send(piece if framing == 'length' else b'%x\r\n%b\r\n' % (len(piece), piece))
        crc = zlib.crc32(piece, crc)
    one.send(b'' if framing == 'length' else b'0\r\n\r\n')
    assert json_of(one.response()) == {'crc': crc, 'length': count * MIB}


def test_an_upload_too_large_is_refused(front, client):
    one = client()
    one.ask('POST', '/upload', {'Content-Length': str(1024 * MIB + 1)})
    assert one.response().status == 413
    assert 'client intended to send too large body' in front.errors()
