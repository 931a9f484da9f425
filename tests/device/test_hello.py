# A board's small heap: what imports in it, and what it serves.

import subprocess

import pytest
from bench.footprint import Stage
from device import shipped_modules
from tests.conftest import BUILDS, ROOT
from tests.device.compiled import shipped

# On 32 bits, whose words and heap blocks are a board's; see bench.footprint.
FORMS = ('sources', 'py', 'mpy')  # as they are, and as they are shipped
HEAPS = {'sources': 48, 'py': 45, 'mpy': 36}  # KiB in which hello is served
NEW, KEPT = 3400, 2150  # bytes that are allocated for a request, on a connection of its own and on one that is kept
IDLE = 1150             # bytes that a kept connection holds while it is idle
LOADED = 16000          # bytes of what is loaded to serve hello, compiled


@pytest.fixture(params=[pytest.param(build, marks=pytest.mark.needs(build)) for build in ('mp64', 'mp32')])
def build(request):
    return request.param


@pytest.mark.parametrize('module', shipped_modules())
def test_every_room_imports(build, module):
    run = subprocess.run([BUILDS[build], '-c', f'import {module}'], cwd=ROOT, env={'MICROPYPATH': 'src:.frozen'},
                         capture_output=True, text=True, timeout=60, check=False)
    assert (run.returncode, run.stdout, run.stderr) == (0, '', '')


@pytest.fixture(params=[pytest.param(form, marks=pytest.mark.needs('mp32')) for form in FORMS])
def stage(request):
    folder = ROOT / 'src' if request.param == 'sources' else shipped() / request.param
    stage = Stage(folder, request.param == 'mpy')
    stage.form = request.param
    return stage


@pytest.mark.parametrize('kept', [False, True], ids=['connection for each', 'one kept connection'])
def test_hello_serves_a_hundred_requests_in_a_small_heap(stage, kept):
    assert stage.serves(HEAPS[stage.form], kept)
    assert not stage.serves(16, kept)


def test_what_a_request_allocates(stage):
    new, kept = stage.allocated(False), stage.allocated(True)
    print(new, kept, 'bytes')
    assert 1000 < kept < KEPT
    assert kept < new < NEW


def test_what_an_idle_connection_holds(stage):
    idle = stage.idle()
    print(idle, 'bytes')
    assert 500 < idle < IDLE


def test_what_hello_loads(stage):
    loaded = stage.loaded()
    assert stage.folder / ('microdot/__init__.mpy' if stage.compiled else 'microdot/core/dispatch.py') in loaded
    if stage.compiled:
        assert 5000 < sum(file.stat().st_size for file in loaded) < LOADED
