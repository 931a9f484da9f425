"""Tornado on its own server."""

import asyncio

from tornado import web, websocket

from bench.servers import settings


class Hello(web.RequestHandler):
    """Returns a text."""

    async def get(self):
        """Answer GET."""
        self.set_header('Content-Type', 'text/plain; charset=UTF-8')
        self.write(settings.HELLO)


class Json(web.RequestHandler):
    """Returns JSON."""

    async def get(self):
        """Answer GET."""
        self.write({'message': settings.HELLO})


class User(web.RequestHandler):
    """Returns a parameter of the path."""

    async def get(self, id):
        """Answer GET."""
        self.set_header('Content-Type', 'text/plain; charset=UTF-8')
        self.write(str(int(id)))


class Fields(web.RequestHandler):
    """Returns parameters of the query or of a form."""

    async def get(self):
        """Answer GET."""
        self.set_header('Content-Type', 'text/plain; charset=UTF-8')
        self.write(f'{self.get_argument("name")} {int(self.get_argument("count"))}')

    post = get


class Echo(websocket.WebSocketHandler):
    """Sends back every message."""

    def on_message(self, message):
        """Answer a message."""
        self.write_message(message)


async def main():
    """Serve for ever."""
    web.Application([
        ('/', Hello), ('/json', Json), ('/users/([0-9]+)', User), ('/(?:query|form)', Fields), ('/ws', Echo),
    ]).listen(settings.port(), '127.0.0.1')
    await asyncio.Event().wait()


if __name__ == '__main__':
    asyncio.run(main())
