# The page about deployment shows the files as they are, and what it says of them is so.

import re
import sys

import pytest
from granian.http import HTTP1Settings
from tests.conftest import ROOT
from tests.deployment.conftest import DROP_INS, EXAMPLE, settings

from microdot.server.base import Server

PAGE = (ROOT / 'docs/deployment.md').read_text()
FILES = re.findall(r'^```(\w+) title="([^"]*)"\n(.*?)^```$', PAGE, re.MULTILINE | re.DOTALL)
NGINX = (EXAMPLE / 'nginx.conf').read_text()


@pytest.mark.parametrize(('name', 'text'), [pytest.param(name, text, id=name) for _, name, text in FILES])
def test_files(name, text):
    assert (EXAMPLE / name).read_text() == text


def test_every_file_is_named():
    for path in EXAMPLE.rglob('*'):
        if path.is_file() and '__pycache__' not in path.parts and path.parent.name != 'static':
            name = path.relative_to(EXAMPLE).as_posix()
            assert name in PAGE or name.startswith('.'), name


def test_drop_ins():
    rows = re.findall(r'^\| .* \| `app.service.d/(.*)\.conf` \| `(.*)` \|$', PAGE, re.MULTILINE)
    assert sorted(rows) == [(name, settings(name)['ExecStart'][0].removeprefix('/srv/app/venv/bin/')) for name in DROP_INS]


def test_links_lead_somewhere():
    for page, _, anchor in re.findall(r'\]\(((\w+)\.md)(#[\w-]+)?\)', PAGE):
        text = (ROOT / 'docs' / page).read_text()
        headings = [heading.lower().replace(' ', '-') for heading in re.findall('^#+ (.*)$', text, re.MULTILINE)]
        assert not anchor or anchor[1:] in headings


def test_a_socket_of_ones_own(start, tmp_path):
    program, = re.findall(r'^```python\n(.*?)^```$', PAGE, re.MULTILINE | re.DOTALL)
    path = tmp_path / 'program.py'
    path.write_text(program + "\n\napp.get('/')(lambda request: repr(request.client_addr))\nmain()\n")
    process = start('env', '--chdir', str(tmp_path), f'PYTHONPATH={ROOT / "src"}', sys.executable, str(path),
                    port=str(tmp_path / 'app.sock'))
    assert process.get('/').body == b"('', 0)"


def test_connections_are_kept_longer_than_nginx_keeps_them():
    kept = int(re.search(r'keepalive_timeout (\d+)s;', NGINX)[1])
    assert f'kept for {kept} seconds' in PAGE
    granian = HTTP1Settings().header_read_timeout / 1000  # for the head of the next request
    for seconds in (
        Server.idle_timeout, granian,
        *re.findall(r'--timeout-keep-alive (\d+)', settings('uvicorn')['ExecStart'][0]),
        *re.findall(r'^keep_alive_timeout = (\d+)', (EXAMPLE / 'hypercorn.toml').read_text(), re.MULTILINE),
        *re.findall(r'^keepalive = (\d+)', (EXAMPLE / 'gunicorn.conf.py').read_text(), re.MULTILINE),
    ):
        assert float(seconds) > kept
