# The page about installing says what is: its commands are those of the README, which are run, or are compared with the project.

import re

import pytest
from tests.conftest import ROOT
from tests.docs.test_readme import COMMANDS as README_COMMANDS

PAGE = (ROOT / 'docs/install.md').read_text()
COMMANDS = re.findall(r'^\$ (.*)$', PAGE, re.MULTILINE)
PYPROJECT = (ROOT / 'pyproject.toml').read_text()
EXTRAS = re.findall(
    r'^(\w+) = \[(.*?)\]', PYPROJECT.partition('[project.optional-dependencies]')[2].partition('\n\n')[0], re.MULTILINE)
BOOT, = re.findall('^```python\n(.*?)^```$', PAGE, re.MULTILINE | re.DOTALL)
NETWORK = ['mpremote cp boot.py :', "mpremote exec 'import boot; print(boot.wifi.ifconfig()[0])'"]
HELLO = 'MICROPYPATH=src:.frozen build/micropython/64/micropython examples/hello/hello.py'


def test_all_is_tested():
    assert PAGE.count('```') == 2 * (PAGE.count('```console\n') + PAGE.count('```python\n'))
    others = [command for command in COMMANDS if command not in README_COMMANDS]
    assert others == ["pip install '.[session,jinja]'", *NETWORK, HELLO]


def test_extras():
    rows = re.findall(r'^\| `(\w+)` \| (.*?) \|', PAGE, re.MULTILINE)
    assert sorted(name for name, _ in rows) == sorted(name for name, _ in EXTRAS)
    for (_, packages), (_, required) in zip(sorted(rows), sorted(EXTRAS), strict=True):
        for package in packages.lower().split(', '):
            assert f'"{package}' in required


def test_versions():
    oldest = re.search('requires-python = .>=(.*).$', PYPROJECT, re.MULTILINE)[1]
    assert f'CPython {oldest} or newer' in PAGE
    assert 'MicroPython 1.23 or newer' in PAGE
    assert 'MicroPython 1.23 and newer' in (ROOT / 'docs/device.md').read_text()


def test_hello_on_micropython(start, port, tmp_path):
    program = (ROOT / 'examples/hello/hello.py').read_text()
    path = tmp_path / 'hello.py'
    path.write_text(program.replace('debug=True', f'debug=True, port={port}'))
    command = HELLO.replace('examples/hello/hello.py', str(path))
    assert start('sh', '-c', f'exec env {command}', port=port).get('/').body == b'Hello, world!'


# In place of a board's module: a station that is connected when it has been asked three times.
STATION = """
STA_IF = 0

class WLAN:
    def __init__(self, interface):
        self.asked = None

    def active(self, on):
        self.asked = 0

    def connect(self, name, password):
        self.address = '192.168.1.20'

    def isconnected(self):
        self.asked += 1
        return self.asked == 3

    def ifconfig(self):
        return self.address if self.asked == 3 else '0.0.0.0', '255.255.255.0', '192.168.1.1', '192.168.1.1'
"""


@pytest.mark.needs('mp64')
def test_a_board_joins_its_network(board, tmp_path):
    (tmp_path / 'boot.py').write_text(BOOT)
    (board.folder / 'network.py').write_text(STATION)
    assert [board.types(command, cwd=tmp_path) for command in NETWORK][1] == '192.168.1.20\n'
