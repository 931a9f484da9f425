# What other projects test their servers and parsers with, sent to ours: servers in memory that echo what they are
# asked. Whatever arrives in whatever pieces, nothing is answered that was not asked, or stands behind what is refused.

import base64
import json
from pathlib import Path
from typing import NamedTuple

import pytest
from rows import in_bytes
from tests import memory
from tools import captured_log

from microdot import Microdot

ROWS = [row for name in ('gunicorn', 'llhttp')
        for row in json.loads((Path(__file__).parent / 'corpora' / f'{name}.json').read_text())]

# Rows that are judged otherwise: the status codes they get, and why.
_CODINGS = [501], 'RFC 9112 6.1: a transfer coding that is not understood is answered with 501'
_NO_HOST = [200, 400], 'RFC 9112 3.2: the second request is of HTTP/1.1 and has no Host'
_LIMITS = [200], 'RFC 9110 5.4, RFC 9112 3: limits are of each server; ours are 8 KiB for a line and 16 KiB for a head'
EXCEPTIONS = {
    'gunicorn/invalid/006': _LIMITS,
    'gunicorn/invalid/008': _LIMITS,
    'gunicorn/invalid/041': (
        [200], 'RFC 9110 5.3: Content-Type frames nothing; where it is read, two of them are one that is malformed'),
    'gunicorn/valid/022': _NO_HOST,
    'gunicorn/valid/rfc9112_smuggle_gzip_chunked_01': _CODINGS,
    'gunicorn/valid/rfc9112_smuggle_te_identity_chunked_01': _CODINGS,
    'llhttp/connection/02 Restarting when keep-alive is explicitly': _NO_HOST,
    'llhttp/connection/05 CRLF between requests, implicit `keep-alive`': (
        [200, 400], 'RFC 9112 9.3.2: the first request is valid and answered; the second is refused'),
    'llhttp/invalid/14 Invalid method': (
        [501], 'RFC 9110 9.1: MKCOLA may be a method, nobody has it; what follows is as certain as after any request'),
    'llhttp/pipelining/01 Should parse multiple events': _NO_HOST,
    'llhttp/transfer-encoding/20 POST with `chunked` as last transfer-encoding': _CODINGS,
    'llhttp/transfer-encoding/21 POST with `chunked` as last transfer-encoding (multiple headers)': _CODINGS,
}

AFTER = b'GET /after HTTP/1.1\r\nHost: after\r\n\r\n'
METHODS = [
    'GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'QUERY', 'REPORT', 'LINK', 'UNLINK', 'PURGE', 'SEARCH',
    'SOURCE']


class Outcome(NamedTuple):
    """What comes of a row."""

    statuses: 'list[int]'
    seen: 'list[tuple[str, str, bytes]]'  # what the application was asked: method, URL and body
    waited: bool  # whether the last answer, or the end, came when a deadline passed
    kept: bool    # whether the connection waits for another request


async def outcomes(kind, ways):
    """Send a row to a server in several ways, each on a connection of its own; returns what comes of each."""
    app = Microdot()
    seen = []
    found = []

    @app.route('/', methods=METHODS)
    @app.route('/<path:path>', methods=METHODS)
    async def echo(request, path=''):
        seen.append((request.method, request.url, request.body))
        return f'{request.method} {request.url} '.encode() + request.body

    with captured_log() as log:
        async with memory.serving(app, kind) as server:
            for pieces in ways:
                seen.clear()
                found.append(await outcome(await server.connect(), pieces, seen))
    assert log == []
    return found


async def outcome(client, pieces, seen):
    """Send a row, let what it may wait for expire, and read the answers."""
    await client.send_pieces(pieces)
    answered = len(client.received)
    while not (kept := not client.end.closed and client.connection.is_idle()):
        if not await client.expire():
            break
    assert kept or client.end.closed, 'the connection hangs'
    assert client.end.late == []
    waited = len(client.received) > answered or not answered
    answers = client.answers(*[method for method, _, _ in seen])
    assert all(answer.complete for answer in answers)
    echoed = [answer.body for answer in answers if answer.status == 200 and answer.body]
    assert echoed == [f'{method} {url} '.encode() + body for method, url, body in seen if method != 'HEAD']
    return Outcome([answer.status for answer in answers if answer.status >= 200], list(seen), waited, kept)


