# The regular expression that makes heads fast on CPython tells what the rule tells, which MicroPython has alone.

import head_rows
import pytest
import test_framing_rows
import test_head_rows
from hypothesis import example, given, settings
from properties import check_both_ways
from strategies import HEADS, SETTINGS
from tools import changed

from microdot.core.request import Request
from microdot.wire import http11

ROWS = [row for table in head_rows.TABLES for row in table]


def test_there_is_a_fast_path():
    known = http11._parse_valid(head_rows.BROWSER, 0, Request, 0, b'')[3]
    assert http11._parse_valid(b'x' + head_rows.BROWSER, 1, Request, 1, known)[3] is known


@pytest.mark.parametrize('test', [test_head_rows.test_heads, test_head_rows.test_limits, test_framing_rows.test_lengths,
                                  test_framing_rows.test_keep_alive])
def test_rows_by_the_rule_alone(test):
    with changed(http11, _parse_valid=None):
        test()


def test_rows_give_the_same_head():
    for _, _, data, _ in ROWS:
        check_both_ways(data)
    for _, _, data, _ in head_rows.LIMITS:
        check_both_ways(data, head_rows.Tight)


@settings(SETTINGS, max_examples=400)
@given(HEADS)
@example(b'GET / HTTP/1.1\r\n\r\n')
def test_any_head_gives_the_same(data):
    check_both_ways(data)
    check_both_ways(data, head_rows.Tight)


@pytest.mark.parametrize('place', ['method', 'target', 'version', 'name', 'value', 'start', 'end'])
def test_any_octet_at_any_place_gives_the_same(place):
    head = {
        'method': b'G%sET /a HTTP/1.1\r\nHost: a\r\n\r\n', 'target': b'GET /%sa HTTP/1.1\r\nHost: a\r\n\r\n',
        'version': b'GET /a HTTP/1.%s\r\nHost: a\r\n\r\n', 'name': b'GET /a HTTP/1.1\r\nH%sost: a\r\n\r\n',
        'value': b'GET /a HTTP/1.1\r\nHost: a%sb\r\n\r\n', 'start': b'%sGET /a HTTP/1.1\r\nHost: a\r\n\r\n',
        'end': b'GET /a HTTP/1.1\r\nHost: a\r\n%s\r\n'}[place]
    for octet in range(256):
        check_both_ways(head % bytes([octet]))
        check_both_ways(head % bytes([octet, octet]))
