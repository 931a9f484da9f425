# The door of an application that extensions stand in: every server asks it by `dispatch_request`, whatever becomes of a request.

import pytest
from tests import memory

from microdot import Microdot
from microdot.proxies import TrustedProxies


@pytest.mark.parametrize('kind', memory.KINDS)
async def test_every_request_passes_trusted_proxies(kind):
    app = Microdot()
    clients = []

    @app.route('/')
    async def index(request):
        clients.append(request.client_addr[0])
        return 'hello'

    @app.errorhandler(404)
    @app.errorhandler(413)
    async def error(request):
        clients.append(request.client_addr[0])
        return 'error', 404

    TrustedProxies(app, ['192.0.2.1'])
    async with memory.serving(app, kind) as server:
        for line in ('GET /', 'GET /nowhere', 'POST /'):
            client = await server.connect(('192.0.2.1', 50000))
            await client.send((line + ' HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 198.51.100.7\r\n' + (
                'Content-Length: 100000\r\n' if 'POST' in line else '') + '\r\n').encode())
            assert client.answers()[0].status == (200 if line == 'GET /' else 404)
    assert clients == ['198.51.100.7'] * 3
