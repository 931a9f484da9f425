# Forms: (name, section, bytes, what comes of them). Sections are of RFC 7578 unless they say another. The boundary is B.
# What comes is a list of parts (name, file name, type, data), or a status code.

FIELD = b'Content-Disposition: form-data; name="a"\r\n'
FILE = b'Content-Disposition: form-data; name="f"; filename="x.txt"\r\nContent-Type: text/plain\r\n'


def part(data, headers=FIELD):
    """Return a part with its delimiter."""
    return b'\r\n--B\r\n' + headers + b'\r\n' + data


def form(*parts):
    """Return a form."""
    return b''.join(parts)[2:] + b'\r\n--B--\r\n'


def field(data=b'1', name='a'):
    return (name, None, None, data)


STRUCTURE = [
    ('a field', '4.2', form(part(b'1')), [field()]),
    ('two fields', '4.3', form(part(b'1'), part(b'2')), [field(), field(b'2')]),
    ('a file', '4.2', form(part(b'1', FILE)), [('f', 'x.txt', 'text/plain', b'1')]),
    ('fields and files', '4.3', form(part(b'1'), part(b'2', FILE), part(b'3', FILE), part(b'4')),
     [field(), ('f', 'x.txt', 'text/plain', b'2'), ('f', 'x.txt', 'text/plain', b'3'), field(b'4')]),
    ('an empty field', '4.3', form(part(b'')), [field(b'')]),
    ('no file chosen', 'HTML 4.10.22.8',
     form(part(b'', b'Content-Disposition: form-data; name="f"; filename=""\r\nContent-Type: application/octet-stream\r\n')),
     [('f', '', 'application/octet-stream', b'')]),
    ('no parts', 'RFC 2046 5.1.1', b'--B--\r\n', []),
    ('no line end at the end', 'RFC 2046 5.1.1', form(part(b'1'))[:-2], [field()]),
    ('half a line end at the end', 'RFC 2046 5.1.1', form(part(b'1'))[:-1], 400),
    ('preamble', 'RFC 2046 5.1.1', b'Dear --B\n--B\r\nsir,\r\n' + form(part(b'1')), [field()]),
    ('an empty line before', 'RFC 2046 5.1.1', b'\r\n' + form(part(b'1')), [field()]),
    ('epilogue', 'RFC 2046 5.1.1', form(part(b'1')) + b'Yours\r\n--B\r\n--B--\r\n', [field()]),
    ('padding', 'RFC 2046 5.1.1', b'--B \t\r\n' + FIELD + b'\r\n1\r\n--B-- \r\n', [field()]),
    ('padding at the end', 'RFC 2046 5.1.1', b'--B\r\n' + FIELD + b'\r\n1\r\n--B-- \t', [field()]),
    ('long padding', 'RFC 2046 5.1.1',
     b'--B' + b' ' * 126 + b'\r\n' + FIELD + b'\r\n1\r\n--B--' + b'\t' * 124 + b'\r\n', [field()]),
    ('headers alone', 'RFC 2046 5.1.1', b'--B\r\n' + FIELD + b'\r\n--B\r\n' + FIELD + b'\r\n2\r\n--B--', [field(b''), field(b'2')]),
    ('headers alone, at the end', 'RFC 2046 5.1.1', b'--B\r\n' + FIELD + b'\r\n--B--', [field(b'')]),
]
# What is data, though it looks like a delimiter: RFC 2046 5.1.1 wants one at the start of a line, and nothing else on it.
STRUCTURE += [('data ' + repr(data), 'RFC 2046 5.1.1', form(part(data), part(b'2')), [field(data), field(b'2')]) for data in (
    b'\r', b'\n', b'\r\n', b'\r\n\r\n', b'\r\r', b'\r\r\n', b'-', b'--', b'\r\n-', b'\r\n--', b'\r\r\n--', b'B', b'--BB', b'x--B',
    b'x--B\r\n', b'x--B--\r\n', b'x\n--B\r\n', b'x\n--B--\r\n', b'x\r--B\r\n', b'x\r\n --B\r\n', b'x\r\n-B\r\n', b'x\r\n---B\r\n',
    b'x\r\n--b\r\n', b'x\r\n--BB\r\n', b'x\r\n--B1', b'x\r\n--B-\r\n', b'x\r\n--B---\r\n', b'x\r\n--B--x\r\n', b'x\r\n--B- -\r\n',
    b'x\r\n--B --\r\n', b'x\r\n--B -\r\n', b'x\r\n--B\n', b'x\r\n--B\r', b'x\r\n--B\rx', b'x\r\n--B--\r', b'x\r\n--B--\rx',
    b'x\r\n--B\r\r\n', b'x\r\n--B--\n', b'x\r\n--B\x0b\r\n', b'x\r\n--B' + b' ' * 127, b'x\r\n--B' + b' ' * 200 + b'\r\n',
    b'\r\n--\r\n--\r\n--', b'\r\n-\r\n--\r\n-', bytes(range(256)))]
