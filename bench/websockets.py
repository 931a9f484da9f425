"""Knows WebSocket messages. Subject: what it costs to send one back."""

from functools import partial

from bench import opponents
from bench.loads import Client
from bench.processes import Server
from bench.rounds import Effort, Figures, Results, Turn, take_turns

WORKS = {f'{size} bytes, {connections} connections': (size, connections) for connections in (64, 1) for size in (32, 1000)}
OPPONENTS = (opponents.CONSTANT, opponents.MICRODOT, opponents.AIOHTTP, opponents.STARLETTE, opponents.SANIC, opponents.TORNADO,
             opponents.SOCKETIFY, opponents.MICRODOT27)


def run(effort: Effort) -> Results:
    """Measure everybody who takes part."""
    rows = [(opponent.title(loop), partial(_turn, opponent, loop, effort.seconds))
            for opponent in OPPONENTS for loop in opponent.loops]
    return take_turns(Results('CPU time of the server per WebSocket message, microseconds'), rows, effort.rounds)


def _turn(opponent: opponents.Opponent, loop: str, seconds: float, turn: Turn) -> None:
    with opponent.start(loop) as server:
        for name, (size, connections) in WORKS.items():
            turn.measure(name, partial(measure, server, size, connections, seconds))


def measure(server: Server, size: int, connections: int, seconds: float) -> Figures:
    """Return what a message of so many bytes costs."""
    with Client(server, 'websockets', connections, size) as client:
        client.run(0.5)
        return client.run(seconds).figures
