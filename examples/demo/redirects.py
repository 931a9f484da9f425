# Redirects.
from microdot import Microdot, redirect

from .layout import facts, page

TITLE = 'Redirects'
SUMMARY = 'From an old address to a new one, after a form, in a chain.'
CALL = "return redirect('/new')"

PAGE = '''
<h1>Redirects</h1>
<p class="lead">The answer is another address, and the browser goes there.</p>
{result}
<h2>Try it</h2>
<dl class="tries">
<div><dt>A page that moved</dt>
<dd><a href="/redirects/old">/old</a></dd></div>
<div><dt>From one to the next</dt>
<dd><a href="/redirects/chain/5">/chain/5</a></dd></div>
</dl>
<form method="post" action="/redirects/order">
<h2>After a form</h2>
<p>With <code>303 See Other</code> the browser fetches the next page, and reloading that does not send the
form again.</p>
<p><button>Order tea</button></p>
</form>
'''

app = Microdot()


@app.route('/')
async def index(request):
    return page(request, 'Redirects', PAGE.format(result=''))


@app.route('/old')
async def old(request):
    return redirect(request.url_prefix + '/new?from=old')


@app.route('/chain/<int:left>')
async def chain(request, left):
    if left > 0:
        return redirect(f'{request.url_prefix}/chain/{min(left, 10) - 1}')
    return redirect(request.url_prefix + '/new?from=chain')


@app.post('/order')
async def order(request):
    return redirect(request.url_prefix + '/new?from=order', 303)


@app.route('/new')
async def new(request):
    result = facts('You arrived', ('At', request.path), ('From', request.args.get('from', 'nowhere')))
    return page(request, 'Redirects', PAGE.format(result=result))
