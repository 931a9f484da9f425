# What the wire's rows say of the frames of WebSockets comes of them, however they are fed; and what is written is read.

from frame_rows import KEY, LIMITS, TABLES, raw, sent
from rows import check_frames, feed_frames, in_bytes
from tools import only, raises

from microdot.wire.closing import close_payload, parse_close
from microdot.wire.frames import BINARY, CLOSE, PING, TEXT, frame, unmask


def test_frames():
    for table in TABLES:
        for name, _, data, expected in table:
            check_frames(name, data, expected)


def test_limits():
    for name, _, data, expected in LIMITS:
        check_frames(name, data, expected, max_length=10)


def test_no_limit():
    assert feed_frames([raw(0x80 | BINARY, sent(70000))], max_length=0) == [(BINARY, sent(70000))]
    assert feed_frames(in_bytes(raw(0x80 | BINARY, sent(300))), max_length=0) == [(BINARY, sent(300))]


def test_long_frames():
    for size in (65535, 65536, 65537):
        data = raw(0x80 | BINARY, sent(size))
        for step in (1 << 20, 1000, 257):
            pieces = [data[start:start + step] for start in range(0, len(data), step)]
            assert feed_frames(pieces) == [(BINARY, sent(size))], (size, step)


def test_what_is_written_is_read():
    for size in (0, 1, 125, 126, 65535, 65536):
        for masked in (True, False):
            data = frame(BINARY, sent(size), KEY if masked else b'')
            assert feed_frames([data], masked=masked) == [(BINARY, sent(size))]
            assert feed_frames([data], masked=not masked) == [1002]
    for data in (frame(TEXT, 'h\u20ac'.encode()), frame(0x40 | PING, b''), b'\x01\x01h\x80\x03\xe2\x82\xac'):
        for pieces in ([data], in_bytes(data)):
            outcome = feed_frames(pieces, masked=False)
            assert outcome == ([1002] if data[0] & 0x40 else [(TEXT, 'h\u20ac')])


def test_heads_are_as_short_as_can_be():
    assert frame(TEXT, b'abc') == b'\x81\x03abc'
    assert frame(PING, b'') == b'\x89\x00'
    assert frame(BINARY, bytes(126))[:4] == b'\x82\x7e\x00\x7e'
    assert frame(BINARY, bytes(65536))[:10] == b'\x82\x7f\x00\x00\x00\x00\x00\x01\x00\x00'
    assert frame(TEXT, b'Hello', KEY) == b'\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58'
    assert frame(TEXT, b'', reserved=0x40) == b'\xc1\x00'


def test_masks():
    for size in range(20):
        data = sent(size)
        assert unmask(data, KEY) == bytes([data[i] ^ KEY[i & 3] for i in range(size)])
        assert unmask(bytearray(unmask(data, KEY)), KEY) == data


def test_closing():
    assert close_payload(1005) == b''
    assert close_payload(1000) == b'\x03\xe8'
    assert parse_close(close_payload(4000, 'gone \u20ac')) == (4000, 'gone \u20ac')
    assert len(close_payload(1000, 'r' * 123)) == 125
    for code, reason in (
        (1000, 'r' * 124), (1004, ''), (1005, 'r'), (1006, ''), (1015, ''), (999, ''), (5000, ''), (70000, ''), (-1, ''),
    ):
        raises(ValueError, close_payload, code, reason)
    assert feed_frames([frame(CLOSE, close_payload(1001, 'bye'), KEY)]) == [(CLOSE, (1001, 'bye'))]


# permessage-deflate (RFC 7692).

REASON = 'MicroPython cannot compress'


def compressed(*fragments, bits=0x40):
    """Return the message of 7.2.3.1, `Hello`, or these fragments, as frames."""
    fragments = fragments or (b'\xf2\x48\xcd\xc9\xc9\x07\x00',)
    frames = []
    for number, payload in enumerate(fragments):
        first = bits | TEXT if number == 0 else 0
        frames.append(raw(first | (0x80 if payload is fragments[-1] else 0), payload))
    return b''.join(frames)


DEFLATED = [
    ('a message', '7.2.3.1', compressed(), [(TEXT, 'Hello')]),
    ('fragments', '7.2.3.1', compressed(b'\xf2\x48\xcd', b'\xc9\xc9\x07\x00'), [(TEXT, 'Hello')]),
    ('each on its own', '7.2.3.2', compressed() + compressed(), [(TEXT, 'Hello'), (TEXT, 'Hello')]),
    ('not compressed in deflate', '7.2.3.3', compressed(b'\x00\x05\x00\xfa\xff\x48\x65\x6c\x6c\x6f\x00'), [(TEXT, 'Hello')]),
    ('a last block', '7.2.3.4', compressed(b'\xf3\x48\xcd\xc9\xc9\x07\x00\x00'), [(TEXT, 'Hello')]),
    ('two blocks', '7.2.3.5', compressed(b'\xf2\x48\x05\x00\x00\x00\xff\xff\xca\xc9\xc9\x07\x00'), [(TEXT, 'Hello')]),
    ('empty', '7.2.3.6', compressed(b'\x00'), [(TEXT, '')]),
    ('not compressed', '6', raw(0x80 | TEXT, b'Hello'), [(TEXT, 'Hello')]),
    ('the bit on a later fragment', '6.1', raw(TEXT, b'a') + raw(0x40 | 0x80, b'b'), [1002]),
    ('the bit on a ping', '6.1', raw(0x40 | 0x80 | PING), [1002]),
    ('other bits', '6.1', compressed(bits=0x60), [1002]),
    ('a last block alone', '7.2.2', compressed(b'\xf3\x48\xcd\xc9\xc9\x07\x00'), [(TEXT, 'Hello')]),
    ('what is not deflate', '7.2.2', compressed(b'\xff\xff\xff'), [1007]),
    ('cut within a block', '7.2.2', compressed(b'\xf2\x48\xcd\xc9\xc9'), [1007]),
    ('cut at the end of a block', '7.2.2', compressed(b'\xf2\x48\xcd\xc9\xc9\x07'), [1007]),
    ('cut within a block without compression', '7.2.2', compressed(b'\x00\x05\x00\xfa\xff\x48\x65'), [1007]),
    ('no block', '7.2.2', compressed(b''), [1007]),
    ('bytes after the last block', '7.2.2', compressed(b'\xf3\x48\xcd\xc9\xc9\x07\x00\x00\x00'), [1007]),
    ('a message after the last block', '7.2.2', compressed(b'\xf3\x48\xcd\xc9\xc9\x07\x00\xf2\x48\xcd\xc9\xc9\x07\x00'), [1007]),
]


