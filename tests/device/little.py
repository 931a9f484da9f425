"""As much of an application as a small board has: hello, an API, a form, a page and a WebSocket. Its argument is the port."""

import sys

from microdot import Microdot, redirect, send_file
from microdot.websocket import with_websocket

app = Microdot()
lamps = {1: 'off', 2: 'on'}


@app.get('/')
async def index(request):
    return 'Hello, world!'


@app.get('/lamps')
async def every(request):
    return {'lamps': list(lamps)}


@app.get('/lamps/<int:number>')
async def lamp(request, number):
    return {'state': lamps[number]}


@app.put('/lamps/<int:number>')
async def switch(request, number):
    lamps[number] = request.json['state']
    return {'state': lamps[number]}


@app.delete('/lamps/<int:number>')
async def remove(request, number):
    lamps.pop(number)
    return '', 204


@app.get('/lamps/<int:number>/<name>')
async def fact(request, number, name):
    return {name: number}


@app.post('/form')
async def form(request):
    lamps[3] = request.form['state']
    return redirect('/')


@app.get('/page')
async def page(request):
    return send_file(sys.argv[2])


@app.get('/echo')
@with_websocket
async def echo(request, ws):
    while True:
        await ws.send(await ws.receive())


app.run('127.0.0.1', int(sys.argv[1]))
