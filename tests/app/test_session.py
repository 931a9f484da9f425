# Sessions: the object, the cookie and its token, and stores; what is kept when, and what is refused.

import asyncio
import json

from tools import captured_log, changed, raises, raises_async

from microdot import Microdot, Request, Response, redirect
from microdot.core import expiry, jwt, memory_store, stored_sessions
from microdot.session import MemoryStore, Session, SessionDict, with_session
from microdot.sse import with_sse
from microdot.test_client import TestClient
from microdot.websocket import with_websocket

KEY = '0123456789abcdef0123456789abcdef'
OTHER = b'fedcba9876543210fedcba9876543210'
NOW = 1900000000
DAY = 24 * 3600
MONTH = 31 * DAY
FORM = {'Content-Type': 'application/x-www-form-urlencoded'}


class clock:
    """For a `with` statement: what time it is, None where no clock is set."""

    def __init__(self, now):
        self.changes = [changed(module, unix_time=lambda: now) for module in (expiry, memory_store)]

    def __enter__(self):
        for change in self.changes:
            change.__enter__()

    def __exit__(self, *exc):
        for change in self.changes:
            change.__exit__(*exc)


class RecordingStore:
    """A store that keeps what it is asked, and can fail."""

    def __init__(self):
        self.values = {}
        self.calls = []
        self.error = None

    async def load(self, key):
        await self._note('load', key)
        return self.values.get(key)

    async def save(self, key, value, max_age):
        await self._note('save', key, max_age)
        self.values[key] = value

    async def delete(self, key):
        await self._note('delete', key)
        self.values.pop(key, None)

    async def _note(self, *call):
        await asyncio.sleep(0)
        self.calls.append(call)
        if self.error:
            raise self.error

    def taken(self):
        calls, self.calls = [call[0] for call in self.calls], []
        return calls


def make(**options):
    """Return an application that counts visits, and its session object."""
    app = Microdot()
    options.setdefault('secret_key', KEY)
    sessions = Session(app, **options)

    @app.route('/')
    @with_session
    async def index(request, session):
        return session

    @app.route('/count')
    @with_session
    async def count(request, session):
        session['count'] = session.get('count', 0) + 1
        session.save()
        return str(session['count'])

    @app.route('/forget')
    @with_session
    def forget(request, session):
        session.delete()
        return 'forgotten'

    @app.route('/renew')
    @with_session
    async def renew(request, session):
        session.renew()
        return 'renewed'

    @app.route('/plain')
    async def plain(request):
        return 'plain'

    return app, sessions


def ways():
    """Return options for each way to keep sessions."""
    return {}, {'store': MemoryStore()}, {'store': RecordingStore(), 'secret_key': None}


def request_of(app, cookie=None, **headers):
    if cookie:
        headers['Cookie'] = cookie
    return Request(app, ('127.0.0.1', 1234), 'GET', '/', '1.1', headers)


def typed(claims, token_type='session+jwt', key=KEY):
    return jwt.sign(json.dumps(claims).encode(), token_type, key.encode())


# The examples of the documentation.

async def test_e060_the_session_of_an_application():
    app = Microdot()
    session = Session(app, secret_key=KEY)
    assert session.secret_key == KEY
    assert session.get(request_of(app)) == {}


async def test_e061_a_form_that_keeps_a_name():
    app = Microdot()
    Session(app, secret_key=KEY)

    @app.route('/', methods=['GET', 'POST'])
    @with_session
    async def index(request, session):
        if request.method == 'POST':
            session['username'] = request.form['username']
            session.save()
            return redirect('/')
        return 'Hello, ' + session.get('username', 'stranger')

    @app.post('/logout')
    @with_session
    async def logout(request, session):
        session.delete()
        return redirect('/')

    client = TestClient(app)
    assert (await client.get('/')).text == 'Hello, stranger'
    response = await client.post('/', FORM, 'username=Zo%C3%AB')
    assert response.status_code == 302
    assert (await client.get('/')).text == 'Hello, Zoë'
    assert (await TestClient(app).get('/')).text == 'Hello, stranger'
    await client.post('/logout')
    assert client.cookies == {}
    assert (await client.get('/')).text == 'Hello, stranger'


