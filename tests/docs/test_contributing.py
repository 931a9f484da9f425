# The page about contributing, and whatever else names a target of the Makefile or a folder of tests, names what is there.

import re

import pytest
from tests.conftest import ROOT

PAGE = (ROOT / 'docs/contributing.md').read_text()
TARGETS = set(re.findall(r'^([a-z-]+):.*## ', (ROOT / 'Makefile').read_text(), re.MULTILINE))
TEXTS = [ROOT / 'README.md', ROOT / 'examples/README.md', *(ROOT / 'docs').rglob('*.md')]


def test_every_target_is_named():
    phony, = re.findall('^[.]PHONY: (.*)$', (ROOT / 'Makefile').read_text(), re.MULTILINE)
    assert set(phony.split()) == TARGETS
    assert set(re.findall('`make ([a-z-]+)', PAGE.partition('## Set up')[2].partition('## ')[0])) == TARGETS - {'help'}


@pytest.mark.parametrize('path', TEXTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_target_that_is_named_is_there(path):
    named = re.findall(r'(?:`|^\$ )make ([a-z-]+)', path.read_text(), re.MULTILINE)
    assert set(named) <= TARGETS


def test_every_folder_of_tests_is_named():
    folders = {f'tests/{path.name}' for path in (ROOT / 'tests').iterdir() if path.is_dir() and path.name != '__pycache__'}
    assert set(re.findall('`(tests/[a-z]+)`', PAGE)) == folders


def test_what_is_named_is_there():
    for link in re.findall(r'\]\(([^)#]+)', PAGE):
        assert (ROOT / 'docs' / link).is_file(), link
    assert (ROOT / 'tools/imports.py').is_file()
    assert (ROOT / 'CHANGELOG.md').is_file()
    assert '```' not in PAGE, 'a program would be looked at by tests/docs/test_pages.py'
