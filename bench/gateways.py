"""Knows who answers on servers of other projects. Subject: what a request costs there, beside a function that does nothing else."""

from functools import partial

from bench import opponents
from bench.requests import WORKS, measure
from bench.rounds import Effort, Results, Turn, take_turns

LOOP = 'asyncio'
WORKS_OF_GATEWAYS = ('hello', "browser's headers")
ROWS = (*opponents.GATEWAYS, opponents.BARE, *opponents.BARE_ON_OTHERS)


def run(effort: Effort) -> Results:
    """Measure Microdot and a bare function on each server."""
    rows = [(opponent.name, partial(_turn, opponent, effort.seconds)) for opponent in ROWS]
    return take_turns(Results('CPU time of servers of other projects per request, microseconds'), rows, effort.rounds)


def _turn(opponent: opponents.Opponent, seconds: float, turn: Turn) -> None:
    with opponent.start(LOOP if LOOP in opponent.loops else '') as server:
        for name in WORKS_OF_GATEWAYS:
            turn.measure(name, partial(measure, server, WORKS[name], seconds))
