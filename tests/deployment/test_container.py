# The container file: what it says is fit for production, and what it would run runs as it says: by that user, as the first process
# of its own, stopped by a signal. Nothing here needs an engine for containers. Must not know the server.

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from tests.conftest import ROOT
from tests.deployment.conftest import EXAMPLE
from tests.runtimes.conftest import free_port
from tests.runtimes.servers import ServerProcess

TIMEOUT = 30  # seconds
LINES = re.sub(r'\\\n\s*', '', (EXAMPLE / 'Containerfile').read_text())
INSTRUCTIONS = re.findall(r'^([A-Z]+) +(.*)$', LINES, re.MULTILINE)


def said(name):
    """Return what each instruction of a name says."""
    return [text for found, text in INSTRUCTIONS if found == name]


ENVIRONMENT = dict(setting.split('=') for text in said('ENV') for setting in text.split())
HEALTH = json.loads(said('HEALTHCHECK')[0].partition(' CMD ')[2])
COMMAND = json.loads(said('CMD')[0])
USER, GROUP = map(int, said('USER')[0].split(':'))


def test_instructions():
    names = [name for name, _ in INSTRUCTIONS]
    assert names[0] == 'FROM'
    assert names.index('USER') > max(i for i, name in enumerate(names) if name in ('RUN', 'COPY'))
    assert re.fullmatch(r'python:3\.\d+-slim', said('FROM')[0])
    assert USER > 0 < GROUP
    assert said('EXPOSE') == [ENVIRONMENT['PORT']]
    # What takes long comes first, so that a change of the application does not repeat it.
    assert [name for name in names if name in ('RUN', 'COPY')] == ['COPY', 'RUN', 'COPY']


def test_what_is_copied_is_there():
    allowed = re.findall('^!(.*)$', (EXAMPLE / '.containerignore').read_text(), re.MULTILINE)
    sources = [source for text in said('COPY') for source in text.split()[:-1]]
    assert sorted(sources) == sorted(allowed)
    assert all((EXAMPLE / source).is_file() for source in sources)


def test_the_requirement_is_this_project():
    name = re.search('^name = "(.*)"$', (ROOT / 'pyproject.toml').read_text(), re.MULTILINE)[1]
    assert (EXAMPLE / 'requirements.txt').read_text().split() == [name]
    assert '--requirement requirements.txt' in said('RUN')[0]


# Makes of a command the first process of its own, and of its user nobody in particular.
FIRST = ['unshare', '--pid', '--fork', '--kill-child']
NOBODY = ['setpriv', f'--reuid={USER}', f'--regid={GROUP}', '--clear-groups', '--no-new-privs']


def works(*command):
    return subprocess.run(command, capture_output=True, timeout=TIMEOUT, check=False).returncode == 0


@pytest.fixture
def container(tmp_path):
    """Give the process that the file has run: where root runs the tests, as the first of its own and, if that may read this
    folder, by its user.
    """
    enter = []
    if works(*FIRST, 'true'):
        enter = FIRST
        if works(*NOBODY, 'env', sys.executable, '-c', f'open({str(ROOT / "pyproject.toml")!r})'):
            enter = FIRST + NOBODY
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        process = run(Path(folder), enter, tmp_path / 'log')
        try:
            yield process
        finally:
            process.kill()


def run(folder, enter, log):
    for text in said('COPY'):
        for source in text.split()[:-1]:
            shutil.copy(EXAMPLE / source, folder)
    settings = {**ENVIRONMENT, 'HOST': '127.0.0.1', 'PORT': str(free_port()), 'PYTHONPATH': str(ROOT / 'src'),
                'PATH': f'{Path(sys.executable).parent}{os.pathsep}{os.environ["PATH"]}'}
    process = ServerProcess('container', [*enter, 'env', '--chdir', str(folder), *COMMAND], log, **settings)
    process.port = int(settings['PORT'])
    process.environment = settings
    process.enter = enter
    return process


def first_process(process):
    """Return the number of the process that the engine would start."""
    children = Path(f'/proc/{process.pid}/task/{process.pid}/children').read_text().split()
    return int(children[0]) if children else process.pid


def is_healthy(process):
    environment = {**os.environ, **process.environment}
    return subprocess.run(HEALTH, env=environment, timeout=TIMEOUT, capture_output=True, check=False).returncode == 0


def test_it_serves_and_stops(container):
    assert container.accepts(), container.printed
    assert container.get('/health').body == b'ok'
    assert is_healthy(container)
    first = first_process(container)
    status = Path(f'/proc/{first}/status').read_text()
    assert 'unshare' not in container.enter or re.search(r'^NSpid:.*\t1$', status, re.MULTILINE)
    assert 'setpriv' not in container.enter or re.search(rf'^Uid:\t{USER}\t', status, re.MULTILINE)
    client = container.client()
    client.ask('POST', '/upload', {'Content-Length': '10', 'Expect': '100-continue'})
    assert client.head().status == 100
    os.kill(first, signal.SIGTERM)
    client.send(b'u' * 10)
    assert client.response().status == 200
    assert container.ends() == 0
    assert not is_healthy(container)
    container.close_clients()
    container.assert_no_trouble()
