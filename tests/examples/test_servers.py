# The examples on other servers.

import signal

import httpx
import pytest
from tests.conftest import ROOT
from tests.docs.conftest import PYTHONS
from tests.runtimes.conftest import free_port
from websockets.sync.client import connect


@pytest.mark.example('ASGI')
def test_asgi(served, client):
    assert client.get('/').json()['visits'] == 1
    answer = client.get('/').json()
    assert (answer['visits'], answer['server']['version']) == (2, '3.0')
    client.close()
    served.signal(signal.SIGTERM)
    served.ends()
    served.says('The database is closed')


@pytest.mark.example('WSGI')
def test_wsgi(client):
    assert_both_applications(client)


@pytest.mark.example('WSGI on gunicorn')
def test_wsgi_on_gunicorn(client):
    assert_both_applications(client)


def assert_both_applications(client):
    for path in ('/', '/newer'):
        assert client.get(path).text == 'What was there before\n'
    assert client.get('/new/').text == 'Hello from Microdot!\n'
    assert client.get('/new/nothing').status_code == 404


@pytest.mark.example('RSGI')
def test_rsgi(served, client):
    assert client.get('/').text == 'Hello from granian!'
    with connect(f'ws://127.0.0.1:{served.port}/echo') as socket:
        socket.send('hello')
        assert socket.recv(10) == 'hello'


@pytest.mark.example('deployment')
def test_deployment(start, python):
    port = free_port()
    process = start('env', f'PORT={port}', *PYTHONS[python], ROOT / 'examples/deployment/app.py', port=port)
    assert httpx.get(f'http://127.0.0.1:{port}/health', trust_env=False).text == 'ok'
    process.assert_no_trouble()
