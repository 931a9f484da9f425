# Streams of bytes: the one in memory, and the body of a request.

from tools import raises_async

from microdot import AsyncBytesIO, HTTPException
from microdot.core.body import BodyStream
from microdot.core.streams import ByteStream


class Pieces(ByteStream):
    """A stream that gives its pieces one by one, as a socket does."""

    def __init__(self, *pieces):
        self.pieces = list(pieces)

    async def _fill(self):
        if not self.pieces:
            return False
        self.feed(self.pieces.pop(0))
        return True


class Source:
    """What a body reads from; it gives its pieces one by one and keeps how many bytes were asked for."""

    def __init__(self, *pieces):
        self.pieces = list(pieces)
        self.asked = []

    async def read(self, n=-1):
        self.asked.append(n)
        return self.pieces.pop(0) if self.pieces else b''


# AsyncBytesIO

async def test_read_everything():
    stream = AsyncBytesIO(b'one\ntwo')
    assert await stream.read() == b'one\ntwo'
    assert await stream.read() == b''


async def test_read_some():
    stream = AsyncBytesIO(b'abcdef')
    assert await stream.read(4) == b'abcd'
    assert await stream.read(0) == b''
    assert await stream.read(4) == b'ef'
    assert await stream.read(4) == b''
    assert await stream.read(-1) == b''


async def test_read_what_is_left():
    stream = AsyncBytesIO(b'abcdef')
    assert await stream.read(1) == b'a'
    assert await stream.read(-1) == b'bcdef'


async def test_readline():
    stream = AsyncBytesIO(b'one\r\n\ntwo')
    assert await stream.readline() == b'one\r\n'
    assert await stream.readline() == b'\n'
    assert await stream.readline() == b'two'
    assert await stream.readline() == b''


async def test_readexactly():
    stream = AsyncBytesIO(b'abcdef')
    assert await stream.readexactly(2) == b'ab'
    assert await stream.readexactly(0) == b''
    assert await stream.readexactly(4) == b'cdef'
    assert await stream.readexactly(0) == b''


async def test_readexactly_more_than_there_is():
    stream = AsyncBytesIO(b'abc')
    assert await raises_async(EOFError, stream.readexactly(4))
    assert await raises_async(EOFError, AsyncBytesIO(b'').readexactly(1))


async def test_readuntil():
    stream = AsyncBytesIO(b'one\ntwo--three')
    assert await stream.readuntil() == b'one\n'
    assert await stream.readuntil(b'--') == b'two--'
    assert await raises_async(EOFError, stream.readuntil(b'--'))


async def test_readuntil_at_the_end():
    stream = AsyncBytesIO(b'one--')
    assert await stream.readuntil(b'--') == b'one--'
    assert await raises_async(EOFError, stream.readuntil(b'--'))


async def test_all_verbs_share_one_position():
    stream = AsyncBytesIO(b'abc\ndef\nghi')
    assert await stream.read(2) == b'ab'
    assert await stream.readline() == b'c\n'
    assert await stream.readexactly(2) == b'de'
    assert await stream.readuntil(b'g') == b'f\ng'
    assert await stream.read() == b'hi'


async def test_awrite():
    stream = AsyncBytesIO(b'')
    await stream.awrite(b'one ')
    await stream.awrite(b'two')
    assert stream.stream.getvalue() == b'one two'
    await stream.aclose()
    assert stream.stream.getvalue() == b'one two'


async def test_stream_holds_the_bytes():
    assert AsyncBytesIO(b'abc').stream.getvalue() == b'abc'


# Bytes that come in pieces

async def test_pieces_read_gives_what_there_is():
    stream = Pieces(b'abc', b'def')
    assert await stream.read(5) == b'abc'
    assert await stream.read(2) == b'de'
    assert await stream.read(5) == b'f'
    assert await stream.read(5) == b''


async def test_pieces_read_everything():
    stream = Pieces(b'abc', b'def', b'ghi')
    assert await stream.read(1) == b'a'
    assert await stream.read() == b'bcdefghi'


async def test_pieces_readexactly():
    stream = Pieces(b'abc', b'd', b'efgh')
    assert await stream.readexactly(5) == b'abcde'
    assert await stream.readexactly(3) == b'fgh'
    assert await raises_async(EOFError, stream.readexactly(1))


async def test_pieces_lines_split_everywhere():
    data = b'one\r\n\r\ntwo\nthree'
    for size in range(1, len(data) + 1):
        stream = Pieces(*[data[i:i + size] for i in range(0, len(data), size)])
        lines = [await stream.readline()]
        while lines[-1]:
            lines.append(await stream.readline())
        assert lines == [b'one\r\n', b'\r\n', b'two\n', b'three', b''], size


