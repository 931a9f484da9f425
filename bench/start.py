"""Knows how servers start. Subject: how long until the first answer, the memory they hold then, and what importing costs."""

import os
import subprocess
import time
from functools import partial

from bench import opponents
from bench.environments import python
from bench.loads import Work, check
from bench.processes import BYTECODE
from bench.rounds import Effort, Figures, Results, Turn, take_turns

IMPORTS = {  # by name: the environment, and what is imported
    'import asyncio': ('microdot', 'asyncio'),
    'import microdot': ('microdot', 'microdot'),
    'import microdot (2.7)': ('microdot27', 'microdot'),
    'import bottle': ('bottle', 'bottle'),
    'import flask': ('flask', 'flask'),
    'import starlette.applications': ('starlette', 'starlette.applications'),
    'import aiohttp.web': ('aiohttp', 'aiohttp.web'),
    'import fastapi': ('fastapi', 'fastapi'),
}


def run(effort: Effort) -> Results:
    """Measure everybody who takes part."""
    rows = [(opponent.title(opponent.loops[0]), partial(_start, opponent)) for opponent in opponents.ALL]
    rows += [(name, partial(_import, *what)) for name, what in IMPORTS.items()]
    return take_turns(Results('Start until the first answer, and imports'), rows, effort.rounds * 3)


def _start(opponent: opponents.Opponent, turn: Turn) -> None:
    def measure() -> Figures:
        with opponent.start(opponent.loops[0]) as server:
            check(server.port, Work())
            elapsed = time.monotonic() - server.began
            return {'milliseconds': elapsed * 1e3, 'cpu': server.seconds() * 1e3, 'memory': server.memory()}

    turn.measure('start', measure)


def _import(environment: str, module: str, turn: Turn) -> None:
    program = ('import time; a = time.process_time()\n'
               f'import {module}\n'
               'print((time.process_time() - a) * 1e3, open("/proc/self/status").read().partition("VmRSS:")[2].split()[0])')

    def measure() -> Figures:
        path = opponents.TREE if environment == 'microdot' else ''
        printed = subprocess.run([python(environment), '-c', program], cwd='/', env={**os.environ, **BYTECODE, 'PYTHONPATH': path},
                                 capture_output=True, text=True, check=True).stdout.split()
        return {'milliseconds': float(printed[0]), 'cpu': float(printed[0]), 'memory': float(printed[1]) / 1024}

    turn.measure('start', measure)
