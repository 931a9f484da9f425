# A board's small heap: what imports in it, and what it serves.

import subprocess

import pytest
from device import shipped_modules
from tests.conftest import BUILDS, ROOT
from tests.runtimes.client import Client
from tests.runtimes.conftest import Process, free_port

HEAP = 48  # KiB in which the sources as they are serve hello on 32 bits, whose words and heap blocks are a board's


@pytest.fixture(params=[pytest.param(build, marks=pytest.mark.needs(build)) for build in ('mp64', 'mp32')])
def build(request):
    return request.param


@pytest.mark.parametrize('module', shipped_modules())
def test_every_room_imports(build, module):
    run = subprocess.run([BUILDS[build], '-c', f'import {module}'], cwd=ROOT, env={'MICROPYPATH': 'src:.frozen'},
                         capture_output=True, text=True, timeout=60, check=False)
    assert (run.returncode, run.stdout, run.stderr) == (0, '', '')


@pytest.mark.needs('mp32')
@pytest.mark.parametrize('kept', [False, True], ids=['connection for each', 'one kept connection'])
def test_hello_serves_a_hundred_requests_in_a_small_heap(kept, tmp_path):
    port = free_port()
    process = Process('mp32', [BUILDS['mp32'], '-X', f'heapsize={HEAP}k', 'tests/device/application.py', str(port)],
                      tmp_path / 'log')
    process.port = port
    try:
        assert process.accepts(), process.printed
        client = Client(port)
        for _ in range(100):
            response = client.request('GET', '/', {} if kept else {'Connection': 'close'})
            assert (response.status, response.body, response.keeps) == (200, b'Hello, world!', kept)
            if not kept:
                client.close()
                client = Client(port)
        client.close()
        assert process.popen.poll() is None
        process.assert_no_trouble()
    finally:
        process.kill()
