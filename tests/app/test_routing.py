# URL patterns, and which route answers.

from tools import captured_log, only, raises

from microdot import Microdot, URLPattern, microdot as core
from microdot.test_client import TestClient


class registered:
    """For a `with` statement: what is registered in it is forgotten after it."""

    def __enter__(self):
        self.patterns = dict(URLPattern.segment_patterns)
        self.parsers = dict(URLPattern.segment_parsers)

    def __exit__(self, *exc):
        for current, old in ((URLPattern.segment_patterns, self.patterns), (URLPattern.segment_parsers, self.parsers)):
            current.clear()
            current.update(old)


def match(pattern, path):
    return URLPattern(pattern).match(path)


# Patterns

def test_attributes():
    assert URLPattern.segment_patterns == {'string': '/([^/]+)', 'int': '/(-?\\d+)', 'path': '/(.+)'}
    assert URLPattern.segment_parsers == {'int': int}
    pattern = URLPattern('/a/<b>')
    assert pattern.url_pattern == '/a/<b>'
    assert pattern.regex is None
    assert isinstance(pattern.segments, list)
    assert core.URLPattern is URLPattern


def test_static():
    assert match('/', '/') == {}
    assert match('/foo', '/foo') == {}
    assert match('/foo/bar', '/foo/bar') == {}
    for path in ('/', '', 'foo', '/foo/', '//foo', '/fo', '/foob', '/FOO', '/foo/bar'):
        assert match('/foo', path) is None, path


def test_the_leading_slash_is_optional():
    assert match('foo', '/foo') == {}
    assert match('', '/') == {}
    assert match('<a>/b', '/x/b') == {'a': 'x'}


def test_trailing_and_doubled_slashes_count():
    assert match('/foo/', '/foo/') == {}
    assert match('/foo/', '/foo') is None
    assert match('/foo//bar', '/foo//bar') == {}
    assert match('/foo//bar', '/foo/bar') is None
    assert match('/foo/bar', '/foo//bar') is None


def test_static_text_is_literal():
    for text in ('/a.b', '/a+b', '/a*', '/a?', '/(a)', '/a|b', '/[ab]', '/^a$', '/a\\d', '/a{2}', '/$', '/caf\xe9'):
        assert match(text, text) == {}, text
    assert match('/a.b', '/aXb') is None
    assert match('/a+', '/aa') is None
    assert match('/a|b', '/a') is None


def test_a_string():
    assert match('/<a>', '/foo') == {'a': 'foo'}
    assert match('/<string:a>', '/foo') == {'a': 'foo'}
    assert match('/x/<a>/y', '/x/foo/y') == {'a': 'foo'}
    assert match('/<a>/<b>', '/foo/bar') == {'a': 'foo', 'b': 'bar'}
    for text in ('-', '--', '.', '..', '0', '-1', 'a-b', '~', '+', ' '):
        assert match('/<a>', '/' + text) == {'a': text}, text
    for path in ('/', '/foo/', '/foo/bar', '//', ''):
        assert match('/<a>', path) is None, path


def test_an_int():
    for text, value in (('0', 0), ('12', 12), ('-5', -5), ('007', 7), ('-0', 0),
                        ('123456789012345678901', 123456789012345678901)):
        assert match('/<int:a>', '/' + text) == {'a': value}, text
    for text in ('', '-', '--5', '5-', '1.5', '+5', '1_0', 'a', '5a', 'a5', ' 5', '%205', '\u0665', '%D9%A5', '5/',
                 '5%0A'):
        assert match('/<int:a>', '/' + text) is None, text
    assert match('/<int:a>/<int:b>', '/1/-2') == {'a': 1, 'b': -2}


@only('cpython', 'MicroPython converts integers of any length')
def test_an_int_that_is_too_long_to_convert():
    assert match('/<int:a>', '/' + '9' * 5000) is None


def test_a_path():
    assert match('/<path:a>', '/foo') == {'a': 'foo'}
    assert match('/<path:a>', '/foo/bar/') == {'a': 'foo/bar/'}
    assert match('/x/<path:a>', '/x/foo/bar') == {'a': 'foo/bar'}
    assert match('/x/<path:a>', '/x//') == {'a': '/'}
    assert match('/<path:a>', '/') is None
    assert match('/x/<path:a>', '/x') is None
    assert match('/x/<path:a>', '/x/') is None


