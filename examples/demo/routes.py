# Routes and their parameters.
from microdot import Microdot, URLPattern

from .layout import facts, page

TITLE = 'Routes'
SUMMARY = 'Parts of the path become parameters, checked and converted.'
CALL = "'/square/<int:number>'"

URLPattern.register_type('hex', '[0-9a-f]+', lambda text: int(text, 16))

app = Microdot()


@app.route('/')
async def index(request):
    return page(request, 'routes', 'Routes')


@app.route('/greet/<name>')
async def greet(request, name):
    return received(request, ('name', name))


@app.route('/square/<int:number>')
async def square(request, number):
    return received(request, ('number', number), ('number * number', number * number))


@app.route('/colour/<hex:value>')
async def colour(request, value):
    return received(request, ('value', value), colour=value & 0xffffff)


@app.route('/book/<re:[a-z]+:title>/<int:chapter>')
async def book(request, title, chapter):
    return received(request, ('title', title), ('chapter', chapter))


@app.route('/tree/<path:path>')
async def tree(request, path):
    return received(request, ('path', path))


@app.route('/search')
async def search(request):
    args = request.args
    return received(request, ("args.get('q')", args.get('q')), ("args.getlist('in')", args.getlist('in')))


def received(request, *values, colour=None):
    rows = [(f'{name} ({type(value).__name__})', value) for name, value in values]
    result = facts('What the function received', ('url', request.url), *rows)
    return page(request, 'routes', 'Routes', result, colour)
