"""Make the pictures of the demonstration that the README shows: light and dark, on a desktop and on a phone.

    python tools/screenshots.py [FOLDER]

starts the demonstration and a headless Chromium, and writes to docs/screenshots, or the folder, PNGs of few colours.
"""

import socket
import struct
import subprocess
import sys
import tempfile
import time
import zlib
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / 'src'), str(ROOT / 'tests/app')]

from tests.browser.chromium import Chromium  # noqa: E402  # the paths come first

PICTURES = {  # name: what is shown, dark, on a phone
    'light-desktop': ('/', False, False),
    'dark-desktop': ('/routes/square/12', True, False),
    'light-phone': ('/form', False, True),
    'dark-phone': ('/', True, True),
}
SECONDS = 15  # until the demonstration has to be there


def main(folder):
    folder.mkdir(parents=True, exist_ok=True)
    with socket.socket() as listener:
        listener.bind(('127.0.0.1', 0))
        port = listener.getsockname()[1]
    demonstration = subprocess.Popen([sys.executable, '-m', 'examples.demo', '--port', str(port)], cwd=ROOT,
                                     env={'PYTHONPATH': 'src', 'PYTHONDONTWRITEBYTECODE': '1'},
                                     stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_for(port)
        with tempfile.TemporaryDirectory() as temporary:
            browser = Chromium(Path(temporary) / 'profile')
            try:
                for name, (path, dark, phone) in PICTURES.items():
                    page = browser.context().page()
                    page.looks(dark, phone)
                    page.call('Emulation.setScrollbarsHidden', hidden=True)
                    page.open(f'http://127.0.0.1:{port}{path}')
                    png = with_palette(page.screenshot())
                    (folder / f'{name}.png').write_bytes(png)
                    print(f'{name}.png: {len(png)} bytes')
            finally:
                browser.close()
    finally:
        demonstration.terminate()
        demonstration.wait()


def wait_for(port):
    end = time.monotonic() + SECONDS
    while True:
        try:
            socket.create_connection(('127.0.0.1', port)).close()
            return
        except ConnectionError:
            if time.monotonic() > end:
                raise
            time.sleep(0.05)


# PNG (https://www.w3.org/TR/png-3/): a picture of text has few colours that matter, so a palette makes it a third as large.

def with_palette(png):
    """Return a picture of 8 bits a channel in at most 256 colours, without transparency."""
    width, height, channels, rows = read(png)
    pixels = [bytes(row[start:start + 3]) for row in rows for start in range(0, width * channels, channels)]
    counts = Counter(pixels)
    palette = [colour for colour, _ in counts.most_common(256)]
    nearest = {colour: index for index, colour in enumerate(palette)}
    for colour in counts:
        if colour not in nearest:
            nearest[colour] = min(range(len(palette)), key=lambda index: distance(palette[index], colour))
    indices = bytes(nearest[pixel] for pixel in pixels)
    lines = b''.join(b'\0' + indices[start:start + width] for start in range(0, width * height, width))
    return b''.join((png[:8], chunk(b'IHDR', struct.pack('>IIBBBBB', width, height, 8, 3, 0, 0, 0)),
                     chunk(b'PLTE', b''.join(palette)), chunk(b'IDAT', zlib.compress(lines, 9)), chunk(b'IEND', b'')))


def distance(one, other):
    return sum((a - b) ** 2 for a, b in zip(one, other, strict=True))


def read(png):
    """Return width, height, channels, and the rows of a picture that is not interlaced."""
    data, start = b'', 8
    while start < len(png):
        length, kind = struct.unpack('>I4s', png[start:start + 8])
        body = png[start + 8:start + 8 + length]
        if kind == b'IHDR':
            width, height, depth, colours, *_, interlaced = struct.unpack('>IIBBBBB', body)
        elif kind == b'IDAT':
            data += body
        start += 12 + length
    if depth != 8 or colours not in (2, 6) or interlaced:
        raise ValueError('not a picture as Chromium makes them')
    channels = 3 if colours == 2 else 4
    return width, height, channels, list(unfiltered(zlib.decompress(data), width * channels, channels))


def unfiltered(data, length, channels):
    """Undo the filters of the rows."""
    above = bytearray(length)
    for start in range(0, len(data), length + 1):
        row = bytearray(data[start + 1:start + 1 + length])
        add_prediction(data[start], row, above, channels)
        yield row
        above = row


def add_prediction(kind, row, above, channels):
    for i in range(len(row)):
        left, up = row[i - channels] if i >= channels else 0, above[i]
        if kind == 1:
            row[i] = row[i] + left & 255
        elif kind == 2:
            row[i] = row[i] + up & 255
        elif kind == 3:
            row[i] = row[i] + (left + up) // 2 & 255
        elif kind == 4:
            row[i] = row[i] + paeth(left, up, above[i - channels] if i >= channels else 0) & 255


def paeth(left, up, corner):
    estimate = left + up - corner
    return min((left, up, corner), key=lambda value: abs(estimate - value))


def chunk(kind, body):
    return struct.pack('>I', len(body)) + kind + body + struct.pack('>I', zlib.crc32(kind + body))


if __name__ == '__main__':
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / 'docs/screenshots')
