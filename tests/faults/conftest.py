# What the tests of this folder share: the runtimes as processes, the report of what was measured, and room for sockets.

import resource

import pytest
from tests.conftest import BUILDS, require
from tests.runtimes.conftest import RUNTIMES, Runtime

_MEASURED = pytest.StashKey()


def pytest_configure(config):
    config.stash[_MEASURED] = []
    # Ten thousand connections need as many descriptors on either side; what is started has the limits of who starts it.
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def pytest_terminal_summary(terminalreporter, config):
    if config.stash[_MEASURED]:
        terminalreporter.section('measured by tests/faults')
        for line in config.stash[_MEASURED]:
            terminalreporter.line(line)


@pytest.fixture
def measured(request):
    """Give a function that adds a line to the report at the end of the run."""
    return request.config.stash[_MEASURED].append


@pytest.fixture(scope='session', params=RUNTIMES)
def runtime(request, tmp_path_factory):
    """Give each runtime in turn."""
    if request.param in BUILDS:
        require(request.param)
    runtime = Runtime(request.param, tmp_path_factory.mktemp(request.param))
    yield runtime
    runtime.end()
