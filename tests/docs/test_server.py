# The page about the server says what is: its limits are those of each Python, its programs run, its tests exist.

import ast
import importlib
import json
import re

import pytest
from tests.conftest import ROOT

from microdot import Microdot, Request
from microdot.server.base import Server

PAGE = (ROOT / 'docs/server.md').read_text()
PROGRAMS = re.findall(r'^```python\n(.*?)^```$', PAGE, re.MULTILINE | re.DOTALL)
ROWS = [[cell.strip() for cell in line.strip('|').split(' | ')] for line in PAGE.splitlines() if line.startswith('| ')]
LIMITS = [row for row in ROWS if re.fullmatch(r'`\w+\.\w+`', row[0])]
TESTS = [test for row in ROWS for test in re.findall(r'`(tests/\S+?::\w+)`', row[-1])]

WHERE = {  # what the limits are attributes of
    'Request': ('microdot', 'Request'),
    'server': ('microdot.server.base', 'Server'),
    'ChunkedBody': ('microdot.wire.bodies', 'ChunkedBody'),
    'FormDataIter': ('microdot.multipart', 'FormDataIter'),
    'WebSocket': ('microdot.websocket', 'WebSocket'),
}


def test_limits(launch, python):
    script = 'import sys; sys.path.insert(0, "src")\n'
    for row in LIMITS:
        owner, name = row[0].strip('`').split('.')
        module, cls = WHERE[owner]
        script += f'from {module} import {cls} as owner; print(owner.{name})\n'
    process = launch('-c', script)
    assert process.ends() == 0, process.printed
    assert process.printed.split() == [row[1 if python == 'cpython' else 2] for row in LIMITS]


def test_no_limit_is_missing():
    named = {row[0].strip('`') for row in LIMITS}
    for owner, prefix in (Server, 'server'), (Request, 'Request'):
        for name, value in vars(owner).items():
            if type(value) in (int, float) and name != 'requests':
                assert f'{prefix}.{name}' in named
    for prefix in ('ChunkedBody', 'FormDataIter'):
        module, owner = WHERE[prefix]
        for name in vars(getattr(importlib.import_module(module), owner)):
            assert not name.startswith('max_') or f'{prefix}.{name}' in named


@pytest.mark.parametrize('test', sorted(set(TESTS)))
def test_a_test_that_is_named_exists(test):
    path, name = test.split('::')
    functions = [node.name for node in ast.parse((ROOT / path).read_bytes()).body
                 if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))]
    assert name in functions


def test_every_threat_names_a_test():
    threats = PAGE.partition('## Threats')[2].partition('## What it does not')[0]
    rows = [line for line in threats.splitlines() if line.startswith('| ') and not re.match(r'\| (Attack|Fault) \|', line)]
    assert len(rows) > 40
    for row in rows:
        assert re.search(r'\| (`tests/\w+(/\w+)?\.py::\w+`(, )?)+ \|$', row), row


def test_the_limits_are_set(launch, port, tmp_path):
    script = tmp_path / 'limits.py'
    script.write_text(PROGRAMS[0] + f'''

@app.get('/')
async def limits(request):
    return {{'content': request.max_content_length, 'idle': app.server.idle_timeout, 'most': app.server.max_connections}}


app.run(port={port})
''')
    response = launch(str(script), port=port).get('/')
    assert json.loads(response.body) == {'content': 1024 * 1024, 'idle': 20, 'most': 100}


def test_proxies_are_trusted(launch, port, tmp_path):
    script = tmp_path / 'proxies.py'
    script.write_text(PROGRAMS[1] + f'''

@app.get('/')
async def client(request):
    return request.client_addr[0] + ' ' + request.scheme


app.run(port={port}, access_log=True)
''')
    process = launch(str(script), port=port)
    with process.client() as client:
        response = client.request('GET', '/?q=tea', {
            'X-Forwarded-For': '198.51.100.7', 'X-Forwarded-Proto': 'https', 'Connection': 'close'})
    assert response.body == b'198.51.100.7 https'
    line = r'GET \S+ 200 HTTP/1\.1 \d+ bytes \d+\.\d ms'
    assert process.says('^' + line.replace(r'\S+', r'/\?q=tea') + '$').end()
    assert re.search('^```text\n' + line + '\n```$', PAGE, re.MULTILINE)


def test_programs_are_all_run():
    assert len(PROGRAMS) == 2


def test_the_counts():
    table = PAGE.partition('| Key |')[2].partition('\n\n')[0]
    assert re.findall(r'^\| `(\w+)` \|', table, re.MULTILINE) == list(Server(Microdot(), '', 0).stats())
