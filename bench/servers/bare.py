"""Functions that answer every request alike, as ASGI, RSGI and WSGI servers call them: what those servers cost."""

from bench.servers import settings

BODY = settings.HELLO.encode()
HEADERS = {'content-length': str(len(BODY)), 'content-type': 'text/plain; charset=UTF-8'}
BYTES_HEADERS = [(name.encode(), value.encode()) for name, value in HEADERS.items()]


async def asgi(scope, receive, send):
    """Answer an ASGI server."""
    while scope['type'] == 'lifespan':
        message = await receive()
        await send({'type': message['type'] + '.complete'})
        if message['type'] == 'lifespan.shutdown':
            return
    await send({'type': 'http.response.start', 'status': 200, 'headers': BYTES_HEADERS})
    await send({'type': 'http.response.body', 'body': BODY})


async def rsgi(scope, protocol):
    """Answer an RSGI server."""
    protocol.response_str(200, [*HEADERS.items()], settings.HELLO)


def wsgi(environ, start_response):
    """Answer a WSGI server."""
    start_response('200 OK', [*HEADERS.items()])
    return [BODY]
