# Heads of requests: (name, section, bytes, what comes of them). Sections are of RFC 9112 unless they say another.
# What comes is a status code, INCOMPLETE, or method, URL, version and headers.

from rows import INCOMPLETE

HOST = b'Host: a\r\n'
ANY = [('Host', 'a')]


def line(request_line, status=None):
    """Return the head that a request line begins."""
    return request_line + b'\r\n' + HOST + b'\r\n'


def get(fields):
    """Return a head with these header lines."""
    return b'GET / HTTP/1.1\r\n' + HOST + fields + b'\r\n'


def got(*headers):
    """Return what comes of a head of `get`."""
    return 'GET', '/', '1.1', ANY + list(headers)


REQUEST_LINES = [
    ('simple', '3', line(b'GET / HTTP/1.1'), ('GET', '/', '1.1', ANY)),
    ('two spaces before the target', '3', line(b'GET  / HTTP/1.1'), 400),
    ('two spaces before the version', '3', line(b'GET /  HTTP/1.1'), 400),
    ('tab for a space', '3', line(b'GET\t/ HTTP/1.1'), 400),
    ('vertical tab for a space', '3', line(b'GET\x0b/ HTTP/1.1'), 400),
    ('form feed for a space', '3', line(b'GET /\x0cHTTP/1.1'), 400),
    ('CR for a space', '3', line(b'GET\r/ HTTP/1.1'), 400),
    ('no-break space for a space', '3', line(b'GET\xa0/ HTTP/1.1'), 400),
    ('space at the beginning', '3', line(b' GET / HTTP/1.1'), 400),
    ('space at the end', '3', line(b'GET / HTTP/1.1 '), 400),
    ('tab at the end', '3', line(b'GET / HTTP/1.1\t'), 400),
    ('CR at the end', '2.2', line(b'GET / HTTP/1.1\r'), 400),
    ('four words', '3', line(b'GET / x HTTP/1.1'), 400),
    ('two words', '3', line(b'GET /'), 400),
    ('one word', '3', line(b'GET'), 400),
    ('HTTP/0.9', '3', b'GET /\r\n\r\n', 400),
    ('only spaces', '3', line(b'  '), 400),
    ('a header', '3', HOST + b'\r\n', 400),
    ('a status line', '4', line(b'HTTP/1.1 200 OK'), 400),
    ('TLS', '3', b'\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\n\r\n', 400),
    ('binary', '3', bytes(range(256)) + b'\r\n\r\n', 400),
    ('empty line before', '2.2', b'\r\n' + get(b''), got()),
    ('two empty lines before', '2.2', b'\r\n\r\n' + get(b''), 400),
    ('LF before', '2.2', b'\n' + get(b''), 400),
    ('CR before', '2.2', b'\r' + get(b''), 400),
    ('space before', '2.2', b' \r\n' + get(b''), 400),
    ('only LF', '2.2', b'\n\n', 400),
    ('only an empty line', '2.2', b'\r\n', INCOMPLETE),
    ('only a CR', '2.2', b'\r', INCOMPLETE),
    ('nothing but the method', '3', b'GET', INCOMPLETE),
    ('no end of the line', '3', b'GET / HTTP/1.1\r', INCOMPLETE),
    ('no end of the head', '2.1', b'GET / HTTP/1.1\r\nHost: a\r\n', INCOMPLETE),
    ('half an end of the head', '2.1', b'GET / HTTP/1.1\r\nHost: a\r\n\r', INCOMPLETE),
    ('space after the request line', '2.2', b'GET / HTTP/1.1\r\n Host: b\r\n' + HOST + b'\r\n', 400),
]

METHODS = [('method ' + repr(method), '3.1', line(method + b' / HTTP/1.1'), (method.decode(), '/', '1.1', ANY))
           for method in (b'GET', b'M-SEARCH', b'get', b'gET', b'G', b'X0', b'0', b'-', b'-GET', b"!#$%&'*+-.^_`|~",
                          b'A' * 100)]
