#!/usr/bin/env python3
"""Measure what a MicroPython web package costs: bytes, heap and minimum heap.

usage: footprint.py MICROPYTHON PACKAGE_FOLDER MPY_CROSS [options]

PACKAGE_FOLDER may also be a single .py file.  What is printed:

  1. per module: source bytes, code lines (no blanks/comments/docstrings) and
     .mpy bytes for every --opts setting of mpy-cross;
  2. per module: heap held after ``import`` (collect before and after), from
     .py and from .mpy.  The stdlib modules in --warm are imported first, and
     for an extension the core is imported first, so the number is its own;
  3. the hello app over a real socket: heap allocated per request (collector
     off), live heap inside a handler, and the smallest heap in KiB with which
     the app is imported and answers --requests requests one after the other
     without a MemoryError anywhere in the output.

The hello app (--app, default: a Microdot style app) is Python source in which
__PORT__ is replaced by a port.  Lines that start with ``#MEM `` are active
only for the allocation figures; they must serve memstat() at /mem and
memlive() at /live.  The app must answer GET / with a body holding --expect.

Standard library only.  Everything runs on 127.0.0.1.
"""
import argparse
import ast
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time

DEFAULT_APP = '''\
from {pkg} import Microdot
app = Microdot()
@app.route('/')
async def index(request):
    return 'Hello, world!'
#MEM @app.route('/mem')
#MEM async def mem(request):
#MEM     return memstat()
#MEM @app.route('/live')
#MEM async def live(request):
#MEM     return memlive()
app.run(host='127.0.0.1', port=__PORT__)
'''

PROBE = '''\
import gc
gc.disable()
def memstat():
    return '%d' % gc.mem_alloc()
def memlive():
    gc.collect()
    return '%d' % gc.mem_alloc()
'''


def code_lines(path):
    """Lines that carry code: no blanks, comments or docstrings."""
    with open(path, 'rb') as f:
        text = f.read()
    try:
        tree = ast.parse(text)
    except SyntaxError:
        return None
    doc = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)\
                and isinstance(node.value.value, str):
            doc.update(range(node.lineno, node.end_lineno + 1))
    n = 0
    for i, line in enumerate(text.decode().splitlines(), 1):
        s = line.strip()
        if s and not s.startswith('#') and i not in doc:
            n += 1
    return n


