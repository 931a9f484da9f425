# What the test client sends beside plain bodies, the redirects that it follows, and the life of the application.

import asyncio
import io

from tools import changed, only, raises_async

from microdot import Microdot, Request, Response
from microdot.test_client import TestClient

app = Microdot()


@app.route('/echo', methods=['POST', 'PUT', 'PATCH', 'QUERY'])
async def echo(request):
    return {'headers': dict(request.headers.items()), 'body': request.body.decode(), 'length': request.content_length}


@app.post('/upload')
async def upload(request):
    size = 0
    while True:
        data = await request.stream.read(100)
        if not data:
            return str(size)
        size += len(data)


@app.post('/unread')
async def unread(request):
    return 'not read'


class Pieces:
    """An asynchronous iterator, which says what it has been asked for."""

    def __init__(self, *pieces):
        self.pieces = list(pieces)

    def __aiter__(self):
        return self

    async def __anext__(self):
        await asyncio.sleep(0)
        if not self.pieces:
            raise StopAsyncIteration
        piece = self.pieces.pop(0)
        if isinstance(piece, Exception):
            raise piece
        return piece


# Bodies

async def test_bodies_that_come_in_pieces():
    client = TestClient(app)
    pieces = 'one ', b'two ', '', 'caf\xe9'
    for body in (iter(pieces), Pieces(*pieces), (piece for piece in pieces), io.BytesIO(b'one two caf\xc3\xa9'),
                 io.StringIO('one two caf\xe9')):
        answer = (await client.post('/echo', body=body)).json
        assert answer['headers'] == {'Host': 'example.com:1234', 'Transfer-Encoding': 'chunked'}
        assert (answer['body'], answer['length']) == ('one two caf\xe9', 13)


async def test_pieces_with_a_length():
    answer = (await TestClient(app).put('/echo', {'content-length': '6'}, iter(['abc', 'def']))).json
    assert answer['headers'] == {'Host': 'example.com:1234', 'content-length': '6'}
    assert answer['body'] == 'abcdef'


async def test_too_few_pieces():
    await raises_async(EOFError, TestClient(app).put('/echo', {'Content-Length': '6'}, iter(['abc'])))


async def test_bytes_in_a_chunk():
    answer = (await TestClient(app).post('/echo', {'Transfer-Encoding': 'chunked'}, b'abc')).json
    assert answer['headers'] == {'Host': 'example.com:1234', 'Transfer-Encoding': 'chunked'}
    assert answer['body'] == 'abc'


async def test_other_kinds_of_bytes():
    for body in (bytearray(b'abc'), memoryview(b'abc')):
        assert (await TestClient(app).post('/echo', body=body)).json['body'] == 'abc'


async def test_pieces_are_sent_as_they_are_read():
    app = Microdot()
    seen = []

    @app.post('/')
    async def index(request):
        while True:
            piece = await request.stream.read(10)
            if not piece:
                return 'done'
            seen.append(piece)

    def pieces():
        for number in range(3):
            seen.append(number)
            yield b'x' * 10
    with changed(Request, max_body_length=5):
        assert (await TestClient(app).post('/', body=pieces())).text == 'done'
    assert seen == [0, b'x' * 10, 1, b'x' * 10, 2, b'x' * 10]


async def test_a_long_body_in_pieces():
    with changed(Request, max_content_length=10**6):
        assert (await TestClient(app).post('/upload', body=iter([b'x' * 1000] * 500))).text == '500000'
    response = await TestClient(app).post('/upload', body=iter([b'x' * 1000] * 500))
    assert response.status_code == 413


async def test_a_body_that_nobody_reads():
    body = Pieces('a', 'b')
    with changed(Request, max_body_length=0):
        assert (await TestClient(app).post('/unread', body=body)).text == 'not read'
    assert body.pieces


async def test_a_body_that_fails():
    for limit in (0, 100):
        with changed(Request, max_body_length=limit):
            error = await raises_async(KeyError, TestClient(app).post('/upload', body=Pieces('a', KeyError('x'))))
            assert error.args == ('x',)
            await raises_async(ValueError, TestClient(app).post('/upload', body=Pieces('a', ValueError('x'))))


