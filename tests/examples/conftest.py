# The examples: each is started once for the tests of a file, on each Python that it claims. Must not know what they serve.

import httpx
import pytest
from tests.conftest import BUILDS, require
from tests.docs.conftest import start  # noqa: F401  # a fixture
from tests.examples.index import EXAMPLES, command_of
from tests.runtimes.conftest import free_port


def pytest_generate_tests(metafunc):
    """Let a test with the mark `example` run on each Python that the index names."""
    marker = metafunc.definition.get_closest_marker('example')
    if marker:
        metafunc.parametrize('python', EXAMPLES[marker.args[0]].pythons)


@pytest.fixture(scope='module')
def launch_example(start, tmp_path_factory):  # noqa: F811
    """Give a function that returns an example that runs, started when it is first asked for."""
    processes = {}

    def launch(name, python):
        if (name, python) not in processes:
            if python in BUILDS:
                require(python)
            port, names_port = free_port(), free_port()
            folder = tmp_path_factory.mktemp('example')
            process = start(*command_of(EXAMPLES[name], python, folder, port, names_port), port=port, name=python)
            process.folder = folder
            process.names_port = names_port
            processes[name, python] = process
        return processes[name, python]

    return launch


@pytest.fixture
def served(request, python, launch_example):
    """Give the process of the example that the mark names."""
    process = launch_example(request.node.get_closest_marker('example').args[0], python)
    yield process
    process.close_clients()
    process.assert_no_trouble()


@pytest.fixture
def client(served):
    """Give a client with cookies of its own; redirects are not followed."""
    with httpx.Client(base_url=f'http://127.0.0.1:{served.port}', trust_env=False, timeout=15) as client:
        yield client
