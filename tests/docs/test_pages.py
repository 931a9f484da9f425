# The pages of the user's guide do what they say: the programs of each section run, on both Pythons, and pass their tests.
#
# The blocks of a section are one program. A word after the language says what runs it: nothing, each Python; `cpython`, that
# alone; `pytest` and `unittest`, those, on CPython; `redis`, CPython with a redis-server at REDIS_URL; `serve`, each Python, until
# what the section shows of a terminal has been typed there and has printed the same, `...` standing for anything. Pages that have
# a test of their own are not looked at here.

import re
import shlex
import subprocess
import sys

import pytest
from tests.conftest import ROOT
from tests.redis_server import RedisServer

WORDS = {'', 'cpython', 'pytest', 'redis', 'serve', 'unittest'}
LANGUAGES = {'console', 'html', 'javascript', 'python', 'text'}
PAGES = sorted(page for page in (ROOT / 'docs').glob('*.md') if not (ROOT / f'tests/docs/test_{page.stem}.py').exists())
TIMEOUT = 60  # seconds

BLOCK = re.compile(r'^```(\w+) ?(\w*)\n(.*?)^```$', re.MULTILINE | re.DOTALL)

RUN_TESTS = '''

import asyncio as _asyncio

_tests = [name for name in list(globals()) if name.startswith('test_')]
for _name in _tests:
    _asyncio.run(globals()[_name]())
print(len(_tests), 'tests')
'''


def sections():
    """Iterate over pages and headings, and the blocks under these as (language, word, text)."""
    for page in PAGES:
        _, *parts = re.split(r'^#{1,2} (.*)\n', page.read_text(), flags=re.MULTILINE)
        for heading, text in zip(parts[::2], parts[1::2], strict=True):
            yield page, heading, [match.groups() for match in BLOCK.finditer(text)]


def programs(word):
    """Return a program for each section that has one of a kind."""
    found = []
    for page, heading, blocks in sections():
        text = ''.join(text for language, what, text in blocks if (language, what) == ('python', word))
        if text:
            found.append(pytest.param(text, id=f'{page.stem}: {heading}'))
    return found


def test_every_block_is_known():
    assert PAGES
    for page, heading, blocks in sections():
        assert {language for language, *_ in blocks} <= LANGUAGES, (page, heading)
        assert {word for _, word, _ in blocks} <= WORDS, (page, heading)
    for page in PAGES:
        assert page.read_text().count('```') == 2 * len(BLOCK.findall(page.read_text()))


@pytest.mark.parametrize('page', PAGES, ids=lambda page: page.stem)
def test_links_lead_somewhere(page):
    for link in re.findall(r'\]\((.*?)\)', page.read_text()):
        assert re.match('https://|#', link) or (page.parent / link.partition('#')[0]).exists(), link


@pytest.mark.parametrize(('word', 'text'), [
    pytest.param(word, *program.values, id=program.id) for word in ('', 'cpython') for program in programs(word)])
def test_programs(launch, python, tmp_path, word, text):
    if word == 'cpython' != python:
        pytest.skip('the page says that it is for CPython')
    path = tmp_path / 'program.py'
    path.write_text(text + RUN_TESTS)
    process = launch(str(path))
    assert process.ends() == 0, process.printed
    assert int(process.printed.split()[-2]) == len(re.findall(r'^(?:async )?def test_', text, re.MULTILINE))
    process.assert_no_trouble()


@pytest.mark.needs('redis-server')
@pytest.mark.parametrize('text', programs('redis'))
def test_programs_with_redis(start, tmp_path, text):
    path = tmp_path / 'program.py'
    path.write_text(text + RUN_TESTS)
    with RedisServer(tmp_path) as server:
        process = start('env', f'REDIS_URL={server.url}', sys.executable, '-W', 'always', str(path))
        assert process.ends() == 0, process.printed
        process.assert_no_trouble()


@pytest.mark.parametrize(('runner', 'text'), [
    pytest.param(runner, *program.values, id=program.id) for runner in ('pytest', 'unittest') for program in programs(runner)])
def test_programs_of_test_runners(tmp_path, runner, text):
    path = tmp_path / 'test_program.py'
    path.write_text(text)
    arguments = ['-m', 'pytest', '-q', '--rootdir', tmp_path, path] if runner == 'pytest' else ['-m', 'unittest', path]
    run = subprocess.run([sys.executable, *arguments], cwd=tmp_path, env={'PYTHONPATH': str(ROOT / 'src')}, timeout=TIMEOUT,
                         capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
    assert '1 passed' in run.stdout or 'Ran 1 test' in run.stderr


# What is typed at a terminal: commands, each with what it prints.

COMMAND = re.compile(r'^\$ (.*)\n((?:(?!\$ ).*\n)*)', re.MULTILINE)
PORT = 5000  # where `run` serves, unless it is told another

# Pages whose commands are looked at elsewhere.
ELSEWHERE = {'performance': 'tests/test_bench.py', 'runtimes': 'tests/runtimes/test_servers.py'}


def typed(word):
    """Return program and commands of each section that shows a terminal, and has a program of a kind or, for None, not."""
    found = []
    for page, heading, blocks in sections():
        program = ''.join(text for language, what, text in blocks if (language, what) == ('python', 'serve'))
        commands = [match.groups() for language, _, text in blocks if language == 'console' for match in COMMAND.finditer(text)]
        assert not program or commands, (page, heading)
        if commands and page.stem not in ELSEWHERE and bool(program) == bool(word):
            found.append(pytest.param(program, commands, id=f'{page.stem}: {heading}'))
    return found


def assert_prints(printed, expected):
    pattern = '.*'.join(re.escape(part) for part in expected.split('...'))
    assert re.match(pattern, printed), (printed, expected)


@pytest.mark.needs('curl')
@pytest.mark.parametrize(('text', 'commands'), typed('serve'))
def test_what_is_typed(launch, tmp_path, port, text, commands):
    (start, greeting), *commands = commands
    path = tmp_path / re.fullmatch(r'python (\w+\.py)', start)[1]
    assert text.count('app.run(') == 1
    path.write_text(re.sub(r'app\.run\((?=(.?))', lambda match: f'app.run(port={port}' + ', ' * (match[1] != ')'), text))
    process = launch(str(path), port=port)
    assert_prints(process.printed, greeting.replace(str(PORT), str(port)))
    for command, expected in commands:
        assert command.startswith('curl ')
        words = shlex.split(command.replace(f':{PORT}', f':{port}'))
        run = subprocess.run(words, cwd=tmp_path, timeout=TIMEOUT, check=True, text=True, stdout=subprocess.PIPE)
        assert_prints(run.stdout.replace('\r', '').rstrip('\n') + '\n', expected)
    if 'app.shutdown()' in text:
        assert process.ends() == 0
    process.assert_no_trouble()


@pytest.mark.parametrize(('text', 'commands'), typed(None))
def test_other_commands(text, commands):
    for command, expected in commands:
        assert not expected
        extra = re.fullmatch(r"pip install 'microdot\[(\w+)\]'", command)
        if extra:
            assert f'\n{extra[1]} = [' in (ROOT / 'pyproject.toml').read_text()
        else:
            python, *arguments = shlex.split(command)
            assert python == 'python3'
            subprocess.run([sys.executable, *arguments], timeout=TIMEOUT, check=True, stdout=subprocess.DEVNULL)
