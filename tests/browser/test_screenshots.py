# The pictures in the README: how they are made smaller, and that the command makes each of them.

import importlib.util
import re
import struct
import subprocess
import sys
import zlib

import pytest
from tests.conftest import ROOT

TOOL = ROOT / 'tools/screenshots.py'


@pytest.fixture(scope='module')
def tool():
    specification = importlib.util.spec_from_file_location('screenshots', TOOL)
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


def picture(tool, kind, width, pixels):
    """Return a PNG whose rows have the filters 0 to 4 in turn, with bytes that mean these pixels."""
    rows, above = [], bytes(3 * width)
    for number in range(len(pixels) // width):
        row = b''.join(pixels[number * width:number * width + width])
        filtered = bytearray()
        for i, value in enumerate(row):
            left, up, corner = (row[i - 3], above[i], above[i - 3]) if i >= 3 else (0, above[i], 0)
            predictions = 0, left, up, (left + up) // 2, tool.paeth(left, up, corner)
            filtered.append(value - predictions[number % 5] & 255)
        rows.append(bytes((number % 5,)) + filtered)
        above = row
    head = struct.pack('>IIBBBBB', width, len(rows), 8, kind, 0, 0, 0)
    return b''.join((b'\x89PNG\r\n\x1a\n', tool.chunk(b'IHDR', head), tool.chunk(b'IDAT', zlib.compress(b''.join(rows))),
                     tool.chunk(b'IEND', b'')))


def test_few_colours_stay_as_they_are(tool):
    pixels = [bytes((x * 20, y * 7, (x + y) % 3)) for y in range(15) for x in range(12)]
    small = tool.with_palette(picture(tool, 2, 12, pixels))
    palette = small.split(b'PLTE')[1]
    length = struct.unpack('>I', small[small.index(b'PLTE') - 4:small.index(b'PLTE')])[0]
    start = small.index(b'IDAT')
    size = struct.unpack('>I', small[start - 4:start])[0]
    rows = zlib.decompress(small[start + 4:start + 4 + size])
    indices = [index for row in range(15) for index in rows[row * 13 + 1:row * 13 + 13]]
    assert length == 3 * len(set(pixels))
    assert [palette[3 * index:3 * index + 3] for index in indices] == pixels


@pytest.mark.needs('chromium')
def test_the_command_makes_what_the_readme_shows(tmp_path):
    shown = set(re.findall(r'\(docs/screenshots/(.+?)\)', (ROOT / 'README.md').read_text()))
    subprocess.run([sys.executable, TOOL, tmp_path], check=True, timeout=110, cwd=ROOT)
    assert {path.name for path in tmp_path.iterdir()} == shown == {path.name for path in (ROOT / 'docs/screenshots').iterdir()}
    for path in tmp_path.iterdir():
        data = path.read_bytes()
        assert struct.unpack('>II', data[16:24]) == ((390, 844) if 'phone' in path.name else (1280, 800))
        assert data[25] == 3, 'it has a palette'
        assert len(data) < 100_000
