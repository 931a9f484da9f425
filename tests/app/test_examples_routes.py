# What a reader of the documentation tries: routes and sub-applications.

from tools import changed

from microdot import Microdot, URLPattern, redirect
from microdot.test_client import TestClient


async def get(app, path):
    response = await TestClient(app).get(path)
    return response.status_code, response.text


class patterns:
    """For a `with` statement: types of segments that are registered in it are forgotten after it."""

    def __enter__(self):
        self.change = changed(URLPattern, segment_patterns=dict(URLPattern.segment_patterns),
                              segment_parsers=dict(URLPattern.segment_parsers))
        self.change.__enter__()

    def __exit__(self, *exc):
        self.change.__exit__(*exc)


async def test_e007_async_route_on_the_root():
    app = Microdot()

    @app.route('/')
    async def garden(request):
        return 'Welcome to the garden'
    assert await get(app, '/') == (200, 'Welcome to the garden')
    assert (await get(app, '/garden'))[0] == 404


async def test_e008_static_path_of_two_parts():
    app = Microdot()

    @app.route('/garden/roses')
    async def roses(request):
        return 'Red and white'
    assert await get(app, '/garden/roses') == (200, 'Red and white')
    for path in ('/garden', '/roses', '/garden/roses/', '/garden/roses/red'):
        assert (await get(app, path))[0] == 404, path


async def test_e009_one_function_for_get_and_post():
    app = Microdot()

    @app.route('/bed', methods=['GET', 'POST'])
    async def bed(request):
        if request.method == 'GET':
            return 'What shall we plant?'
        return 'Planted ' + request.body.decode()
    client = TestClient(app)
    assert (await client.get('/bed')).text == 'What shall we plant?'
    assert (await client.post('/bed', body='beans')).text == 'Planted beans'
    assert (await client.put('/bed', body='beans')).status_code == 405


async def test_e010_two_functions_for_one_path():
    app = Microdot()

    @app.route('/bed', methods=['GET'])
    async def look(request):
        return 'Empty'

    @app.route('/bed', methods=['POST'])
    async def plant(request):
        return 'Planted', 201
    client = TestClient(app)
    assert (await client.get('/bed')).text == 'Empty'
    response = await client.post('/bed')
    assert (response.status_code, response.text) == (201, 'Planted')
    assert (await client.delete('/bed')).headers['Allow'] == 'GET, POST, HEAD, OPTIONS'


async def test_e011_shortcuts_for_methods():
    app = Microdot()

    @app.get('/bed')
    async def look(request):
        return 'look'

    @app.post('/bed')
    async def plant(request):
        return 'plant'

    @app.put('/bed')
    async def replant(request):
        return 'replant'

    @app.patch('/bed')
    async def weed(request):
        return 'weed'

    @app.delete('/bed')
    async def clear(request):
        return 'clear'

    @app.query('/bed')
    async def search(request):
        return 'search'
    client = TestClient(app)
    for method, text in (('GET', 'look'), ('POST', 'plant'), ('PUT', 'replant'), ('PATCH', 'weed'), ('DELETE', 'clear'),
                         ('QUERY', 'search')):
        assert (await client.request(method, '/bed')).text == text


async def test_e012_one_dynamic_segment():
    app = Microdot()

    @app.get('/plants/<name>')
    async def plant(request, name):
        return 'A plant named ' + name
    assert await get(app, '/plants/fern') == (200, 'A plant named fern')
    assert await get(app, '/plants/lady%20fern') == (200, 'A plant named lady fern')
    for path in ('/plants', '/plants/', '/plants/fern/leaf'):
        assert (await get(app, path))[0] == 404, path


async def test_e013_two_dynamic_segments():
    app = Microdot()

    @app.get('/plants/<kind>/<name>')
    async def plant(request, kind, name):
        return name + ' is a ' + kind
    assert await get(app, '/plants/tree/oak') == (200, 'oak is a tree')
    assert (await get(app, '/plants/tree'))[0] == 404


async def test_e014_an_int_and_a_string():
    app = Microdot()

    @app.get('/rows/<int:row>/<string:plant>')
    async def row(request, row, plant):
        return {'row': row, 'plant': plant}
    client = TestClient(app)
    assert (await client.get('/rows/3/leek')).json == {'row': 3, 'plant': 'leek'}
    assert (await client.get('/rows/-3/7')).json == {'row': -3, 'plant': '7'}
    for path in ('/rows/three/leek', '/rows/3.5/leek', '/rows//leek', '/rows/3/'):
        assert (await client.get(path)).status_code == 404, path


