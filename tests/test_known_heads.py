# Heads that come again are as those that are made anew.

import itertools

import pytest

from microdot import Response
from microdot.server import fields, framing, known_heads

HEADERS = (
    {}, {'Cache-Control': 'no-store'}, {'cache-control': 'no-store'}, {'Content-Type': 'text/html', 'X': 'a\u20ac'},
    {'Content-Length': '7'}, {'content-length': '8'}, {'Connection': 'close'}, {'Transfer-Encoding': 'gzip', 'Date': 'never'},
    {'Set-Cookie': ['a=b', 'c=d']}, {'X': 1}, {'X': True}, {'X': '1'}, {'Upgrade': 'h2c'},
)


def responses():
    for status, headers, reason, is_head, body in itertools.product(
            (200, 204, 304, 404), HEADERS, (None, 'Fine'), (False, True), ('a', {'a': 1})):
        response = Response(body, status, headers, reason)
        response.is_head = is_head
        yield response


@pytest.mark.parametrize('length', [None, 0, 7, 12345])
@pytest.mark.parametrize('keep', [True, False])
@pytest.mark.parametrize('version', ['1.0', '1.1'])
def test_heads_are_the_same(version, keep, length, monkeypatch):
    for room in (fields, known_heads):  # whatever second it is
        monkeypatch.setattr(room, 'date', lambda: 'Mon, 23 Nov 2026 05:00:00 GMT')
    for other in (3, length, length and length + 1):
        for response in responses():
            expected = fields.frame(version, keep, response, other)
            assert known_heads.frame(version, keep, response, other) == expected, vars(response)


def test_a_head_is_made_once_a_second(monkeypatch):
    made = []
    monkeypatch.setattr(fields, 'frame', lambda *arguments: made.append(arguments) or (b'HTTP/1.1 200 OK\r\n\r\n', 1, True))
    dates = ['Mon, 23 Nov 2026 05:00:00 GMT']
    monkeypatch.setattr(known_heads, 'date', lambda: dates[-1])
    for _ in range(3):
        known_heads.frame('1.1', True, Response('a', headers={'A': 'b'}), 1)
    assert len(made) == 1
    dates.append('Mon, 23 Nov 2026 05:00:01 GMT')
    known_heads.frame('1.1', True, Response('a', headers={'A': 'b'}), 1)
    assert len(made) == 2


def test_the_default_type_may_change(monkeypatch):
    response = Response('a', headers={'A': 'b'})
    assert b'text/plain' in known_heads.frame('1.1', True, response, 1)[0]
    monkeypatch.setattr(Response, 'default_content_type', 'text/html')
    assert b'text/html' in known_heads.frame('1.1', True, response, 1)[0]


def test_they_do_not_grow():
    for i in range(1000):
        known_heads.frame('1.1', True, Response('a', headers={'A': str(i)}), 1)
    assert 0 < len(known_heads._known) <= 256
    assert framing.date()