async def test_e099_e100_e101_from_version_1():
    app = Microdot()
    session_object = Session()
    session_object.initialize(app, secret_key=KEY)

    @app.route('/')
    @with_session
    async def index(request, session):
        session['seen'] = True
        session.save()
        return 'ok'

    client = TestClient(app)
    await client.get('/')
    assert session_object.decode(client.cookies['session']) == {'seen': True}


# The object.

async def test_the_same_object_in_a_request():
    for options in ways():
        app, sessions = make(**options)
        request = request_of(app)
        session = await sessions.load(request)
        assert type(session) is SessionDict
        assert session.request is request
        assert sessions.get(request) is session
        assert await sessions.load(request) is session
        assert await sessions.load(request_of(app)) is not session


async def test_nothing_is_saved_by_itself():
    for options in ways():
        app, _ = make(**options)

        @app.route('/change')
        @with_session
        async def change(request, session):
            session['count'] = 7
            return 'changed'

        client = TestClient(app)
        response = await client.get('/change')
        assert 'Set-Cookie' not in response.headers
        assert (await client.get('/')).json == {}
        await client.get('/count')
        await client.get('/change')
        assert (await client.get('/')).json == {'count': 1}


async def test_counting_and_forgetting():
    for options in ways():
        client = TestClient(make(**options)[0])
        for count in '123':
            assert (await client.get('/count')).text == count
        kept = dict(client.cookies)
        assert (await client.get('/forget')).text == 'forgotten'
        assert client.cookies == {}
        assert (await client.get('/')).json == {}
        # Who has kept the cookie has the session still, but in a store there is none.
        client.cookies.update(kept)
        assert (await client.get('/')).json == ({} if options else {'count': 3})


async def test_what_is_saved_is_what_was_there_then():
    for options in ways():
        app, _ = make(**options)

        @app.route('/change')
        @with_session
        async def change(request, session):
            session['list'] = [1]
            session.save()
            session['list'].append(2)
            session['late'] = True
            return 'changed'

        client = TestClient(app)
        await client.get('/change')
        assert (await client.get('/')).json == {'list': [1]}


async def test_a_session_without_a_key():
    app = Microdot()
    session = Session(app)
    request = request_of(app)
    error = raises(ValueError, session.get, request)
    assert "Session(app, secret_key='...')" in str(error)
    raises(ValueError, session.update, request, {})
    raises(ValueError, session.encode, {})
    raises(ValueError, session.decode, 'a.b.c')
    for key in ('', b'', [], [''], [KEY, '']):
        session.secret_key = key
        raises(ValueError, session.get, request)
    assert session.encode({}, KEY)


async def test_an_application_without_a_session():
    app = Microdot()
    error = await raises_async(RuntimeError, with_session(print)(request_of(app)))
    assert "Session(app, secret_key='...')" in str(error)


async def test_several_applications():
    session = Session(secret_key=KEY)
    for _ in range(2):
        app = Microdot()
        session.initialize(app)
        session.initialize(app, cookie_options={'path': '/sub'})
        assert app._session is session
        assert len(app.after_error_request_handlers) == 1

        @app.route('/')
        @with_session
        async def index(request, session):
            session.save()
            return 'ok'

        response = await TestClient(app).get('/')
        assert len(response.headers['Set-Cookie']) == 1
        assert '; Path=/sub; ' in response.headers['Set-Cookie'][0]


async def test_handlers_of_both_kinds_with_arguments():
    app, _ = make()

    @app.route('/sync/<int:number>')
    @with_session
    def sync(request, session, number):
        session['number'] = number
        session.save()
        return 'sync'

    @app.route('/async/<int:number>')
    @with_session
    async def asynchronous(request, session, number):
        return [session['number'], number]

    client = TestClient(app)
    assert (await client.get('/sync/5')).text == 'sync'
    assert (await client.get('/async/6')).json == [5, 6]


