"""aiohttp on its own server."""

from aiohttp import web

from bench.servers import settings

ticker = settings.Ticker()


async def hello(request):
    """Return a text."""
    return web.Response(text=settings.HELLO)


async def json(request):
    """Return JSON."""
    return web.json_response({'message': settings.HELLO})


async def user(request):
    """Return a parameter of the path."""
    return web.Response(text=str(int(request.match_info['id'])))


async def query(request):
    """Return parameters of the query."""
    return web.Response(text=f'{request.query["name"]} {int(request.query["count"])}')


async def form(request):
    """Return fields of a form."""
    fields = await request.post()
    return web.Response(text=f'{fields["name"]} {int(fields["count"])}')


async def body(request):
    """Return the length of a body."""
    return web.Response(text=str(len(await request.read())))


async def file(request):
    """Return a file."""
    return web.FileResponse(settings.FILE)


async def stream(request):
    """Return pieces that are made as they go."""
    response = web.StreamResponse(headers={'Content-Type': 'application/octet-stream'})
    await response.prepare(request)
    for _ in range(settings.PIECES):
        await response.write(settings.PIECE)
    return response


async def upload(request):
    """Return the size of a file in a form."""
    size = 0
    async for part in await request.multipart():
        while piece := await part.read_chunk(64 * 1024):
            size += len(piece)
    return web.Response(text=str(size))


async def echo(request):
    """Send back every message."""
    websocket = web.WebSocketResponse(compress=False)
    await websocket.prepare(request)
    async for message in websocket:
        await websocket.send_str(message.data)
    return websocket


async def events(request):
    """Send an event for each tick."""
    response = web.StreamResponse(headers={'Content-Type': 'text/event-stream'})
    await response.prepare(request)
    number = ticker.number
    while True:
        number = await ticker.after(number)
        await response.write(b'data: tick\n\n')


async def publish(request):
    """Tick."""
    ticker.tick()
    return web.Response(text=settings.HELLO)


app = web.Application(client_max_size=settings.LARGEST)
app.add_routes([
    web.get('/', hello), web.get('/json', json), web.get('/users/{id:[0-9]+}', user), web.get('/query', query),
    web.post('/form', form), web.post('/body', body), web.get('/file', file), web.get('/stream', stream),
    web.post('/upload', upload), web.get('/ws', echo), web.get('/events', events), web.post('/publish', publish)])
for i in range(settings.ROUTES):
    if settings.ROUTE_KIND == 'static':
        app.router.add_get(f'/routes/{i}', hello)
    elif settings.ROUTE_KIND == 'parameters':
        app.router.add_get(f'/routes{i}/{{id:[0-9]+}}', user)
    else:
        sub_application = web.Application()
        sub_application.router.add_get('/hello', hello)
        app.add_subapp(f'/routes{i}', sub_application)

if __name__ == '__main__':
    settings.set_loop()
    web.run_app(app, host='127.0.0.1', port=settings.port(), access_log=None, print=None, backlog=1024)
