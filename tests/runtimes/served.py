# The application of application.py, as servers of other projects load it, and further routes.
#
#   python -m tests.runtimes.served PORT [stream]     serves it with the servers of Microdot

import asyncio
import importlib
import os
import sys

from tests.runtimes import application
from tests.runtimes.application import app, record, recorded

from microdot import Request, Response
from microdot.asgi import ASGI
from microdot.rsgi import RSGI
from microdot.websocket import with_websocket
from microdot.wsgi import WSGI

asgi = ASGI(app)
rsgi = RSGI(app)
wsgi = WSGI(app)

Request.max_content_length = 2**27
if 'FAIL' in os.environ:
    application.options['fail'] = 'yes'


@app.get('/limit/<int:size>')
async def limit(request, size):
    """Set how long a body may be."""
    Request.max_content_length = size
    return str(size)


@app.get('/pid')
async def pid(request):
    return str(os.getpid())


@app.get('/resident')
async def resident(request):
    """Tell the bytes of resident memory."""
    with open('/proc/self/statm') as file:
        return str(int(file.read().split()[1]) * os.sysconf('SC_PAGE_SIZE'))


@app.get('/descriptors')
async def descriptors(request):
    return str(len(os.listdir('/proc/self/fd')))


@app.get('/segment/<value>')
async def segment(request, value):
    return {'value': value, 'path': request.path}


@app.get('/cookies')
async def cookies(request):
    response = Response({'cookies': request.cookies, 'header': request.headers.get('cOOKIE')})
    response.set_cookie('one', '1')
    response.set_cookie('two', '2')
    response.headers['X-Number'] = 7
    return response


@app.get('/split')
async def split(request):
    response = Response('split')
    response.headers['X-Name'] = 'a\r\nX-Other: b'
    return response


@app.get('/raised-timeout')
async def raised_timeout(request):
    raise asyncio.CancelledError


@app.get('/away')
async def away(request):
    """Look whether the client is there, until it is not."""
    key = request.args['key']
    record(key, 'connected %s' % request.is_disconnected)
    for _ in range(500):
        if request.is_disconnected:
            break
        await asyncio.sleep(0.01)
    record(key, 'disconnected %s' % request.is_disconnected)
    return 'nobody reads this'


@app.get('/together/<key>')
async def together(request, key):
    """Wait for another request with this key."""
    record(key, 'came')
    while application.events[key].count('came') < 2:
        await asyncio.sleep(0.01)
    return 'together'


@app.get('/stream/late')
async def stream_late(request):
    """Give a piece after the word `go`."""
    async def pieces():
        await recorded(request.args['key'], 'go')
        yield 'late'

    return pieces()


def page(engine):
    """Return the page in the language of an engine."""
    module = importlib.import_module('microdot.' + engine)
    options = {'enable_async': True} if engine == 'jinja' else {}
    module.Template.initialize(os.environ['TEMPLATES'], **options)
    return module.Template(engine + '.html')


@app.get('/template/<engine>/<re:render|generate:way>')
def template(request, engine, way):
    return getattr(page(engine), way)(names=['one', 'two']), {'Content-Type': 'text/html'}


@app.get('/template/<engine>/async/<re:render|generate:way>')
async def template_in_loop(request, engine, way):
    value = getattr(page(engine), way + '_async')(names=['one', 'two'])
    return await value if way == 'render' else value, {'Content-Type': 'text/html'}


@app.get('/ws/hello')
@with_websocket(subprotocols=['v2', 'v1'], origins=['http://garden', None])
async def ws_hello(request, ws):
    await ws.send('hello')
    await recorded('ws-hello', 'go')


@app.get('/ws/cookie')
@with_websocket
async def ws_cookie(request, ws):
    await ws.send('hello')


@app.after_request
async def set_cookie(request, response):
    if request.path == '/ws/cookie':
        response.set_cookie('seen', 'yes')
        response.headers['X-Seen'] = 'yes'


def main(port, kind=''):
    application.read_options(['server=' + kind])
    app.run('127.0.0.1', int(port))


if __name__ == '__main__':
    main(*sys.argv[1:])
