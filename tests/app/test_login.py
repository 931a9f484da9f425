# Logins: who gets in, where they are sent, how browsers are remembered, and what a logout ends.

import json

from tools import changed, only, raises, raises_async

from microdot import Microdot, Request, redirect
from microdot.core import expiry, jwt
from microdot.login import Login
from microdot.session import MemoryStore, Session, with_session
from microdot.test_client import TestClient

KEY = '0123456789abcdef0123456789abcdef'
NOW = 1900000000
DAY = 24 * 3600
FORM = {'Content-Type': 'application/x-www-form-urlencoded'}


class User:
    def __init__(self, id, name):
        self.id = id
        self.name = name
        self.version = 1


def clock(now):
    return changed(expiry, unix_time=lambda: now)


def make(remember=False, store=None, cookie_options=None, versions=False, redirect_url='/'):
    """Return an application with a login, and its users."""
    app = Microdot()
    Session(app, secret_key=KEY, store=store, cookie_options=cookie_options)
    login = Login()
    users = {0: User(0, 'Ada'), 'b': User('b', 'Bob')}
    app.login = login

    @login.user_loader
    async def load(user_id):
        return users.get(user_id)

    if versions:
        @login.token_version
        async def version(user):
            return user.version

    @app.route('/login', methods=['GET', 'POST'])
    async def log_in(request):
        user = users[0] if request.args.get('user', '0') == '0' else users['b']
        if redirect_url != '/':
            return await login.login_user(request, user, remember=remember, redirect_url=redirect_url)
        return await login.login_user(request, user, remember=remember)

    @app.post('/logout')
    async def log_out(request):
        await login.logout_user(request)
        again = await login.get_current_user(request)
        return 'out' if again is None and request.g.current_user is None else 'in'

    @app.route('/')
    @login
    async def index(request):
        return request.g.current_user.name

    @app.route('/fresh')
    @login.fresh
    async def fresh(request):
        return request.g.current_user.name

    @app.route('/open')
    @login.optional
    async def everybody(request):
        return request.g.current_user.name if request.g.current_user else 'nobody'

    @app.route('/session')
    @with_session
    async def show(request, session):
        return session

    return app, users


def ways():
    return {}, {'store': MemoryStore()}


def is_login(response, url):
    return (response.status_code, response.headers.get('Location')) == (302, '/login?next=' + url)


async def text_of(client, path):
    """Return what is there, or where the client is sent."""
    response = await client.get(path)
    return response.headers['Location'] if response.status_code == 302 else response.text


def attributes(response, name):
    found = [cookie.partition('; ')[2] for cookie in response.headers['Set-Cookie'] if cookie.startswith(name + '=')]
    assert len(found) == 1
    return found[0]


# The examples of the documentation.

async def test_e070_to_e075_a_login():
    app = Microdot()
    Session(app, secret_key=KEY)
    login = Login()
    users = {7: User(7, 'ada')}

    @login.user_loader
    async def get_user(user_id):
        return users.get(user_id)

    @app.route('/login', methods=['GET', 'POST'])
    async def log_in(request):
        if request.method == 'GET':
            return 'form'
        for user in users.values():
            if (user.name, 'secret') == (request.form['name'], request.form['password']):
                return await login.login_user(request, user, remember=bool(request.form.get('remember')))
        return redirect('/login')

    @app.route('/')
    @login
    async def index(request):
        return 'Hello, ' + request.g.current_user.name

    @app.route('/fresh')
    @login.fresh
    async def fresh(request):
        return 'Fresh'

    @app.post('/logout')
    @login
    async def logout(request):
        await login.logout_user(request)
        return redirect('/')

    client = TestClient(app)
    response = await client.get('/?foo=bar')
    assert (response.status_code, response.headers['Location']) == (302, '/login?next=/%3Ffoo%3Dbar')
    login_url = response.headers['Location']
    assert (await client.get(login_url)).text == 'form'
    assert (await client.post(login_url, FORM, 'name=ada&password=wrong')).headers['Location'] == '/login'
    assert client.cookies == {}
    response = await client.post(login_url, FORM, 'name=ada&password=secret')
    assert (response.status_code, response.headers['Location']) == (302, '/?foo=bar')
    assert len(response.headers['Set-Cookie']) == 1
    assert (await client.get('/?foo=bar')).text == 'Hello, ada'
    assert (await client.get('/fresh')).text == 'Fresh'
    await client.post('/logout')
    assert is_login(await client.get('/'), '/')

    response = await client.post('/login', FORM, 'name=ada&password=secret&remember=on')
    assert len(response.headers['Set-Cookie']) == 2
    del client.cookies['session']  # the browser was closed
    assert (await client.get('/')).text == 'Hello, ada'
    assert is_login(await client.get('/fresh'), '/fresh')
    await client.post('/login?next=/fresh', FORM, 'name=ada&password=secret')
    assert (await client.get('/fresh')).text == 'Fresh'
    response = await client.post('/logout')
    assert len(response.headers['Set-Cookie']) == 2
    assert '_remember' not in client.cookies
    assert is_login(await client.get('/'), '/')


