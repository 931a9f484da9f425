"""Knows bodies that are files, or are made as they go. Subject: what sending them costs."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from bench import opponents
from bench.loads import Work
from bench.requests import measure
from bench.rounds import Effort, Results, Turn, take_turns
from bench.servers import settings

FILE = 100_000  # bytes
WORKS = {
    'file of 100 KB': Work('/file', FILE),
    'stream of 1 MB': Work('/stream', len(settings.PIECE) * settings.PIECES),
}
OPPONENTS = (opponents.CONSTANT, opponents.MICRODOT, opponents.STARLETTE, opponents.SANIC, opponents.AIOHTTP, opponents.MICRODOT27,
             opponents.NGINX)


@contextmanager
def served_file() -> 'Iterator[str]':
    """Give the path of a file, for `BENCH_FILE`."""
    with tempfile.TemporaryDirectory() as folder:
        path = f'{folder}/file.bin'
        with open(path, 'wb') as file:
            file.write(os.urandom(FILE))
        yield path


def run(effort: Effort) -> Results:
    """Measure everybody who takes part; a second longer, since slow servers need it for one response to each of all clients."""
    results = Results('CPU time of the server per response, microseconds')
    with served_file() as path:
        rows = [(opponent.title(loop), partial(_turn, opponent, loop, path, effort.seconds + 1))
                for opponent in OPPONENTS for loop in opponent.loops]
        return take_turns(results, rows, effort.rounds)


def _turn(opponent: opponents.Opponent, loop: str, path: str, seconds: float, turn: Turn) -> None:
    with opponent.start(loop, {'BENCH_FILE': path}) as server:
        for name, work in WORKS.items():
            if not ((opponent is opponents.CONSTANT and 'file' in name) or (opponent is opponents.NGINX and 'stream' in name)):
                turn.measure(name, partial(measure, server, work, seconds))
