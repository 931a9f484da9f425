# Files: one that exists, and one that is made while it is sent.
from microdot import Microdot, send_file

from .layout import FOLDER, page

TITLE = 'Files'
SUMMARY = 'Sent from the disk, or made while they are sent.'
CALL = "return send_file('icon.svg')"

PAGE = '''
<h1>Files</h1>
<p class="lead">A file is read piece by piece, so it may be larger than the memory. So may one that exists nowhere: a
generator makes it row by row.</p>
<h2>Try it</h2>
<ul class="rows">
<li><span><img src="/assets/icon.svg" alt="" width="40" height="40"> <code>microdot.svg</code> from the disk</span>
<a class="button" href="/files/microdot.svg" download aria-label="Download microdot.svg">Download</a></li>
<li><span><code>squares.csv</code> made for you, 1000 rows</span>
<a class="button" href="/files/squares.csv" aria-label="Download squares.csv">Download</a></li>
</ul>
'''

app = Microdot()


@app.route('/')
async def index(request):
    return page(request, 'Files', PAGE)


@app.route('/microdot.svg')
async def picture(request):
    return send_file(FOLDER + '/assets/icon.svg')


@app.route('/squares.csv')
async def squares(request):
    def rows():
        yield 'number,square\r\n'
        for number in range(1, 1001):
            yield f'{number},{number * number}\r\n'

    return rows(), {'Content-Type': 'text/csv', 'Content-Disposition': 'attachment; filename="squares.csv"'}
