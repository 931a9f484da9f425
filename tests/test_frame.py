# What tests/conftest.py promises, shown by running pytest over a folder of its own.

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

micropython = pytest.mark.needs('mp64', 'mp32')


@pytest.fixture
def frame(tmp_path):
    """Copy the frame. `frame(text, *arguments)` makes the text a test file and returns what pytest prints."""
    for path in ('pyproject.toml', 'tests/conftest.py', 'tests/left_behind.py', 'tests/device_runner.py', 'tests/app/tools.py'):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / path, tmp_path / path)
    for path in ('src', 'build'):
        (tmp_path / path).symlink_to(ROOT / path)

    def run(text, *arguments, path='tests/app/test_sample.py', **environment):
        (tmp_path / path).write_text(text)
        command = [sys.executable, '-m', 'pytest', '-vv', '-p', 'no:cacheprovider', *(arguments or [path])]
        environment = {**os.environ, 'CI': '', 'PYTEST_DISABLE_PLUGIN_AUTOLOAD': '1', **environment}
        return subprocess.run(command, cwd=tmp_path, env=environment, check=False,
                              stdout=subprocess.PIPE, text=True).stdout
    run.folder = tmp_path
    return run


def outcomes(printed):
    """Return {test: outcome} from pytest's lines."""
    return dict(re.findall(r'^tests/\S+?::(\S+) ([A-Z]+)', printed, re.MULTILINE))


OUTCOMES = '''
import asyncio
import sys
from tools import only

def test_passes():
    pass

def test_fails():
    print('printed by the test')
    assert sys.byteorder == 'middle'

async def test_async_passes():
    await asyncio.sleep(0)

async def test_async_fails():
    await asyncio.sleep(0)
    raise asyncio.CancelledError

@only('cpython', 'the reason')
def test_is_for_cpython():
    pass
'''


@micropython
def test_outcomes(frame):
    printed = frame(OUTCOMES)
    assert outcomes(printed) == {
        'test_passes': 'PASSED', 'test_passes[mp64]': 'PASSED', 'test_passes[mp32]': 'PASSED',
        'test_fails': 'FAILED', 'test_fails[mp64]': 'FAILED', 'test_fails[mp32]': 'FAILED',
        'test_async_passes': 'PASSED', 'test_async_passes[mp64]': 'PASSED', 'test_async_passes[mp32]': 'PASSED',
        'test_async_fails': 'FAILED', 'test_async_fails[mp64]': 'FAILED', 'test_async_fails[mp32]': 'FAILED',
        'test_is_for_cpython': 'PASSED', 'test_is_for_cpython[mp64]': 'SKIPPED', 'test_is_for_cpython[mp32]': 'SKIPPED'}
    assert 'the reason' in printed


@micropython
def test_failure_shows_the_line_and_what_was_printed(frame):
    printed = frame(OUTCOMES, 'tests/app/test_sample.py::test_fails[mp32]')
    assert '''  File "tests/app/test_sample.py", line 11, in test_fails
    assert sys.byteorder == 'middle'
AssertionError''' in printed
    assert 'Captured stdout call' in printed
    assert '\nprinted by the test' in printed


SELECTION = '''
import os, sys

def test_one():
    assert sys.implementation.name

def test_one_and_a_half():
    pass

def test_kills_its_process():
    os.system('kill -9 $PPID')
'''


@micropython
def test_the_rows_of_the_wire_run_on_every_python(frame):
    wire = frame.folder / 'tests/wire'
    wire.mkdir()
    (wire / 'some_rows.py').write_text('ROWS = [1]')
    (wire / 'test_some.py').write_text('def test_is_for_cpython(): pass')
    printed = frame('from some_rows import ROWS\nfrom tools import raises\ndef test_one(): assert ROWS == [1]',
    'tests/wire',
                    path='tests/wire/test_some_rows.py')
    assert outcomes(printed) == {'test_is_for_cpython': 'PASSED', 'test_one': 'PASSED', 'test_one[mp64]': 'PASSED',
                                 'test_one[mp32]': 'PASSED'}


@micropython
@pytest.mark.parametrize(('arguments', 'selected'), [
    (['tests/app/test_sample.py::test_one[mp64]'], ['test_one[mp64]']),
    (['tests/app/test_sample.py::test_one'], ['test_one', 'test_one[mp64]', 'test_one[mp32]']),
    (['tests/app', '-k', 'half and mp32'], ['test_one_and_a_half[mp32]']),
    (['tests', '-k', 'half and not mp32'], ['test_one_and_a_half', 'test_one_and_a_half[mp64]']),
])
def test_only_what_is_selected_runs(frame, arguments, selected):
    assert outcomes(frame(SELECTION, *arguments)) == dict.fromkeys(selected, 'PASSED')


@micropython
def test_a_process_that_dies_fails_its_test(frame):
    printed = frame(SELECTION, '-k', 'mp64')
    assert outcomes(printed) == {'test_one[mp64]': 'PASSED', 'test_one_and_a_half[mp64]': 'PASSED',
                                 'test_kills_its_process[mp64]': 'FAILED'}
    assert 'MicroPython ended with status -9 before this test did' in printed


