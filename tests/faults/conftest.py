# What the tests of this folder share: the runtimes as processes, the report of what was measured, and room for sockets.

import resource
import statistics

import pytest
from tests.conftest import BUILDS, require
from tests.runtimes.conftest import RUNTIMES, Runtime

_MEASURED = pytest.StashKey()


class Measured:
    """What the tests have measured, for the end of the run: lines, and counts and times under a name."""

    def __init__(self):
        self.lines = []
        self.counts = {}
        self.times = {}

    def say(self, line):
        """Add a line."""
        self.lines.append(line)

    def count(self, name, number):
        """Add a number to those under a name."""
        self.counts[name] = self.counts.get(name, 0) + number

    def time(self, name, seconds, what=''):
        """Add how long something took to the times under a name.

        :param what: it was, to be told of what took longest.
        """
        self.times.setdefault(name, []).append((seconds, what))

    def report(self):
        """Return all of it as lines."""
        times = []
        for name, measured in self.times.items():
            median = statistics.median(seconds for seconds, _ in measured)
            longest, what = max(measured)
            times.append(f'{name}: {len(measured)} times, median {median * 1000:.1f} ms, longest {longest * 1000:.1f} ms'
                         + (f' ({what})' if what else ''))
        return self.lines + times + [f'{number} {name}' for name, number in self.counts.items()]


def pytest_configure(config):
    config.stash[_MEASURED] = Measured()
    # Ten thousand connections need as many descriptors on either side; what is started has the limits of who starts it.
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def pytest_terminal_summary(terminalreporter, config):
    lines = config.stash[_MEASURED].report()
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