async def test_e015_a_path():
    app = Microdot()

    @app.get('/shed/<path:place>')
    async def shed(request, place):
        return 'in ' + place
    assert await get(app, '/shed/spade') == (200, 'in spade')
    assert await get(app, '/shed/shelf/top/left') == (200, 'in shelf/top/left')
    assert (await get(app, '/shed/'))[0] == 404


async def test_e016_a_regular_expression():
    app = Microdot()

    @app.get('/beds/<re:[a-zA-Z][a-zA-Z0-9]*:code>')
    async def bed(request, code):
        return 'bed ' + code
    assert await get(app, '/beds/A17') == (200, 'bed A17')
    assert await get(app, '/beds/b') == (200, 'bed b')
    for path in ('/beds/17A', '/beds/A-17', '/beds/A17/x', '/beds/'):
        assert (await get(app, path))[0] == 404, path


async def test_e017_a_type_with_a_parser():
    with patterns():
        URLPattern.register_type('hex', parser=lambda text: int(text, 16))
        app = Microdot()

        @app.get('/colors/<hex:color>')
        async def color(request, color):
            return {'color': color}
        assert (await TestClient(app).get('/colors/ff')).json == {'color': 255}
        assert (await TestClient(app).get('/colors/0')).json == {'color': 0}
        for path in ('/colors/zz', '/colors/', '/colors/ff/ff'):
            assert await get(app, path) == (404, 'Not found'), path


async def test_e018_a_type_with_a_pattern_and_a_parser():
    with patterns():
        URLPattern.register_type('hex', '[0-9a-fA-F]+', lambda text: int(text, 16))
        app = Microdot()

        @app.get('/colors/<hex:color>')
        async def color(request, color):
            return {'color': color}

        @app.get('/colors/<name>')
        async def named(request, name):
            return {'name': name}
        assert (await TestClient(app).get('/colors/1F')).json == {'color': 31}
        assert (await TestClient(app).get('/colors/red')).json == {'name': 'red'}


async def test_e019_a_parser_that_refuses():
    def month(text):
        number = int(text)
        return number if 1 <= number <= 12 else None
    with patterns():
        URLPattern.register_type('month', '[0-9]+', month)
        app = Microdot()

        @app.get('/harvest/<month:month>')
        async def harvest(request, month):
            return {'month': month}
        assert (await TestClient(app).get('/harvest/9')).json == {'month': 9}
        for path in ('/harvest/0', '/harvest/13', '/harvest/may'):
            assert await get(app, path) == (404, 'Not found'), path


def tools():
    app = Microdot()
    names = ['spade']

    @app.get('/')
    async def index(request):
        return names

    @app.post('/')
    async def create(request):
        names.append(request.json['name'])
        return redirect(request.url_prefix + '/')
    return app


def seeds():
    app = Microdot()

    @app.get('/')
    async def index(request):
        return ['beans']

    @app.get('/<name>')
    async def show(request, name):
        return {'name': name, 'prefix': request.url_prefix}

    @app.post('/')
    async def create(request):
        return request.json, 201
    return app


async def test_e024_a_sub_application():
    app = tools()
    client = TestClient(app)
    assert (await client.get('/')).json == ['spade']
    assert (await client.post('/', body={'name': 'rake'})).status_code == 302
    assert (await client.get('/')).json == ['spade', 'rake']


async def test_e025_another_sub_application():
    app = seeds()
    client = TestClient(app)
    assert (await client.get('/')).json == ['beans']
    response = await client.post('/', body={'name': 'peas'})
    assert (response.status_code, response.json) == (201, {'name': 'peas'})


async def test_e027_a_redirect_relative_to_the_prefix():
    app = Microdot()
    app.mount(tools(), url_prefix='/tools')
    app.mount(seeds(), url_prefix='/seeds')
    client = TestClient(app)
    response = await client.post('/tools/', body={'name': 'hoe'})
    assert (response.status_code, response.headers['Location']) == (302, '/tools/')
    assert (await client.get(response.headers['Location'])).json == ['spade', 'hoe']
    assert (await client.get('/tools')).json == ['spade', 'hoe']
    assert (await client.get('/seeds/')).json == ['beans']
    assert (await client.get('/seeds/peas')).json == {'name': 'peas', 'prefix': '/seeds'}