# Routes.

async def test_who_is_let_in():
    for options in ways():
        app, users = make(**options)
        client = TestClient(app)
        for path, expected in (('/', '/login?next=/'), ('/fresh', '/login?next=/fresh'), ('/open', 'nobody')):
            assert await text_of(client, path) == expected
        assert client.cookies == {}
        await client.post('/login')
        for path in ('/', '/fresh', '/open'):
            assert await text_of(client, path) == 'Ada'
        users.clear()  # the loader finds nobody
        for path, expected in (('/', '/login?next=/'), ('/fresh', '/login?next=/fresh'), ('/open', 'nobody')):
            assert await text_of(client, path) == expected


async def test_what_the_session_has():
    app, _ = make()
    client = TestClient(app)
    await client.post('/login')
    assert (await client.get('/session')).json == {'_user_id': 0, '_fresh': True}
    await client.post('/logout')
    assert (await client.get('/session')).json == {}


async def test_the_user_is_loaded_once_for_a_request():
    app, users = make()
    loads = []

    @app.login.user_loader
    def load(user_id):  # not a coroutine
        loads.append(user_id)
        return users.get(user_id)

    @app.route('/twice')
    @app.login
    async def twice(request):
        assert await app.login.get_current_user(request) is request.g.current_user
        return request.g.current_user.name

    client = TestClient(app)
    await client.post('/login?user=b')
    assert loads == []
    assert (await client.get('/twice')).text == 'Bob'
    assert loads == ['b']


async def test_handlers_of_both_kinds_with_arguments():
    app, _ = make()

    @app.route('/sync/<int:number>')
    @app.login
    def sync(request, number):
        return 'sync %d' % number

    @app.route('/session/<int:number>')
    @app.login.fresh
    @with_session
    async def inside(request, session, number):
        return [session['_user_id'], number]

    @app.route('/outside/<int:number>')
    @with_session
    @app.login.optional
    async def outside(request, session, number):
        return [session.get('_user_id'), number]

    client = TestClient(app)
    assert (await client.get('/outside/3')).json == [None, 3]
    await client.post('/login')
    assert (await client.get('/sync/1')).text == 'sync 1'
    assert (await client.get('/session/2')).json == [0, 2]
    assert (await client.get('/outside/3')).json == [0, 3]


async def test_pages_of_a_user_are_not_kept_by_caches():
    app, _ = make()

    @app.route('/kept')
    @app.login
    async def kept(request):
        return 'kept', {'Cache-Control': 'private, max-age=60'}

    client = TestClient(app)
    for path, control in (('/', None), ('/open', None), ('/session', None)):
        response = await client.get(path)
        assert (response.headers.get('Cache-Control'), response.headers['Vary']) == (control, 'Cookie')
    await client.post('/login')
    for path, control in (
        ('/', 'no-store'), ('/fresh', 'no-store'), ('/open', 'no-store'), ('/session', None), ('/kept', 'private, max-age=60'),
    ):
        response = await client.get(path)
        assert (response.headers.get('Cache-Control'), response.headers['Vary']) == (control, 'Cookie')


# Where to go.

