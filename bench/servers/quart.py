"""Quart, for hypercorn."""

from quart import Quart, request

from bench.servers import settings

app = Quart(__name__)
TEXT = {'Content-Type': 'text/plain; charset=utf-8'}


@app.get('/')
async def hello():
    """Return a text."""
    return settings.HELLO, TEXT


@app.get('/json')
async def json():
    """Return JSON."""
    return {'message': settings.HELLO}


@app.get('/users/<int:id>')
async def user(id):
    """Return a parameter of the path."""
    return str(id), TEXT


@app.get('/query')
async def query():
    """Return parameters of the query."""
    return f'{request.args["name"]} {request.args.get("count", type=int)}', TEXT


@app.post('/form')
async def form():
    """Return fields of a form."""
    fields = await request.form
    return f'{fields["name"]} {fields.get("count", type=int)}', TEXT