def test_segments_after_a_path():
    assert match('/<path:a>/edit', '/foo/bar/edit') == {'a': 'foo/bar'}
    assert match('/<path:a>/edit', '/edit/edit') == {'a': 'edit'}
    assert match('/<path:a>/edit', '/edit') is None
    assert match('/<path:a>/edit', '/foo/bar') is None
    assert match('/<path:a>/<b>', '/1/2/3') == {'a': '1/2', 'b': '3'}
    assert match('/<path:a>/<int:b>', '/1/2/x') is None
    assert match('/<path:a>/x/<path:b>', '/1/x/2/x/3') == {'a': '1/x/2', 'b': '3'}


def test_a_regular_expression():
    assert match('/<re:[a-c]+:a>', '/abc') == {'a': 'abc'}
    assert match('/<re:[a-c]+:a>/x', '/abc/x') == {'a': 'abc'}
    for path in ('/abcd', '/dabc', '/', '/abc/', '/abc/x', '/abc%0A'):
        assert match('/<re:[a-c]+:a>', path) is None, path


def test_a_regular_expression_with_a_colon():
    assert match('/<re:a:b:name>', '/a:b') == {'name': 'a:b'}


def test_a_regular_expression_with_alternatives():
    for path in ('/one', '/two'):
        assert match('/<re:one|two:a>', path) == {'a': path[1:]}
    assert match('/<re:one|two:a>', '/onetwo') is None
    assert match('/<re:one|two:a>', '/three') is None


def test_a_regular_expression_with_groups():
    assert match('/<re:(a|b)(c|d):x>/<y>', '/ad/foo') == {'x': 'ad', 'y': 'foo'}


def test_a_regular_expression_with_slashes():
    assert match('/<re:a/b:x>/<y>', '/a/b/c') == {'x': 'a/b', 'y': 'c'}
    assert match('/<re:[0-9]+/[0-9]+:x>', '/2024/05') == {'x': '2024/05'}
    assert match('/<re:[0-9]+/[0-9]+:x>', '/2024') is None


def test_a_regular_expression_with_slashes_in_a_range():
    assert match('/r/<re:[!-~]+:x>', '/r/a/b') == {'x': 'a/b'}
    assert match('/r/<re:[+-9]+:x>/e', '/r/1/2/e') == {'x': '1/2'}
    assert match('/r/<re:[a-z-]+:x>', '/r/a/b') is None


def test_percent_encoding():
    assert match('/<a>', '/caf%C3%A9%20au+lait') == {'a': 'caf\xe9 au+lait'}
    assert match('/caf\xe9', '/caf%C3%A9') == {}
    assert match('/caf%C3%A9', '/caf%C3%A9') == {}
    assert match('/a b', '/a%20b') == {}
    assert match('/foo', '/%66%6f%6F') == {}


def test_an_encoded_slash_stays_in_its_segment():
    assert match('/<a>', '/x%2Fy') == {'a': 'x/y'}
    assert match('/<a>/<b>', '/x%2Fy/z') == {'a': 'x/y', 'b': 'z'}
    assert match('/<a>/<b>', '/x%2fy') is None
    assert match('/x/y', '/x%2Fy') is None
    assert match('/<path:a>', '/x%2Fy/z') == {'a': 'x/y/z'}


def test_segments_are_decoded_once():
    assert match('/<a>', '/%2541') == {'a': '%41'}


def test_matching_twice():
    pattern = URLPattern('/<a>/<int:b>')
    assert pattern.match('/x/1') == {'a': 'x', 'b': 1}
    assert pattern.match('/y/2') == {'a': 'y', 'b': 2}
    assert pattern.match('/y/z') is None
    pattern.compile()
    pattern.compile()
    assert pattern.match('/x/1') == {'a': 'x', 'b': 1}


# compile

def test_compile():
    for text, path, groups in (('/foo/<a>/<int:b>', '/foo/x/-3', ('x', '-3')), ('/<path:a>/b', '/x/y/b', ('x/y',)),
                               ('/<re:[a-c]+:x>', '/abc', ('abc',))):
        pattern = URLPattern(text)
        regex = pattern.compile()
        assert pattern.regex is regex
        match = regex.match(path)
        assert tuple([match.group(i + 1) for i in range(len(groups))]) == groups
        assert not regex.match(path + '/')


