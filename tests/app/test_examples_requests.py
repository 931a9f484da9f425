# What a reader of the documentation tries: requests.

from tools import changed, only

from microdot import Microdot, Request
from microdot.test_client import TestClient


async def test_e029_json_in_and_out():
    app = Microdot()

    @app.post('/weigh')
    async def weigh(request):
        if request.json is None:
            return {'error': 'JSON, please'}, 415
        return {'grams': request.json['kilos'] * 1000}
    client = TestClient(app)
    response = await client.post('/weigh', body={'kilos': 3})
    assert (response.status_code, response.json) == (200, {'grams': 3000})
    response = await client.post('/weigh', body='{"kilos": 3}')
    assert (response.status_code, response.json) == (415, {'error': 'JSON, please'})
    response = await client.post('/weigh', headers={'Content-Type': 'text/plain'}, body='{"kilos": 3}')
    assert response.status_code == 415
    response = await client.post('/weigh', headers={'Content-Type': 'application/json'}, body='kilos: 3')
    assert (response.status_code, response.text) == (400, 'Malformed JSON')


@only('cpython', 'on MicroPython the exception is an HTTPException alone')
async def test_e029_broken_json_may_be_caught_as_before():
    app = Microdot()

    @app.post('/weigh')
    async def weigh(request):
        try:
            return {'grams': request.json['kilos'] * 1000}
        except ValueError:
            return {'error': 'that does not parse'}, 422
    response = await TestClient(app).post('/weigh', {'Content-Type': 'application/json'}, '{"kilos"')
    assert (response.status_code, response.json) == (422, {'error': 'that does not parse'})


async def test_e030_a_form():
    app = Microdot()

    @app.route('/', methods=['GET', 'POST'])
    async def greet(request):
        name = request.form.get('name', 'stranger') if request.method == 'POST' else 'gardener'
        return '<p>Hello ' + name + '</p><form method="post"><input name="name"></form>', {'Content-Type': 'text/html'}
    client = TestClient(app)
    response = await client.get('/')
    assert response.text.startswith('<p>Hello gardener</p>')
    assert response.headers['Content-Type'] == 'text/html'
    form = {'Content-Type': 'application/x-www-form-urlencoded'}
    assert (await client.post('/', form, 'name=Rosa+Mar%C3%ADa')).text.startswith('<p>Hello Rosa Mar\xeda</p>')
    assert (await client.post('/', form, 'other=x')).text.startswith('<p>Hello stranger</p>')
    assert (await client.post('/', form, 'name')).text.startswith('<p>Hello </p>')


async def test_e033_large_bodies_are_streamed():
    app = Microdot()

    @app.post('/harvest')
    async def harvest(request):
        size = 0
        pieces = 0
        while True:
            piece = await request.stream.read(1024)
            if not piece:
                return {'size': size, 'pieces': pieces, 'body': len(request.body), 'length': request.content_length}
            size += len(piece)
            pieces += 1
    client = TestClient(app)
    with changed(Request, max_content_length=1024 * 1024, max_body_length=8 * 1024):
        answer = (await client.post('/harvest', body=b'x' * 9000)).json
        assert (answer['size'], answer['body'], answer['length']) == (9000, 0, 9000)
        assert answer['pieces'] >= 9
        answer = (await client.post('/harvest', body=b'x' * 8192)).json
        assert (answer['size'], answer['body']) == (8192, 8192)
        response = await client.post('/harvest', body=b'x' * (1024 * 1024 + 1))
        assert (response.status_code, response.text) == (413, 'Payload too large')
    response = await client.post('/harvest', body=b'x' * 20000)
    assert response.status_code == 413
