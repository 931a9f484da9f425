# Heads of responses and chunks as they are written, and what may not be sent.

from response_rows import CHUNKS, HEADS, NAMES, REASONS, VALUES

from microdot.wire.bodies import chunk
from microdot.wire.fields import check_name, check_text, head_bytes
from microdot.wire.http11 import status_line
from microdot.wire.reasons import reason_phrase


def test_heads():
    for name, _, arguments, expected in HEADS:
        assert head_bytes(*arguments) == expected, name


def test_headers_keep_their_order():
    headers = {'b': '1'}
    headers['a'] = '2'
    written = head_bytes('1.1', 200, None, headers)
    assert sorted(written.split(b'\r\n')) == sorted([b'HTTP/1.1 200 OK', b'b: 1', b'a: 2', b'', b''])
    assert written.startswith(b'HTTP/1.1 200 OK\r\n')
    assert written.endswith(b'\r\n\r\n')


def test_reasons():
    for name, _, status, expected in REASONS:
        assert reason_phrase(status) == expected, name
        assert status_line('1.1', status, None) == 'HTTP/1.1 %d %s' % (status, expected), name


def test_names():
    for name, _, value, sendable in NAMES:
        assert is_accepted(check_name, value) == sendable, name


def test_values():
    for name, _, value, sendable in VALUES:
        assert is_accepted(check_text, 'a', value) == sendable, name


def test_the_name_is_in_the_error():
    for check, arguments in ((check_name, ('bad name',)), (check_text, ('bad name', '\n'))):
        try:
            check(*arguments)
        except ValueError as exc:
            assert 'bad name' in str(exc)


def test_chunks():
    for name, _, data, expected in CHUNKS:
        assert chunk(data) == expected, name


def is_accepted(check, *arguments):
    try:
        check(*arguments)
    except ValueError:
        return False
    return True
