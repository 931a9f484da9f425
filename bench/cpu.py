"""What a request costs the server in CPU time, beside the barest asyncio.Protocol in the same run.

    python bench/cpu.py [ROUNDS]

Needs `wrk`. Each server runs alone on the first core and wrk, with 64 kept connections, on the second; rounds are
interleaved, and the median counts. User and system time of the server's process from /proc, divided by the requests.
"""

import os
import re
import socket
import statistics
import subprocess
import sys
import time
from pathlib import Path

SECONDS = 3
BROWSER = [
    'User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0',
    'Accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8',
    'Accept-Language: en-US,en;q=0.5', 'Accept-Encoding: gzip, deflate, br', 'Connection: keep-alive',
    'Upgrade-Insecure-Requests: 1', 'Sec-Fetch-Dest: document', 'Sec-Fetch-Mode: navigate', 'Sec-Fetch-Site: none',
    'Cache-Control: max-age=0', 'Cookie: session=abcdefghijklmnop',
]
WORKS = {  # name: the server's program, path and headers
    'constant bytes': ('protocol', '/', []),
    'hello': ('application', '/', []),
    'hello, browser': ('application', '/', BROWSER),
    'path parameter': ('application', '/users/7', []),
    'JSON': ('application', '/json', []),
}


def protocol(port):
    """Answer whatever comes with the same bytes."""
    import asyncio

    answer = (b'HTTP/1.1 200 OK\r\nContent-Length: 13\r\nContent-Type: text/plain; charset=UTF-8\r\n'
              b'Date: Sun, 22 Nov 2026 12:00:00 GMT\r\n\r\nHello, world!')

    class Constant(asyncio.Protocol):
        def connection_made(self, transport):
            self.transport = transport

        def data_received(self, data):
            self.transport.write(answer)

    async def main():
        server = await asyncio.get_running_loop().create_server(Constant, '127.0.0.1', port)
        await server.serve_forever()

    asyncio.run(main())


def application(port):
    """Serve the works."""
    from microdot import Microdot

    app = Microdot()

    @app.get('/')
    async def hello(request):
        return 'Hello, world!'

    @app.get('/json')
    async def json(request):
        return {'message': 'Hello, world!'}

    @app.get('/users/<int:id>')
    async def user(request, id):
        return str(id)

    app.run('127.0.0.1', port)


def measure(program, path, headers):
    """Return microseconds of CPU time a request."""
    with socket.socket() as listener:
        listener.bind(('127.0.0.1', 0))
        port = listener.getsockname()[1]
    server = subprocess.Popen(['taskset', '-c', '0', sys.executable, __file__, program, str(port)])
    try:
        deadline = time.monotonic() + 10
        while True:
            try:
                socket.create_connection(('127.0.0.1', port)).close()
                break
            except ConnectionError:
                assert time.monotonic() < deadline
                time.sleep(0.01)
        load(port, path, headers, 1)
        before = cpu_seconds(server.pid)
        requests = load(port, path, headers, SECONDS)
        return (cpu_seconds(server.pid) - before) / requests * 1e6
    finally:
        server.kill()
        server.wait()


def load(port, path, headers, seconds):
    """Let wrk ask for some seconds, and return the number of requests."""
    command = ['taskset', '-c', '1', 'wrk', '-t1', '-c64', f'-d{seconds}s', f'http://127.0.0.1:{port}{path}']
    for header in headers:
        command += ['-H', header]
    output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert 'Non-2xx' not in output and 'Socket errors' not in output, output
    return int(re.search(r'(\d+) requests in', output)[1])


def cpu_seconds(pid):
    user, system = Path(f'/proc/{pid}/stat').read_text().rsplit(')', 1)[1].split()[11:13]
    return (int(user) + int(system)) / os.sysconf('SC_CLK_TCK')


def main(rounds='5'):
    results = {name: [] for name in WORKS}
    for _ in range(int(rounds)):
        for name, work in WORKS.items():
            results[name].append(measure(*work))
    floor = statistics.median(results['constant bytes'])
    print('| CPU a request, us | median | least to most | to constant bytes |\n|---|---|---|---|')
    for name, times in results.items():
        median = statistics.median(times)
        print(f'| {name} | {median:.1f} | {min(times):.1f} to {max(times):.1f} | {median / floor:.2f} |')


if __name__ == '__main__':
    if sys.argv[1:2] and sys.argv[1] in ('protocol', 'application'):
        globals()[sys.argv[1]](int(sys.argv[2]))
    else:
        main(*sys.argv[1:])
