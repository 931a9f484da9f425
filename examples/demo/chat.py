# A conversation of all who look at the page, over WebSockets.
from microdot import Microdot
from microdot.websocket import WebSocketError, with_websocket

from .layout import page

TITLE = 'Chat'
SUMMARY = 'Both sides talk when they like: a WebSocket for each visitor.'
CALL = '@with_websocket'

LONGEST = 500  # bytes of a message
KEPT = 20      # messages that who comes later still sees

app = Microdot()
visitors = set()  # their WebSockets
numbers = iter(range(1, 1_000_000_000))
said = []


@app.route('/')
async def index(request):
    return page(request, 'chat', 'Chat')


@app.route('/room')
@with_websocket(max_message_length=LONGEST)
async def room(request, ws):
    name = f'Visitor {next(numbers)}'
    for line in said[:]:
        await ws.send(line)
    visitors.add(ws)
    try:
        await tell(f'{name} came')
        async for message in ws:
            await tell(f'{name}: {message}')
    finally:  # the visitor has left
        visitors.discard(ws)
        await tell(f'{name} left')


async def tell(line):
    said.append(line)
    del said[:-KEPT]
    for ws in list(visitors):
        try:
            await ws.send(line)
        except WebSocketError:  # this one has left meanwhile
            pass
