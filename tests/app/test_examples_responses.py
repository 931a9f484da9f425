# What a reader of the documentation tries: responses.

from tools import changed, only

from microdot import Microdot, Response, redirect, send_file
from microdot.static import Static
from microdot.test_client import TestClient

FOLDER = 'tests/app/files/'


async def answer(handler, path='/'):
    app = Microdot()
    app.get('/')(handler)
    return await TestClient(app).get(path)


async def test_e034_text():
    async def index(request):
        return 'Tomatoes'
    response = await answer(index)
    assert (response.status_code, response.text) == (200, 'Tomatoes')
    assert response.headers == {'Content-Type': 'text/plain; charset=UTF-8', 'Content-Length': '8'}


async def test_e035_text_and_status():
    async def index(request):
        return 'Sown', 202
    response = await answer(index)
    assert (response.status_code, response.text) == (202, 'Sown')


async def test_e036_html_status_and_headers():
    async def index(request):
        return '<h1>Sown</h1>', 202, {'Content-Type': 'text/html', 'X-Bed': '4'}
    response = await answer(index)
    assert (response.status_code, response.text) == (202, '<h1>Sown</h1>')
    assert (response.headers['Content-Type'], response.headers['X-Bed']) == ('text/html', '4')


async def test_e037_status_alone():
    async def index(request):
        return 204
    response = await answer(index)
    assert (response.status_code, response.body) == (204, b'')


async def test_e038_html_and_headers():
    async def index(request):
        return '<h1>Sown</h1>', {'Content-Type': 'text/html'}
    response = await answer(index)
    assert (response.status_code, response.text, response.headers['Content-Type']) == (200, '<h1>Sown</h1>', 'text/html')


async def test_e039_json():
    async def one(request):
        return {'plant': 'leek', 'rows': [1, 2]}

    async def many(request):
        return ['leek', 'onion']
    response = await answer(one)
    assert response.json == {'plant': 'leek', 'rows': [1, 2]}
    assert response.headers['Content-Type'] == 'application/json; charset=UTF-8'
    response = await answer(many)
    assert (response.body, response.json) == (b'["leek", "onion"]', ['leek', 'onion'])


async def test_e040_a_redirect():
    async def index(request):
        return redirect('/greenhouse')
    response = await answer(index)
    assert (response.status_code, response.headers['Location'], response.body) == (302, '/greenhouse', b'')


async def test_e041_a_file():
    async def index(request):
        return send_file(FOLDER + 'text.txt')
    response = await answer(index)
    assert (response.status_code, response.text) == (200, 'The text of a file.\n')
    assert response.headers['Content-Type'] == 'text/plain'
    assert response.headers['Content-Length'] == '20'


async def test_e042_an_image_with_a_max_age():
    async def index(request):
        return send_file(FOLDER + 'dot.png', max_age=3600)
    response = await answer(index)
    assert response.body[:8] == b'\x89PNG\r\n\x1a\n'
    assert (response.headers['Content-Type'], response.headers['Cache-Control']) == ('image/png', 'max-age=3600')
    assert response.text is None
    kept = {'If-None-Match': response.headers['ETag']}
    app = Microdot()
    app.get('/')(index)
    response = await TestClient(app).get('/', kept)
    assert (response.status_code, response.body, response.headers['Cache-Control']) == (304, b'', 'max-age=3600')


def static():
    app = Microdot()

    @app.get('/static/<path:path>')
    async def static(request, path):
        if path[0] == '/' or '..' in path.split('/'):
            return 'Not found', 404
        return send_file(FOLDER + path, max_age=86400)
    return app


def static_of_microdot():
    app = Microdot()
    Static(app, FOLDER, max_age=86400)
    return app


async def test_e043_a_static_folder():
    for make in (static, static_of_microdot):
        await serves_a_folder(TestClient(make()))


async def serves_a_folder(client):
    response = await client.get('/static/text.txt')
    assert (response.status_code, response.text) == (200, 'The text of a file.\n')
    assert response.headers['Cache-Control'] == 'max-age=86400'
    for path in ('/static/../test_tools.py', '/static/%2e%2e/test_tools.py', '/static/%2E%2e%2Ftest_tools.py',
                 '/static/x/../../test_tools.py', '/static//etc/passwd', '/static/%2Fetc%2Fpasswd', '/static/missing.txt',
                 '/static/text.txt/', '/static/'):
        response = await client.get(path)
        assert (response.status_code, response.text) == (404, 'Not found'), path


def numbers(limit):
    a, b = 0, 1
    while a < limit:
        yield str(a) + '\n'
        a, b = b, a + b


async def test_e044_a_generator():
    async def asynchronous(request):
        return numbers(20)

    def plain(request):
        return Response(numbers(20))
    for handler in (asynchronous, plain):
        response = await answer(handler)
        assert response.text == '0\n1\n1\n2\n3\n5\n8\n13\n'
        assert response.headers == {'Content-Type': 'text/plain; charset=UTF-8'}


async def test_e044_an_empty_generator():
    async def asynchronous(request):
        return numbers(0)

    def plain(request):
        return Response(numbers(0))
    for handler in (asynchronous, plain):
        response = await answer(handler)
        assert (response.status_code, response.body) == (200, b'')


async def test_e044_a_generator_from_a_plain_function():
    def index(request):
        return numbers(20)
    assert (await answer(index)).text == '0\n1\n1\n2\n3\n5\n8\n13\n'


@only('cpython', 'on MicroPython a generator that yields nothing is like a coroutine that returns None')
async def test_e044_an_empty_generator_from_a_plain_function():
    def index(request):
        return numbers(0)
    response = await answer(index)
    assert (response.status_code, response.body) == (200, b'')


@only('cpython', 'MicroPython has no asynchronous generators')
async def test_e044_an_async_generator():
    import asyncio

    async def index(request):
        async def generate():
            for number in numbers(5):
                await asyncio.sleep(0)
                yield number
        return generate()
    assert (await answer(index)).text == '0\n1\n1\n2\n3\n'


async def test_e045_another_default_content_type():
    async def index(request):
        return '<h1>Tomatoes</h1>'

    async def text(request):
        return 'Tomatoes', {'Content-Type': 'text/plain'}
    with changed(Response, default_content_type='text/html'):
        assert (await answer(index)).headers['Content-Type'] == 'text/html; charset=UTF-8'
        assert (await answer(text)).headers['Content-Type'] == 'text/plain'
    assert (await answer(index)).headers['Content-Type'] == 'text/plain; charset=UTF-8'


async def test_e046_a_cookie_set_after_one_request():
    app = Microdot()

    @app.get('/')
    async def index(request):
        @request.after_request
        async def remember(request, response):
            response.set_cookie('bed', '4')
        return 'Tomatoes'

    @app.get('/bed')
    async def bed(request):
        return request.cookies.get('bed', 'none')
    client = TestClient(app)
    assert (await client.get('/bed')).text == 'none'
    assert (await client.get('/')).headers['Set-Cookie'] == ['bed=4']
    assert (await client.get('/bed')).text == '4'


async def test_e047_a_cookie_on_a_response():
    async def index(request):
        response = Response('Tomatoes')
        response.set_cookie('bed', '4', path='/beds', max_age=3600, http_only=True)
        return response
    response = await answer(index)
    assert response.text == 'Tomatoes'
    assert response.headers['Set-Cookie'] == ['bed=4; Path=/beds; Max-Age=3600; HttpOnly']
