# A request: how it is read from a stream, and what its parts are.

from tools import changed, only, raises_async

from microdot import AsyncBytesIO, HTTPException, Microdot, MultiDict, NoCaseDict, Request
from microdot.test_client import TestClient


class Reader:
    """A reader with no more verbs than Request.create may use."""

    def __init__(self, data):
        self.stream = AsyncBytesIO(data)

    async def readline(self):
        return await self.stream.readline()

    async def read(self, n=-1):
        return await self.stream.read(n)

    async def readexactly(self, n):
        return await self.stream.read(n)


async def read(data):
    return await Request.create('app', Reader(data), 'writer', 'addr')


async def read_body(content_type, body):
    head = 'POST / HTTP/1.1\r\nHost: example.com\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n'
    return await read((head % (content_type, len(body))).encode() + body)


def attribute(request, name):
    async def get():
        return getattr(request, name)
    return get()


async def status(data):
    return (await raises_async(HTTPException, read(data))).status_code


# What is read from a stream

async def test_get():
    request = await read(b'GET /books HTTP/1.1\r\nHost: example.com:1234\r\n\r\n')
    assert request.app == 'app'
    assert request.client_addr == 'addr'
    assert request.method == 'GET'
    assert request.path == '/books'
    assert request.url == '/books'
    assert request.query_string is None
    assert request.http_version == '1.1'
    assert request.headers == {'Host': 'example.com:1234'}
    assert isinstance(request.headers, NoCaseDict)
    assert request.args == {}
    assert request.cookies == {}
    assert request.content_length == 0
    assert request.content_type is None
    assert request.body == b''
    assert request.json is None
    assert request.form is None
    assert request.files is None
    assert request.scheme == 'http'
    assert request.sock[1] == 'writer'
    assert request.sock[0].__class__ is Reader
    assert request.url_prefix == ''
    assert request.subapp is None
    assert request.route is None
    assert request.after_request_handlers == []
    assert request.body_used is False


async def test_version_1_0_without_host():
    request = await read(b'GET / HTTP/1.0\r\n\r\n')
    assert request.http_version == '1.0'
    assert request.headers == {}


async def test_lines_that_end_in_a_bare_line_feed():
    request = await read(b'POST /a?b=c HTTP/1.0\nFoo: bar\nContent-Length: 3\n\nabc')
    assert request.url == '/a?b=c'
    assert request.headers == {'Foo': 'bar', 'Content-Length': '3'}
    assert request.body == b'abc'


async def test_scheme():
    request = await Request.create('app', Reader(b'GET / HTTP/1.0\r\n\r\n'), 'writer', 'addr', 'https')
    assert request.scheme == 'https'


async def test_no_request():
    assert await read(b'') is None
    assert await read(b'\r\n') is None
    assert await read(b'\n') is None


async def test_a_head_that_ends_with_the_stream():
    for newline in b'\r\n', b'\n':
        for end in newline, b'':
            for lines in ((b'GET /a HTTP/1.0',), (b'GET /a HTTP/1.1', b'Host: b'), (b'GET /a HTTP/1.0', b'Host: b', b'C: d')):
                request = await read(newline.join(lines) + end)
                assert request.path == '/a'
                assert len(request.headers) == len(lines) - 1, lines
                assert request.headers.get('Host') == (None if len(lines) == 1 else 'b')
                assert request.body == b''
    assert await status(b'GET /a HT') == 400
    assert await status(b'GET /a HTTP/1.1\r\n') == 400
    assert await status(b'GET /a HTTP/1.0\r\nHost') == 400
    await raises_async(EOFError, read(b'POST /a HTTP/1.0\r\nContent-Length: 1'))


async def test_malformed_request_lines():
    for line in (b'GET /', b'GET', b'GET / HTTP/1.0 x', b'GET  / HTTP/1.0', b'GET / HTTP', b'GET / http/1.0',
                 b'G@T / HTTP/1.0', b'GET foo HTTP/1.0', b'GET /\xc3\xa9 HTTP/1.0', b'GET /\0 HTTP/1.0',
                 b'GET / HTTP/1.x'):
        assert await status(line + b'\r\n\r\n') == 400, line


