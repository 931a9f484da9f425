# Cookies: set, read, deleted.
from microdot import HTTPException, Microdot, Response, redirect, urldecode, urlencode

from .layout import escape, page

TITLE = 'Cookies'
SUMMARY = 'Set, read and deleted, with all the attributes they can have.'
CALL = "set_cookie('visits', 3)"

PAGE = '''
<h1>Cookies</h1>
<p class="lead">The browser keeps them and sends them back. One of them counts how often you have been here:
<strong>{visits}</strong>.</p>
{message}
<h2>What your browser sent</h2>
{cookies}
<form method="post" action="/cookies">
<h2>Set one</h2>
<p><label for="name">Name</label>
<input id="name" name="name" required maxlength="40" value="flavour" autocomplete="off"></p>
<p><label for="value">Value</label>
<input id="value" name="value" maxlength="200" value="cinnamon &amp; ginger" autocomplete="off"></p>
<p><button>Set the cookie</button></p>
</form>
'''

COOKIE = '''<li><span><code>{name}</code> {value}</span>
<form method="post" action="/cookies/delete"><input type="hidden" name="name" value="{name}">
<button class="quiet" aria-label="Delete {name}">Delete</button></form></li>'''

OPTIONS = {'path': '/cookies', 'http_only': True, 'same_site': 'Lax'}
MONTH = 30 * 24 * 3600  # seconds

app = Microdot()


@app.get('/')
async def index(request):
    visits = counted(request) + 1
    response = Response(show(request, visits))
    response.set_cookie('visits', visits, max_age=MONTH, **OPTIONS)
    return response


@app.post('/')
async def keep(request):
    form = request.form or {}
    response = redirect('/cookies', 303)
    response.set_cookie(form.get('name', ''), urlencode(form.get('value', '')), **OPTIONS)
    return response


@app.post('/delete')
async def delete(request):
    form = request.form or {}
    response = redirect('/cookies', 303)
    response.delete_cookie(form.get('name', ''), path='/cookies')
    return response


@app.errorhandler(ValueError)
async def refused(request, exc):
    message = f'<p class="warning" role="alert">Refused: {escape(exc)}.</p>'
    return show(request, counted(request), message), 400


def counted(request):
    visits = request.cookies.get('visits', '')
    return int(visits) if visits.isdigit() else 0


def show(request, visits, message=''):
    cookies = [COOKIE.format(name=escape(name), value=escape(decoded(value)))
               for name, value in sorted(request.cookies.items())]
    cookies = '<ul class="rows">{}</ul>'.format(''.join(cookies)) if cookies else '<p>None yet. Reload the page.</p>'
    return page(request, 'Cookies', PAGE.format(visits=visits, message=message, cookies=cookies))


def decoded(value):
    try:
        return urldecode(value)
    except (ValueError, HTTPException):  # another application's, on CPython and on MicroPython
        return value
