# The servers of other projects: how each serves the application of served.py, and what the documentation says it cannot do.
# Must not know what is tested.

import os
import re
import sys
import sysconfig

import pytest
from tests.conftest import ROOT
from tests.runtimes.conftest import Process, free_port

SITE = sysconfig.get_path('purelib')  # uWSGI has the system's Python
PYTHON = [sys.executable, '-W', 'always', '-m']
SERVERS = {  # by the names of the columns in the documentation
    'Microdot': [*PYTHON, 'tests.runtimes.served', 'PORT'],
    'Microdot, streams': [*PYTHON, 'tests.runtimes.served', 'PORT', 'stream'],
    'uvicorn': [*PYTHON, 'uvicorn', '--port', 'PORT', '--log-level', 'warning', 'tests.runtimes.served:asgi'],
    'hypercorn': [*PYTHON, 'hypercorn', '--bind', '127.0.0.1:PORT', 'tests.runtimes.served:asgi'],
    'granian, ASGI': [*PYTHON, 'granian', '--interface', 'asgi', '--port', 'PORT', 'tests.runtimes.served:asgi'],
    'gunicorn': [
        *PYTHON, 'gunicorn', '--threads', '32', '--no-control-socket', '--bind', '127.0.0.1:PORT', 'tests.runtimes.served:wsgi'],
    'uWSGI': [
        'uwsgi', '--plugins', 'python3', '--pythonpath', SITE, '--http-socket', '127.0.0.1:PORT', '--threads', '32', '--master',
        '--hook-master-start', 'unix_signal:15 gracefully_kill_them_all', '--add-header', 'Connection: close', '--buffer-size',
        '16384', '--disable-logging',
        '--module', 'tests.runtimes.served:wsgi'],
    'uvicorn, worker of gunicorn': [
        *PYTHON, 'gunicorn', '--worker-class', 'uvicorn_worker.UvicornWorker', '--no-control-socket', '--bind', '127.0.0.1:PORT',
        '--log-level', 'warning', 'tests.runtimes.served:asgi'],
    'granian, RSGI': [*PYTHON, 'granian', '--interface', 'rsgi', '--port', 'PORT', 'tests.runtimes.served:rsgi'],
}

EACH = [pytest.param(name, marks=pytest.mark.needs('uwsgi')) if name.startswith('uWSGI') else name for name in SERVERS]

# What is no trouble: what granian and uWSGI say of clients that have left, and gunicorn and its workers of the socket on which it
# listens.
NO_TROUBLE = re.compile(
    r'^(.*\[INFO\] (ASGI transport error|Error while closing socket).*|.*uwsgi_response_\w+\(\): .*|OSError: write error'
    r'|\[uwsgi-body-read\] .*|sys:1: ResourceWarning: unclosed <socket.socket fd=\d+, .*, laddr=\([^()]*\)>(\nResourceWarning: .*)?'
    r')\n', re.MULTILINE)


def table():
    """Return the table of the documentation: by server and feature, whether there is the feature, and what is said of it."""
    rows = re.findall(r'^\|(.*)\|$', (ROOT / 'docs/runtimes.md').read_text(), re.MULTILINE)
    (_, *servers), _, *rows = [[cell.strip() for cell in row.split('|')] for row in rows]
    return {(server, feature): cell for feature, *cells in rows for server, cell in zip(servers, cells, strict=True)}


TABLE = table()


def write_templates(folder):
    """Write a page in the languages of both engines."""
    loop = '{% for name in names %}<p>{{ name }}</p>\n{% endfor %}'
    (folder / 'jinja.html').write_text(loop)
    (folder / 'utemplate.html').write_text('{% args names %}' + loop)


class ServerProcess(Process):
    """A server of another project."""

    def __init__(self, name, command, log, pass_fds=(), **environment):
        settings = [f'{key}={value}' for key, value in environment.items()]
        super().__init__(name, ['env', *settings, *command], log, pass_fds=pass_fds)

    @property
    def printed(self):
        return NO_TROUBLE.sub('', super().printed)


class Service(ServerProcess):
    """The application on a server."""

    def __init__(self, name, log, **environment):
        self.name = name
        self.port = free_port()
        command = [argument.replace('PORT', str(self.port)) for argument in SERVERS[name]]
        write_templates(log.parent)
        settings = {'PYTHONPATH': f'src{os.pathsep}.', 'TEMPLATES': log.parent}
        super().__init__(name, command, log, **{**settings, **environment})

    def needs(self, feature):
        """End the test where the documentation says that the server has not what is tested."""
        if not self.has(feature):
            pytest.skip(f'{self.name}: {feature}: {self.cell(feature)}')

    def has(self, feature):
        """Tell whether the documentation says that the server has what is tested."""
        return self.cell(feature).startswith('yes')

    def cell(self, feature):
        """Return what the documentation says of it."""
        cell = TABLE[self.name if (self.name, feature) in TABLE else self.name.partition(',')[0], feature]
        assert re.match('yes$|no: .', cell), cell
        return cell

    def client(self, **options):
        """Return a connection; on a server that keeps none, one for each request."""
        return super().client(reconnects=not self.has('connections are kept'), **options)

    def text(self, path):
        return self.get(path).body.decode()