async def test_versions_that_are_not_spoken():
    for version in (b'2.0', b'0.9', b'3.0'):
        assert await status(b'GET / HTTP/%s\r\n\r\n' % version) == 505


async def test_malformed_headers():
    for line in (b'Foo', b'Foo : bar', b' Foo: bar', b': bar', b'Foo: b\0r', b'Foo: b\rr', b'F\xc3\xb3o: bar',
                 b'Foo: b\x01r'):
        assert await status(b'GET / HTTP/1.0\r\nA: b\r\n' + line + b'\r\n\r\n') == 400, line


async def test_folded_headers():
    assert await status(b'GET / HTTP/1.0\r\nFoo: bar\r\n baz\r\n\r\n') == 400


async def test_host_is_required_in_1_1():
    assert await status(b'GET / HTTP/1.1\r\n\r\n') == 400
    assert await status(b'GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n') == 400
    assert await status(b'GET / HTTP/1.1\r\nHost: a b\r\n\r\n') == 400


async def test_absolute_targets():
    request = await read(b'GET http://example.com/a?b=c HTTP/1.1\r\nHost: example.com\r\n\r\n')
    assert request.url == '/a?b=c'
    assert request.path == '/a'
    request = await read(b'GET http://example.com HTTP/1.1\r\nHost: example.com\r\n\r\n')
    assert request.path == '/'


async def test_methods_keep_their_case():
    assert (await read(b'get / HTTP/1.0\r\n\r\n')).method == 'get'


# Limits

async def test_default_limits():
    assert Request.max_content_length == 16384
    assert Request.max_body_length == 16384


async def test_a_line_that_is_too_long():
    with changed(Request, max_readline=32):
        assert (await read(b'GET /' + b'a' * 10 + b' HTTP/1.0\r\n\r\n')).path == '/' + 'a' * 10
        assert await raises_async(ValueError, read(b'GET /' + b'a' * 32 + b' HTTP/1.0\r\n\r\n'))
        assert await raises_async(ValueError, read(b'GET / HTTP/1.0\r\nFoo: ' + b'a' * 32 + b'\r\n\r\n'))
    assert (await read(b'GET /' + b'a' * 32 + b' HTTP/1.0\r\n\r\n')).path == '/' + 'a' * 32


async def test_the_default_line_limit():
    line = b'GET /' + b'a' * (Request.max_readline - 16) + b' HTTP/1.0\r\n'
    assert len(line) == Request.max_readline
    assert len((await read(line + b'\r\n')).path) == Request.max_readline - 15
    assert await raises_async(ValueError, read(line.replace(b'/a', b'/aa') + b'\r\n'))


async def test_too_many_headers():
    with changed(Request, max_headers=3):
        head = b'GET / HTTP/1.0\r\nA: 1\r\nB: 2\r\nC: 3\r\n'
        assert len((await read(head + b'\r\n')).headers) == 3
        assert await status(head + b'D: 4\r\n\r\n') == 431
        assert await status(head + b'D: 4\r\n' * 1000) == 431


# Headers

async def test_headers_keep_their_spelling():
    request = await read(b'GET / HTTP/1.0\r\nX-fOO: 1\r\ncontent-type: a/b\r\n\r\n')
    assert request.headers == {'X-fOO': '1', 'content-type': 'a/b'}
    assert request.headers['x-foo'] == '1'
    assert request.content_type == 'a/b'


async def test_header_values():
    request = await read(b'GET / HTTP/1.0\r\nA:x\r\nB:  y \t\r\nC:\r\nD: a:b: c\r\nE: "x\ty"\r\n\r\n')
    assert request.headers == {'A': 'x', 'B': 'y', 'C': '', 'D': 'a:b: c', 'E': '"x\ty"'}


async def test_headers_that_are_not_ascii():
    request = await read(b'GET / HTTP/1.0\r\nA: caf\xc3\xa9\r\nB: caf\xe9\r\n\r\n')
    assert request.headers == {'A': 'caf\xe9', 'B': 'caf\xe9'}


async def test_repeated_headers_are_joined():
    request = await read(b'GET / HTTP/1.0\r\nAccept: a\r\nX: y\r\naccept: b\r\nACCEPT: c\r\n\r\n')
    assert request.headers == {'Accept': 'a, b, c', 'X': 'y'}
    assert len(request.headers) == 2


