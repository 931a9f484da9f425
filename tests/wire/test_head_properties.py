# What is true of any head: how parsing can end, that pieces do not matter, that what is written is read as it was
# meant, and that the work is linear in its length.

import pytest
from head_rows import Tight
from hypothesis import given, settings, strategies as st
from properties import check_head_again, check_outcome_of_head, check_pieces_of_heads
from rows import Limits
from strategies import HEADS, PARTS, SETTINGS, cut
from tools import changed

from microdot.core.errors import HTTPException
from microdot.core.request import Request
from microdot.wire import http11
from microdot.wire.fields import headers

LIMITS = st.sampled_from([Limits, Tight])


@pytest.fixture(params=['fast', 'rule'], autouse=True)
def path(request):
    """Parse by the regular expression where it accepts, and by the rule alone."""
    with changed(http11, _parse_valid=http11._parse_valid if request.param == 'fast' else None):
        yield


@settings(SETTINGS, max_examples=400)
@given(HEADS, LIMITS)
def test_a_head_is_parsed_or_refused_or_incomplete(data, limits):
    check_outcome_of_head(data, limits)


@settings(SETTINGS, max_examples=400)
@given(HEADS, HEADS, LIMITS, st.data())
def test_pieces_of_heads_do_not_matter(data, behind, limits, choices):
    data += behind
    check_pieces_of_heads(data, choices.draw(cut(data)), limits)


@SETTINGS
@given(PARTS, st.sampled_from([b'\r\n', b'\n']))
def test_what_is_written_is_parsed(parts, newline):
    method, target, version, fields = parts
    fields = [('Host', 'a'), *fields]
    lines = [f'{method} {target} HTTP/{version}', *(f'{name}: {value}' for name, value in fields), '', '']
    head = http11.parse_head(newline.join(line.encode() for line in lines), 0, Request)
    assert head[:3] == (method, target, version)
    assert list(headers(head[3])) == fields


@SETTINGS
@given(HEADS)
def test_what_is_parsed_is_parsed_again(data):
    check_head_again(data)


# Work, counted in bytes that are looked at.

class CountedBytes(bytearray):
    """A buffer that counts the bytes that are searched and copied."""

    touched = 0

    def find(self, what, start=0, end=None):
        found = super().find(what, start, len(self) if end is None else end)
        self.touched += (min(len(self), len(self) if end is None else end) if found < 0 else found + len(what)) - start
        return found

    def __getitem__(self, key):
        part = super().__getitem__(key)
        self.touched += len(part) if isinstance(key, slice) else 1
        return part


class Generous:
    """Limits that let long heads through."""

    max_readline = 1 << 20
    max_head_length = 1 << 20
    max_headers = 1 << 20


def work(data, size, limits):
    """Return how many bytes are looked at while a head comes in pieces of a size, and how often it was looked for."""
    buffer = CountedBytes()
    searched = calls = 0
    for start in range(0, len(data), size):
        buffer += data[start:start + size]
        calls += 1
        try:
            searched = http11.parse_head(buffer, 0, limits, searched)
        except HTTPException:
            break
        if isinstance(searched, tuple):
            break
    return buffer.touched, calls


LONG_HEADS = {
    'a long line': b'GET /' + b'a' * 20_000 + b' HTTP/1.1\r\nHost: a\r\n\r\n',
    'many headers': b'GET / HTTP/1.1\r\nHost: a\r\n' + b'a: b\r\n' * 3_000 + b'\r\n',
    'many empty values': b'GET / HTTP/1.1\r\nHost: a\r\n' + b'a:\r\n' * 5_000 + b'\r\n',
    'never ended': b'GET / HTTP/1.1\r\n' + b'a: b\r\n' * 3_000,
    'line ends that nearly end it': b'GET / HTTP/1.1\r\n' + b'a\n\r' * 6_000,
    'CR': b'\r' * 20_000,
}


@pytest.mark.parametrize('limits', [Generous, Request, Limits])
@pytest.mark.parametrize('name', LONG_HEADS)
@pytest.mark.parametrize('size', [1, 7, 1000, 1 << 20])
def test_the_work_for_a_head_is_linear(name, size, limits):
    touched, calls = work(LONG_HEADS[name], size, limits)
    # All is searched for two kinds of ends and copied for the rule and the limits; each piece costs a few bytes more.
    assert touched <= 6 * len(LONG_HEADS[name]) + 16 * calls
