# On granian, by its own protocol.
from microdot.rsgi import Microdot
from microdot.websocket import with_websocket

app = Microdot()


@app.get('/')
async def index(request):
    return 'Hello from granian!'


@app.get('/echo')
@with_websocket
async def echo(request, ws):
    async for message in ws:
        await ws.send(message)
