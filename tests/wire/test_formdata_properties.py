# What is true of any form: that it is split as the grammar says, that pieces do not matter, that every form that is
# written is read, and that work and memory are bounded.

import pytest
from forms import Limits, feed_form
from hypothesis import given, settings, strategies as st
from properties import check_form
from strategies import SETTINGS, cut

from microdot.core.errors import HTTPException
from microdot.wire.formdata import FormData, parse_part

BOUNDARIES = st.sampled_from([b'B', b'-', b'--', b'BB', b'\x2d\x2dB--', b'----WebKitFormBoundaryzX9k2LrQpW0aTfUe', b'B' * 70])
MOST = st.sampled_from([-1, 1, 7, 1000])


def fragments(boundary):
    """Return a strategy for what is nearly a form."""
    header = b'Content-Disposition: form-data; name="a"'
    return st.lists(st.one_of(
        st.sampled_from([b'\r\n--' + boundary + b'\r\n' + header + b'\r\n\r\n', b'\r\n--' + boundary + b'--\r\n',
                         b'\r\n--' + boundary, b'--' + boundary, boundary, b'\r\n', b'\r', b'\n', b'--', b'-', b' ', b'\t']),
        st.sampled_from([header + b'\r\n\r\n', header + b'; filename="x"\r\nContent-Type: a/b\r\n\r\n', b'\r\n\r\n']),
        st.binary(max_size=4),
    ), max_size=14).map(b''.join)


@settings(SETTINGS, max_examples=1000)
@given(st.data())
def test_any_bytes_are_split_as_the_grammar_says(choices):
    boundary = choices.draw(BOUNDARIES)
    body = choices.draw(fragments(boundary))
    if choices.draw(st.booleans()):
        body += b'\r\n--' + boundary + b'--'
    check_form(body, choices.draw(cut(body)), boundary, choices.draw(MOST))


# What a client may call a field or a file, but for what it has to escape.
NAMES = st.text(st.characters(codec='utf-8', exclude_categories=['Cc', 'Cs']), max_size=12)
PARTS = st.lists(st.tuples(NAMES, NAMES | st.none(), st.sampled_from([None, 'text/plain', 'a/b; c="d"']),
                           st.binary(max_size=60) | st.lists(st.sampled_from([b'\r\n', b'--', b'B', b'\r', b'-']), max_size=12)
                           .map(b''.join)), max_size=5)


def quoted(name, backslashes):
    """Escape a name as browsers do, or as RFC 9110 section 5.6.4 says."""
    if backslashes:
        return name.replace('\\', '\\\\').replace('"', '\\"')
    return name.replace('"', '%22')


@SETTINGS
@given(PARTS, BOUNDARIES, st.booleans(), MOST, st.data())
def test_every_form_that_is_written_is_read(parts, boundary, backslashes, most, choices):
    body = []
    expected = []
    for name, filename, content_type, data in parts:
        texts = [text for text in (name, filename) if text]
        if any('%' in text or (not backslashes and '\\' in text) for text in texts):
            continue  # it cannot be told from an escape
        if boundary in data:
            continue  # a client chooses another boundary
        headers = f'Content-Disposition: form-data; name="{quoted(name, backslashes)}"'
        if filename is not None:
            headers += f'; filename="{quoted(filename, backslashes)}"'
        if content_type:
            headers += '\r\nContent-Type: ' + content_type
        body.append(b'--%s\r\n%s\r\n\r\n%s\r\n' % (boundary, headers.encode(), data))
        expected.append((name, filename, content_type, data))
    body = b''.join([*body, b'--', boundary, b'--\r\n'])
    assert feed_form([body], boundary, most=most) == expected
    assert feed_form(choices.draw(cut(body)), boundary, most=most) == expected
    if expected:
        assert feed_form([body[:choices.draw(st.integers(0, len(body) - 5))]], boundary) == 400


@settings(SETTINGS, max_examples=500)
@given(st.lists(st.sampled_from(
    ['form-data', ';', ' ', '\t', 'name', '=', '"', '\\', 'filename', '*', "UTF-8''", "'", '%22', '%', '%zz', 'é', 'a', ':',
     '\r\n', '\r\n ', 'Content-Type: ', 'Content-Disposition: form-data; name="b"', '\x00', 'x' * 1025]), max_size=12).map(''.join))
def test_headers_are_parsed_or_refused(text):
    block = ('\r\nContent-Disposition: form-data; ' + text + '\r\n').encode()
    try:
        name, filename, content_type = parse_part(block, Limits)
    except HTTPException as refusal:
        assert refusal.status_code in (400, 413)
    else:
        assert isinstance(name, str)
        assert filename is None or isinstance(filename, str)
        assert content_type is None or isinstance(content_type, str)


class CountedBytes(bytes):
    """Bytes that count how many of them are searched and copied."""

    touched = 0

    def find(self, what, start=0):
        found = super().find(what, start)
        CountedBytes.touched += (len(self) if found < 0 else found + 1) - start
        return found

    def __getitem__(self, key):
        part = super().__getitem__(key)
        CountedBytes.touched += len(part)
        return part


class CountedForm(FormData):
    """A form that counts the work on its buffer."""

    def feed(self, data):
        super().feed(data)
        self.buffer = CountedBytes(self.buffer[self.position:])
        self.position = 0


FIELD = b'--B\r\nContent-Disposition: form-data; name="a"\r\n\r\n'
LONG_FORMS = {
    'data': FIELD + b'x' * 50_000,
    'lines': FIELD + b'\r\n' * 25_000,
    'delimiters that are none': FIELD + b'\r\n--B' + b'-' * 50_000,
    'a delimiter with padding': FIELD + b'\r\n--B' + b' ' * 50_000,
    'many delimiters that are none': FIELD + b'\r\n--B-' * 10_000,
    'a preamble': b'\r\n--' * 12_000,
    'parts': (FIELD + b'\r\n') * 100,
    'headers': FIELD[:5] + b'x: y\r\n' * 8_000,
    'a header': FIELD[:5] + b'x' * 50_000,
}


@pytest.mark.parametrize('name', LONG_FORMS)
@pytest.mark.parametrize('size', [1, 7, 1000, 1 << 20])
def test_work_and_memory_are_bounded(name, size):
    data = LONG_FORMS[name]
    form = CountedForm(b'B', Limits)
    fed = kept = CountedBytes.touched = 0
    try:
        for start in range(0, len(data), size):
            fed += len(data[start:start + size])
            form.feed(data[start:start + size])
            while form.data() or (form.ended and form.part()):
                pass
            kept = max(kept, len(form.buffer) - form.position)
    except HTTPException as refusal:
        assert refusal.status_code == 413
    assert kept <= Limits.max_headers * Limits.max_readline + 4
    # A delimiter's line is looked at again while it may go on, for 128 bytes at most.
    assert CountedBytes.touched <= (30 if name.startswith('many') else 12) * fed + 128 * 128
