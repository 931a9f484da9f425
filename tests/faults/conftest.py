# What the tests of this folder share: the runtimes as processes, the report of what was measured, and room for sockets.

import resource

import pytest
from tests.conftest import BUILDS, require
from tests.runtimes.conftest import RUNTIMES, Runtime

_MEASURED = pytest.StashKey()


class Measured:
    """What the tests have measured, for the end of the run: lines, and counts under a name."""

    def __init__(self):
        self.lines = []
        self.counts = {}

    def say(self, line):
        """Add a line."""
        self.lines.append(line)

    def count(self, name, number):
        """Add a number to those under a name."""
        self.counts[name] = self.counts.get(name, 0) + number


def pytest_configure(config):
    config.stash[_MEASURED] = Measured()
    # Ten thousand connections need as many descriptors on either side; what is started has the limits of who starts it.
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def pytest_terminal_summary(terminalreporter, config):
    measured = config.stash[_MEASURED]
    lines = measured.lines + [f'{number} {name}' for name, number in measured.counts.items()]
    if lines:
        terminalreporter.section('measured by tests/faults')
        for line in lines:
            terminalreporter.line(line)


@pytest.fixture
def measured(request):
    """Give what collects the measurements."""
    return request.config.stash[_MEASURED]


@pytest.fixture(scope='session', params=RUNTIMES)
def runtime(request, tmp_path_factory):
    """Give each runtime in turn."""
    if request.param in BUILDS:
        require(request.param)
    runtime = Runtime(request.param, tmp_path_factory.mktemp(request.param))
    yield runtime
    runtime.end()