@micropython
def test_stops_at_the_first_failure(frame):
    printed = frame(OUTCOMES, '-x', '-k', 'mp64')
    assert outcomes(printed) == {'test_passes[mp64]': 'PASSED', 'test_fails[mp64]': 'FAILED'}


@micropython
def test_a_file_that_cannot_be_imported_fails_every_test(frame):
    printed = frame('import dataclasses\ndef test_one(): pass\ndef test_two(): pass')
    assert outcomes(printed) == {
        'test_one': 'PASSED', 'test_one[mp64]': 'FAILED', 'test_one[mp32]': 'FAILED',
        'test_two': 'PASSED', 'test_two[mp64]': 'FAILED', 'test_two[mp32]': 'FAILED'}
    assert '    import dataclasses\n' in printed
    assert 'ImportError' in printed


@micropython
def test_deadlines(frame):
    conftest = frame.folder / 'tests/conftest.py'
    conftest.write_text(conftest.read_text().replace('DEADLINE = 60', 'DEADLINE = 0.1'))
    printed = frame('import asyncio\nasync def test_hangs(): await asyncio.sleep(10)\ndef test_after(): pass')
    assert outcomes(printed) == {
        'test_hangs': 'FAILED', 'test_hangs[mp64]': 'FAILED', 'test_hangs[mp32]': 'FAILED',
        'test_after': 'PASSED', 'test_after[mp64]': 'PASSED', 'test_after[mp32]': 'PASSED'}
    assert 'TimeoutError' in printed


LOST = '''
class Lost:
    # What no event loop goes on with.
    def __iter__(self):
        yield 'lost'

    def __await__(self):
        yield None
        raise ValueError

async def test_is_lost_by_the_loop():
    await Lost()
'''


@micropython
def test_a_test_that_the_event_loop_loses(frame):
    conftest = frame.folder / 'tests/conftest.py'
    conftest.write_text(conftest.read_text().replace('DEADLINE = 60', 'DEADLINE = 0.1'))
    printed = frame(LOST)
    assert outcomes(printed) == {'test_is_lost_by_the_loop': 'FAILED', 'test_is_lost_by_the_loop[mp64]': 'FAILED',
                                 'test_is_lost_by_the_loop[mp32]': 'FAILED'}
    assert 'the event loop has lost it' in printed


@micropython
def test_a_file_that_never_ends(frame):
    conftest = frame.folder / 'tests/conftest.py'
    conftest.write_text(conftest.read_text().replace('FILE_TIMEOUT = 180', 'FILE_TIMEOUT = 1'))
    printed = frame("def test_one(): pass\ndef test_two():\n    print('round')\n    while True: pass", '-k', 'mp64')
    assert outcomes(printed) == {'test_one[mp64]': 'PASSED', 'test_two[mp64]': 'FAILED'}
    assert 'MicroPython was ended after 1 seconds before this test did' in printed


@pytest.mark.parametrize(('ci', 'outcome'), [('', 'SKIPPED'), ('true', 'FAILED')])
def test_missing_micropython(frame, ci, outcome):
    (frame.folder / 'build').unlink()
    printed = frame('def test_one(): pass', CI=ci)
    assert outcomes(printed) == {'test_one': 'PASSED', 'test_one[mp64]': outcome, 'test_one[mp32]': outcome}
    assert 'mp64 is missing' in printed


NEEDS = '''
import pytest
pytestmark = pytest.mark.needs('python3', 'no-such-command')
def test_one(): pass
'''


@pytest.mark.parametrize(('ci', 'outcome'), [('', 'SKIPPED'), ('true', 'ERROR')])
def test_missing_command(frame, ci, outcome):
    printed = frame(NEEDS, path='tests/test_sample.py', CI=ci)
    assert outcomes(printed) == {'test_one': outcome}
    assert 'no-such-command is missing' in printed


ASYNC = '''
import asyncio
import pytest

async def test_has_fixtures(tmp_path):
    await asyncio.sleep(0)
    assert tmp_path.is_dir()

@pytest.mark.deadline(0.1)
async def test_is_late():
    await asyncio.sleep(10)

async def test_fails():
    assert await asyncio.sleep(0, 1) == 2

async def test_forgets_to_await():
    asyncio.sleep(0)
'''


def test_async_tests(frame):
    assert outcomes(frame(ASYNC, path='tests/test_sample.py')) == {
        'test_has_fixtures': 'PASSED', 'test_is_late': 'FAILED', 'test_fails': 'FAILED',
        'test_forgets_to_await': 'FAILED'}


def test_files_of_one_name_and_shared_modules(frame):
    for folder in ('one', 'two'):
        (frame.folder / 'tests' / folder).mkdir()
        (frame.folder / 'tests' / folder / 'rows.py').write_text(f'NAME = {folder!r}')
        (frame.folder / 'tests' / folder / 'test_sample.py').write_text(
            f'from tests.{folder}.rows import NAME\ndef test_{folder}(): assert NAME == {folder!r}')
    assert outcomes(frame('', 'tests/one', 'tests/two')) == {'test_one': 'PASSED', 'test_two': 'PASSED'}