async def test_encode_and_decode():
    _, session = make()
    token = session.encode({'a': 'é', 'b': [1, None, 2.5], 'c': {'d': True}})
    assert session.decode(token) == {'a': 'é', 'b': [1, None, 2.5], 'c': {'d': True}}
    for bad in ('', 'x', token[:-3], token + 'x', 'é', token + '.' + token):
        assert session.decode(bad) == {}
    assert session.decode(token, OTHER) == {}
    assert session.decode(session.encode({'a': 1}, OTHER), OTHER) == {'a': 1}
    # Keys of ours and of the application do not meet.
    claims = {'exp': 5, 'session': 'x', 'typ': 1, 'nbf': 'never', 'sub': 7, 'aud': ['x'], 'iat': {}, 'jti': 1}
    assert session.decode(session.encode(claims)) == claims


# The cookie.

async def cookie_of(path='/count', scheme=None, **options):
    app, _ = make(**options)
    response = await TestClient(app, scheme=scheme).get(path)
    assert len(response.headers['Set-Cookie']) == 1
    value, _, attributes = response.headers['Set-Cookie'][0].partition('; ')
    assert value.startswith('session=')
    return attributes


async def test_attributes():
    assert await cookie_of() == 'Path=/; HttpOnly; SameSite=Lax'
    assert await cookie_of(scheme='https') == 'Path=/; Secure; HttpOnly; SameSite=Lax'
    assert await cookie_of(scheme='wss') == 'Path=/; Secure; HttpOnly; SameSite=Lax'
    assert await cookie_of(store=MemoryStore()) == 'Path=/; HttpOnly; SameSite=Lax'
    options = {'path': '/a', 'http_only': False, 'same_site': 'Strict', 'secure': True, 'domain': 'example.com', 'max_age': 60}
    given = dict(options)
    assert await cookie_of(cookie_options=given) == 'Path=/a; Domain=example.com; Max-Age=60; Secure; SameSite=Strict'
    assert given == options
    assert await cookie_of(cookie_options={'secure': False}, scheme='https') == 'Path=/; HttpOnly; SameSite=Lax'
    deleted = await cookie_of('/forget', cookie_options=given)
    assert deleted.startswith('Path=/a; Domain=example.com; Expires=Thu, 01 Jan 1970') and 'Max-Age=0' in deleted


async def test_one_cookie_however_often_saved():
    for options in ways():
        app, _ = make(**options)

        @app.route('/often')
        @with_session
        async def often(request, session):
            for number in range(3):
                session['number'] = number
                session.save()

            @request.after_request
            async def save_late(request, response):
                session['late'] = True
                session.save()

            return Response('ok', headers={'Set-Cookie': ['a=1', 'sessions=2']})

        @app.after_request
        @with_session
        async def after(request, session, response):
            session['after'] = True
            session.save()

        client = TestClient(app)
        response = await client.get('/often')
        assert [cookie.partition('=')[0] for cookie in response.headers['Set-Cookie']] == ['a', 'sessions', 'session']
        assert (await client.get('/')).json == {'number': 2, 'late': True, 'after': True}


async def test_vary():
    for options in ways():
        client = TestClient(make(**options)[0])
        for path, vary in (('/', 'Cookie'), ('/count', 'Cookie'), ('/forget', 'Cookie'), ('/plain', None), ('/nowhere', None)):
            assert (await client.get(path)).headers.get('Vary') == vary


