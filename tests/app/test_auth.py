# Who may use a route: names and passwords, tokens, roles.

from binascii import b2a_base64

from tools import captured_log, only, raises

from microdot import HTTPException, Microdot, abort
from microdot.auth import BaseAuth, BasicAuth, TokenAuth
from microdot.test_client import TestClient

PASSWORDS = {'susan': 'hello', 'david': 'a:b::c', 'zoë': 'pässwörd', 'empty': ''}
TOKENS = {'abc': 'susan', 'x=': 'david'}
ROLES = {'susan': 'admin', 'david': ['editor', 'author'], 'zoë': None}


def basic(username, password, scheme='Basic'):
    credentials = (username + ':' + password).encode()
    return {'Authorization': scheme + ' ' + b2a_base64(credentials).decode().strip()}


def make_app(auth):
    app = Microdot()

    @app.route('/')
    @auth
    async def index(request):
        return request.g.current_user

    @app.route('/optional')
    @auth.optional
    async def optional(request):
        return str(request.g.current_user)

    @app.route('/admin')
    @auth(role='admin')
    async def admin(request):
        return 'admin ' + request.g.current_user

    @app.route('/writers/<int:number>')
    @auth(role=['author', 'admin'])
    def writers(request, number):
        return 'writer %s %d' % (request.g.current_user, number)

    return app


def basic_auth(*args, **kwargs):
    auth = BasicAuth(*args, **kwargs)

    @auth.authenticate
    async def check(request, username, password):
        return username if PASSWORDS.get(username) == password else None

    @auth.get_user_roles
    def roles(request, user):
        return ROLES.get(user)

    return auth


def token_auth(*args, **kwargs):
    auth = TokenAuth(*args, **kwargs)

    @auth.authenticate
    def check(request, token):
        return TOKENS.get(token)

    @auth.get_user_roles
    async def roles(request, user):
        return ROLES.get(user)

    return auth


# Names and passwords.

async def test_name_and_password():
    client = TestClient(make_app(basic_auth()))
    for username, password in PASSWORDS.items():
        response = await client.get('/', headers=basic(username, password))
        assert (response.status_code, response.text) == (200, username)
        assert 'WWW-Authenticate' not in response.headers and 'Vary' not in response.headers


async def test_wrong_credentials():
    client = TestClient(make_app(basic_auth()))
    for username, password in (('susan', 'Hello'), ('susan', ''), ('', ''), ('nobody', 'hello'), ('Susan', 'hello')):
        response = await client.get('/', headers=basic(username, password))
        assert (response.status_code, response.text) == (401, '')
        assert response.headers['WWW-Authenticate'] == 'Basic realm="Please login", charset="UTF-8"'


async def test_malformed_credentials_are_wrong_credentials():
    client = TestClient(make_app(basic_auth()))
    for value in ('', 'Basic', 'Basic ', 'Basic !', 'Basic c3VzYW4', 'Basic c3VzYW4=', 'Basic /////w==', 'Basic \xff',
                  'susan:hello', 'Basic susan:hello', 'Bearer c3VzYW46aGVsbG8=', 'Digest username="susan"', 'Basicc3VzYW46aGVsbG8=',
                  'c3VzYW46aGVsbG8='):
        assert (await client.get('/', headers={'Authorization': value})).status_code == 401, value
        assert (await client.get('/optional', headers={'Authorization': value})).text == 'None', value
    assert (await client.get('/')).status_code == 401


async def test_schemes_are_blind_to_case():
    client = TestClient(make_app(basic_auth()))
    for scheme in ('basic', 'BASIC', 'Basic '):
        assert (await client.get('/', headers=basic('susan', 'hello', scheme))).text == 'susan'


async def test_scheme_of_ones_own():
    client = TestClient(make_app(basic_auth(scheme='xBasic')))
    for scheme in ('xBasic', 'XBASIC', 'Basic'):
        assert (await client.get('/', headers=basic('susan', 'hello', scheme))).text == 'susan'
    response = await client.get('/', headers=basic('susan', 'hello', 'yBasic'))
    assert response.status_code == 401
    assert response.headers['WWW-Authenticate'].startswith('xBasic realm=')


async def test_realm_charset_and_status():
    client = TestClient(make_app(basic_auth('the "inner" \\ one', 'latin-1', error_status=403)))
    response = await client.get('/')
    assert response.status_code == 403
    assert response.headers['WWW-Authenticate'] == 'Basic realm="the \\"inner\\" \\\\ one", charset="latin-1"'


