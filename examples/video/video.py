# A video without a script: each picture takes the place of the one before (multipart/x-mixed-replace).
import asyncio
import struct

from microdot import Microdot, send_file

FOLDER = __file__.replace('\\', '/').rpartition('/')[0] or '.'
WIDTH, HEIGHT = 160, 120  # pixels; a multiple of 4 wide, as rows of a bitmap are
RADIUS = 12
PAUSE = 0.05  # seconds from picture to picture

app = Microdot()

HEADER = struct.pack('<2sIII', b'BM', 62 + WIDTH * HEIGHT, 0, 62) + struct.pack(
    '<IiiHHIIiiII', 40, WIDTH, HEIGHT, 1, 8, 0, 0, 0, 0, 2, 0) + bytes((0x14, 0x16, 0x1a, 0, 0x2b, 0x44, 0xd9, 0))


class Camera:
    """An asynchronous iterator over pictures of a ball; a real camera would give JPEG, and `image/jpeg` be the type."""

    def __init__(self):
        self.x, self.y = RADIUS, HEIGHT // 2
        self.step_x, self.step_y = 3, 2

    def __aiter__(self):
        return self

    async def __anext__(self):
        await asyncio.sleep(PAUSE)
        self.move()
        picture = self.picture()
        return b'--picture\r\nContent-Type: image/bmp\r\nContent-Length: %d\r\n\r\n%s\r\n' % (len(picture), picture)

    def move(self):
        if not RADIUS <= self.x + self.step_x < WIDTH - RADIUS:
            self.step_x = -self.step_x
        if not RADIUS <= self.y + self.step_y < HEIGHT - RADIUS:
            self.step_y = -self.step_y
        self.x += self.step_x
        self.y += self.step_y

    def picture(self):
        """Return a bitmap of two colours."""
        pixels = bytearray(WIDTH * HEIGHT)
        for row in range(-RADIUS, RADIUS + 1):
            half = int((RADIUS * RADIUS - row * row) ** 0.5)
            start = (self.y + row) * WIDTH + self.x - half
            pixels[start:start + 2 * half + 1] = b'\1' * (2 * half + 1)
        return HEADER + pixels


@app.get('/')
async def index(request):
    return send_file(FOLDER + '/index.html')


@app.get('/video')
async def video(request):
    return Camera(), {'Content-Type': 'multipart/x-mixed-replace; boundary=picture', 'Cache-Control': 'no-store'}


if __name__ == '__main__':
    app.run(debug=True)
