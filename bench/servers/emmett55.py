"""Emmett55, for granian."""

from emmett55 import App, request, response
from emmett55.tools import service

from bench.servers import settings

app = App(__name__)


def _text(value):
    response.headers['content-type'] = 'text/plain; charset=utf-8'
    return value


@app.route('/', methods='get', output='str')
async def hello():
    """Return a text."""
    return _text(settings.HELLO)


@app.route('/json', methods='get')
@service.json
async def json():
    """Return JSON."""
    return {'message': settings.HELLO}


@app.route('/users/<int:id>', methods='get', output='str')
async def user(id):
    """Return a parameter of the path."""
    return _text(str(id))


@app.route('/query', methods='get', output='str')
async def query():
    """Return parameters of the query."""
    return _text(f'{request.query_params.name} {int(request.query_params.count)}')


@app.route('/form', methods='post', output='str')
async def form():
    """Return fields of a form."""
    fields = await request.body_params
    return _text(f'{fields.name} {int(fields.count)}')
