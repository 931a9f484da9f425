"""Make the pictures of the demonstration that the README shows: light and dark, on a desktop and on a phone.

    python tools/screenshots.py [FOLDER]

starts the demonstration and a headless Chromium, and writes to docs/screenshots, or the folder, PNGs of few colours.
"""

import base64
import socket
import struct
import subprocess
import sys
import tempfile
import time
import zlib
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
                empty = browser.context().page()
                for name, (path, dark, phone) in PICTURES.items():
                    page = browser.context().page()
                    page.looks(dark, phone)
                    page.call('Emulation.setScrollbarsHidden', hidden=True)
                    page.open(f'http://127.0.0.1:{port}{path}')
                    png = with_palette(empty, page.screenshot())
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


# PNG (https://www.w3.org/TR/png-3/): a picture of text has few colours that matter, so a palette makes it a third as large. The
# browser counts them, which it does faster than Python.

PALETTE = """(async png => {
    const answer = await fetch('data:image/png;base64,' + png)
    const bitmap = await createImageBitmap(await answer.blob())
    const canvas = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d')
    canvas.drawImage(bitmap, 0, 0)
    const {data} = canvas.getImageData(0, 0, bitmap.width, bitmap.height)
    const counts = new Map()
    for (let i = 0; i < data.length; i += 4) {
        const colour = data[i] << 16 | data[i + 1] << 8 | data[i + 2]
        counts.set(colour, (counts.get(colour) ?? 0) + 1)
    }
    const palette = [...counts.keys()].sort((a, b) => counts.get(b) - counts.get(a) || a - b).slice(0, 256)
    const distance = (a, b) => ((a >> 16) - (b >> 16)) ** 2 + ((a >> 8 & 255) - (b >> 8 & 255)) ** 2 + ((a & 255) - (b & 255)) ** 2
    const indices = new Map(palette.map((colour, index) => [colour, index]))
    for (const colour of counts.keys()) {
        if (!indices.has(colour)) {
            indices.set(colour, palette.reduce((best, other, index) =>
                distance(other, colour) < distance(palette[best], colour) ? index : best, 0))
        }
    }
    let pixels = ''
    for (let i = 0; i < data.length; i += 4) {
        pixels += String.fromCharCode(indices.get(data[i] << 16 | data[i + 1] << 8 | data[i + 2]))
    }
    return {width: bitmap.width, height: bitmap.height, palette, pixels: btoa(pixels)}
})"""


def with_palette(page, png):
    """Return a picture without transparency in at most 256 colours, the most frequent of its own.

    :param page: an empty page of a browser.
    """
    counted = page.run(f'{PALETTE}("{base64.b64encode(png).decode()}")')
    width, height, pixels = counted['width'], counted['height'], base64.b64decode(counted['pixels'])
    palette = b''.join(colour.to_bytes(3, 'big') for colour in counted['palette'])
    rows = b''.join(b'\0' + pixels[start:start + width] for start in range(0, width * height, width))
    return b''.join((png[:8], chunk(b'IHDR', struct.pack('>IIBBBBB', width, height, 8, 3, 0, 0, 0)), chunk(b'PLTE', palette),
                     chunk(b'IDAT', zlib.compress(rows, 9)), chunk(b'IEND', b'')))


def chunk(kind, body):
    return struct.pack('>I', len(body)) + kind + body + struct.pack('>I', zlib.crc32(kind + body))


if __name__ == '__main__':
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / 'docs/screenshots')