STRUCTURE += [
    ('nothing', 'RFC 2046 5.1.1', b'', 400),
    ('no delimiter', 'RFC 2046 5.1.1', b'hello', 400),
    ('another boundary', 'RFC 2046 5.1.1', form(part(b'1')).replace(b'B', b'C'), 400),
    ('a boundary within lines', 'RFC 2046 5.1.1', b'x--B\r\n' + FIELD + b'\r\n1\r\nx--B--\r\n', 400),
    ('only LF', 'RFC 2046 5.1.1', form(part(b'1')).replace(b'\r', b''), 400),
    ('only CR', 'RFC 2046 5.1.1', form(part(b'1')).replace(b'\n', b''), 400),
    ('no end', 'RFC 2046 5.1.1', form(part(b'1'), part(b''))[:-6], 400),
    ('no end of a file', 'RFC 2046 5.1.1', b'--B\r\n' + FILE + b'\r\nhello', 400),
    ('no end of the headers', 'RFC 2046 5.1.1', b'--B\r\n' + FIELD + b'1\r\n--B--', 400),
    ('no headers', '4.2', form(part(b'1', b'')), 400),
]
STRUCTURE += [('cut off after %d bytes' % length, 'RFC 2046 5.1.1', form(part(b'1'), part(b'2', FILE))[:length], 400)
              for length in range(len(form(part(b'1'), part(b'2', FILE))) - 2)]


def disposition(parameters):
    """Return a form of one part."""
    return form(part(b'1', b'Content-Disposition: ' + parameters + b'\r\n'))