async def test_content_length_in_any_spelling():
    for name in (b'Content-Length', b'content-length', b'CONTENT-LENGTH'):
        request = await read(b'POST / HTTP/1.0\r\n' + name + b': 3\r\n\r\nabc')
        assert request.content_length == 3
        assert request.body == b'abc'


# Framing

async def test_content_lengths_that_are_none():
    for value in (b'1_0', b'+3', b'-1', b' ', b'', b'0x3', b'3.0', b'3 3', b'\xd9\xa3', b'3, 3', b'three'):
        assert await status(b'POST / HTTP/1.0\r\nContent-Length: ' + value + b'\r\n\r\nabc') == 400, value


async def test_two_content_lengths():
    assert await status(b'POST / HTTP/1.0\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabc') == 400
    assert await status(b'POST / HTTP/1.0\r\nContent-Length: 3\r\ncontent-length: 3\r\n\r\nabc') == 400


async def test_a_length_beside_a_coding():
    head = b'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n'
    assert await status(head + b'0\r\n\r\n') == 400


async def test_codings():
    head = b'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: '
    assert await status(head + b'gzip\r\n\r\n') == 400
    assert await status(head + b'gzip, chunked\r\n\r\n') == 501
    assert await status(b'POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n') == 400


async def test_an_enormous_content_length():
    assert await status(b'POST / HTTP/1.0\r\nContent-Length: ' + b'9' * 30 + b'\r\n\r\n') == 413


# The body

async def test_body():
    request = await read_body('text/plain', b'the body')
    assert request.content_length == 8
    assert request.content_type == 'text/plain'
    assert request.body == b'the body'
    assert isinstance(request.stream, AsyncBytesIO)
    assert await request.stream.read() == b'the body'
    assert request.stream is request.stream


async def test_body_ends_where_its_length_says():
    request = await read(b'POST / HTTP/1.0\r\nContent-Length: 3\r\n\r\nabcdef')
    assert request.body == b'abc'
    assert await request.sock[0].read() == b'def'


async def test_body_that_is_cut_off():
    assert await raises_async(EOFError, read(b'POST / HTTP/1.0\r\nContent-Length: 9\r\n\r\nabc'))


async def test_no_body():
    request = await read(b'GET / HTTP/1.0\r\n\r\nnext request')
    assert request.body == b''
    assert await request.stream.read() == b''
    assert await request.stream.readline() == b''


async def test_a_long_body_is_a_stream():
    with changed(Request, max_body_length=5):
        request = await read(b'POST / HTTP/1.0\r\nContent-Length: 19\r\n\r\nthe body\nof 19 chars' + b'next')
        assert request.content_length == 19
        assert request.body == b''
        assert await request.stream.readline() == b'the body\n'
        assert await request.stream.read(2) == b'of'
        assert await request.stream.readexactly(3) == b' 19'
        assert await request.stream.read() == b' char'
        assert await request.stream.read() == b''
        assert await request.stream.read(1) == b''
    assert await request.sock[0].read() == b'snext'


async def test_a_long_body_by_one_read():
    with changed(Request, max_body_length=18):
        request = await read(b'POST / HTTP/1.0\r\nContent-Length: 19\r\n\r\n' + b'x' * 19)
        assert request.body == b''
        assert await request.stream.read() == b'x' * 19
    request = await read(b'POST / HTTP/1.0\r\nContent-Length: 19\r\n\r\n' + b'x' * 19)
    assert request.body == b'x' * 19


CHUNKED_BODY = (b'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n'
                b'3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n')


async def test_a_chunked_body():
    request = await read(CHUNKED_BODY)
    assert request.body == b'abcde'
    assert request.content_length == 5
    assert await request.stream.read() == b'abcde'


async def test_a_long_chunked_body_is_a_stream():
    with changed(Request, max_body_length=4):
        request = await read(CHUNKED_BODY)
        assert request.body == b''
        assert await request.stream.read() == b'abcde'


async def test_a_chunked_body_above_the_limit():
    with changed(Request, max_body_length=2, max_content_length=4):
        assert await status(CHUNKED_BODY) == 413


# Query

