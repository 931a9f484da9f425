# The application that each runtime serves to test_behaviour.py. It runs on both Pythons.
#
#   application.py PORT [NAME=VALUE]...
#
# NAME is an attribute of a class, like Server.tick or Request.max_content_length, or one of:
#   mode     the function of this module that serves: run (the default), raw, faulty, again, beside, later, ...
#   server   stream: CPython serves by asyncio's streams
#   loop     uvloop: CPython runs on that event loop
#   tls      two paths, of the certificate and of its key, with a comma between them
#
# What happens to a request is told in events: lists of words by the key that the request's query gives.

import asyncio
import binascii
import json
import sys
import time

from microdot import HTTPException, Microdot, Request, Response
from microdot.server.base import Server
from microdot.sse import with_sse
from microdot.websocket import WebSocketError, websocket_upgrade, with_websocket

SMALL = sys.implementation.name == 'micropython'

app = Microdot()
options = {'mode': 'run', 'server': '', 'loop': '', 'tls': ''}


# Events.

events = {}
waiting = []  # asyncio's events, of those who wait for one of ours
counts = {}   # bytes that were produced or received so far, by key


def record(key, word):
    print(key + ':', word)
    events.setdefault(key, []).append(word)
    if SMALL:
        wake()
    else:
        loop.call_soon_threadsafe(wake)  # a synchronous handler has a thread of its own


def wake():
    for event in waiting:
        event.set()
    waiting.clear()


async def recorded(key, word):
    while word not in events.get(key, ()):
        event = asyncio.Event()
        waiting.append(event)
        await event.wait()


@app.get('/events/<key>')
async def told(request, key):
    """Wait until all words are among the events; after ten seconds answer those that are."""
    try:
        for word in request.args.getlist('wait'):
            await asyncio.wait_for(recorded(key, word), 10)
    except asyncio.TimeoutError:
        pass
    return {'events': events.get(key, []), 'count': counts.get(key, 0)}


@app.get('/record/<key>/<word>')
async def record_word(request, key, word):
    record(key, word)
    return word


@app.before_request
async def note_the_end(request):
    key = request.args.get('key')
    if key:
        async def note(request, response):
            record(key, 'responded %s' % (response and response.status_code))

        request.after_response(note)


@app.get('/connections/<int:count>')
async def connections(request, count):
    """Wait until there are so many connections; after ten seconds answer how many there are."""
    for _ in range(1000):
        if len(app.server.connections) == count:
            break
        await asyncio.sleep(0.01)
    return {'connections': len(app.server.connections)}


@app.get('/connections')
async def count_connections(request):
    return {'connections': len(app.server.connections), 'most': app.server.max_connections}


@app.get('/memory')
async def memory(request):
    import gc

    gc.collect()
    return {'allocated': gc.mem_alloc()}  # MicroPython alone


@app.get('/after-response')
async def after_response(request):
    """Answer at once, and have something done afterwards that takes its time, and something that fails."""
    key = request.args['after']

    async def fail(request, response):
        raise ZeroDivisionError('an error after the response')

    async def take_time(request, response):
        await asyncio.sleep(0.3)
        record(key, 'done')

    def tell(request, response):
        record(key, 'function')

    request.after_response(fail)
    request.after_response(take_time)
    request.after_response(tell)
    return 'answered'


# Answers.

@app.get('/')
async def hello(request):
    return 'Hello!'


@app.get('/sync')
def sync(request):
    return 'Hello from a function!'


@app.route('/echo', methods=['GET', 'POST', 'PUT', 'DELETE', 'QUERY'])
async def echo(request):
    return {
        'method': request.method, 'path': request.path, 'query': request.query_string, 'version': request.http_version,
        'scheme': request.scheme, 'length': request.content_length, 'headers': list(request.headers.items()),
        'client': list(request.client_addr[:2]), 'body': binascii.hexlify(request.body).decode(),
    }


@app.post('/json')
async def echo_json(request):
    return {'json': request.json}


@app.post('/form')
async def echo_form(request):
    return {'name': request.form.get('name'), 'colours': request.form.getlist('colour')}


@app.get('/big/<int:size>')
async def big(request, size):
    return b'b' * size


@app.get('/status/<int:code>')
async def status(request, code):
    return 'status', code


@app.get('/reason')
async def reason(request):
    return Response('here', 200, reason=request.args['reason'])


@app.get('/error')
async def error(request):
    raise ZeroDivisionError('an error of the application')


@app.get('/close')
async def close(request):
    return 'closing', {'Connection': 'close'}


@app.get('/wrong-length')
async def wrong_length(request):
    return Response(b'12345', headers={'Content-Length': '100'})


