# What the wire's rows say of forms comes of them, however they are fed.

from formdata_rows import HEADERS, LIMITS, STRUCTURE, TYPES, form, part
from forms import Limits, check_form, feed_form
from tools import raises

from microdot.core.errors import HTTPException
from microdot.wire.formdata import FormData, boundary_of


def test_structure():
    for name, _, data, expected in STRUCTURE:
        check_form(name, data, expected)


def test_headers():
    for name, _, data, expected in HEADERS:
        check_form(name, data, expected)


class SmallLimits(Limits):
    max_parts = 3
    max_headers = 2
    max_readline = 50


def test_limits():
    for name, _, data, expected in LIMITS:
        check_form(name, data, expected, limits=SmallLimits)


def test_boundaries():
    for _, content_type, expected in TYPES:
        try:
            boundary = boundary_of(content_type, Limits)
        except HTTPException as refusal:
            boundary = refusal.status_code
        assert boundary == expected, content_type


def test_boundaries_of_every_kind():
    for boundary in (b'-', b'--', b'----', b"a b:c=d?'()+_,-./", b'0' * 70, b'----WebKitFormBoundaryzX9k2LrQp', b'.*', b'[x'):
        data = b'\r\n--' + boundary[:-1] + b'\r\n-' + boundary + b'\r\n--'
        body = form(part(data)).replace(b'\r\n--B', b'\r\n--' + boundary)[len(b'--B'):]
        assert feed_form([b'--', boundary, body], boundary) == [('a', None, None, data)], boundary
        assert feed_form([b'--' + boundary + body], boundary) == [('a', None, None, data)], boundary


def test_what_follows_the_end_is_not_read():
    data = FormData(b'B', Limits)
    data.feed(form(part(b'1')) + b'x' * 1000)
    assert data.data() == b''
    assert data.ended
    assert not data.done
    assert data.part() == ('a', None, None)
    assert data.data() == b'1'
    assert data.ended
    assert data.done
    assert data.part() is None


def test_a_form_that_is_cut_off_is_a_value_error_too():
    data = FormData(b'B', Limits)
    data.feed(form(part(b'1'))[:-10])
    exc = raises(HTTPException, data.feed, b'')
    assert exc.status_code == 400
    assert isinstance(exc, ValueError) or type(exc) is HTTPException  # MicroPython has one base a class
