# The index of the examples is whole and true: what it names is there, and is tested.

import re

import pytest
from tests.conftest import ROOT
from tests.examples.index import EXAMPLES, with_ports

FOLDER = ROOT / 'examples'
ELSEWHERE = {'pubsub': 'tests/docs/test_example_pubsub.py', 'demonstration': 'tests/docs/test_demo.py'}


def test_every_folder_is_in_the_index():
    folders = {path.name for path in FOLDER.iterdir() if path.is_dir() and path.name != '__pycache__'}
    assert folders == {example.path.split('/')[0] for example in EXAMPLES.values()}
    assert (FOLDER / 'README.md').read_text().count('\n| [') == len(EXAMPLES), 'each row is read'


def test_links_lead_somewhere():
    for link in re.findall(r'\]\(([^)]+)\)', (FOLDER / 'README.md').read_text()):
        assert (FOLDER / link).exists(), link


def test_every_example_is_tested():
    tests = ''.join(path.read_text() for path in (ROOT / 'tests/examples').glob('test_*.py'))
    tested = set(re.findall(r"mark\.example\('([^']+)'\)", tests))
    assert tested | set(ELSEWHERE) == set(EXAMPLES)


@pytest.mark.parametrize('name', ELSEWHERE)
def test_those_that_are_tested_elsewhere_are_run_so(name):
    module = EXAMPLES[name].command.removeprefix('python ').removesuffix(' --port 5000')
    assert repr(module.split()).strip('[]') in (ROOT / ELSEWHERE[name]).read_text()


def test_a_port_that_is_like_another():
    assert with_ports("app.run(port=5000, debug=True)  # 5053 5000", 50535, 15000) == (
        "app.run('127.0.0.1', 50535, debug=True)  # 15000 50535")


def test_each_says_first_what_it_shows():
    for path in FOLDER.rglob('*.py'):
        if path.parent.name not in ('demo', 'hello') and not path.name.endswith('_html.py'):
            assert re.match(r'# [A-Z]|"""[A-Z]', path.read_text()), path
