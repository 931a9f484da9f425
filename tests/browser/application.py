"""What the tests in a browser are about: cookies of all kinds, CORS, CSRF, HTTP authentication. Its argument is the port.

A page for any site is at `/page`; what was asked since the last time is at `/seen`.
"""

import sys

from microdot import Microdot, Response
from microdot.auth import BasicAuth
from microdot.cors import CORS
from microdot.csrf import CSRF
from microdot.websocket import with_websocket

PORT = int(sys.argv[1])
FRIENDS = [f'http://friend.{domain}:{PORT}' for domain in ('localhost', 'test')]

app = Microdot()
auth = BasicAuth('The vault')
seen = []


@app.after_request
@app.after_error_request
async def record(request, response):
    if request.path in ('/page', '/seen', '/favicon.ico'):
        return
    seen.append({
        'request': request.method + ' ' + request.path, 'status': response.status_code,
        'site': request.headers.get('Sec-Fetch-Site'), 'origin': request.headers.get('Origin'),
        'cookies': sorted(request.cookies), 'headers': request.headers.get('Access-Control-Request-Headers'),
    })


cors = CORS(app, allowed_origins=FRIENDS, allow_credentials=True, allowed_methods=['PUT'], allowed_headers=['X-Spade'],
            expose_headers=['X-Exposed'], max_age=60)
csrf = CSRF(app, cors)


def html(text):
    return '<!doctype html><title>Page</title><p>' + text, 200, {'Content-Type': 'text/html'}


@app.get('/page')
async def page(request):
    return html('a page')


@app.get('/seen')
async def what_was_seen(request):
    told = seen[:]
    seen[:] = []
    return told


@app.get('/cookies')
async def cookies(request):
    response = Response(*html('cookies are set'))
    response.set_cookie('plain', '1', path='/')
    response.set_cookie('hidden', '1', path='/', http_only=True)
    response.set_cookie('lax', '1', path='/', same_site='Lax')
    response.set_cookie('strict', '1', path='/', same_site='Strict')
    response.set_cookie('none', '1', path='/', same_site='None', secure=True)
    response.set_cookie('careless', '1', path='/', same_site='None')
    response.set_cookie('folder', '1', path='/folder')
    return response


@app.route('/read')
async def read(request):
    return {'cookies': sorted(request.cookies)}, 200, {'X-Exposed': 'yes', 'X-Hidden': 'yes'}


@app.get('/folder/read')
async def read_in_folder(request):
    return await read(request)


@app.route('/write', methods=['POST', 'PUT', 'DELETE'])
async def write(request):
    return html('written by ' + request.method)


@app.post('/hook')
@csrf.exempt
async def hook(request):
    return html('hooked')


@app.get('/leave')
@csrf.protect
async def leave(request):
    return html('left')


@app.get('/echo')
@with_websocket
async def echo(request, ws):
    while True:
        await ws.send(await ws.receive())


@auth.authenticate
async def check(request, username, password):
    return username if password == 'sesame' else None


@app.get('/vault')
@auth
async def vault(request):
    return html('open for ' + request.g.current_user)


app.run('127.0.0.1', PORT)
