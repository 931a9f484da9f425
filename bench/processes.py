"""Knows how a server is started, kept to one core, measured and ended. Must not know what it serves."""

import fcntl
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.environments import ROOT, MissingError

LOCK = ROOT / 'build/bench.lock'
SERVER_CORE, LOAD_CORE = 0, 1
# Programs are compiled once, whatever the environment says.
BYTECODE = {'PYTHONDONTWRITEBYTECODE': '', 'PYTHONPYCACHEPREFIX': str(ROOT / 'build/bytecode')}
START = 20  # seconds until a server has to listen
END = 5     # seconds for a server to end, before it is killed
_TICK = os.sysconf('SC_CLK_TCK')


@contextmanager
def only_run() -> 'Iterator[None]':
    """Wait until no other run is under way, and hold up others: they would measure each other."""
    LOCK.parent.mkdir(exist_ok=True)
    with LOCK.open('w') as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print('waiting for another run', file=sys.stderr)
            fcntl.flock(lock, fcntl.LOCK_EX)
        signal.signal(signal.SIGTERM, lambda *_: sys.exit('ended'))  # which ends the servers, too
        yield


class Server:
    """A server that runs alone on the first core, until the end of the `with` statement.

    :param command: the program and its arguments, in which `{port}` stands for the port.
    :param environment: variables beside those of this process.

    Attributes: `port`, and `began`, the time at which the process was started.

    Raises `MissingError`, with the end of what it printed, if it does not listen.
    """

    def __init__(self, command: 'list[str]', environment: 'dict[str, str]') -> None:
        self.port = free_port()
        self.folder = tempfile.mkdtemp(prefix='bench-')
        self.command = ['taskset', '-c', str(SERVER_CORE), *[word.format(port=self.port) for word in command]]
        self.environment = {**os.environ, **BYTECODE, 'PYTHONPATH': '', **environment, 'BENCH_FOLDER': self.folder}

    def __enter__(self) -> 'Server':
        with open(self.folder + '/log', 'wb') as log:
            self.began = time.monotonic()
            self.process = subprocess.Popen(self.command, env=self.environment, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=log,
                                            stderr=subprocess.STDOUT, start_new_session=True)
        while not self._listens():
            if self.process.poll() is not None or time.monotonic() > self.began + START:
                lines = Path(self.folder, 'log').read_text(errors='replace').split('\n')
                self.__exit__()
                raise MissingError('does not start: ' + next((line for line in reversed(lines) if line.strip()), 'no reason given'))
            time.sleep(0.002)
        return self

    def _listens(self) -> bool:
        try:
            socket.create_connection(('127.0.0.1', self.port)).close()
        except OSError:
            return False
        return True

    def __exit__(self, *exc: object) -> None:
        for number in (signal.SIGTERM, signal.SIGKILL):
            try:
                os.killpg(self.process.pid, number)
            except ProcessLookupError:
                break
            try:
                self.process.wait(END)
            except subprocess.TimeoutExpired:
                continue
        self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def seconds(self) -> float:
        """Return the CPU time of the server until now, user and system, of all its processes."""
        return sum(_seconds(pid) for pid in _tree(self.process.pid))

    def memory(self, field: str = 'VmRSS') -> float:
        """Return the memory of all its processes, in MiB.

        :param field: of /proc/PID/status: `VmRSS` is what they hold, `VmHWM` the most that they ever held.
        """
        return sum(_memory(pid, field) for pid in _tree(self.process.pid)) / 1024

    def forget_peak(self) -> None:
        """Let `VmHWM` begin anew."""
        for pid in _tree(self.process.pid):
            Path(f'/proc/{pid}/clear_refs').write_text('5')


def free_port() -> int:
    """Return a port that nobody has."""
    with socket.socket() as listener:
        listener.bind(('127.0.0.1', 0))
        port: int = listener.getsockname()[1]
        return port


def _tree(pid: int) -> 'list[int]':
    # A process and those that it and its threads have started.
    pids = [pid]
    for children in Path(f'/proc/{pid}/task').glob('*/children'):
        for child in children.read_text().split():
            pids += _tree(int(child))
    return pids


def _seconds(pid: int) -> float:
    user, system = Path(f'/proc/{pid}/stat').read_text().rsplit(')', 1)[1].split()[11:13]
    return (int(user) + int(system)) / _TICK


def _memory(pid: int, field: str) -> int:
    match = re.search(rf'{field}:\s+(\d+) kB', Path(f'/proc/{pid}/status').read_text())
    return int(match[1]) if match else 0