@app.get('/file')
async def file(request):
    return Response.send_file(request.args['path'])


@app.get('/slow')
async def slow(request):
    record(request.args['key'], 'started')
    await recorded(request.args['key'], 'go')
    return 'slow'


@app.get('/slow-sync')
def slow_sync(request):
    wait_in_thread(request.args['key'])
    return 'slow'


def wait_in_thread(key):
    record(key, 'started')
    while 'go' not in events.get(key, ()):
        time.sleep(0.01)
    record(key, 'returned')


# Streams. The query gives the key, the size of a piece, the count of pieces, the index of one that fails, and the delay
# in seconds before each but the first, -1 for as long as it takes.

class Source:
    def __init__(self, args):
        self.key = args['key']
        self.piece = b's' * args.get('size', 5, int)
        self.left = args.get('count', 3, int)
        self.fails = args.get('fails', -1, int)
        self.delay = args.get('delay', 0, float)
        self.given = 0

    async def give(self):
        """Return the next piece, `b''` at the end."""
        if self.given and self.delay and self.left:
            record(self.key, 'waiting')
            try:
                await asyncio.sleep(self.delay if self.delay > 0 else 3600)
            except asyncio.CancelledError:
                record(self.key, 'cancelled')
                raise
        return self.take()

    def take(self):
        if self.given == self.fails:
            raise ZeroDivisionError('an error of the stream')
        if not self.left:
            return b''
        self.left -= 1
        self.given += 1
        counts[self.key] = self.given * len(self.piece)
        return self.piece


class Iterator(Source):
    def __aiter__(self):
        return self

    async def __anext__(self):
        piece = await self.give()
        if not piece:
            raise StopAsyncIteration
        return piece

    async def aclose(self):
        record(self.key, 'closed')


class File(Source):
    async def read(self, n):
        return await self.give()

    def close(self):
        record(self.key, 'closed')


def generate(source):
    try:
        while True:
            if source.given and source.delay:
                record(source.key, 'waiting')
                time.sleep(source.delay)
            piece = source.take()
            if not piece:
                break
            yield piece
    finally:
        record(source.key, 'closed')


@app.get('/stream/iterator')
async def stream_iterator(request):
    return Iterator(request.args)


@app.get('/stream/file')
async def stream_file(request):
    return File(request.args)


@app.get('/stream/generator')
async def stream_generator(request):
    return generate(Source(request.args))


@app.get('/stream/sync')
def stream_sync(request):
    return generate(Source(request.args))


@app.get('/stream/text')
async def stream_text(request):
    return (text for text in ('one', 'two', '', 'three'))


@app.get('/stream/none')
async def stream_none(request):
    return iter(())


if not SMALL:
    # MicroPython has no asynchronous generators.
    async def generate_async(source):
        try:
            async for piece in source:
                yield piece
        finally:
            record(source.key, 'closed')

    @app.get('/stream/asyncgenerator')
    async def stream_async_generator(request):
        return generate_async(Iterator(request.args))


# Request bodies.

@app.post('/upload')
async def upload(request):
    """Read the stream in pieces; the query may give their size, and have it wait for the word `go` before."""
    args = request.args
    key = args.get('key', '')
    if 'wait' in args:
        record(key, 'waiting')
        await recorded(key, 'go')
    length = reads = crc = 0
    try:
        while True:
            data = await request.stream.read(args.get('size', 8192, int))
            if not data:
                break
            reads += 1
            length += len(data)
            crc = binascii.crc32(data, crc)
            if key:
                counts[key] = length
                if reads == 1:
                    record(key, 'reading')
    except asyncio.CancelledError:
        record(key, 'cancelled')
        raise
    except HTTPException as exc:
        record(key, 'refused %d' % exc.status_code)
        raise
    finally:
        record(key, 'finally')
    return {'length': length, 'crc': crc, 'body': len(request.body), 'reads': reads}


@app.post('/lines')
async def lines(request):
    stream = request.stream
    first = await stream.readline()
    exact = await stream.readexactly(4)
    until = await stream.readuntil(b';')
    return {'read': [first.decode(), exact.decode(), until.decode(), (await stream.read(-1)).decode()]}


@app.post('/unread')
async def unread(request):
    return 'not read'


class Transformed:
    def __init__(self, stream):
        self.stream = stream

    def __aiter__(self):
        return self

    async def __anext__(self):
        data = await self.stream.read(1000)
        if not data:
            raise StopAsyncIteration
        return data.upper()


@app.post('/transform')
async def transform(request):
    return Transformed(request.stream)


