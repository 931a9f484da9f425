# Errors, and who answers them.
from microdot import Microdot, abort

from .layout import facts, page

TITLE = 'Errors'
SUMMARY = 'Each status, and each kind of exception, can have an answer of its own.'
CALL = '@app.errorhandler(404)'

app = Microdot()


@app.route('/')
async def index(request):
    return page(request, 'errors', 'Errors')


@app.route('/crash')
async def crash(request):
    raise RuntimeError('This was on purpose.')


@app.route('/divide/<int:a>/<int:b>')
async def divide(request, a, b):
    return page(request, 'errors', 'Errors', facts('Divided', ('a / b', a / b)))


@app.errorhandler(ZeroDivisionError)
async def not_divided(request, exc):
    return page(request, 'errors', 'Errors', facts('Not divided', ('Reason', exc))), 400


@app.route('/teapot')
async def teapot(request):
    abort(418, 'I am a teapot.')
