# The measurements themselves: that each load gets right answers from the servers that need no installation, that every decision
# can still be taken back, and what is made of results. Nothing is measured here.

import contextlib
import json
import os
import re
import shlex
import subprocess
import sys
from xml.etree import ElementTree

import pytest
from bench import chart, client, decisions, files, loads, opponents, pages, report, requests, rounds
from bench.__main__ import SUBJECTS
from bench.environments import REQUIREMENTS, ROOT, MissingError
from bench.processes import Server
from bench.servers import settings
from tests.redis_server import RedisServer

PROGRAMS = ('microdot', 'protocol')
SOURCES = {'PYTHONPATH': 'src'}


def serve(*program, **variables):
    """Return a server in this Python."""
    return Server([sys.executable, '-m', *program], {**SOURCES, **variables})


@pytest.fixture(scope='module', params=PROGRAMS)
def server(request, tmp_path_factory):
    path = tmp_path_factory.mktemp('files') / 'file.bin'
    path.write_bytes(bytes(files.FILE))
    with serve(f'bench.servers.{request.param}', '{port}', 'asyncio', BENCH_FILE=str(path)) as server:
        server.program = request.param
        yield server


# Loads.

@pytest.mark.parametrize('name', requests.WORKS)
def test_requests_get_their_answers(server, name):
    assert loads.check(server.port, requests.WORKS[name]) is False


@pytest.mark.parametrize('name', files.WORKS)
def test_long_bodies(server, name):
    if server.program == 'microdot' or name.startswith('stream'):
        loads.check(server.port, files.WORKS[name])


@pytest.mark.parametrize('work', [loads.Work(expected='Hello'), loads.Work(expected=12), loads.Work('/json', {}),
                                  loads.Work('/form', method='POST', body=b'a=b')])
def test_a_wrong_answer_is_told(server, work):
    with pytest.raises(loads.WrongAnswerError):
        loads.check(server.port, work)


@pytest.mark.needs('wrk')
@pytest.mark.parametrize('name', requests.WORKS)
def test_wrk(server, name):
    work = requests.WORKS[name]
    cost = loads.wrk(server, work, 0.5, 2)
    assert cost.count > 0
    assert cost.cpu >= 0
    assert cost.elapsed >= 0.5


@pytest.mark.needs('wrk')
def test_wrk_tells_of_answers_that_are_not_right():
    with serve('bench.servers.microdot', '{port}', 'asyncio') as server, pytest.raises(loads.WrongAnswerError, match='Non-2xx'):
        loads._count(loads._run_wrk(server.port, loads.Work('/nothing'), '/dev/null', 0.5, 1), 'x')


@pytest.mark.parametrize('size', [0, 32, 125, 126, 1000])
def test_websockets(server, size):
    if size or server.program == 'microdot':
        with loads.Client(server, 'websockets', 3, size) as load:
            assert load.run(0.01).count >= 3


def test_listeners(server):
    with loads.Client(server, 'listeners', 7) as load:
        assert load.run(3).count == 21


def test_uploads(server):
    answer = '100000' if server.program == 'microdot' else settings.HELLO
    with loads.Client(server, 'uploads', 100_000, answer) as load:
        assert load.run(2).count == 200_000


def test_a_client_that_gets_no_answer_says_why(server):
    with loads.Client(server, 'uploads', 1000, 'another answer') as load, pytest.raises(loads.WrongAnswerError):
        load.run(1)


def test_masks():
    assert client.frame(3, b'\0\0\0\0') == b'\x81\x83\0\0\0\0mmm'
    assert client.frame(1000)[:4] == b'\x81\x7e\x03\xe8'


# Servers.

@pytest.mark.parametrize('decision', sorted({decision or 'everything' for decision, *_ in decisions.DECISIONS.values()}))
def test_a_decision_can_be_taken_back(decision, tmp_path):
    path = tmp_path / 'file.bin'
    path.write_bytes(bytes(files.FILE))
    with serve('bench.servers.without', '{port}', 'asyncio', decision, BENCH_FILE=str(path), BENCH_ROUTES='3') as server:
        for work in (*requests.WORKS.values(), files.WORKS['file of 100 KB'], loads.Work('/routes/2')):
            loads.check(server.port, work)
        with loads.Client(server, 'websockets', 1, 1000) as load:
            assert load.run(0).count


