"""BlackSheep, for an ASGI server."""

from blacksheep import Application, Request, get, json, post, text

from bench.servers import settings

app = Application()


@get('/')
async def hello():
    """Return a text."""
    return text(settings.HELLO)


@get('/json')
async def json_document():
    """Return JSON."""
    return json({'message': settings.HELLO})


@get('/users/{id}')
async def user(id: int):
    """Return a parameter of the path."""
    return text(str(id))


@get('/query')
async def query(name: str, count: int):
    """Return parameters of the query."""
    return text(f'{name} {count}')


@post('/form')
async def form(request: Request):
    """Return fields of a form."""
    fields = await request.form()
    return text(f'{fields["name"]} {int(fields["count"])}')
