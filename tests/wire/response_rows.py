# Heads of responses: (name, section, arguments, what is written). Sections are of RFC 9112 unless they say another.

HEADS = [
    ('simple', '4', ('1.1', 200, None, {}), b'HTTP/1.1 200 OK\r\n\r\n'),
    ('1.0', '4', ('1.0', 200, None, {}), b'HTTP/1.0 200 OK\r\n\r\n'),
    ('header', '5', ('1.1', 200, None, {'a': 'b'}), b'HTTP/1.1 200 OK\r\na: b\r\n\r\n'),
    ('number', '5', ('1.1', 200, None, {'Content-Length': 5}), b'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n'),
    ('list', 'RFC 6265 3', ('1.1', 200, None, {'Set-Cookie': ['a=b', 'c=d']}),
     b'HTTP/1.1 200 OK\r\nSet-Cookie: a=b\r\nSet-Cookie: c=d\r\n\r\n'),
    ('empty list', '5', ('1.1', 200, None, {'Set-Cookie': []}), b'HTTP/1.1 200 OK\r\n\r\n'),
    ('empty value', '5', ('1.1', 200, None, {'a': ''}), b'HTTP/1.1 200 OK\r\na: \r\n\r\n'),
    ('UTF-8', '5', ('1.1', 200, None, {'a': '\xe9'}), b'HTTP/1.1 200 OK\r\na: \xc3\xa9\r\n\r\n'),
    ('reason', '4', ('1.1', 200, 'Fine', {}), b'HTTP/1.1 200 Fine\r\n\r\n'),
    ('empty reason', '4', ('1.1', 200, '', {}), b'HTTP/1.1 200 \r\n\r\n'),
    ('reason in UTF-8', '4', ('1.1', 404, 'Pas trouv\xe9', {}), b'HTTP/1.1 404 Pas trouv\xc3\xa9\r\n\r\n'),
    ("the standard's reason", 'RFC 9110 15.5.5', ('1.1', 404, None, {}), b'HTTP/1.1 404 Not Found\r\n\r\n'),
    ('unknown status code', '4', ('1.1', 299, None, {}), b'HTTP/1.1 299 \r\n\r\n'),
    ('greatest status code', '4', ('1.1', 999, None, {}), b'HTTP/1.1 999 \r\n\r\n'),
]

REASONS = [('reason of %d' % status, section, status, reason) for section, status, reason in (
    ('RFC 9110 15.2.1', 100, 'Continue'), ('RFC 9110 15.2.2', 101, 'Switching Protocols'),
    ('RFC 9110 15.3.1', 200, 'OK'), ('RFC 9110 15.3.2', 201, 'Created'), ('RFC 9110 15.3.5', 204, 'No Content'),
    ('RFC 9110 15.3.7', 206, 'Partial Content'), ('RFC 9110 15.4.2', 301, 'Moved Permanently'),
    ('RFC 9110 15.4.3', 302, 'Found'), ('RFC 9110 15.4.5', 304, 'Not Modified'),
    ('RFC 9110 15.5.1', 400, 'Bad Request'), ('RFC 9110 15.5.2', 401, 'Unauthorized'),
    ('RFC 9110 15.5.6', 405, 'Method Not Allowed'), ('RFC 9110 15.5.9', 408, 'Request Timeout'),
    ('RFC 9110 15.5.14', 413, 'Content Too Large'), ('RFC 9110 15.5.15', 414, 'URI Too Long'),
    ('RFC 9110 15.5.18', 417, 'Expectation Failed'), ('RFC 6585 4', 429, 'Too Many Requests'),
    ('RFC 6585 5', 431, 'Request Header Fields Too Large'), ('RFC 9110 15.6.1', 500, 'Internal Server Error'),
    ('RFC 9110 15.6.2', 501, 'Not Implemented'), ('RFC 9110 15.6.6', 505, 'HTTP Version Not Supported'),
    ('RFC 6585 6', 511, 'Network Authentication Required'), ('4', 199, ''), ('4', 299, ''), ('4', 306, ''),
    ('4', 600, ''), ('4', 999, ''))]

# Names of headers and cookies, and whether they may be sent.
NAMES = [('name ' + repr(name), 'RFC 9110 5.6.2', name, True) for name in (
    'a', 'Content-Type', 'X_a', '0', "!#$%&'*+-.^_`|~09azAZ")]
NAMES += [('name ' + repr(name), 'RFC 9110 5.6.2', name, False) for name in (
    '', ' ', 'a b', 'a:', ':a', 'a\r', 'a\n', 'a\r\nb', 'a\x00', '\ta', 'a\x7f', 'a,', 'a;', 'a=', '"a"', '(a)', 'a/b',
    'a@b', '[a]', 'a\\', '{a}', '<a>', 'a?', '\xe9', 'a\xa0', '\u20ac', 'a\u0131', '\u212a')]

# Field values, and whether they may be sent.
VALUES = [('value ' + repr(value), 'RFC 9110 5.5', value, True) for value in (
    '', 'a', 'a b', 'a\tb', '\t', ' a ', '\xe9', '\u20ac', '\U0001f600', '"a"; b=c, d', '~!@#$%^&*()', '\x80', '\x85',
    '\u2028')]
VALUES += [('value with %#x' % code, 'RFC 9110 5.5', 'a' + chr(code) + 'b', False)
           for code in list(range(9)) + list(range(10, 32)) + [127]]
VALUES += [('value ' + repr(value), 'RFC 9110 5.5', value, False) for value in (
    'a\r\nb: c', 'a\r\n\r\nb', '\na', 'a\n', '\r', '\x00', 'a\t\n', '\t\x00', '\xe9\r\n', 'a\r\n b')]

CHUNKS = [
    ('chunk', '7.1', b'hello', b'5\r\nhello\r\n'),
    ('two digits', '7.1', b'x' * 26, b'1a\r\n' + b'x' * 26 + b'\r\n'),
    ('three digits', '7.1', b'x' * 256, b'100\r\n' + b'x' * 256 + b'\r\n'),
    ('line ends', '7.1', b'\r\n', b'2\r\n\r\n\r\n'),
]
