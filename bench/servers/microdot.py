"""Microdot on its own server: of this tree, or of the tree that PYTHONPATH names."""

from bench.servers import settings
from microdot import Microdot, Request, Response, send_file
from microdot.multipart import FileUpload, FormDataIter
from microdot.sse import with_sse
from microdot.websocket import with_websocket

Request.max_content_length = settings.LARGEST
app = Microdot()
ticker = settings.Ticker()


@app.get('/')
async def hello(request):
    """Return a text."""
    return settings.HELLO


@app.get('/json')
async def json(request):
    """Return JSON."""
    return {'message': settings.HELLO}


@app.get('/users/<int:id>')
async def user(request, id):
    """Return a parameter of the path."""
    return str(id)


@app.get('/query')
async def query(request):
    """Return parameters of the query."""
    return f'{request.args["name"]} {request.args.get("count", type=int)}'


@app.post('/form')
async def form(request):
    """Return fields of a form."""
    return f'{request.form["name"]} {request.form.get("count", type=int)}'


@app.post('/body')
async def body(request):
    """Return the length of a body."""
    size = len(request.body)
    if not size:
        while piece := await request.stream.read(64 * 1024):
            size += len(piece)
    return str(size)


@app.get('/file')
async def file(request):
    """Return a file."""
    return send_file(settings.FILE)


@app.get('/stream')
async def stream(request):
    """Return pieces that are made as they go."""
    async def pieces():
        for _ in range(settings.PIECES):
            yield settings.PIECE

    return Response(pieces(), headers={'Content-Type': 'application/octet-stream'})


@app.post('/upload')
async def upload(request):
    """Return the size of a file in a form."""
    size = 0
    async for _, value in FormDataIter(request):
        if isinstance(value, FileUpload):
            while piece := await value.read(64 * 1024):
                size += len(piece)
    return str(size)


@app.get('/ws')
@with_websocket
async def echo(request, ws):
    """Send back every message."""
    while True:
        await ws.send(await ws.receive())


@app.get('/events')
@with_sse
async def events(request, sse):
    """Send an event for each tick."""
    number = ticker.number
    while True:
        number = await ticker.after(number)
        await sse.send('tick')


@app.post('/publish')
async def publish(request):
    """Tick."""
    ticker.tick()
    return settings.HELLO


async def _nothing(request, *response):
    return response[0] if response else None


for _ in range(settings.HOOKS):
    app.before_request(_nothing)
    app.after_request(_nothing)
for i in range(settings.ROUTES):
    if settings.ROUTE_KIND == 'static':
        app.route(f'/routes/{i}')(hello)
    elif settings.ROUTE_KIND == 'parameters':
        app.route(f'/routes{i}/<int:id>')(user)
    else:
        sub_application = Microdot()
        sub_application.route('/hello')(hello)
        app.mount(sub_application, url_prefix=f'/routes{i}')

if __name__ == '__main__':
    settings.set_loop()
    app.run('127.0.0.1', settings.port())
