# Bodies in chunks: (name, section, bytes, what comes of them). Sections are of RFC 9112 unless they say another.
# What comes is the decoded body, that and INCOMPLETE, or a status code.

from rows import INCOMPLETE


def one(line, body=b'hello'):
    """Return a body with one chunk, given the line before it."""
    return line + b'\r\n' + body + b'\r\n0\r\n\r\n'


def trailed(trailers):
    """Return a body with these trailers."""
    return b'5\r\nhello\r\n0\r\n' + trailers + b'\r\n'


SIZES = [
    ('empty', '7.1', b'0\r\n\r\n', b''),
    ('one chunk', '7.1', one(b'5'), b'hello'),
    ('two chunks', '7.1', b'5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n', b'hello world'),
    ('upper case', '7.1', one(b'A', b'0123456789'), b'0123456789'),
    ('lower case', '7.1', one(b'a', b'0123456789'), b'0123456789'),
    ('two digits', '7.1', one(b'1e', b'all your base are belong to us'), b'all your base are belong to us'),
    ('leading zeros', '7.1', one(b'0005'), b'hello'),
    ('fifteen digits', '7.1', one(b'000000000000005'), b'hello'),
    ('zeros at the end', '7.1', b'5\r\nhello\r\n000\r\n\r\n', b'hello'),
    ('CRLF as data', '7.1', one(b'4', b'\r\n\r\n'), b'\r\n\r\n'),
    ('a last chunk as data', '7.1', one(b'5', b'0\r\n\r\n'), b'0\r\n\r\n'),
    ('every octet', '7.1', one(b'100', bytes(range(256))), bytes(range(256))),
]
SIZES += [('size ' + repr(size), '7.1', one(size), 400) for size in (
    b'', b' 5', b'5 ', b'5\t', b'+5', b'-5', b'0x5', b'5_', b'5h', b'5.', b'5,', b'g', b'5 5', b'"5"', b'\x005',
    b'5\x00', b'5\r', b'\r5', b'\xb5', b'\xd9\xa5', b'0000000000000005', b'fffffffffffffffff', b'5\x0b', b'\x0c5',
    b'5:', b'5=', b'5/a')]
SIZES += [
    ('zero with a space', '7.1', b'5\r\nhello\r\n0 \r\n\r\n', 400),
    ('zero with a sign', '7.1', b'5\r\nhello\r\n-0\r\n\r\n', 400),
    ('LF after the size', '2.2', b'5\nhello\r\n0\r\n\r\n', 400),
    ('LF after the data', '2.2', b'5\r\nhello\n0\r\n\r\n', 400),
    ('LF after zero', '2.2', b'5\r\nhello\r\n0\n\r\n', 400),
    ('LF at the end', '2.2', b'5\r\nhello\r\n0\r\n\n', 400),
    ('only LF', '2.2', b'5\nhello\n0\n\n', 400),
    ('CR CR LF after the size', '2.2', b'5\r\r\nhello\r\n0\r\n\r\n', 400),
    ('more data than its size', '7.1', b'4\r\nhello\r\n0\r\n\r\n', 400),
    ('less data than its size', '7.1', b'6\r\nhello\r\n0\r\n\r\n', 400),
    ('no line end after the data', '7.1', b'5\r\nhello0\r\n\r\n', 400),
    ('an empty line too many', '7.1', b'5\r\nhello\r\n\r\n0\r\n\r\n', 400),
    ('an empty line before', '7.1', b'\r\n5\r\nhello\r\n0\r\n\r\n', 400),
    ('no chunks', '7.1', b'hello\r\n', 400),
    ('nothing', '7.1', b'', (b'', INCOMPLETE)),
    ('no end of the size', '7.1', b'5', (b'', INCOMPLETE)),
    ('half an end of the size', '7.1', b'5\r', (b'', INCOMPLETE)),
    ('no data', '7.1', b'5\r\n', (b'', INCOMPLETE)),
    ('a part of more data than anybody has', '7.1', b'fffffffffffffff\r\nhello', (b'hello', INCOMPLETE)),
    ('half of the data', '7.1', b'5\r\nhel', (b'hel', INCOMPLETE)),
    ('no end of the data', '7.1', b'5\r\nhello', (b'hello', INCOMPLETE)),
    ('half an end of the data', '7.1', b'5\r\nhello\r', (b'hello', INCOMPLETE)),
    ('no last chunk', '7.1', b'5\r\nhello\r\n', (b'hello', INCOMPLETE)),
    ('no end of the last chunk', '7.1', b'5\r\nhello\r\n0\r\n', (b'hello', INCOMPLETE)),
    ('half an end of the last chunk', '7.1', b'5\r\nhello\r\n0\r\n\r', (b'hello', INCOMPLETE)),
    ('no end of the trailers', '7.1.2', b'0\r\na: b\r\n', (b'', INCOMPLETE)),
]

EXTENSIONS = [('extension ' + repr(extension), '7.1.1', one(b'5' + extension), b'hello') for extension in (
    b';a', b';a=b', b';a;b', b';a=b;c=d', b'; a = b ', b';\ta\t=\tb\t; c', b';a="b"', b';a=""', b';a="b c"',
    b';a="b;c=d"', b';a="b\\"c"', b';a="b\\\\"', b';a="\\b"', b';a="b\\\\\\"c";d', b';a="b\tc"', b';a="\xe9"',
    b';a = "b" ;c', b";!#$%&'*+-.^_`|~=1", b';a="=,()<>@"')]
