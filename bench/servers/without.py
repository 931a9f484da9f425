"""Microdot on its own server, without one of its decisions: the third argument names a function of this program."""

import asyncio
import sys

from bench.servers import settings


def _replace(owner, **replacements):
    # Replaces what there is.
    for name, replacement in replacements.items():
        assert hasattr(owner, name), name
        setattr(owner, name, replacement)


def everything():
    """Take nothing back."""


def protocols():
    """Serve over asyncio's streams, as MicroPython does."""
    from microdot.server import protocol
    from microdot.server.stream import StreamServer

    _replace(protocol, ProtocolServer=StreamServer)


def spare_tasks():
    """Make a task for each request."""
    from microdot.server import tasks

    _replace(tasks, getrefcount=None)


def one_pass():
    """Split every head into its lines, and check each."""
    from microdot.wire import http11

    _replace(http11, _parse_valid=None)


def known_blocks():
    """Parse the header block of each request, although the connection has sent it before."""
    from microdot.server import intake

    parse_head = intake.parse_head
    _replace(intake, parse_head=lambda buffer, start, limits, searched, known: parse_head(buffer, start, limits, searched, b''))


def prepared_heads():
    """Write the head of each response anew."""
    from microdot.server import exchange

    _replace(exchange, whole=lambda *arguments: None)


def lazy_headers():
    """Build the headers of each request."""
    _for_each_request('headers')


def lazy_request():
    """Parse whatever a request has: headers, cookies, query, body and form."""
    _for_each_request('headers', 'cookies', 'args', 'body', 'form')


def _for_each_request(*attributes):
    from microdot import Microdot

    dispatch = Microdot.dispatch_request

    def dispatch_parsed(self, request, *rest):
        for attribute in attributes:
            getattr(request, attribute)
        return dispatch(self, request, *rest)

    _replace(Microdot, dispatch_request=dispatch_parsed)


def joined_writes():
    """Write each response by itself."""
    from microdot.server.protocol_connection import ProtocolConnection

    _replace(ProtocolConnection, write=lambda self, data: self.transport.write(data))


def joined_head():
    """Write a head and its body one after the other."""
    from microdot.server.protocol_connection import ProtocolConnection

    def write(self, data):
        head, end, body = data.partition(b'\r\n\r\n')
        self.transport.write(head + end)
        self.transport.write(body)

    _replace(ProtocolConnection, write=write)


def index():
    """Try one route after the other."""
    from microdot.core.router import Router

    def __init__(self, routes):
        self.size = len(routes)
        self.every = [(i, route, route[1].match) for i, route in enumerate(routes)]

    _replace(Router, __init__=__init__, candidates=lambda self, path: self.every)


def sendfile():
    """Read files and write them."""
    from microdot.server import sendfile

    _replace(sendfile, _sendfile=None)


def integers_as_masks():
    """Unmask byte by byte."""
    from microdot.wire import fragments, frames

    def unmask(payload, key):
        return bytes([octet ^ key[i & 3] for i, octet in enumerate(payload)])

    _replace(frames, unmask=unmask)
    _replace(fragments, unmask=unmask)


def large_reads():
    """Read forms by 256 bytes, as MicroPython does."""
    from microdot.multipart import FormDataIter

    _replace(FormDataIter, buffer_size=256)


def sweeper():
    """Set a timer for each request, and cancel it."""
    from microdot.server.exchange import Connection

    serve = Connection.serve

    async def serve_in_time(self, asked):
        timer = asyncio.get_running_loop().call_later(10, self.abort)
        try:
            await serve(self, asked)
        finally:
            timer.cancel()

    _replace(Connection, serve=serve_in_time)


if __name__ == '__main__':
    globals()[sys.argv[3]]()
    settings.set_loop()
    from bench.servers.microdot import app

    app.run('127.0.0.1', settings.port())
