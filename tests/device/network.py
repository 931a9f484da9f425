"""An application whose network goes away and comes back. Its argument is the port."""

import errno
import sys

from microdot import Microdot

app = Microdot()


@app.route('/')
async def index(request):
    return 'Hello, world!'


@app.route('/gone/<int:times>')
async def gone(request, times):
    # What a board's socket says when its network is gone, and how often nothing can be listened on after that.
    listener = app.server.listener
    listen = listener.open

    def listen_in_vain():
        nonlocal times
        if times:
            times -= 1
            raise OSError(errno.ENODEV)
        listen()

    listener.open = listen_in_vain
    listener._sock.close()
    return 'gone'


app.run('127.0.0.1', int(sys.argv[1]))
