"""Bottle, for a WSGI server."""

from bottle import Bottle, request, response

from bench.servers import settings

app = Bottle()


def _text(value):
    response.content_type = 'text/plain; charset=UTF-8'
    return value


@app.get('/')
def hello():
    """Return a text."""
    return _text(settings.HELLO)


@app.get('/json')
def json():
    """Return JSON."""
    return {'message': settings.HELLO}


@app.get('/users/<id:int>')
def user(id):
    """Return a parameter of the path."""
    return _text(str(id))


@app.get('/query')
def query():
    """Return parameters of the query."""
    return _text(f'{request.query["name"]} {int(request.query["count"])}')


@app.post('/form')
def form():
    """Return fields of a form."""
    return _text(f'{request.forms["name"]} {int(request.forms["count"])}')
