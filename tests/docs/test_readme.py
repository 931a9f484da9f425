# The README does what it says: each of its programs and commands is run, or compared with what is run elsewhere.

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from tests.conftest import ROOT

README = (ROOT / 'README.md').read_text()
BLOCKS = re.findall(r'^```(\w*)\n(.*?)^```$', README, re.MULTILINE | re.DOTALL)
PROGRAMS = [text for language, text in BLOCKS if language == 'python']
COMMANDS = [line.removeprefix('$ ') for language, text in BLOCKS if language == 'console' for line in text.splitlines()]

DEMO = 'MICROPYPATH=src:.frozen build/micropython/64/micropython -m examples.demo'
INSTALL = ['python3 -m venv venv', '. venv/bin/activate', 'pip install .']
BOARD = ['mpremote mip install package.json', 'mpremote run examples/hello/hello.py']
TIMEOUT = 120  # seconds, for pip and its index


def environment():
    """Return the environment of somebody who has just opened a terminal here."""
    return {name: value for name, value in os.environ.items()
            if name == 'PYTHONDONTWRITEBYTECODE' or not re.match('PYTHON|MICROPY|VIRTUAL_ENV|MAKE|MFLAGS', name)}


def printed_by(*command):
    return subprocess.run(command, cwd=ROOT, env=environment(), check=True, timeout=TIMEOUT, text=True,
                          stdout=subprocess.PIPE).stdout


def test_all_is_tested():
    assert {language for language, _ in BLOCKS} == {'python', 'console'}
    assert len(PROGRAMS) == 1
    assert [
        'make run', 'make test',
        'make tools', DEMO,
        *INSTALL, 'python examples/hello/hello.py',
        'pip install mpremote', *BOARD,
    ] == COMMANDS


@pytest.mark.parametrize(('target', 'runs'), [
    ('run', '-m examples.demo'), ('test', '-m pytest'), ('lint', 'ruff'), ('docs', '-m mkdocs build --strict'),
    ('fuzz', '-m tests.fuzz'), ('bench', '-m bench'),
    ('bench-quick', '-m bench --quick')])
def test_make(target, runs):
    assert runs in printed_by('make', '--dry-run', target)


def test_names_only_what_make_has():
    targets = printed_by('make', 'help')
    for target in re.findall(r'\bmake (\w+)', ' '.join([*COMMANDS, *re.findall('`(.*?)`', README)])):
        assert f'make {target}\t' in targets


def test_links_lead_somewhere():
    for link in re.findall(r'\]\((.*?)\)', README):
        path, _, heading = link.partition('#')
        assert (ROOT / path).exists(), link
        assert not heading or heading.replace('-', ' ') in re.findall('^#+ (.*)$', (ROOT / path).read_text().lower(), re.MULTILINE)


def test_limits(launch, python):
    rows = re.findall(r'^\| `(\w+)` \|.*\| (\d+) \| (\d+) \|$', README, re.MULTILINE)
    assert len(rows) == 5
    process = launch('-c', f'from microdot import Request as r; print({", ".join("r." + name for name, *_ in rows)})')
    assert process.ends() == 0
    assert process.printed.split() == [row[1 if python == 'cpython' else 2] for row in rows]


# The program.

def test_the_program_is_an_example():
    assert (ROOT / 'examples/hello/hello.py').read_text() == PROGRAMS[0]


@pytest.fixture
def hello(tmp_path, port):
    """Give the path of the program, written down with a port of its own."""
    run = 'app.run(debug=True)'
    assert run in PROGRAMS[0]
    path = tmp_path / 'hello.py'
    path.write_text(PROGRAMS[0].replace(run, f'app.run(debug=True, port={port})'))
    return str(path)


def assert_says_hello(process):
    response = process.get('/')
    assert (response.status, response.body) == (200, b'Hello, world!')
    assert response.headers['content-type'] == 'text/plain; charset=UTF-8'
    assert process.says('GET / 200')
    process.assert_no_trouble()


def test_the_program(launch, hello, port):
    assert_says_hello(launch(hello, port=port))


@pytest.mark.needs('mp64')
def test_the_demonstration_on_micropython(start, port):
    assert start('sh', '-c', f'exec env {DEMO} --port {port}', port=port).get('/').status == 200


# Installing it.

@pytest.fixture(scope='module')
def installed(tmp_path_factory):
    """Install as the README says, in a virtual environment with nothing else, and return its folder."""
    folder = tmp_path_factory.mktemp('installed')
    commands = ' && '.join(INSTALL).replace('python3', sys.executable).replace('install .', f'install {ROOT}')
    subprocess.run(commands, shell=True, cwd=folder, env=environment(), check=True, timeout=TIMEOUT)
    return folder / 'venv'


def test_installs_and_needs_nothing_else(installed):
    packages = printed_by(installed / 'bin/pip', 'list', '--format=freeze', '--exclude=pip', '--exclude=setuptools')
    assert re.fullmatch(r'microdot==\S+\n', packages)
    module = printed_by(installed / 'bin/python', '-c', 'import microdot; print(microdot.__file__)')
    assert Path(module).is_relative_to(installed)


def test_the_program_where_it_is_installed(installed, start, hello, port):
    assert_says_hello(start('env', '-u', 'PYTHONPATH', f'{installed}/bin/python', hello, port=port))


@pytest.mark.needs('mp64')
def test_a_board(board, start, hello, port):
    install, run = BOARD
    board.types(install)
    installed = {path.relative_to(board.folder / 'lib').as_posix() for path in board.folder.rglob('*.py')}
    assert installed == {target for target, _ in json.loads((ROOT / 'package.json').read_text())['urls']}
    arguments = run.replace('examples/hello/hello.py', hello).split()[1:]
    assert_says_hello(start(*board.mpremote, *arguments, port=port))
