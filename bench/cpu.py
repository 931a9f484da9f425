"""What a request costs the server in CPU time, beside other frameworks and the barest asyncio.Protocol in the same run.

    python bench/cpu.py [ROUNDS] [CHART.svg]

Needs `wrk`. The others are installed in an environment of their own, build/peers. Each server runs alone on the first
core and wrk, with 64 kept connections, on the second; rounds are interleaved, and the median counts. User and system
time of the server's process from /proc, divided by the requests. With the name of a file, hello is drawn there too.
"""

import os
import re
import socket
import statistics
import subprocess
import sys
import time
import venv
from pathlib import Path

import chart

SECONDS = 3
PEERS = Path('build/peers')
PACKAGES = ['aiohttp', 'httptools', 'microdot==2.7.0', 'starlette', 'uvicorn']
BROWSER = [
    'User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0',
    'Accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8',
    'Accept-Language: en-US,en;q=0.5', 'Accept-Encoding: gzip, deflate, br', 'Connection: keep-alive',
    'Upgrade-Insecure-Requests: 1', 'Sec-Fetch-Dest: document', 'Sec-Fetch-Mode: navigate', 'Sec-Fetch-Site: none',
    'Cache-Control: max-age=0', 'Cookie: session=abcdefghijklmnop',
]
WORKS = {  # name: the server's program, whether it is a peer's, path and headers
    'asyncio.Protocol, constant bytes': ('protocol', False, '/', []),
    'Microdot': ('microdot', False, '/', []),
    "Microdot, a browser's headers": ('microdot', False, '/', BROWSER),
    'Microdot, path parameter': ('microdot', False, '/users/7', []),
    'Microdot, JSON': ('microdot', False, '/json', []),
    'uvicorn, bare ASGI function': ('uvicorn', True, '/', []),
    'Starlette on uvicorn': ('starlette', True, '/', []),
    'aiohttp': ('aiohttp', True, '/', []),
    'Microdot 2.7': ('microdot', True, '/', []),
}
FLOOR, *_ = WORKS


# The servers.

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


def microdot(port):
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


def aiohttp(port):
    from aiohttp import web

    async def hello(request):
        return web.Response(text='Hello, world!')

    app = web.Application()
    app.router.add_get('/', hello)
    web.run_app(app, host='127.0.0.1', port=port, access_log=None, print=None)


def uvicorn(port):
    import uvicorn

    async def hello(scope, receive, send):
        await send({'type': 'http.response.start', 'status': 200,
                    'headers': [(b'content-length', b'13'), (b'content-type', b'text/plain; charset=UTF-8')]})
        await send({'type': 'http.response.body', 'body': b'Hello, world!'})

    uvicorn.run(hello, port=port, loop='asyncio', http='httptools', lifespan='off', access_log=False, log_level='error')


def starlette(port):
    import uvicorn
    from starlette.applications import Starlette
    from starlette.responses import PlainTextResponse
    from starlette.routing import Route

    async def hello(request):
        return PlainTextResponse('Hello, world!')

    uvicorn.run(Starlette(routes=[Route('/', hello)]), port=port, loop='asyncio', http='httptools', access_log=False,
                log_level='error')


# The measurement.

def measure(program, is_peer, path, headers):
    """Return microseconds of CPU time a request."""
    with socket.socket() as listener:
        listener.bind(('127.0.0.1', 0))
        port = listener.getsockname()[1]
    python, path_of_imports = (PEERS / 'bin/python', '') if is_peer else (sys.executable, os.environ.get('PYTHONPATH', ''))
    server = subprocess.Popen(['taskset', '-c', '0', python, __file__, program, str(port)],
                              env={**os.environ, 'PYTHONPATH': path_of_imports})
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
    assert 'Non-2xx' not in output, output
    return int(re.search(r'(\d+) requests in', output)[1])


def cpu_seconds(pid):
    user, system = Path(f'/proc/{pid}/stat').read_text().rsplit(')', 1)[1].split()[11:13]
    return (int(user) + int(system)) / os.sysconf('SC_CLK_TCK')


def install_peers():
    if not (PEERS / 'bin/uvicorn').exists():
        venv.create(PEERS, with_pip=True, clear=True)
        subprocess.run([PEERS / 'bin/python', '-m', 'pip', '--quiet', 'install', *PACKAGES], check=True)


def main(rounds='5', picture=None):
    install_peers()
    results = {name: [] for name in WORKS}
    for _ in range(int(rounds)):
        for name, work in WORKS.items():
            results[name].append(measure(*work))
    medians = {name: statistics.median(times) for name, times in results.items()}
    print('| CPU a request, us | median | least to most | to constant bytes |\n|---|---|---|---|')
    for name, times in results.items():
        print(f'| {name} | {medians[name]:.1f} | {min(times):.1f} to {max(times):.1f} | {medians[name] / medians[FLOOR]:.1f} |')
    if picture:
        hello = {name: median for name, median in medians.items() if 'Microdot,' not in name}
        Path(picture).write_text(chart.bars('CPU time of the server for one request, microseconds', hello, 'Microdot'))


if __name__ == '__main__':
    if sys.argv[1:2] and not sys.argv[1].isdigit():
        globals()[sys.argv[1]](int(sys.argv[2]))
    else:
        main(*sys.argv[1:])
