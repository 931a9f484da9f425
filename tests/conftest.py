# How the tests run: async ones, those that need a command, and tests/app and the rows of tests/wire on MicroPython
# beside CPython.

import ast
import asyncio
import functools
import inspect
import json
import linecache
import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import NamedTuple

import pytest
from tests.left_behind import pytest_configure, pytest_unconfigure  # noqa: F401 - hooks
from tools import skip_reason

ROOT = Path(__file__).parents[1]
DEVICE_TESTS = {ROOT / 'tests/app': 'test_*.py', ROOT / 'tests/wire': 'test_*_rows.py'}  # MicroPython runs them too
BUILDS = {f'mp{bits}': ROOT / f'build/micropython/{bits}/micropython' for bits in (64, 32)}
NEWER = {'newer': ROOT / 'build/micropython/newer/micropython'}  # of a newer version, see tests/device/test_newer.py
HEAP = '4m'         # room for any test; how little suffices is the subject of tests/device
DEADLINE = 60       # seconds for an async test
FILE_TIMEOUT = 180  # seconds for a file on MicroPython


def require(tool):
    """End the test where a command or a build is missing: skipped, but under CI, where every tool has to be, failed."""
    if shutil.which((BUILDS | NEWER).get(tool, tool)):
        return
    reason = f'{tool} is missing, `make tools` gets it'
    if os.environ.get('CI') == 'true':
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


def pytest_runtest_setup(item):
    for marker in item.iter_markers('needs'):
        for tool in marker.args:
            require(tool)
    if reason := skip_reason(getattr(item, 'function', None)):
        pytest.skip(reason)


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem):
    test = pyfuncitem.obj
    if not inspect.iscoroutinefunction(test):
        return None
    marker = pyfuncitem.get_closest_marker('deadline')
    fixtures = {name: pyfuncitem.funcargs[name] for name in inspect.signature(test).parameters}
    asyncio.run(asyncio.wait_for(test(**fixtures), marker.args[0] if marker else DEADLINE))
    return True


# Tests on MicroPython: an item for each test and build, beside the one of CPython.

@pytest.hookimpl(trylast=True)
def pytest_collect_file(file_path, parent):
    pattern = DEVICE_TESTS.get(file_path.parent)
    if pattern and file_path.match(pattern):
        return DeviceFile.from_parent(parent, path=file_path)


class Result(NamedTuple):
    outcome: str
    text: str    # the reason of a skip, the traceback of a failure
    output: str  # what the test printed


def tests_of(path):
    """Return the definitions of the tests in a file."""
    return [node for node in ast.parse(path.read_bytes()).body
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.name.startswith('test_')]


class DeviceFile(pytest.File):
    """A test file as MicroPython sees it: each build runs the selected tests of it in one process."""

    def collect(self):
        tests = tests_of(self.path)
        for build in BUILDS:
            for test in tests:
                yield DeviceTest.from_parent(self, name=f'{test.name}[{build}]', build=build, definition=test)

    @functools.cache  # noqa: B019  # one run per build; both live as long as the session
    def results(self, build):
        names = [item.definition.name for item in self.session.items
                 if isinstance(item, DeviceTest) and item.parent is self and item.build == build]
        return run_on_device(BUILDS[build], 'src', self.path.relative_to(ROOT).as_posix(), names)


def run_on_device(micropython, source, file, names):
    """Run tests of a file on MicroPython, with the packages in a folder; returns a `Result` for each by name."""
    command = [micropython, '-X', 'heapsize=' + HEAP, 'tests/device_runner.py', str(DEADLINE), source, file, *names]
    with tempfile.TemporaryDirectory() as temporary:
        try:
            run = subprocess.run(command, cwd=ROOT, env={**os.environ, 'TMPDIR': temporary}, timeout=FILE_TIMEOUT,
                                 check=False, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
            end, printed = f'ended with status {run.returncode}', run.stdout
        except subprocess.TimeoutExpired as exc:
            end, printed = f'was ended after {FILE_TIMEOUT} seconds', exc.stdout or b''
    return read_results(printed.decode(errors='replace'), names, end)


def read_results(printed, names, end):
    """Read the records of device_runner. The first test without one was running when MicroPython ended."""
    results = {}
    output, *records = printed.split('\x1e')
    for record in records:
        line, _, next_output = record.partition('\n')
        name, outcome, text = json.loads(line)
        results[name] = Result(outcome, text, output)
        output = next_output
    for name in names:
        if name not in results:
            results[name] = Result('failed', f'{output}\nMicroPython {end} before this test did', '')
    return results


class DeviceTest(pytest.Item):
    """A test function on one build of MicroPython."""

    def __init__(self, *, build, definition, **kwargs):
        super().__init__(**kwargs)
        self.build = build
        self.definition = definition

    def runtest(self):
        require(self.build)
        result = self.parent.results(self.build)[self.definition.name]
        self.add_report_section('call', 'stdout', result.output)
        if result.outcome == 'skipped':
            pytest.skip(result.text)
        if result.outcome == 'failed':
            raise DeviceFailure(result.text)

    def repr_failure(self, excinfo, style=None):
        if excinfo.errisinstance(DeviceFailure):
            return with_source_lines(str(excinfo.value))
        return super().repr_failure(excinfo, style)

    def reportinfo(self):
        return self.path, self.definition.lineno - 1, self.name


class DeviceFailure(Exception):
    """A test failed on MicroPython; the text is its traceback there."""


def with_source_lines(traceback):
    """Put beneath each entry of a MicroPython traceback the line it names, as CPython does."""
    def entry_and_line(entry):
        line = linecache.getline(str(ROOT / entry[1]), int(entry[2])).strip()
        return f'{entry[0]}\n    {line}' if line else entry[0]
    return re.sub(r'  File "([^"]+)", line (\d+).*', entry_and_line, traceback)
