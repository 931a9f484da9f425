# Beside an application that is there already, on the server that is there: /new/ is Microdot's, all else is as it was.
from wsgiref.simple_server import make_server

from microdot.wsgi import Microdot

new = Microdot()


@new.get('/new/')
async def index(request):
    return 'Hello from Microdot!\n'


def old(environ, start_response):
    start_response('200 OK', [('Content-Type', 'text/plain')])
    return [b'What was there before\n']


def app(environ, start_response):
    application = new if environ.get('PATH_INFO', '').startswith('/new/') else old
    return application(environ, start_response)


if __name__ == '__main__':
    with make_server('127.0.0.1', 5000, app) as server:
        server.serve_forever()
