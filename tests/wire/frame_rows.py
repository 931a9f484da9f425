# Frames of clients: (name, section, bytes, what comes of them). Sections are of RFC 6455 unless they say another.
# What comes is a list of (opcode, what it says), which ends in a code where the connection fails, or in INCOMPLETE.

from rows import INCOMPLETE

from microdot.wire.frames import BINARY, CLOSE, CONT, PING, PONG, TEXT, frame

KEY = b'\x37\xfa\x21\x3d'
FIN = 0x80


def raw(first, payload=b'', length=None, key=KEY):
    """Return a masked frame with this first byte; `length` is what stands for the length, with the mask bit."""
    whole = frame(0, payload, key)
    if length is not None:
        head = 2 if len(payload) < 126 else 4 if len(payload) < 65536 else 10
        whole = b'\x00' + length + whole[head:]
    return bytes((first,)) + whole[1:]


def close(code, reason=b''):
    """Return a frame that closes with this code."""
    return raw(FIN | CLOSE, code.to_bytes(2, 'big') + reason)


def sent(size):
    """Return bytes of which no two neighbours are alike."""
    period = bytes([i * 7 & 255 for i in range(256)])
    return (period * (size // 256 + 1))[:size]


TEXT_FRAME, BINARY_FRAME = FIN | TEXT, FIN | BINARY

WHOLE = [
    ('the text of the standard', '5.7', b'\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58', [(TEXT, 'Hello')]),
    ('an empty text', '5.6', raw(TEXT_FRAME), [(TEXT, '')]),
    ('an empty binary message', '5.6', raw(BINARY_FRAME), [(BINARY, b'')]),
    ('a mask of zeros', '5.3', raw(TEXT_FRAME, b'abc', key=bytes(4)), [(TEXT, 'abc')]),
    ('two messages', '5.4', raw(TEXT_FRAME, b'a') + raw(BINARY_FRAME, b'b'), [(TEXT, 'a'), (BINARY, b'b')]),
    ('characters of every length', '5.6', raw(TEXT_FRAME, 'a\u00e9\u20ac\U0001f600\x00'.encode()),
     [(TEXT, 'a\u00e9\u20ac\U0001f600\x00')]),
    ('a ping', '5.5.2', raw(FIN | PING, b'ping'), [(PING, b'ping')]),
    ('an empty ping', '5.5.2', raw(FIN | PING), [(PING, b'')]),
    ('a pong', '5.5.3', raw(FIN | PONG, b'\xff\xfe'), [(PONG, b'\xff\xfe')]),
    ('a control frame of 125 bytes', '5.5', raw(FIN | PING, sent(125)), [(PING, sent(125))]),
]
WHOLE += [('a message of %d bytes' % size, '5.2', raw(BINARY_FRAME, sent(size)), [(BINARY, sent(size))])
          for size in (1, 2, 3, 4, 5, 124, 125, 126, 127, 128)]

FRAGMENTED = [
    ('two fragments', '5.7', raw(TEXT, b'Hel') + raw(FIN | CONT, b'lo'), [(TEXT, 'Hello')]),
    ('three fragments', '5.4', raw(BINARY, b'a') + raw(CONT, b'b') + raw(FIN | CONT, b'c'), [(BINARY, b'abc')]),
    ('empty fragments', '5.4', raw(TEXT) + raw(CONT) + raw(FIN | CONT), [(TEXT, '')]),
    ('an empty first fragment', '5.4', raw(TEXT) + raw(FIN | CONT, b'a'), [(TEXT, 'a')]),
    ('an empty last fragment', '5.4', raw(BINARY, b'a') + raw(FIN | CONT), [(BINARY, b'a')]),
    ('fragments within a character', '5.6', raw(TEXT, b'\xf0\x9f') + raw(CONT, b'\x98') + raw(FIN | CONT, b'\x80'),
     [(TEXT, '\U0001f600')]),
    ('a ping between fragments', '5.4', raw(TEXT, b'a') + raw(FIN | PING, b'p') + raw(FIN | CONT, b'b'),
     [(PING, b'p'), (TEXT, 'ab')]),
    ('pings and a pong between fragments', '5.4', raw(BINARY, b'a') + raw(FIN | PING) + raw(FIN | PONG) + raw(CONT)
     + raw(FIN | PING) + raw(FIN | CONT, b'b'), [(PING, b''), (PONG, b''), (PING, b''), (BINARY, b'ab')]),
    ('a message after fragments', '5.4', raw(TEXT, b'a') + raw(FIN | CONT) + raw(TEXT_FRAME, b'b'), [(TEXT, 'a'), (TEXT, 'b')]),
    ('a close between fragments', '5.4', raw(TEXT, b'a') + close(1000), [(CLOSE, (1000, ''))]),
    ('no last fragment', '5.4', raw(TEXT, b'a') + raw(CONT, b'b'), [INCOMPLETE]),
    ('a fragment of no message', '5.4', raw(CONT, b'a'), [1002]),
    ('a last fragment of no message', '5.4', raw(FIN | CONT, b'a'), [1002]),
    ('a fragment after a message', '5.4', raw(TEXT_FRAME, b'a') + raw(FIN | CONT, b'b'), [(TEXT, 'a'), 1002]),
    ('a text among fragments', '5.4', raw(TEXT, b'a') + raw(TEXT_FRAME, b'b'), [1002]),
    ('another first fragment', '5.4', raw(BINARY, b'a') + raw(BINARY, b'b'), [1002]),
]

HEADS = [
    ('not masked', '5.1', b'\x81\x01a', [1002]),
    ('a ping that is not masked', '5.1', b'\x89\x00', [1002]),
    ('a fragment that is not masked', '5.1', raw(TEXT, b'a') + b'\x80\x01b', [1002]),
    ('a length of 0 in two bytes', '5.2', raw(BINARY_FRAME, b'', b'\xfe\x00\x00'), [1002]),
    ('a length of 125 in two bytes', '5.2', raw(BINARY_FRAME, sent(125), b'\xfe\x00\x7d'), [1002]),
    ('a length of 5 in eight bytes', '5.2', raw(BINARY_FRAME, sent(5), b'\xff' + (5).to_bytes(8, 'big')), [1002]),
    ('a length of 65535 in eight bytes', '5.2', b'\x82\xff' + (65535).to_bytes(8, 'big'), [1002]),
    ('a negative length', '5.2', b'\x82\xff\x80' + bytes(7), [1002]),
    ('a fragmented ping', '5.5', raw(PING, b'a'), [1002]),
    ('a fragmented close', '5.5', raw(CLOSE), [1002]),
    ('a ping of 126 bytes', '5.5', raw(FIN | PING, sent(126)), [1002]),
    ('a pong with a length of eight bytes', '5.5', b'\x8a\xff', [1002]),
    ('a close of 126 bytes', '5.5', raw(FIN | CLOSE, b'\x03\xe8' + b'a' * 124), [1002]),
    ('half a head', '5.2', b'\x81', [INCOMPLETE]),
    ('no mask', '5.2', b'\x81\x85\x37\xfa\x21', [INCOMPLETE]),
    ('half a length', '5.2', b'\x81\xfe\x01', [INCOMPLETE]),
    ('half a payload', '5.2', b'\x81\x85\x37\xfa\x21\x3d\x7f\x9f', [INCOMPLETE]),
    ('no payload of a ping', '5.2', b'\x89\x81\x37\xfa\x21\x3d', [INCOMPLETE]),
]
HEADS += [('reserved bits %x, opcode %d' % (bits, opcode), '5.2', raw(bits | FIN | opcode, b'a'), [1002])
          for bits in (0x10, 0x20, 0x40, 0x70) for opcode in (TEXT, BINARY, PING, CLOSE)]
HEADS += [('opcode %d' % opcode, '5.2', raw(FIN | opcode), [1002]) for opcode in (3, 4, 5, 6, 7, 11, 12, 13, 14, 15)]
HEADS += [('opcode %d among fragments' % opcode, '5.2', raw(TEXT, b'a') + raw(FIN | opcode), [1002]) for opcode in (3, 7, 11, 15)]

CLOSING = [
    ('a close', '5.5.1', raw(FIN | CLOSE), [(CLOSE, (1005, ''))]),
    ('a close with a reason', '5.5.1', close(1000, b'enough'), [(CLOSE, (1000, 'enough'))]),
    ('a reason of 123 bytes', '5.5.1', close(1000, b'r' * 123), [(CLOSE, (1000, 'r' * 123))]),
    ('a reason in other letters', '5.5.1', close(1000, '\u20ac'.encode()), [(CLOSE, (1000, '\u20ac'))]),
    ('a close after a message', '5.5.1', raw(TEXT_FRAME, b'a') + close(1001), [(TEXT, 'a'), (CLOSE, (1001, ''))]),
    ('half a code', '5.5.1', raw(FIN | CLOSE, b'\x03'), [1002]),
    ('a reason that is not UTF-8', '5.5.1', close(1000, b'\xce\xba\xe1\xbd\xb9\xcf\x83\xed\xa0\x80'), [1007]),
]
CLOSING += [('code %d' % code, '7.4', close(code), [(CLOSE, (code, ''))])
            for code in (1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4999)]
CLOSING += [('code %d' % code, '7.4', close(code), [1002])
            for code in (0, 1, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535)]

# What is not UTF-8 (RFC 3629), and whether it shows before the message ends.
NOT_UTF_8 = [
    (b'\x80', True), (b'\xbf', True), (b'a\x80b', True), (b'\xc0\x80', True), (b'\xc1\xbf', True), (b'\xe0\x80\x80', True),
    (b'\xe0\x9f\xbf', True), (b'\xf0\x80\x80\x80', True), (b'\xf0\x8f\xbf\xbf', True), (b'\xed\xa0\x80', True),
    (b'\xed\xbf\xbf', True), (b'\xf4\x90\x80\x80', True), (b'\xf5\x80\x80\x80', True), (b'\xf8\x88\x80\x80\x80', True),
    (b'\xfe', True), (b'\xff', True), (b'\xc3(', True), (b'\xe2\x82(', True), (b'\xf0\x9f\x98(', True),
    (b'\xe2(\xa1', True), (b'\xce\xba\xe1\xbd\xb9\xcf\x83\xce\xbc\xce\xb5\xed\xa0\x80edited', True),
    (b'\xc3', False), (b'\xe2\x82', False), (b'\xf0\x9f\x98', False), (b'abc\xf0', False),
]
UTF_8 = [('not UTF-8: %r' % octets, '8.1', raw(TEXT_FRAME, octets), [1007]) for octets, _ in NOT_UTF_8]
UTF_8 += [('not UTF-8 in fragments: %r' % octets, '8.1', raw(TEXT, octets[:1]) + raw(FIN | CONT, octets[1:]), [1007])
          for octets, _ in NOT_UTF_8]
UTF_8 += [('not UTF-8, without an end: %r' % octets, '8.1', raw(TEXT, octets), [1007 if shows else INCOMPLETE])
          for octets, shows in NOT_UTF_8]
UTF_8 += [('not UTF-8, half of a frame: %r' % octets, '8.1', raw(TEXT_FRAME, octets + b'....')[:-4], [1007])
          for octets, shows in NOT_UTF_8 if shows]
UTF_8 += [('U+%04X' % code, '8.1', raw(TEXT_FRAME, chr(code).encode()), [(TEXT, chr(code))])
          for code in (0, 0x7f, 0x80, 0x7ff, 0x800, 0xd7ff, 0xe000, 0xfffd, 0xfffe, 0xffff, 0x10000, 0x1fffe, 0x10ffff)]

TABLES = [WHOLE, FRAGMENTED, HEADS, CLOSING, UTF_8]

# With messages of at most 10 bytes.
LIMITS = [
    ('as long as can be', '10.4', raw(BINARY_FRAME, sent(10)), [(BINARY, sent(10))]),
    ('a byte longer', '10.4', raw(BINARY_FRAME, sent(11)), [1009]),
    ('longer by its head', '10.4', b'\x82\xfe\xff\xff', [1009]),
    ('fragments as long as can be', '10.4', raw(TEXT, b'12345') + raw(FIN | CONT, b'67890'), [(TEXT, '1234567890')]),
    ('fragments a byte longer', '10.4', raw(TEXT, b'12345') + raw(CONT, b'67890') + raw(FIN | CONT, b'1'), [1009]),
    ('bytes count, not characters', '10.4', raw(TEXT_FRAME, '\u20ac\u20ac\u20ac\u20ac'.encode()), [1009]),
    ('each message counts anew', '10.4', raw(TEXT, b'12345') + raw(FIN | CONT) + raw(TEXT_FRAME, b'1234567890'),
     [(TEXT, '12345'), (TEXT, '1234567890')]),
    ('a ping is no message', '10.4', raw(FIN | PING, sent(20)), [(PING, sent(20))]),
]
