# An application for production: behind a proxy, on the server of Microdot or on one of another project.
#
#   python app.py               listens on systemd's socket if it opened one, else on HOST (127.0.0.1) and PORT (8000)
#   uvicorn app:asgi            see docs/deployment.md for these
#   granian --interface rsgi app:rsgi
#   gunicorn app:wsgi

import asyncio
import os
import socket
import time
import zlib

from microdot import Microdot, Request
from microdot.asgi import ASGI
from microdot.proxies import TrustedProxies
from microdot.rsgi import RSGI
from microdot.sse import with_sse
from microdot.websocket import with_websocket
from microdot.wsgi import WSGI

app = Microdot()
TrustedProxies(app, os.environ.get('PROXIES', '127.0.0.1,::1,unix').split(','), 'X-Forwarded')
asgi = ASGI(app)
rsgi = RSGI(app)
wsgi = WSGI(app)

Request.max_content_length = 1024 * 1024 * 1024  # as client_max_body_size of nginx.conf


@app.get('/')
async def index(request):
    return {'client': request.client_addr[0], 'scheme': request.scheme, 'host': request.headers['Host']}


@app.get('/health')
async def health(request):
    return 'ok'


@app.post('/upload')
async def upload(request):
    """Take a file of any size, piece by piece."""
    crc = length = 0
    while piece := await request.stream.read(65536):
        crc = zlib.crc32(piece, crc)
        length += len(piece)
    return {'crc': crc, 'length': length}


@app.get('/events')
@with_sse
async def events(request, sse):
    """Tell the time until the client leaves."""
    while True:
        await sse.send({'time': time.time(), 'client': request.client_addr[0]})
        await asyncio.sleep(1)


@app.get('/echo')
@with_websocket
async def echo(request, ws):
    async for message in ws:
        await ws.send(message)


def given_socket():
    """Return the socket that systemd opened for this process (see sd_listen_fds(3)), None if it did not."""
    if os.environ.get('LISTEN_PID') == str(os.getpid()):
        return socket.socket(fileno=3)
    return None


if __name__ == '__main__':
    app.run(os.environ.get('HOST', '127.0.0.1'), int(os.environ.get('PORT', '8000')), sock=given_socket())
