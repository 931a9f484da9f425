# The application: its start page, its error pages, and a sub-application for each feature.
import os

from microdot import Microdot, Request, Response, abort, send_file
from microdot.session import Session

from . import api, chat, clock, cookies, errors, files, form, layout, login, redirects, routes, stream, upload
from .layout import FOLDER, PYTHON, escape, facts, name_of, page, source

FEATURES = (routes, form, upload, api, stream, clock, chat, cookies, login, redirects, files, errors)
ASSETS = ('icon.svg', 'script.js', 'style.css')

HOME = '''
<div class="hero">
<h1>One source, two&nbsp;Pythons</h1>
<p class="lead">What you see is a Microdot application. <strong>{python}</strong> runs it, over the HTTP/1.1 server that
Microdot brings along; the same files run on {other}.</p>
</div>
<h2>What it shows</h2>
<ul class="cards">
{cards}
</ul>
{request}
<section>
<h2>A whole application</h2>
<pre tabindex="0" role="region" aria-label="Code of a small application"><code data-python>{hello}</code></pre>
<p>This is <code>examples/hello/hello.py</code>. The start page itself is in <a href="/source/app">app.py</a>, what all
pages share in <a href="/source/layout">layout.py</a>.</p>
</section>
'''

CARD = '<li><a href="/{}"><strong>{}</strong><span>{}</span><code>{}</code></a></li>'

SOURCE = '''
<h1>{name}.py</h1>
<section>
<pre tabindex="0" role="region" aria-label="Code"><code data-python>{code}</code></pre>
</section>
'''

ERROR = '''
<div class="error">
<p class="status">{status}</p>
<h1>{title}</h1>
<p class="lead">{text}</p>
</div>
'''

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


@app.route('/')
async def index(request):
    cards = [CARD.format(name_of(feature), feature.TITLE, feature.SUMMARY, escape(feature.CALL))
             for feature in FEATURES]
    address, port = request.client_addr[:2]
    asked = facts(
        'Your request',
        ('Asked for', f'{request.method} {request.url} HTTP/{request.http_version}'),
        ('Host', request.headers.get('Host')),
        ('From', f'{address} port {port}'),
        ('Browser', request.headers.get('User-Agent')))
    return page(request, 'Demonstration', HOME.format(
        python=PYTHON, other='CPython' if PYTHON.startswith('Micro') else 'MicroPython', cards='\n'.join(cards),
        request=asked, hello=escape(source('../hello/hello'))))


@app.route('/assets/<name>')
async def assets(request, name):
    if name not in ASSETS:
        abort(404)
    return send_file(FOLDER + '/assets/' + name)


@app.route('/source/<name>')
async def show_source(request, name):
    if name not in ('__main__', 'app', 'layout') and name not in [name_of(feature) for feature in FEATURES]:
        abort(404)
    return page(request, name + '.py', SOURCE.format(name=name, code=escape(source(name))))


@app.after_request
@app.after_error_request
async def secure(request, response):
    response.headers.update(SECURITY_HEADERS)


@app.errorhandler(400)
async def bad_request(request):
    return error(request, 400, 'Not understood', 'What the browser sent does not make sense.')


@app.errorhandler(404)
async def not_found(request):
    return error(request, 404, 'Not found', f'There is no page at <code>{escape(request.path)}</code>.')


@app.errorhandler(405)
async def method_not_allowed(request):
    return error(request, 405, 'Method not allowed', f'There is such a page, but not for <code>{escape(request.method)}'
                 '</code>. The header <code>Allow</code> of this answer says for what.')


@app.errorhandler(413)
async def too_large(request):
    return error(request, 413, 'Too large', f'This application takes {request.max_content_length} bytes at most, and no more '
                 f'than {request.max_body_length} of them anywhere but in an upload.')


@app.errorhandler(500)
async def failed(request):
    return error(request, 500, 'Something broke', 'The function behind this page raised an exception. The traceback is '
                 'in the terminal, where it helps, and not here, where it would help a stranger.')


def error(request, status, title, text):
    return page(request, title, ERROR.format(status=status, title=title, text=text)), status
