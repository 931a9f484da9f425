"""What a request costs on servers of other projects in CPU time, beside a bare function on the same server in the same run.

    python bench/runtimes.py [ROUNDS]

Needs `wrk`, uvicorn and granian, and for uvicorn at its best uvloop and httptools. Each server runs alone on the first core and
wrk, with 64 kept connections, on the second; rounds are interleaved, and the median counts. User and system time of the
server's processes from /proc, divided by the requests.
"""

import os
import socket
import statistics
import subprocess
import sys
import time
from pathlib import Path

from cpu import SECONDS, cpu_seconds, load

UVICORN = ['-m', 'uvicorn', '--no-access-log', '--log-level', 'warning', '--port']
GRANIAN = ['-m', 'granian', '--no-access-log', '--log-level', 'warning', '--runtime-mode', 'st', '--interface']
WORKS = {  # name: the command up to the port, the name of the application and the path; a bare one before those compared
    'uvicorn, bare ASGI': (UVICORN, 'bare_asgi', '/'),
    'uvicorn, hello': (UVICORN, 'asgi', '/'),
    'uvicorn, JSON': (UVICORN, 'asgi', '/json'),
    'granian, bare ASGI': ([*GRANIAN, 'asgi', '--port'], 'bare_asgi', '/'),
    'granian, hello by ASGI': ([*GRANIAN, 'asgi', '--port'], 'asgi', '/'),
    'granian, bare RSGI': ([*GRANIAN, 'rsgi', '--port'], 'bare_rsgi', '/'),
    'granian, hello by RSGI': ([*GRANIAN, 'rsgi', '--port'], 'rsgi', '/'),
    'granian, JSON by RSGI': ([*GRANIAN, 'rsgi', '--port'], 'rsgi', '/json'),
}

HEADERS = {'content-length': '13', 'content-type': 'text/plain; charset=UTF-8'}
BYTES_HEADERS = [(name.encode(), value.encode()) for name, value in HEADERS.items()]


async def bare_asgi(scope, receive, send):
    """Answer every request alike."""
    if scope['type'] == 'http':
        await send({'type': 'http.response.start', 'status': 200, 'headers': BYTES_HEADERS})
        await send({'type': 'http.response.body', 'body': b'Hello, world!'})
    while scope['type'] == 'lifespan':
        await send({'type': (await receive())['type'] + '.complete'})


async def bare_rsgi(scope, protocol):
    """Answer every request alike."""
    protocol.response_bytes(200, [*HEADERS.items()], b'Hello, world!')


def application():
    """Return the application."""
    from microdot import Microdot

    app = Microdot()

    @app.get('/')
    async def hello(request):
        return 'Hello, world!'

    @app.get('/json')
    async def json(request):
        return {'message': 'Hello, world!'}

    return app


def __getattr__(name):  # what the servers ask for
    if name == 'asgi':
        from microdot.asgi import ASGI

        return ASGI(application())
    if name == 'rsgi':
        from microdot.rsgi import RSGI

        return RSGI(application())
    raise AttributeError(name)


def measure(command, name, path):
    """Return microseconds of CPU time a request."""
    with socket.socket() as listener:
        listener.bind(('127.0.0.1', 0))
        port = listener.getsockname()[1]
    environment = {**os.environ, 'PYTHONPATH': os.pathsep.join(['src', 'bench', os.environ.get('PYTHONPATH', '')])}
    server = subprocess.Popen(['taskset', '-c', '0', sys.executable, *command, str(port), f'runtimes:{name}'], env=environment)
    try:
        deadline = time.monotonic() + 10
        while True:
            try:
                socket.create_connection(('127.0.0.1', port)).close()
                break
            except ConnectionError:
                assert time.monotonic() < deadline
                time.sleep(0.01)
        load(port, path, [], 1)
        before = tree_seconds(server.pid)
        requests = load(port, path, [], SECONDS)
        return (tree_seconds(server.pid) - before) / requests * 1e6
    finally:
        server.terminate()
        server.wait()


def tree_seconds(pid):
    """Return the CPU seconds of a process and its children."""
    children = Path(f'/proc/{pid}/task/{pid}/children').read_text().split()
    return cpu_seconds(pid) + sum(tree_seconds(int(child)) for child in children)


def main(rounds='5'):
    results = {name: [] for name in WORKS}
    for _ in range(int(rounds)):
        for name, work in WORKS.items():
            results[name].append(measure(*work))
    print('| CPU a request, us | median | least to most | to the bare function |\n|---|---|---|---|')
    for name, times in results.items():
        median = statistics.median(times)
        if 'bare' in name:
            bare = median
        print(f'| {name} | {median:.1f} | {min(times):.1f} to {max(times):.1f} | {median / bare:.2f} |')


if __name__ == '__main__':
    main(*sys.argv[1:])