METHODS += [('method ' + repr(method), '3.1', line(method + b' / HTTP/1.1'), 400) for method in (
    b'', b'G\x00T', b'GET\x00', b'G(T', b'GET:', b'G/T', b'"GET"', b'G\x7fT', b'G\x80T', b'GET\xc3\x9f', b'{GET}',
    b'G@T', b'G,T', b'G\\T', b'<GET>', b'G=T', b'G;T', b'G?T', b'[GET]')]


def target(section, method, sent, url, host='a'):
    """Return the row of a target that is accepted, beside `Host: a`."""
    outcome = method.decode(), url, '1.1', [('Host', host)]
    return 'target ' + repr(sent), section, line(method + b' ' + sent + b' HTTP/1.1'), outcome


def no_targets(section, method, *targets):
    """Return the rows of targets that are refused."""
    return [('target ' + repr(sent), section, line(method + b' ' + sent + b' HTTP/1.1'), 400) for sent in targets]


TARGETS = [
    target('3.2.1', b'GET', b'/', '/'),
    target('3.2.1', b'GET', b'/a/b?c=d&e', '/a/b?c=d&e'),
    target('3.2.1', b'GET', b'//a//', '//a//'),
    target('3.2.1', b'GET', b'/?', '/?'),
    target('3.2.1', b'GET', b'/a?b?c', '/a?b?c'),
    target('3.2.1', b'GET', b'/%20%zz%', '/%20%zz%'),
    target('3.2.1', b'GET', b'/a#b', '/a#b'),
    target('3.2.1', b'GET', b'/"<>[]^`{|}\\~!', '/"<>[]^`{|}\\~!'),
    target('3.2.1', b'GET', b'/*', '/*'),
    target('3.2.1', b'GET', b'/http://b/', '/http://b/'),
    target('3.2.2', b'GET', b'http://a/', '/'),
    target('3.2.2', b'GET', b'http://a', '/'),
    target('3.2.2', b'GET', b'http://a/b?c', '/b?c'),
    target('3.2.2', b'GET', b'http://a?b', '/?b'),
    target('3.2.2', b'GET', b'http://a?b/c', '/?b/c'),
    target('3.2.2', b'GET', b'http://a#b', '/#b'),
    target('3.2.2', b'GET', b'https://a:8/b', '/b', 'a:8'),
    target('3.2.2', b'GET', b'HTTP://A/B', '/B', 'A'),
    target('3.2.2', b'GET', b'http://[::1]:80/b', '/b', '[::1]:80'),
    target('3.2.2', b'GET', b'http://user:pass@b/b', '/b', 'b'),
    target('3.2.2', b'GET', b'http://%75s%65r:@b/b', '/b', 'b'),
    target('3.2.2', b'GET', b'http://@b/b', '/b', 'b'),
    target('3.2.2', b'GET', b'http://%61:/b', '/b', '%61:'),
    target('3.2.2', b'GET', b'http://a//b', '//b'),
    target('3.2.2', b'GET', b'http://a/http://b/', '/http://b/'),
    target('3.2.2', b'OPTIONS', b'http://a/b', '/b'),
    target('3.2.3', b'CONNECT', b'a:443', 'a:443'),
    target('3.2.3', b'CONNECT', b'[::1]:443', '[::1]:443'),
    target('3.2.4', b'OPTIONS', b'*', '*'),
]
TARGETS += no_targets('3.2', b'GET', b'a', b'a/b', b'?a', b'#', b'.', b'\\a')
TARGETS += no_targets('3.2.1', b'GET', b'/\x00', b'/a\x01b', b'/a\tb', b'/a\x0bb', b'/a\x7f', b'/\x80', b'/\xc3\xa9',
                      b'/a\rb', b'/a\x1f')
TARGETS += no_targets('3.2.2', b'GET', b'http://', b'http:///a', b'http:/a', b'http:a', b'://a', b'ftp://a/',
                      b'httpx://a/', b'ws://a/', b'http://?a', b'http://u@/a', b'http://a"b/', b'http://a\\b/',
                      b'http://a<b/', b'http://u"@a/', b'http://a\x80/', b'http://[zz]/', b'http://[::1/', b'http://::1/',
                      b'http://a%zz/', b'http://a%2/', b'http://a:b/', b'http://a:80:80/', b'http://:80/', b'http://u@:80/',
                      b'http://[::1]a/', b'http://u%zz@a/', b'http://[u]@a/')
