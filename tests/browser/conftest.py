# What the tests in a browser share: Chromium, and applications on each Python. Must not know what is tested.

import json
import sys

import pytest
from tests.browser.chromium import COMMAND, Chromium
from tests.conftest import BUILDS, require
from tests.runtimes.conftest import Process, free_port

PYTHONS = {
    'cpython': [sys.executable, '-W', 'always'],
    'mp64': [BUILDS['mp64'], '-X', 'heapsize=4m'],
}


@pytest.fixture(scope='session')
def chromium(tmp_path_factory):
    """Give a browser; tests that need it say so with `pytest.mark.needs('chromium')`, and so does this."""
    require(COMMAND)
    browser = Chromium(tmp_path_factory.mktemp('chromium') / 'profile')
    yield browser
    browser.close()


@pytest.fixture(scope='module')
def tab(chromium):
    context = chromium.context()
    yield context.page()
    context.close()


@pytest.fixture
def page(tab):
    """Give a page, in a browser without cookies."""
    tab.call('Network.clearBrowserCookies')
    tab.open('about:blank')
    return tab


class Site:
    """An application that runs. It answers for every name of this machine."""

    def __init__(self, process):
        self.process = process
        self.port = process.port

    def origin(self, host):
        return f'http://{host}:{self.port}'

    def seen(self):
        """Return what requests there were since the last time, each a dictionary."""
        return json.loads(self.process.get('/seen').body)


@pytest.fixture(scope='session')
def serve(tmp_path_factory):
    """Give a function that runs an application of this folder on a Python, once for all tests that ask for it."""
    sites = {}

    def serve(python, application):
        if (python, application) not in sites:
            port = free_port()
            process = Process(python, [*PYTHONS[python], f'tests/browser/{application}', str(port)],
                              tmp_path_factory.mktemp('log') / 'printed')
            process.port = port
            sites[python, application] = Site(process)
            assert process.accepts(), process.printed
        return sites[python, application]

    yield serve
    for site in sites.values():
        site.process.kill()


@pytest.fixture(params=PYTHONS)
def python(request):
    """Give the name of each Python in turn."""
    if request.param in BUILDS:
        require(request.param)
    return request.param
