# How a program of the documentation is run: in a process of its own, on each Python. Must not know what it serves.

import json
import os
import pty
import select
import shlex
import subprocess
import sys
import tty

import pytest
from tests.conftest import BUILDS, ROOT, require
from tests.runtimes.conftest import Process, free_port

PYTHONS = {
    'cpython': [sys.executable, '-W', 'always'],
    'mp64': [BUILDS['mp64']],
}

TIMEOUT = 60  # seconds for a program


@pytest.fixture(scope='module')
def start(tmp_path_factory):
    """Give a function that runs a command in this folder; with `port`, until that port is served."""
    processes = []

    def start(*command, port=None, name='it'):
        process = Process(name, command, tmp_path_factory.mktemp('log') / 'printed')
        processes.append(process)
        process.port = port
        assert port is None or process.accepts(), process.printed
        return process

    yield start
    for process in processes:
        process.kill()


@pytest.fixture(scope='module', params=PYTHONS)
def python(request):
    """Give the name of each Python in turn."""
    if request.param in BUILDS:
        require(request.param)
    return request.param


@pytest.fixture(scope='module')
def launch(python, start):
    """Give a function that runs the Python: `launch('-m', 'examples.demo', PORT='8080')`."""
    def launch(*arguments, port=None, **environment):
        settings = [f'{name}={value}' for name, value in environment.items()]
        return start('env', *settings, *PYTHONS[python], *arguments, port=port, name=python)

    return launch


@pytest.fixture(scope='session')
def runner():
    """Give a CPython that runs programs, and has imported the framework once for all of them."""
    process = subprocess.Popen([*PYTHONS['cpython'], 'tests/docs/runner.py'], cwd=ROOT, text=True,
                               env={**os.environ, 'PYTHONPATH': f'.{os.pathsep}src'}, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    yield process
    process.stdin.close()
    process.wait()
    process.stdout.close()


@pytest.fixture
def run_program(python, launch, runner, tmp_path):
    """Give a function that runs a program to its end on the Python, and returns its exit status and what it printed."""
    def run_program(path):
        if python != 'cpython':
            process = launch(str(path))
            return process.ends(), process.printed
        log = tmp_path / 'printed'
        print(json.dumps([str(path), str(log)]), file=runner.stdin, flush=True)
        told, _, _ = select.select([runner.stdout], [], [], TIMEOUT)
        assert told, log.read_text()
        return int(runner.stdout.readline()), log.read_text()

    return run_program


@pytest.fixture
def port():
    """Give a port that the system hands out."""
    return free_port()


class Board:
    """A board as mpremote sees it.

    :param folder: its file system.
    :param terminal: the path of the terminal that it is connected to.
    """

    def __init__(self, folder, terminal):
        self.folder = folder
        self.mpremote = [sys.executable, '-m', 'mpremote', 'connect', terminal]

    def types(self, command, cwd=ROOT):
        """Type a command that begins with `mpremote`, in a folder, and return what it prints."""
        name, *arguments = shlex.split(command)
        assert name == 'mpremote'
        return subprocess.run([*self.mpremote, *arguments], cwd=cwd, check=True, timeout=120, text=True,
                              stdout=subprocess.PIPE).stdout.replace('\r', '')


@pytest.fixture
def board(tmp_path):
    """Give a board with nothing on it."""
    require('mp64')
    folder = tmp_path / 'board'
    folder.mkdir()
    outside, inside = pty.openpty()
    tty.setraw(outside)
    tty.setraw(inside)
    micropython = subprocess.Popen([BUILDS['mp64'], 'tests/docs/board.py', folder], cwd=ROOT, stdin=outside, stdout=outside,
                                   stderr=subprocess.DEVNULL)
    yield Board(folder, os.ttyname(inside))
    micropython.kill()
    micropython.wait()
    os.close(outside)
    os.close(inside)
