# Cookies: set, read, deleted.
from microdot import HTTPException, Microdot, Response, redirect, urldecode, urlencode

from .layout import page

TITLE = 'Cookies'
SUMMARY = 'Set, read and deleted, with all the attributes they can have.'
CALL = "set_cookie('visits', 3)"

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
    return show(request, counted(request), exc), 400


def counted(request):
    visits = request.cookies.get('visits', '')
    return int(visits) if visits.isdigit() else 0


def show(request, visits, refused=None):
    cookies = [(name, decoded(value)) for name, value in sorted(request.cookies.items())]
    return page(request, 'cookies', 'Cookies', visits, cookies, refused)


def decoded(value):
    try:
        return urldecode(value)
    except (ValueError, HTTPException):  # another application's, on CPython and on MicroPython
        return value
