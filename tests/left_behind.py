# Ends what the tests have started when they end, however they do: nothing tells a server, or its workers, that a pytest was
# killed. Each process inherits a mark in its environment; a watcher, which sees the tests end by a pipe, kills those that have
# it. Must not know who is started, or how.
#
#   left_behind.py MARK     waits for the end of its input

import os
import signal
import subprocess
import sys
import time
import uuid
from pathlib import Path

NAME = 'MICRODOT_TESTS'
DEADLINE = 10  # seconds for what is killed to be gone


def marked(mark):
    """Iterate over the ids of the processes with a mark that have not ended."""
    entry = f'{NAME}={mark}'.encode()
    for path in Path('/proc').glob('[0-9]*'):
        try:
            if entry in (path / 'environ').read_bytes().split(b'\0'):
                yield int(path.name)
        except OSError:  # it has just ended, or is another user's
            pass


def kill(mark):
    """Kill the processes with a mark, and what they start meanwhile."""
    end = time.monotonic() + DEADLINE
    while (pids := list(marked(mark))) and time.monotonic() < end:
        for pid in pids:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        time.sleep(0.01)


class Watcher:
    """The process that ends what is left behind, and the mark by which it finds that."""

    def __init__(self):
        self.mark = uuid.uuid4().hex
        others = {name: value for name, value in os.environ.items() if name != NAME}  # of a pytest that a test runs
        os.environ[NAME] = self.mark
        self.process = subprocess.Popen(
            [sys.executable, '-I', '-S', __file__, self.mark], env=others, stdin=subprocess.PIPE, start_new_session=True)

    def end(self):
        """Have it do its work, and wait until it is done."""
        self.process.communicate()


# As a plugin of pytest; one of its processes is what each worker of xdist is, too.

_watchers = []


def pytest_configure():
    _watchers.append(Watcher())


def pytest_unconfigure():
    _watchers.pop().end()


if __name__ == '__main__':
    sys.stdin.buffer.read()
    kill(sys.argv[1])
