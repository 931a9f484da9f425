# The servers of other projects: how each serves the application of served.py, and what the documentation says it cannot do.
# Must not know what is tested.

import os
import re
import signal
import sys

import pytest
from tests.conftest import ROOT
from tests.runtimes.conftest import Process, free_port

PYTHON = [sys.executable, '-W', 'always', '-m']
SERVERS = {  # by the names of the columns in the documentation
    'Microdot': [*PYTHON, 'tests.runtimes.served', 'PORT'],
    'Microdot, streams': [*PYTHON, 'tests.runtimes.served', 'PORT', 'stream'],
    'uvicorn': [*PYTHON, 'uvicorn', '--port', 'PORT', '--log-level', 'warning', 'tests.runtimes.served:asgi'],
    'hypercorn': [*PYTHON, 'hypercorn', '--bind', '127.0.0.1:PORT', 'tests.runtimes.served:asgi'],
    'granian, ASGI': [*PYTHON, 'granian', '--interface', 'asgi', '--port', 'PORT', 'tests.runtimes.served:asgi'],
    'granian, RSGI': [*PYTHON, 'granian', '--interface', 'rsgi', '--port', 'PORT', 'tests.runtimes.served:rsgi'],
}


def table():
    """Return the table of the documentation: by server and feature, whether there is the feature, and what is said of it."""
    rows = re.findall(r'^\|(.*)\|$', (ROOT / 'docs/runtimes.md').read_text(), re.MULTILINE)
    (_, *servers), _, *rows = [[cell.strip() for cell in row.split('|')] for row in rows]
    return {(server, feature): cell for feature, *cells in rows for server, cell in zip(servers, cells, strict=True)}


TABLE = table()


class ServerProcess(Process):
    """A server of another project, which may have workers in processes of their own."""

    def __init__(self, name, command, log, **environment):
        settings = [f'{key}={value}' for key, value in environment.items()]
        super().__init__(name, ['setsid', 'env', *settings, *command], log)

    @property
    def printed(self):
        # What granian says of a client that has left is no trouble.
        return re.sub(r'^\[INFO\] ASGI transport error.*\n', '', super().printed, flags=re.MULTILINE)

    def kill(self):
        try:
            os.killpg(self.pid, signal.SIGKILL)  # with its workers
        except ProcessLookupError:
            pass
        self.popen.wait()


class Service(ServerProcess):
    """The application on a server."""

    def __init__(self, name, log, **environment):
        self.name = name
        self.port = free_port()
        command = [argument.replace('PORT', str(self.port)) for argument in SERVERS[name]]
        super().__init__(name, command, log, **{'PYTHONPATH': f'src{os.pathsep}.', **environment})

    def needs(self, feature):
        """End the test where the documentation says that the server has not what is tested."""
        cell = TABLE[self.name.partition(', streams')[0], feature]
        assert re.match('yes|no', cell)
        if cell.startswith('no'):
            pytest.skip(f'{self.name}: {feature}: {cell}')

    def text(self, path):
        return self.get(path).body.decode()
