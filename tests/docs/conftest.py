# How a program of the documentation is run: in a process of its own, on each Python. Must not know what it serves.

import contextlib
import sys

import pytest
from tests.conftest import BUILDS, require
from tests.runtimes.conftest import Process, free_port

PYTHONS = {
    'cpython': [sys.executable, '-W', 'always'],
    'mp64': [BUILDS['mp64']],
}


@pytest.fixture(scope='module', params=PYTHONS)
def python(request):
    """Give the name of each Python in turn."""
    if request.param in BUILDS:
        require(request.param)
    return request.param


@pytest.fixture(scope='module')
def launch(python, tmp_path_factory):
    """Give a function that runs the Python: `launch('-m', 'examples.demo', PORT='8080')`."""
    with contextlib.ExitStack() as processes:

        def launch(*arguments, command=(), **environment):
            log = tmp_path_factory.mktemp('log') / 'printed'
            settings = [f'{name}={value}' for name, value in environment.items()]
            process = Process(python, ['env', *settings, *(command or PYTHONS[python]), *arguments], log)
            processes.callback(process.kill)
            return process

        yield launch


@pytest.fixture(scope='module')
def serve(launch):
    """Give a function that runs the Python like `launch`, with a port from the system, and waits until it serves.

    :param arguments: where one is `PORT`, the port takes its place.
    """
    def serve(*arguments, **options):
        for _ in range(5):
            port = free_port()
            process = launch(*[str(port) if argument == 'PORT' else argument for argument in arguments], **options)
            process.port = port
            if process.accepts():
                return process
            if not any(sign in process.printed for sign in ('in use', 'is taken', 'EADDRINUSE')):
                break
        pytest.fail(f'it did not start: {process.printed}', pytrace=False)

    return serve
