# A login: a password, a page for users, and a browser that is remembered.
from microdot import Microdot, redirect
from microdot.auth import hash_password, verify_password
from microdot.login import Login
from microdot.ratelimit import limit

from .layout import facts, page

TITLE = 'Login'
SUMMARY = 'Who has logged in is in a signed cookie, and pages are for users alone.'
CALL = '@login'

PASSWORD = 'Hartfield'

WRONG = 'That is not the name, or not the password.'
OFTEN = 'That was too often. Wait a minute.'

app = Microdot()
login = Login('/login')


class User:
    def __init__(self, id, name, password):
        self.id = id
        self.name = name
        self.password_hash = hash_password(password)
        self.logouts = 0


emma = User(1, 'emma', PASSWORD)


@login.user_loader
async def load_user(user_id):
    return emma if user_id == emma.id else None


@login.token_version
async def token_version(user):
    return user.logouts


@app.get('/')
@login.optional
async def index(request):
    return show(request)


@app.post('/')
@limit('10/minute')
def enter(request):  # no coroutine: to verify a password takes long
    form = request.form or {}
    user = emma if form.get('name') == emma.name else None
    if not verify_password(form.get('password', ''), user and user.password_hash):
        return show(request, message=WRONG), 401
    return login.login_user(request, user, remember='remember' in form, redirect_url='/login')


@app.errorhandler(429)
async def too_often(request):
    return show(request, message=OFTEN), 429


@app.route('/private')
@login
async def private(request):
    return show(request, facts('For users', ('You are', request.g.current_user.name)))


@app.route('/fresh')
@login.fresh
async def fresh(request):
    return show(request, facts('For users', ('You are', request.g.current_user.name), ('This session', 'with the password')))


@app.post('/out')
@login
async def leave(request):
    request.g.current_user.logouts += 1  # tokens that were copied end too
    await login.logout_user(request)
    return redirect('/login', 303)


def show(request, result=None, message=None):
    user = getattr(request.g, 'current_user', None)
    return page(request, 'login', 'Login', user, request.url, PASSWORD, message, result)
