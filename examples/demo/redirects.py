# Redirects.
from microdot import Microdot, redirect

from .layout import facts, page

TITLE = 'Redirects'
SUMMARY = 'From an old address to a new one, after a form, in a chain.'
CALL = "return redirect('/new')"

app = Microdot()


@app.route('/')
async def index(request):
    return page(request, 'redirects', 'Redirects')


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
    return page(request, 'redirects', 'Redirects', result)
