# Accounts: to register, to log in and out, and to choose another password, which ends all that is logged in by the old one.
import os

from microdot import Microdot, redirect
from microdot.auth import hash_password, verify_password
from microdot.csrf import CSRF
from microdot.login import Login
from microdot.session import Session
from microdot.utemplate import Template

FOLDER = __file__.replace('\\', '/').rpartition('/')[0] or '.'
SHORTEST = 10  # characters of a password

app = Microdot()
Session(app, secret_key=os.getenv('SECRET_KEY') or os.urandom(32))
CSRF(app)
login = Login('/login')
Template.initialize(FOLDER + '/templates', autoescape=True)


class User:
    def __init__(self, name, password):
        self.name = name
        self.passwords = 0
        self.choose(password)

    def choose(self, password):
        self.password_hash = hash_password(password)
        self.passwords += 1
        self.id = f'{self.passwords} {self.name}'  # in sessions and cookies; those with an earlier password name nobody


users = {}


@login.user_loader
async def load_user(user_id):
    user = users.get(user_id.partition(' ')[2])
    return user if user and user.id == user_id else None


def page(template, status=200, **values):
    return Template(template + '.html').render(**values), status, {'Content-Type': 'text/html'}


@app.get('/')
@login
async def index(request):
    return page('account', name=request.g.current_user.name)


@app.get('/register')
async def registration(request):
    return page('register', shortest=SHORTEST)


@app.post('/register')
def register(request):  # no coroutine: to hash a password takes long, so this runs in a thread on CPython
    form = request.form or {}
    name, password = form.get('name', ''), form.get('password', '')
    if not name or name in users:
        return page('register', 422, shortest=SHORTEST, error='This name is taken.')
    if len(password) < SHORTEST:
        return page('register', 422, shortest=SHORTEST, error='This password is too short.')
    users[name] = User(name, password)
    return login.login_user(request, users[name], redirect_url='/')


@app.get('/login')
async def login_form(request):
    return page('login', action=request.url)


@app.post('/login')
def log_in(request):
    form = request.form or {}
    user = users.get(form.get('name'))
    if not verify_password(form.get('password', ''), user and user.password_hash):
        return page('login', 401, action=request.url, error='That is not the name, or not the password.')
    return login.login_user(request, user, remember='remember' in form)


@app.post('/password')
@login.fresh
def change_password(request):
    form = request.form or {}
    user = request.g.current_user
    if not verify_password(form.get('old', ''), user.password_hash):
        return page('account', 422, name=user.name, error='That is not your password.')
    if len(form.get('new', '')) < SHORTEST:
        return page('account', 422, name=user.name, error='This password is too short.')
    user.choose(form['new'])
    return login.login_user(request, user, redirect_url='/')


@app.post('/logout')
@login
async def log_out(request):
    await login.logout_user(request)
    return redirect('/login', 303)


if __name__ == '__main__':
    app.run(debug=True)
