# What the headers say of a request beyond themselves: (name, section, head, what comes of it). Sections are of RFC 9112
# unless they say another.

CHUNKED = -1


def post(fields, version=b'1.1'):
    """Return a head with these header lines."""
    return b'POST / HTTP/' + version + b'\r\nHost: a\r\n' + fields + b'\r\n'


# The length of the body: bytes, CHUNKED or a status code.
LENGTHS = [('body: ' + repr(fields), section, post(fields), length) for section, fields, length in (
    ('6.3', b'', 0), ('6.2', b'Content-Length: 0\r\n', 0), ('6.2', b'Content-Length: 5\r\n', 5),
    ('6.2', b'content-length:5\r\n', 5), ('6.2', b'CONTENT-LENGTH: \t5 \t\r\n', 5),
    ('6.2', b'Content-Length: 005\r\n', 5), ('6.2', b'Content-Length: 123456789012345678\r\n', 123456789012345678),
    ('6.2', b'Content-Length: 000000000000000000\r\n', 0), ('6.3', b'Content-Length: 1234567890123456789\r\n', 413),
    ('6.3', b'Content-Length: 99999999999999999999999999999999\r\n', 413),
    ('6.3', b'Content-Length: 18446744073709551616\r\n', 413), ('6.3', b'Content-Length:\r\n', 400),
    ('6.3', b'Content-Length: \t\r\n', 400), ('6.3', b'Content-Length: -1\r\n', 400),
    ('6.3', b'Content-Length: -0\r\n', 400), ('6.3', b'Content-Length: +5\r\n', 400),
    ('6.3', b'Content-Length: 5.0\r\n', 400), ('6.3', b'Content-Length: 5e0\r\n', 400),
    ('6.3', b'Content-Length: 0x5\r\n', 400), ('6.3', b'Content-Length: 1_0\r\n', 400),
    ('6.3', b'Content-Length: 5 5\r\n', 400), ('6.3', b'Content-Length: 5, 5\r\n', 400),
    ('6.3', b'Content-Length: 5,\r\n', 400), ('6.3', b'Content-Length: ,5\r\n', 400),
    ('6.3', b'Content-Length: 5;\r\n', 400), ('6.3', b'Content-Length: "5"\r\n', 400),
    ('6.3', b'Content-Length: five\r\n', 400), ('6.3', b'Content-Length: \xc2\xb2\r\n', 400),
    ('6.3', b'Content-Length: \xd9\xa5\r\n', 400), ('6.3', b'Content-Length: 5\r\nContent-Length: 5\r\n', 400),
    ('6.3', b'Content-Length: 5\r\nContent-Length: 6\r\n', 400),
    ('6.3', b'Content-Length: 5\r\ncontent-length: 6\r\n', 400),
    ('6.3', b'Content-Length: 5\r\nContent-Length:\r\n', 400),
    ('6.3', b'Content-Length:\r\nContent-Length: 5\r\n', 400), ('6.2', b'Content_Length: 5\r\n', 0),
    ('6.2', b'X-Content-Length: 5\r\n', 0), ('6.2', b'Content-Length-X: 5\r\n', 0),
    ('6.2', b'b: Content-Length: 5\r\n', 0), ('6.1', b'Transfer-Encoding: chunked\r\n', CHUNKED),
    ('6.1', b'transfer-encoding:chunked\r\n', CHUNKED), ('7', b'Transfer-Encoding: CHUNKED\r\n', CHUNKED),
    ('6.1', b'Transfer-Encoding: \tchunked\t \r\n', CHUNKED), ('6.1', b'Transfer_Encoding: chunked\r\n', 0),
    ('6.3', b'Transfer-Encoding:\r\n', 400), ('6.3', b'Transfer-Encoding: identity\r\n', 400),
    ('6.3', b'Transfer-Encoding: gzip\r\n', 400), ('6.3', b'Transfer-Encoding: pigeons\r\n', 400),
    ('6.3', b'Transfer-Encoding: xchunked\r\n', 400), ('6.3', b'Transfer-Encoding: chunkedx\r\n', 400),
    ('6.3', b'Transfer-Encoding: chunkedchunked\r\n', 400), ('6.3', b'Transfer-Encoding: "chunked"\r\n', 400),
    ('6.3', b'Transfer-Encoding: chunked;q=1\r\n', 400), ('6.3', b'Transfer-Encoding: x chunked\r\n', 400),
    ('6.3', b'Transfer-Encoding: chunk\xc3\xa9d\r\n', 400), ('6.3', b'Transfer-Encoding: chunked,\r\n', 400),
    ('6.3', b'Transfer-Encoding: chunked, identity\r\n', 400), ('6.3', b'Transfer-Encoding: chunked, gzip\r\n', 400),
    ('6.3', b'Transfer-Encoding: chunked\r\nTransfer-Encoding: gzip\r\n', 400),
    ('6.1', b'Transfer-Encoding: gzip, chunked\r\n', 501), ('6.1', b'Transfer-Encoding: gzip,chunked\r\n', 501),
    ('6.1', b'Transfer-Encoding: gzip ,\tchunked\r\n', 501), ('6.1', b'Transfer-Encoding: identity, chunked\r\n', 501),
    ('6.1', b'Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n', 501),
    ('6.1', b'Transfer-Encoding: gzip, deflate, chunked\r\n', 501),
    ('6.1', b'Content-Length: 5\r\nTransfer-Encoding: chunked\r\n', 400),
    ('6.1', b'Transfer-Encoding: chunked\r\nContent-Length: 5\r\n', 400),
    ('6.1', b'Transfer-Encoding: gzip, chunked\r\nContent-Length: 5\r\n', 400),
    ('6.1', b'Content-Length: 0\r\nTransfer-Encoding: chunked\r\n', 400),
    ('6.1', b'Content-Length:\r\nTransfer-Encoding: chunked\r\n', 400),
    ('6.1', b'Content-Length: 5\r\nTransfer-Encoding:\r\n', 400),
    ('6.1', b'Content-Length: 5\r\nTransfer-Encoding: identity\r\n', 400))]