async def test_a_realm_that_is_an_application_stands_for_the_default():
    app = Microdot()
    auth = BasicAuth(app)

    @app.route('/')
    @auth
    async def index(request):
        return 'never'

    assert auth.realm == 'Please login'
    assert (await TestClient(app).get('/')).headers['WWW-Authenticate'] == 'Basic realm="Please login", charset="UTF-8"'


async def test_error_handler_for_names_and_passwords():
    auth = basic_auth()

    @auth.errorhandler
    async def no_entry(request):
        return {'error': request.path}, 401

    response = await TestClient(make_app(auth)).get('/')
    assert (response.status_code, response.json) == (401, {'error': '/'})
    assert response.headers['WWW-Authenticate'].startswith('Basic realm=')


# Tokens.

async def test_tokens():
    client = TestClient(make_app(token_auth()))
    for scheme in ('Bearer', 'bearer', 'BEARER'):
        for token, user in TOKENS.items():
            assert (await client.get('/', headers={'authorization': scheme + ' ' + token})).text == user
    for value in ('abc', 'Basic abc', 'Bearer', 'Bearer ', 'Bearer abcd', 'Bearer Abc', 'Bearerabc', ''):
        assert (await client.get('/', headers={'Authorization': value})).status_code == 401, value


async def test_challenges_for_tokens():
    client = TestClient(make_app(token_auth(realm='the "shop"')))
    response = await client.get('/')
    assert (response.status_code, response.text) == (401, '401 error')
    assert response.headers['WWW-Authenticate'] == 'Bearer realm="the \\"shop\\""'
    for value in ('Basic abc', 'Bearer', 'Bearer '):
        assert 'error' not in (await client.get('/', headers={'Authorization': value})).headers['WWW-Authenticate']
    response = await client.get('/', headers={'Authorization': 'Bearer wrong'})
    assert response.headers['WWW-Authenticate'] == 'Bearer realm="the \\"shop\\"", error="invalid_token"'


async def test_tokens_in_another_header():
    for header in ('X-API-Key', 'x-api-key'):
        client = TestClient(make_app(token_auth(header=header)))
        response = await client.get('/', headers={'X-Api-Key': 'abc'})
        assert (response.status_code, response.text) == (200, 'susan')
        assert response.headers['Vary'].lower() == 'x-api-key'  # caches know of Authorization alone
        for value in ('Bearer abc', 'abcd', ''):
            assert (await client.get('/', headers={'X-API-Key': value})).status_code == 401
        response = await client.get('/', headers={'Authorization': 'Bearer abc'})
        assert response.status_code == 401
        assert response.headers['WWW-Authenticate'] == header + ' realm="Please login"'


async def test_the_name_of_the_header_in_any_case():
    client = TestClient(make_app(token_auth(header='authorization')))
    assert (await client.get('/', headers={'Authorization': 'Bearer abc'})).text == 'susan'
    assert (await client.get('/', headers={'Authorization': 'abc'})).status_code == 401


async def test_scheme_and_status_for_tokens():
    client = TestClient(make_app(token_auth(scheme='Token', error_status=404)))
    assert (await client.get('/', headers={'Authorization': 'token abc'})).text == 'susan'
    response = await client.get('/', headers={'Authorization': 'Bearer abc'})
    assert response.status_code == 404
    assert response.headers['WWW-Authenticate'] == 'Token realm="Please login"'


async def test_error_handlers_for_tokens():
    auth = token_auth()
    app = make_app(auth)
    client = TestClient(app)

    @app.errorhandler(401)
    async def unauthorized(request):
        return {'error': 'token'}, 401

    response = await client.get('/')
    assert response.json == {'error': 'token'}
    assert response.headers['WWW-Authenticate'] == 'Bearer realm="Please login"'

    @auth.errorhandler
    def no_entry(request):
        return 'no entry', 401, {'WWW-Authenticate': 'Special'}

    response = await client.get('/')
    assert (response.status_code, response.text) == (401, 'no entry')
    assert response.headers['WWW-Authenticate'] == 'Special'


