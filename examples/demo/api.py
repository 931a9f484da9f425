# JSON, asked for and answered.
import sys

from microdot import Microdot

from .layout import page

TITLE = 'JSON'
SUMMARY = 'Dictionaries and lists are answers, JSON that arrives is one attribute.'
CALL = "sum(request.json)"

app = Microdot()


@app.get('/')
async def index(request):
    return page(request, 'api', 'JSON', request.headers.get('Host', ''))


@app.get('/system')
async def system(request):
    python = sys.implementation
    return {'python': python.name, 'version': list(python.version[:3]), 'platform': sys.platform}


@app.post('/sum')
async def add(request):
    numbers = request.json
    if numbers is None:
        return {'error': 'the Content-Type has to be application/json'}, 415
    if not isinstance(numbers, list) or not all(isinstance(number, (int, float)) for number in numbers):
        return {'error': 'that is no list of numbers'}, 422
    return {'count': len(numbers), 'sum': sum(numbers), 'sorted': sorted(numbers)}


@app.errorhandler(400)
async def malformed(request):
    return {'error': 'that is not JSON'}, 400


@app.errorhandler(404)
async def unknown(request):
    return {'error': 'there is nothing here', 'path': request.path}, 404
