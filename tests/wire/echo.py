# An application that tells what it was asked, for requests that are sent as bytes. It runs on both Pythons.

from microdot import Microdot

METHODS = [
    'GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'QUERY', 'REPORT', 'LINK', 'UNLINK', 'PURGE', 'SEARCH',
    'SOURCE']


def echo(seen=None):
    """Return the application, which answers with method, URL and body.

    :param seen: a list that gets these three for every request.
    """
    app = Microdot()

    @app.route('/', methods=METHODS)
    @app.route('/<path:path>', methods=METHODS)
    async def tell(request, path=''):
        if seen is not None:
            seen.append((request.method, request.url, request.body))
        return f'{request.method} {request.url} '.encode() + request.body

    return app
