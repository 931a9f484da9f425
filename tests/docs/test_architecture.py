# The page about the architecture names rooms that are there, and all of them; its diagram is one that a page may hold.

import re
from xml.etree import ElementTree

from tests.conftest import ROOT

PAGE = (ROOT / 'docs/architecture.md').read_text()
SOURCE = ROOT / 'src/microdot'
DIAGRAM = ROOT / 'docs/architecture.svg'
ROOMS = [room for cell in re.findall(r'^\| (`.*?) \|', PAGE, re.MULTILINE) for room in re.findall('`(.*?)`', cell)]

OTHER_ROOMS = {'__init__', '__main__', 'cli', 'core', 'debug', 'helpers', 'microdot'}


def test_rooms_are_there():
    for room in ROOMS:
        assert (SOURCE / room).is_dir() or (SOURCE / f'{room}.py').is_file(), room


def test_no_room_is_missing():
    found = {path.stem for path in SOURCE.iterdir() if path.suffix == '.py' or (path.is_dir() and path.name != '__pycache__')}
    assert found - {'py'} - OTHER_ROOMS == {room for room in ROOMS if '/' not in room}


def test_links_lead_somewhere():
    for link in re.findall(r'\]\((.*?)\)', PAGE):
        assert (ROOT / 'docs' / link).is_file()
    assert '```' not in PAGE


def test_the_diagram_names_what_is_there():
    texts = [element.text for element in ElementTree.parse(DIAGRAM).iter('{http://www.w3.org/2000/svg}text')]
    for name in ('Request', 'Response'):
        assert name in texts
    for room in ('server', 'wire', 'gateway', 'test_client', 'asgi', 'rsgi', 'wsgi'):
        assert room in ', '.join(texts).split(', ')
        assert (SOURCE / room).is_dir() or (SOURCE / f'{room}.py').is_file()
    for room in ('dispatch', 'routing', 'hooks', 'failures'):
        assert any(re.search(rf'\b{room}\b', text) for text in texts)
        assert (SOURCE / f'core/{room}.py').is_file()


def test_the_diagram_brings_what_it_needs():
    text = DIAGRAM.read_text()
    assert '<script' not in text
    assert not re.search(r'(href|src)=|url\((?!#)', text)
    assert 'prefers-color-scheme: dark' in text
