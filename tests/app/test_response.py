# A response: what it is made of, and how it is written to a stream.

import asyncio

from tools import changed, only, raises, raises_async

from microdot import AsyncBytesIO, NoCaseDict, Response


class Pieces:
    """An asynchronous iterator that may fail and counts how often it is closed."""

    def __init__(self, *pieces):
        self.pieces = list(pieces)
        self.closed = 0

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

    async def aclose(self):
        self.closed += 1


class File:
    """A body with `read`, which gives its pieces one by one."""

    def __init__(self, *pieces):
        self.pieces = list(pieces)
        self.asked = []
        self.closed = 0

    def read(self, n):
        self.asked.append(n)
        piece = self.pieces.pop(0) if self.pieces else b''
        if isinstance(piece, Exception):
            raise piece
        return piece

    def close(self):
        self.closed += 1


class AsyncFile(File):
    async def read(self, n):
        await asyncio.sleep(0)
        return super().read(n)

    async def close(self):
        await asyncio.sleep(0)
        self.closed += 1


class Stream:
    """A stream with no more than `awrite`; its writes may fail."""

    def __init__(self, fails=None, after=0):
        self.fails = fails
        self.after = after
        self.written = []

    async def awrite(self, data):
        if self.fails and len(self.written) >= self.after:
            raise self.fails
        self.written.append(data)


async def written(response):
    stream = AsyncBytesIO(b'')
    await response.write(stream)
    return stream.stream.getvalue()


async def body_of(response):
    _head, _, body = (await written(response)).partition(b'\r\n\r\n')
    return body


async def head_of(response):
    head, _, _body = (await written(response)).partition(b'\r\n\r\n')
    lines = head.decode().split('\r\n')
    return lines[0], sorted(lines[1:])


# What it is made of

def test_defaults():
    response = Response()
    assert response.status_code == 200
    assert response.body == b''
    assert response.headers == {}
    assert response.reason is None
    assert response.is_head is False


def test_text():
    response = Response('foo')
    assert (response.body, response.status_code, response.headers) == (b'foo', 200, {})
    assert Response('caf\xe9').body == b'caf\xc3\xa9'
    assert Response('').body == b''


def test_bytes():
    response = Response(b'foo')
    assert (response.body, response.headers) == (b'foo', {})
    assert Response(b'').body == b''


def test_dict():
    response = Response({'foo': 'bar'})
    assert response.body == b'{"foo": "bar"}'
    assert response.headers == {'Content-Type': 'application/json; charset=UTF-8'}
    assert Response({}).body == b'{}'


def test_list():
    response = Response([1, '2'])
    assert response.body == b'[1, "2"]'
    assert response.headers == {'Content-Type': 'application/json; charset=UTF-8'}
    assert Response([]).body == b'[]'


def test_json_keeps_a_type_that_is_given():
    response = Response({'a': 1}, headers={'content-type': 'application/problem+json'})
    assert response.headers == {'content-type': 'application/problem+json'}
    assert response.body == b'{"a": 1}'


def test_none():
    response = Response(None)
    assert (response.status_code, response.body) == (204, b'')
    response = Response(None, 404)
    assert (response.status_code, response.body) == (404, None)


def test_other_values_are_kept():
    body = iter([])
    assert Response(23.7).body == 23.7
    assert Response(body).body is body


def test_headers():
    response = Response('foo', 202, {'X-Test': 'one'}, 'Fine')
    assert response.headers == {'X-Test': 'one'}
    assert isinstance(response.headers, NoCaseDict)
    assert response.headers['x-test'] == 'one'
    assert (response.status_code, response.reason) == (202, 'Fine')


def test_headers_of_the_caller_are_not_changed():
    headers = {'X-Test': 'one'}
    response = Response('foo', headers=headers)
    response.headers['x-test'] = 'two'
    response.headers['X-Other'] = 'three'
    assert headers == {'X-Test': 'one'}
    assert response.headers == {'X-Test': 'two', 'X-Other': 'three'}


def test_headers_do_not_come_twice():
    response = Response('foo', headers={'content-length': '3'})
    response.headers['Content-Length'] = '4'
    assert response.headers == {'content-length': '4'}


# What cannot be sent

