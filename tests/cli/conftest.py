# The command `microdot`, as somebody types it in a folder of their own. Must not know what is tested.

import subprocess
import sys

import pytest
from tests.conftest import ROOT
from tests.runtimes.conftest import Process, certificates  # noqa: F401

TIMEOUT = 60  # seconds

HELLO = '''
import os
from microdot import Microdot

app = Microdot()


@app.get('/')
async def index(request):
    return 'hello'


@app.get('/pid')
async def pid(request):
    return {'pid': os.getpid(), 'parent': os.getppid()}
'''


class Folder:
    """A folder with an application, and a terminal in it."""

    def __init__(self, path):
        self.path = path
        self.processes = []
        self.write('app.py', HELLO)

    def write(self, name, text):
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def command(self, *arguments):
        return ['env', '-C', self.path, f'PYTHONPATH={ROOT / "src"}', 'PYTHONUNBUFFERED=1', sys.executable, '-W', 'error', '-m',
                'microdot', *arguments]

    def run(self, *arguments):
        """Run a command to its end."""
        return subprocess.run(self.command(*arguments), capture_output=True, text=True, timeout=TIMEOUT, check=False)

    def start(self, *arguments, port='0'):
        """Start `microdot run`, on a free port if there is no other."""
        process = Process('microdot', self.command('run', *arguments, '--port', port),
                          self.path.parent / f'{self.path.name}-{len(self.processes)}.log')
        process.port = None
        self.processes.append(process)
        return process

    def serve(self, *arguments):
        """Start `microdot run`, and wait until it says where it serves."""
        process = self.start(*arguments)
        process.port = int(process.says(r'on https?://127\.0\.0\.1:(\d+), Ctrl-C stops')[1])
        return process

    def end(self):
        for process in self.processes:
            process.close_clients()
            if process.popen.poll() is None:
                process.popen.terminate()  # so that it ends those that it has started
                process.ends()
            process.kill()


@pytest.fixture
def folder(tmp_path):
    path = tmp_path / 'project'
    path.mkdir()
    folder = Folder(path)
    yield folder
    folder.end()