@only('cpython', 'MicroPython has no asynchronous generators')
async def test_an_asynchronous_generator():
    async def pieces():
        yield 'a'
        await asyncio.sleep(0)
        yield b'b'
    assert (await TestClient(app).patch('/echo', body=pieces())).json['body'] == 'ab'


# Forms with files

def parts_of(answer):
    media_type, _, boundary = answer['headers']['Content-Type'].partition('; boundary=')
    assert media_type == 'multipart/form-data'
    first, *parts = ('\r\n' + answer['body']).split('\r\n--' + boundary)
    assert first == ''
    assert parts.pop() == '--\r\n'
    return [tuple(part.split('\r\n\r\n', 1)) for part in parts]


async def test_files():
    answer = (await TestClient(app).post('/echo', body={'name': 'J\xfcrgen', 'number': 5, 'tag': ['a', 'b']}, files={
        'plain': b'bytes', 'text': ('notes.txt', 'caf\xe9'), 'data': ('data.bin', b'\r\n--'),
        'typed': ('x', io.BytesIO(b'read'), 'text/x'), 'many': [('1.json', b'{}'), ('2.png', b'')]})).json
    head = '\r\nContent-Disposition: form-data; name='
    assert sorted(parts_of(answer)) == sorted([
        (head + '"name"', 'J\xfcrgen'), (head + '"number"', '5'), (head + '"tag"', 'a'), (head + '"tag"', 'b'),
        (head + '"plain"; filename="plain"\r\nContent-Type: application/octet-stream', 'bytes'),
        (head + '"text"; filename="notes.txt"\r\nContent-Type: text/plain', 'caf\xe9'),
        (head + '"data"; filename="data.bin"\r\nContent-Type: application/octet-stream', '\r\n--'),
        (head + '"typed"; filename="x"\r\nContent-Type: text/x', 'read'),
        (head + '"many"; filename="1.json"\r\nContent-Type: application/json', '{}'),
        (head + '"many"; filename="2.png"\r\nContent-Type: image/png', ''),
    ])
    assert answer['length'] == len(answer['body'].encode())


async def test_names_of_files_are_escaped():
    answer = (await TestClient(app).put('/echo', files={'a"b': ('c\r\n"d".txt', b'x')})).json
    assert parts_of(answer)[0][0] == (
        '\r\nContent-Disposition: form-data; name="a%22b"; filename="c%0D%0A%22d%22.txt"\r\nContent-Type: text/plain')


async def test_the_boundary_is_not_in_a_file():
    answer = (await TestClient(app).post('/echo', files={'a': b'x'})).json
    boundary = answer['headers']['Content-Type'].partition('boundary=')[2]
    content = '\r\n--' + boundary + '--\r\n'
    answer = (await TestClient(app).post('/echo', body={'field': content}, files={'a': content.encode()})).json
    assert [part[1] for part in parts_of(answer)] == [content, content]


async def test_the_caller_keeps_what_it_has_given():
    headers, body, files = {'X-Test': 'yes'}, {'a': 'b'}, {'c': b'd'}
    await TestClient(app).post('/echo', headers, body, files)
    assert (headers, body, files) == ({'X-Test': 'yes'}, {'a': 'b'}, {'c': b'd'})


# Redirects

redirects = Microdot()


@redirects.route('/<path:path>', methods=['GET', 'POST', 'PUT'])
async def end(request, path):
    return {'method': request.method, 'url': request.url, 'body': request.body.decode(), 'host': request.headers['Host'],
            'type': request.content_type, 'scheme': request.scheme, 'cookie': request.headers.get('Cookie'),
            'test': request.headers.get('X-Test')}


@redirects.before_request
async def redirect(request):
    if request.path.startswith('/to/'):
        response = Response.redirect(request.args['location'], int(request.path[4:]))
        response.set_cookie('seen', 'yes', path='/')
        return response
    if request.path == '/loop':
        return Response.redirect('/loop')