@pytest.mark.parametrize(('kind', 'path'), [('static', '/routes/4'), ('parameters', '/routes4/7'), ('mounted', '/routes4/hello')])
def test_an_application_grows(kind, path):
    variables = {'BENCH_ROUTES': '5', 'BENCH_ROUTE_KIND': kind, 'BENCH_HOOKS': '2'}
    with serve('bench.servers.microdot', '{port}', 'asyncio', **variables) as server:
        loads.check(server.port, loads.Work(path, '7' if kind == 'parameters' else settings.HELLO))
        loads.check(server.port, loads.Work('/body', '100000', 'POST', body=b'b' * 100_000))


def test_stages():
    command = [sys.executable, '-m', 'bench.servers.stages', '1']
    printed = subprocess.run(command, cwd=ROOT, env={**os.environ, **SOURCES}, stdout=subprocess.PIPE, check=True).stdout
    assert {'hello', 'form', 'hello: route'} < set(json.loads(printed))


def test_a_server_that_does_not_start_says_why():
    with pytest.raises(MissingError, match='No module named'), serve('bench.servers.nobody'):
        raise AssertionError


def test_a_server_is_measured():
    with serve('bench.servers.protocol', '{port}', 'asyncio') as server:
        assert server.seconds() > 0
        assert 5 < server.memory() < 200
        server.forget_peak()
        held = server.memory()
        assert server.memory('VmHWM') >= held


def test_opponents():
    assert {opponent.environment for opponent in opponents.ALL} <= {*REQUIREMENTS, ''}
    assert len({opponent.title(loop) for opponent in opponents.ALL for loop in opponent.loops}) == len(
        [loop for opponent in opponents.ALL for loop in opponent.loops])
    for opponent in opponents.ALL:
        program = next(word for word in opponent.command if word.startswith('bench.servers.'))
        assert (ROOT / (program.partition(':')[0].replace('.', '/') + '.py')).exists()


# Results.

def measured():
    """Return results of two rows, and of one that is missing."""
    turns = iter(range(1, 100))

    def run(turn):
        turn.measure('a', lambda: {'cpu': next(turns), 'rate': 1})
        turn.measure('b', lambda: {'cpu': 1000})

    def fail(turn):
        turn.measure('a', lambda: {'cpu': 5})
        turn.measure('b', lambda: loads.check(1, loads.Work()))

    def missing(turn):
        raise MissingError('not here')

    return rounds.take_turns(rounds.Results('title'), [('one', run), ('two', run), ('three', fail), ('four', missing)], 3)


def test_results():
    results = measured()
    assert results.columns == ['a', 'b']
    assert results.figures['one']['a']['cpu'] == [1, 4, 5]  # the order turns round by round
    assert results.median('one', 'a') == 4
    assert results.spread('two', 'a') == (2, 6)
    assert results.median('three', 'b') is results.median('four', 'a') is None
    assert results.missing['four'] == 'not here'
    assert 'ConnectionRefusedError' in results.missing['three: b']


def test_the_table():
    lines = report.table(measured(), unit='us').splitlines()
    assert lines[:2] == ['| us | a | b | a, least to most |', '|---|---|---|---|']
    assert lines[2:5] == ['| two | 3 | 1,000 | 2 to 6 |', '| one | 4 | 1,000 | 1 to 5 |', '| three | 5 |  | 5 to 5 |']
    assert lines[-2] == '* four: not here'


def test_json(tmp_path, monkeypatch):
    path = tmp_path / 'results.json'
    monkeypatch.setattr(report, 'installed', lambda: {'this': {'Python': '3', 'that': '1.0'}, 'other': 'not here'})
    report.write_json(path, {'one': measured()})
    monkeypatch.setattr(report, 'installed', lambda: {'this': {'Python': '3', 'that': '1.0'}})  # where nobody else takes part
    report.write_json(path, {'two': measured()})
    again = report.read_json(path)
    assert again == {'one': measured(), 'two': measured()}
    assert json.loads(path.read_text())['subjects']['one']['machine']['cores']
    assert report.versions_of(path) == '* this: Python 3, that 1.0\n* other: not here\n'