@app.get('/disconnect')
async def disconnect(request):
    """Look whether the client is there, until it is not."""
    key = request.args['key']
    record(key, 'connected %s %s' % (request.is_disconnected, 'eof' in repr(request.sock[0])))
    for _ in range(500):
        if request.is_disconnected:
            break
        await asyncio.sleep(0.01)
    record(key, 'disconnected %s %s' % (request.is_disconnected, 'eof' in repr(request.sock[0])))
    return 'nobody reads this'


# Server-sent events.

@app.get('/events-of/<kind>')
@with_sse(keepalive=0.8)
async def server_sent_events(request, sse, kind):
    key = request.args.get('key', 'sse')
    record(key, 'started')
    try:
        if kind == 'silent':
            await asyncio.sleep(100)
        if kind == 'fails':
            await sse.send('before')
            await asyncio.sleep(0.05)
            raise ZeroDivisionError('an error after the first event')
        number = int(sse.last_event_id or 0)
        while kind == 'endless' or number < 10:
            number += 1
            await sse.send({'number': number}, event_id=number)
            await asyncio.sleep(0.05)
        await sse.send('first\nsecond', event='end')
    except asyncio.CancelledError:
        record(key, 'cancelled')
        raise
    finally:
        record(key, 'ended')


@app.get('/large-events')
@with_sse
async def large_events(request, sse):
    for number in range(int(request.args['count'])):
        await sse.send('%06d' % number + 'x' * 1000)
        counts[request.args['key']] = number


# WebSockets. The query gives the key.

async def talk(request, ws):
    """Echo by `receive`, until the word `end`."""
    key = request.args.get('key', 'ws')
    try:
        while True:
            message = await ws.receive()
            if isinstance(message, str) and message == 'end':
                break
            await ws.send(message)
    except asyncio.CancelledError:
        record(key, 'cancelled %s' % ws.close_code)
    except WebSocketError as exc:
        record(key, 'error %s' % exc)


app.get('/ws/receive')(with_websocket(talk))
app.get('/ws/long')(with_websocket(talk, max_message_length=2**20))
app.get('/ws/pings')(with_websocket(talk, ping_interval=0.2, ping_timeout=0.3))
app.get('/ws/options')(with_websocket(talk, subprotocols=['v2', 'v1'], origins=['http://garden', None], compress=True))


@app.get('/ws/echo')
@with_websocket
async def ws_echo(request, ws):
    async for message in ws:
        await ws.send(message)
    record(request.args.get('key', 'ws'), 'end %s' % ws.close_code)


@app.get('/ws/wait')
@with_websocket
async def ws_wait(request, ws):
    """Do not receive until the word `go`."""
    key = request.args['key']
    record(key, 'waiting')
    try:
        await recorded(key, 'go')
        count = 0
        async for message in ws:
            count += len(message)
        record(key, 'received %d' % count)
    except asyncio.CancelledError:
        record(key, 'cancelled %s' % ws.close_code)
        await asyncio.sleep(0.05)
        record(key, 'cleaned up')
        raise


async def deaf(request, ws):
    """Do not receive at all."""
    ws.leave_timeout = 0.4
    key = request.args['key']
    try:
        await recorded(key, 'never')
    except asyncio.CancelledError:
        record(key, 'cancelled %s' % ws.close_code)


app.get('/ws/deaf')(with_websocket(deaf, ping_interval=None))
app.get('/ws/deaf-pings')(with_websocket(deaf, ping_interval=1, ping_timeout=1))


@app.get('/ws/slow')
@with_websocket(ping_interval=0.2, ping_timeout=0.4)
async def ws_slow(request, ws):
    """Take a message now and then, so that many wait for longer than an answer to a ping may take."""
    count = 0
    async for message in ws:
        count += len(message)
        await asyncio.sleep(0.05)
    record(request.args['key'], 'received %d %s' % (count, ws.close_code))


@app.get('/ws/flood')
@with_websocket(ping_interval=None)
async def ws_flood(request, ws):
    """Send without end."""
    key = request.args['key']
    counts[key] = 0
    try:
        while True:
            await ws.send(b'f' * 1000)
            counts[key] += 1000
    finally:
        record(key, 'ended')


@app.get('/ws/close/<int:code>')
@with_websocket
async def ws_close(request, ws, code):
    await ws.send('bye')
    await ws.close(code, 'because')


@app.get('/ws/error')
@with_websocket
async def ws_error(request, ws):
    raise ZeroDivisionError('an error of a WebSocket')


@app.get('/ws/plain')
async def ws_plain(request):
    ws = await websocket_upgrade(request)
    await ws.send(await ws.receive())
    return 'nobody gets this'


# The life of the server.

@app.get('/shutdown')
async def shutdown(request):
    request.app.shutdown()
    return 'The server stops.'


@app.get('/shutdown-sync')
def shutdown_sync(request):
    request.app.shutdown()
    return 'The server stops.'


