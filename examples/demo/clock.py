# A page that hears what the server says: a clock, and how many visitors look at it.
import asyncio
import time

from microdot import Microdot
from microdot.sse import with_sse

from .layout import page

TITLE = 'Clock'
SUMMARY = 'The server goes on talking: events for as long as the page is open.'
CALL = '@with_sse'

PAGE = '''
<h1>Clock</h1>
<p class="lead">This page asked once, and the server goes on answering, an event each second. Open it in another window,
and each learns of the other.</p>
<section class="result" data-events="/clock/ticks">
<h2>The time of the server, in UTC</h2>
<p class="clock" role="timer" data-event="tick">--:--:--</p>
<dl><div><dt>Visitors who look at it</dt><dd data-event="visitors">-</dd></div>
<div><dt>Connection</dt><dd data-state>A script listens, if the browser runs any.</dd></div></dl>
</section>
'''

app = Microdot()
visitors = set()


@app.route('/')
async def index(request):
    return page(request, 'Clock', PAGE)


@app.route('/ticks')
@with_sse
async def ticks(request, sse):
    visitors.add(sse)
    try:
        while True:
            hour, minute, second = time.gmtime()[3:6]
            await sse.send(f'{hour:02}:{minute:02}:{second:02}', event='tick')
            await sse.send(len(visitors), event='visitors')
            await asyncio.sleep(1)
    finally:  # the visitor has left
        visitors.discard(sse)
