# A room that several processes serve: what is said goes through Redis to all of them.
#
#   REDIS_URL=redis://localhost python -m examples.pubsub.app PORT

import os
import sys

from microdot import Microdot, Request, send_file
from microdot.pubsub import Channels, Presence, RedisBackend, attendance, feed

FOLDER = os.path.dirname(__file__)
LONGEST = 1000  # bytes of what is said

Request.max_content_length = LONGEST

app = Microdot()
channels = Channels(RedisBackend(os.environ.get('REDIS_URL', 'redis://localhost')), history=100)
presence = Presence(channels, 'room', timeout=10)
app.on_shutdown(channels.close)


@app.get('/')
async def index(request):
    return send_file(FOLDER + '/index.html')


@app.post('/say')
async def say(request):
    said = {'name': request.form['name'], 'text': request.form['text'], 'worker': os.getpid()}
    return {'id': await channels.publish('room', said), 'worker': os.getpid()}


app.get('/said')(feed(channels, 'room'))
app.get('/members')(attendance(presence, lambda request: request.args.get('name')))


@app.errorhandler(ConnectionError)
async def no_redis(request, exc):
    return 'Redis is not there.', 503


if __name__ == '__main__':
    app.run('127.0.0.1', int(sys.argv[1]))