async def test_query():
    request = await read(b'GET /a?b=c&d=e%20f&d=g HTTP/1.0\r\n\r\n')
    assert request.url == '/a?b=c&d=e%20f&d=g'
    assert request.path == '/a'
    assert request.query_string == 'b=c&d=e%20f&d=g'
    assert request.args == {'b': ['c'], 'd': ['e f', 'g']}
    assert request.args['d'] == 'e f'
    assert request.args.getlist('d') == ['e f', 'g']
    assert request.args is request.args


async def test_query_odd_pairs():
    request = await read(b'GET /?a&&b=&=c&d=e=f&%26=%3D HTTP/1.0\r\n\r\n')
    assert request.args == {'a': [''], 'b': [''], '': ['c'], 'd': ['e=f'], '&': ['=']}


async def test_no_query():
    request = await read(b'GET / HTTP/1.0\r\n\r\n')
    assert request.query_string is None
    assert request.args == {}
    assert isinstance(request.args, MultiDict)
    assert request.args.getlist('a') == []
    request = await read(b'GET /? HTTP/1.0\r\n\r\n')
    assert request.query_string == ''
    assert request.path == '/'
    assert request.args == {}
    assert isinstance(request.args, MultiDict)


async def test_a_query_with_question_marks():
    request = await read(b'GET /a?b=?c?/d HTTP/1.0\r\n\r\n')
    assert request.path == '/a'
    assert request.args == {'b': ['?c?/d']}


async def test_a_query_that_does_not_parse():
    for query in (b'a=%zz', b'%=1%4', b'a=%ff'):
        request = await read(b'GET /?' + query + b' HTTP/1.0\r\n\r\n')
        assert (await raises_async(HTTPException, attribute(request, 'args'))).status_code == 400


async def test_the_path_is_as_sent():
    request = await read(b'GET /a%20b/%C3%A9%2Fc+d HTTP/1.0\r\n\r\n')
    assert request.path == '/a%20b/%C3%A9%2Fc+d'


# Cookies

async def cookies(header):
    return (await read(b'GET / HTTP/1.0\r\nCookie: ' + header + b'\r\n\r\n')).cookies


async def test_cookies():
    assert await cookies(b'a=b') == {'a': 'b'}
    assert await cookies(b'a=b; c=d;e=f;  g  =h') == {'a': 'b', 'c': 'd', 'e': 'f', 'g  ': 'h'}


async def test_odd_cookies():
    assert await cookies(b'a; b=') == {'a': '', 'b': ''}
    assert await cookies(b'a=b;') == {'a': 'b', '': ''}
    assert await cookies(b'a=b=c==') == {'a': 'b=c=='}
    assert await cookies(b'') == {}


async def test_cookies_are_neither_unquoted_nor_decoded():
    assert await cookies(b'a="b c"; d=%20+') == {'a': '"b c"', 'd': '%20+'}


async def test_cookies_in_several_headers():
    request = await read(b'GET / HTTP/1.0\r\nCookie: a=b\r\nX: y\r\ncookie: c=d\r\n\r\n')
    assert request.cookies == {'a': 'b', 'c': 'd'}
    assert request.headers['Cookie'] == 'a=b; c=d'
    assert request.cookies is request.cookies


# JSON

async def test_json():
    request = await read_body('application/json', b'{"foo": "bar", "n": [1, 2.5, null, true]}')
    assert request.json == {'foo': 'bar', 'n': [1, 2.5, None, True]}
    assert request.json is request.json
    assert request.form is None


async def test_json_with_parameters():
    request = await read_body('application/json; charset=utf-8', b'[1, "2"]')
    assert request.json == [1, '2']


async def test_json_media_types():
    for content_type in ('Application/JSON', 'APPLICATION/JSON;x=y', 'application/problem+json',
                         'application/ld+json ; a=b'):
        assert (await read_body(content_type, b'{"a": 1}')).json == {'a': 1}, content_type


async def test_json_other_media_types():
    for content_type in ('text/plain', 'application/jsonx', 'text/json', 'application/x-www-form-urlencoded', 'json',
                         ''):
        assert (await read_body(content_type, b'{"a": 1}')).json is None, content_type


async def test_json_values_that_are_false():
    assert (await read_body('application/json', b'null')).json is None
    assert (await read_body('application/json', b'0')).json == 0
    request = await read_body('application/json', b'[]')
    assert request.json == []
    assert request.json is request.json