async def test_pages_of_this_site():
    app, _ = make()
    client = TestClient(app)
    for page in ('/', '/a', '/a?b=c&d=e+f', '/a%2Fb', '/?next=//evil.example', '/a//b', '/a\\b',
                 '/%0d%0aX:%20y', '/http://x', '/.//x'):
        response = await client.get(page)
        if response.status_code == 302:  # the index, with its query
            assert (await client.post(response.headers['Location'])).headers['Location'] == page
            await client.post('/logout')
        assert (await client.post('/login?next=' + quote(page))).headers['Location'] == page


async def test_pages_of_other_sites():
    for redirect_url in ('/', '/home', 'https://home.example/'):
        app, _ = make(redirect_url=redirect_url)
        client = TestClient(app)
        for page in (
            '//evil.example', '///evil.example', '/\\evil.example', '\\/evil.example', '\\\\evil.example', 'https://evil.example',
            'http:evil.example', 'javascript:alert(1)', 'data:text/html,x', 'evil', '', ' /a', ' //evil.example',
            '/\t/evil.example', '/\n/evil.example', '\t//evil.example',
            '\x00//evil.example', '/a\r\nX: y', '/a\x00', '/a\x7f', '/\x0b/evil.example',
            '.', '../a', '?a', '#a',
        ):
            response = await client.post('/login?next=' + quote(page))
            assert (response.status_code, response.headers['Location']) == (302, redirect_url), page
        assert (await client.post('/login')).headers['Location'] == redirect_url
        assert (await client.post('/login?next')).headers['Location'] == redirect_url


def quote(text):
    return ''.join(['%%%02X' % octet for octet in text.encode()])


async def test_the_page_that_was_asked_for():
    app, _ = make()
    client = TestClient(app)
    for url, encoded in (
        ('/?a=b+c&d=%26', '/%3Fa%3Db%2Bc%26d%3D%2526'), ('/?', '/%3F'), ('/?a=/b#', '/%3Fa%3D/b%23'),
    ):
        response = await client.get(url)
        assert response.headers['Location'] == '/login?next=' + encoded
        assert (await client.post(response.headers['Location'])).headers['Location'] == url
        await client.post('/logout')


async def test_another_login_page():
    app = Microdot()
    Session(app, secret_key=KEY)
    login = Login('/users/in')
    assert (login.login_url, login.user_loader_callback) == ('/users/in', None)
    sub = Microdot()

    @sub.route('/private')
    @login
    async def private(request):
        return 'private'

    app.mount(sub, url_prefix='/sub')
    assert (await TestClient(app).get('/sub/private')).headers['Location'] == '/users/in?next=/sub/private'


# Sessions.

async def test_the_session_is_renewed():
    store = MemoryStore()
    app, _ = make(store=store)

    @app.route('/basket')
    @with_session
    async def basket(request, session):
        session['basket'] = ['tea']
        session.save()
        return 'ok'

    client = TestClient(app)
    await client.get('/basket')
    before = client.cookies['session']
    await client.post('/login')
    logged_in = client.cookies['session']
    assert logged_in != before
    assert (await client.get('/session')).json == {'basket': ['tea'], '_user_id': 0, '_fresh': True}
    # Who had put the first name into the browser is not logged in by that.
    assert (await TestClient(app, cookies={'session': before}).get('/session')).json == {}
    await client.post('/logout')
    assert (await client.get('/session')).json == {'basket': ['tea']}
    assert (await TestClient(app, cookies={'session': logged_in}).get('/session')).json == {}
    assert len(store._kept) == 1


async def test_nothing_of_another_user_is_left():
    for options in ways():
        app, _ = make(**options)

        @app.route('/note')
        @with_session
        async def note(request, session):
            session['note'] = 'mine'
            session.save()
            return 'ok'

        client = TestClient(app)
        await client.post('/login')
        await client.get('/note')
        await client.post('/login')
        assert (await client.get('/session')).json == {'note': 'mine', '_user_id': 0, '_fresh': True}
        await client.post('/login?user=b')
        assert (await client.get('/session')).json == {'_user_id': 'b', '_fresh': True}


# Remembering.

