# What hypothesis makes of the wire's alphabet: bytes that are nearly heads, and bodies cut into chunks.

import itertools

from hypothesis import HealthCheck, settings, strategies as st

# The same examples in every run, whatever the machine's speed.
SETTINGS = settings(derandomize=True, database=None, deadline=None, max_examples=200,
                    suppress_health_check=[HealthCheck.too_slow])


def _one_of(text):
    # One of the words of a text, in which a space within a word is written as an underscore.
    return st.sampled_from([word.replace('_', ' ').encode('latin-1') for word in text.split()])


# What a head is made of, and what breaks it.
_GARBLED = st.lists(st.one_of(
    _one_of('GET POST CONNECT OPTIONS PRI get / /a?b=c * a:80 http://a/b http://'),
    _one_of('HTTP/1.1 HTTP/1.0 HTTP/1.2 HTTP/2.0 HTTP/1. : :_ _ __ , ; " @ [ ] # \x00 \x7f \x80 \xff'),
    _one_of('Host:_a Host: Content-Length:_5 Transfer-Encoding:_chunked Connection:_close Cookie:_a=b a:_b'),
    st.sampled_from([b'\r\n', b'\n', b'\r', b'\r\n\r\n', b'\n\n', b'\t', b'\x0b', b'x' * 30]),
), max_size=24).map(b''.join)

_METHOD = _one_of('GET HEAD POST M-SEARCH X get A1 CONNECT OPTIONS G(T') | st.just(b'')
_TARGET = _one_of('/ /a?b // * a:80 http://a/b?c https://u@a:1?x /\x80 /_ a')
_VERSION = _one_of('HTTP/1.1 HTTP/1.1 HTTP/1.0 HTTP/1.3 HTTP/2.0 HTTP/1 http/1.1')
_NAME = _one_of('Host a B-c Content-Length Transfer-Encoding Connection Cookie a_ _a a(b') | st.just(b'')
_VALUE = _one_of('a 5 chunked close keep-alive a=b _') | st.binary(max_size=6)
_END = st.sampled_from([b'\r\n', b'\r\n', b'\r\n', b'\n', b'\r', b'\r\r\n', b'\r\n '])


@st.composite
def _lines(draw):
    # A head, nearly always with one kind of line ends.
    end = draw(_END)
    lines = [b' '.join([draw(_METHOD), draw(_TARGET), draw(_VERSION)])]
    lines += [name + b':' + value for name, value in draw(st.lists(st.tuples(_NAME, _VALUE), max_size=6))]
    ends = [end] * len(lines)
    if draw(st.integers(0, 9)) == 0:
        ends[draw(st.integers(0, len(ends) - 1))] = draw(_END)
    ends[-1] += draw(st.sampled_from([end, end, end, b'\n', b'\r\n']))
    return b''.join([line + end for line, end in zip(lines, ends, strict=True)])


HEADS = st.one_of(_lines(), _lines(), _GARBLED, st.binary(max_size=60))


@st.composite
def cut(draw, data):
    """Cut bytes into pieces, at places hypothesis chooses."""
    places = sorted(draw(st.sets(st.integers(0, len(data)), max_size=8)) | {0, len(data)})
    return [data[start:end] for start, end in itertools.pairwise(places)]


# A valid head's parts: method, target, version and headers.
_VISIBLE = [chr(code) for code in range(33, 127)]
_TOKEN = st.text("!#$%&'*+-.^_`|~0129azAZ", min_size=1, max_size=8)
_WORDS = st.lists(st.text([*_VISIBLE, '\xe9', '\u20ac'], min_size=1, max_size=6), max_size=3).map(' '.join)
_FRAMING = {'host', 'content-length', 'transfer-encoding', 'connection'}
_FIELD = st.tuples(_TOKEN.filter(lambda name: name.lower() not in _FRAMING), _WORDS)

PARTS = st.tuples(_TOKEN, st.text(_VISIBLE, max_size=12).map('/{}'.format), st.sampled_from(['1.0', '1.1']),
                  st.lists(_FIELD, max_size=6))

# How one chunk is written: its data, leading zeros, whether in upper case, and extensions.
CHUNK = st.tuples(st.binary(min_size=1, max_size=40), st.integers(0, 3), st.booleans(),
                  st.sampled_from([b'', b';a', b';a=b', b'; a="b\\"c;d"']))
TRAILERS = st.lists(st.sampled_from([b'a: b', b'Vary:*', b'x:']), max_size=3)

# What bodies in chunks are made of, and what breaks them.
CHUNKS = st.lists(st.one_of(
    _one_of('5 0 a hello ; a=b " \\ a:_b Host: _ - g \xff'),
    st.sampled_from([b'\r\n', b'\r\n', b'\r', b'\n', b'\x00']),
), max_size=16).map(b''.join)
