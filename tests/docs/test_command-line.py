# The page about the command line says what is: each of its console lines is run, and prints what it says.

import re
import shlex

import pytest
from tests.cli.conftest import HELLO, folder  # noqa: F401
from tests.conftest import ROOT

from microdot.cli import _parser

PAGE = (ROOT / 'docs/command-line.md').read_text()
PROGRAM, = re.findall(r'^```python\n(.*?)^```$', PAGE, re.MULTILINE | re.DOTALL)
CONSOLE = [block.removeprefix('$ microdot ').partition('\n')[::2]
           for block in re.findall(r'^```console\n(.*?)^```$', PAGE, re.MULTILINE | re.DOTALL)]
TABLE = PAGE.partition('| Typed |')[2].partition('\n\n')[0]
TARGETS = [target for row in TABLE.splitlines() for target in re.findall('`(.*?)`', row.split(' | ')[0])]


@pytest.fixture
def project(folder):  # noqa: F811
    folder.write('app.py', PROGRAM)
    folder.write('shop/__init__.py', '')
    folder.write('shop/web.py', PROGRAM)
    return folder


def test_every_line_is_here():
    assert [line for line, _ in CONSOLE] == [
        'run app:app', 'run app:ap', 'run app:app --reload --debug', 'routes app:app', 'run app:app --workers 2']
    assert set(re.findall(r'^```(\w+)', PAGE, re.MULTILINE)) == {'console', 'python'}


@pytest.mark.parametrize(('line', 'printed'), CONSOLE, ids=[line for line, _ in CONSOLE])
def test_a_line(project, line, printed):
    command, *arguments = shlex.split(line)
    first, *others = printed.splitlines()
    if 'Ctrl-C' not in first:
        run = project.run(command, *arguments)
        assert run.stdout + run.stderr == printed
        return
    process = project.serve(*arguments)
    assert process.get('/').body == b'Hello!'
    assert first.replace('5000', str(process.port)) in process.printed.splitlines()
    for other in others:
        assert 'app.py changed' in other
        project.write('app.py', HELLO)
        process.says(re.escape(other))
        assert process.get('/').body == b'hello'


@pytest.mark.parametrize('target', TARGETS)
def test_where_the_application_is(project, target):
    run = project.run('routes', *shlex.split(target))
    assert run.stdout.splitlines()[1].split()[:2] == ['GET', '/'], run.stderr


def test_the_targets_are_here():
    assert TARGETS == ['app', 'shop.web', 'app:app', 'shop/web.py', 'shop/web.py:app', '"app:create_app(\'shop\')"']


def test_every_option_is_here(capsys):
    with pytest.raises(SystemExit):
        _parser().parse_args(['run', '--help'])
    options = set(re.findall(r'--[\w-]+', capsys.readouterr().out)) - {'--help'}
    assert set(re.findall(r'`(--[\w-]+)`', PAGE.partition('| Option |')[2].partition('\n\n')[0])) == options


@pytest.mark.parametrize('link', re.findall(r'\]\((.*?)\)', PAGE))
def test_links_lead_somewhere(link):
    assert link.startswith('#') or (ROOT / 'docs' / link).exists()
