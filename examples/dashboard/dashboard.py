# A dashboard that the server keeps up to date by server-sent events: the weather in a greenhouse that is not there.
import asyncio
import math
import time

from microdot import Microdot, send_file
from microdot.sse import with_sse

FOLDER = __file__.replace('\\', '/').rpartition('/')[0] or '.'
PAUSE = 0.5  # seconds between two measurements

app = Microdot()


def measure():
    """Return what sensors would say."""
    now = time.time() % 1000
    return {'degrees': round(21 + 4 * math.sin(now / 5), 1), 'humidity': round(60 + 15 * math.sin(now / 11))}


@app.get('/')
async def index(request):
    return send_file(FOLDER + '/index.html')


@app.get('/events')
@with_sse
async def events(request, sse):
    windows = None
    while True:  # until the page is closed, when this function is cancelled
        measured = measure()
        await sse.send(measured, event='measured')
        before, windows = windows, 'open' if measured['degrees'] > 21 else 'closed'
        if windows != before:
            await sse.send(windows, event='windows')
        await asyncio.sleep(PAUSE)


if __name__ == '__main__':
    app.run(debug=True)
