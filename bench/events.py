"""Knows server-sent events. Subject: what it costs to send one to many."""

from functools import partial

from bench import opponents
from bench.loads import Client
from bench.processes import Server
from bench.rounds import Effort, Figures, Results, Turn, take_turns

LISTENERS = 1000
OPPONENTS = (opponents.CONSTANT, opponents.MICRODOT, opponents.STARLETTE, opponents.SANIC, opponents.AIOHTTP, opponents.MICRODOT27)


def run(effort: Effort) -> Results:
    """Measure everybody who takes part."""
    rows = [(opponent.title(loop), partial(_turn, opponent, loop, round(20 * effort.seconds)))
            for opponent in OPPONENTS for loop in opponent.loops]
    return take_turns(Results('CPU time of the server per event and client, microseconds'), rows, effort.rounds)


def _turn(opponent: opponents.Opponent, loop: str, count: int, turn: Turn) -> None:
    with opponent.start(loop) as server:
        turn.measure(f'{LISTENERS:,} clients', partial(_measure, server, count))


def _measure(server: Server, count: int) -> Figures:
    before = server.memory()
    with Client(server, 'listeners', LISTENERS) as client:
        client.run(3)
        return {**client.run(count).figures, 'memory': server.memory() - before}
