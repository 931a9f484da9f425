"""The barest asyncio.Protocol: constant bytes for whatever a connection has first asked for. The yardstick of the machine."""

import asyncio
import re

from bench.servers import settings


def _response(body, content_type='text/plain; charset=UTF-8', extra=''):
    return (f'HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\nContent-Type: {content_type}\r\n'
            f'Date: Sun, 22 Nov 2026 12:00:00 GMT\r\n{extra}\r\n').encode() + body


HELLO = _response(settings.HELLO.encode())
JSON = _response(b'{"message": "Hello, world!"}', 'application/json')
TEXTS = {b'/json': JSON, b'/users': _response(b'7'), b'/query': _response(b'World 3'), b'/form': _response(b'World 3')}
STREAM = _response(settings.PIECE * settings.PIECES)
BOUNDARY = re.compile(rb'boundary=([^\r]+)')
LENGTH = re.compile(rb'Content-Length: (\d+)')
EVENTS = b'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n'
EVENT = b'data: tick\n\n'

listeners = set()


class First(asyncio.Protocol):
    """Chooses by the first request what a connection is answered."""

    def connection_made(self, transport):
        self.transport = transport

    def connection_lost(self, exc):
        listeners.discard(self.transport)

    def data_received(self, data):
        path = re.match(rb'\w+ (/\w*)', data)[1]
        if path == b'/ws':
            self.transport.write(b'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n'
                                 b'Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n')
            self.transport.set_protocol(Echo(self.transport))
        elif path == b'/events':
            self.transport.write(EVENTS)
            listeners.add(self.transport)
        elif path == b'/publish':
            for listener in listeners:
                listener.write(EVENT)
            self.transport.write(HELLO)
        else:
            if path == b'/upload':
                protocol = Find(self.transport)
            elif data.count(b'\r\n\r\n') > 1:
                protocol = Pipeline(self.transport)
            else:
                protocol = Constant(self.transport)
                protocol.answer = STREAM if path == b'/stream' else TEXTS.get(path, HELLO)
            self.transport.set_protocol(protocol)
            protocol.data_received(data)


class Constant(asyncio.Protocol):
    """Answers whatever comes with the same bytes."""

    def __init__(self, transport):
        self.transport = transport

    def data_received(self, data):
        self.transport.write(self.answer)


class Pipeline(Constant):
    """Counts requests."""

    def data_received(self, data):
        self.transport.write(HELLO * data.count(b'\r\n\r\n'))


class Echo(Constant):
    """Answers a masked WebSocket frame with one that is as long."""

    def data_received(self, data):
        length = data[1] & 127
        if length == 126:
            self.transport.write(b'\x81\x7e%b' % data[2:4] + b'm' * int.from_bytes(data[2:4], 'big'))
        else:
            self.transport.write(b'\x81%c' % length + b'm' * length)


class Find(Constant):
    """Looks for the boundary in what comes, until the body has ended."""

    left = 0

    def data_received(self, data):
        if not self.left:
            head, _, data = data.partition(b'\r\n\r\n')
            self.left = int(LENGTH.search(head)[1])
            self.boundary = b'\r\n--' + BOUNDARY.search(head)[1]
        self.left -= len(data)
        data.find(self.boundary)
        if self.left <= 0:
            self.transport.write(HELLO)


async def main():
    """Serve for ever."""
    server = await asyncio.get_running_loop().create_server(First, '127.0.0.1', settings.port(), backlog=1024)
    await server.serve_forever()


if __name__ == '__main__':
    settings.set_loop()
    asyncio.run(main())
