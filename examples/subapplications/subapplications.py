# An application of parts: each is a module with routes of its own, and does not know where it is mounted.
from books import books
from films import films

from microdot import Microdot


def create_app():
    app = Microdot()
    app.mount(books, url_prefix='/books')
    app.mount(films, url_prefix='/films', local=True)  # what films does before requests and on errors stays with films

    @app.get('/')
    async def index(request):
        return [app.url_for(part) for part in ('list_books', 'list_films')]

    @app.errorhandler(404)
    async def not_found(request):
        return 'Neither a book nor a film', 404

    return app


if __name__ == '__main__':
    create_app().run(debug=True)
