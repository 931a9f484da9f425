# What a reader of the documentation tries: handlers before and after requests and of errors, and the test client.

import time

from tools import captured_log, only

from microdot import Microdot
from microdot.test_client import TestClient

KEYS = {'k-1': 'Rosa', 'k-2': 'Fern'}


async def test_e020_authorisation_before_a_request():
    app = Microdot()

    @app.before_request
    async def authorise(request):
        gardener = KEYS.get(request.headers.get('X-Key'))
        if gardener is None:
            return 'No key for this gate', 401
        request.g.gardener = gardener

    @app.get('/gate')
    async def gate(request):
        return 'Open for ' + request.g.gardener
    client = TestClient(app)
    response = await client.get('/gate')
    assert (response.status_code, response.text) == (401, 'No key for this gate')
    response = await client.get('/gate', headers={'X-Key': 'k-9'})
    assert response.status_code == 401
    response = await client.get('/gate', headers={'x-key': 'k-2'})
    assert (response.status_code, response.text) == (200, 'Open for Fern')


async def test_e021_the_duration_of_a_request():
    app = Microdot()
    durations = []

    @app.before_request
    async def start(request):
        request.g.started = time.time()

    @app.after_request
    async def stop(request, response):
        durations.append(time.time() - request.g.started)

    @app.get('/')
    async def index(request):
        return 'grown'
    response = await TestClient(app).get('/')
    assert (response.status_code, response.text) == (200, 'grown')
    assert len(durations) == 1
    assert 0 <= durations[0] < 10


async def test_e022_a_404_in_json():
    app = Microdot()

    @app.errorhandler(404)
    async def lost(request):
        return {'error': 'nothing grows at ' + request.path}, 404
    response = await TestClient(app).get('/desert')
    assert response.status_code == 404
    assert response.json == {'error': 'nothing grows at /desert'}
    assert response.headers['Content-Type'] == 'application/json; charset=UTF-8'


async def test_e023_a_handler_for_an_exception():
    app = Microdot()

    @app.errorhandler(ArithmeticError)
    async def arithmetic(request, exc):
        return {'error': exc.__class__.__name__}, 500

    @app.get('/share/<int:pots>/<int:plants>')
    async def share(request, pots, plants):
        return {'each': plants // pots}
    client = TestClient(app)
    assert (await client.get('/share/2/8')).json == {'each': 4}
    with captured_log() as lines:
        response = await client.get('/share/0/8')
    assert (response.status_code, response.json) == (500, {'error': 'ZeroDivisionError'})
    assert lines == []


async def test_e031_a_user_stored_before_a_request():
    app = Microdot()

    @app.before_request
    async def identify(request):
        name = request.cookies.get('gardener')
        if not name:
            return {'error': 'who is there?'}, 401
        request.g.gardener = name

    @app.get('/diary')
    async def diary(request):
        return 'The diary of ' + request.g.gardener
    response = await TestClient(app).get('/diary')
    assert (response.status_code, response.json) == (401, {'error': 'who is there?'})
    response = await TestClient(app, cookies={'gardener': 'Rosa'}).get('/diary')
    assert (response.status_code, response.text) == (200, 'The diary of Rosa')


async def test_e032_a_cookie_is_emptied_after_one_request():
    app = Microdot()

    @app.post('/leave')
    async def leave(request):
        @request.after_request
        async def forget(request, response):
            response.set_cookie('gardener', '')
        return 'Goodbye'

    @app.get('/')
    async def index(request):
        return 'Hello ' + (request.cookies.get('gardener') or 'stranger')
    client = TestClient(app, cookies={'gardener': 'Rosa'})
    assert (await client.get('/')).text == 'Hello Rosa'
    response = await client.post('/leave')
    assert (response.text, response.headers['Set-Cookie']) == ('Goodbye', ['gardener='])
    assert client.cookies == {'gardener': ''}
    response = await client.get('/')
    assert response.text == 'Hello stranger'
    assert 'Set-Cookie' not in response.headers


async def test_e080_an_async_test():
    app = Microdot()

    @app.get('/')
    async def index(request):
        return 'The garden is open'
    client = TestClient(app)
    response = await client.get('/')
    assert response.status_code == 200
    assert response.text == 'The garden is open'


@only('cpython', 'MicroPython has no unittest of its own')
def test_e080_an_async_test_of_unittest():
    import unittest

    app = Microdot()

    @app.get('/')
    async def index(request):
        return 'The garden is open'

    class GardenTest(unittest.IsolatedAsyncioTestCase):
        async def test_index(self):
            response = await TestClient(app).get('/')
            self.assertEqual(response.text, 'The garden is open')
    result = unittest.TestResult()
    GardenTest('test_index').run(result)
    assert (result.testsRun, result.failures, result.errors) == (1, [], [])
