# The page on templates does what it says: the templates and programs of each section are put into a folder and run, on both
# Pythons, and so are its commands. The first line of a template names its file.

import os
import re
import subprocess

import pytest
from tests.conftest import ROOT, require
from tests.docs.conftest import PYTHONS
from tests.docs.test_pages import BLOCK, RUN_TESTS

PAGE = (ROOT / 'docs/templates.md').read_text()
PARTS = re.split(r'^#{1,2} (.*)\n', PAGE, flags=re.MULTILINE)[1:]
SECTIONS = {heading: blocks for heading, text in zip(PARTS[::2], PARTS[1::2], strict=True)
            if (blocks := [match.groups() for match in BLOCK.finditer(text)])}
FILE = re.compile(r'{# (templates/[\w/]+\.\w+) #}\n')
TIMEOUT = 60  # seconds


def test_every_block_is_known():
    assert PAGE.count('```') == 2 * len(BLOCK.findall(PAGE)) == 2 * sum(map(len, SECTIONS.values()))
    assert {block[:2] for blocks in SECTIONS.values() for block in blocks} == {
        ('html', ''), ('python', ''), ('python', 'cpython'), ('console', '')}


def test_links_lead_somewhere():
    for link in re.findall(r'\]\((.*?)\)', PAGE):
        assert re.match('https://|#', link) or (ROOT / 'docs' / link).exists(), link


@pytest.mark.parametrize('python', PYTHONS)
@pytest.mark.parametrize('heading', SECTIONS)
def test_sections(tmp_path, python, heading):
    blocks = SECTIONS[heading]
    if python != 'cpython':
        require(python)
        if ('python', 'cpython') in {block[:2] for block in blocks}:
            pytest.skip('Jinja is a package for CPython')
    environment = {**os.environ, 'PYTHONPATH': str(ROOT / 'src'), 'MICROPYPATH': f'{ROOT}/src:.frozen'}

    def run(*command):
        done = subprocess.run(command, cwd=tmp_path, env=environment, timeout=TIMEOUT, check=False, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        assert done.returncode == 0, done.stdout
        return done.stdout

    program = ''
    for language, _, text in blocks:
        if language == 'html':
            path = tmp_path / FILE.match(text)[1]
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        elif language == 'console':
            command, _, output = text.partition('\n')
            assert run(*PYTHONS[python], *command.split()[2:]) == output
            for path in tmp_path.rglob('*.txt'):  # the compiled templates are enough
                path.unlink()
        else:
            program += text
    (tmp_path / 'program.py').write_text(program + RUN_TESTS)
    assert int(run(*PYTHONS[python], 'program.py').split()[-2]) == len(re.findall(r'^async def test_', program, re.MULTILINE)) > 0
