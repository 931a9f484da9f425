"""Robyn on its own server, which is written in Rust."""

from urllib.parse import parse_qs

from robyn import Headers, Response, Robyn

from bench.servers import settings

app = Robyn(__file__)


def _text(value):
    return Response(status_code=200, headers=Headers({'Content-Type': 'text/plain; charset=utf-8'}), description=value)


@app.get('/')
async def hello(request):
    """Return a text."""
    return _text(settings.HELLO)


@app.get('/json')
async def json(request):
    """Return JSON."""
    return {'message': settings.HELLO}


@app.get('/users/:id')
async def user(request):
    """Return a parameter of the path."""
    return _text(str(int(request.path_params['id'])))


@app.get('/query')
async def query(request):
    """Return parameters of the query."""
    return _text(f'{request.query_params.get("name", "")} {int(request.query_params.get("count", ""))}')


@app.post('/form')
async def form(request):
    """Return fields of a form."""
    body = request.body
    fields = parse_qs(body if isinstance(body, str) else bytes(body).decode())
    return _text(f'{fields["name"][0]} {int(fields["count"][0])}')


if __name__ == '__main__':
    import os
    import sys

    port = settings.port()
    sys.argv[1:] = ['--log-level', 'ERROR', '--disable-openapi']
    os.environ['ROBYN_HOST'] = '127.0.0.1'
    app.start(host='127.0.0.1', port=port)