async def test_a_save_is_kept_when_the_request_fails():
    for options in ways():
        app, _ = make(**options)

        @app.route('/fail/<where>')
        @with_session
        async def fail(request, session, where):
            session['where'] = where
            session.save()
            if where == 'handler':
                raise ValueError('as asked')
            if where == 'abort':
                request.app.abort(403)

            @request.after_request
            async def after(request, response):
                raise ValueError('as asked')

            return 'ok'

        @app.errorhandler(403)
        @with_session
        async def forbidden(request, session):
            session['handled'] = True
            session.save()
            return 'no', 403

        for where, status in (('handler', 500), ('abort', 403), ('after', 500)):
            client = TestClient(app)
            with captured_log():
                response = await client.get('/fail/' + where)
            assert (response.status_code, len(response.headers['Set-Cookie'])) == (status, 1)
            assert response.headers['Vary'] == 'Cookie'
            expected = {'where': where}
            if where == 'abort':
                expected['handled'] = True
            assert (await client.get('/')).json == expected


async def test_malformed_requests_have_no_session():
    app, _ = make()
    response = await app.dispatch_request(None)
    assert (response.status_code, response.headers.get('Set-Cookie')) == (400, None)


async def test_bad_cookies():
    for options in ways():
        client = TestClient(make(**options)[0])
        for value in ('', 'x', 'a.b.c', '"quoted"', '..', 'é', 'x' * 1000, '%00', '../../etc'):
            client.cookies = {'session': value}
            response = await client.get('/')
            assert (response.status_code, response.json) == (200, {}), value
            assert 'Set-Cookie' not in response.headers


async def test_what_would_not_come_back():
    app, _ = make()

    @app.route('/keep/<int:size>')
    @with_session
    async def keep(request, session, size):
        session['text'] = 'x' * size
        try:
            session.save()
        except ValueError as exc:
            return str(exc), 507
        return 'ok'

    async def keep_with(size, line, cookies=None):
        with changed(Request, max_readline=line, max_head_length=16384):
            client = TestClient(app, cookies=cookies)
            response = await client.get('/keep/%d' % size)
            if response.status_code == 507:
                assert response.text.startswith('the cookie session would be too long, with ')
                assert 'session' not in client.cookies
                return False
            assert len(response.headers['Set-Cookie'][0]) <= 4096
            returned = await client.get('/')
            assert (returned.status_code, returned.json) == (200, {'text': 'x' * size})
            return True

    for line, cookies in ((8192, None), (2048, None), (2048, {'other': 'y' * 1000}), (1100, {'a': '1', 'b': '2' * 40})):
        fits, fails = 1, 5000
        while fails - fits > 1:  # the largest that fits
            size = (fits + fails) // 2
            if await keep_with(size, line, cookies):
                fits = size
            else:
                fails = size
        others = sum([len(name) + len(cookies[name]) + 3 for name in cookies]) if cookies else 0
        room = (min(4096 - 90, line - 10) - others - 8) * 3 // 4 - 100  # of the token, in base64
        assert room - 40 < fits < room + 60, (line, cookies, fits, room)


# Keys.

async def test_keys_are_replaced():
    app, sessions = make()
    client = TestClient(app)
    await client.get('/count')
    old = client.cookies['session']
    sessions.secret_key = [OTHER, KEY]
    response = await client.get('/')
    assert response.json == {'count': 1}
    assert len(response.headers['Set-Cookie']) == 1  # signed anew
    assert client.cookies['session'] != old
    assert 'Set-Cookie' not in (await client.get('/')).headers
    sessions.secret_key = [OTHER]
    assert (await client.get('/')).json == {'count': 1}
    client.cookies['session'] = old
    assert (await client.get('/')).json == {}
    sessions.secret_key = (KEY, OTHER)
    assert (await client.get('/')).json == {'count': 1}


def test_short_keys_are_told():
    for key, short in ((KEY, 0), (OTHER, 0), ([KEY, OTHER], 0), ('short', 1), (b'x' * 31, 1), (['a', KEY, 'b'], 2)):
        with captured_log() as lines:
            Session(Microdot(), secret_key=key)
        assert len(lines) == short, key
        for message, _ in lines:
            assert 'secret key' in message and '32' in message


# Time.

