# Conditions and ranges of requests for files: what nginx, which serves the same file, makes of them.
#
# The rows say by which section of RFC 9110 an answer is another one than that of nginx; tests/app/test_conditions.py asks Microdot.

import shutil
import tempfile
from pathlib import Path

import pytest
from condition_rows import FILE, ROWS, dates, fill
from tests.conftest import ROOT
from tests.runtimes.client import Client
from tests.runtimes.nginx import Nginx

DATA = (ROOT / FILE).read_bytes()

pytestmark = pytest.mark.needs('nginx')


@pytest.fixture(scope='module')
def nginx():
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as state:
        Path(folder).chmod(0o755)
        shutil.copy2(ROOT / FILE, folder)
        with Nginx(folder, state) as nginx:
            yield nginx


@pytest.mark.parametrize('row', ROWS, ids=lambda row: row[0])
def test_rows(nginx, row):
    _, headers, answer, *differently = row
    with Client(nginx.port) as client:
        path = '/' + Path(FILE).name
        etag = client.request('GET', path).headers['etag']
        response = client.request('GET', path, fill(headers, {**dates(), 'etag': etag}))
    status, content_range, part = differently[0][0] if differently else answer
    assert (response.status, response.headers.get('content-range')) == (status, content_range)
    if part is not None:
        assert response.body == DATA[part[0]:part[1]]