async def test_pieces_a_separator_split_everywhere():
    data = b'one--==two-=--==three'
    for size in range(1, len(data) + 1):
        stream = Pieces(*[data[i:i + size] for i in range(0, len(data), size)])
        assert await stream.readuntil(b'--==') == b'one--=='
        assert await stream.readuntil(b'--==') == b'two-=--=='
        assert await stream.read() == b'three'


async def test_pieces_what_was_read_is_bytes():
    stream = Pieces(*[b'ab'] * 10)
    for _ in range(4):
        assert isinstance(await stream.readexactly(3), bytes)
    assert isinstance(await stream.read(), bytes)


async def test_pieces_many_in_any_order_of_verbs():
    data = bytes([i % 251 for i in range(5000)])
    stream = Pieces(*[data[i:i + 7] for i in range(0, len(data), 7)])
    got = []
    for n in range(1, 60):
        got.append(await stream.readexactly(n))
        got.append(await stream.read(n))
    got.append(await stream.read())
    assert b''.join(got) == data


# The body of a request

async def test_body_ends_where_its_length_says():
    source = Source(b'abcdef')
    body = BodyStream(source, 6, 100)
    assert not body.ended
    assert await body.read() == b'abcdef'
    assert body.ended
    assert await body.read() == b''
    assert await body.read(5) == b''
    assert await body.readline() == b''
    assert await raises_async(EOFError, body.readexactly(1))


async def test_body_asks_for_no_more_than_its_length():
    source = Source(b'abc', b'def')
    body = BodyStream(source, 6, 100)
    assert await body.read() == b'abcdef'
    assert source.asked == [6, 3]


async def test_body_of_no_length_asks_for_nothing():
    source = Source(b'next request')
    body = BodyStream(source, 0, 100)
    assert body.ended
    assert await body.read() == b''
    assert source.asked == []


async def test_body_has_the_verbs_of_a_stream():
    body = BodyStream(Source(b'one\ntw', b'o--three'), 14, 100)
    assert await body.readline() == b'one\n'
    assert await body.readuntil(b'--') == b'two--'
    assert await body.readexactly(2) == b'th'
    assert await body.read(10) == b'ree'
    assert await body.read(10) == b''


async def test_body_whole():
    body = BodyStream(Source(b'abc', b'def'), 6, 100)
    assert await body.whole(6) == b'abcdef'


async def test_body_whole_but_too_long_is_still_there():
    body = BodyStream(Source(b'abc', b'def'), 6, 100)
    assert await body.whole(5) is None
    assert await body.read() == b'abcdef'


async def test_body_that_is_cut_off_is_no_body():
    assert await raises_async(EOFError, BodyStream(Source(b'abc'), 6, 100).whole(10))
    assert await raises_async(EOFError, BodyStream(Source(b'3\r\nabc\r\n'), -1, 100).whole(10))
    body = BodyStream(Source(b'abc'), 6, 100)
    assert await body.read(3) == b'abc'
    assert await raises_async(EOFError, body.read(3))


async def test_chunked_body():
    body = BodyStream(Source(b'3\r\nabc\r\n', b'4;x=y\r\ndefg\r\n0\r\n\r\n'), -1, 100)
    assert await body.read() == b'abcdefg'
    assert body.ended
    assert await body.read() == b''


async def test_chunked_body_split_everywhere():
    data = b'3\r\nabc\r\n4;x=y\r\ndefg\r\n0\r\nTrailer: x\r\n\r\n'
    for size in range(1, len(data) + 1):
        body = BodyStream(Source(*[data[i:i + size] for i in range(0, len(data), size)]), -1, 100)
        assert await body.read() == b'abcdefg', size
        assert body.ended


async def test_chunked_body_as_long_as_it_may_be():
    body = BodyStream(Source(b'3\r\nabc\r\n3\r\ndef\r\n0\r\n\r\n'), -1, 6)
    assert await body.read() == b'abcdef'


async def test_chunked_body_that_is_too_long():
    body = BodyStream(Source(b'3\r\nabc\r\n', b'4\r\ndefg\r\n0\r\n\r\n'), -1, 6)
    assert await body.read(3) == b'abc'
    assert (await raises_async(HTTPException, body.read())).status_code == 413


async def test_chunked_body_that_is_malformed():
    body = BodyStream(Source(b'3\r\nabcd\r\n'), -1, 100)
    assert (await raises_async(HTTPException, body.read())).status_code == 400
