# The examples for a board, with hardware that is pretended, and with modules in place of MicroPython's.

import json
import socket

import httpx
import pytest
from examples.captive.names import answer
from tests.examples.index import EXAMPLES, command_of
from tests.examples.test_long import events
from tests.runtimes.conftest import free_port

# "portal.example", of type A (1) or AAAA (28) and class IN, asked for with recursion.
NAME = b'\6portal\7example\0'
QUESTION = b'\x12\x34\1\0\0\1\0\0\0\0\0\0' + NAME


def test_a_name_leads_to_the_board():
    assert answer(QUESTION + b'\0\1\0\1', '192.168.4.1') == (
        b'\x12\x34\x85\0\0\1\0\1\0\0\0\0' + NAME + b'\0\1\0\1' + b'\xc0\x0c\0\1\0\1\0\0\0\x0a\0\4\xc0\xa8\4\1')
    assert answer(QUESTION + b'\0\x1c\0\1', '192.168.4.1') == b'\x12\x34\x85\0\0\1\0\0\0\0\0\0' + NAME + b'\0\x1c\0\1'


def test_what_is_no_question_for_a_name_is_not_answered():
    question = QUESTION + b'\0\1\0\1'
    for length in range(len(question)):
        assert answer(question[:length], '192.168.4.1') is None
    for wrong in (b'\x12\x34\x81\0' + question[4:], question[:4] + b'\0\2' + question[6:], b'', b'\0' * 12):
        assert answer(wrong, '192.168.4.1') is None


@pytest.mark.example('captive portal')
def test_captive_portal(served, client):
    host = f'localhost:{served.port}'
    served.says(f'The network Teapot is open: its page is http://{host}\n')
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as phone:
        phone.settimeout(10)
        phone.sendto(b'nonsense', ('127.0.0.1', served.names_port))
        phone.sendto(QUESTION + b'\0\1\0\1', ('127.0.0.1', served.names_port))
        assert phone.recv(512) == answer(QUESTION + b'\0\1\0\1', '127.0.0.1')
    for name, path in (('connectivitycheck.example', '/generate_204'), ('captive.example', '/hotspot-detect.html')):
        response = client.get(path, headers={'Host': name})
        assert (response.status_code, response.headers['location']) == (302, f'http://{host}/')
    own = {'Host': host}
    page = client.get('/', headers=own).text
    assert '<option>Donwell Abbey</option>\n<option>Hartfield</option>' in page
    settings = served.folder / 'captive/settings.json'
    for form in ({'name': 'Hartfield', 'password': 'coffee'}, {'name': 'Randalls', 'password': ''}, {}):
        response = client.post('/', data=form, headers=own)
        assert (response.status_code, 'did not work' in response.text) == (422, True)
    assert not settings.exists()
    form = {'name': 'Hartfield', 'password': 'tea and cake'}
    assert 'in the network Hartfield' in client.post('/', data=form, headers=own).text
    assert json.loads(settings.read_text()) == form
    assert 'in the network Hartfield' in client.get('/').text


@pytest.mark.example('pins')
def test_pins(served, client):
    assert '<input type="checkbox" name="red">' in client.get('/').text
    stream = events(served, '/events')
    assert json.loads(next(stream)[1]) == {'lamps': {'red': False, 'green': False}, 'pressed': False, 'light': 10}
    red = {'lamps': {'red': True, 'green': False}, 'pressed': False, 'light': 80}
    assert client.put('/lamps/red', json=True).json() == json.loads(next(stream)[1]) == red
    both = {'lamps': {'red': True, 'green': True}, 'pressed': True, 'light': 80}
    assert client.put('/lamps/green', json=True).json() == json.loads(next(stream)[1]) == both
    assert client.put('/lamps/red', json=False).json()['light'] == 10
    assert client.put('/lamps/blue', json=True).status_code == 404
    assert client.put('/lamps/red', json='on').status_code == 422


MACHINE = '''
# A module in place of the board's: what was done to its pins is printed.
class Pin:
    IN, OUT, PULL_UP = 'in', 'out', 'up'

    def __init__(self, number, mode=None, pull=None):
        self.number = number
        self.level = 1
        print('pin', number, mode, pull)

    def value(self, level=None):
        if level is not None:
            print('set', self.number, level)
            self.level = level
        return self.level


class ADC:
    def __init__(self, pin):
        print('adc', pin.number)

    def read_u16(self):
        return 65535
'''

NETWORK = '''
# A module in place of the board's: a station that is connected once it has asked three times.
STA_IF, AP_IF = 'station', 'access point'


class WLAN:
    def __init__(self, interface):
        self.interface = interface
        self.asked = None

    def active(self, on):
        print(self.interface, 'active', on)

    def config(self, essid):
        print(self.interface, 'is', essid)

    def scan(self):
        return [(b'Hartfield', b'', 1, -40, 3, 0), (b'Hartfield', b'', 6, -60, 3, 0), (b'', b'', 1, -70, 3, 1)]

    def connect(self, name, password):
        print('connects to', name, 'with', password)
        self.asked = 0

    def isconnected(self):
        if self.asked is None:
            return False
        self.asked += 1
        return self.asked > 3

    def disconnect(self):
        print('gives up')
'''


def launch_with(start, tmp_path, name, module, text):
    """Start an example with a module of the board's beside it; return its process."""
    port = free_port()
    command = command_of(EXAMPLES[name], 'cpython', tmp_path, port)
    folder = tmp_path / EXAMPLES[name].path.split('/')[0]
    (folder / f'{module}.py').write_text(text)
    wifi = folder / 'wifi.py'
    if wifi.exists():
        wifi.write_text(wifi.read_text().replace("'192.168.4.1'", "'127.0.0.1'").replace('names_port = 53', 'names_port = 0'))
    return start(*command, port=port)


def test_pins_of_a_board(start, tmp_path):
    process = launch_with(start, tmp_path, 'pins', 'machine', MACHINE)
    process.says(r'pin 4 out None\npin 5 out None\npin 14 in up\npin 26 None None\nadc 26\n')
    response = httpx.put(f'http://127.0.0.1:{process.port}/lamps/red', json=False, trust_env=False)
    assert response.json() == {'lamps': {'red': False, 'green': True}, 'pressed': False, 'light': 100}
    process.says('set 4 0\n')
    process.assert_no_trouble()


def test_the_network_of_a_board(start, tmp_path):
    process = launch_with(start, tmp_path, 'captive portal', 'network', NETWORK)
    process.says('access point active True\naccess point is Teapot\n')
    own = {'Host': '127.0.0.1'}
    with httpx.Client(base_url=f'http://127.0.0.1:{process.port}', trust_env=False) as client:
        assert client.get('/').headers['location'] == 'http://127.0.0.1/'
        assert client.get('/', headers=own).text.count('<option>Hartfield</option>') == 1
        response = client.post('/', data={'name': 'Hartfield', 'password': 'tea'}, headers=own)
        assert 'in the network Hartfield' in response.text
    process.says('station active True\nconnects to Hartfield with tea\n')
    process.assert_no_trouble()
    settings = json.loads((tmp_path / 'captive/settings.json').read_text())
    assert settings == {'name': 'Hartfield', 'password': 'tea'}
