# How forms are fed to the wire: whole, byte by byte and cut in two at every place, and read whole or in small pieces.
# This file runs on CPython and on MicroPython: no pytest.

from rows import cuts

from microdot.core.errors import HTTPException
from microdot.wire.formdata import FormData


class Limits:
    """Room for every row; rows about limits have their own."""

    max_boundary = 70
    max_parts = 100
    max_headers = 8
    max_readline = 1024


def feed_form(pieces, boundary=b'B', limits=Limits, most=-1):
    """Return what a form gives: its parts as (name, file name, type, data), or the status code of its refusal.

    :param most: bytes of data to ask for at once.
    """
    form = FormData(boundary, limits)
    pieces = [piece for piece in pieces if piece] + [b''] * 2  # the end may have to be told twice
    pieces.reverse()
    parts = []
    data = []
    try:
        while True:
            while not form.ended:
                piece = form.data(most)
                assert most < 0 or len(piece) <= most
                if piece:
                    data.append(piece)
                elif not form.ended:
                    form.feed(pieces.pop())
            if parts:
                parts[-1] = parts[-1] + (b''.join(data),)
            data = []
            part = form.part()
            while part is None and not form.done:
                form.feed(pieces.pop())
                part = form.part()
            if part is None:
                return parts
            parts.append(part)
    except HTTPException as refusal:
        return refusal.status_code


def check_form(name, data, expected, boundary=b'B', limits=Limits):
    """Feed a form in every way.

    :param expected: its parts, or the status code of the refusal.
    """
    for way, pieces in cuts(data):
        for most in (-1, 3):
            told = feed_form(pieces, boundary, limits, most)
            assert told == expected, (name, way, most, told, expected)
