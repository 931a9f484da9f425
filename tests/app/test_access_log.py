# The line that is logged for each request, and the counts that a server keeps, over streams in memory.

import asyncio

from tools import captured_log

from microdot import Microdot
from microdot.server.access_log import escaped
from microdot.server.stream import StreamServer, serve_streams
from microdot.websocket import with_websocket


class Stream:
    """A client that sends what it is given and then ends its side; `sent` is what the server writes."""

    def __init__(self, *pieces):
        self.pieces = list(pieces)
        self.sent = b''

    async def read(self, n):
        await asyncio.sleep(0)
        return self.pieces.pop(0) if self.pieces else b''

    def write(self, data):
        self.sent += data

    async def drain(self):
        await asyncio.sleep(0)

    def close(self):
        pass

    async def wait_closed(self):
        pass

    def get_extra_info(self, name):
        return ('192.0.2.1', 50000) if name == 'peername' else None


def make_app():
    app = Microdot()

    @app.route('/', methods=['GET', 'POST'])
    async def index(request):
        return 'hello'

    @app.route('/caf\xe9')
    async def cafe(request):
        return 'caf\xe9'

    @app.route('/nothing')
    async def nothing(request):
        return '', 204

    @app.route('/pieces')
    async def pieces(request):
        return iter(['abc', b'de', 'f'])

    @app.route('/wrong')
    async def wrong(request):
        return iter(['abc']), {'Content-Length': '2'}

    @app.route('/ws')
    @with_websocket(origins=[None])
    async def ws(request, ws):
        await ws.send('hello')

    @app.route('/itself')
    async def itself(request):
        from microdot import Response

        request.sock[1].write(b'by hand')
        return Response.already_handled

    return app


class Servers:
    """A server with an access log, or without one."""

    def __init__(self, access_log=True):
        self.server = StreamServer(make_app(), '', 0)
        self.server.access_log = access_log

    async def lines(self, *pieces):
        """Serve a client, and return what is logged of each request without its duration."""
        stream = Stream(*pieces)
        with captured_log() as logged:
            await serve_streams(self.server, stream, stream)
        lines = []
        for message, exc in logged:
            if exc is None and message.endswith(' ms'):
                line, _, duration = message[:-3].rpartition(' bytes ')
                assert float(duration) >= 0
                lines.append(line)
        return lines


def get(path, version='1.1', method='GET', headers=''):
    return ('%s %s HTTP/%s\r\nHost: a\r\n%s\r\n' % (method, path, version, headers)).encode()


async def test_a_line_for_each_request():
    servers = Servers()
    assert await servers.lines(get('/'), get('/?a=b&c'), get('/', method='HEAD'), get('/x', '1.0')) == [
        'GET / 200 HTTP/1.1 5',
        'GET /?a=b&c 200 HTTP/1.1 5',
        'HEAD / 200 HTTP/1.1 0',
        'GET /x 404 HTTP/1.0 9',
    ]


async def test_bytes_that_were_sent():
    servers = Servers()
    assert await servers.lines(get('/caf%C3%A9'), get('/nothing'), get('/pieces'), get('/pieces', method='HEAD')) == [
        'GET /caf%C3%A9 200 HTTP/1.1 5',
        'GET /nothing 204 HTTP/1.1 0',
        'GET /pieces 200 HTTP/1.1 6',
        'HEAD /pieces 200 HTTP/1.1 0',
    ]


async def test_a_response_that_replaces_the_applications():
    assert await Servers().lines(get('/wrong')) == ['GET /wrong 500 HTTP/1.1 21']


async def test_a_request_that_its_handler_answers():
    assert await Servers().lines(get('/itself')) == ['GET /itself - HTTP/1.1 0']


async def test_a_websocket():
    key = 'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n'
    handshake = 'Connection: Upgrade\r\nUpgrade: websocket\r\n' + key
    assert await Servers().lines(get('/ws', headers=handshake)) == ['GET /ws 101 HTTP/1.1 0']
    assert await Servers().lines(get('/ws', headers=handshake + 'Origin: http://wilderness\r\n')) == ['GET /ws 403 HTTP/1.1 18']


async def test_a_head_that_is_refused():
    assert await Servers().lines(b'GET / HTTP/1.1\r\nno: host\r\n\r\n') == ['- - 400 - 14']
    assert await Servers().lines(b'what is this\x00\r\n\r\n') == ['- - 400 - 11']


async def test_no_input_makes_a_line():
    assert await Servers().lines(get('/"\\\x27')) == ['GET /\\x22\\x5c\\x27 404 HTTP/1.1 9']
    for attack in ('/\nGET /admin 200', '/\x1b[2J', '/caf\xe9', '/\x7f'):
        for line in await Servers().lines(get(attack)):
            assert line.startswith('- - 400 -'), line


def test_what_is_escaped():
    assert escaped('/path?a=b&c=%20') == '/path?a=b&c=%20'
    assert escaped('a b') == 'a\\x20b'
    assert escaped('a\r\nb') == 'a\\x0d\\x0ab'
    assert escaped('\x00\x1f\x7f') == '\\x00\\x1f\\x7f'
    assert escaped('"\'\\') == '\\x22\\x27\\x5c'
    assert escaped('\xe9\u2028') == '\\xc3\\xa9\\xe2\\x80\\xa8'


async def test_it_is_switched_on_by_a_handler():
    servers = Servers(access_log=False)

    @servers.server.app.route('/on')
    async def on(request):
        servers.server.access_log = True
        return iter(['on'])

    assert await servers.lines(get('/'), get('/on'), get('/')) == ['GET / 200 HTTP/1.1 5']


async def test_without_it():
    assert await Servers(access_log=False).lines(get('/'), get('/x')) == []


def test_an_application_in_debug_mode_has_one():
    app = make_app()
    assert not StreamServer(app, '', 0).access_log
    app.debug = True
    assert StreamServer(app, '', 0).access_log


# Counts.

POST = b'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n'


async def test_counts_of_a_new_server():
    assert Servers().server.stats() == {
        'connections': 0, 'idle': 0, 'requests': 0, 'refused': {}, 'deadlines': {}, 'turned_away': 0}


async def test_counts_of_requests_and_refusals():
    servers = Servers()
    await servers.lines(get('/'), get('/x'), POST % 5 + b'hello')
    await servers.lines(b'GET /\r\n\r\n')
    await servers.lines(get('/', headers='Expect: x\r\n'))
    await servers.lines(POST % 100_000)
    await servers.lines(get('/') + POST.replace(b'Content-Length: %d', b'Transfer-Encoding: chunked') + b'x\r\n')
    await servers.lines(b'GET /\r\n\r\n')
    stats = servers.server.stats()
    assert stats['requests'] == 6
    assert stats['refused'] == {400: 3, 413: 1, 417: 1}
    assert stats['connections'] == stats['idle'] == stats['turned_away'] == 0


async def test_a_connection_that_is_turned_away_is_counted():
    servers = Servers()
    servers.server.max_connections = 0
    stream = Stream(get('/'))
    await serve_streams(servers.server, stream, stream)
    assert stream.sent == b''
    assert servers.server.stats()['turned_away'] == 1
    assert servers.server.stats()['requests'] == 0


async def test_counts_are_the_callers():
    servers = Servers()
    await servers.lines(b'GET /\r\n\r\n')
    stats = servers.server.stats()
    stats['refused'][400] = 0
    assert servers.server.stats()['refused'] == {400: 1}
