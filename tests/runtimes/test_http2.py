# HTTP/2, which servers of other projects speak: what is told in another way there is the same to an application.

import binascii

import httpx
import pytest
from tests.runtimes.conftest import json_of
from tests.runtimes.servers import Service

DEADLINE = 15


@pytest.fixture(scope='module', params=['hypercorn', 'granian, ASGI', 'granian, RSGI'])
def service(request, running):
    service = running(request.param)
    assert service.accepts(), service.printed
    yield service
    service.assert_no_trouble()


@pytest.fixture
def client(service):
    with httpx.Client(http1=False, http2=True, trust_env=False, base_url=f'http://127.0.0.1:{service.port}',
                      timeout=DEADLINE) as client:
        yield client


def test_a_request(service: Service, client):
    response = client.get('/echo?a=b', headers={'X-Name': 'value'})
    told = response.json()
    assert (response.http_version, told['version'].removeprefix('HTTP/')) == ('HTTP/2', '2')
    assert (told['method'], told['path'], told['query'], told['scheme'], told['length']) == ('GET', '/echo', 'a=b', 'http', 0)
    headers = dict(told['headers'])
    assert (headers['Host'], headers['X-Name']) == (f'127.0.0.1:{service.port}', 'value')


def test_cookies(client):
    response = client.get('/cookies', headers=[('cookie', 'a=1'), ('cookie', 'b=2')])
    assert response.json() == {'cookies': {'a': '1', 'b': '2'}, 'header': 'a=1; b=2'}
    assert response.headers.get_list('set-cookie') == ['one=1', 'two=2']


@pytest.mark.parametrize('told', [False, True])
def test_bodies(client, told):
    data = bytes(range(256)) * 500
    pieces = [data[i:i + 5000] for i in range(0, len(data), 5000)]
    headers = {'Content-Length': str(len(data))} if told else {}
    found = client.post('/upload?size=1000', content=iter(pieces), headers=headers).json()
    assert (found['length'], found['crc']) == (len(data), binascii.crc32(data))
    assert client.post('/transform', content=iter(pieces), headers=headers).content == data.upper()
    headers = {'Content-Length': '3'} if told else {}
    assert client.post('/echo', content=iter([b'a', b'bc']), headers=headers).json()['body'] == b'abc'.hex()
    assert client.post('/echo').json()['length'] == 0


def test_a_body_too_long(service: Service, client):
    service.needs('413 over HTTP/2 for a body that is still coming')
    client.get('/limit/20000')
    try:
        assert client.post('/upload', content=iter([b'l' * 5000] * 10)).status_code == 413
    finally:
        client.get(f'/limit/{2**27}')


@pytest.mark.parametrize(('method', 'path', 'status', 'body'), [
    ('HEAD', '/big/1234', 200, b''), ('GET', '/status/204', 204, b''), ('GET', '/close', 200, b'closing'),
    ('GET', '/missing', 404, b'Not found'), ('GET', '/stream/text', 200, b'onetwothree'), ('GET', '/big/99999', 200, b'b' * 99_999),
])
def test_responses(client, method, path, status, body):
    response = client.request(method, path)
    assert (response.status_code, response.content) == (status, body)
    assert not {'connection', 'transfer-encoding'} & response.headers.keys()  # RFC 9113 8.2.2


def test_requests_of_one_connection_wait_together(service: Service, client):
    with client.stream('GET', '/stream/late?key=http2') as late:
        assert client.get('/').text == 'Hello!'
        service.record('http2', 'go')
        assert late.read() == b'late'


def test_leaving_ends_a_stream(service: Service, client):
    with client.stream('GET', '/stream/iterator?key=http2-left&delay=-1') as response:
        assert next(response.iter_bytes()) == b'sssss'
        service.told('http2-left', 'waiting')
        client.close()
    assert service.events('http2-left', 'closed', 'responded 200') == ['waiting', 'cancelled', 'closed', 'responded 200']
    assert json_of(service.get('/events/http2-left'))['count'] == 5
