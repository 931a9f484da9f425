# What is true of any bytes that a client sends: they are parsed, or refused with an HTTPException; in pieces they are what
# they are at once; and what is parsed, written and parsed again is the same. Each property is a function that fails where
# it is not so; hypothesis, a fuzzer and the rows' mutations look for bytes where that is. CPython only.

import itertools
import random
import re
import zlib

import forms
from rows import Limits, facts, feed_chunks, feed_heads, in_bytes
from tools import changed

from microdot.core.errors import HTTPException
from microdot.core.request import Request
from microdot.wire import http11
from microdot.wire.bodies import LAST_CHUNK, chunk
from microdot.wire.formdata import parse_part


def cut(data):
    """Cut bytes at a few places, which are the same for the same bytes."""
    choose = random.Random(zlib.crc32(data))
    places = sorted({0, len(data), *(choose.randrange(len(data) + 1) for _ in range(choose.randrange(5)))})
    return [data[start:end] for start, end in itertools.pairwise(places)]


# Heads.

def check_outcome_of_head(data, limits=Limits):
    """A head is parsed as what the standard allows, refused with one of four status codes, or incomplete."""
    try:
        head = http11.parse_head(data, 0, limits)
    except HTTPException as exc:
        assert exc.status_code in (400, 414, 431, 505)
        return
    if isinstance(head, int):
        assert 0 <= head <= len(data)
        return
    method, url, version, block, end = head
    assert method
    assert url[:1] == '/' or (method, url) == ('OPTIONS', '*') or method == 'CONNECT'
    assert version in ('1.0', '1.1')
    assert block[:1] in (b'\r', b'\n')
    assert block[-1:] == b'\n'
    assert end <= len(data)
    assert data[:end].count(b'\n') <= limits.max_headers + 3  # request line, empty line, and one before
    try:
        facts(head)
    except HTTPException as exc:
        assert exc.status_code in (400, 413, 501)


def check_pieces_of_heads(data, pieces, limits=Limits):
    """What comes of heads does not depend on the pieces they come in."""
    outcomes = feed_heads([data], limits)
    assert feed_heads(in_bytes(data), limits) == outcomes
    assert feed_heads(pieces, limits) == outcomes


def check_head_again(data):
    """A head that is parsed and written is parsed as the same."""
    outcome = feed_heads([data])[:1]
    if outcome and isinstance(outcome[0], tuple):
        method, url, version, fields, *_ = outcome[0]
        lines = [f'{method} {url} HTTP/{version}', *(f'{name}: {value}' for name, value in fields), '', '']
        assert feed_heads(['\r\n'.join(lines).encode()], Roomy) == outcome


class Roomy:
    """Limits for heads that are written again, in which a Latin-1 letter has two octets."""

    max_readline = 2 * Limits.max_readline
    max_head_length = 2 * Limits.max_head_length
    max_headers = Limits.max_headers


def check_both_ways(data, limits=Request):
    """The regular expression and the rule tell the same of a head, whatever header block is known."""
    with changed(http11, _parse_valid=None):
        rule = _parse(data, limits)
    lines = re.search(rb'\r\n([^\r\n]+\r\n)*', data)
    for block in (b'\r\n', b'\r\nHost: a\r\n', lines.group() if lines else b'\r\n'):
        head = _parse(b'GET / HTTP/1.1' + block + b'\r\n', Request)
        known = head[3] if isinstance(head, tuple) and head[0] == 'GET' else b''
        assert _parse(data, limits, known) == rule


def _parse(data, limits, known=b''):
    try:
        return http11.parse_head(data, 0, limits, 0, known)
    except HTTPException as exc:
        return exc.status_code, exc.reason


# Bodies in chunks.

def check_pieces_of_chunks(data, pieces):
    """A body is decoded, refused with one of two status codes, or incomplete, in whatever pieces it comes."""
    outcome = feed_chunks([data])
    assert outcome in (400, 431) or outcome[1] in (True, False)
    assert feed_chunks(in_bytes(data)) == outcome
    assert feed_chunks(pieces) == outcome


def check_chunks_again(data):
    """A body that is decoded and written is decoded as the same."""
    outcome = feed_chunks([data])
    if isinstance(outcome, tuple) and outcome[1]:
        written = (chunk(outcome[0]) if outcome[0] else b'') + LAST_CHUNK
        assert feed_chunks([written + outcome[2]]) == outcome


# Forms with files.

def check_form(data, pieces, boundary=b'B', most=-1):
    """A form is split as the grammar says, or refused with one of two status codes, in whatever pieces it comes.

    :param most: bytes of data to ask for at once.
    """
    expected = split_form(data, boundary)
    assert expected in (400, 413) or isinstance(expected, list)
    assert forms.feed_form([data], boundary, most=most) == expected
    assert forms.feed_form(in_bytes(data), boundary, most=most) == expected
    assert forms.feed_form(pieces, boundary, most=most) == expected


def split_form(data, boundary, limits=forms.Limits):
    """Split a form as RFC 2046 section 5.1.1 defines it, with all of it at hand; a status code if it is none."""
    text = b'\r\n' + data + b'\r\n'
    # Padding is bounded: what the line of a delimiter has after it, and the end of that, is 128 bytes at most.
    delimiter = re.compile(rb'\r\n--' + re.escape(boundary) + rb'(--(?=[ \t]{0,124}\r\n))?[ \t]{0,126}(?=\r\n)')
    parts = []
    found = delimiter.search(text)
    while found and not found[1]:
        if len(parts) == limits.max_parts:
            return 413
        end = text.find(b'\r\n\r\n', found.end())
        most = limits.max_headers * limits.max_readline
        if (end if end >= 0 else len(text) - 2) - found.end() > most:
            return 413
        if end < 0 or end + 4 > len(text) - 2:
            return 400
        try:
            part = parse_part(text[found.end():end + 2], limits)
        except HTTPException as refusal:
            return refusal.status_code
        found = delimiter.search(text, end + 2)
        if found:
            parts.append((*part, text[end + 4:max(found.start(), end + 4)]))
    return parts if found else 400