async def only_outcome(data):
    """Send a row to every server, at once and byte by byte, a short one cut everywhere; returns what comes of it."""
    ways = [[data], in_bytes(data)]
    found = [one for kind in memory.KINDS for one in await outcomes(kind, ways)]
    if len(data) <= 100:
        found += await outcomes(memory.PROTOCOL, [[data[:i], data[i:]] for i in range(1, len(data))])
    assert all(one == found[0] for one in found), found
    return found[0]


def is_refusal(status):
    return status in (501, 505) or (400 <= status < 500 and status not in (404, 405))


def judge(expect, found):
    """Say whether an outcome is what a row expects."""
    refusals = [is_refusal(status) for status in found.statuses]
    refused = refusals == [True] or not refusals
    if expect == 'accept':
        return refusals == [False]
    if expect == 'reject':
        return refused
    return {'rejectorwait': refused, 'wait': refused and found.waited, 'either': True}[expect]


def by_id(rows):
    return pytest.mark.parametrize('row', [pytest.param(row, id=row['id'].replace(' ', '_')) for row in rows])


@by_id(ROWS)
async def test_row(row):
    data = base64.b64decode(row['b64'])
    found = await only_outcome(data)
    assert 500 not in found.statuses
    refusals = [is_refusal(status) for status in found.statuses]
    assert True not in refusals[:-1], 'a request is answered after one that was refused'
    assert len(found.seen) <= refusals.count(False)
    exception, _ = EXCEPTIONS.get(row['id'], (None, None))
    if exception:
        assert found.statuses == exception
        assert not judge(row['expect'], found) or found.kept, 'no exception any more'
    else:
        assert judge(row['expect'], found), found
        assert len(refusals) == 1 or row['expect'] == 'either'
        assert not (True in refusals and found.kept)
        # What a row rejects is seen at once, but in a head whose end has not come.
        assert row['expect'] != 'reject' or not found.waited or (b'\n\r\n' not in data and b'\n\n' not in data)
    behind = await only_outcome(data + AFTER)
    if found.kept:
        assert behind == found._replace(statuses=[*found.statuses, 200], seen=[*found.seen, ('GET', '/after', b'')])
    else:
        assert ('GET', '/after', b'') not in behind.seen
        assert behind.seen == found.seen


def test_every_exception_is_of_a_row():
    assert set(EXCEPTIONS) <= {row['id'] for row in ROWS}


def with_host(data):
    """Return a request of HTTP/1.1 that has no Host with one, else None."""
    line, newline, rest = data.partition(b'\r\n')
    if not line.endswith(b'HTTP/1.1') or b'host:' in rest.partition(b'\r\n\r\n')[0].lower():
        return None
    return line + newline + b'Host: a' + newline + rest


HOSTLESS = [row for row in ROWS if row['expect'] in ('reject', 'either') and with_host(base64.b64decode(row['b64']))]

# The one of them that is answered, with what, and why.
HOST_EXCEPTIONS = {'gunicorn/invalid/017': _LIMITS}


@by_id(HOSTLESS)
async def test_row_without_host_given_one(row):
    # The missing Host is not the only reason to reject them.
    data = with_host(base64.b64decode(row['b64']))
    found = await only_outcome(data)
    exception, _ = HOST_EXCEPTIONS.get(row['id'], (None, None))
    assert judge(row['expect'], found) if exception is None else found.statuses == exception, found
    if row['expect'] == 'reject' and not exception:
        assert ('GET', '/after', b'') not in (await only_outcome(data + AFTER)).seen or found.kept