EXTENSIONS += [('extension ' + repr(extension), '7.1.1', one(b'5' + extension), 400) for extension in (
    b';', b'; ', b';;a', b';a;', b';a=', b';=b', b';=', b';a b', b';a=b c', b';a=b=c', b';a="b', b';a=b"', b';a="',
    b';a="b"c', b';a="b""c"', b';a="b\\"', b';a="\\\\""', b';"a"', b';"a"=b', b';a,b', b';a=b,c', b';a/b', b';(a)',
    b';a=(b)', b';a\x00', b';a=\x00', b';a="\x00"', b';a="\x7f"', b';a\r', b';a=b\r', b';\ra', b';a\r=b', b';a=\rb',
    b';a=b\rc', b';a="b\rc"', b';a="b"\r', b';a="b\x1fc"', b';a\x0b', b';a=b\x0c', b';\x0ba', b';\xe9', b';a=\xe9',
    b';a\\b', b';a=\\"', b';a\\"b\\"', b';a=\\\\b', b';\\\\a', b' a=b', b'a=b', b',a')]
EXTENSIONS += [
    ('extension of the last chunk', '7.1.1', b'5\r\nhello\r\n0;a="b"\r\n\r\n', b'hello'),
    ('malformed extension of the last chunk', '7.1.1', b'5\r\nhello\r\n0;\r\n\r\n', 400),
    ('LF after an extension', '2.2', b'5;a=b\nhello\r\n0\r\n\r\n', 400),
    ('LF in an extension', '2.2', b'5;a="b\nc"\r\nhello\r\n0\r\n\r\n', 400),
]

TRAILERS = [
    ('trailer', '7.1.2', trailed(b'a: b\r\n'), b'hello'),
    ('trailers', '7.1.2', trailed(b'Vary: *\r\nContent-Type: text/plain\r\nEmpty:\r\n'), b'hello'),
    ('trailer with obs-text', '7.1.2', trailed(b'a: \xe9\r\n'), b'hello'),
]
TRAILERS += [('trailer ' + repr(trailer), section, trailed(trailer + b'\r\n'), 400) for section, trailer in (
    ('RFC 9110 6.5.1', b'Content-Length: 5'), ('RFC 9110 6.5.1', b'Transfer-Encoding: chunked'),
    ('RFC 9110 6.5.1', b'Host: a'), ('RFC 9110 6.5.1', b'content-length:5'), ('RFC 9110 6.5.1', b'TRANSFER-ENCODING:'),
    ('RFC 9110 6.5.1', b'hOST: a'), ('7.1.2', b'a'), ('7.1.2', b': b'), ('7.1.2', b'a : b'), ('7.1.2', b' a: b'),
    ('7.1.2', b'a: b\r\n c'), ('7.1.2', b'a: b\x00'), ('2.2', b'a: b\rc'), ('2.2', b'a: b\r'), ('2.2', b'a: b\nc: d'),
    ('7.1.2', b'a b: c'), ('7.1.2', b'\xe9: c'), ('3', b'GET / HTTP/1.1'))]

TABLES = SIZES, EXTENSIONS, TRAILERS

# The rows about limits, for a `ChunkedBody` whose lines have up to 20 bytes with their ends, its extensions and
# trailers together 20 without.
LIMITS = [
    ('size line at the limit', '7.1.1', one(b'5;a=56789012345678'), b'hello'),
    ('size line too long', '7.1.1', one(b'5;a=567890123456789'), 400),
    ('size line too long, not ended', '7.1.1', b'5;a=56789012345678901', 400),
    ('line after the data too long', '7.1', b'5\r\nhello' + b'x' * 21, 400),
    ('trailer at the limit', '7.1.2', trailed(b'a: 456789012345678\r\n'), b'hello'),
    ('trailer too long', '7.1.2', trailed(b'a: 4567890123456789\r\n'), 400),
    ('trailers at the limit', '7.1.2', trailed(b'a: 4567890\r\nb: 4567890\r\n'), b'hello'),
    ('trailers too long', '7.1.2', trailed(b'a: 4567890\r\nb: 45678901\r\n'), 431),
    ('trailers too long, not ended', '7.1.2', b'0\r\n' + b'a:\r\n' * 11, 431),
    ('extensions at the limit', '7.1.1', b'1;a=4567890\r\nx\r\n' * 2 + b'0;bc\r\n\r\n', b'xx'),
    ('extensions too long', '7.1.1', b'1;a=4567890\r\nx\r\n' * 2 + b'0;bcd\r\n\r\n', 431),
    ('extensions too long, not ended', '7.1.1', b'1;a\r\nx\r\n' * 21, 431),
    ('extensions and trailers at the limit', '7.1.2', b'0;a=4567890\r\na: 45678901\r\n\r\n', b''),
    ('extensions and trailers too long', '7.1.2', b'0;a=4567890\r\na: 456789012\r\n\r\n', 431),
    ('many chunks', '7.1', b'1\r\nx\r\n' * 30 + b'0\r\n\r\n', b'x' * 30),
]
