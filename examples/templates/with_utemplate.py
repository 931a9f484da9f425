# A page from templates of utemplate, which runs on both Pythons: a page includes its parts.
from microdot import Microdot
from microdot.utemplate import Template

FOLDER = __file__.replace('\\', '/').rpartition('/')[0] or '.'

app = Microdot()
Template.initialize(FOLDER + '/utemplate_pages', autoescape=True)
books = [('Emma', 1815), ('Northanger Abbey', 1817), ('Love & Freindship', 1790)]


@app.get('/')
async def index(request):
    return Template('books.html').generate(books, request.args.get('q', '')), {'Content-Type': 'text/html'}


if __name__ == '__main__':
    app.run(debug=True)
