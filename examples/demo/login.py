# A login: a password, a page for users, and a browser that is remembered.
from microdot import Microdot, redirect
from microdot.auth import hash_password, verify_password
from microdot.login import Login
from microdot.ratelimit import limit

from .layout import escape, facts, page

TITLE = 'Login'
SUMMARY = 'Who has logged in is in a signed cookie, and pages are for users alone.'
CALL = '@login'

PASSWORD = 'Hartfield'

PAGE = '''
<h1>Login</h1>
<p class="lead">The session is a cookie that is signed, so that nobody can write one, and that no script reads. It ends with the
browser, unless you are remembered.</p>
{content}
<h2>For users</h2>
<dl class="tries">
<div><dt>Who has logged in</dt><dd><a href="/login/private">/private</a></dd></div>
<div><dt>Who has logged in since the browser was opened</dt><dd><a href="/login/fresh">/fresh</a></dd></div>
</dl>
'''

FORM = '''
{message}
<form method="post" action="{action}">
<h2>Log in</h2>
<p>This user is <code>emma</code>, whose password is <code>{password}</code>. Nobody may try more often
than ten times a minute.</p>
<p><label for="name">Name</label>
<input id="name" name="name" required maxlength="40" autocomplete="username"></p>
<p><label for="password">Password</label>
<input id="password" name="password" type="password" required maxlength="100" autocomplete="current-password"></p>
<fieldset><legend>This browser</legend>
<label><input type="checkbox" name="remember" value="on"> is remembered for 30 days</label>
</fieldset>
<p><button>Log in</button></p>
</form>
'''

LEAVE = '''
<form method="post" action="/login/out">
<p>You are <strong>{name}</strong>.</p>
<p><button>Log out</button></p>
</form>
'''

WRONG = '<p class="warning" role="alert">That is not the name, or not the password.</p>'
OFTEN = '<p class="warning" role="alert">That was too often. Wait a minute.</p>'

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


def show(request, content='', message=''):
    user = getattr(request.g, 'current_user', None)
    if user:
        content += LEAVE.format(name=escape(user.name))
    else:
        content += FORM.format(message=message, action=escape(request.url), password=PASSWORD)
    return page(request, 'Login', PAGE.format(content=content))
