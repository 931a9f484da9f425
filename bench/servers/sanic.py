"""Sanic on its own server."""

import sys

from sanic import Sanic, response

from bench.servers import settings

app = Sanic('bench')
app.config.ACCESS_LOG = False
app.config.REQUEST_MAX_SIZE = settings.LARGEST
app.config.USE_UVLOOP = sys.argv[2:3] == ['uvloop']
ticker = settings.Ticker()


@app.get('/')
async def hello(request):
    """Return a text."""
    return response.text(settings.HELLO)


@app.get('/json')
async def json(request):
    """Return JSON."""
    return response.json({'message': settings.HELLO})


@app.get('/users/<id:int>')
async def user(request, id):
    """Return a parameter of the path."""
    return response.text(str(id))


@app.get('/query')
async def query(request):
    """Return parameters of the query."""
    return response.text(f'{request.args.get("name")} {int(request.args.get("count"))}')


@app.post('/form')
async def form(request):
    """Return fields of a form."""
    return response.text(f'{request.form.get("name")} {int(request.form.get("count"))}')


@app.get('/file')
async def file(request):
    """Return a file."""
    return await response.file(settings.FILE)


@app.get('/stream')
async def stream(request):
    """Return pieces that are made as they go."""
    answer = await request.respond(content_type='application/octet-stream')
    for _ in range(settings.PIECES):
        await answer.send(settings.PIECE)


@app.post('/upload')
async def upload(request):
    """Return the size of a file in a form."""
    return response.text(str(len(request.files.get('file').body)))


@app.websocket('/ws')
async def echo(request, websocket):
    """Send back every message."""
    async for message in websocket:
        await websocket.send(message)


@app.get('/events')
async def events(request):
    """Send an event for each tick."""
    answer = await request.respond(content_type='text/event-stream')
    number = ticker.number
    while True:
        number = await ticker.after(number)
        await answer.send('data: tick\n\n')


@app.post('/publish')
async def publish(request):
    """Tick."""
    ticker.tick()
    return response.text(settings.HELLO)


if __name__ == '__main__':
    app.run('127.0.0.1', settings.port(), single_process=True, access_log=False, motd=False, backlog=1024)
