# What comes of bytes that are sent to servers in memory which echo what they are asked. CPython only.

from typing import NamedTuple

from echo import echo
from rows import in_bytes
from tests import memory
from tools import captured_log


class Outcome(NamedTuple):
    """What comes of what a client sends."""

    statuses: 'list[int]'
    seen: 'list[tuple[str, str, bytes]]'  # what the application was asked: method, URL and body
    waited: bool  # whether the last answer, or the end, came when a deadline passed
    kept: bool    # whether the connection waits for another request


async def outcomes(kind, ways):
    """Send bytes to a server in several ways, each on a connection of its own; returns what comes of each."""
    seen = []
    methods = []
    found = []
    app = echo(seen)
    dispatch = app.dispatch_request

    async def dispatch_request(request, error=None):
        methods.append(request.method if request else '')
        return await dispatch(request, error)

    app.dispatch_request = dispatch_request
    with captured_log() as log:
        async with memory.serving(app, kind) as server:
            for pieces in ways:
                seen.clear()
                methods.clear()
                found.append(await outcome(await server.connect(), pieces, seen, methods))
    assert log == []
    return found


async def outcome(client, pieces, seen, methods):
    """Send bytes, let what they may wait for expire, and read the answers."""
    await client.send_pieces(pieces)
    answered = len(client.received)
    while not (kept := not client.end.closed and client.connection.is_idle()):
        if not await client.expire():
            break
    assert kept or client.end.closed, 'the connection hangs'
    assert client.end.late == []
    waited = len(client.received) > answered or not answered
    answers = client.answers(*methods)
    assert all(answer.complete for answer in answers)
    assert all(answer.header('Connection') != 'close' for answer in answers[:-1]), 'an answer behind the last'
    echoed = [answer.body for answer in answers if answer.status == 200 and answer.body]
    assert echoed == [f'{method} {url} '.encode() + body for method, url, body in seen if method != 'HEAD']
    return Outcome([answer.status for answer in answers if answer.status >= 200], list(seen), waited, kept)


async def only_outcome(data, pieces=None):
    """Send bytes to every server, at once and in pieces, byte by byte if not given; returns what comes of them."""
    ways = [[data], pieces or in_bytes(data)]
    found = [one for kind in memory.KINDS for one in await outcomes(kind, ways)]
    assert all(one == found[0] for one in found), found
    return found[0]