async def follow(status, location, method='GET', path='/to/%d', **options):
    url = (path % status) + '?location=' + location.replace('?', '%3F').replace('#', '%23')
    return await TestClient(redirects).request(method, url, follow_redirects=True, **options)


async def test_redirects_are_followed():
    for status in (301, 302, 303, 307, 308):
        response = await follow(status, '/end?x=y', headers={'X-Test': 'yes'})
        assert response.status_code == 200
        assert response.url == '/end?x=y'
        assert [(one.status_code, one.url[:5], one.history) for one in response.history] == [(status, '/to/3', [])]
        assert (response.json['url'], response.json['cookie'], response.json['test']) == ('/end?x=y', 'seen=yes', 'yes')


async def test_a_post_becomes_a_get():
    for status in (301, 302, 303):
        answer = (await follow(status, '/end', 'POST', body={'a': 1})).json
        assert (answer['method'], answer['body'], answer['type']) == ('GET', '', None), status
    answer = (await follow(303, '/end', 'PUT', body='x')).json
    assert (answer['method'], answer['body']) == ('GET', '')
    assert (await follow(303, '/end', 'HEAD')).body is None


async def test_a_method_that_stays():
    for status in (307, 308):
        answer = (await follow(status, '/end', 'POST', body={'a': 1})).json
        assert (answer['method'], answer['body'], answer['type']) == ('POST', '{"a": 1}', 'application/json'), status
    answer = (await follow(302, '/end', 'PUT', body='x')).json
    assert (answer['method'], answer['body']) == ('PUT', 'x')


async def test_a_body_that_cannot_be_sent_again():
    assert (await follow(307, '/end', 'POST', body=iter(['x']))).status_code == 307


async def test_where_a_redirect_leads():
    for location, url in (
        ('/a/b', '/a/b'), ('c', '/to/c'), ('./c', '/to/c'), ('../c', '/c'), ('../../../c', '/c'), ('/a/./b/../c', '/a/c'),
        ('/a/..', '/'), ('/a/b/.', '/a/b/'), ('?x=y/../z', None), ('/c#part', '/c'), ('/c?u=http://x', '/c?u=http://x'),
        ('http://example.com:1234/c?d', '/c?d'), ('http://example.com:1234?x', '/?x'), ('http://example.com:1234', '/'),
        ('//example.com:1234/c', '/c'),
    ):
        response = await follow(302, location)
        if url:
            assert response.url == url, (location, response.url)
        else:
            assert response.history, location


async def test_another_scheme_or_port():
    answer = (await follow(302, 'https://example.com/end')).json
    assert (answer['scheme'], answer['host'], answer['url']) == ('https', 'example.com', '/end')


async def test_redirects_elsewhere_are_not_followed():
    for location in ('http://example.org/', '//www.example.com/', 'mailto://example.com/'):
        assert (await follow(302, location)).status_code == 302


async def test_what_is_no_redirect():
    response = await TestClient(redirects).get('/end', follow_redirects=True)
    assert response.history == []
    assert response.url == '/end'


async def test_too_many_redirects():
    client = TestClient(redirects)
    await raises_async(RuntimeError, client.get('/loop', follow_redirects=True))
    for method in ('get', 'post', 'put', 'patch', 'delete', 'query'):
        assert (await getattr(client, method)('/end')).history == []


# Life

async def test_the_life_of_the_application():
    app = Microdot()
    seen = []

    @app.on_startup
    async def start():
        seen.append('start')

    @app.on_shutdown
    def stop():
        seen.append('stop')

    @app.get('/')
    async def index(request):
        seen.append('request')
        return ''
    async with TestClient(app) as client:
        assert isinstance(client, TestClient)
        assert seen == ['start']
        await client.get('/')
    assert seen == ['start', 'request', 'stop']


async def test_a_start_that_fails():
    app = Microdot()
    seen = []

    @app.on_startup
    async def start():
        raise KeyError('start')

    @app.on_shutdown
    async def stop():
        seen.append('stop')

    async def use():
        async with TestClient(app):
            seen.append('used')
    await raises_async(KeyError, use())
    assert seen == []
