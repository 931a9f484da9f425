# Cookies that a response sets and deletes.

from tools import captured_log, only, raises

from microdot import Response


def cookie(*args, **kwargs):
    response = Response()
    response.set_cookie(*args, **kwargs)
    return response.headers['Set-Cookie']


def test_a_cookie():
    assert cookie('foo', 'bar') == ['foo=bar']


def test_the_header_is_a_list():
    response = Response()
    response.set_cookie('a', '1')
    response.set_cookie('b', '2')
    response.set_cookie('a', '3')
    assert response.headers['Set-Cookie'] == ['a=1', 'b=2', 'a=3']
    assert response.headers['set-cookie'] == ['a=1', 'b=2', 'a=3']
    assert len(response.headers) == 1


def test_every_attribute():
    assert cookie('foo', 'bar', path='/p') == ['foo=bar; Path=/p']
    assert cookie('foo', 'bar', domain='example.com') == ['foo=bar; Domain=example.com']
    assert cookie('foo', 'bar', expires='Tue, 05 Nov 2019 02:23:54 GMT') == [
        'foo=bar; Expires=Tue, 05 Nov 2019 02:23:54 GMT']
    assert cookie('foo', 'bar', max_age=123) == ['foo=bar; Max-Age=123']
    assert cookie('foo', 'bar', secure=True) == ['foo=bar; Secure']
    assert cookie('foo', 'bar', http_only=True) == ['foo=bar; HttpOnly']
    assert cookie('foo', 'bar', partitioned=True) == ['foo=bar; Partitioned']
    for same_site in ('Strict', 'Lax', 'None'):
        assert cookie('foo', 'bar', same_site=same_site) == ['foo=bar; SameSite=' + same_site]


def test_the_order_of_attributes():
    assert cookie('foo', 'bar', same_site='Lax', partitioned=True, http_only=True, secure=True, max_age=123,
                  expires='Tue, 05 Nov 2019 02:23:54 GMT', domain='example.com', path='/p') == [
        'foo=bar; Path=/p; Domain=example.com; Expires=Tue, 05 Nov 2019 02:23:54 GMT; Max-Age=123; Secure; HttpOnly; '
        'Partitioned; SameSite=Lax']


def test_the_order_of_parameters():
    date = 'Tue, 05 Nov 2019 02:23:54 GMT'
    assert cookie('foo', 'bar', '/p', 'example.com', date, 123, True, True, True, 'Strict') == [
        'foo=bar; Path=/p; Domain=example.com; Expires=Tue, 05 Nov 2019 02:23:54 GMT; Max-Age=123; Secure; HttpOnly; '
        'Partitioned; SameSite=Strict']


def test_what_is_empty_is_left_out():
    assert cookie('foo', 'bar', path='', domain='', expires='', same_site='') == ['foo=bar']
    assert cookie('foo', 'bar', path=None, domain=None, expires=None, max_age=None, same_site=None) == ['foo=bar']
    assert cookie('foo', 'bar', secure=False, http_only=False, partitioned=False) == ['foo=bar']


def test_a_max_age_of_zero_is_kept():
    assert cookie('foo', 'bar', max_age=0) == ['foo=bar; Max-Age=0']
    assert cookie('foo', 'bar', max_age=-1) == ['foo=bar; Max-Age=-1']


def test_values():
    assert cookie('foo', '') == ['foo=']
    assert cookie('foo', 'a b="c", d') == ['foo=a b="c", d']
    assert cookie('foo', 12) == ['foo=12']


class Date:
    """What a datetime offers, on a Python without that module."""

    def __init__(self, *fields):
        self.fields = fields

    def timetuple(self):
        return self.fields


def test_expires_from_a_time_tuple():
    assert cookie('foo', 'bar', expires=Date(2019, 11, 5, 2, 23, 54, 1, 309, -1)) == [
        'foo=bar; Expires=Tue, 05 Nov 2019 02:23:54 GMT']
    assert cookie('foo', 'bar', expires=Date(2024, 2, 29, 0, 0, 0, 3, 60, -1)) == [
        'foo=bar; Expires=Thu, 29 Feb 2024 00:00:00 GMT']


@only('cpython', 'MicroPython has no datetime')
def test_expires_from_a_datetime():
    from datetime import datetime, timedelta, timezone

    assert cookie('foo', 'bar', expires=datetime(2019, 11, 5, 2, 23, 54)) == [
        'foo=bar; Expires=Tue, 05 Nov 2019 02:23:54 GMT']
    for month in range(1, 13):
        date = datetime(2031, month, 9)
        assert cookie('foo', 'bar', expires=date) == [date.strftime('foo=bar; Expires=%a, %d %b %Y 00:00:00 GMT')]
    assert cookie('foo', 'bar', expires=datetime(2019, 11, 5, 2, 23, 54, tzinfo=timezone.utc)) == [
        'foo=bar; Expires=Tue, 05 Nov 2019 02:23:54 GMT']
    assert cookie('foo', 'bar', expires=datetime(2019, 11, 5, 2, 23, 54, tzinfo=timezone(timedelta(hours=3)))) == [
        'foo=bar; Expires=Mon, 04 Nov 2019 23:23:54 GMT']


