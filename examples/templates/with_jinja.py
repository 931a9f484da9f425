# The same page from templates of Jinja, on CPython: a page extends another. pip install 'microdot[jinja]'
from microdot import Microdot
from microdot.jinja import Template

FOLDER = __file__.replace('\\', '/').rpartition('/')[0] or '.'

app = Microdot()
Template.initialize(FOLDER + '/jinja_pages', enable_async=True)
books = [('Emma', 1815), ('Northanger Abbey', 1817), ('Love & Freindship', 1790)]


@app.get('/')
async def index(request):
    page = Template('books.html').generate_async(books=books, query=request.args.get('q', ''))
    return page, {'Content-Type': 'text/html'}


if __name__ == '__main__':
    app.run(debug=True)
