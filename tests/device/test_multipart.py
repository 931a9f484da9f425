# What forms with files cost a board: the heap that is taken when they are imported and one was received.

import subprocess

import pytest
from tests.conftest import BUILDS
from tests.device.compiled import compile_rooms

HEAP = 4752  # bytes on 32 bits, compiled, beside what an application without forms takes: half as much again as 2.7's import

PROGRAM = r'''
import asyncio
import gc

from microdot import AsyncBytesIO, Microdot, Request

BODY = (
    b'--x\r\nContent-Disposition: form-data; name="title"\r\n\r\nNotes\r\n'
    b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\nContent-Type: text/plain\r\n\r\nhello\r\n'
    b'--x--\r\n')
HEAD = b'POST / HTTP/1.1\r\nHost: a\r\nContent-Type: multipart/form-data; boundary=x\r\nContent-Length: %d\r\n\r\n' % len(BODY)
app = Microdot()


def free():
    asyncio.new_event_loop()
    gc.collect()
    return gc.mem_free()


async def plain(request):
    return request.stream and request.content_type


async def receive(handler):
    request = await Request.create(app, AsyncBytesIO(HEAD + BODY), None, None)
    return await handler(request)


asyncio.run(receive(plain))
before = free()

from microdot.multipart import with_form_data


@with_form_data
async def upload(request):
    file = request.files['file']
    return request.form['title'], file.filename, await file.read()


assert asyncio.run(receive(upload)) == ('Notes', 'a.txt', b'hello')
asyncio.run(receive(plain))
print(before - free())
'''


@pytest.mark.needs('mp32')
def test_forms_with_files_take_little_heap(tmp_path):
    compile_rooms(tmp_path)
    (tmp_path / 'program.py').write_text(PROGRAM)
    run = subprocess.run([BUILDS['mp32'], '-X', 'heapsize=256k', 'program.py'], cwd=tmp_path, timeout=60, check=False,
                         env={'MICROPYPATH': f'{tmp_path}:.frozen'}, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr or run.stdout
    taken = int(run.stdout)
    print(taken, 'bytes')
    assert 1000 < taken < HEAP