@only('cpython', REASON)
def test_compressed_messages():
    from rows import cuts

    from microdot.wire.deflate import Deflate

    for name, _, data, expected in DEFLATED:
        for way, pieces in cuts(data):
            told = feed_frames(pieces, extension=Deflate())
            assert told == expected, (name, way, told)


@only('cpython', REASON)
def test_a_compressed_message_that_is_cut_anywhere():
    from microdot.wire.deflate import Deflate

    text = b''.join([b'%d ' % (i * i) for i in range(200)])
    for bits in (9, 15):
        deflate = Deflate(bits)
        payload, reserved = deflate.deflate(text)
        for length in range(len(payload)):
            told = feed_frames([frame(BINARY, payload[:length], KEY, reserved)], 0, deflate)
            assert told == [1007], (bits, length)
        assert feed_frames([frame(BINARY, payload, KEY, reserved)], 0, deflate) == [(BINARY, text)]


@only('cpython', REASON)
def test_compressed_messages_are_bounded():
    from microdot.wire.deflate import COMPRESSED, Deflate

    deflate = Deflate()
    payload, bits = deflate.deflate(bytes(1 << 24))
    assert (bits, len(payload) < 20000) == (COMPRESSED, True)
    bomb = frame(BINARY, payload, KEY, bits)
    for pieces in ([bomb], [bomb[i:i + 100] for i in range(0, len(bomb), 100)]):
        assert feed_frames(pieces, 1000, deflate) == [1009]
    assert feed_frames([bomb], 1 << 24, deflate) == [(BINARY, bytes(1 << 24))]
    noise = bytes([i * i * 31 >> 3 & 255 for i in range(1000)])
    payload, bits = deflate.deflate(noise)
    for length, outcome in ((1000, [(BINARY, noise)]), (999, [1009])):
        assert feed_frames([frame(BINARY, payload, KEY, bits)], length, deflate) == outcome


@only('cpython', REASON)
def test_windows_of_every_size():
    from microdot.wire.deflate import Deflate

    text = b''.join([b'%d ' % (i * i) for i in range(3000)])
    for bits in range(9, 16):
        payload, reserved = Deflate(bits).deflate(text)
        assert feed_frames([frame(TEXT, payload, KEY, reserved)], 0, Deflate()) == [(TEXT, text.decode())]


@only('cpython', REASON)
def test_short_messages_are_not_compressed():
    from microdot.wire.deflate import Deflate

    assert Deflate().deflate(b'a' * 20) == (b'a' * 20, 0)


OFFERS = [  # RFC 7692 section 7.1: what is offered, and the size of the server's window, None if it is declined
    ('permessage-deflate', 15),
    ('permessage-deflate; client_max_window_bits', 15),
    ('permessage-deflate; client_max_window_bits=10; server_max_window_bits="11"', 11),
    ('permessage-deflate;server_no_context_takeover;client_no_context_takeover', 15),
    ('permessage-deflate; server_max_window_bits=8', None),
    ('permessage-deflate; server_max_window_bits=8, permessage-deflate', 15),
    ('x-webkit-deflate-frame, permessage-deflate; server_max_window_bits=9', 9),
    ('permessage-deflate; server_max_window_bits', None),
    ('permessage-deflate; server_max_window_bits=16', None),
    ('permessage-deflate; server_max_window_bits=09', None),
    ('permessage-deflate; client_max_window_bits=7', None),
    ('permessage-deflate; server_no_context_takeover=1', None),
    ('permessage-deflate; server_no_context_takeover; server_no_context_takeover', None),
    ('permessage-deflate; unknown', None),
    ('other', None),
    ('', None),
    (', ;', None),
]


@only('cpython', REASON)
def test_negotiation():
    from microdot.wire.deflate import negotiate

    for offers, bits in OFFERS:
        agreed = negotiate(offers)
        assert (agreed and agreed[0].bits) == bits, offers
        if agreed:
            text = 'permessage-deflate; server_no_context_takeover; client_no_context_takeover'
            assert agreed[1] == text + ('; server_max_window_bits=%d' % bits if bits < 15 else ''), offers