async def test_sessions_end_and_are_renewed():
    for options in ways():
        app, _ = make(**options)
        client = TestClient(app)
        with clock(NOW):
            await client.get('/count')
            assert 'Set-Cookie' not in (await client.get('/')).headers
        with clock(NOW + 15 * DAY):  # more than half is left
            assert 'Set-Cookie' not in (await client.get('/')).headers
        kept = dict(client.cookies)
        with clock(NOW + 16 * DAY):
            response = await client.get('/')
            assert response.json == {'count': 1}
            assert len(response.headers['Set-Cookie']) == 1
            assert 'Max-Age' not in response.headers['Set-Cookie'][0] and 'Expires' not in response.headers['Set-Cookie'][0]
        with clock(NOW + 16 * DAY + MONTH - 1):
            assert (await client.get('/')).json == {'count': 1}
            assert (await TestClient(app, cookies=kept).get('/')).json == ({'count': 1} if options else {})
        with clock(NOW + 3 * MONTH):
            assert (await client.get('/')).json == {}


async def test_how_long_sessions_last():
    app, _ = make(max_age=3600)
    client = TestClient(app)
    with clock(NOW):
        await client.get('/count')
    with clock(NOW + 3600 + 300):
        assert (await client.get('/')).json == {'count': 1}
    client = TestClient(app)
    with clock(NOW):
        await client.get('/count')
    with clock(NOW + 3600 + 301):
        assert (await client.get('/')).json == {}


async def test_where_no_clock_is_set():
    for options in ways():
        client = TestClient(make(**options)[0])
        with clock(None):
            assert (await client.get('/count')).text == '1'
            assert 'Set-Cookie' not in (await client.get('/')).headers
        with clock(NOW):  # it is set now
            response = await client.get('/')
            assert response.json == {'count': 1}
            assert len(response.headers['Set-Cookie']) == 1
        with clock(None):  # and lost again
            assert (await client.get('/count')).text == '2'
        with clock(NOW + 10 * MONTH):
            assert (await client.get('/')).json == {'count': 2}


async def test_existing_cookies_are_issued_anew():
    app, _ = make()
    client = TestClient(app)
    client.cookies['session'] = typed({'count': 4, 'a': 1}, 'JWT')
    with clock(NOW):
        response = await client.get('/')
    assert response.json == {'count': 4, 'a': 1}
    assert len(response.headers['Set-Cookie']) == 1
    header, payload = jwt.verify(client.cookies['session'], KEY.encode())
    assert header['typ'] == 'session+jwt'
    assert json.loads(payload) == {'session': {'count': 4, 'a': 1}, 'exp': NOW + MONTH}
    with clock(NOW):
        assert 'Set-Cookie' not in (await client.get('/')).headers
        # An existing session that is too large now stays as it is.
        client.cookies['session'] = typed({'text': 'x' * 2900}, 'JWT')
        with changed(Request, max_readline=8192, max_head_length=8192):
            response = await client.get('/')
            assert len(response.json['text']) == 2900
            large = typed({'text': 'x' * 2990}, 'JWT')
            assert 4020 < len(large) < 4096
            client.cookies['session'] = large
            response = await client.get('/')
            assert len(response.json['text']) == 2990
            assert 'Set-Cookie' not in response.headers


async def test_tokens_for_something_else():
    app, _ = make()
    with clock(NOW):
        for token in (
            typed({'count': 1}), typed({'remember': {'count': 1}}, 'remember+jwt'),
            typed({'session': {'count': 1}}, 'remember+jwt'), typed({'session': {'count': 1}, 'exp': NOW - 301}),
            typed({'session': {'count': 1}}, key='f' + KEY[1:]), typed({'count': 1}, 'at+jwt'),
        ):
            assert (await TestClient(app, cookies={'session': token}).get('/')).json == {}
        assert (await TestClient(app, cookies={'session': typed({'session': {'count': 1}})}).get('/')).json == {'count': 1}


# Stores.