async def test_the_cookie():
    for remember, days in ((True, 30), (7, 7), (1, 1), (0.5, 0.5)):
        if remember is not True and remember == 1:
            days = 1
        app, _ = make(remember=remember)
        response = await TestClient(app).post('/login')
        assert attributes(response, '_remember') == 'Path=/; Max-Age=%d; HttpOnly; SameSite=Lax' % (days * DAY)
        assert attributes(response, 'session') == 'Path=/; HttpOnly; SameSite=Lax'
        response = await TestClient(app, scheme='https').post('/login')
        assert attributes(response, '_remember') == 'Path=/; Max-Age=%d; Secure; HttpOnly; SameSite=Lax' % (days * DAY)
    app, _ = make(remember=True, cookie_options={'path': '/app', 'domain': 'example.com', 'same_site': 'Strict'})
    client = TestClient(app)
    response = await client.post('/login')
    assert attributes(response, '_remember') == 'Path=/app; Domain=example.com; Max-Age=2592000; HttpOnly; SameSite=Strict'
    for remember in (False, None, 0):
        response = await TestClient(make(remember=remember)[0]).post('/login')
        assert len(response.headers['Set-Cookie']) == 1


async def test_a_browser_is_remembered():
    for options in ways():
        app, _ = make(remember=7, **options)
        client = TestClient(app)
        with clock(NOW):
            await client.post('/login')
            first = client.cookies['_remember']
        del client.cookies['session']
        with clock(NOW + 6 * DAY):
            response = await client.get('/')
            assert response.text == 'Ada'
            assert len(response.headers['Set-Cookie']) == 2
            # It is renewed for as many days as it was for.
            assert 'Max-Age=%d;' % (7 * DAY) in attributes(response, '_remember')
            assert 'Set-Cookie' not in (await client.get('/')).headers
            assert (await client.get('/session')).json == {'_user_id': 0, '_fresh': False}
            assert is_login(await client.get('/fresh'), '/fresh')
            assert (await client.get('/open')).text == 'Ada'
        del client.cookies['session']
        with clock(NOW + 12 * DAY):
            assert (await client.get('/open')).text == 'Ada'
            # The first token has ended, and the browser is told to forget it.
            client.cookies = {'_remember': first}
            response = await client.get('/')
            assert is_login(response, '/')
            assert client.cookies == {}
        with clock(NOW + 20 * DAY):
            assert is_login(await client.get('/'), '/')


async def test_a_logout_forgets():
    for options in ways():
        app, _ = make(remember=True, **options)
        client = TestClient(app)
        await client.post('/login')
        response = await client.post('/logout')
        assert response.text == 'out'
        assert 'Max-Age=0' in attributes(response, '_remember') and 'Path=/;' in attributes(response, '_remember')
        assert '_remember' not in client.cookies
        assert is_login(await client.get('/'), '/')
        response = await client.post('/logout')
        assert (response.text, len(response.headers['Set-Cookie'])) == ('out', 1)


async def test_a_logout_by_token():
    app, _ = make(remember=True)
    client = TestClient(app)
    await client.post('/login')
    del client.cookies['session']
    response = await client.post('/logout')
    assert response.text == 'out'
    assert '_remember' not in client.cookies


async def test_tokens_are_revoked_by_their_version():
    app, users = make(remember=True, versions=True)
    client = TestClient(app)
    await client.post('/login')
    stolen = client.cookies['_remember']
    assert await text_of(TestClient(app, cookies={'_remember': stolen}), '/') == 'Ada'
    users[0].version += 1  # at logout, or with a new password
    thief = TestClient(app, cookies={'_remember': stolen})
    assert await text_of(thief, '/') == '/login?next=/'
    assert thief.cookies == {}
    await client.post('/login')
    del client.cookies['session']
    assert await text_of(client, '/') == 'Ada'
    assert await text_of(client, '/') == 'Ada'
    # Tokens without versions end when there are some.
    without, _ = make(remember=True)
    client = TestClient(without)
    await client.post('/login')
    assert await text_of(TestClient(app, cookies={'_remember': client.cookies['_remember']}), '/') == '/login?next=/'


async def test_a_user_who_is_gone_is_not_remembered():
    app, users = make(remember=True)
    client = TestClient(app)
    await client.post('/login')
    del client.cookies['session']
    users.clear()
    assert await text_of(client, '/') == '/login?next=/'
    assert client.cookies == {}


