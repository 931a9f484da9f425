# The files of examples/deployment, put where a test can use them: the paths and ports of a machine replaced by the test's, and
# what systemd does done by a few lines of Python. Must not know what is asked.

import contextlib
import os
import re
import shutil
import socket
import sys
import tempfile
from pathlib import Path
from types import SimpleNamespace

import pytest
from tests.conftest import ROOT
from tests.runtimes.conftest import certificates, free_port  # noqa: F401 - the first is a fixture
from tests.runtimes.nginx import Nginx
from tests.runtimes.servers import SITE, ServerProcess

EXAMPLE = ROOT / 'examples/deployment'
UNIT = EXAMPLE / 'app.service'
DROP_INS = sorted(path.stem for path in (EXAMPLE / 'app.service.d').glob('*.conf'))
SERVERS = ['microdot', *DROP_INS]
EACH = [pytest.param(name, marks=pytest.mark.needs('uwsgi')) if name == 'uwsgi' else name for name in SERVERS]

# Becomes a command that has the socket of the first argument as systemd gives it (sd_listen_fds(3)), in the folder of the second,
# without the variables that the third names.
ACTIVATE = """
import os, sys
number, folder, unset, *command = sys.argv[1:]
os.dup2(int(number), 3)
os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS='1', LISTEN_FDNAMES='app.socket')
for name in unset.split():
    del os.environ[name]
os.chdir(folder)
os.execvp(command[0], command)
"""


def settings(server):
    """Return what the section `Service` of the unit says, with the drop-in of a server: lists of values by name."""
    found = {}
    for path in [UNIT] if server == 'microdot' else [UNIT, EXAMPLE / f'app.service.d/{server}.conf']:
        section = path.read_text().partition('[Service]\n')[2].partition('\n[')[0]
        for name, value in re.findall(r'^(\w+)=(.*)$', section, re.MULTILINE):
            found.setdefault(name, []).append(value)
            if not value:
                found[name].clear()
    return found


def uses_socket(server):
    """Tell whether a server takes the socket of systemd."""
    return 'UnsetEnvironment' not in settings(server)


def program(path):
    """Return where a program of the virtual environment is here: uWSGI comes from the system."""
    folder, name = path.rsplit('/', 1)
    assert folder == '/srv/app/venv/bin'
    return shutil.which(name) if name == 'uwsgi' else str(Path(sys.executable).parent / name)


class Deployment:
    """The application in a folder of its own, on a server that is started as the unit says, by the socket of the unit."""

    def __init__(self, server, folder):
        self.server = server
        self.folder = folder
        self.processes = []
        path = str(folder / 'app.sock')
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(path)
        self.listener.listen(128)
        os.chmod(path, 0o666)  # for an nginx that is nobody
        self.port = path if uses_socket(server) else free_port()  # as of Process

    @property
    def upstream(self):
        """Where it listens, as nginx.conf says it."""
        return f'unix:{self.port}' if uses_socket(self.server) else f'127.0.0.1:{self.port}'

    @property
    def command(self):
        """What ExecStart says."""
        path, *arguments = settings(self.server)['ExecStart'][0].split()
        if self.server == 'uwsgi':
            arguments = ['--plugins', 'python3', '--pythonpath', SITE, *arguments]
            config = self.folder / 'uwsgi.ini'
            config.write_text(config.read_text().replace('127.0.0.1:8000', f'127.0.0.1:{self.port}'))
        elif not uses_socket(self.server):
            assert arguments[arguments.index('--port') + 1] == '8000'
            arguments[arguments.index('8000')] = str(self.port)
        return [program(path), *arguments]

    def start(self, *wrapper):
        """Start it as systemd does, by a command that runs another where one is given, and return the process."""
        environment = dict(setting.split('=') for line in settings(self.server)['Environment'] for setting in line.split())
        environment['PYTHONPATH'] = str(ROOT / 'src')
        number = self.listener.fileno()
        process = ServerProcess(
            self.server,
            [sys.executable, '-c', ACTIVATE, str(number), str(self.folder), *settings(self.server).get('UnsetEnvironment', ['']),
             *wrapper, *self.command],
            self.folder / f'log{len(self.processes)}', pass_fds=[number], **environment)
        process.port = self.port
        self.processes.append(process)
        assert process.accepts(), process.printed
        return process

    def end(self):
        for process in self.processes:
            process.close_clients()
            process.kill()
        self.listener.close()


@pytest.fixture(scope='module')
def deploy():
    """Give a function that puts the application into a folder that anybody may enter, for a server."""
    with tempfile.TemporaryDirectory() as parent:
        os.chmod(parent, 0o755)
        deployments = []

        def deploy(server):
            folder = Path(parent) / str(len(deployments))
            shutil.copytree(EXAMPLE, folder)
            deployments.append(Deployment(server, folder))
            return deployments[-1]

        yield deploy
        for deployment in deployments:
            deployment.end()


def has_ipv6():
    try:
        with socket.socket(socket.AF_INET6) as listener:
            listener.bind(('::1', 0))
    except OSError:
        return False
    return True


@pytest.fixture(scope='module')
def proxy(deploy, certificates):  # noqa: F811 - a fixture
    """Give a function that puts nginx before a deployment: its configuration is the file as it is, with other paths and ports."""
    stack = contextlib.ExitStack()
    files, _ = certificates

    def proxy(deployment, **replaced):
        state = Path(tempfile.mkdtemp(dir=deployment.folder))
        pem = [shutil.copy(path, state) for path in files(SimpleNamespace(small=False))]
        port, plain = free_port(), free_port()
        replaced = {
            'listen 443 ': f'listen 127.0.0.1:{port} ', 'listen 80 ': f'listen 127.0.0.1:{plain} ',
            'listen [::]:443 ': f'listen [::1]:{port} ', 'listen [::]:80 ': f'listen [::1]:{plain} ',
            'app.example.com': 'localhost', '/etc/ssl/certs/app.pem': pem[0], '/etc/ssl/private/app.key': pem[1],
            'unix:/run/app.sock': deployment.upstream, '/srv/app': str(deployment.folder), **replaced}
        config = (EXAMPLE / 'nginx.conf').read_text()
        for text, other in replaced.items():
            assert text in config, text
            config = config.replace(text, other)
        if not has_ipv6():
            config = re.sub(r'^.*listen \[::1\].*\n', '', config, flags=re.MULTILINE)
        nginx = Nginx(config, port, state)
        nginx.plain = plain
        return stack.enter_context(nginx)

    with stack:
        yield proxy
