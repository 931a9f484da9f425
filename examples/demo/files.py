# Files: one that exists, and one that is made while it is sent.
from microdot import Microdot, send_file

from .layout import FOLDER, page

TITLE = 'Files'
SUMMARY = 'Sent from the disk, or made while they are sent.'
CALL = "return send_file('icon.svg', download_name='microdot.svg')"

app = Microdot()


@app.route('/')
async def index(request):
    return page(request, 'files', 'Files')


@app.route('/microdot.svg')
async def picture(request):
    return send_file(FOLDER + '/assets/icon.svg', download_name='microdot.svg')


@app.route('/squares.csv')
async def squares(request):
    def rows():
        yield 'number,square\r\n'
        for number in range(1, 1001):
            yield f'{number},{number * number}\r\n'

    return rows(), {'Content-Type': 'text/csv', 'Content-Disposition': 'attachment; filename="squares.csv"'}
