# Every row of tests/wire as a client sends it, and what has to come of it. Must not know servers.

import base64
from typing import NamedTuple

import chunked_rows
import framing_rows
import head_rows
from corpora_rows import AFTER, EXCEPTIONS, ROWS
from rows import INCOMPLETE, feed_heads

from microdot.wire.bodies import LAST_CHUNK, chunk

POST = b'POST /chunks HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n'
ANSWERED = 'answered'  # for a status code: that of an application, whatever it is


class Case(NamedTuple):
    """What a client sends before it ends its side, and what has to come of it."""

    name: str
    row: bytes
    before: bytes
    behind: bytes
    expected: 'list[int | str] | None'  # the status codes, None if they are not known
    after: bool  # whether the valid request behind the row may be answered

    @property
    def data(self):
        """What is sent."""
        return self.before + self.row + self.behind

    @property
    def begin(self):
        """Where in it the row begins."""
        return len(self.before)


def _case(name, row, expected, after, before=b'', behind=b''):
    return Case(name, row, before, behind + AFTER, expected, after)


def _refused(name, row, status, before=b''):
    return _case(name, row, [status], False, before)


def _incomplete(name, row, before=b''):
    return Case(name, row, before, b'', [], False)


def corpora():
    """Return the requests of other projects."""
    return [_case(row['id'], base64.b64decode(row['b64']), None, row['expect'] != 'reject' or row['id'] in EXCEPTIONS)
            for row in ROWS]


def heads():
    """Return what the rows say of heads."""
    rows = [row for table in head_rows.TABLES for row in table]
    return [_head(name, data, expected) for name, _, data, expected in rows + framing_rows.LENGTHS + framing_rows.KEEP]


def chunks():
    """Return what the rows say of bodies in chunks."""
    return [_chunks(name, data, expected) for table in chunked_rows.TABLES for name, _, data, expected in table]


def tight():
    """Return the rows about limits, for servers with `LIMITS`."""
    return [_head(name, data, expected, head_rows.Tight) for name, _, data, expected in head_rows.LIMITS]


# The limits of the rows about limits, as options of tests/runtimes/application.py, and those of a large machine, which
# the other rows are for.
LIMITS = {f'Request_{name}': getattr(head_rows.Tight, name) for name in ('max_readline', 'max_head_length', 'max_headers')}
ROOM = {'Request_max_readline': 8192, 'Request_max_head_length': 16384, 'Request_max_headers': 100}
KINDS = {'corpora': (corpora, ROOM), 'heads': (heads, ROOM), 'chunks': (chunks, ROOM), 'limits': (tight, LIMITS)}


class _Room:
    max_readline, max_head_length, max_headers = ROOM.values()


def _head(name, data, expected, limits=_Room):
    told = feed_heads([data], limits)[0]
    if told == INCOMPLETE:
        return _incomplete(name, data)
    if isinstance(told, int):
        return _refused(name, data, told)
    _, _, _, _, length, keep = told
    if length > 16384:
        return _refused(name, data, 413)
    body = chunk(b'hello') + LAST_CHUNK if length < 0 else b'x' * length
    return _case(name, data, [ANSWERED, 200] if keep else [ANSWERED], keep, behind=body)


def _chunks(name, data, expected):
    if isinstance(expected, tuple):
        return _incomplete(name, data, POST)
    if isinstance(expected, int):
        return _refused(name, data, expected, POST)
    return _case(name, data, [200, 200], True, POST)