HEADERS = [('name ' + repr(text), section, disposition(b'form-data; ' + text), [(name, filename, None, b'1')])
           for text, section, name, filename in (
    (b'name="a"', '4.2', 'a', None),
    (b'name=""', '4.2', '', None),
    (b'name=a', '4.2', 'a', None),
    (b'name = a', '4.2', 'a', None),
    (b'name= "a" ;', '4.2', 'a', None),
    (b';; name="a";;', '4.2', 'a', None),
    (b'NAME="a"', '4.2', 'a', None),
    (b'x=y; name="a"; z="name=b"', '4.2', 'a', None),
    (b'filename="name=b"; name="a"', '4.2', 'a', 'name=b'),
    (b'filename="; name=b"; name="a"', '4.2', 'a', '; name=b'),
    (b'name="a;b"', '4.2', 'a;b', None),
    (b'name="a=b"', '4.2', 'a=b', None),
    (b'name=" a "', '4.2', ' a ', None),
    (b'name="a, b"', '4.2', 'a, b', None),
    (b'name="a\tb"', '4.2', 'a\tb', None),
    (b'name=a b', '4.2', 'a b', None),
    (b'name="\xc3\xa9\xe2\x82\xac"', '5.1', 'é€', None),
    (b'name="a[]"', '4.2', 'a[]', None),
    (b'name="a"; filename="x y.txt"', '4.2', 'a', 'x y.txt'),
    (b'name="a"; filename=x.txt', '4.2', 'a', 'x.txt'),
    (b'name="a"; filename="\xf0\x9f\x98\x80.png"', '5.1', 'a', '\U0001f600.png'),
    (b'name="a"; filename="a;b\'c.txt"', '4.2', 'a', "a;b'c.txt"),
    (b'name="a"; filename="/etc/passwd"', '4.2', 'a', '/etc/passwd'),
    # Escapes: what browsers write, what others do, and what both leave alone.
    (b'name="a%22b%0D%0Ac%25"', 'HTML 4.10.22.8', 'a"b\r\nc%25', None),
    (b'name="100%"', 'HTML 4.10.22.8', '100%', None),
    (b'name="a"; filename="%22.txt"', 'HTML 4.10.22.8', 'a', '".txt'),
    (b'name="a\\"b"', 'RFC 9110 5.6.4', 'a"b', None),
    (b'name="a"; filename="\\"; x=\\""', 'RFC 9110 5.6.4', 'a', '"; x="'),
    (b'name="a\\\\"; filename="b"', 'RFC 9110 5.6.4', 'a\\', 'b'),
    (b'name="a\\\\\\"b"', 'RFC 9110 5.6.4', 'a\\"b', None),
    (b'name="a"; filename="C:\\dir\\x.txt"', '4.2', 'a', 'C:\\dir\\x.txt'),
    # Extended values.
    (b"name=\"a\"; filename*=UTF-8''%E2%82%AC+%20.txt", 'RFC 8187 3.2', 'a', '€+ .txt'),
    (b"name=\"a\"; filename*=utf-8'en'x.txt", 'RFC 8187 3.2', 'a', 'x.txt'),
    (b"name=\"a\"; filename=\"e.txt\"; filename*=UTF-8''%C3%A9.txt", 'RFC 6266 4.3', 'a', 'é.txt'),
    (b"name=\"a\"; filename*=UTF-8''%C3%A9.txt; filename=\"e.txt\"", 'RFC 6266 4.3', 'a', 'é.txt'),
    (b"name=\"a\"; filename=\"e.txt\"; filename*=iso-8859-1''%E9.txt", 'RFC 6266 4.3', 'a', 'e.txt'),
    (b"name=\"a\"; filename*=iso-8859-1''x.txt", 'RFC 8187 3.2', 'a', 'x.txt'),
    (b"name*=UTF-8''%C3%A9", 'RFC 8187 3.2', 'é', None),
)]
HEADERS += [('disposition ' + repr(text), '4.2', disposition(text), 400) for text in (
    b'', b'form-data', b'form-data;', b'form-data; filename="x"', b'attachment; name="a"', b'name="a"', b'; name="a"',
    b'form-data; name', b'form-data; name="a', b'form-data; name="', b'form-data; name="a"b', b'form-data; name="a" b',
    b'form-data; name="a" x="b"', b'form-data; name="a"; name="b"', b'form-data; name="a"; NAME="b"', b'form-data; name="a"; x',
    b'form-data; name="a\\"', b'form-data; name="\xe9"', b'form-data; name="a\x00"', b'form-data; name="a\x7f"',
    b'form-data; name="a"; filename="\xff"', b'form-data; name="a\nb"', b'form-data; name="a\rb"',
    b"form-data; name=\"a\"; filename*=UTF-8''%E9", b"form-data; name=\"a\"; filename*=UTF-8''%zz",
    b"form-data; name=\"a\"; filename*=iso-8859-1''%E9",
    # RFC 8187 3.2: what is no extended value.
    b'form-data; name="a"; filename*=x.txt', b'form-data; name="a"; filename*=', b'form-data; name="a"; filename*="x.txt"',
    b"form-data; name=\"a\"; filename*=UTF-8'x.txt", b"form-data; name=\"a\"; filename*=''x.txt",
    b"form-data; name=\"a\"; filename*=UTF-8''a'b", b"form-data; name=\"a\"; filename*=UTF-8''a b",
    b"form-data; name=\"a\"; filename*=UTF-8''a*b", b"form-data; name=\"a\"; filename*=UTF-8''a/b",
    b"form-data; name=\"a\"; filename*=UTF-8'e n'a", b"form-data; name=\"a\"; filename*=UTF-8''%",
    b"form-data; name=\"a\"; filename*=UTF-8''%%", b"form-data; name=\"a\"; filename*=UTF-8''a%4",
    b"form-data; name=\"a\"; filename*=UTF-8''\xc3\xa9", b"form-data; name=\"a\"; filename=\"b\"; filename*=c",
    b"form-data; name=\"a\"; filename=\"b\"; filename*=iso-8859-1'c", b'form-data; name*=a')]
