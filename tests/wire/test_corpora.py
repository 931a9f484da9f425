# What other projects test their servers and parsers with, sent to ours: servers in memory that echo what they are
# asked. Whatever arrives in whatever pieces, nothing is answered that was not asked, or stands behind what is refused.

import base64

import pytest
from corpora_rows import AFTER, EXCEPTIONS, LIMITS, ROWS
from served import only_outcome


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
