"""The smallest application, for a heap as small as it can be. Its argument is the port."""

import sys

from microdot import Microdot

app = Microdot()


@app.route('/')
async def index(request):
    return 'Hello, world!'


app.run('127.0.0.1', int(sys.argv[1]))