HEADERS += [('headers ' + repr(headers), section, form(part(b'1', headers)), told) for headers, section, told in (
    (b'CONTENT-DISPOSITION:FORM-DATA;name=a\r\n', '4.2', [field()]),
    (b'content-disposition: form-data; name=a\r\ncontent-type: text/plain; charset=utf-8\r\n', '4.4',
     [('a', None, 'text/plain; charset=utf-8', b'1')]),
    (FIELD + b'Content-Type:\r\n', '4.4', [field()]),
    (b'Content-Type: a/b\r\n' + FIELD, '4.4', [('a', None, 'a/b', b'1')]),
    (FIELD + b'Content-Length: 7\r\nX-Custom: %*\\"\r\n', '4.8', [field()]),
    (FIELD + b'Content-Transfer-Encoding: 8bit\r\n', '4.7', [field()]),
    (FIELD + b'Content-Type: a/b\r\nContent-Transfer-Encoding: Binary\r\n', '4.7', [('a', None, 'a/b', b'1')]),
    (FIELD + b'Content-Transfer-Encoding: base64\r\n', '4.7', 400),
    (FIELD + b'Content-Type: a/b\r\nContent-Transfer-Encoding: quoted-printable\r\n', '4.7', 400),
    (b'Content-Disposition: form-data;\r\n name="a";\r\n\tfilename="x"\r\n', 'RFC 5322 2.2.3', [('a', 'x', None, b'1')]),
    (b' ' + FIELD, 'RFC 5322 2.2.3', 400),
    (FIELD + FIELD, '4.2', 400),
    (FIELD + b'Content-Type: a/b\r\nContent-Type: a/c\r\n', '4.4', 400),
    (FIELD + b'no colon\r\n', '4.8', 400),
    (b'Content-Disposition : form-data; name="a"\r\n', '4.2', 400),
    (b'Content-Type: text/plain\r\n', '4.2', 400),
    (FIELD.replace(b'\r', b''), '4.2', 400),
)]

# The boundary B, and limits: three parts, two headers of 50 bytes.
LIMITS = [
    ('three parts', '', form(part(b'1'), part(b'2'), part(b'3')), [field(), field(b'2'), field(b'3')]),
    ('four parts', '', form(part(b'1'), part(b'2'), part(b'3'), part(b'4')), 413),
    ('two headers', '', form(part(b'1', FIELD + b'x: y\r\n')), [field()]),
    ('three headers', '', form(part(b'1', FIELD + b'x: y\r\nz: y\r\n')), 413),
    ('a header of 50 bytes', '', form(part(b'1', FIELD + b'x: ' + b'y' * 47 + b'\r\n')), [field()]),
    ('a header of 51 bytes', '', form(part(b'1', FIELD + b'x: ' + b'y' * 48 + b'\r\n')), 413),
    ('a header that does not end', '', b'--B\r\nx: ' + b'y' * 100, 413),
    ('headers that do not end', '', b'--B\r\n' + b'x: y\r\n' * 20, 413),
]

# Content-Type: (section, value, boundary), None for another type, or a status code.
TYPES = [
    ('4.1', 'multipart/form-data; boundary=B', b'B'),
    ('4.1', 'multipart/form-data;boundary=B', b'B'),
    ('4.1', 'Multipart/Form-Data; Boundary=B', b'B'),
    ('4.1', ' multipart/form-data ; boundary = B ; ', b'B'),
    ('4.1', 'multipart/form-data; boundary="B"', b'B'),
    ('4.1', 'multipart/form-data; charset=utf-8; boundary=B', b'B'),
    ('4.1', 'multipart/form-data; boundary=B; charset=utf-8', b'B'),
    ('4.1', 'multipart/form-data; x="; boundary=C"; boundary="B"; y', 400),
    ('4.1', 'multipart/form-data; x="; boundary=C"; boundary="B"; y=z', b'B'),
    ('RFC 2046 5.1.1', 'multipart/form-data; boundary="a b:c=d?\'()+_,-./"', b"a b:c=d?'()+_,-./"),
    ('RFC 2046 5.1.1', 'multipart/form-data; boundary="a\\"b"', b'a"b'),
    ('RFC 2046 5.1.1', 'multipart/form-data; boundary=' + 'B' * 70, b'B' * 70),
    ('RFC 2046 5.1.1', 'multipart/form-data; boundary=' + 'B' * 71, 400),
    ('RFC 2046 5.1.1', 'multipart/form-data; boundary=', 400),
    ('RFC 2046 5.1.1', 'multipart/form-data; boundary=""', 400),
    ('4.1', 'multipart/form-data', 400),
    ('4.1', 'multipart/form-data; boundary', 400),
    ('4.1', 'multipart/form-data; boundary=B; boundary=C', 400),
    ('4.1', 'multipart/form-data; boundary="B', 400),
    ('4.1', 'multipart/mixed; boundary=B', None),
    ('4.1', 'multipart/form-data-x; boundary=B', None),
    ('4.1', 'application/x-www-form-urlencoded', None),
    ('4.1', 'text/plain; x="multipart/form-data"', None),
    ('4.1', '', None),
]

TABLES = [STRUCTURE, HEADERS]