async def test_an_error_handler_that_aborts():
    auth = token_auth()
    client = TestClient(make_app(auth))

    @auth.errorhandler
    async def no_entry(request):
        abort(401, 'Go away')

    response = await client.get('/')
    assert (response.status_code, response.text) == (401, 'Go away')
    assert response.headers['WWW-Authenticate'] == 'Bearer realm="Please login"'

    @auth.errorhandler
    async def with_headers(request):
        raise HTTPException(401, 'Go away', {'WWW-Authenticate': 'Special'})

    assert (await client.get('/')).headers['WWW-Authenticate'] == 'Special'

    @auth.errorhandler
    async def hidden(request):
        abort(404)

    response = await client.get('/')
    assert response.status_code == 404
    assert 'WWW-Authenticate' not in response.headers


async def test_an_error_handler_that_returns_nothing_lets_nobody_in():
    auth = token_auth()

    @auth.errorhandler
    async def forgotten(request):
        pass

    response = await TestClient(make_app(auth)).get('/')
    assert (response.status_code, response.body) == (204, b'')


# Everybody.

async def test_optional():
    for auth, headers in ((basic_auth(), basic('susan', 'hello')), (token_auth(), {'Authorization': 'Bearer abc'})):
        client = TestClient(make_app(auth))
        for sent, text in ((headers, 'susan'), ({}, 'None'), ({'Authorization': 'Bearer wrong'}, 'None')):
            response = await client.get('/optional', headers=sent)
            assert (response.status_code, response.text) == (200, text)
            assert response.headers['Vary'] == 'Authorization'  # or a cache would show one user's page to another


# Roles.

async def test_roles():
    client = TestClient(make_app(basic_auth()))
    for username, admin, writer in (('susan', 200, 200), ('david', 403, 200), ('zoë', 403, 403), ('empty', 403, 403)):
        headers = basic(username, PASSWORDS[username])
        assert (await client.get('/admin', headers=headers)).status_code == admin
        response = await client.get('/writers/7', headers=headers)
        assert (response.status_code, response.text) == (writer, 'writer %s 7' % username if writer == 200 else 'Forbidden')
    assert (await client.get('/admin')).status_code == 401


async def test_a_role_is_not_a_part_of_another():
    auth = token_auth()
    client = TestClient(make_app(auth))
    for roles, status in (('superadmin', 403), ('', 403), ('admin', 200), (('admin',), 200), ({'admin', 'b'}, 200), ([], 403),
                          (None, 403), (0, 403), (iter(['a', 'admin']), 200)):

        @auth.get_user_roles
        async def returns(request, user, roles=roles):
            return roles

        assert (await client.get('/admin', headers={'Authorization': 'Bearer abc'})).status_code == status, roles


async def test_the_challenge_of_a_role():
    client = TestClient(make_app(token_auth()))
    response = await client.get('/admin', headers={'Authorization': 'Bearer x='})
    assert response.status_code == 403
    assert response.headers['WWW-Authenticate'] == 'Bearer realm="Please login", error="insufficient_scope"'  # RFC 6750 3.1


async def test_an_error_handler_for_roles_knows_the_user():
    app = make_app(token_auth())

    @app.errorhandler(403)
    async def forbidden(request):
        return 'not you, ' + request.g.current_user, 403

    assert (await TestClient(app).get('/admin', headers={'Authorization': 'Bearer x='})).text == 'not you, david'


# Registration.

async def test_registration_returns_the_function():
    async def f(request, *args):
        pass

    for auth in (BasicAuth(), TokenAuth()):
        assert auth.auth_callback is auth.error_callback is auth.roles_callback is None
        assert auth.authenticate(f) is auth.errorhandler(f) is auth.get_user_roles(f) is f
        assert auth.auth_callback is auth.error_callback is auth.roles_callback is f
        assert isinstance(auth, BaseAuth)


@only('cpython', 'MicroPython functions cannot be given a name')
def test_routes_keep_their_names():
    auth = basic_auth()

    async def index(request):
        """The start."""

    for decorated in (auth(index), auth(role='admin')(index), auth.optional(index)):
        assert (decorated.__name__, decorated.__doc__) == ('index', 'The start.')


async def test_functions_that_are_not_coroutines():
    app = Microdot()
    auth = BasicAuth()

    @auth.authenticate
    def check(request, username, password):
        return {'name': username}

    @app.route('/<name>')
    @auth
    def index(request, name):
        yield 'Hello, '
        yield request.g.current_user['name'] + ' at ' + name

    assert (await TestClient(app).get('/home', headers=basic('susan', 'x'))).text == 'Hello, susan at home'