async def test_a_store_is_asked_when_it_has_to_be():
    store = RecordingStore()
    app, _ = make(store=store)
    client = TestClient(app)
    for path, calls in (
        ('/plain', []), ('/', []), ('/count', ['save']), ('/', ['load']), ('/plain', []), ('/count', ['load', 'load', 'save']),
        ('/renew', ['load', 'delete', 'save']), ('/', ['load']), ('/forget', ['load', 'delete']), ('/', []),
    ):
        await client.get(path)
        assert store.taken() == calls, path
    assert store.values == {}


async def test_the_cookie_has_a_random_name_alone():
    store = RecordingStore()
    app, _ = make(store=store)
    names = set()
    for _ in range(4):
        client = TestClient(app)
        await client.get('/count')
        name = client.cookies['session']
        assert len(name) == 32 and not name.encode().strip(
            b'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_')
        names.add(name)
    assert len(names) == len(store.values) == 4
    for key in store.values:
        assert key not in names and len(key) == 64
        assert json.loads(store.values[key])['session'] == {'count': 1}
        # What the store has in it opens no session.
        assert (await TestClient(app, cookies={'session': key}).get('/')).json == {}
    assert {call[2] for call in store.calls if call[0] == 'save'} == {MONTH}


async def test_a_session_is_stored_once_for_a_request_that_fails_late():
    store = RecordingStore()
    app, _ = make(store=store)

    @app.route('/fail')
    @with_session
    async def fail(request, session):
        session.renew()

        @request.after_request
        async def after(request, response):
            raise ValueError('as asked')

        return 'ok'

    client = TestClient(app)
    await client.get('/count')
    store.taken()
    with captured_log():
        await client.get('/fail')
    assert store.taken() == ['load', 'delete', 'save']
    assert (await client.get('/')).json == {'count': 1}


async def test_a_name_that_the_client_chose_is_not_taken_on():
    for store in (MemoryStore(), RecordingStore()):
        app, _ = make(store=store)
        client = TestClient(app, cookies={'session': 'A' * 32})
        await client.get('/count')
        assert client.cookies['session'] != 'A' * 32
        assert (await TestClient(app, cookies={'session': 'A' * 32}).get('/')).json == {}


async def test_a_renewed_session_has_another_name():
    for store in (MemoryStore(), RecordingStore()):
        app, _ = make(store=store)
        client = TestClient(app)
        await client.get('/count')
        old = client.cookies['session']
        await client.get('/renew')
        assert client.cookies['session'] != old
        assert (await client.get('/')).json == {'count': 1}
        assert (await TestClient(app, cookies={'session': old}).get('/')).json == {}


async def test_a_request_does_not_bring_back_what_another_has_deleted():
    for path in ('/forget', '/renew'):
        for store in (MemoryStore(), RecordingStore()):
            app, _ = make(store=store)
            client = TestClient(app)
            await client.get('/count')
            cookies = dict(client.cookies)

            @app.route('/slow')
            @with_session
            async def slow(request, session, client=client, path=path):
                await client.get(path)
                session['slow'] = True
                session.save()
                return 'slow'

            late = TestClient(app, cookies=cookies)
            assert (await late.get('/slow')).text == 'slow'
            for one in (late, TestClient(app, cookies=cookies)):
                assert (await one.get('/')).json == {}


async def test_a_store_that_fails():
    store = RecordingStore()
    app, _ = make(store=store)
    client = TestClient(app)
    await client.get('/count')
    store.error = OSError('no store')
    for path in ('/', '/count', '/forget'):
        with captured_log() as lines:
            response = await client.get(path)
        assert response.status_code == 500
        assert lines[0][1] is store.error
    store.error = None
    assert (await client.get('/')).json == {'count': 1}


async def test_what_a_store_should_not_contain():
    store = RecordingStore()
    app, _ = make(store=store)
    client = TestClient(app)
    await client.get('/count')
    key, = store.values
    for value in ('', 'x', '[]', '{}', '1', '{"exp": 1}', '{"session": {"count": 9}, "exp": 1}', None, '{"session": 1}',
                  '{"session": null}', '{"session": "ab"}', '{"session": [1]}'):
        store.values[key] = value
        assert (await client.get('/')).json == {}, value