class Bench:
    def __init__(self, args):
        self.a = args
        src = os.path.abspath(args.package.rstrip('/'))
        self.single = os.path.isfile(src)
        self.src = src
        self.pkg = os.path.basename(src)
        if self.single:
            self.pkg = self.pkg[:-3]
        self.tmp = tempfile.mkdtemp(prefix='footprint-')
        self.stages = {}

    # -- building ---------------------------------------------------------
    def modules(self):
        """[(relative path, dotted name)], the core first."""
        if self.single:
            return [(self.pkg + '.py', self.pkg)]
        out = []
        for root, dirs, files in os.walk(self.src):
            dirs[:] = sorted(d for d in dirs if d != '__pycache__')
            for f in sorted(files):
                if f.endswith('.py'):
                    rel = os.path.relpath(os.path.join(root, f), self.src)
                    if not self.a.flat:
                        rel = os.path.join(self.pkg, rel)
                    name = rel[:-3].replace(os.sep, '.')
                    if name.endswith('.__init__'):
                        name = name[:-9]
                    out.append((rel, name))
        out.sort(key=lambda m: (m[1].count('.'), m[1]))
        return out

    def source_of(self, rel):
        if self.single:
            return self.src
        return os.path.join(self.src if self.a.flat
                            else os.path.dirname(self.src), rel)

    def compile(self, src, dst, flags, name):
        cmd = [self.a.mpy_cross, *flags]
        if '-s' in flags:
            i = cmd.index('-s')
            cmd[i:i + 1] = ['-s', name]
        cmd += ['-o', dst, src]
        p = subprocess.run(cmd, capture_output=True, text=True,
                           cwd=os.path.dirname(src))
        return None if p.returncode == 0 else p.stderr.strip()

    def stage(self, variant):
        """A folder with the package in one variant ('py' or mpy flags)."""
        if variant in self.stages:
            return self.stages[variant]
        d = os.path.join(self.tmp, variant.replace(' ', '_') or 'x')
        os.makedirs(d)
        for rel, _name in self.modules():
            dst = os.path.join(d, rel)
            os.makedirs(os.path.dirname(dst), exist_ok=True)
            if variant == 'py':
                shutil.copy(self.source_of(rel), dst)
            else:
                err = self.compile(self.source_of(rel), dst[:-3] + '.mpy',
                                   variant.split(), os.path.basename(rel))
                if err:
                    print('mpy-cross failed on', rel, ':',
                          err.splitlines()[-1], file=sys.stderr)
        self.stages[variant] = d
        return d

    # -- running ----------------------------------------------------------
    def command(self, heap, *rest):
        cmd = [self.a.micropython]
        if heap:
            cmd += ['-X', 'heapsize=%dk' % heap]
        return cmd + list(rest)

    def env(self, stage):
        e = dict(os.environ)
        path = [stage, *self.a.path]
        e['MICROPYPATH'] = ':'.join([*path, '.frozen'])
        return e

    def import_heap(self, variant, name, first=()):
        d = self.stage(variant)
        code = 'import gc\n'
        for m in self.a.warm:
            code += 'try:\n import %s\nexcept ImportError: pass\n' % m
        for m in first:
            code += 'import %s\n' % m
        code += ('gc.collect(); a = gc.mem_alloc()\nimport %s\n'
                 'gc.collect(); gc.collect(); print(gc.mem_alloc() - a)\n'
                 % name)
        p = subprocess.run(self.command(8192, '-c', code), env=self.env(d),
                           capture_output=True, text=True, cwd=d, timeout=20)
        out = p.stdout.strip().splitlines()
        if p.returncode or not out:
            why = (p.stderr or p.stdout).strip().splitlines()
            return None, why[-1] if why else '?'
        return int(out[-1]), ''

    def app_source(self, port, probe=False):
        text = self.a.app_text.replace('__PORT__', str(port))
        if probe:
            text = PROBE + text.replace('#MEM ', '')
        return text

    def start(self, variant, heap, probe=False):
        d = self.stage(variant)
        s = socket.socket()
        s.bind(('127.0.0.1', 0))
        port = s.getsockname()[1]
        s.close()
        for f in ('zapp.py', 'zapp.mpy'):
            if os.path.exists(os.path.join(d, f)):
                os.remove(os.path.join(d, f))
        src = os.path.join(d, 'zapp.py')
        with open(src, 'w') as f:
            f.write(self.app_source(port, probe))
        if variant != 'py':
            err = self.compile(src, src[:-3] + '.mpy', variant.split(),
                               'zapp.py')
            if err:
                raise SystemExit(err)
            os.remove(src)
        log = open(os.path.join(self.tmp, 'log'), 'w+b')
        p = subprocess.Popen(self.command(heap, '-m', 'zapp'),
                             env=self.env(d), cwd=d, stdin=subprocess.DEVNULL,
                             stdout=log, stderr=subprocess.STDOUT)
        return p, port, log

    def connect(self, p, port, limit=5.0):
        end = time.monotonic() + limit
        while p.poll() is None and time.monotonic() < end:
            try:
                return socket.create_connection(('127.0.0.1', port), 5)
            except OSError:
                time.sleep(0.005)
        return None

    def request(self, sock, path, close=True):
        extra = b'Connection: close\r\n' if close else b''
        sock.sendall(b'GET ' + path.encode() + b' HTTP/1.1\r\nHost: 127.0.0.1'
                     b'\r\nUser-Agent: footprint/1\r\nAccept: */*\r\n' +
                     extra + b'\r\n')
        data = b''
        while True:
            head, sep, body = data.partition(b'\r\n\r\n')
            if not sep:  # some servers end lines with a bare LF
                head, sep, body = data.partition(b'\n\n')
            if sep:
                n = None
                for line in head.split(b'\n')[1:]:
                    k, _, v = line.partition(b':')
                    if k.strip().lower() == b'content-length':
                        n = int(v)
                if n is not None and len(body) >= n:
                    return head, body
            chunk = sock.recv(65536)
            if not chunk:
                return head, body
            data += chunk

    def get(self, p, port, path):
        s = self.connect(p, port)
        if s is None:
            return None
        with s:
            s.settimeout(5)
            return self.request(s, path)

    def good(self, answer):
        return bool(answer) and b' 200' in answer[0].split(b'\r\n')[0] and \
            self.a.expect.encode() in answer[1]

    def finish(self, p, log):
        alive = p.poll() is None
        if alive:
            p.kill()
        p.wait()
        log.seek(0)
        out = log.read().decode('utf-8', 'replace')
        log.close()
        return alive, out

    def serves(self, variant, heap, requests, keepalive=False):
        p, port, log = self.start(variant, heap)
        done = 0
        try:
            if keepalive:
                s = self.connect(p, port)
                if s:
                    with s:
                        s.settimeout(5)
                        for _ in range(requests):
                            if not self.good(self.request(s, '/', False)):
                                break
                            done += 1
            else:
                for _ in range(requests):
                    if not self.good(self.get(p, port, '/')):
                        break
                    done += 1
        except OSError:
            pass
        alive, out = self.finish(p, log)
        ok = done == requests and alive and 'MemoryError' not in out \
            and 'memory allocation failed' not in out
        self.last = 'done %d alive %s %s' % (done, alive, out[-300:])
        return ok

    def min_heap(self, variant, requests=None, keepalive=False, lo=4,
                 hi=512):
        """Smallest KiB that works twice; None if hi does not work either."""
        n = requests or self.a.requests
        if not self.serves(variant, hi, n, keepalive):
            return None
        while hi - lo > 1:
            mid = (lo + hi) // 2
            if self.serves(variant, mid, n, keepalive):
                hi = mid
            else:
                lo = mid
        while not self.serves(variant, hi, n, keepalive):
            hi += 1
        return hi

    def kept_cost(self, variant, n=20):
        """Bytes allocated per GET / on one kept connection, or None."""
        p, port, log = self.start(variant, 16384, probe=True)
        try:
            with self.connect(p, port) as s:
                s.settimeout(2)
                for _ in range(3):
                    self.request(s, '/', False)
                m = [int(self.request(s, '/mem', False)[1])
                     for _ in range(4)]
                for _ in range(n):
                    self.request(s, '/', False)
                end = int(self.request(s, '/mem', False)[1])
            return (end - m[3] - (m[3] - m[2])) // n
        except (OSError, ValueError, TypeError, AttributeError):
            return None
        finally:
            self.finish(p, log)

    def request_cost(self, variant, n=20):
        """(bytes allocated per GET /, live heap inside a handler)."""
        p, port, log = self.start(variant, 16384, probe=True)
        try:
            for _ in range(3):
                if not self.good(self.get(p, port, '/')):
                    return None, None
            m = [int(self.get(p, port, '/mem')[1]) for _ in range(4)]
            own = m[3] - m[2]
            for _ in range(n):
                self.get(p, port, '/')
            end = int(self.get(p, port, '/mem')[1])
            live = int(self.get(p, port, '/live')[1])
            return (end - m[3] - own) // n, live
        except (OSError, ValueError, TypeError):
            return None, None
        finally:
            self.out = self.finish(p, log)[1]


