"""Starlette, for an ASGI server."""

from starlette.applications import Starlette
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, StreamingResponse
from starlette.routing import Mount, Route, WebSocketRoute

from bench.servers import settings

ticker = settings.Ticker()


async def hello(request):
    """Return a text."""
    return PlainTextResponse(settings.HELLO)


async def json(request):
    """Return JSON."""
    return JSONResponse({'message': settings.HELLO})


async def user(request):
    """Return a parameter of the path."""
    return PlainTextResponse(str(request.path_params['id']))


async def query(request):
    """Return parameters of the query."""
    return PlainTextResponse(f'{request.query_params["name"]} {int(request.query_params["count"])}')


async def form(request):
    """Return fields of a form."""
    fields = await request.form()
    return PlainTextResponse(f'{fields["name"]} {int(fields["count"])}')


async def body(request):
    """Return the length of a body."""
    return PlainTextResponse(str(len(await request.body())))


async def file(request):
    """Return a file."""
    return FileResponse(settings.FILE)


async def stream(request):
    """Return pieces that are made as they go."""
    async def pieces():
        for _ in range(settings.PIECES):
            yield settings.PIECE

    return StreamingResponse(pieces(), media_type='application/octet-stream')


async def upload(request):
    """Return the size of a file in a form."""
    size = 0
    async with request.form() as fields:
        while piece := await fields['file'].read(64 * 1024):
            size += len(piece)
    return PlainTextResponse(str(size))


async def echo(websocket):
    """Send back every message."""
    await websocket.accept()
    async for message in websocket.iter_text():
        await websocket.send_text(message)


async def events(request):
    """Send an event for each tick."""
    async def ticks():
        number = ticker.number
        while True:
            number = await ticker.after(number)
            yield b'data: tick\n\n'

    return StreamingResponse(ticks(), media_type='text/event-stream')


async def publish(request):
    """Tick."""
    ticker.tick()
    return PlainTextResponse(settings.HELLO)


def _more_routes():
    for i in range(settings.ROUTES):
        if settings.ROUTE_KIND == 'static':
            yield Route(f'/routes/{i}', hello)
        elif settings.ROUTE_KIND == 'parameters':
            yield Route(f'/routes{i}/{{id:int}}', user)
        else:
            yield Mount(f'/routes{i}', routes=[Route('/hello', hello)])


app = Starlette(routes=[
    Route('/', hello), Route('/json', json), Route('/users/{id:int}', user), Route('/query', query),
    Route('/form', form, methods=['POST']), Route('/body', body, methods=['POST']), Route('/file', file),
    Route('/stream', stream), Route('/upload', upload, methods=['POST']), WebSocketRoute('/ws', echo),
    Route('/events', events), Route('/publish', publish, methods=['POST']), *_more_routes()])
