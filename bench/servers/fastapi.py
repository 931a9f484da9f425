"""FastAPI, for an ASGI server."""

from typing import Annotated

from fastapi import FastAPI, Form
from fastapi.responses import PlainTextResponse

from bench.servers import settings

app = FastAPI()


@app.get('/', response_class=PlainTextResponse)
async def hello():
    """Return a text."""
    return settings.HELLO


@app.get('/json')
async def json():
    """Return JSON."""
    return {'message': settings.HELLO}


@app.get('/users/{id}', response_class=PlainTextResponse)
async def user(id: int):
    """Return a parameter of the path."""
    return str(id)


@app.get('/query', response_class=PlainTextResponse)
async def query(name: str, count: int):
    """Return parameters of the query."""
    return f'{name} {count}'


@app.post('/form', response_class=PlainTextResponse)
async def form(name: Annotated[str, Form()], count: Annotated[int, Form()]):
    """Return fields of a form."""
    return f'{name} {count}'