def test_compile_escapes_static_text():
    regex = URLPattern('/a.b+c').compile()
    assert regex.match('/a.b+c')
    assert not regex.match('/aXb+c')


def test_malformed_patterns():
    for text in ('/<', '/<a', '/<a/b', '/<foo:a>', '/x/<nothing:a>', '/<a>x', '/user-<a>', '/<a>.<b>', '/x<a>/y',
                 '/<:a', '/<>', '/<int:>', '/<re:[a-z]+:>', '/<re:[a-z]+:a>-<b>'):
        pattern = URLPattern(text)
        assert raises(ValueError, pattern.compile), text
        assert raises(ValueError, URLPattern(text).match, '/x'), text


# Types

def test_register_type():
    with registered():
        URLPattern.register_type('letters', '[a-z]+')
        assert match('/<letters:a>', '/abc') == {'a': 'abc'}
        assert match('/<letters:a>', '/abc1') is None
        assert match('/<letters:a>', '/ABC') is None
        assert URLPattern.segment_patterns['letters'] == '/([a-z]+)'
    assert raises(ValueError, match, '/<letters:a>', '/abc')


def test_register_type_with_a_parser():
    with registered():
        URLPattern.register_type('hex', '[0-9a-f]+', lambda text: int(text, 16))
        assert match('/<hex:a>', '/ff') == {'a': 255}
        assert match('/<hex:a>/<b>', '/0/x') == {'a': 0, 'b': 'x'}
        assert match('/<hex:a>', '/fg') is None


def test_register_type_with_a_parser_alone():
    with registered():
        URLPattern.register_type('hex', parser=lambda text: int(text, 16))
        assert match('/<hex:a>', '/ff') == {'a': 255}
        assert match('/<hex:a>', '/zz') is None
        assert match('/<hex:a>', '/ff/ff') is None


def test_a_parser_that_refuses():
    with registered():
        URLPattern.register_type('even', '[0-9]+', lambda text: int(text) if int(text) % 2 == 0 else None)
        assert match('/<even:a>', '/12') == {'a': 12}
        assert match('/<even:a>', '/13') is None
        assert match('/<even:a>', '/0') == {'a': 0}


def test_a_parser_gets_decoded_text():
    with registered():
        URLPattern.register_type('upper', parser=lambda text: text.upper())
        assert match('/<upper:a>', '/a%20b') == {'a': 'A B'}


def test_a_type_may_be_registered_again():
    with registered():
        URLPattern.register_type('foo', '[a-z]+', lambda text: text.upper())
        URLPattern.register_type('foo', '[0-9]+')
        assert match('/<foo:a>', '/12') == {'a': '12'}
        assert match('/<foo:a>', '/ab') is None
        URLPattern.register_type('int', '[0-9]+', lambda text: 'number ' + text)
        assert match('/<int:a>', '/12') == {'a': 'number 12'}
        assert match('/<int:a>', '/-12') is None


# Routes of an application

def application(*patterns, methods=None):
    app = Microdot()

    def add(text):
        @app.route(text, methods=methods)
        async def answer(request, **kwargs):
            return {'route': text, 'args': kwargs}
    for text in patterns:
        add(text)
    return app


async def routed(app, path, method='GET'):
    response = await TestClient(app).request(method, path)
    if response.status_code != 200:
        return response.status_code
    return response.json['route'], response.json['args']


async def test_the_first_registered_route_answers():
    app = application('/<a>', '/foo', '/<path:b>')
    assert await routed(app, '/foo') == ('/<a>', {'a': 'foo'})
    assert await routed(app, '/foo/bar') == ('/<path:b>', {'b': 'foo/bar'})
    app = application('/foo', '/<a>', '/<path:b>')
    assert await routed(app, '/foo') == ('/foo', {})
    assert await routed(app, '/bar') == ('/<a>', {'a': 'bar'})
    app = application('/<path:b>', '/foo', '/<a>')
    assert await routed(app, '/foo') == ('/<path:b>', {'b': 'foo'})


