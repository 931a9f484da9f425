"""What the tests of logins in a browser are about: pages for users, and browsers that are remembered. Its argument is the port.

A page for any site is at `/page`; what was asked since the last time is at `/seen`. A POST to `/login` logs in, with a field
`remember` or without.
"""

import sys

from microdot import Microdot, redirect
from microdot.login import Login
from microdot.session import Session, with_session

PORT = int(sys.argv[1])


class User:
    id = 7
    name = 'Emma'
    logouts = 0


app = Microdot()
Session(app, secret_key='0123456789abcdef0123456789abcdef')
login = Login()
emma = User()
seen = []


@app.after_request
@app.after_error_request
async def record(request, response):
    if request.path not in ('/page', '/seen', '/favicon.ico'):
        seen.append({'request': request.method + ' ' + request.path, 'status': response.status_code,
                     'cookies': sorted(request.cookies)})


@login.user_loader
async def load_user(user_id):
    return emma


@login.token_version
async def token_version(user):
    return user.logouts


def html(text, **headers):
    return '<!doctype html><title>Page</title><p>' + text, 200, dict({'Content-Type': 'text/html'}, **headers)


@app.get('/page')
async def page(request):
    return html('a page')


@app.get('/seen')
async def what_was_seen(request):
    told = seen[:]
    seen[:] = []
    return told


@app.get('/login')
async def form(request):
    return html('log in')


@app.post('/login')
async def enter(request):
    return await login.login_user(request, emma, remember='remember' in request.form, redirect_url='/private')


@app.route('/private', methods=['GET', 'POST'])
@login
async def private(request):
    return html('private, ' + request.g.current_user.name)


@app.get('/kept')
@login
async def kept(request):
    return html('kept, ' + request.g.current_user.name, **{'Cache-Control': 'private, max-age=60'})


@app.get('/fresh')
@login.fresh
async def fresh(request):
    return html('fresh, ' + request.g.current_user.name)


@app.get('/open')
@login.optional
async def everybody(request):
    return html('open, ' + (request.g.current_user.name if request.g.current_user else 'stranger'))


@app.post('/note')
@with_session
async def note(request, session):
    session['note'] = request.form['note']
    session.save()
    return redirect('/note')


@app.get('/note')
@with_session
async def show_note(request, session):
    return html('note: ' + session.get('note', 'none'))


@app.post('/logout')
async def leave(request):
    await login.logout_user(request)
    return redirect('/page')


@app.post('/logout-everywhere')
@login
async def leave_everywhere(request):
    emma.logouts += 1
    await login.logout_user(request)
    return redirect('/page')


app.run('127.0.0.1', PORT)
