# An application whose workers talk to each other through Redis.
#
#   python -m tests.pubsub.application PORT [stream]      serves it with the servers of Microdot
#
# REDIS_URL is the server. The names `asgi` and `rsgi` are for other servers.

import asyncio
import os
import sys

from microdot import Microdot
from microdot.asgi import ASGI
from microdot.pubsub import Channels, Presence, RedisBackend, attendance, broadcast, feed
from microdot.rsgi import RSGI
from microdot.server import protocol, stream

app = Microdot()
channels = Channels(RedisBackend(os.environ['REDIS_URL'], when_down='wait', max_length=20_000), history=5000)
app.on_shutdown(channels.close)
asgi = ASGI(app)
rsgi = RSGI(app)

app.get('/feed')(feed(channels, 'a', max_queue_length=200))
app.get('/large')(feed(channels, 'large', max_queue_length=5))
app.get('/chat')(broadcast(channels, 'chat'))
app.get('/lobby')(attendance(Presence(channels, 'lobby', timeout=1.5), lambda request: request.args.get('name')))


@app.post('/publish/<int:first>/<int:end>')
async def publish(request, first, end):
    """Publish numbers in the names of several publishers, which do not wait for each other."""
    async def numbers(name):
        for number in range(first, end):
            await channels.publish('a', f'{name} {number}')
    await asyncio.gather(*[numbers(name) for name in request.json])
    return 'published'


@app.post('/large/<int:first>/<int:end>')
async def publish_large(request, first, end):
    for number in range(first, end):
        await channels.publish('large', f'{number} ' + 'x' * 100_000)
    return 'published'


@app.get('/pid')
async def pid(request):
    return str(os.getpid())


@app.get('/resident')
async def resident(request):
    """Tell the process and its bytes of resident memory."""
    with open('/proc/self/statm') as file:
        return [os.getpid(), int(file.read().split()[1]) * os.sysconf('SC_PAGE_SIZE')]


def main(port, kind=''):
    if kind == 'stream':
        protocol.ProtocolServer = stream.StreamServer
    app.run('127.0.0.1', int(port))


if __name__ == '__main__':
    main(*sys.argv[1:])