LENGTHS += [
    ('length in 1.0', '6.2', post(b'Content-Length: 5\r\n', b'1.0'), 5),
    ('no length in 1.0', '6.3', post(b'', b'1.0'), 0),
    ('chunked in 1.0', '6.1', post(b'Transfer-Encoding: chunked\r\n', b'1.0'), 400),
    ('other coding in 1.0', '6.1', post(b'Transfer-Encoding: gzip, chunked\r\n', b'1.0'), 400),
    ('chunked in 1.2', '6.1', post(b'Transfer-Encoding: chunked\r\n', b'1.2'), CHUNKED),
    ('length of a GET', 'RFC 9110 9.3.1', b'GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n', 5),
    ('length, all LF', '2.2', b'POST / HTTP/1.1\nHost: a\nContent-Length: 5\n\n', 5),
    ('chunked, all LF', '2.2', b'POST / HTTP/1.1\nHost: a\nTransfer-Encoding: chunked\n\n', CHUNKED),
]

# Whether the connection is kept.
KEEP = [('%r with %r' % (version, fields), '9.3', post(fields, version), keep)
        for version, fields, keep in (
    (b'1.1', b'', True), (b'1.2', b'', True), (b'1.0', b'', False), (b'1.1', b'Connection: close\r\n', False),
    (b'1.1', b'connection:CLOSE\r\n', False), (b'1.1', b'Connection: Close\t\r\n', False),
    (b'1.1', b'Connection: keep-alive\r\n', True), (b'1.1', b'Connection: upgrade\r\n', True),
    (b'1.1', b'Connection:\r\n', True), (b'1.1', b'Connection: closed\r\n', True),
    (b'1.1', b'Connection: not-close\r\n', True), (b'1.1', b'Connection: keep-alive, close\r\n', False),
    (b'1.1', b'Connection: close, keep-alive\r\n', False), (b'1.1', b'Connection: upgrade,close\r\n', False),
    (b'1.1', b'Connection: ,\tclose ,\r\n', False), (b'1.1', b'Connection: keep-alive\r\nConnection: close\r\n', False),
    (b'1.1', b'Connection: close\r\nConnection: keep-alive\r\n', False), (b'1.1', b'Proxy-Connection: close\r\n', True),
    (b'1.1', b'b: Connection: close\r\n', True), (b'1.0', b'Connection: close\r\n', False),
    (b'1.0', b'Connection: keep-alive\r\n', True), (b'1.0', b'Connection: Keep-Alive\r\n', True),
    (b'1.0', b'Connection: keep-alive, x\r\n', True), (b'1.0', b'Connection: x,keep-alive\r\n', True),
    (b'1.0', b'Connection: keep-alive, close\r\n', False), (b'1.0', b'Connection: keep-alive-x\r\n', False),
    (b'1.0', b'Connection: upgrade\r\n', False), (b'1.0', b'Proxy-Connection: keep-alive\r\n', False))]