@only('cpython', 'MicroPython has no threads')
async def test_the_pieces_of_a_function_come_from_its_threads():
    import threading

    app = Microdot()
    auth = basic_auth()

    @app.route('/')
    @auth
    def index(request):
        yield str(threading.current_thread() is threading.main_thread())

    assert (await TestClient(app).get('/', headers=basic('susan', 'hello'))).text == 'False'


def test_names_that_are_loaded_when_somebody_asks():
    from microdot import auth
    from microdot.core import passwords

    assert auth.hash_password is passwords.hash_password
    assert auth.verify_password is passwords.verify_password
    for name in ('nothing', 'no_password', 'SMALL_', 'token_'):
        raises(AttributeError, getattr, auth, name)


# Misuse.

async def test_a_missing_callback_is_named():
    for auth, path, says in ((BasicAuth(), '/', '@authenticate'), (TokenAuth(), '/optional', '@authenticate')):
        with captured_log() as lines:
            headers = basic('a', 'b') if isinstance(auth, BasicAuth) else {'Authorization': 'Bearer a'}
            assert (await TestClient(make_app(auth)).get(path, headers=headers)).status_code == 500
        assert says in str(lines[0][1])
    auth = token_auth()
    auth.roles_callback = None
    with captured_log() as lines:
        assert (await TestClient(make_app(auth)).get('/admin', headers={'Authorization': 'Bearer abc'})).status_code == 500
    assert '@get_user_roles' in str(lines[0][1])


def test_the_decorator_stands_below_that_of_the_route():
    app = Microdot()
    auth = basic_auth()
    for decorator in (auth, auth.optional, auth(role='admin')):

        @app.route('/')
        async def index(request):
            return 'for all'

        error = raises(RuntimeError, decorator, index)
        assert str(error) == 'index is a route already: this decorator has to stand below that of the route'


def test_parameters_are_given_by_name():
    error = raises(TypeError, basic_auth(), 'admin')
    assert str(error) == "'admin' is no function: give the parameters of a decorator by name"


# As readers of the documentation write it.

async def test_e062_basic_authentication_of_an_application():
    app = Microdot()
    auth = BasicAuth(app)
    assert auth.realm == 'Please login'


async def garden(auth):
    app = Microdot()

    @app.route('/')
    @auth
    async def index(request):
        return 'Hello, ' + request.g.current_user + '!'

    @app.route('/free')
    @auth.optional
    async def free(request):
        return 'Hello, ' + (request.g.current_user or 'stranger') + '!'

    return TestClient(app)


async def test_e063_check_of_name_and_password():
    app = Microdot()
    auth = BasicAuth(app)
    asked = []

    @auth.authenticate
    async def check_credentials(request, username, password):
        asked.append((username, password))
        if username == 'rose' and password == 'thorn':
            return username

    client = await garden(auth)
    assert (await client.get('/', headers=basic('rose', 'thorn'))).status_code == 200
    assert (await client.get('/', headers=basic('rose', 'leaf'))).status_code == 401
    assert asked == [('rose', 'thorn'), ('rose', 'leaf')]


async def test_e064_protected_route_by_name_and_password():
    client = await garden(basic_auth())
    assert (await client.get('/', headers=basic('susan', 'hello'))).text == 'Hello, susan!'
    assert (await client.get('/')).status_code == 401


async def test_e065_optional_route_by_name_and_password():
    client = await garden(basic_auth())
    assert (await client.get('/free', headers=basic('susan', 'hello'))).text == 'Hello, susan!'
    assert (await client.get('/free')).text == 'Hello, stranger!'


async def test_e066_token_authentication():
    auth = TokenAuth()
    assert (auth.header, auth.scheme, auth.error_status) == ('Authorization', 'Bearer', 401)


async def test_e067_check_of_a_token():
    auth = TokenAuth()

    @auth.authenticate
    async def check_token(request, token):
        return TOKENS.get(token)

    client = await garden(auth)
    assert (await client.get('/', headers={'Authorization': 'Bearer abc'})).status_code == 200
    assert (await client.get('/', headers={'Authorization': 'Bearer cba'})).status_code == 401


async def test_e068_protected_route_by_token():
    client = await garden(token_auth())
    assert (await client.get('/', headers={'Authorization': 'Bearer abc'})).text == 'Hello, susan!'
    assert (await client.get('/')).status_code == 401


async def test_e069_optional_route_by_token():
    client = await garden(token_auth())
    assert (await client.get('/free', headers={'Authorization': 'Bearer abc'})).text == 'Hello, susan!'
    assert (await client.get('/free')).text == 'Hello, stranger!'