def test_line_ends_in_headers_are_refused():
    for character in ('\r', '\n', '\r\n', '\0', '\x01', '\x0b', '\x1f', '\x7f'):
        assert raises(ValueError, Response, 'x', 200, {'X-Test': 'a' + character + 'b'}), repr(character)
        assert raises(ValueError, Response, 'x', 200, {'X' + character + 'Y': 'a'}), repr(character)
        assert raises(ValueError, Response, 'x', 200, {'X-Test': ['a', 'b' + character]}), repr(character)
        assert raises(ValueError, Response, 'x', 200, None, 'a' + character + 'b'), repr(character)


def test_names_of_headers_are_tokens():
    for name in ('', 'X Y', 'X:', 'X\xe9', '(X)'):
        assert raises(ValueError, Response, 'x', 200, {name: 'a'}), name


def test_what_headers_may_hold():
    response = Response('x', 200, {'X-Tab': 'a\tb', 'X-Text': 'caf\xe9', 'X-Int': 5, 'X-List': ['a', 'b']})
    assert len(response.headers) == 4


async def test_values_that_are_not_text():
    _line, headers = await head_of(Response('x', 200, {'X-Int': 5, 'X-List': ['a', 'b'], 'X-Text': 'caf\xe9'}))
    assert headers == ['Content-Length: 1', 'Content-Type: text/plain; charset=UTF-8', 'X-Int: 5', 'X-List: a',
                       'X-List: b', 'X-Text: caf\xe9']


# complete

def test_complete():
    response = Response('foo')
    response.complete()
    assert response.headers == {'Content-Length': '3', 'Content-Type': 'text/plain; charset=UTF-8'}


def test_complete_measures_the_body_as_it_is_then():
    response = Response('foo')
    response.body += b'bar'
    response.complete()
    assert response.headers['Content-Length'] == '6'


def test_complete_counts_bytes():
    response = Response('caf\xe9')
    response.complete()
    assert response.headers['Content-Length'] == '5'


def test_complete_keeps_what_is_given():
    response = Response('foo', headers={'content-length': '7', 'CONTENT-TYPE': 'text/x'})
    response.complete()
    assert response.headers == {'content-length': '7', 'CONTENT-TYPE': 'text/x'}


def test_complete_without_a_known_length():
    for body in (iter([b'a']), File(b'a'), Pieces(b'a')):
        response = Response(body)
        response.complete()
        assert response.headers == {'Content-Type': 'text/plain; charset=UTF-8'}


def test_complete_twice():
    response = Response('foo')
    response.complete()
    response.complete()
    assert response.headers == {'Content-Length': '3', 'Content-Type': 'text/plain; charset=UTF-8'}


def test_default_content_type():
    with changed(Response, default_content_type='text/html'):
        response = Response('foo')
        response.complete()
        assert response.headers['Content-Type'] == 'text/html; charset=UTF-8'
    with changed(Response, default_content_type='text/html; charset=ISO-8859-1'):
        response = Response('foo')
        response.complete()
        assert response.headers['Content-Type'] == 'text/html; charset=ISO-8859-1'
    response = Response('foo')
    response.complete()
    assert response.headers['Content-Type'] == 'text/plain; charset=UTF-8'


# write

async def test_write():
    assert await written(Response('foo', headers={'Content-Type': 'text/x', 'Content-Length': '3'})) in (
        b'HTTP/1.0 200 OK\r\nContent-Type: text/x\r\nContent-Length: 3\r\n\r\nfoo',
        b'HTTP/1.0 200 OK\r\nContent-Length: 3\r\nContent-Type: text/x\r\n\r\nfoo')


async def test_write_completes():
    line, headers = await head_of(Response('foo'))
    assert line == 'HTTP/1.0 200 OK'
    assert headers == ['Content-Length: 3', 'Content-Type: text/plain; charset=UTF-8']
    assert await body_of(Response('foo')) == b'foo'


async def test_write_reasons():
    for response, line in ((Response('x', 201), 'HTTP/1.0 201 N/A'), (Response('x', 404), 'HTTP/1.0 404 N/A'),
                           (Response('x', 200, None, 'Fine'), 'HTTP/1.0 200 Fine'),
                           (Response('x', 404, reason='Gone away'), 'HTTP/1.0 404 Gone away'),
                           (Response('x', 404, reason=''), 'HTTP/1.0 404 ')):
        assert (await head_of(response))[0] == line


