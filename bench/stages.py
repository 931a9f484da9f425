"""Knows which stages a request passes in Microdot. Subject: what each of them takes in Python, without sockets and event loop."""

import json
import os
import subprocess
from functools import partial

from bench import opponents
from bench.environments import ROOT, python
from bench.processes import SERVER_CORE
from bench.rounds import Effort, Results, Turn, take_turns


def run(effort: Effort) -> Results:
    """Measure in a fresh process for each round."""
    results = Results('Time of a request in Python, microseconds')
    return take_turns(results, [('stages', partial(_turn, results, round(effort.seconds * 1000)))], effort.rounds)


def _turn(results: Results, repetitions: int, turn: Turn) -> None:
    command = ['taskset', '-c', str(SERVER_CORE), python('microdot'), '-m', 'bench.servers.stages', str(repetitions)]
    output = subprocess.run(command, cwd=ROOT, env={**os.environ, 'PYTHONPATH': opponents.TREE}, stdout=subprocess.PIPE, text=True,
                            check=True).stdout
    for stage, microseconds in json.loads(output).items():
        results.add(stage, 'us', {'cpu': microseconds})
