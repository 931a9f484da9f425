# What type checkers say of programs of users: nothing of one that is right, and where the mistakes are of one that is wrong.

import os
import re
import subprocess
import sys

import pytest
from tests.conftest import ROOT

FOLDER = ROOT / 'tests/typing'
WRONG = [number for number, line in enumerate((FOLDER / 'wrong.py').read_text().splitlines(), 1) if line.endswith('  # wrong')]
CHECKERS = {
    'mypy': ['mypy', '--config-file', '', '--strict', '--no-error-summary', '--python-version', '3.10'],
    'pyright': ['pyright', '--pythonversion', '3.10', '--pythonpath', sys.executable],
}
TIMEOUT = 300  # seconds


def complaints(checker, program):
    """Return the numbers of the lines that a type checker objects to, and what it says."""
    command = [sys.executable, '-m', *CHECKERS[checker], str(FOLDER / program)]
    run = subprocess.run(command, cwd=FOLDER, timeout=TIMEOUT, capture_output=True, text=True, check=False,
                         env={**os.environ, 'MYPYPATH': str(ROOT / 'src'), 'PYTHONPATH': str(ROOT / 'src'),
                              'MYPY_CACHE_DIR': str(ROOT / '.mypy_cache/users')})
    assert run.returncode in (0, 1), run.stdout + run.stderr
    assert bool(run.returncode) == ('error' in run.stdout.replace('0 errors', '')), run.stdout + run.stderr
    found = re.findall(rf'{program}:(\d+):.*\berror\b', run.stdout)
    return sorted({int(number) for number in found}), run.stdout


@pytest.mark.parametrize('checker', CHECKERS)
def test_a_program_that_is_right(checker):
    lines, printed = complaints(checker, 'right.py')
    assert lines == [], printed
    assert 'error:' not in printed


@pytest.mark.parametrize('checker', CHECKERS)
def test_mistakes_are_found(checker):
    lines, printed = complaints(checker, 'wrong.py')
    assert lines == WRONG, printed
    assert len(WRONG) > 30