async def test_write_without_a_body():
    line, headers = await head_of(Response(None))
    assert line == 'HTTP/1.0 204 N/A'
    assert headers == ['Content-Length: 0', 'Content-Type: text/plain; charset=UTF-8']
    assert await body_of(Response(None)) == b''
    assert await body_of(Response(None, 404)) == b''


async def test_write_one_line_for_each_cookie():
    response = Response('x')
    response.set_cookie('a', '1')
    response.set_cookie('b', '2')
    _line, headers = await head_of(response)
    assert headers[2:] == ['Set-Cookie: a=1', 'Set-Cookie: b=2']


async def test_write_for_head():
    response = Response('foo')
    response.is_head = True
    data = await written(response)
    assert data.endswith(b'\r\n\r\n')
    assert b'\r\nContent-Length: 3\r\n' in data


async def test_write_twice():
    for body in ('foo', b'foo', bytearray(b'foo')):
        response = Response(body)
        first = await written(response)
        assert first.endswith(b'\r\n\r\nfoo')
        assert await written(response) == first


async def test_write_needs_awrite_alone():
    stream = Stream()
    await Response('foo').write(stream)
    assert b''.join(stream.written).endswith(b'\r\n\r\nfoo')


# Bodies of every kind

async def test_iterators():
    assert await body_of(Response(iter([b'one ', 'two ', b'', 'caf\xe9']))) == b'one two caf\xc3\xa9'


async def test_generators():
    def generate():
        yield 'one '
        yield b'two'
    assert await body_of(Response(generate())) == b'one two'


async def test_a_generator_that_yields_nothing():
    def generate():
        return
        yield
    assert await body_of(Response(generate())) == b''
    assert await body_of(Response(iter([]))) == b''


async def test_an_iterator_that_gives_none_is_not_cut_short():
    assert await raises_async(TypeError, written(Response(iter([b'a', None, b'b']))))


async def test_iterables():
    class Iterable:
        def __iter__(self):
            return iter(['one ', 'two'])
    assert await body_of(Response(Iterable())) == b'one two'
    assert await body_of(Response(('one ', b'two'))) == b'one two'


async def test_async_iterators():
    pieces = Pieces('one ', b'two')
    assert await body_of(Response(pieces)) == b'one two'
    assert pieces.closed == 1


async def test_async_iterators_without_close():
    class Plain:
        def __init__(self):
            self.left = 2

        def __aiter__(self):
            return self

        async def __anext__(self):
            if not self.left:
                raise StopAsyncIteration
            self.left -= 1
            return 'x'
    assert await body_of(Response(Plain())) == b'xx'


async def test_async_iterables():
    class Iterable:
        def __init__(self, pieces):
            self.pieces = pieces

        def __aiter__(self):
            return self.pieces
    pieces = Pieces('one ', 'two')
    assert await body_of(Response(Iterable(pieces))) == b'one two'
    assert pieces.closed == 1


@only('cpython', 'MicroPython has no asynchronous generators')
async def test_async_generators():
    closed = []

    async def generate():
        try:
            yield 'one '
            yield b'two'
        finally:
            closed.append(1)
    assert await body_of(Response(generate())) == b'one two'
    assert closed == [1]


async def test_files():
    file = File(b'one ', b'two')
    assert await body_of(Response(file)) == b'one two'
    assert file.closed == 1
    assert file.asked[0] == 1024


async def test_files_of_text():
    assert await body_of(Response(File('one ', 'caf\xe9'))) == b'one caf\xc3\xa9'


async def test_async_files():
    file = AsyncFile(b'one ', 'two')
    assert await body_of(Response(file)) == b'one two'
    assert file.closed == 1


async def test_a_short_read_is_not_the_end():
    with changed(Response, send_file_buffer_size=4):
        file = File(b'abcd', b'e', b'fghi', b'j')
        assert await body_of(Response(file)) == b'abcdefghij'
    assert file.asked == [4] * 5


