# What the wire's rows say of bodies in chunks comes of them, however they are fed.

from chunked_rows import LIMITS, TABLES
from rows import check_chunks, feed_chunks
from tools import changed

from microdot.wire.bodies import LAST_CHUNK, ChunkedBody, chunk


def test_chunks():
    for table in TABLES:
        for name, _, data, expected in table:
            check_chunks(name, data, expected)


def test_limits():
    with changed(ChunkedBody, max_line=20, max_extra=20):
        for name, _, data, expected in LIMITS:
            check_chunks(name, data, expected)


def test_limits_as_they_are():
    fill = b'a' * (ChunkedBody.max_line - len(b'5;\r\n'))
    assert feed_chunks([b'5;' + fill + b'\r\nhello\r\n']) == (b'hello', False, b'')
    assert feed_chunks([b'5;a' + fill + b'\r\nhello\r\n']) == 400
    trailers = b'a:bc\r\n' * (ChunkedBody.max_extra // 4)
    assert feed_chunks([b'0\r\n' + trailers + b'\r\n']) == (b'', True, b'')
    assert feed_chunks([b'0\r\n' + trailers + b'a:\r\n']) == 431
    extended = b'1;a=b\r\nx\r\n' * (ChunkedBody.max_extra // 3)
    assert feed_chunks([extended + b'0\r\n\r\n']) == (b'x' * (ChunkedBody.max_extra // 3), True, b'')
    assert feed_chunks([extended + b'1;a\r\nx\r\n0;a\r\n\r\n']) == 431


def test_what_is_written_is_read():
    for pieces in ((b'hello',), (b'hello', b' world'), (b'\r\n', b'0\r\n\r\n'), (bytes(range(256)) * 20, b'x')):
        body = ChunkedBody()
        assert body.feed(b''.join([chunk(piece) for piece in pieces]) + LAST_CHUNK + b'rest') == b''.join(pieces)
        assert body.done
        assert body.rest == b'rest'


def test_bytes_after_the_body_are_all_kept():
    body = ChunkedBody()
    assert body.feed(b'0\r\n\r\nab') == b''
    assert body.rest == b'ab'
    assert body.feed(b'cd') == b''
    assert body.rest == b'cd'
    assert body.feed(b'') == b''


def test_no_bytes_change_nothing():
    body = ChunkedBody()
    assert b''.join([body.feed(piece) for piece in (b'', b'5\r\nhe', b'', b'llo', b'', b'\r\n0\r\n', b'',
    b'\r\n')]) == b'hello'
    assert body.done
