"""An application that asks for more memory than a board has. Its argument is the port."""

import sys

from microdot import Microdot

app = Microdot()


@app.get('/')
async def index(request):
    return 'Hello!'


@app.post('/echo')
async def echo(request):
    return request.body


@app.post('/json')
async def json(request):
    return {'json': request.json}


@app.get('/big/<int:size>')
async def big(request, size):
    return b'b' * size


@app.get('/copies/<int:size>')
async def copies(request, size):
    return 'c' * size


@app.get('/greedy')
async def greedy(request):
    taken = []
    while True:
        taken.append(bytearray(1000))


@app.get('/pieces/<int:size>')
async def pieces(request, size):
    return (b'p' * size for _ in range(3))


@app.get('/growing')
async def growing(request):
    return (b'g' * size for size in range(1000, 1_000_000, 10_000))


app.run('127.0.0.1', int(sys.argv[1]))