@app.on_startup
async def start_first():
    global loop
    loop = asyncio.get_event_loop()
    print('startup one')
    if 'fail' in options:
        raise ValueError('the start-up fails')


@app.on_startup
def start_second():
    print('startup two')


@app.on_shutdown
async def stop_first():
    print('shutdown one')


@app.on_shutdown
def stop_second():
    print('shutdown two')


def run():
    app.run('127.0.0.1', port, options.get('debug') == 'yes', tls_context(), loop=options['loop'] or None)
    print('run returned')


def raw():
    """Serve the application that tells what it was asked."""
    sys.path.append('tests/wire')
    from echo import echo

    echo().run('127.0.0.1', port)


def faulty():
    """Serve this application, and handlers that do wrong."""
    sys.path.append('tests/faults')
    from faulty import add

    add(app)
    run()


def start_server(**arguments):
    return app.start_server('127.0.0.1', port, ssl=tls_context(), **arguments)


def again():
    """Cancel a server and start another on its port; a client's connection to the first is open and idle."""
    async def main():
        for turn in range(3):
            task = asyncio.create_task(start_server())
            while not (app.server and app.server.is_serving()):
                await asyncio.sleep(0.01)
            reader, writer = await asyncio.open_connection('127.0.0.1', port)
            writer.write(b'GET /echo HTTP/1.1\r\nHost: a\r\n\r\n')
            await writer.drain()
            print('turn', turn, await reader.read(12))
            if turn < 2:
                task.cancel()
                await task
            else:
                app.shutdown()
                await task
            assert not app.server.is_serving()
            writer.close()
            await writer.wait_closed()
            app.server = None

    asyncio.run(main())
    print('all turns done')


def beside():
    """Serve beside other work."""
    async def main():
        server = asyncio.create_task(start_server())
        work = 0
        while not server.done():
            work += 1
            await asyncio.sleep(0.01)
        await server
        print('worked', work > 10)

    asyncio.run(main())


def several():
    """Serve on three ports, stop one, and then the others together."""
    async def main():
        tasks = []
        for number in ports:
            tasks.append(asyncio.create_task(app.start_server('127.0.0.1', number)))
            while not (app.server and app.server.port == number and app.server.is_serving()):
                await asyncio.sleep(0.01)
        tasks[2].cancel()
        await tasks[2]
        print('server', ports.index(app.server.port), app.server.is_serving())
        for number in ports[:2]:
            reader, writer = await asyncio.open_connection('127.0.0.1', number)
            writer.write(b'GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n')
            await writer.drain()
            print('answer', (await reader.read(-1))[-6:].decode())
            writer.close()
            await writer.wait_closed()
        app.shutdown()
        for task in tasks[:2]:
            await asyncio.wait_for(task, 10)
        print('server', app.server.is_serving())
        app.shutdown()

    ports = json.loads(options['ports'])
    asyncio.run(main())
    print('all servers ended')


def later():
    """Take the server, and have it serve for ever."""
    async def main():
        server = await start_server(start_serving=False)
        assert server is app.server
        print(type(server.sockets[0].getsockname()[1]), server.get_loop() is asyncio.get_running_loop())
        task = asyncio.create_task(server.serve_forever())
        await recorded('later', 'stop')
        server.close()
        await task
        await server.wait_closed()
        print('closed', server.is_serving())

    asyncio.run(main())


def within():
    """Serve within `async with`."""
    async def main():
        async with await start_server(start_serving=False) as server:
            await server.start_serving()
            await recorded('within', 'stop')
        print('closed', server.is_serving())

    asyncio.run(main())


def tls_context():
    if not options['tls']:
        return None
    certificate, key = options['tls'].split(',')
    if SMALL:
        import tls

        context = tls.SSLContext(tls.PROTOCOL_TLS_SERVER)
        with open(certificate, 'rb') as file:
            certificate = file.read()
        with open(key, 'rb') as file:
            key = file.read()
    else:
        import ssl

        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context


def read_options(arguments):
    for argument in arguments:
        name, _, value = argument.partition('=')
        owner, _, attribute = name.partition('.')
        if attribute:
            owner = {'Server': Server, 'Request': Request, 'Response': Response}[owner]
            assert hasattr(owner, attribute), argument
            setattr(owner, attribute, json.loads(value))
        else:
            options[name] = value
    if options['server'] == 'stream':
        import microdot.server.protocol
        import microdot.server.stream

        microdot.server.protocol.ProtocolServer = microdot.server.stream.StreamServer


if __name__ == '__main__':
    port = int(sys.argv[1])
    read_options(sys.argv[2:])
    globals()[options['mode']]()