BLOCK = (b'\r\nHost: a\r\nb: c\r\nB:d\r\nEmpty:\r\nBlank: \t \r\nCookie: x=1\r\ncookie: y=2; z=3\r\nSet: e: f\r\n'
         b'X-b: g\r\nbb: h\r\nUtf8: \xc3\xa9\r\nLatin: \xfc\r\nLast:\ti \r\n')

# The name of a header, and what BLOCK has for it.
FINDS = [
    ('first', 'RFC 9110 5.1', b'host', b'a'),
    ('last', 'RFC 9110 5.5', b'last', b'i'),
    ('sent in two cases', 'RFC 9110 5.3', b'b', b'c, d'),
    ('empty', 'RFC 9110 5.5', b'empty', b''),
    ('blank', 'RFC 9110 5.5', b'blank', b''),
    ('cookies', 'RFC 6265 5.4', b'cookie', b'x=1; y=2; z=3'),
    ('colon in the value', 'RFC 9110 5.5', b'set', b'e: f'),
    ('a name that ends alike', 'RFC 9110 5.1', b'x-b', b'g'),
    ('a name that begins alike', 'RFC 9110 5.1', b'bb', b'h'),
    ('UTF-8', 'RFC 9110 5.5', b'utf8', b'\xc3\xa9'),
    ('Latin-1', 'RFC 9110 5.5', b'latin', b'\xfc'),
    ('missing', 'RFC 9110 5.1', b'missing', None),
    ('part of a name', 'RFC 9110 5.1', b'hos', None),
    ('end of a name', 'RFC 9110 5.1', b'ost', None),
    ('a name in a value', 'RFC 9110 5.1', b'e', None),
    ('no name', 'RFC 9110 5.1', b'', None),
]

ALL = [('Host', 'a'), ('b', 'c'), ('B', 'd'), ('Empty', ''), ('Blank', ''), ('Cookie', 'x=1'), ('cookie', 'y=2; z=3'),
       ('Set', 'e: f'), ('X-b', 'g'), ('bb', 'h'), ('Utf8', '\xe9'), ('Latin', '\xfc'), ('Last', 'i')]

# The value of a field as it was sent, and as text.
TEXTS = [
    ('ASCII', 'RFC 9110 5.5', b'abc', 'abc'),
    ('empty', 'RFC 9110 5.5', b'', ''),
    ('UTF-8', 'RFC 9110 5.5', 'h\xe9 \u20ac \U0001f600'.encode(), 'h\xe9 \u20ac \U0001f600'),
    ('Latin-1', 'RFC 9110 5.5', b'\xe9', '\xe9'),
    ('neither alone', 'RFC 9110 5.5', b'\xc3\xa9\xff', '\xc3\xa9\xff'),
    ('cut UTF-8', 'RFC 9110 5.5', b'\xe2\x82', '\xe2\x82'),
]