def test_semicolons_are_refused():
    assert raises(ValueError, cookie, 'foo', 'bar; Path=/')
    assert raises(ValueError, cookie, 'foo;', 'bar')
    for name in ('path', 'domain', 'expires', 'same_site'):
        assert raises(ValueError, cookie, 'foo', 'bar', **{name: 'x; Secure'}), name


def test_line_ends_and_control_characters_are_refused():
    for character in ('\r', '\n', '\r\n', '\0', '\x01', '\x1f', '\x7f'):
        text = 'a' + character + 'b'
        assert raises(ValueError, cookie, 'foo', text), repr(text)
        assert raises(ValueError, cookie, text, 'bar'), repr(text)
        for name in ('path', 'domain', 'expires', 'same_site'):
            assert raises(ValueError, cookie, 'foo', 'bar', **{name: text}), name


def test_names_are_tokens():
    for name in ('', 'a b', 'a=b', 'a,b', '"a"', 'a(b)', 'caf\xe9'):
        assert raises(ValueError, cookie, name, 'bar'), name
    assert cookie('__Host-a.b_c!1', 'bar') == ['__Host-a.b_c!1=bar']


def test_nothing_is_added_by_a_refused_cookie():
    response = Response()
    response.set_cookie('a', '1')
    assert raises(ValueError, response.set_cookie, 'b', 'x;y')
    assert response.headers['Set-Cookie'] == ['a=1']
    response = Response()
    assert raises(ValueError, response.set_cookie, 'b', 'x;y')
    assert response.headers == {}


def test_beside_a_cookie_in_the_headers():
    response = Response(headers={'Set-Cookie': 'a=1'})
    response.set_cookie('b', '2')
    assert response.headers['Set-Cookie'] == ['a=1', 'b=2']
    response = Response(headers={'set-cookie': ['a=1', 'b=2']})
    response.set_cookie('c', '3')
    assert response.headers['Set-Cookie'] == ['a=1', 'b=2', 'c=3']


def test_a_list_of_the_callers_is_not_changed():
    cookies = ['a=1']
    response = Response(headers={'Set-Cookie': cookies})
    response.set_cookie('b', '2')
    assert response.headers['Set-Cookie'] == ['a=1', 'b=2']
    assert cookies == ['a=1']


def test_delete():
    response = Response()
    response.delete_cookie('foo')
    assert response.headers['Set-Cookie'] == ['foo=; Expires=Thu, 01 Jan 1970 00:00:01 GMT; Max-Age=0']


def test_delete_with_attributes():
    response = Response()
    response.delete_cookie('foo', path='/p', domain='example.com', secure=True, http_only=True, partitioned=True,
                           same_site='Lax')
    assert response.headers['Set-Cookie'] == [
        'foo=; Path=/p; Domain=example.com; Expires=Thu, 01 Jan 1970 00:00:01 GMT; Max-Age=0; Secure; HttpOnly; '
        'Partitioned; SameSite=Lax']


def test_delete_drops_the_times_it_is_given():
    response = Response()
    response.delete_cookie('foo', expires='Tue, 05 Nov 2019 02:23:54 GMT', max_age=123)
    assert response.headers['Set-Cookie'] == ['foo=; Expires=Thu, 01 Jan 1970 00:00:01 GMT; Max-Age=0']


def test_delete_after_set():
    response = Response()
    response.set_cookie('foo', 'bar')
    response.delete_cookie('foo')
    assert response.headers['Set-Cookie'] == [
        'foo=bar', 'foo=; Expires=Thu, 01 Jan 1970 00:00:01 GMT; Max-Age=0']


def test_a_cookie_that_browsers_may_drop_is_logged():
    with captured_log() as lines:
        assert cookie('foo', 'x' * 4092) == ['foo=' + 'x' * 4092]
        assert lines == []
        assert cookie('foo', 'x' * 4093) == ['foo=' + 'x' * 4093]
        assert len(lines) == 1
    message, exc = lines[0]
    assert 'foo' in message
    assert '4097' in message
    assert exc is None


def test_a_cookie_is_measured_in_bytes():
    with captured_log() as lines:
        cookie('foo', '\u20ac' * 1365)
    assert len(lines) == 1
