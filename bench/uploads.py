"""Knows forms with large files. Subject: how fast they are received, and in how much memory."""

from functools import partial

from bench import opponents
from bench.loads import Client
from bench.processes import Server
from bench.rounds import Effort, Figures, Results, Turn, take_turns

SIZE = 50_000_000    # bytes of a file
RATE = 500_000_000   # bytes a second, for how many there are
OPPONENTS = (opponents.CONSTANT, opponents.MICRODOT, opponents.AIOHTTP, opponents.STARLETTE, opponents.SANIC, opponents.MICRODOT27)


def run(effort: Effort) -> Results:
    """Measure everybody who takes part."""
    rows = [(opponent.title(loop), partial(_turn, opponent, loop, effort.seconds))
            for opponent in OPPONENTS for loop in opponent.loops]
    return take_turns(Results('Upload of 50 MB by multipart/form-data'), rows, effort.rounds)


def _turn(opponent: opponents.Opponent, loop: str, seconds: float, turn: Turn) -> None:
    with opponent.start(loop) as server:
        answer = 'Hello, world!' if opponent is opponents.CONSTANT else str(SIZE)
        turn.measure('upload', partial(measure, server, seconds, answer))


def measure(server: Server, seconds: float, answer: str) -> Figures:
    """Return what an upload costs.

    :param seconds: how long it is to take; there are two at least.
    :param answer: the body of the right answer.
    """
    count = max(2, round(seconds * RATE / SIZE))
    with Client(server, 'uploads', SIZE, answer) as client:
        client.run(1)
        server.forget_peak()
        before = server.memory()
        cost = client.run(count)
        return {'cpu': cost.cpu / count * 1e6, 'megabytes': cost.count / cost.cpu / 1e6, 'rate': cost.count / cost.elapsed / 1e6,
                'memory': server.memory('VmHWM') - before}