def row(cells, widths):
    return ' | '.join(('%-*s' if i == 0 else '%*s') % (w, '-' if c is None
                      else c) for i, (c, w) in enumerate(zip(cells, widths)))


def table(title, head, rows):
    print('\n' + title)
    rows = [[('-' if c is None else str(c)) for c in r] for r in rows]
    widths = [max(len(str(x)) for x in col) for col in zip(head, *rows)]
    print(row(head, widths))
    print('-+-'.join('-' * w for w in widths))
    for r in rows:
        print(row(r, widths))


def main():
    ap = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    ap.add_argument('micropython')
    ap.add_argument('package')
    ap.add_argument('mpy_cross')
    ap.add_argument('--app', help='hello app (source with __PORT__)')
    ap.add_argument('--expect', default='Hello')
    ap.add_argument('--path', action='append', default=[],
                    help='further folder for MICROPYPATH (repeatable)')
    ap.add_argument('--opts', default='-O0,-O2,-O3,-O3 -s',
                    help='mpy-cross settings to size, comma separated')
    ap.add_argument('--run', default='py,-O0,-O3 -s',
                    help='variants to run: py and/or mpy-cross settings')
    ap.add_argument('--warm', default='asyncio,io,re,time,json,os,sys,'
                    'binascii,hashlib,struct,random,errno')
    ap.add_argument('--flat', action='store_true',
                    help='the folder holds top level modules, no package')
    ap.add_argument('--core', help='modules to import before an extension')
    ap.add_argument('--requests', type=int, default=100)
    ap.add_argument('--keepalive', action='store_true',
                    help='also search with one kept connection')
    ap.add_argument('--no-modules', action='store_true')
    ap.add_argument('--no-hello', action='store_true')
    ap.add_argument('--json', help='write the numbers to this file')
    a = ap.parse_args()
    a.micropython = os.path.abspath(a.micropython)
    a.mpy_cross = os.path.abspath(a.mpy_cross)
    a.path = [os.path.abspath(p) for p in a.path]
    a.warm = [w for w in a.warm.split(',') if w]
    b = Bench(a)
    a.app_text = open(a.app).read() if a.app else \
        DEFAULT_APP.replace('{pkg}', b.pkg)
    core = a.core.split(',') if a.core else [] if a.flat else [b.pkg]
    opts = [o for o in a.opts.split(',') if o]
    runs = [o for o in a.run.split(',') if o]
    result = {'package': b.src, 'modules': {}, 'hello': {}}
    ver = subprocess.run([a.micropython, '-c', 'import sys; '
                          'print(sys.version, sys.maxsize > 2**31)'],
                         capture_output=True, text=True).stdout.strip()
    print('%s  on  %s (64-bit: %s)' % (b.src, *ver.rsplit(' ', 1)))
    try:
        if not a.no_modules:
            rows = []
            total = [0] * (2 + len(opts))
            for rel, name in b.modules():
                src = b.source_of(rel)
                cells = [os.path.getsize(src), code_lines(src)]
                for o in opts:
                    dst = os.path.join(b.tmp, 'size.mpy')
                    err = b.compile(src, dst, o.split(),
                                    os.path.basename(rel))
                    cells.append(None if err else os.path.getsize(dst))
                total = [t + (c or 0) for t, c in zip(total, cells)]
                rows.append([rel, *cells])
                result['modules'][name] = dict(zip(['bytes', 'lines', *opts],
                                                   cells))
            rows.append(['total', *total])
            table('bytes', ['module', '.py', 'lines', *opts], rows)
            rows = []
            for _, name in b.modules():
                # the core is measured alone, the rest on top of it
                first = [] if not core or name == core[0] or any(
                    c.startswith(name + '.') for c in core) else core
                if name in core[1:]:
                    first = core[:core.index(name)]
                cells, note = [], ''
                for v in runs:
                    n, why = b.import_heap(v, name, first)
                    cells.append(n)
                    note = note or why
                rows.append([name, *cells, note[:60]])
                result['modules'][name]['heap'] = dict(zip(runs, cells))
            table('heap bytes held after import', ['module', *runs, 'why'],
                  rows)
        if not a.no_hello:
            rows = []
            for v in runs:
                cost, live = b.request_cost(v)
                least = b.min_heap(v)
                cells = [v, cost, live, least]
                if least is None:
                    cells += ['', '', b.last.replace('\n', ' ')[-120:]]
                elif a.keepalive:
                    cells += [b.kept_cost(v), b.min_heap(v, keepalive=True),
                              '']
                else:
                    cells += ['', '', '']
                rows.append(cells)
                result['hello'][v] = {'bytes_per_request': cost,
                                      'live': live, 'min_heap_kib': least}
            table('hello over a socket, %d requests' % a.requests,
                  ['variant', 'bytes/request', 'live bytes', 'min heap KiB',
                   'kept bytes/request', 'kept min heap', 'why'], rows)
    finally:
        shutil.rmtree(b.tmp, ignore_errors=True)
    if a.json:
        with open(a.json, 'w') as f:
            json.dump(result, f, indent=1)


if __name__ == '__main__':
    main()
