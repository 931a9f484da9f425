# An application that answers any request and tells, in a header of its response, what it was given of it; as servers of other
# projects load it. Must not know what is asked.

import base64
import json
import sys

from tests.wire.echo import echo

from microdot.asgi import ASGI
from microdot.rsgi import RSGI
from microdot.wsgi import WSGI

app = echo()
asgi = ASGI(app)
rsgi = RSGI(app)
wsgi = WSGI(app)


@app.after_request
@app.after_error_request
async def tell(request, response):
    if request:
        response.headers['X-Told'] = base64.b64encode(json.dumps({
            'method': request.method, 'url': request.url, 'headers': list(request.headers.items()),
            'length': request.content_length, 'body': request.body.hex(),
        }).encode()).decode()


def main(port, kind=''):
    if kind == 'stream':
        import microdot.server.protocol
        import microdot.server.stream

        microdot.server.protocol.ProtocolServer = microdot.server.stream.StreamServer
    app.run('127.0.0.1', int(port))


if __name__ == '__main__':
    main(*sys.argv[1:])
