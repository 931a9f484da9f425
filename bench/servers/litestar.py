"""Litestar, for an ASGI server."""

from typing import Annotated

from litestar import Litestar, MediaType, get, post
from litestar.enums import RequestEncodingType
from litestar.params import Body

from bench.servers import settings


@get('/', media_type=MediaType.TEXT)
async def hello() -> str:
    """Return a text."""
    return settings.HELLO


@get('/json')
async def json() -> dict[str, str]:
    """Return JSON."""
    return {'message': settings.HELLO}


@get('/users/{id:int}', media_type=MediaType.TEXT)
async def user(id: int) -> str:
    """Return a parameter of the path."""
    return str(id)


@get('/query', media_type=MediaType.TEXT)
async def query(name: str, count: int) -> str:
    """Return parameters of the query."""
    return f'{name} {count}'


@post('/form', media_type=MediaType.TEXT, status_code=200)
async def form(data: Annotated[dict[str, str], Body(media_type=RequestEncodingType.URL_ENCODED)]) -> str:
    """Return fields of a form."""
    return f'{data["name"]} {int(data["count"])}'


app = Litestar([hello, json, user, query, form], openapi_config=None)
