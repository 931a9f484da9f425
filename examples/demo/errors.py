# Errors, and who answers them.
from microdot import Microdot, abort

from .layout import facts, page

TITLE = 'Errors'
SUMMARY = 'Each status, and each kind of exception, can have an answer of its own.'
CALL = '@app.errorhandler(404)'

PAGE = '''
<h1>Errors</h1>
<p class="lead">What goes wrong is answered by the function registered for it: by its status, or by the class of the
exception. Without one there is a plain text.</p>
{result}
<h2>Try it</h2>
<dl class="tries">
<div><dt>A page that is not there</dt>
<dd><a href="/nowhere">/nowhere</a> <span>404</span></dd></div>
<div><dt>A function that raises</dt>
<dd><a href="/errors/crash">/crash</a> <span>500, and the server goes on</span></dd></div>
<div><dt>An exception with a handler</dt>
<dd><a href="/errors/divide/12/4">/divide/12/4</a>
<a href="/errors/divide/1/0">/divide/1/0</a> <span>400</span></dd></div>
<div><dt>A status without a handler</dt>
<dd><a href="/errors/teapot">/teapot</a> <span>418, its reason as text</span></dd></div>
</dl>
<form method="post" action="/errors/divide/12/4">
<h2>The wrong method</h2>
<p>This button sends a <code>POST</code> to a page that only knows <code>GET</code>.</p>
<p><button>Send it</button> <span>405</span></p>
</form>
'''

app = Microdot()


@app.route('/')
async def index(request):
    return page(request, 'Errors', PAGE.format(result=''))


@app.route('/crash')
async def crash(request):
    raise RuntimeError('This was on purpose.')


@app.route('/divide/<int:a>/<int:b>')
async def divide(request, a, b):
    return page(request, 'Errors', PAGE.format(result=facts('Divided', ('a / b', a / b))))


@app.errorhandler(ZeroDivisionError)
async def not_divided(request, exc):
    return page(request, 'Errors', PAGE.format(result=facts('Not divided', ('Reason', exc)))), 400


@app.route('/teapot')
async def teapot(request):
    abort(418, 'I am a teapot.')
