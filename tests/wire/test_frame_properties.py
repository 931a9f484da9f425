# What is true of any frames: how reading them can end, that pieces do not matter, that every message comes out however
# it was fragmented, and that the work is linear in its length.

import codecs

import pytest
from hypothesis import given, settings, strategies as st
from rows import feed_frames, in_bytes
from strategies import SETTINGS, cut

from microdot.wire.deflate import Deflate
from microdot.wire.frames import BINARY, CLOSE, CONT, PING, TEXT, FrameError, FrameReader, frame, unmask

OCTETS = st.one_of(st.binary(max_size=300), st.binary(min_size=120, max_size=130))
KEYS = st.binary(min_size=4, max_size=4)


@st.composite
def messages(draw):
    """Give messages, and them as frames of a client, cut into fragments with pings between."""
    told, data = [], []
    for _ in range(draw(st.integers(0, 4))):
        message = draw(st.one_of(OCTETS, st.text(max_size=100)))
        octets = message.encode() if isinstance(message, str) else message
        fragments = draw(cut(octets)) or [b'']
        opcode = kind = TEXT if isinstance(message, str) else BINARY
        for number, fragment in enumerate(fragments):
            if draw(st.booleans()) and number:
                data.append(frame(PING, b'p', draw(KEYS)))
                told.append((PING, b'p'))
            last = 0 if number + 1 == len(fragments) else 0x80
            encoded = frame(opcode, fragment, draw(KEYS))
            data.append(bytes((encoded[0] ^ last,)) + encoded[1:])
            opcode = CONT
        told.append((kind, message))
    return told, b''.join(data)


@SETTINGS
@given(messages(), st.data())
def test_messages_come_out_however_they_are_fragmented(sent, choices):
    told, data = sent
    assert feed_frames([data]) == told
    assert feed_frames(in_bytes(data)) == told
    assert feed_frames(choices.draw(cut(data))) == told


@settings(SETTINGS, max_examples=400)
@given(st.lists(st.tuples(st.integers(0, 255), st.binary(max_size=8)), max_size=6), st.binary(max_size=12), st.data())
def test_pieces_of_anything_do_not_matter(frames, rest, choices):
    data = b''.join(bytes((first,)) + frame(0, payload, b'abcd')[1:] for first, payload in frames) + rest
    outcome = feed_frames([data], 20)
    for told in outcome:
        assert told in (1002, 1007, 1009, 'incomplete') or isinstance(told, tuple)
    assert feed_frames(in_bytes(data), 20) == outcome
    assert feed_frames(choices.draw(cut(data)), 20) == outcome


@SETTINGS
@given(st.one_of(OCTETS, st.text(max_size=50).map(str.encode)), st.integers(0, 3), st.data())
def test_text_is_what_a_strict_decoder_takes(octets, spoiled, choices):
    data = bytearray(octets)
    for _ in range(min(spoiled, len(data))):
        data[choices.draw(st.integers(0, len(data) - 1))] = choices.draw(st.integers(0, 255))
    try:
        expected = [(TEXT, codecs.decode(bytes(data), 'utf-8'))]
    except UnicodeDecodeError:
        expected = [1007]
    encoded = frame(TEXT, bytes(data), b'\x01\x02\x03\x04')
    assert feed_frames([encoded]) == expected
    assert feed_frames(choices.draw(cut(encoded))) == expected


@SETTINGS
@given(st.binary(max_size=3000), st.integers(9, 15), st.data())
def test_what_is_compressed_is_inflated(payload, bits, choices):
    data, reserved = Deflate(bits).deflate(payload)
    assert feed_frames(choices.draw(cut(frame(BINARY, data, b'abcd', reserved))), 0, Deflate()) == [(BINARY, payload)]


@SETTINGS
@given(st.binary(max_size=100), st.data())
def test_inflating_anything_ends(payload, choices):
    encoded = frame(BINARY, payload, b'abcd', 0x40)
    (told,) = feed_frames([encoded], 1000, Deflate())
    assert told in (1007, 1009) or told[0] == BINARY
    assert feed_frames(choices.draw(cut(encoded)), 1000, Deflate()) == [told]


@SETTINGS
@given(OCTETS, KEYS)
def test_masking_is_octet_by_octet(payload, key):
    assert unmask(payload, key) == bytes(octet ^ key[i & 3] for i, octet in enumerate(payload))


class Counted(FrameReader):
    """Counts the bytes that are taken from the buffer or looked at again."""

    touched = 0

    def feed(self, data):
        self.touched += len(data)
        super().feed(data)

    def take(self, n):
        taken = super().take(n)
        self.touched += len(taken)
        return taken


@pytest.mark.parametrize('step', [1, 100, 70_000])
@pytest.mark.parametrize('size', [100, 60_000])
def test_the_work_is_linear(size, step):
    # Each byte of a long message is taken once: what came of it is never in the buffer again.
    data = frame(BINARY, bytes(size), b'abcd')
    reader = Counted(0)
    found = None
    for start in range(0, len(data), step):
        reader.feed(data[start:start + step])
        found = reader.next()
        assert len(reader.buffer) <= 126 + 14
    assert found == (BINARY, bytes(size))
    assert reader.touched <= 2 * len(data)


def test_nothing_is_kept_of_what_has_failed():
    reader = FrameReader(10)
    reader.feed(b'\x82\xfe\xff\xff')
    with pytest.raises(FrameError) as caught:
        reader.next()
    assert caught.value.code == 1009
    assert str(caught.value) == 'the message is too long'


def test_a_close_is_told_with_its_reason():
    assert feed_frames([frame(CLOSE, b'\x03\xe8bye', b'abcd')]) == [(CLOSE, (1000, 'bye'))]
