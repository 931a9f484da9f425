# How a program of the documentation is run: in a process of its own, on each Python. Must not know what it serves.

import sys

import pytest
from tests.conftest import BUILDS, require
from tests.runtimes.conftest import Process, free_port

PYTHONS = {
    'cpython': [sys.executable, '-W', 'always'],
    'mp64': [BUILDS['mp64']],
}


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


@pytest.fixture
def port():
    """Give a port that the system hands out."""
    return free_port()
