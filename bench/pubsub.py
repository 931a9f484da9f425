"""Knows channels. Subject: what it costs to tell one message to many subscribers, in memory and through Redis."""

import contextlib
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from functools import partial

from bench.environments import ROOT, MissingError, python
from bench.opponents import TREE
from bench.processes import LOAD_CORE, SERVER_CORE, free_port
from bench.rounds import Effort, Figures, Results, Turn, take_turns

SUBSCRIBERS = (1, 100, 1_000)
OPPONENTS = {'Microdot': ('channels', 'microdot'), "Litestar's channels": ('litestar-channels', 'litestar')}
START = 20  # seconds until Redis has to answer


def run(effort: Effort) -> Results:
    """Measure each, in memory and through a redis-server of the run's own."""
    rows = [(f'{title}, {where}', partial(_turn, *what, where, effort.seconds))
            for where in ('in memory', 'Redis') for title, what in OPPONENTS.items()]
    return take_turns(Results('CPU time per message and subscriber, microseconds'), rows, effort.rounds)


def _turn(environment: str, name: str, where: str, seconds: float, turn: Turn) -> None:
    with _redis() if where == 'Redis' else contextlib.nullcontext('') as url:
        for count in SUBSCRIBERS:
            title = f'{count:,} subscriber{"s" * (count > 1)}'
            turn.measure(title, partial(_measure, python(environment), name, count, seconds, url))


def _measure(executable: str, name: str, subscribers: int, seconds: float, url: str) -> Figures:
    command = ['taskset', '-c', str(SERVER_CORE), executable, '-m', 'bench.servers.channels', name, str(subscribers), str(seconds)]
    printed = subprocess.run([*command, *([url] if url else [])], cwd=ROOT, env={**os.environ, 'PYTHONPATH': TREE},
                             stdout=subprocess.PIPE, text=True, check=True).stdout
    messages, elapsed, cpu, memory = map(float, printed.split())
    return {'cpu': cpu / messages / subscribers * 1e6, 'rate': messages / elapsed, 'memory': memory}


@contextlib.contextmanager
def _redis() -> 'Iterator[str]':
    # Runs a server on the other core, and gives its URL.
    if not shutil.which('redis-server'):
        raise MissingError('redis-server is not installed')
    port = free_port()
    with tempfile.TemporaryDirectory(prefix='bench-') as folder:
        command = ['taskset', '-c', str(LOAD_CORE), 'redis-server', '--bind', '127.0.0.1', '--port', str(port), '--dir', folder,
                   '--save', '', '--logfile', 'log', '--daemonize', 'no']
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL)
        try:
            end = time.monotonic() + START
            while subprocess.run(['redis-cli', '-p', str(port), 'ping'], capture_output=True, check=False).stdout != b'PONG\n':
                if process.poll() is not None or time.monotonic() > end:
                    raise MissingError('redis-server does not start')
                time.sleep(0.05)
            yield f'redis://127.0.0.1:{port}'
        finally:
            process.terminate()
            process.wait()