async def test_the_first_route_with_the_method_answers():
    app = Microdot()

    @app.post('/<a>')
    async def one(request, a):
        return 'one'

    @app.get('/foo')
    async def two(request):
        return 'two'
    client = TestClient(app)
    assert (await client.get('/foo')).text == 'two'
    assert (await client.post('/foo')).text == 'one'
    assert (await client.get('/bar')).status_code == 405
    assert (await client.put('/foo')).status_code == 405
    assert (await client.get('/foo/bar')).status_code == 404


async def test_a_refused_value_lets_the_next_route_try():
    app = application('/<int:a>', '/<b>')
    assert await routed(app, '/12') == ('/<int:a>', {'a': 12})
    assert await routed(app, '/x') == ('/<b>', {'b': 'x'})


async def test_many_routes_of_one_beginning():
    patterns = ['/api/v%d/items/<int:a>' % i for i in range(50)] + ['/api/v%d/<b>' % i for i in range(50)]
    app = application(*patterns + ['/api/<path:c>'])
    assert await routed(app, '/api/v7/items/3') == ('/api/v7/items/<int:a>', {'a': 3})
    assert await routed(app, '/api/v49/x') == ('/api/v49/<b>', {'b': 'x'})
    assert await routed(app, '/api/v49/items/x') == ('/api/<path:c>', {'c': 'v49/items/x'})
    assert await routed(app, '/api') == 404


async def test_patterns_that_begin_with_a_placeholder():
    app = application('/<a>/b', '/x/<c>', '/x/b')
    assert await routed(app, '/x/b') == ('/<a>/b', {'a': 'x'})
    assert await routed(app, '/x/y') == ('/x/<c>', {'c': 'y'})
    assert await routed(app, '/y/y') == 404


async def test_slashes_in_routes():
    app = application('/foo', '/bar/', '/x//<a>', '//')
    assert await routed(app, '/foo') == ('/foo', {})
    assert await routed(app, '/foo/') == 404
    assert await routed(app, '/bar/') == ('/bar/', {})
    assert await routed(app, '/bar') == 404
    assert await routed(app, '/x//y') == ('/x//<a>', {'a': 'y'})
    assert await routed(app, '/x/y') == 404
    assert await routed(app, '//') == ('//', {})
    assert await routed(app, '/') == 404


async def test_encoded_paths():
    app = application('/caf\xe9', '/a b/<c>', '/x%2Fy', '/<d>/e')
    assert await routed(app, '/caf%C3%A9') == ('/caf\xe9', {})
    assert await routed(app, '/caf%c3%a9?x=%zz') == ('/caf\xe9', {})
    assert await routed(app, '/a%20b/d') == ('/a b/<c>', {'c': 'd'})
    assert await routed(app, '/x%2Fy') == ('/x%2Fy', {})
    assert await routed(app, '/x/y') == 404
    assert await routed(app, '/1%2F2/e') == ('/<d>/e', {'d': '1/2'})
    assert await routed(app, '/1/2/e') == 404
    assert await routed(app, '/%ff') == 400
    assert await routed(app, '/%zz') == 400


async def test_an_encoded_slash_is_no_nul():
    app = application('/x%2Fy', '/a%00b', '/c%00/d')
    client = TestClient(app)
    for path, status_code in (('/x%2Fy', 200), ('/x%00y', 404), ('/a%00b', 200), ('/a%2Fb', 404), ('/c%00/d', 200),
                              ('/c%2F.d', 404)):
        assert (await client.get(path)).status_code == status_code, path


async def test_static_routes_are_literal():
    app = application('/a.b', '/c+d')
    assert await routed(app, '/a.b') == ('/a.b', {})
    assert await routed(app, '/aXb') == 404
    assert await routed(app, '/c+d') == ('/c+d', {})
    assert await routed(app, '/ccd') == 404


async def test_a_route_that_is_registered_later():
    app = application('/foo')
    assert await routed(app, '/bar') == 404

    @app.route('/bar')
    async def bar(request):
        return {'route': 'bar', 'args': {}}
    assert await routed(app, '/bar') == ('bar', {})


