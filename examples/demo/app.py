# The application: its start page, its error pages, and a sub-application for each feature.
import os

from microdot import Microdot, Request, Response, abort
from microdot.session import Session

from . import api, chat, clock, cookies, errors, files, form, layout, login, redirects, routes, stream, upload
from .layout import FOLDER, PYTHON, facts, name_of, page, source

FEATURES = (routes, form, upload, api, stream, clock, chat, cookies, login, redirects, files, errors)
MODULES = ['__main__.py', 'app.py', 'layout.py'] + [name_of(feature) + '.py' for feature in FEATURES]
TEMPLATES = [name for name in os.listdir(FOLDER + '/templates') if name.endswith('.html')]

# Pages load nothing from elsewhere and run no script but the file of ours; the browser sees to it.
SECURITY_HEADERS = {
    'Content-Security-Policy': "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    'Referrer-Policy': 'same-origin',
    'X-Content-Type-Options': 'nosniff',
}

Response.default_content_type = 'text/html'
Request.max_content_length = 256 * 1024 * 1024  # of uploads; what is kept in memory is bounded by max_body_length

app = Microdot()
Session(app, secret_key=os.urandom(32))  # so that sessions end when this program does
for feature in FEATURES:
    app.mount(feature.app, url_prefix='/' + name_of(feature), local=True)
    layout.features.append(feature)
app.mount(layout.assets)


@app.route('/')
async def index(request):
    address, port = request.client_addr[:2]
    asked = facts(
        'Your request',
        ('Asked for', f'{request.method} {request.url} HTTP/{request.http_version}'),
        ('Host', request.headers.get('Host')),
        ('From', f'{address} port {port}'),
        ('Browser', request.headers.get('User-Agent')))
    other = 'CPython' if PYTHON.startswith('Micro') else 'MicroPython'
    cards = [(name_of(feature), feature.TITLE, feature.SUMMARY, feature.CALL) for feature in FEATURES]
    return page(request, 'home', 'Demonstration', other, cards, asked, source('../hello/hello.py'))


@app.route('/source/<name>')
async def show_source(request, name):
    if name in TEMPLATES:
        return page(request, 'source', name, source('templates/' + name))
    if name not in MODULES:
        abort(404)
    return page(request, 'source', name, source(name))


@app.after_request
@app.after_error_request
async def secure(request, response):
    response.headers.update(SECURITY_HEADERS)


@app.errorhandler(400)
async def bad_request(request):
    return error(request, 400, 'Not understood')


@app.errorhandler(404)
async def not_found(request):
    return error(request, 404, 'Not found')


@app.errorhandler(405)
async def method_not_allowed(request):
    return error(request, 405, 'Method not allowed')


@app.errorhandler(413)
async def too_large(request):
    return error(request, 413, 'Too large')


@app.errorhandler(500)
async def failed(request):
    return error(request, 500, 'Something broke')


def error(request, status, title):
    return page(request, 'error', title, status, request), status
