# Nothing that a test has started outlives the tests, even if nothing of them can be run any more.

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.conftest import ROOT
from tests.runtimes.conftest import Process

DEADLINE = 30
# A test that has started a server with a worker, each with a session of its own, and waits.
WAIT = 'import time; time.sleep(600)'
SERVER = f"""
import os, subprocess, sys
worker = subprocess.Popen([sys.executable, '-c', {WAIT!r}], start_new_session=True)
print(os.getpid(), worker.pid, flush=True)
{WAIT}
"""
TESTS = f"""
import subprocess, sys, time

def test_it():
    server = subprocess.Popen([sys.executable, '-c', {SERVER!r}], start_new_session=True, stdout=subprocess.PIPE, text=True)
    with open('pids', 'w') as file:
        file.write(server.stdout.readline())
    time.sleep(600 if 'wait' in sys.argv[-1] else 0)
"""


def runs(pid):
    """Tell whether a process runs: not one that nobody has waited for yet."""
    try:
        return Path(f'/proc/{pid}/stat').read_text().rpartition(')')[2].split()[0] != 'Z'
    except (FileNotFoundError, ProcessLookupError):
        return False


def until(condition):
    end = time.monotonic() + DEADLINE
    while not (value := condition()):
        assert time.monotonic() < end
        time.sleep(0.01)
    return value


@pytest.mark.parametrize('number', [None, signal.SIGTERM, signal.SIGKILL])
def test_what_was_started_ends_with_the_tests(tmp_path, number):
    (tmp_path / 'test_it.py').write_text(TESTS.replace("'wait' in sys.argv[-1]", str(number is not None)))
    pids = tmp_path / 'pids'
    tests = subprocess.Popen(
        [sys.executable, '-m', 'pytest', '-q', '-p', 'tests.left_behind', '-p', 'no:cacheprovider', 'test_it.py'], cwd=tmp_path,
        env={**os.environ, 'PYTHONPATH': str(ROOT)}, stdout=subprocess.DEVNULL)
    started = []
    try:
        started = until(lambda: pids.exists() and [int(pid) for pid in pids.read_text().split()])
        assert len(started) == 2
        if number:
            assert all(map(runs, started))
            tests.send_signal(number)
        tests.wait(DEADLINE)
        until(lambda: not any(map(runs, started)))
    finally:
        tests.kill()
        tests.wait()
        for pid in filter(runs, started):
            os.kill(pid, signal.SIGKILL)


def test_a_process_is_killed_with_its_workers(tmp_path):
    process = Process('server', [sys.executable, '-c', SERVER.replace('start_new_session=True', '')], tmp_path / 'log')
    try:
        started = [int(pid) for pid in process.says(r'\d+ \d+\n')[0].split()]
    finally:
        process.kill()
    until(lambda: not any(map(runs, started)))


def test_this_run_is_watched():
    run = subprocess.run([sys.executable, '-c', 'import os; print(os.environ["MICRODOT_TESTS"])'], capture_output=True, text=True,
                         check=True)
    assert run.stdout.strip() == os.environ['MICRODOT_TESTS']
