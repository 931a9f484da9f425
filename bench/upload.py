"""How fast a form with a large file is received, beside aiohttp and the barest asyncio.Protocol in the same run.

    python bench/upload.py [ROUNDS] [MEBIBYTES]

Needs aiohttp. Each server runs alone on the first core and the client, a process that writes to a socket, on the second;
rounds are interleaved, and the median counts: megabytes a second of CPU time of the server's process, user and system,
from /proc; and how much its memory grew at the most.
"""

import os
import re
import socket
import statistics
import subprocess
import sys
import time
from pathlib import Path

BOUNDARY = b'----WebKitFormBoundaryzX9k2LrQpW0aTfUe'
PIECE = 64 * 1024  # bytes that an application reads at once


def constant(port):
    """Find the boundary in what comes, and do no more."""
    import asyncio

    class Find(asyncio.Protocol):
        def connection_made(self, transport):
            self.transport = transport
            self.left = None

        def data_received(self, data):
            if self.left is None:
                head, _, data = data.partition(b'\r\n\r\n')
                match = re.search(rb'Content-Length: (\d+)', head)
                self.left = int(match[1]) if match else 0
            self.left -= len(data)
            data.find(b'\r\n--' + BOUNDARY)
            if self.left <= 0:
                self.left = None
                self.transport.write(b'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n')

    async def main():
        server = await asyncio.get_running_loop().create_server(Find, '127.0.0.1', port)
        await server.serve_forever()

    asyncio.run(main())


def microdot(port, piece=PIECE):
    """Read the file from the iterator."""
    from microdot import Microdot, Request
    from microdot.multipart import FileUpload, FormDataIter

    Request.max_content_length = 2**40
    app = Microdot()

    @app.post('/')
    async def upload(request):
        size = 0
        async for _, value in FormDataIter(request):
            if isinstance(value, FileUpload):
                while data := await value.read(piece):
                    size += len(data)
        return str(size)

    app.run('127.0.0.1', port)


def microdot_8k(port):
    """Read the file in smaller pieces."""
    microdot(port, 8 * 1024)


def with_form_data(port):
    """Have the file copied to a temporary file."""
    from microdot import Microdot, Request
    from microdot.multipart import with_form_data

    Request.max_content_length = 2**40
    app = Microdot()

    @app.post('/')
    @with_form_data
    async def upload(request):
        return request.files['file'].filename

    app.run('127.0.0.1', port)


def aiohttp(port):
    """Read the file from aiohttp's multipart reader."""
    from aiohttp import web

    async def upload(request):
        size = 0
        async for part in await request.multipart():
            while data := await part.read_chunk(PIECE):
                size += len(data)
        return web.Response(text=str(size))

    app = web.Application(client_max_size=2**40)
    app.router.add_post('/', upload)
    web.run_app(app, host='127.0.0.1', port=port, print=None)


SERVERS = {
    'a find on a Protocol': constant,
    'aiohttp, read_chunk of 64 KiB': aiohttp,
    'iterator, read of 64 KiB': microdot,
    'iterator, read of 8 KiB': microdot_8k,
    'with_form_data': with_form_data,
}


def send(port, size):
    """Be the client: send a form with a file of so many bytes twice, a small one first."""
    block = os.urandom(2**20)
    for length in (2**20, size):
        start = (b'--' + BOUNDARY + b'\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n'
                 b'Content-Type: application/octet-stream\r\n\r\n')
        end = b'\r\n--' + BOUNDARY + b'--\r\n'
        head = (b'POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n'
                b'Content-Type: multipart/form-data; boundary=%s\r\n\r\n' % (len(start) + length + len(end), BOUNDARY))
        with socket.create_connection(('127.0.0.1', port)) as client:
            client.sendall(head + start)
            for _ in range(length // len(block)):
                client.sendall(block)
            client.sendall(end)
            assert client.recv(1000).startswith(b'HTTP/1.1 200'), 'not received'
        if length < size:
            print('ready', flush=True)
            sys.stdin.readline()


def measure(name, size):
    """Return megabytes a second of CPU time, and kibibytes by which the memory grew."""
    with socket.socket() as listener:
        listener.bind(('127.0.0.1', 0))
        port = listener.getsockname()[1]
    server = subprocess.Popen(['taskset', '-c', '0', sys.executable, __file__, name, str(port)])
    try:
        deadline = time.monotonic() + 10
        while True:
            try:
                socket.create_connection(('127.0.0.1', port)).close()
                break
            except ConnectionError:
                assert time.monotonic() < deadline
                time.sleep(0.01)
        with subprocess.Popen(['taskset', '-c', '1', sys.executable, __file__, 'send', str(port), str(size)],
                              stdin=subprocess.PIPE, stdout=subprocess.PIPE) as client:
            client.stdout.readline()
            Path(f'/proc/{server.pid}/clear_refs').write_text('5')  # the peak starts anew
            before, resident = cpu_seconds(server.pid), memory(server.pid, 'VmRSS')
            client.communicate(b'\n')
            assert client.returncode == 0
        return size / 1e6 / (cpu_seconds(server.pid) - before), memory(server.pid, 'VmHWM') - resident
    finally:
        server.kill()
        server.wait()


def cpu_seconds(pid):
    # Of its first thread in nanoseconds, of others in ticks; a tick is too coarse for what is measured here.
    return sum(int(Path(path).read_text().split()[0]) for path in Path(f'/proc/{pid}/task').glob('*/schedstat')) / 1e9


def memory(pid, field):
    return int(re.search(rf'{field}:\s+(\d+) kB', Path(f'/proc/{pid}/status').read_text())[1])


def main(rounds='5', mebibytes='200'):
    results = {name: [] for name in SERVERS}
    for _ in range(int(rounds)):
        for name in SERVERS:
            results[name].append(measure(name, int(mebibytes) * 2**20))
    print('| megabytes a CPU second | median | least to most | to aiohttp | memory, KiB |\n|---|---|---|---|---|')
    peer = statistics.median(speed for speed, _ in results['aiohttp, read_chunk of 64 KiB'])
    for name, measured in results.items():
        speeds = [speed for speed, _ in measured]
        median = statistics.median(speeds)
        print(f'| {name} | {median:.0f} | {min(speeds):.0f} to {max(speeds):.0f} | {median / peer:.2f} '
              f'| {max(grown for _, grown in measured)} |')


if __name__ == '__main__':
    if sys.argv[1:2] == ['send']:
        send(int(sys.argv[2]), int(sys.argv[3]))
    elif sys.argv[1:2] and sys.argv[1] in SERVERS:
        SERVERS[sys.argv[1]](int(sys.argv[2]))
    else:
        main(*sys.argv[1:])
