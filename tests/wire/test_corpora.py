# What other projects test their servers and parsers with, sent to ours: servers in memory that echo what they are
# asked. Whatever arrives in whatever pieces, nothing is answered that was not asked, or stands behind what is refused.

import base64
from typing import NamedTuple

import pytest
from corpora_rows import AFTER, EXCEPTIONS, LIMITS, ROWS
from echo import echo
from rows import in_bytes
from tests import memory
from tools import captured_log


class Outcome(NamedTuple):
    """What comes of a row."""

    statuses: 'list[int]'
    seen: 'list[tuple[str, str, bytes]]'  # what the application was asked: method, URL and body
    waited: bool  # whether the last answer, or the end, came when a deadline passed
    kept: bool    # whether the connection waits for another request


async def outcomes(kind, ways):
    """Send a row to a server in several ways, each on a connection of its own; returns what comes of each."""
    seen = []
    found = []
    app = echo(seen)
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
    """Send a row to every server, at once and byte by byte; returns what comes of it."""
    ways = [[data], in_bytes(data)]
    found = [one for kind in memory.KINDS for one in await outcomes(kind, ways)]
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
HOST_EXCEPTIONS = {'gunicorn/invalid/017': LIMITS}


@by_id(HOSTLESS)
async def test_row_without_host_given_one(row):
    # The missing Host is not the only reason to reject them.
    data = with_host(base64.b64decode(row['b64']))
    found = await only_outcome(data)
    exception, _ = HOST_EXCEPTIONS.get(row['id'], (None, None))
    assert judge(row['expect'], found) if exception is None else found.statuses == exception, found
    if row['expect'] == 'reject' and not exception:
        assert ('GET', '/after', b'') not in (await only_outcome(data + AFTER)).seen or found.kept
