# The application that receives forms of other projects' clients. It runs on both Pythons.
#
#   uploads.py PORT [stream]
#
# With `stream`, CPython serves by asyncio's streams.

import binascii
import sys

from microdot import Microdot, Request
from microdot.multipart import FileUpload, FormDataIter, with_form_data

Request.max_content_length = 2**26
FileUpload.max_memory_size = 100
app = Microdot()


async def facts(name, value):
    if not isinstance(value, FileUpload):
        return [name, value]
    size = crc = 0
    while True:
        data = await value.read(8192)
        if not data:
            return [name, value.filename, value.content_type, size, crc]
        size += len(data)
        crc = binascii.crc32(data, crc)


@app.post('/iterator')
async def iterator(request):
    parts = []
    async for name, value in FormDataIter(request):
        parts.append(await facts(name, value))
    return parts


@app.post('/decorator')
@with_form_data
async def decorator(request):
    parts = [list(pair) for pair in request.form.pairs]
    for name, value in request.files.pairs:
        parts.append(await facts(name, value))
    return parts


if sys.argv[2:] == ['stream']:
    import microdot.server.protocol
    import microdot.server.stream

    microdot.server.protocol.ProtocolServer = microdot.server.stream.StreamServer
app.run('127.0.0.1', int(sys.argv[1]))
