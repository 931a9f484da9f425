# A page that hears what the server says: a clock, and how many visitors look at it.
import asyncio
import time

from microdot import Microdot
from microdot.pubsub import Channels, Presence
from microdot.sse import with_sse

from .layout import page

TITLE = 'Clock'
SUMMARY = 'The server goes on talking: events for as long as the page is open.'
CALL = '@with_sse'

app = Microdot()
presence = Presence(Channels(), 'clock')
numbers = iter(range(1, 1_000_000_000))


@app.route('/')
async def index(request):
    return page(request, 'clock', 'Clock')


@app.route('/ticks')
@with_sse
async def ticks(request, sse):
    async with presence.enter(next(numbers)):  # until the visitor leaves
        while True:
            hour, minute, second = time.gmtime()[3:6]
            await sse.send(f'{hour:02}:{minute:02}:{second:02}', event='tick')
            await sse.send(len(await presence.members()), event='visitors')
            await asyncio.sleep(1)
