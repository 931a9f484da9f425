# The test client: what it sends, what it gives back, and its cookies.

import asyncio

from tools import captured_log, changed, raises, raises_async

import microdot.test_client
from microdot import AsyncBytesIO, Microdot, Request, Response
from microdot.test_client import TestClient, TestResponse

app = Microdot()


@app.route('/echo', methods=['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'QUERY'])
async def echo(request):
    return {'method': request.method, 'headers': dict(request.headers.items()), 'body': request.body.decode(),
            'addr': list(request.client_addr), 'scheme': request.scheme, 'url': request.url, 'json': request.json}


@app.route('/bytes')
async def some_bytes(request):
    return b'\xff\xfe', {'Content-Type': 'application/octet-stream'}


@app.post('/length')
async def length(request):
    return str(len(request.body))


@app.route('/status/<int:status>')
async def some_status(request, status):
    return 'text', status


@app.route('/type', methods=['POST'])
async def some_type(request):
    return request.body, {'Content-Type': request.headers['X-Type']}


async def echoed(**kwargs):
    client = TestClient(app)
    return (await client.request('POST', '/echo', **kwargs)).json


# What is sent

def test_names():
    assert microdot.test_client.__all__ == ['TestClient', 'TestResponse']
    assert TestClient.__test__ is False
    assert TestResponse.__test__ is False


def test_attributes():
    client = TestClient(app)
    assert client.app is app
    assert client.cookies == {}
    assert client.scheme is None
    assert client.host == 'example.com:1234'
    client = TestClient(app, {'a': 'b'}, 'https', 'example.org')
    assert client.cookies == {'a': 'b'}
    assert client.scheme == 'https'
    assert client.host == 'example.org'


async def test_the_methods():
    client = TestClient(app)
    assert (await client.get('/echo')).json['method'] == 'GET'
    assert (await client.delete('/echo')).json['method'] == 'DELETE'
    for name in ('post', 'put', 'patch', 'query'):
        answer = (await getattr(client, name)('/echo', {'X-Test': 'yes'}, 'body')).json
        assert answer['method'] == name.upper()
        assert answer['headers']['X-Test'] == 'yes'
        assert answer['body'] == 'body'
        assert (await getattr(client, name)('/echo', headers=None, body=b'bytes')).json['body'] == 'bytes'
    assert (await client.get('/echo', headers={'X-Test': 'yes'})).json['headers']['X-Test'] == 'yes'
    assert (await client.delete('/echo', {'X-Test': 'yes'})).json['headers']['X-Test'] == 'yes'


async def test_what_every_request_has():
    answer = await echoed()
    assert answer['headers'] == {'Host': 'example.com:1234'}
    assert answer['addr'] == ['127.0.0.1', 1234]
    assert answer['scheme'] == 'http'
    assert answer['url'] == '/echo'
    assert answer['body'] == ''


async def test_scheme_and_host():
    answer = (await TestClient(app, scheme='https', host='example.org').get('/echo')).json
    assert answer['scheme'] == 'https'
    assert answer['headers'] == {'Host': 'example.org'}


async def test_a_host_that_is_given():
    assert (await echoed(headers={'host': 'other'}))['headers'] == {'host': 'other'}


async def test_query():
    assert (await TestClient(app).get('/echo?a=b&c=%20')).json['url'] == '/echo?a=b&c=%20'


async def test_body_of_a_dict_or_list():
    for body in ({'a': 1}, [1, '2'], {}, []):
        answer = await echoed(body=body)
        assert answer['headers']['Content-Type'] == 'application/json'
        assert answer['json'] == body
        assert answer['headers']['Content-Length'] == str(len(answer['body']))


async def test_body_of_text():
    answer = await echoed(body='caf\xe9')
    assert answer['body'] == 'caf\xe9'
    assert answer['headers']['Content-Length'] == '5'
    assert 'Content-Type' not in answer['headers']


async def test_body_of_bytes():
    answer = await echoed(body=b'abc', headers={'Content-Type': 'text/x'})
    assert answer['body'] == 'abc'
    assert answer['headers']['Content-Length'] == '3'
    assert answer['headers']['Content-Type'] == 'text/x'


async def test_no_body():
    for body in (None, b'', ''):
        answer = await echoed(body=body)
        assert answer['body'] == ''
        assert 'Content-Length' not in answer['headers']


async def test_json_with_a_type_that_is_given():
    answer = await echoed(body={'a': 1}, headers={'content-type': 'application/problem+json'})
    assert answer['headers']['content-type'] == 'application/problem+json'
    assert 'Content-Type' not in answer['headers']
    assert answer['json'] == {'a': 1}


async def test_headers_of_the_caller_are_not_changed():
    headers = {'X-Test': 'yes', 'Cookie': 'a=b'}
    client = TestClient(app, cookies={'c': 'd'})
    await client.post('/echo', headers, {'a': 1})
    assert headers == {'X-Test': 'yes', 'Cookie': 'a=b'}


async def test_cookies_of_the_caller_are_not_changed():
    cookies = {'a': 'b'}
    client = TestClient(app, cookies)
    client.cookies['c'] = 'd'
    assert cookies == {'a': 'b'}


async def test_sock():
    app = Microdot()
    seen = []

    @app.get('/')
    async def index(request):
        seen.append(request.sock)
        return ''
    sock = AsyncBytesIO(b'in'), AsyncBytesIO(b'')
    await TestClient(app).request('GET', '/', sock=sock)
    assert seen[0] == sock
    await TestClient(app).get('/')
    assert len(seen[1]) == 2


async def test_a_long_body():
    assert (await TestClient(app).post('/length', body='x' * 16384)).text == '16384'
    response = await TestClient(app).post('/length', body='x' * 16385)
    assert (response.status_code, response.text) == (413, 'Payload too large')


# What is answered to a malformed request

async def test_malformed_requests():
    client = TestClient(app)
    for method, path in (('GET', '/a b'), ('G T', '/'), ('GET', 'nothing'), ('GET', ''), ('', '/'), ('GET', '/\xe9')):
        response = await client.request(method, path)
        assert (response.status_code, response.text) == (400, 'Bad request'), (method, path)


async def test_malformed_headers():
    client = TestClient(app)
    for headers in ({'X Y': 'z'}, {'X': 'a\0b'}, {'X': 'a\nb'}, {'': 'x'}, {'Host': 'a b'}, {'Content-Length': '1_0'},
                    {'Transfer-Encoding': 'gzip'}):
        response = await client.get('/echo', headers)
        assert response.status_code == 400, headers


async def test_malformed_escapes_in_a_path():
    for path in ('/%zz', '/%ff', '/%4'):
        assert (await TestClient(app).get(path)).status_code == 400


async def test_lines_that_are_too_long():
    client = TestClient(app)
    with changed(Request, max_readline=64):
        assert (await client.get('/' + 'a' * 64)).status_code == 414
        assert (await client.get('/echo', {'X': 'a' * 64})).status_code == 431
        assert (await client.get('/echo', {'X': 'a' * 32})).status_code == 200


async def test_error_handlers_answer_malformed_requests():
    app = Microdot()
    seen = []

    @app.errorhandler(400)
    async def malformed(request):
        seen.append(request)
        return {'error': 'malformed'}, 400
    response = await TestClient(app).get('/a b')
    assert response.json == {'error': 'malformed'}
    assert response.status_code == 400
    assert seen == [None]


# What is given back

def test_an_empty_response():
    response = TestResponse()
    assert response.headers == {}
    for name in ('status_code', 'reason', 'body', 'text', 'json', 'events'):
        assert getattr(response, name) is None, name


async def test_response():
    response = await TestClient(app).get('/status/202')
    assert response.status_code == 202
    assert response.reason is None
    assert response.headers == {'Content-Type': 'text/plain; charset=UTF-8', 'Content-Length': '4'}
    assert response.headers['content-TYPE'] == 'text/plain; charset=UTF-8'
    assert response.body == b'text'
    assert response.text == 'text'
    assert response.json is None
    assert response.events is None


async def test_reason():
    response = await TestResponse.create(Response('x', 418, reason='Teapot'))
    assert (response.status_code, response.reason) == (418, 'Teapot')


async def test_text_that_is_not_utf8():
    response = await TestClient(app).get('/bytes')
    assert response.body == b'\xff\xfe'
    assert response.text is None
    assert response.json is None


async def test_json_types():
    client = TestClient(app)
    for content_type in ('application/json', 'application/json; charset=UTF-8', 'Application/JSON;x=y'):
        assert (await client.post('/type', {'X-Type': content_type}, '{"a": 1}')).json == {'a': 1}
    for content_type in ('text/plain', 'text/json', 'application/jsonx'):
        response = await client.post('/type', {'X-Type': content_type}, '{"a": 1}')
        assert response.json is None
        assert response.text == '{"a": 1}'


async def test_json_that_does_not_parse():
    response = await TestClient(app).post('/type', {'X-Type': 'application/json'}, 'nope')
    assert response.text == 'nope'
    assert response.json is None


async def test_head():
    response = await TestClient(app).request('HEAD', '/status/202')
    assert response.status_code == 202
    assert response.headers == {'Content-Type': 'text/plain; charset=UTF-8', 'Content-Length': '4'}
    assert response.body is None
    assert response.text is None
    assert response.json is None


async def test_answers_without_a_body():
    for status in (204, 304):
        response = await TestClient(app).get('/status/%d' % status)
        assert response.status_code == status
        assert response.headers == {}
        assert response.body == b''
        assert response.text == ''


async def test_pieces():
    response = await TestResponse.create(Response(iter(['one ', b'two ', 'caf\xe9'])))
    assert response.body == b'one two caf\xc3\xa9'
    assert response.text == 'one two caf\xe9'
    assert response.headers == {'Content-Type': 'text/plain; charset=UTF-8'}


async def test_already_handled():
    app = Microdot()

    @app.get('/')
    async def index(request):
        return Response.already_handled
    response = await TestClient(app).get('/')
    assert response.status_code is None
    assert response.headers == {}
    assert response.body is None
    assert Response.already_handled.headers == {}


async def test_redirects_are_not_followed():
    app = Microdot()

    @app.get('/')
    async def index(request):
        return Response.redirect('/elsewhere')
    response = await TestClient(app).get('/')
    assert (response.status_code, response.headers['Location']) == (302, '/elsewhere')


class Body:
    """A body that counts how often it is closed."""

    def __init__(self, fails=False):
        self.fails = fails
        self.closed = 0

    def read(self, n):
        if self.fails:
            raise OSError(5)
        return b''

    def close(self):
        self.closed += 1


async def test_the_body_is_closed_once():
    app = Microdot()

    @app.get('/')
    async def index(request):
        return body
    for method in ('GET', 'HEAD'):
        body = Body()
        await TestClient(app).request(method, '/')
        assert body.closed == 1, method
    body = Body(fails=True)
    assert (await raises_async(OSError, TestClient(app).get('/'))).args == (5,)
    assert body.closed == 1


async def test_after_response():
    app = Microdot()
    seen = []

    @app.get('/')
    async def index(request):
        @request.after_response
        async def after(request, response):
            seen.append((request.path, response.status_code, body.closed))
        return body
    body = Body()
    await TestClient(app).get('/')
    assert seen == [('/', 200, 1)]
    body = Body(fails=True)
    await raises_async(OSError, TestClient(app).get('/'))
    assert seen[1:] == [('/', 200, 1)]


async def test_after_response_when_the_request_is_cancelled():
    app = Microdot()
    seen = []

    @app.get('/')
    async def index(request):
        request.after_response(after)
        await asyncio.sleep(100)

    async def after(request, response):
        seen.append(response)
    task = asyncio.create_task(TestClient(app).get('/'))
    await asyncio.sleep(0.05)
    task.cancel()
    await raises_async(asyncio.CancelledError, task)
    assert seen == [None]


async def test_after_response_that_fails():
    app = Microdot()
    seen = []

    @app.get('/')
    async def index(request):
        request.after_response(fails)
        request.after_response(after)
        return 'fine'

    async def fails(request, response):
        raise KeyError('x')

    async def after(request, response):
        seen.append(1)
    with captured_log() as lines:
        assert (await TestClient(app).get('/')).text == 'fine'
    assert seen == [1]
    assert [exc.args for _, exc in lines] == [('x',)]


# Cookies

cookie_app = Microdot()


@cookie_app.get('/<path:path>')
async def show_cookies(request, path):
    return request.cookies


@cookie_app.post('/<path:path>')
async def set_cookies(request, path):
    response = Response()
    response.headers['Set-Cookie'] = request.json
    return response


async def stored(*headers, **cookies):
    client = TestClient(cookie_app, cookies)
    await client.post('/x', body=list(headers))
    return client.cookies


async def sent(cookies, path):
    return (await TestClient(cookie_app, cookies).get(path)).json


async def test_cookies_are_sent():
    assert await sent({'a': 'b', 'c': 'd'}, '/x') == {'a': 'b', 'c': 'd'}
    assert await sent({}, '/x') == {}


async def test_cookies_come_after_those_of_the_caller():
    client = TestClient(cookie_app, {'a': 'jar'})
    assert (await client.get('/x', {'Cookie': 'z=1; y=2'})).json == {'z': '1', 'y': '2', 'a': 'jar'}
    assert (await client.get('/x', {'cookie': 'a=given'})).json == {'a': 'jar'}
    app = Microdot()

    @app.get('/')
    async def index(request):
        return request.headers['Cookie']
    assert (await TestClient(app, {'a': 'jar'}).get('/', {'Cookie': 'z=1; y=2'})).text == 'z=1; y=2; a=jar'


async def test_cookies_are_stored():
    assert await stored('a=b') == {'a': 'b'}
    assert await stored('a=b; Path=/') == {'a': 'b'}
    assert await stored('a=b', 'c=d', 'a=e') == {'a': 'e', 'c': 'd'}
    assert await stored('a=b=c; Secure; HttpOnly; SameSite=Lax; Domain=example.com') == {'a': 'b=c'}
    assert await stored(' a = b c ;Max-Age=5') == {'a': 'b c'}
    assert await stored('a=; Path=/') == {'a': ''}


async def test_what_is_no_cookie_is_not_stored():
    assert await stored('a', '=b', '', ';') == {}


async def test_cookies_with_a_path():
    assert await stored('a=b; Path=/Foo/Bar') == {'a': ('b', '/Foo/Bar')}
    assert await stored('a=b; path=/foo/') == {'a': ('b', '/foo/')}
    assert await stored('a=b; Path=', 'c=d; Path=foo') == {'a': 'b', 'c': 'd'}


async def test_paths_that_a_cookie_covers():
    for path in ('/foo', '/foo/', '/foo/bar', '/foo?x=y', '/foo/bar/baz?x=/y'):
        assert await sent({'a': ('b', '/foo')}, path) == {'a': 'b'}, path
    for path in ('/foobar', '/fo', '/bar', '/bar/foo', '/Foo', '/foo.txt', '/x?y=/foo'):
        assert await sent({'a': ('b', '/foo')}, path) == {}, path
    for path in ('/foo/', '/foo/bar'):
        assert await sent({'a': ('b', '/foo/')}, path) == {'a': 'b'}, path
    for path in ('/foo', '/foobar'):
        assert await sent({'a': ('b', '/foo/')}, path) == {}, path


async def test_a_path_keeps_its_case():
    client = TestClient(cookie_app)
    await client.post('/Foo', body=['a=b; Path=/Foo'])
    assert client.cookies == {'a': ('b', '/Foo')}
    assert (await client.get('/Foo')).json == {'a': 'b'}
    assert (await client.get('/foo')).json == {}


async def test_cookies_are_removed():
    assert await stored('a=; Max-Age=0', a='b', c='d') == {'c': 'd'}
    assert await stored('a=; Max-Age=-5', a='b') == {}
    assert await stored('a=; Expires=Thu, 01 Jan 1970 00:00:01 GMT', a='b') == {}
    assert await stored('a=; expires=Thu, 01 Jan 1970 00:00:00 GMT; max-age=0', a='b') == {}
    assert await stored('a=; Max-Age=0') == {}


async def test_cookies_that_are_not_removed():
    assert await stored('a=c; Max-Age=5', a='b') == {'a': 'c'}
    assert await stored('a=c; Expires=Fri, 01 Jan 2100 00:00:00 GMT', a='b') == {'a': 'c'}
    assert await stored('a=c; Max-Age=5; Expires=Thu, 01 Jan 1970 00:00:00 GMT', a='b') == {'a': 'c'}
    assert await stored('a=c; Max-Age=soon', a='b') == {'a': 'c'}


async def test_cookies_are_removed_when_the_paths_agree():
    assert await stored('a=; Path=/foo; Max-Age=0', a='b') == {'a': 'b'}
    assert await stored('a=; Max-Age=0', a=('b', '/foo')) == {'a': ('b', '/foo')}
    assert await stored('a=; Path=/; Max-Age=0', a=('b', '/foo')) == {'a': ('b', '/foo')}
    assert await stored('a=; Path=/foo; Max-Age=0', a=('b', '/foo')) == {}
    assert await stored('a=; Path=/Foo; Max-Age=0', a=('b', '/foo')) == {'a': ('b', '/foo')}


async def test_set_and_delete():
    app = Microdot()

    @app.get('/set')
    async def set_both(request):
        response = Response()
        response.set_cookie('a', '1')
        response.set_cookie('b', '2', path='/p')
        return response

    @app.get('/delete')
    async def delete_both(request):
        response = Response()
        response.delete_cookie('a')
        response.delete_cookie('b', path='/p')
        return response
    client = TestClient(app)
    response = await client.get('/set')
    assert len(response.headers['Set-Cookie']) == 2
    assert client.cookies == {'a': '1', 'b': ('2', '/p')}
    response = await client.get('/delete')
    assert len(response.headers['Set-Cookie']) == 2
    assert client.cookies == {}


async def test_a_cookie_as_text_in_the_headers():
    app = Microdot()

    @app.get('/')
    async def index(request):
        return 'x', {'Set-Cookie': 'a=b; Path=/'}
    client = TestClient(app)
    await client.get('/')
    assert client.cookies == {'a': 'b'}


async def test_cookies_may_be_removed_by_hand():
    client = TestClient(cookie_app, {'session': 'x', '_remember': 'y'})
    del client.cookies['session']
    assert (await client.get('/x')).json == {'_remember': 'y'}
    assert raises(KeyError, client.cookies.__delitem__, 'session')


async def test_cookies_of_head_and_of_errors_are_stored():
    app = Microdot()

    @app.get('/')
    async def index(request):
        return 'x', 404, {'Set-Cookie': ['a=b']}
    client = TestClient(app)
    await client.request('HEAD', '/')
    assert client.cookies == {'a': 'b'}
    client = TestClient(app)
    assert (await client.get('/')).status_code == 404
    assert client.cookies == {'a': 'b'}


# Life

def test_a_client_is_made_outside_a_loop():
    client = TestClient(Microdot())
    assert asyncio.run(client.get('/')).status_code == 404
    assert asyncio.run(client.get('/')).status_code == 404