async def test_json_that_does_not_parse():
    for body in (b'', b' ', b'nope', b'tru', b'"abc', b'1 2', b'{"a": 1}}', b'"\xff"', b'[' * 15000):
        request = await read_body('application/json', body)
        exc = await raises_async(HTTPException, attribute(request, 'json'))
        assert exc.status_code == 400, body[:10]
        exc = await raises_async(HTTPException, attribute(request, 'json'))
        assert exc.status_code == 400


async def test_json_that_is_incomplete():
    for body in (b'{', b'{"a"', b'{"a":', b'{"a": 1', b'[1, 2', b'[1,', b'[[1]', b'{"a": [1]', b'[{"a": 1]', b'["]"', b'["\\"]"',
                 b'["\\\\"', b'{"a": "}"', b'["a', b'"a', b'tru', b'[1}', b'{]', b'[1]]'):
        request = await read_body('application/json', body)
        assert (await raises_async(HTTPException, attribute(request, 'json'))).status_code == 400, body


async def test_json_with_brackets_in_text():
    for body, value in ((b'["["]', ['[']), (b'{"}": "{"}', {'}': '{'}), (b'["\\"["]', ['"[']), (b'["\\\\", "]"]', ['\\', ']']),
                        (b' [] ', []), (b'"["', '['), (b'["a", {"b": [1, {}]}]', ['a', {'b': [1, {}]}])):
        assert (await read_body('application/json', body)).json == value, body


@only('cpython', "MicroPython's own parser forgives commas and colons that are missing")
async def test_json_that_is_malformed_inside():
    for body in b'{"a": }', b'[1,]', b'[1 2]', b'{"a" 1}', b'{1: 2}':
        request = await read_body('application/json', body)
        assert (await raises_async(HTTPException, attribute(request, 'json'))).status_code == 400, body


@only('cpython', 'MicroPython has no classes with two built-in bases')
async def test_malformed_input_is_a_value_error():
    request = await read_body('application/json', b'{')
    assert await raises_async(ValueError, attribute(request, 'json'))
    request = await read_body('application/x-www-form-urlencoded', b'a=%zz')
    assert await raises_async(ValueError, attribute(request, 'form'))
    request = await read(b'GET /?a=%zz HTTP/1.0\r\n\r\n')
    assert await raises_async(ValueError, attribute(request, 'args'))


# Forms

FORM = 'application/x-www-form-urlencoded'


async def test_form():
    request = await read_body(FORM, b'foo=bar&abc=def&x=%2f%%&foo=baz+1')
    assert isinstance(request.form, MultiDict)
    assert request.form == {'foo': ['bar', 'baz 1'], 'abc': ['def'], 'x': ['/%%']}
    assert request.form is request.form
    assert request.json is None


async def test_form_media_types():
    for content_type in (FORM + '; charset=utf-8', 'Application/X-WWW-Form-URLEncoded', FORM + ' ;x'):
        assert (await read_body(content_type, b'a=b')).form == {'a': ['b']}, content_type
    for content_type in ('application/json', 'multipart/form-data; boundary=x', 'text/plain', FORM + 'x'):
        assert (await read_body(content_type, b'a=b')).form is None, content_type


async def test_form_a_name_without_a_value():
    request = await read_body(FORM, b'flag&a=&=b')
    assert request.form == {'flag': [''], 'a': [''], '': ['b']}
    assert isinstance(request.form['flag'], str)


async def test_form_characters_of_several_bytes():
    assert (await read_body(FORM, b'a=caf%C3%A9&b=caf\xc3\xa9')).form == {'a': ['caf\xe9'], 'b': ['caf\xe9']}


async def test_form_pairs_that_are_empty():
    assert (await read_body(FORM, b'&&a=1&&')).form == {'a': ['1']}


async def test_an_empty_form():
    request = await read_body(FORM, b'')
    assert request.form == {}
    assert isinstance(request.form, MultiDict)
    assert request.form is request.form


async def test_a_form_that_does_not_parse():
    for body in (b'a=%zz', b'%4=1', b'a=\xff', b'a=%ff'):
        request = await read_body(FORM, body)
        assert (await raises_async(HTTPException, attribute(request, 'form'))).status_code == 400, body