TARGETS += no_targets('3.2.3', b'GET', b'a:443')
TARGETS += no_targets('3.2.3', b'CONNECT', b'a', b'*', b'/', b'/a:443', b'http://a/', b'a/b:1', b'u@a:1',
                      b'[zz]:1', b'a%zz:1', b'a:b', b'[::1]', b'a:')
TARGETS += no_targets('3.2.3', b'connect', b'a:443')
TARGETS += no_targets('3.2.4', b'GET', b'*')
TARGETS += no_targets('3.2.4', b'POST', b'*')
TARGETS += no_targets('3.2.4', b'OPTIONS', b'**')
TARGETS += no_targets('3.2.4', b'options', b'*')

VERSIONS = [
    ('HTTP/1.1', '2.3', line(b'GET / HTTP/1.1'), ('GET', '/', '1.1', ANY)),
    ('HTTP/1.0', '2.3', line(b'GET / HTTP/1.0'), ('GET', '/', '1.0', ANY)),
    ('HTTP/1.2 is answered as 1.1', 'RFC 9110 2.5', line(b'GET / HTTP/1.2'), ('GET', '/', '1.1', ANY)),
    ('HTTP/1.9 is answered as 1.1', 'RFC 9110 2.5', line(b'GET / HTTP/1.9'), ('GET', '/', '1.1', ANY)),
    ("HTTP/2's preface", 'RFC 9113 3.4', b'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 505),
]
VERSIONS += [('version ' + repr(version), 'RFC 9110 15.6.6', line(b'GET / ' + version), 505)
             for version in (b'HTTP/0.9', b'HTTP/0.0', b'HTTP/2.0', b'HTTP/3.1', b'HTTP/9.9')]
VERSIONS += [('version ' + repr(version), '2.3', line(b'GET / ' + version), 400) for version in (
    b'http/1.1', b'Http/1.1', b'HTTP/1', b'HTTP/1.', b'HTTP/.1', b'HTTP/11', b'HTTP/1.10', b'HTTP/11.1', b'HTTP/1.1.1',
    b'HTTP/01.1', b'HTTP/1,1', b'HTTP/1.x', b'HTTP/x.1', b'HTTP/-1.1', b'HTTP/+1.1', b'HTTP 1.1', b'HTTP-1.1',
    b'HTTP/ 1.1', b'XTTP/1.1', b'HTTPS/1.1', b'RTSP/1.0', b'ICE/1.0', b'FTP/1.1', b'/1.1', b'1.1', b'HTTP/', b'HTTP',
    b'HTTP/\xb9.1', b'HTTP/1.1\x00', b'HTTP/1\x001', b'HTTP/1.\xb2')]

LINE_ENDS = [
    ('all LF', '2.2', b'GET / HTTP/1.1\nHost: a\n\n', got()),
    ('all LF, more headers', '2.2', b'GET / HTTP/1.1\nHost: a\nb: c\nd:e\n\n', got(('b', 'c'), ('d', 'e'))),
    ('all LF, no headers', '2.2', b'GET / HTTP/1.0\n\n', ('GET', '/', '1.0', [])),
    ('no headers', '2.2', b'GET / HTTP/1.0\r\n\r\n', ('GET', '/', '1.0', [])),
    ('LF after the request line', '2.2', b'GET / HTTP/1.1\nHost: a\r\n\r\n', 400),
    ('LF after a header', '2.2', b'GET / HTTP/1.1\r\nHost: a\nb: c\r\n\r\n', 400),
    ('LF after the last header', '2.2', b'GET / HTTP/1.1\r\nHost: a\n\r\n', 400),
    ('LF at the end', '2.2', b'GET / HTTP/1.1\r\nHost: a\r\n\n', 400),
    ('LF but at the end', '2.2', b'GET / HTTP/1.1\nHost: a\n\r\n', 400),
    ('LF but at the end, no headers', '2.2', b'GET / HTTP/1.0\n\r\n', 400),
    ('CRLF after the request line, else LF', '2.2', b'GET / HTTP/1.1\r\nHost: a\nb: c\n\n', 400),
    ('CRLF after a header, else LF', '2.2', b'GET / HTTP/1.1\nHost: a\r\nb: c\n\n', 400),
    ('CRLF after the last header, else LF', '2.2', b'GET / HTTP/1.1\nHost: a\nb: c\r\n\n', 400),
    ('LF hides a length', '2.2', get(b'b: c\nContent-Length: 5\r\n'), 400),
    ('CR in a value', '2.2', get(b'b: c\rd: e\r\n'), 400),
    ('CR at the end of a value', '2.2', get(b'b: c\r\r\n'), 400),
    ('CR in a name', '2.2', get(b'b\rc: d\r\n'), 400),
    ('CR at the beginning of a line', '2.2', get(b'\rb: c\r\n'), 400),
    ('CR for an end', '2.2', b'GET / HTTP/1.1\rHost: a\r\r\n\r\n', 400),
    ('CR CR LF for an end', '2.2', get(b'\r'), INCOMPLETE),
    ('CR CR LF before the end', '2.2', get(b'\r\r\n'), 400),
    ('LF CR', '2.2', b'GET / HTTP/1.1\n\rHost: a\n\r\n', 400),
    ('all LF, CR in a value', '2.2', b'GET / HTTP/1.1\nHost: a\nb: c\rd\n\n', 400),
    ('all LF, folded', '5.2', b'GET / HTTP/1.1\nHost: a\nb: c\n d\n\n', 400),
]

FIELDS = [
    ('no space', '5', get(b'b:c\r\n'), got(('b', 'c'))),
    ('one space', '5', get(b'b: c\r\n'), got(('b', 'c'))),
    ('spaces and tabs', '5', get(b'b: \t c \t \r\n'), got(('b', 'c'))),
    ('inner spaces', '5', get(b'b: c  d\te\r\n'), got(('b', 'c  d\te'))),
    ('empty value', '5', get(b'b:\r\n'), got(('b', ''))),
    ('blank value', '5', get(b'b: \t \r\n'), got(('b', ''))),
    ('colons in the value', '5', get(b'b: c:d: e\r\n'), got(('b', 'c:d: e'))),
    ('only a colon in the value', '5', get(b'b::\r\n'), got(('b', ':'))),
    ('every letter of a token', 'RFC 9110 5.6.2', get(b"!#$%&'*+-.^_`|~09azAZ: c\r\n"),
     got(("!#$%&'*+-.^_`|~09azAZ", 'c'))),
    ('every printable octet', 'RFC 9110 5.5', get(b'b: ' + bytes(range(33, 127)) + b'\r\n'),
     got(('b', bytes(range(33, 127)).decode()))),
    ('UTF-8', 'RFC 9110 5.5', get(b'b: caf\xc3\xa9\r\n'), got(('b', 'caf\xe9'))),
    ('Latin-1', 'RFC 9110 5.5', get(b'b: D\xfcsseldorf\r\n'), got(('b', 'D\xfcsseldorf'))),
    ('every octet of obs-text', 'RFC 9110 5.5', get(b'b: ' + bytes(range(0x80, 0x100)) + b'\r\n'),
     got(('b', ''.join([chr(octet) for octet in range(0x80, 0x100)])))),
    ('sent twice', 'RFC 9110 5.3', get(b'b: c\r\nB: d\r\n'), got(('b', 'c'), ('B', 'd'))),
    ('space before the colon', '5.1', get(b'b : c\r\n'), 400),
    ('tab before the colon', '5.1', get(b'b\t: c\r\n'), 400),
    ('space before the colon of a length', '5.1', get(b'Content-Length : 3\r\n'), 400),
    ('space before the colon of a coding', '5.1', get(b'Transfer-Encoding : chunked\r\n'), 400),
    ('folded by a space', '5.2', get(b'b: c\r\n d\r\n'), 400),
    ('folded by a tab', '5.2', get(b'b: c\r\n\td\r\n'), 400),
    ('folded at once', '5.2', get(b'b:\r\n c\r\n'), 400),
    ('folded name', '5.2', get(b'b\r\n : c\r\n'), 400),
    ('folded, as a header', '5.2', get(b'b: c\r\n Content-Length: 3\r\n'), 400),
    ('folded blank', '5.2', get(b'b: c\r\n \r\n'), 400),
    ('no colon', '5', get(b'b\r\n'), 400),
    ('no name', '5', get(b': c\r\n'), 400),
    ('only a colon', '5', get(b':\r\n'), 400),
    ('equals sign', '5', get(b'b=c\r\n'), 400),
    ('value that begins with NUL', 'RFC 9110 5.5', get(b'b:\x00c\r\n'), 400),
    ('value that ends with NUL', 'RFC 9110 5.5', get(b'b: c\x00\r\n'), 400),
    ('value that begins with a form feed', 'RFC 9110 5.5', get(b'b: \x0cc\r\n'), 400),
    ('value that ends with a vertical tab', 'RFC 9110 5.5', get(b'b: c\x0b\r\n'), 400),
    ('value with a tab and NUL', 'RFC 9110 5.5', get(b'b: \t\x00c\r\n'), 400),
]
FIELDS += [('name ' + repr(name), 'RFC 9110 5.1', get(name + b': c\r\n'), 400) for name in (
    b'b c', b'b\tc', b'"b"', b'(b)', b'b,', b'b/c', b'b;', b'<b>', b'b=', b'b?', b'b@c', b'[b]', b'b\\c', b'{b}',
    b'b\x7f', b'b\x00', b'\x00b', b'b\x1f', b'b\x80', b'\xc3\xa9', b'Content-Length\xc3\x9f', b'\xef\xbb\xbfb',
    b'b\x0bc', b'b\x0c')]
FIELDS += [('value with %#x' % octet, 'RFC 9110 5.5', get(b'b: c' + bytes([octet]) + b'd\r\n'), 400)
           for octet in list(range(9)) + list(range(10, 32)) + [127]]


def host(value):
    """Return a head with this value of Host."""
    return b'GET / HTTP/1.1\r\nHost:' + value + b'\r\n\r\n'


def got_host(value):
    """Return what comes of a head of `host`."""
    return 'GET', '/', '1.1', [('Host', value)]


HOSTS = [('host ' + repr(value), '3.2', host(value), got_host(value.decode().strip())) for value in (
    b'a', b' a', b'\ta ', b' a.b-c_d~e', b' A', b' a:80', b' a:', b' 1.2.3.4:5', b' [::1]', b' [::1]:80', b' [::1]:',
    b' [v1.a:b]', b' a%20b', b" !$&'()*+,;=", b'', b' a%2F%c3%A9:80', b' [::]', b' [1::]', b' [::1:2:3:4:5:6:7]',
    b' [1:2:3:4:5:6:7:8]', b' [1:2:3:4:5:6:7::]', b' [2001:DB8::0001]:443', b' [::ffff:192.0.2.1]',
    b' [1:2:3:4:5:6:255.255.255.255]', b' [::0.0.0.0]', b" [vFf0.a-._~!$&'()*+,;=:]")]
HOSTS += [('host ' + repr(value), '3.2', host(value), 400) for value in (
    b'a b', b'a/b', b'a?b', b'a#b', b'u@a', b'http://a', b'a:b', b'a:80:80', b'a:8 0', b'a:-1', b'::1', b'a\\b', b'"a"',
    b'<a>', b'a\xc3\xa9', b'a^', b'a|b', b'a`b', b'{a}', b'[::1]:x', b'[::1', b'::1]', b'a]', b'[a', b'[::1]a',
    b'a[::1]', b'[[::1]]', b'[::1]]', b'[]', b'[]:80', b']:80', b'][', b'a%zz', b'%', b'a%2', b'a%2:80', b'a%%20', b'%g0', b'[zz]',
    b'[1]', b'[:]', b'[:::]', b'[::1::]', b'[:1::2]', b'[1:2:3:4:5:6:7]', b'[1:2:3:4:5:6:7:8:9]', b'[1:2:3:4:5:6:7:8::]',
    b'[::1:2:3:4:5:6:7:8]', b'[::12345]', b'[::g]', b'[1:]', b'[::1.2.3]', b'[::1.2.3.4.5]', b'[::1.2.3.256]',
    b'[::01.2.3.4]', b'[::1.2.3.]', b'[1.2.3.4::]', b'[1.2.3.4]', b'[1:2:3:4:5:6:7:1.2.3.4]', b'[fe80::1%25a]', b'[fe80::1%a]',
    b'[v1]', b'[v.a]', b'[v1.]', b'[vg.a]', b'[v1.a%20]', b'[v1.a/]', b'[127.0.0.1]')]
HOSTS += [
    ('no host', '3.2', b'GET / HTTP/1.1\r\n\r\n', 400),
    ('no host among headers', '3.2', b'GET / HTTP/1.1\r\nb: c\r\n\r\n', 400),
    ('no host in 1.2', '3.2', b'GET / HTTP/1.2\r\n\r\n', 400),
    ('two hosts beside an absolute target', '3.2.2', b'GET http://a/ HTTP/1.1\r\nHost: b\r\nHost: c\r\n\r\n', 400),
    ('no host beside an absolute target', '3.2.2', b'GET http://a/ HTTP/1.1\r\n\r\n', 400),
    ('no host in 1.0', '3.2', b'GET / HTTP/1.0\r\n\r\n', ('GET', '/', '1.0', [])),
    ('a malformed host in the target of 1.0', '3.2.2', b'GET http://[zz]/ HTTP/1.0\r\n\r\n', 400),
    ('two hosts', '3.2', get(b'Host: b\r\n'), 400),
    ('two hosts alike', '3.2', get(HOST), 400),
    ('two hosts in other cases', '3.2', get(b'hOST: b\r\n'), 400),
    ('two hosts in 1.0', '3.2', b'GET / HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n', 400),
    ('two hosts, one empty', '3.2', get(b'Host:\r\n'), 400),
    ('two empty hosts', '3.2', b'GET / HTTP/1.1\r\nHost:\r\nHost:\r\n\r\n', 400),
    ('malformed host in 1.0', '3.2', b'GET / HTTP/1.0\r\nHost: a b\r\n\r\n', 400),
    ('host in upper case', '3.2', b'GET / HTTP/1.1\r\nHOST: a\r\n\r\n', ('GET', '/', '1.1', [('HOST', 'a')])),
    ('host in the value of another', '3.2', b'GET / HTTP/1.1\r\nb: Host: a\r\n\r\n', 400),
    ('a name that ends with host', '3.2', b'GET / HTTP/1.1\r\nX-Host: a\r\n\r\n', 400),
    ('a name that begins with host', '3.2', b'GET / HTTP/1.1\r\nHostname: a\r\n\r\n', 400),
]

BROWSER = (
    b'GET /a/b?c=d HTTP/1.1\r\nHost: localhost:5000\r\n'
    b'User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101\r\n'
    b'Accept: text/html,application/xhtml+xml;q=0.9,*/*;q=0.8\r\nAccept-Language: en-US,en;q=0.5\r\n'
    b'Accept-Encoding: gzip, br\r\nConnection: keep-alive\r\nCookie: a="b c"; d=e\r\nIf-None-Match: W/"x"\r\n\r\n')

SAMPLES = [
    ("a browser's", '2.1', BROWSER, ('GET', '/a/b?c=d', '1.1', [
        ('Host', 'localhost:5000'), ('User-Agent', 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101'),
        ('Accept', 'text/html,application/xhtml+xml;q=0.9,*/*;q=0.8'), ('Accept-Language', 'en-US,en;q=0.5'),
        ('Accept-Encoding', 'gzip, br'), ('Connection', 'keep-alive'), ('Cookie', 'a="b c"; d=e'),
        ('If-None-Match', 'W/"x"')])),
    ('no headers in 1.0', '2.1', b'GET / HTTP/1.0\r\n\r\n', ('GET', '/', '1.0', [])),
]

TABLES = REQUEST_LINES, METHODS, TARGETS, VERSIONS, LINE_ENDS, FIELDS, HOSTS, SAMPLES


class Tight:
    """Limits that a short head reaches."""

    max_readline = 20
    max_head_length = 60
    max_headers = 4


# The rows about limits, which are `Tight`.
LIMITS = [
    ('request line at the limit', '3', b'GET /aaaaaa HTTP/1.0\r\n\r\n', ('GET', '/aaaaaa', '1.0', [])),
    ('request line at the limit, LF', '3', b'GET /aaaaaa HTTP/1.0\n\n', ('GET', '/aaaaaa', '1.0', [])),
    ('request line too long', '3', b'GET /aaaaaaa HTTP/1.0\r\n\r\n', 414),
    ('request line too long, not ended', '3', b'GET /aaaaaaaaaaaaaaaaaaaaa', 414),
    ('request line too long, malformed', '3', b'G(T /aaaaaaaaaaaaaaaaaaaaaaaa\r\n\r\n', 414),
    ('request line at the limit after an empty line', '2.2', b'\r\nGET /aaaaaa HTTP/1.0\r\n\r\n',
     ('GET', '/aaaaaa', '1.0', [])),
    ('request line too long after an empty line', '2.2', b'\r\nGET /aaaaaaa HTTP/1.0\r\n\r\n', 414),
    ('line at the limit', '5.4', b'GET / HTTP/1.0\r\nb: 34567890123456789\r\nc: d\r\n\r\n',
     ('GET', '/', '1.0', [('b', '34567890123456789'), ('c', 'd')])),
    ('line too long', '5.4', b'GET / HTTP/1.0\r\nb: 345678901234567890\r\nc: d\r\n\r\n', 431),
    ('last line at the limit', '5.4', b'GET / HTTP/1.0\r\nb: 34567890123456789\r\n\r\n',
     ('GET', '/', '1.0', [('b', '34567890123456789')])),
    ('last line too long', '5.4', b'GET / HTTP/1.0\r\nb: 345678901234567890\r\n\r\n', 431),
    ('line too long, malformed', '5.4', b'GET / HTTP/1.0\r\nb 3456789012345678901234567890\r\n\r\n', 431),
    ('head at the limit', '5.4', b'GET / HTTP/1.0\r\na: 3456789012345678\r\nb: 3456789012345678\r\n\r\n',
     ('GET', '/', '1.0', [('a', '3456789012345678'), ('b', '3456789012345678')])),
    ('head too long', '5.4', b'GET / HTTP/1.0\r\na: 3456789012345678\r\nb: 34567890123456789\r\n\r\n', 431),
    ('head too long, not ended', '5.4', b'GET / HTTP/1.0\r\n' + b'a: b\r\n' * 9, 431),
    ('head at the limit after an empty line', '2.2',
     b'\r\nGET / HTTP/1.0\r\na: 3456789012345678\r\nb: 3456789012345678\r\n\r\n',
     ('GET', '/', '1.0', [('a', '3456789012345678'), ('b', '3456789012345678')])),
    ('as many headers as may be', '5.4', b'GET / HTTP/1.0\r\na:b\r\nc:d\r\ne:f\r\ng:h\r\n\r\n',
     ('GET', '/', '1.0', [('a', 'b'), ('c', 'd'), ('e', 'f'), ('g', 'h')])),
    ('as many headers as may be, LF', '5.4', b'GET / HTTP/1.0\na:b\nc:d\ne:f\ng:h\n\n',
     ('GET', '/', '1.0', [('a', 'b'), ('c', 'd'), ('e', 'f'), ('g', 'h')])),
    ('as many headers as may be, in 1.2', '5.4', b'GET / HTTP/1.2\r\nHost:\r\nc:d\r\ne:f\r\ng:h\r\n\r\n',
     ('GET', '/', '1.1', [('Host', ''), ('c', 'd'), ('e', 'f'), ('g', 'h')])),
    ('too many headers', '5.4', b'GET / HTTP/1.0\r\na:b\r\nc:d\r\ne:f\r\ng:h\r\ni:j\r\n\r\n', 431),
    ('too many headers, LF', '5.4', b'GET / HTTP/1.0\na:b\nc:d\ne:f\ng:h\ni:j\n\n', 431),
]
