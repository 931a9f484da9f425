"""A load that costs little itself, for what wrk cannot: raw sockets that send what was prepared. Must not know servers.

    python -m bench.client KIND PORT ARGUMENT ...

It connects, and says so by a line. For each line that it is sent, a number, it does so much and says how often it has.
"""

import os
import re
import select
import socket
import sys
import time
from typing import Protocol

TIMEOUT = 60  # seconds for an answer
BOUNDARY = b'----WebKitFormBoundaryzX9k2LrQpW0aTfUe'
HANDSHAKE = (b'GET /ws HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n'
             b'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n')
EVENTS = b'GET /events HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n\r\n'
PUBLISH = b'POST /publish HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n'


class Load(Protocol):
    """What is connected, and can do some work."""

    def run(self, amount: float) -> int:
        """Do so much, and return how often."""


class WebSockets:
    """Sends messages of one size, one under way on each connection, for some seconds."""

    def __init__(self, port: int, connections: int, size: int) -> None:
        self.request = frame(size, b'\x12\x34\x56\x78')
        self.length = len(frame(size))
        self.epoll = select.epoll()
        self.connections = {}
        for _ in range(connections):
            connection, rest = connect(port, HANDSHAKE, b'101')
            assert not rest
            self.connections[connection.fileno()] = connection
            self.epoll.register(connection, select.EPOLLIN)

    def run(self, amount: float) -> int:
        """Send and receive for so many seconds, and return the number of messages."""
        connections, request, length = self.connections, self.request, self.length
        messages = 0
        end = time.monotonic() + amount
        for connection in connections.values():
            connection.send(request)
        under_way = len(connections)
        while under_way:
            is_over = time.monotonic() > end
            for descriptor, _ in self.epoll.poll():
                connection = connections[descriptor]
                received = len(connection.recv(65536))
                while received < length:
                    data = connection.recv(65536)
                    assert data, 'the server has closed'
                    received += len(data)
                assert received == length, 'more than was asked for'
                messages += 1
                if is_over:
                    under_way -= 1
                else:
                    connection.send(request)
        return messages


class Listeners:
    """Listens on many connections to server-sent events, and has an event sent again when all have received one."""

    def __init__(self, port: int, connections: int) -> None:
        self.epoll = select.epoll()
        self.listeners = {}
        for _ in range(connections):
            connection, _ = connect(port, EVENTS, b'200')
            self.listeners[connection.fileno()] = connection
            self.epoll.register(connection, select.EPOLLIN)
        self.port = port

    def run(self, amount: float) -> int:
        """Have so many events sent, and return how often one was received."""
        for _ in range(int(amount)):
            publisher, _ = connect(self.port, PUBLISH, b'200')  # not every server keeps connections
            publisher.close()
            left = set(self.listeners)
            while left:
                events = self.epoll.poll(TIMEOUT)
                assert events, f'{len(left)} listeners heard nothing'
                for descriptor, _ in events:
                    data = self.listeners[descriptor].recv(65536)
                    assert data, 'the server has closed'
                    if b'tick' in data:
                        left.remove(descriptor)
        return int(amount) * len(self.listeners)


class Uploads:
    """Sends forms with a file, one after the other on a connection each."""

    def __init__(self, port: int, size: int, answer: bytes) -> None:
        self.port = port
        self.block = os.urandom(2**16)
        self.size = size
        self.answer = answer
        start = (b'--%b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n'
                 b'Content-Type: application/octet-stream\r\n\r\n' % BOUNDARY)
        self.end = b'\r\n--%b--\r\n' % BOUNDARY
        self.start = (b'POST /upload HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n'
                      b'Content-Type: multipart/form-data; boundary=%b\r\n\r\n'
                      % (len(start) + size + len(self.end), BOUNDARY)) + start

    def run(self, amount: float) -> int:
        """Send so many forms, and return the number of bytes of their files."""
        for _ in range(int(amount)):
            with socket.create_connection(('127.0.0.1', self.port), TIMEOUT) as connection:
                connection.sendall(self.start)
                left = self.size
                while left:
                    left -= connection.send(self.block[:left])
                connection.sendall(self.end)
                head = read_head(connection)
                assert head.split(b' ')[1] == b'200', head[:60]
                body = head.partition(b'\r\n\r\n')[2]
                match = re.search(rb'(?i)\r\ncontent-length: *(\d+)', head)
                while match and len(body) < int(match[1]):
                    data = connection.recv(65536)
                    assert data, 'the server has closed'
                    body += data
                assert not match or body == self.answer, body[:60]
        return int(amount) * self.size


def connect(port: int, request: bytes, status: bytes) -> 'tuple[socket.socket, bytes]':
    """Connect, ask for something, and return the connection and what came after the head of the answer."""
    connection = socket.create_connection(('127.0.0.1', port), TIMEOUT)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    connection.sendall(request)
    head, _, rest = read_head(connection).partition(b'\r\n\r\n')
    assert head.split(b' ')[1] == status, head[:60]
    return connection, rest


def read_head(connection: socket.socket) -> bytes:
    """Return the head of a response, and what has come with it."""
    head = b''
    while b'\r\n\r\n' not in head:
        data = connection.recv(65536)
        assert data, f'the server has closed after {head!r}'
        head += data
    return head


def frame(size: int, key: bytes = b'') -> bytes:
    """Return a text frame of this many letters, masked if there is a key."""
    head = bytes((0x81, bool(key) << 7 | min(size, 126)))
    if size > 125:
        head += size.to_bytes(2, 'big')
    return head + key + bytes(ord('m') ^ (key[i & 3] if key else 0) for i in range(size))


def main(kind: str, port: str, *arguments: str) -> None:
    """Do what the lines of the standard input say."""
    load: Load
    if kind == 'websockets':
        load = WebSockets(int(port), *map(int, arguments))
    elif kind == 'listeners':
        load = Listeners(int(port), *map(int, arguments))
    else:
        load = Uploads(int(port), int(arguments[0]), arguments[1].encode())
    print('ready', flush=True)
    for line in sys.stdin:
        print(load.run(float(line)), flush=True)


if __name__ == '__main__':
    main(*sys.argv[1:])
