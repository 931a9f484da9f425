# How rows are fed to the wire: whole, byte by byte, cut in two at every place, and with a request behind them.
# What a row says must come out in every way. This file runs on CPython and on MicroPython: no pytest.

from microdot.core.errors import HTTPException
from microdot.core.streams import ByteStream
from microdot.wire.bodies import ChunkedBody
from microdot.wire.fields import headers
from microdot.wire.frames import CLOSE, FrameError, FrameReader
from microdot.wire.http11 import framing, parse_head

INCOMPLETE = 'incomplete'
BEHIND = b'PUT /x?y HTTP/1.1\r\nHost: b\r\nContent-Length: 7\r\n\r\n'


class Limits:
    """Room for every row; rows about limits have their own."""

    max_readline = 2048
    max_head_length = 4096
    max_headers = 32


class Heads(ByteStream):
    """Takes heads from a buffer that is fed, as a server's connection does."""

    def __init__(self, limits):
        self.limits = limits
        self.searched = 0

    def next_head(self):
        """Return the next head's facts, the status code of its refusal, or INCOMPLETE."""
        start = self.position
        if len(self.buffer) == start:
            return INCOMPLETE
        try:
            head = parse_head(self.buffer, start, self.limits, start + self.searched)
            if isinstance(head, int):
                assert start <= head <= len(self.buffer), head
                self.searched = head - start
                return INCOMPLETE
            self.searched = 0
            outcome = facts(head)
        except HTTPException as refusal:
            return refusal.status_code
        self.take(head[4] - start)
        return outcome


def facts(head):
    """Return everything the wire tells of a head: method, URL, version, headers, length of the body, keep alive."""
    method, url, version, block, _ = head
    _, length, keep, _ = framing(version, block)
    return method, url, version, list(headers(block)), length, keep


def in_bytes(data):
    """Cut data into single bytes."""
    return [data[i:i + 1] for i in range(len(data))]


def cuts(data):
    """Iterate over the ways to feed data: the name of each, and the pieces."""
    yield 'whole', [data]
    yield 'byte by byte', in_bytes(data)
    for i in range(1, len(data)):
        yield 'cut at %d' % i, [data[:i], data[i:]]


def feed_heads(pieces, limits=Limits):
    """Return the outcomes of all heads in the pieces, up to one that is refused or incomplete."""
    heads = Heads(limits)
    outcomes = []
    for piece in pieces:
        heads.feed(piece)
        outcome = heads.next_head()
        while outcome != INCOMPLETE:
            outcomes.append(outcome)
            if isinstance(outcome, int):
                return outcomes
            outcome = heads.next_head()
    if heads.buffer:
        outcomes.append(INCOMPLETE)
    return outcomes


def check_head(name, data, expected, limits=Limits, first=0):
    """Feed a head in every way; each has to have the expected outcome.

    :param expected: the status code of a refusal, INCOMPLETE, or some of the facts, from the one that is `first`.
    """
    outcomes = feed_heads([data], limits)
    told = outcomes[0]
    if isinstance(told, tuple) and isinstance(expected, tuple):
        told = told[first:first + len(expected)]
    assert len(outcomes) == 1 and told == expected, (name, outcomes, expected)
    for way, pieces in cuts(data):
        assert feed_heads(pieces, limits) == outcomes, (name, way)
    if expected == INCOMPLETE:
        return
    if isinstance(told, tuple):
        outcomes += feed_heads([BEHIND])
    for way, pieces in cuts(data + BEHIND):
        assert feed_heads(pieces, limits) == outcomes, (name, way + ', another behind')


def feed_chunks(pieces):
    """Return what a body in chunks gives: the status code of a refusal; or its data, whether it has ended, the rest."""
    body = ChunkedBody()
    decoded = []
    rest = []
    for piece in pieces:
        if body.done:
            rest.append(piece)
            continue
        try:
            decoded.append(body.feed(piece))
        except HTTPException as refusal:
            return refusal.status_code
        rest = [body.rest]
    return b''.join(decoded), body.done, b''.join(rest)


def check_chunks(name, data, expected):
    """Feed a body in chunks in every way.

    :param expected: the status code of the refusal; the decoded body; or that and INCOMPLETE.
    """
    incomplete = isinstance(expected, tuple)
    outcome = expected
    if not isinstance(expected, int):
        outcome = (expected[0], False, b'') if incomplete else (expected, True, b'')
    for way, pieces in cuts(data):
        assert feed_chunks(pieces) == outcome, (name, way, feed_chunks(pieces), outcome)
    if incomplete:
        return
    if not isinstance(expected, int):
        outcome = expected, True, BEHIND
    for way, pieces in cuts(data + BEHIND):
        assert feed_chunks(pieces) == outcome, (name, way + ', another behind', feed_chunks(pieces), outcome)


def feed_frames(pieces, max_length=1 << 20, extension=None, masked=True):
    """Return what comes of frames, up to a close, the code with which the connection fails, or INCOMPLETE."""
    reader = FrameReader(max_length, masked)
    reader.extension = extension
    told = []
    for piece in pieces:
        reader.feed(piece)
        try:
            found = reader.next()
            while found is not None:
                told.append(found)
                if found[0] == CLOSE:
                    return told
                found = reader.next()
        except FrameError as exc:
            told.append(exc.code)
            return told
    if reader.buffer or reader._opcode:
        told.append(INCOMPLETE)
    return told


def check_frames(name, data, expected, max_length=1 << 20):
    """Feed frames in every way, and with a text behind them."""
    for way, pieces in cuts(data):
        told = feed_frames(pieces, max_length)
        assert told == expected, (name, way, told, expected)
    if expected[-1] == INCOMPLETE:
        return
    behind = b'\x81\x81\x00\x00\x00\x00b'
    last = expected[-1]
    if not isinstance(last, int) and last[0] != CLOSE:
        expected = expected + [(1, 'b')]
    for way, pieces in cuts(data + behind):
        told = feed_frames(pieces, max_length)
        assert told == expected, (name, way + ', another behind', told, expected)
