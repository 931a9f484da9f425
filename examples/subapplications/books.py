# Books: one part of the application.
from microdot import Microdot, redirect

books = Microdot()
titles = ['Emma']


@books.get('/')
async def list_books(request):
    return titles


@books.post('/')
async def add_book(request):
    titles.append(request.body.decode())
    return redirect(f'{request.url_prefix}/{len(titles) - 1}', 303)


@books.get('/<int:number>')
async def show_book(request, number):
    return titles[number]


@books.errorhandler(IndexError)
async def no_book(request, exc):
    return 'There is no such book', 404
