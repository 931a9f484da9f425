# The pages of the user's guide do what they say: the programs of each section run, on both Pythons, and pass their tests.
#
# The blocks of a section are one program. A word after the language says what runs it: nothing, each Python; `cpython`, that
# alone; `pytest` and `unittest`, those, on CPython; `redis`, CPython with a redis-server at REDIS_URL; `serve`, each Python, until
# what the section shows of a terminal has been typed there and has printed the same, `...` standing for anything; `beside`, what
# such a section has beside that program. There the first line of a template names its file. Pages that have a test of their own are
# not looked at here.

import re
import shlex
import subprocess
import sys

import pytest
import trustme
from tests.conftest import ROOT
from tests.docs.conftest import PYTHONS
from tests.redis_server import RedisServer
from tests.runtimes.conftest import TROUBLE

WORDS = {'', 'beside', 'cpython', 'pytest', 'redis', 'serve', 'unittest'}
LANGUAGES = {'console', 'html', 'javascript', 'python', 'text'}
PAGES = sorted(page for page in (ROOT / 'docs').glob('*.md') if not (ROOT / f'tests/docs/test_{page.stem}.py').exists())
TIMEOUT = 60  # seconds

TEMPLATE = re.compile(r'{# (templates/[\w/]+\.\w+) #}\n')
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


def test_what_the_text_imports_is_there():
    imports = {line for page in PAGES for line in re.findall(r'`(from microdot(?:\.\w+)* import \w+)`', page.read_text())}
    assert len(imports) > 3
    for line in imports:
        exec(line, {})


@pytest.mark.parametrize(('word', 'text'), [
    pytest.param(word, *program.values, id=program.id) for word in ('', 'cpython') for program in programs(word)])
def test_programs(run_program, python, tmp_path, word, text):
    if word == 'cpython' != python:
        pytest.skip('the page says that it is for CPython')
    path = tmp_path / 'program.py'
    path.write_text(text + RUN_TESTS)
    status, printed = run_program(path)
    assert status == 0, printed
    assert int(printed.split()[-2]) == len(re.findall(r'^(?:async )?def test_', text, re.MULTILINE))
    assert not TROUBLE.search(printed), printed


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
PROGRAM = re.compile(r'python (\w+\.py)')
PORTS = re.compile(r'(?<=:)(5000|4443)\b')  # where `run` serves, unless it is told another; and with TLS

# Pages whose commands are looked at elsewhere.
ELSEWHERE = {'performance': 'tests/test_bench.py', 'runtimes': 'tests/runtimes/test_servers.py'}


def typed(served):
    """Return blocks and commands of each section that shows a terminal, and has a program that serves, or not."""
    found = []
    for page, heading, blocks in sections():
        commands = [match.groups() for language, _, text in blocks if language == 'console' for match in COMMAND.finditer(text)]
        serves = 'serve' in {word for _, word, _ in blocks}
        assert commands or not serves, (page, heading)
        if commands and page.stem not in ELSEWHERE and serves == served:
            found.append(pytest.param(blocks, commands, id=f'{page.stem}: {heading}'))
    return found


def assert_prints(printed, expected):
    pattern = '.*'.join(re.escape(part) for part in expected.split('...'))
    assert re.fullmatch(pattern, printed, re.DOTALL), (printed, expected)


def write_files(folder, blocks, commands, port):
    """Write templates and programs; these have the names that are typed."""
    program = ''.join(text for _, word, text in blocks if word == 'serve')
    assert program.count('app.run(') == 1
    if 'port=' in program:
        program = re.sub(r'\bport=\d+', f'port={port}', program)
    else:
        program = re.sub(r'app\.run\((?=(.?))', lambda match: f'app.run(port={port}' + ', ' * (match[1] != ')'), program)
    if 'certificate.pem' in program:
        authority = trustme.CA()
        certificate = authority.issue_cert('localhost')
        authority.cert_pem.write_to_path(folder / 'authority.pem')
        certificate.private_key_pem.write_to_path(folder / 'key.pem')
        certificate.cert_chain_pems[0].write_to_path(folder / 'certificate.pem')
    programs = [program] + [text for _, word, text in blocks if word == 'beside']
    names = [match[1] for match in (PROGRAM.fullmatch(command) for command, _ in commands) if match]
    for name, text in zip(names, programs, strict=True):
        (folder / name).write_text(text)
    for language, _, text in blocks:
        template = language == 'html' and TEMPLATE.match(text)
        if template:
            (folder / template[1]).parent.mkdir(exist_ok=True)
            (folder / template[1]).write_text(text)


@pytest.mark.needs('curl')
@pytest.mark.parametrize(('blocks', 'commands'), typed(True))
def test_what_is_typed(start, python, tmp_path, port, blocks, commands):
    if python != 'cpython' and any('\nimport ssl\n' in f'\n{text}' for _, _, text in blocks):
        pytest.skip('the Unix port of MicroPython that is tested has no ssl')
    write_files(tmp_path, blocks, commands, port)
    environment = ['-C', tmp_path, f'PYTHONPATH={ROOT}/src', f'MICROPYPATH={ROOT}/src:.frozen']
    (first, greeting), *commands = commands
    process = start('env', *environment, *PYTHONS[python], PROGRAM.fullmatch(first)[1], port=port)
    assert_prints(process.printed[:len(greeting)], PORTS.sub(str(port), greeting)[:len(greeting)])
    for command, expected in commands:
        beside = PROGRAM.fullmatch(command)
        assert beside or command.startswith('curl ')
        words = ['env', *environment, *PYTHONS[python], beside[1]] if beside else shlex.split(PORTS.sub(str(port), command))
        run = subprocess.run(words, cwd=tmp_path, timeout=TIMEOUT, check=True, text=True, stdout=subprocess.PIPE)
        assert_prints(run.stdout.replace('\r', '').rstrip('\n') + '\n', expected or '\n')
    if any('app.shutdown()' in text for _, _, text in blocks):
        assert process.ends() == 0
    process.assert_no_trouble()


@pytest.mark.parametrize(('blocks', 'commands'), typed(False))
def test_other_commands(blocks, commands):
    assert not [block for block in blocks if block[1] == 'beside']
    for command, expected in commands:
        assert not expected
        extra = re.fullmatch(r"pip install 'microdot\[(\w+)\]'", command)
        if extra:
            assert f'\n{extra[1]} = [' in (ROOT / 'pyproject.toml').read_text()
        else:
            python, *arguments = shlex.split(command)
            assert python == 'python3'
            subprocess.run([sys.executable, *arguments], timeout=TIMEOUT, check=True, stdout=subprocess.DEVNULL)
