# What is true of any body in chunks: how decoding can end, that pieces do not matter, that every way to write a body is
# decoded, and that the work is linear in its length.

import pytest
from hypothesis import given, settings, strategies as st
from properties import check_chunks_again, check_pieces_of_chunks
from rows import feed_chunks, in_bytes
from strategies import CHUNK, CHUNKS, SETTINGS, TRAILERS, cut

from microdot.core.errors import HTTPException
from microdot.wire.bodies import LAST_CHUNK, ChunkedBody, chunk


@SETTINGS
@given(st.lists(CHUNK, max_size=6), TRAILERS, st.binary(max_size=10), st.data())
def test_every_way_to_write_chunks_is_decoded(chunks, trailers, rest, choices):
    lines = []
    for data, zeros, upper, extensions in chunks:
        size = b'0' * zeros + b'%x' % len(data)
        lines += [(size.upper() if upper else size) + extensions, data]
    encoded = b'\r\n'.join([*lines, b'0', *trailers, b'', b''])
    decoded = b''.join(data for data, *_ in chunks)
    assert feed_chunks(choices.draw(cut(encoded + rest))) == (decoded, True, rest)
    assert feed_chunks(in_bytes(encoded + rest)) == (decoded, True, rest)
    assert feed_chunks([encoded[:-1]]) == (decoded, False, b'')


@SETTINGS
@given(st.lists(st.binary(min_size=1, max_size=40), max_size=6), st.data())
def test_chunks_as_they_are_written_are_decoded(pieces, choices):
    encoded = b''.join(map(chunk, pieces)) + LAST_CHUNK
    assert feed_chunks(choices.draw(cut(encoded))) == (b''.join(pieces), True, b'')


@settings(SETTINGS, max_examples=400)
@given(CHUNKS, st.data())
def test_pieces_of_chunks_do_not_matter(data, choices):
    check_pieces_of_chunks(data, choices.draw(cut(data)))
    check_chunks_again(data)


class CountedBytes(bytes):
    """Bytes that count how many of them are searched and copied."""

    touched = 0

    def find(self, what, start=0):
        found = super().find(what, start)
        CountedBytes.touched += (len(self) if found < 0 else found + 1) - start
        return found

    def __getitem__(self, key):
        part = super().__getitem__(key)
        CountedBytes.touched += len(part)
        return part


LONG_BODIES = {
    'small chunks': b'1\r\nx\r\n' * 4_000,
    'a large chunk': b'4000\r\n' + b'x' * 16_384 + b'\r\n',
    'trailers': b'0\r\n' + b'a:b\r\n' * 1_300,
    'a size': b'0' * 20_000,
    'an extension': b'5;' + b'a' * 1_000,
    'no line end after the data': b'5\r\nhello' + b'x' * 20_000,
}


@pytest.mark.parametrize('name', LONG_BODIES)
@pytest.mark.parametrize('size', [1, 7, 1000, 1 << 20])
def test_the_work_is_linear(name, size):
    data = LONG_BODIES[name]
    body = ChunkedBody()
    fed = CountedBytes.touched = 0
    for start in range(0, len(data), size):
        piece = CountedBytes(data[start:start + size])
        fed += len(piece)
        try:
            body.feed(piece)
        except HTTPException:
            break
        assert len(body._line) <= ChunkedBody.max_line
    assert CountedBytes.touched <= 3 * fed
