# Files of any size are saved while they come; a bar shows how far they are.
import os

from microdot import Microdot, Request, send_file
from microdot.multipart import FileUpload, FormDataIter

FOLDER = __file__.replace('\\', '/').rpartition('/')[0] or '.'
RECEIVED = FOLDER + '/received'

Request.max_content_length = 1024 * 1024 * 1024  # bytes of an upload; what is in memory stays small

app = Microdot()


@app.on_startup
async def make_folder():
    try:
        os.mkdir(RECEIVED)
    except OSError:  # it is there
        pass


@app.get('/')
async def index(request):
    return send_file(FOLDER + '/index.html')


@app.get('/files')
async def list_files(request):
    return sorted(os.listdir(RECEIVED))


@app.post('/files')
async def receive(request):
    saved = []
    async for _, value in FormDataIter(request):
        if isinstance(value, FileUpload) and value.filename:
            await value.save(RECEIVED)  # under a name that is safe, whatever the browser says
            saved.append(value.secure_filename)
    return {'saved': saved}, 201


if __name__ == '__main__':
    app.run(debug=True)