def test_pages(tmp_path):
    page = tmp_path / 'page.md'
    page.write_text('a\n<!-- bench: one -->\nold\n<!-- bench -->\nb\n<!-- bench: two -->\nold\n<!-- bench -->\n')
    report.fill_in(page, {'one': 'new\n', 'three': 'no\n'})
    assert page.read_text() == 'a\n<!-- bench: one -->\n\nnew\n\n<!-- bench -->\nb\n<!-- bench: two -->\nold\n<!-- bench -->\n'


@pytest.mark.parametrize('picture', [
    chart.bars('A & B', {'Microdot, asyncio': 1.0, 'another <': 2.5}, 'Microdot, '),
    chart.lines('A & B', 'across', {'one': {0: 1.5, 10: 20.0, 10_000_000: 4.0}, 'two': {10: 3.0}}),
    chart.lines('one point', 'across', {'one': {1: 7.0}}),
])
def test_pictures(picture):
    root = ElementTree.fromstring(picture)
    assert root.tag == '{http://www.w3.org/2000/svg}svg'
    numbers = [float(value) for element in root.iter() for name, value in element.attrib.items()
               if name in ('x', 'y', 'width', 'height')]
    assert min(numbers) >= 0
    assert max(numbers) <= chart.WIDTH


def test_numbers():
    numbers = [0.1234, 1, 12.34, 123.4, 12345, 1e7]
    assert [chart.number(value) for value in numbers] == ['0.123', '1', '12.3', '123', '12,345', '10M']


@pytest.mark.needs('redis-server')
@pytest.mark.parametrize('where', ['memory', 'Redis'])
def test_messages_of_channels_are_counted(tmp_path, where):
    with RedisServer(tmp_path) if where == 'Redis' else contextlib.nullcontext() as redis:
        command = [sys.executable, '-m', 'bench.servers.channels', 'microdot', '3', '0.1', *([redis.url] if redis else [])]
        run = subprocess.run(command, cwd=ROOT, env={**os.environ, **SOURCES}, capture_output=True, text=True, check=True)
    messages, seconds, cpu, _ = map(float, run.stdout.split())
    assert messages >= 50
    assert messages % 50 == 0
    assert seconds > 0.1
    assert cpu > 0


# The page.

PAGE = (ROOT / 'docs/performance.md').read_text()


@pytest.mark.parametrize('command', re.findall(r'^\$ (.*)$', PAGE, re.MULTILINE))
def test_the_commands_of_the_page(command):
    program, *arguments = shlex.split(command)
    if program == 'make':
        environment = {name: value for name, value in os.environ.items() if not re.match('MAKE|ARGS', name)}
        printed = subprocess.run(['make', '--dry-run', *arguments], cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True,
                                 check=True).stdout
        assert set(re.findall(r'-m bench (.*)', printed)[0].split()) <= {*SUBJECTS, '--quick', '--rounds', '3'}
    else:
        reference, *works = arguments
        assert (program, reference) == ('bench/compare', 'HEAD~1')
        assert set(works) <= set(requests.WORKS)
        assert '--loop' in subprocess.run([ROOT / program, '--help'], env={**os.environ, 'PYTHON': sys.executable},
                                          stdout=subprocess.PIPE, text=True, check=True).stdout


def test_the_pages_show_what_was_measured(tmp_path):
    readme = (ROOT / 'README.md').read_text()
    (tmp_path / 'performance.md').write_text(PAGE)
    (tmp_path / 'readme.md').write_text(readme)
    pages.publish(ROOT / 'docs/bench', tmp_path / 'performance.md', tmp_path / 'readme.md')
    assert (tmp_path / 'performance.md').read_text() == PAGE
    assert (tmp_path / 'readme.md').read_text() == readme
    for picture in re.findall(r'\((bench/\w+\.svg)\)', PAGE):
        assert (ROOT / 'docs' / picture).exists()
    assert set(re.findall(r'<!-- bench: (\w+) -->', PAGE)) == {*pages.UNITS, 'versions'}