async def test_a_stored_session_is_kept_by_a_websocket():
    store = RecordingStore()
    app, _ = make(store=store)

    @app.route('/talk')
    @with_session
    @with_websocket
    async def talk(request, ws, session):
        for _ in range(3):
            session['said'] = await ws.receive()
            session.save()

    def script():
        yield from 'abc'

    client = TestClient(app)
    await client.get('/count')
    store.taken()
    await client.websocket('/talk', script)
    assert store.taken() == ['load', 'load', 'save']
    assert (await client.get('/')).json == {'count': 1, 'said': 'c'}


async def test_a_stored_session_is_kept_by_a_stream():
    app, _ = make(store=MemoryStore())

    @app.route('/events')
    @with_session
    @with_sse
    async def events(request, sse, session):
        await sse.send('hello')
        session['heard'] = 1
        session.save()

    @app.route('/stream')
    @with_session
    async def stream(request, session):
        def pieces():
            yield 'one'
            session['read'] = 1
            session.save()
        return pieces()

    @app.route('/out')
    @with_session
    async def out(request, session):
        def pieces():
            yield 'one'
            session.delete()
        return pieces()

    client = TestClient(app)
    await client.get('/count')
    async with client.sse('/events') as listening:
        assert (await listening.receive())['data'] == b'hello'
        await raises_async(EOFError, listening.receive())
    assert (await client.get('/stream')).text == 'one'
    assert (await client.get('/')).json == {'count': 1, 'heard': 1, 'read': 1}
    await client.get('/out')
    assert (await client.get('/')).json == {}


async def test_a_stored_session_has_to_be_loaded():
    app, sessions = make(store=MemoryStore())
    request = request_of(app)
    for call in (sessions.get, sessions.delete):
        assert 'await session.load(request)' in str(raises(RuntimeError, call, request))
    raises(RuntimeError, sessions.update, request, {})
    await sessions.load(request)
    assert sessions.get(request) == {}


async def test_store_values_as_bytes():
    store = RecordingStore()
    app, _ = make(store=store)
    client = TestClient(app)
    await client.get('/count')
    key, = store.values
    store.values[key] = store.values[key].encode()
    assert (await client.get('/')).json == {'count': 1}


async def loaded(store, keys):
    values = []
    for key in keys:
        values.append(await store.load(key))
    return values


async def test_memory_store():
    store = MemoryStore(max_sessions=3)
    with clock(NOW):
        for key in 'abc':
            await store.save(key, 'value of ' + key, 100)
        assert await loaded(store, 'abcd') == ['value of a', 'value of b', 'value of c', None]
        await store.save('a', 'new', 200)
        await store.save('c', 'value of c', 100)
        assert await loaded(store, 'abc') == ['new', 'value of b', 'value of c']
        await store.save('d', 'value of d', 100)  # in place of the one not saved for longest
        assert await loaded(store, 'abcd') == ['new', None, 'value of c', 'value of d']
        await store.delete('c')
        await store.delete('nothing')
        assert await store.load('c') is None
    with clock(NOW + 99):
        assert await store.load('d') == 'value of d'
    with clock(NOW + 100):
        assert await loaded(store, 'ad') == ['new', None]
    with clock(None):
        await store.save('e', 'value of e', 1)
    with clock(NOW + 1000):
        assert await store.load('e') == 'value of e'
        assert await store.load('a') is None
        await store.save('f', 'value of f', 1)
    assert len(store._kept) <= 3


async def test_memory_store_is_bounded():
    store = MemoryStore(max_sessions=5)
    for number in range(50):
        await store.save(str(number), 'x', 100)
        assert len(store._kept) == min(number + 1, 5)
    assert await loaded(store, ('44', '45', '49')) == [None, 'x', 'x']


def test_names_are_random():
    assert len({stored_sessions.StoredSession(None, 1).put({}, False) for _ in range(100)}) == 100
