# Routes: how the parts of a path reach a function, and how a function's URL is made.
from microdot import Microdot, URLPattern, abort, redirect

app = Microdot()
books = {1: 'Emma', 2: 'Persuasion'}


def parse_date(text):
    """Return (year, month, day); ValueError means that the route does not match."""
    year, month, day = [int(part) for part in text.split('-')]
    if not (0 < month < 13 and 0 < day < 32):
        raise ValueError(text)
    return year, month, day


URLPattern.register_type('date', parser=parse_date)


@app.get('/')
async def index(request):
    return [app.url_for('book', number=number) for number in sorted(books)]


@app.get('/books/<int:number>')
async def book(request, number):
    if number not in books:
        abort(404, 'There is no such book')
    return books[number]


@app.put('/books/<int:number>')
async def rename(request, number):
    books[number] = request.body.decode()
    return books[number]


@app.get('/books/<int:number>/<re:[a-z]+:part>')
async def part(request, number, part):
    return f'The {part} of {books.get(number)}'


@app.get('/diary/<date:day>')
async def diary(request, day):
    return {'year': day[0], 'month': day[1], 'day': day[2]}


@app.get('/shelves/<path:place>')
async def shelf(request, place):
    return place.split('/')


@app.route('/search', methods=['GET', 'POST'])
async def search(request):
    words = request.args if request.method == 'GET' else request.form
    return [title for title in sorted(books.values()) if words.get('q', '') in title]


@app.get('/old/<int:number>')
async def moved(request, number):
    return redirect(app.url_for('book', number=number), 301)


if __name__ == '__main__':
    app.run(debug=True)
