"""Falcon, for an ASGI server."""

import falcon
import falcon.asgi

from bench.servers import settings


class Hello:
    """Returns a text."""

    async def on_get(self, request, response):
        """Answer GET."""
        response.content_type = falcon.MEDIA_TEXT
        response.text = settings.HELLO


class Json:
    """Returns JSON."""

    async def on_get(self, request, response):
        """Answer GET."""
        response.media = {'message': settings.HELLO}


class User:
    """Returns a parameter of the path."""

    async def on_get(self, request, response, id):
        """Answer GET."""
        response.content_type = falcon.MEDIA_TEXT
        response.text = str(id)


class Query:
    """Returns parameters of the query."""

    async def on_get(self, request, response):
        """Answer GET."""
        response.content_type = falcon.MEDIA_TEXT
        response.text = f'{request.get_param("name")} {request.get_param_as_int("count")}'


class Form:
    """Returns fields of a form."""

    async def on_post(self, request, response):
        """Answer POST."""
        fields = await request.get_media()
        response.content_type = falcon.MEDIA_TEXT
        response.text = f'{fields["name"]} {int(fields["count"])}'


app = falcon.asgi.App()
for path, resource in (('/', Hello()), ('/json', Json()), ('/users/{id:int}', User()), ('/query', Query()), ('/form', Form())):
    app.add_route(path, resource)
