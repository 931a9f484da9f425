"""What sending a file costs the server in CPU time, beside other servers in the same run.

    python bench/files.py [ROUNDS [BYTES ...]]

Needs `wrk` and nginx. The file has 100,000 bytes unless others are told. The others and the way of measuring are those of
bench/cpu.py.
"""

import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import cpu

sys.path.append('.')
from tests.runtimes.nginx import Nginx

WORKS = {  # name: the server's program, whether it is a peer's, and where the files are
    'nginx': ('nginx', False, '/'),
    'Microdot, `send_file`': ('microdot', False, '/file/'),
    'Microdot, `Static`': ('microdot', False, '/static/'),
    'aiohttp, `FileResponse`': ('aiohttp', True, '/file/'),
    'aiohttp, `add_static`': ('aiohttp', True, '/static/'),
    'Starlette on uvicorn, `StaticFiles`': ('starlette', True, '/static/'),
}


# The servers.

def microdot(port, folder):
    from microdot import Microdot, send_file
    from microdot.static import Static

    app = Microdot()
    Static(app, folder)

    @app.get('/file/<name>')
    async def file(request, name):
        return send_file(folder + '/' + name)

    app.run('127.0.0.1', port)


def aiohttp(port, folder):
    from aiohttp import web

    async def file(request):
        return web.FileResponse(folder + '/' + request.match_info['name'])

    app = web.Application()
    app.router.add_get('/file/{name}', file)
    app.router.add_static('/static', folder)
    web.run_app(app, host='127.0.0.1', port=port, access_log=None, print=None)


def starlette(port, folder):
    import uvicorn
    from starlette.applications import Starlette
    from starlette.routing import Mount
    from starlette.staticfiles import StaticFiles

    uvicorn.run(Starlette(routes=[Mount('/static', StaticFiles(directory=folder))]), port=port, loop='asyncio', http='httptools',
                access_log=False, log_level='error')


# The measurement.

def measure(program, is_peer, path, folder):
    """Return microseconds of CPU time a request."""
    if program == 'nginx':
        with tempfile.TemporaryDirectory() as state, Nginx(folder, state) as nginx:
            os.sched_setaffinity(nginx.process.pid, {0})
            return ask(nginx.process.pid, nginx.port, path)
    with socket.socket() as listener:
        listener.bind(('127.0.0.1', 0))
        port = listener.getsockname()[1]
    python, imports = (cpu.PEERS / 'bin/python', '') if is_peer else (sys.executable, os.environ.get('PYTHONPATH', ''))
    server = subprocess.Popen(['taskset', '-c', '0', python, __file__, program, str(port), folder],
                              env={**os.environ, 'PYTHONPATH': imports})
    try:
        wait_for(port)
        return ask(server.pid, port, path)
    finally:
        server.kill()
        server.wait()


def wait_for(port):
    deadline = time.monotonic() + 10
    while True:
        try:
            return socket.create_connection(('127.0.0.1', port)).close()
        except ConnectionError:
            assert time.monotonic() < deadline
            time.sleep(0.01)


def ask(pid, port, path):
    cpu.load(port, path, [], 1)
    before = cpu.cpu_seconds(pid)
    requests = cpu.load(port, path, [], cpu.SECONDS)
    return (cpu.cpu_seconds(pid) - before) / requests * 1e6


def main(rounds='3', *sizes):
    cpu.install_peers()
    sizes = [int(size) for size in sizes] or [100_000]
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        for size in sizes:
            Path(folder, f'{size}.bin').write_bytes(os.urandom(size))
        print('| CPU a request, us | bytes | median | least to most |\n|---|---|---|---|')
        for size in sizes:
            results = {name: [] for name in WORKS}
            for _ in range(int(rounds)):
                for name, (program, is_peer, path) in WORKS.items():
                    results[name].append(measure(program, is_peer, f'{path}{size}.bin', folder))
            for name, times in results.items():
                print(f'| {name} | {size} | {statistics.median(times):.1f} | {min(times):.1f} to {max(times):.1f} |')


if __name__ == '__main__':
    if sys.argv[1:2] and not sys.argv[1].isdigit():
        globals()[sys.argv[1]](int(sys.argv[2]), sys.argv[3])
    else:
        main(*sys.argv[1:])
