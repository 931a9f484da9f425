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


def picture(tool, width, pixels):
    """Return a PNG of colours, each of three bytes."""
    rows = [b'\0' + b''.join(pixels[start:start + width]) for start in range(0, len(pixels), width)]
    head = struct.pack('>IIBBBBB', width, len(rows), 8, 2, 0, 0, 0)
    return b''.join((b'\x89PNG\r\n\x1a\n', tool.chunk(b'IHDR', head), tool.chunk(b'IDAT', zlib.compress(b''.join(rows))),
                     tool.chunk(b'IEND', b'')))


def shown_by(png, width):
    """Return the palette of a PNG, as a list of colours, and the colour of each pixel."""
    parts, start = {}, 8
    while start < len(png):
        length, kind = struct.unpack('>I4s', png[start:start + 8])
        parts[kind] = png[start + 8:start + 8 + length]
        start += length + 12
    palette = [parts[b'PLTE'][i:i + 3] for i in range(0, len(parts[b'PLTE']), 3)]
    rows = zlib.decompress(parts[b'IDAT'])
    return palette, [palette[index] for start in range(0, len(rows), width + 1) for index in rows[start + 1:start + 1 + width]]


@pytest.mark.needs('chromium')
def test_few_colours_stay_as_they_are(tool, page):
    pixels = [bytes((x * 20, y * 7, (x + y) % 3)) for y in range(15) for x in range(12)]
    palette, shown = shown_by(tool.with_palette(page, picture(tool, 12, pixels)), 12)
    assert shown == pixels
    assert sorted(palette) == sorted(set(pixels))


@pytest.mark.needs('chromium')
def test_rare_colours_become_the_nearest_of_the_others(tool, page):
    frequent = [bytes((red, 2 * green, 0)) for red in range(0, 256, 16) for green in range(16)] * 2
    rare = [bytes((17, 3, 1)), bytes((255, 255, 255))]
    palette, shown = shown_by(tool.with_palette(page, picture(tool, 2, frequent + rare)), 2)
    assert set(palette) == set(frequent)
    assert shown[:-2] == frequent
    assert shown[-2:] == [bytes((16, 2, 0)), bytes((240, 30, 0))]


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