async def test_the_size_of_reads_is_read_when_it_is_used():
    class Source:
        def __init__(self):
            self.stream = AsyncBytesIO(b'foobar')

        async def read(self, n):
            return await self.stream.read(n)
    with changed(Response, send_file_buffer_size=2):
        pieces = []
        async for piece in Response(Source()).body_iter():
            pieces.append(piece)
        assert pieces == [b'fo', b'ob', b'ar']


async def test_bytes_of_other_types():
    assert await body_of(Response(bytearray(b'abc'))) == b'abc'
    assert await body_of(Response(memoryview(b'abc'))) == b'abc'
    assert await body_of(Response(bytearray())) == b''


# Errors, and that every body is closed once

def all_bodies(*pieces):
    return File(*pieces), AsyncFile(*pieces), Pieces(*pieces)


async def test_a_body_is_closed_once():
    for body in all_bodies(b'a', b'b'):
        response = Response(body)
        await response.write(Stream())
        await response.close()
        await response.close()
        assert body.closed == 1, body


async def test_a_body_that_fails_is_closed():
    for body in all_bodies(b'a', OSError(5)):
        assert (await raises_async(OSError, Response(body).write(Stream()))).args == (5,)
        assert body.closed == 1, body
    for body in all_bodies(b'a', KeyError('x')):
        assert await raises_async(KeyError, Response(body).write(Stream()))
        assert body.closed == 1, body


async def test_the_body_of_head_is_closed_unread():
    for body in all_bodies(b'a', b'b'):
        response = Response(body)
        response.is_head = True
        stream = Stream()
        await response.write(stream)
        assert b''.join(stream.written).endswith(b'\r\n\r\n')
        assert len(body.pieces) == 2
        assert body.closed == 1, body


async def test_a_body_is_closed_when_its_head_cannot_be_written():
    for body in all_bodies(b'a', b'b'):
        assert await raises_async(KeyError, Response(body).write(Stream(KeyError('x'))))
        assert body.closed == 1, body


async def test_a_body_is_closed_when_the_peer_leaves():
    for number in (32, 54, 104, 128):
        for after in (0, 1):
            for body in all_bodies(b'a', b'b'):
                stream = Stream(OSError(number), after)
                await Response(body).write(stream)
                assert len(stream.written) == after
                assert body.closed == 1, body


async def test_errors_that_are_not_the_peers_leaving():
    for exc in (OSError(5), OSError(13, 'x'), OSError(), asyncio.TimeoutError()):
        assert await raises_async(type(exc), Response('foo').write(Stream(exc)))


async def test_a_lost_connection():
    stream = Stream(OSError('Connection lost'))
    await Response('foo').write(stream)
    assert stream.written == []


async def test_a_generator_is_closed():
    closed = []

    def generate():
        try:
            yield 'one'
            yield 'two'
        finally:
            closed.append(1)
    await Response(generate()).write(Stream(OSError(32), 1))
    assert closed == [1]


async def test_an_iterable_with_close():
    class Iterable:
        closed = 0

        def __iter__(self):
            return iter(['one'])

        def close(self):
            self.closed += 1
    body = Iterable()
    assert await body_of(Response(body)) == b'one'
    assert body.closed == 1


async def test_an_async_iterable_with_aclose():
    class Iterable:
        closed = 0

        def __aiter__(self):
            return Pieces('one')

        async def aclose(self):
            self.closed += 1
    body = Iterable()
    assert await body_of(Response(body)) == b'one'
    assert body.closed == 1


# redirect

def test_redirect():
    response = Response.redirect('/foo')
    assert (response.status_code, response.body, response.headers) == (302, b'', {'Location': '/foo'})
    response = Response.redirect('https://example.com/?a=b', 301)
    assert response.status_code == 301
    assert response.headers['Location'] == 'https://example.com/?a=b'
    assert Response.redirect('/foo', status_code=303).status_code == 303


def test_redirect_refuses_line_ends():
    for character in ('\r', '\n', '\r\n', '\0', '\x1b'):
        assert raises(ValueError, Response.redirect, '/foo' + character + 'X: y'), repr(character)


def test_a_response_is_made_outside_a_loop():
    response = Response('foo')
    response.set_cookie('a', 'b')
    assert asyncio.run(written(response)).endswith(b'\r\n\r\nfoo')
