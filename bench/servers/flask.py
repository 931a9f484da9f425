"""Flask, for a WSGI server."""

from flask import Flask, request

from bench.servers import settings

app = Flask(__name__)
TEXT = {'Content-Type': 'text/plain; charset=utf-8'}


@app.get('/')
def hello():
    """Return a text."""
    return settings.HELLO, TEXT


@app.get('/json')
def json():
    """Return JSON."""
    return {'message': settings.HELLO}


@app.get('/users/<int:id>')
def user(id):
    """Return a parameter of the path."""
    return str(id), TEXT


@app.get('/query')
def query():
    """Return parameters of the query."""
    return f'{request.args["name"]} {request.args.get("count", type=int)}', TEXT


@app.post('/form')
def form():
    """Return fields of a form."""
    return f'{request.form["name"]} {request.form.get("count", type=int)}', TEXT
