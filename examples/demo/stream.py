# A page that is sent while it is made.
import asyncio
import math

from microdot import Microdot
from microdot.utemplate import Template

from .layout import Frame

TITLE = 'Stream'
SUMMARY = 'A body may be an iterator: the page grows while you watch.'
CALL = 'async def __anext__(self)'

LENGTH = 48    # pieces
PAUSE = 0.05   # seconds between two

app = Microdot()


class Wave:
    """An asynchronous iterator over the pieces of a page; MicroPython has no asynchronous generators."""

    def __init__(self, request):
        self.frame = Frame(request, 'Stream', 'stream_start.html')
        self.sent = 0

    def __aiter__(self):
        return self

    async def __anext__(self):
        number = self.sent
        self.sent += 1
        if number == 0:
            return Template('stream_start.html').render(self.frame)
        if number <= LENGTH:
            await asyncio.sleep(PAUSE)
            height = round(50 - 42 * math.cos(number / 4) * math.exp(-number / 60))
            return Template('stream_bar.html').render(height)
        if number == LENGTH + 1:
            return Template('stream_end.html').render(self.frame, LENGTH, LENGTH * PAUSE)
        raise StopAsyncIteration


@app.route('/')
async def index(request):
    return Wave(request)
