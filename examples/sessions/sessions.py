# A session: what a visitor has put into the basket, in a cookie that is signed.
import os

from microdot import Microdot, abort, redirect
from microdot.session import Session, with_session
from microdot.utemplate import Template

FOLDER = __file__.replace('\\', '/').rpartition('/')[0] or '.'
PRICES = {'Assam': 4, 'Ceylon': 5, 'Darjeeling': 6}

app = Microdot()
Session(app, secret_key=os.getenv('SECRET_KEY') or os.urandom(32))  # os.urandom: sessions end with this program
Template.initialize(FOLDER + '/templates', autoescape=True)


@app.get('/')
@with_session
async def index(request, session):
    basket = session.get('basket', {})
    rows = [(tea, count, PRICES[tea] * count) for tea, count in sorted(basket.items())]
    return Template('basket.html').render(sorted(PRICES.items()), rows), {'Content-Type': 'text/html'}


@app.post('/add')
@with_session
async def add(request, session):
    tea = request.form.get('tea') if request.form else None
    if tea not in PRICES:
        abort(422)
    basket = session.get('basket', {})
    basket[tea] = basket.get(tea, 0) + 1
    session['basket'] = basket
    session.save()  # the cookie goes out with the answer
    return redirect('/', 303)


@app.post('/empty')
@with_session
async def empty(request, session):
    session.delete()
    return redirect('/', 303)


if __name__ == '__main__':
    app.run(debug=True)
