"""What a WebSocket message costs the server in CPU time, beside aiohttp and the barest asyncio.Protocol in the same run.

    python bench/websocket.py [ROUNDS]

Each server runs alone on the first core, and a client with 64 connections, a message under way on each, on the second;
rounds are interleaved, and the median counts. User and system time of the server's process from /proc, divided by the
messages. The barest Protocol answers whatever comes with the same frame.
"""

import os
import selectors
import socket
import statistics
import subprocess
import sys
import time
from pathlib import Path

CONNECTIONS = 64
SECONDS = 3
SIZES = (32, 1000)
SERVERS = ('constant', 'microdot_receive', 'microdot_for', 'aiohttp')
HANDSHAKE = (b'GET /echo HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n'
             b'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n')


def frame(size, key=b''):
    """Return a text frame of this many letters, masked if there is a key."""
    payload = b'm' * size
    head = bytes((0x81, bool(key) << 7 | min(size, 126)))
    if size > 125:
        head += size.to_bytes(2, 'big')
    return head + key + bytes(octet ^ (key[i & 3] if key else 0) for i, octet in enumerate(payload))


# The servers.

def constant(port, size):
    import asyncio

    answer = frame(int(size))

    class Constant(asyncio.Protocol):
        def connection_made(self, transport):
            self.transport = transport

        def data_received(self, data):
            self.transport.write(b'HTTP/1.1 101 \r\n\r\n' if data[:3] == b'GET' else answer)

    async def main():
        server = await asyncio.get_running_loop().create_server(Constant, '127.0.0.1', port)
        await server.serve_forever()

    asyncio.run(main())


def microdot_receive(port, size):
    from microdot import Microdot
    from microdot.websocket import with_websocket

    app = Microdot()

    @app.get('/echo')
    @with_websocket
    async def echo(request, ws):
        while True:
            await ws.send(await ws.receive())

    app.run('127.0.0.1', port)


def microdot_for(port, size):
    from microdot import Microdot
    from microdot.websocket import with_websocket

    app = Microdot()

    @app.get('/echo')
    @with_websocket
    async def echo(request, ws):
        async for message in ws:
            await ws.send(message)

    app.run('127.0.0.1', port)


def aiohttp(port, size):
    from aiohttp import web

    async def echo(request):
        ws = web.WebSocketResponse(compress=False)
        await ws.prepare(request)
        async for message in ws:
            await ws.send_str(message.data)
        return ws

    app = web.Application()
    app.router.add_get('/echo', echo)
    web.run_app(app, host='127.0.0.1', port=port, print=None)


# The client.

def load(port, size, seconds):
    """Send and receive for some seconds; print the number of messages."""
    request, length = frame(size, b'\x12\x34\x56\x78'), len(frame(size))
    selector = selectors.EpollSelector()
    epoll = selector._selector
    connections = {}
    for _ in range(CONNECTIONS):
        connection = socket.create_connection(('127.0.0.1', port))
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.sendall(HANDSHAKE)
        head = b''
        while not head.endswith(b'\r\n\r\n'):
            head += connection.recv(1)
        assert b' 101 ' in head, head
        selector.register(connection, selectors.EVENT_READ)
        connections[connection.fileno()] = connection
    for connection in connections.values():
        connection.sendall(request)
    messages = 0
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        for descriptor, _ in epoll.poll():
            connection = connections[descriptor]
            received = len(connection.recv(65536))
            while received < length:
                received += len(connection.recv(65536))
            assert received == length
            messages += 1
            connection.send(request)
    print(messages)


# The measuring.

def measure(name, size):
    """Return microseconds of CPU time a message."""
    with socket.socket() as listener:
        listener.bind(('127.0.0.1', 0))
        port = str(listener.getsockname()[1])
    server = subprocess.Popen(['taskset', '-c', '0', sys.executable, __file__, name, port, str(size)])
    try:
        deadline = time.monotonic() + 10
        while True:
            try:
                socket.create_connection(('127.0.0.1', int(port))).close()
                break
            except ConnectionError:
                assert time.monotonic() < deadline
                time.sleep(0.01)
        run_client(port, size, 1)
        before = cpu_seconds(server.pid)
        messages = run_client(port, size, SECONDS)
        return (cpu_seconds(server.pid) - before) / messages * 1e6
    finally:
        server.kill()
        server.wait()


def run_client(port, size, seconds):
    command = ['taskset', '-c', '1', sys.executable, __file__, 'load', port, str(size), str(seconds)]
    return int(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def cpu_seconds(pid):
    user, system = Path(f'/proc/{pid}/stat').read_text().rsplit(')', 1)[1].split()[11:13]
    return (int(user) + int(system)) / os.sysconf('SC_CLK_TCK')


def main(rounds='5'):
    results = {(size, name): [] for size in SIZES for name in SERVERS}
    for _ in range(int(rounds)):
        for (size, name), times in results.items():
            times.append(measure(name, size))
    print('| CPU a message, us | bytes | median | least to most | to constant bytes |\n|---|---|---|---|---|')
    for (size, name), times in results.items():
        median = statistics.median(times)
        floor = statistics.median(results[size, 'constant'])
        print(f'| {name} | {size} | {median:.1f} | {min(times):.1f} to {max(times):.1f} | {median / floor:.2f} |')


if __name__ == '__main__':
    if sys.argv[1:2] == ['load']:
        load(*map(int, sys.argv[2:]))
    elif sys.argv[1:2] and sys.argv[1] in SERVERS:
        globals()[sys.argv[1]](int(sys.argv[2]), sys.argv[3])
    else:
        main(*sys.argv[1:])
