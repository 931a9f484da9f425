# What files cost a board: the heap that is taken when their rooms are loaded, and what each sent file leaves as garbage.

import subprocess

import pytest
from tests.conftest import BUILDS
from tests.device.compiled import compile_rooms

# Bytes on 32 bits, compiled.
FILE = 15700     # send_file with validators and conditions, once a file was sent
FOLDER = 8500    # Static, beside that
GARBAGE = 30000  # for a file of 100 KiB, whose pieces share a buffer of 1 KiB

PROGRAM = r'''
import asyncio
import gc
import os

from microdot import AsyncBytesIO, Microdot, Request, send_file
from microdot.server.exchange import Connection
from microdot.server.streaming import send

with open('file.bin', 'wb') as file:
    file.write(bytes(100 * 1024))
app = Microdot()


class Sent:
    # As much of a connection as sending a response takes.
    blocked = True
    entry = None
    flushes = 0
    size = 0

    def __init__(self):
        self.pending = []

    def frame(self, request, response, length):
        return b'head', int(response.headers['Content-Length'])

    def queue(self, data):
        self.pending.append(data)

    async def drain(self):
        for data in self.pending:
            self.size += len(data)
        self.pending.clear()


class Board:
    # What a board's file system tells: there are no inodes, and no links.
    @staticmethod
    def stat(path):
        status = os.stat(path)
        return status[:1] + (0,) + status[2:]


def free():
    gc.collect()
    return gc.mem_free()


async def ask(path):
    head = b'GET %s HTTP/1.1\r\nHost: a\r\nIf-None-Match: "x"\r\n\r\n' % path
    request = await Request.create(app, AsyncBytesIO(head), None, None)
    response = await app.dispatch_request(request)
    assert response.status_code == 200, response.status_code
    return request, response


async def sent(path):
    request, response = await ask(path)
    connection = Sent()
    gc.collect()
    gc.disable()
    before = gc.mem_alloc()
    await send(connection, request, response)
    garbage = gc.mem_alloc() - before
    gc.enable()
    assert connection.size == 4 + 100 * 1024
    return garbage


@app.get('/plain')
async def plain(request):
    return iter((b'x',)), {'Content-Length': '1'}


@app.get('/file')
async def file(request):
    return send_file('file.bin')


async def main():
    await send(Sent(), *await ask(b'/plain'))
    start = free()
    await sent(b'/file')
    with_file = free()
    garbage = await sent(b'/file')
    from microdot.core import micropython_files
    from microdot.static import Static
    micropython_files.os = Board
    Static(app, '.')
    await sent(b'/static/file.bin')
    print(start - with_file, with_file - free(), garbage)


asyncio.run(main())
'''


@pytest.mark.needs('mp32')
def test_files_take_little_heap(tmp_path):
    compile_rooms(tmp_path)
    (tmp_path / 'program.py').write_text(PROGRAM)
    run = subprocess.run([BUILDS['mp32'], '-X', 'heapsize=512k', 'program.py'], cwd=tmp_path, timeout=60, check=False,
                         env={'MICROPYPATH': f'{tmp_path}:.frozen'}, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr or run.stdout
    file, folder, garbage = (int(number) for number in run.stdout.split())
    print(file, folder, garbage, 'bytes')
    assert 1000 < file < FILE
    assert 1000 < folder < FOLDER
    assert 1024 < garbage < GARBAGE
