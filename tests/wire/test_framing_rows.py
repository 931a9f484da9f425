# Length, coding and the end of a connection as a head tells them, and the ways to read its headers.

from framing_rows import ALL, BLOCK, FINDS, KEEP, LENGTHS, TEXTS
from rows import check_head

from microdot.wire.fields import headers, text
from microdot.wire.http11 import find_header


def test_lengths():
    for name, _, head, expected in LENGTHS:
        check_head(name, head, expected if expected in (400, 413, 501) else (expected,), first=4)


def test_keep_alive():
    for name, _, head, expected in KEEP:
        check_head(name, head, (expected,), first=5)


def test_find_header():
    for name, _, field, expected in FINDS:
        for block in (BLOCK, BLOCK.replace(b'\r\n', b'\n')):
            assert find_header(block, block.lower(), field) == expected, name
            assert find_header(b'\r\n', b'\r\n', field) is None, name


def test_headers():
    for block in (BLOCK, BLOCK.replace(b'\r\n', b'\n')):
        assert list(headers(block)) == ALL
    assert list(headers(b'\r\n')) == list(headers(b'\n')) == []


def test_text():
    for name, _, value, expected in TEXTS:
        assert text(value) == expected, name