async def test_what_is_no_token():
    app, _ = make(remember=True)
    client = TestClient(app)
    await client.post('/login')
    good = client.cookies['_remember']
    session = client.cookies['session']
    sessions = app._session
    tokens = [
        '', 'x', good[:-2], good + 'x', session,
        # A session with the keys of such a token, old tokens without a type, and other purposes, keys and times.
        sessions.encode({'_user_id': 0, 'user_id': 0, 'days': 30, 'version': None}),
        signed({'user_id': 0, 'days': 30, 'exp': NOW + DAY}, 'JWT'), signed({'remember': claims()}, 'JWT'),
        signed({'remember': claims()}, 'session+jwt'), signed({'remember': claims()}, 'at+jwt'),
        signed({'remember': claims()}, 'remember+jwt', 'f' + KEY[1:]),
        signed({'remember': claims(), 'exp': NOW - 301}, 'remember+jwt'), signed(claims(), 'remember+jwt'),
    ]
    with clock(NOW):
        for token in tokens:
            thief = TestClient(app, cookies={'_remember': token})
            assert await text_of(thief, '/') == '/login?next=/', token
            assert thief.cookies == {}
        assert await text_of(TestClient(app, cookies={'_remember': signed({'remember': claims()}, 'remember+jwt')}), '/') == 'Ada'
        # Nor is the token a session.
        assert (await TestClient(app, cookies={'session': good}).get('/session')).json == {}


def claims():
    return {'_user_id': 0, 'days': 30, 'version': None}


def signed(members, token_type, key=KEY):
    return jwt.sign(json.dumps(members).encode(), token_type, key.encode())


async def test_a_login_forgets_who_was_remembered_before():
    for options in ways():
        app, _ = make(remember=True, **options)

        @app.post('/enter/<user>')
        async def enter(request, user):
            users = {'a': User(0, 'Ada'), 'b': User('b', 'Bob')}
            return await request.app.login.login_user(request, users[user])

        client = TestClient(app)
        await client.post('/login')
        token = client.cookies['_remember']
        response = await client.post('/enter/a')  # who gives the password once more is remembered still
        assert (len(response.headers['Set-Cookie']), client.cookies['_remember']) == (1, token)
        for cookies in ({'_remember': token}, {'_remember': token, 'session': client.cookies['session']}, {'_remember': 'x'}):
            other = TestClient(app, cookies=cookies)
            response = await other.post('/enter/b')
            assert len(response.headers['Set-Cookie']) == 2
            assert list(other.cookies) == ['session']
            del other.cookies['session']  # the browser was closed
            assert is_login(await other.get('/'), '/')
        # The other is remembered in place of the one before.
        client = TestClient(app, cookies={'_remember': token})
        await client.post('/login?user=b')
        del client.cookies['session']
        assert (await client.get('/')).text == 'Bob'


# Mistakes.

async def test_no_user_loader():
    app = Microdot()
    Session(app, secret_key=KEY)
    login = Login()
    request = Request(app, None, 'GET', '/', '1.1', {})
    await login.login_user(request, User(1, 'Eve'))
    request.g.current_user = None
    error = await raises_async(RuntimeError, login.get_current_user(request))
    assert '@login.user_loader' in str(error)


async def test_no_session():
    login = Login()
    request = Request(Microdot(), None, 'GET', '/', '1.1', {})
    for call in (login.get_current_user(request), login.logout_user(request), login.login_user(request, User(1, 'Eve'))):
        assert 'Session(app' in str(await raises_async(RuntimeError, call))


async def test_the_decorators_give_functions_back():
    login = Login()
    assert login.user_loader(quote) is quote
    assert login.user_loader_callback is quote
    assert login.token_version(quote) is quote


def test_the_order_of_decorators():
    app, _ = make()
    for decorate in (app.login, app.login.fresh, app.login.optional, with_session):
        @app.route('/open')
        async def function(request):
            return 'open to all'

        assert 'below' in str(raises(RuntimeError, decorate, function))
        raises(TypeError, decorate, 'no function')


@only('cpython', 'on MicroPython functions have no documentation')
def test_decorated_functions_keep_their_names():
    app, _ = make()
    for decorate in (app.login, app.login.fresh, app.login.optional, with_session):
        @decorate
        async def function(request):
            """What it does."""

        assert (function.__name__, function.__doc__) == ('function', 'What it does.')