async def test_a_body_that_is_not_in_memory():
    with changed(Request, max_body_length=4):
        request = await read_body('application/json', b'{"a": 1}')
        assert (await raises_async(HTTPException, attribute(request, 'json'))).status_code == 413
        assert await request.stream.read() == b'{"a": 1}'
        request = await read_body(FORM, b'foo=bar')
        assert (await raises_async(HTTPException, attribute(request, 'form'))).status_code == 413
        request = await read_body('text/plain', b'foo=bar')
        assert request.json is None
        assert request.form is None


# Through an application

app = Microdot()


@app.post('/json')
async def json_route(request):
    return {'json': request.json}


@app.post('/form')
async def form_route(request):
    return request.form['a']


@app.get('/args')
async def args_route(request):
    return request.args.get('a', 'none')


@app.post('/caught')
async def caught_route(request):
    try:
        return {'json': request.json}
    except ValueError:
        return 'caught', 422


async def test_what_does_not_parse_is_answered_with_400():
    client = TestClient(app)
    response = await client.post('/json', {'Content-Type': 'application/json'}, 'nope')
    assert (response.status_code, response.text) == (400, 'Malformed JSON')
    response = await client.post('/json', {'Content-Type': 'application/json'})
    assert response.status_code == 400
    response = await client.post('/form', {'Content-Type': FORM}, 'a=%zz')
    assert response.status_code == 400
    response = await client.get('/args?a=%zz')
    assert response.status_code == 400
    assert (await client.post('/json', body={'a': 1})).json == {'json': {'a': 1}}


@only('cpython', 'MicroPython has no classes with two built-in bases')
async def test_an_application_may_catch_what_does_not_parse():
    response = await TestClient(app).post('/caught', {'Content-Type': 'application/json'}, '{"a"')
    assert (response.status_code, response.text) == (422, 'caught')


async def test_what_is_not_in_memory_is_answered_with_413():
    client = TestClient(app)
    with changed(Request, max_body_length=4):
        assert (await client.post('/json', body={'a': 1})).status_code == 413
        assert (await client.post('/form', {'Content-Type': FORM}, 'a=foobar')).status_code == 413
    assert (await client.post('/form', {'Content-Type': FORM}, 'a=foobar')).text == 'foobar'


# A request that an application makes

def test_constructor():
    request = Request('app', ('1.2.3.4', 5), 'POST', '/a/b?c=d', '1.0',
                      {'Content-Type': 'text/x', 'content-length': '3'}, body=b'abc')
    assert request.client_addr == ('1.2.3.4', 5)
    assert request.path == '/a/b'
    assert request.query_string == 'c=d'
    assert request.args == {'c': ['d']}
    assert request.headers['CONTENT-TYPE'] == 'text/x'
    assert request.content_type == 'text/x'
    assert request.content_length == 3
    assert request.body == b'abc'
    assert request.scheme == 'http'


async def test_constructor_with_a_stream():
    stream = AsyncBytesIO(b'abc')
    request = Request('app', None, 'POST', '/', '1.0', {}, stream=stream, sock='sock', url_prefix='/p', subapp='subapp',
                      scheme='https', route='route')
    assert request.body == b''
    assert request.stream is stream
    assert request.sock == 'sock'
    assert request.url_prefix == '/p'
    assert request.subapp == 'subapp'
    assert request.scheme == 'https'
    assert request.route == 'route'


def test_g_belongs_to_one_request():
    one = Request('app', None, 'GET', '/', '1.0', {})
    two = Request('app', None, 'GET', '/', '1.0', {})
    one.g.user = 'Ann'
    assert one.g.user == 'Ann'
    assert not hasattr(two.g, 'user')
    assert isinstance(one.g, Request.G)


def test_after_request_returns_the_function():
    request = Request('app', None, 'GET', '/', '1.0', {})

    def after(request, response):
        pass
    assert request.after_request(after) is after
    assert request.after_request_handlers == [after]


def test_an_unknown_attribute():
    request = Request('app', None, 'GET', '/', '1.0', {})
    assert not hasattr(request, 'nothing')
    assert getattr(request, 'nothing', 7) == 7