async def test_one_function_for_several_routes():
    app = Microdot()

    @app.get('/')
    @app.get('/<name>')
    async def index(request, name='nobody'):
        return name
    client = TestClient(app)
    assert (await client.get('/')).text == 'nobody'
    assert (await client.get('/Ann')).text == 'Ann'


async def test_parsers_in_routes():
    with registered():
        URLPattern.register_type('hex', parser=lambda text: int(text, 16))
        URLPattern.register_type('known', parser={'a': 'Ann'}.get)
        app = application('/hex/<hex:a>', '/known/<known:a>')
        assert await routed(app, '/hex/ff') == ('/hex/<hex:a>', {'a': 255})
        assert await routed(app, '/hex/zz') == 404
        assert await routed(app, '/known/a') == ('/known/<known:a>', {'a': 'Ann'})
        assert await routed(app, '/known/b') == 404


async def test_a_parser_that_fails():
    def fail(text):
        raise KeyError(text)
    with registered():
        URLPattern.register_type('fails', parser=fail)
        app = application('/<fails:a>')
        with captured_log() as lines:
            assert await routed(app, '/x') == 500
        assert [exc.args for _, exc in lines] == [('x',)]


async def test_a_malformed_pattern_is_answered_with_500():
    app = application('/foo', '/<nothing:a>')
    with captured_log() as lines:
        assert await routed(app, '/bar') == 500
    assert len(lines) == 1
    assert isinstance(lines[0][1], ValueError)
    assert 'nothing' in str(lines[0][1])


def test_url_map():
    app = Microdot()

    @app.route('/foo', methods=['get', 'Post'])
    async def foo(request):
        pass

    @app.route('/bar')
    def bar(request):
        pass

    @app.route('/baz', methods=[])
    def baz(request):
        pass
    assert [(route[0], route[1].url_pattern) + tuple(route[2:]) for route in app.url_map] == [
        (['GET', 'POST'], '/foo', foo, '', None), (['GET'], '/bar', bar, '', None), (['GET'], '/baz', baz, '', None)]
    assert isinstance(app.url_map[0][1], URLPattern)


async def test_the_shortcuts():
    app = Microdot()
    for name in ('get', 'post', 'put', 'patch', 'delete', 'query'):
        async def answer(request):
            return request.method
        assert getattr(app, name)('/')(answer) is answer
    client = TestClient(app)
    for name in ('GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'QUERY'):
        assert (await client.request(name, '/')).text == name


async def test_what_a_request_knows_of_its_route():
    app = Microdot()
    seen = []

    @app.route('/<a>/<int:b>')
    async def answer(request, a, b):
        seen.append((request.route, request.url_args, request.url_prefix, request.subapp))
        return ''
    await TestClient(app).get('/x/2')
    assert seen == [(answer, {'a': 'x', 'b': 2}, '', None)]


async def test_an_application_of_its_own():
    assert await routed(Microdot(), '/') == 404
    one, two = application('/one'), application('/two')
    assert await routed(one, '/two') == 404
    assert await routed(two, '/two') == ('/two', {})


def test_no_path_takes_long():
    # Several parts that may hold slashes match short paths only; one alone, and those without slashes, any.
    spans = URLPattern('/<path:a>/x/<path:b>/x/<path:c>/y')
    assert spans.match('/1/2/x/3/x/4/y') == {'a': '1/2', 'b': '3', 'c': '4'}
    assert spans.match('/x' * 4000) is None
    assert URLPattern('/<path:a>/y').match('/x' * 4000 + '/y') == {'a': ('/x' * 4000)[1:]}
    numbers = URLPattern('/<re:[0-9]+:a>/<re:[a-z]+:b>')
    assert numbers.match('/12/ab') == {'a': '12', 'b': 'ab'}
    assert numbers.match('/1' * 4000) is None
    assert URLPattern('/<re:.+:a>/<re:.+:b>').match('/1/2/3') == {'a': '1/2', 'b': '3'}


async def test_a_malformed_pattern_that_comes_late_is_refused():
    app = Microdot()

    @app.route('/')
    async def index(request):
        return 'index'

    client = TestClient(app)
    assert (await client.get('/')).text == 'index'
    for add in (app.get('/<what'), app.get('/<unknown:what>')):
        raises(ValueError, add, index)
    assert (await client.get('/')).text == 'index'
