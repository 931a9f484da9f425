# Files on their way to the server, which reads them piece by piece and keeps none.
import hashlib
from binascii import hexlify

from microdot import Microdot
from microdot.multipart import FileUpload, FormDataIter

from .layout import facts, page

TITLE = 'Upload'
SUMMARY = 'Files are read while they come, larger than the memory too, and you see how far they are.'
CALL = 'async for name, value in FormDataIter(request)'

app = Microdot()


@app.get('/')
async def empty(request):
    return show(request)


@app.post('/')
async def receive(request):
    parts = FormDataIter(request)
    if parts.buffer is None:
        return 'Send a form with files.', 415
    received = []
    async for name, value in parts:
        if isinstance(value, FileUpload):
            if value.filename:  # a browser sends no name where no file was chosen
                received.append((value.filename, await digest(value)))
        else:
            received.append((name, value))
    return show(request, facts('What arrived', *received))


async def digest(file):
    size = 0
    checksum = hashlib.sha256()
    while data := await file.read(8192):
        size += len(data)
        checksum.update(data)
    return f'{size} bytes of {file.content_type}, SHA-256 {hexlify(checksum.digest()).decode()}'


def show(request, result=None):
    return page(request, 'upload', 'Upload', request.max_content_length // 1024 // 1024, result)
