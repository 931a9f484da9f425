# A page that is sent while it is made.
import asyncio
import math

from microdot import Microdot

from .layout import page_end, page_start

TITLE = 'Stream'
SUMMARY = 'A body may be an iterator: the page grows while you watch.'
CALL = 'async def __anext__(self)'

LENGTH = 48    # pieces
PAUSE = 0.1    # seconds between two

HEAD = '''
<h1>Stream</h1>
<p class="lead">The server makes a piece of this page, sends it, sleeps, and makes the next. No script is at work, and
other visitors do not wait.</p>
<h2 id="wave">A wave, as it comes</h2>
<ol class="wave" aria-labelledby="wave">
'''

BAR = '''<li><svg viewBox="0 0 4 100" preserveAspectRatio="none" aria-hidden="true"><path d="M0 100v-{0}h4v{0}z"/></svg>
<b>{0}</b></li>
'''

TAIL = '''</ol>
<p>That was all: {pieces} pieces in {seconds:.1f} seconds. <a class="button" href="/stream">Watch again</a></p>
'''

app = Microdot()


class Wave:
    """An asynchronous iterator over the pieces of a page; MicroPython has no asynchronous generators."""

    def __init__(self, request):
        self.request = request
        self.sent = 0

    def __aiter__(self):
        return self

    async def __anext__(self):
        number = self.sent
        self.sent += 1
        if number == 0:
            return page_start(self.request, 'Stream') + HEAD
        if number <= LENGTH:
            await asyncio.sleep(PAUSE)
            height = round(50 - 42 * math.cos(number / 4) * math.exp(-number / 60))
            return BAR.format(height)
        if number == LENGTH + 1:
            return TAIL.format(pieces=LENGTH, seconds=LENGTH * PAUSE) + page_end(self.request)
        raise StopAsyncIteration


@app.route('/')
async def index(request):
    return Wave(request)
