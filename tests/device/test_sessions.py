# What sessions and logins cost a board: the heap that is taken when they are imported and were used once.

import subprocess

import pytest
from tests.conftest import BUILDS
from tests.device.compiled import compile_rooms

# Bytes on 32 bits, compiled, of each beside what an application of the same routes takes without it.
SESSION = 8352
LOGIN = 2285

PROGRAM = r'''
import asyncio
import gc

from microdot import Microdot, Request, Response, redirect


def free():
    asyncio.new_event_loop()
    gc.collect()
    return gc.mem_free()


def make_room_for_names():
    # The table of names doubles when it is full: now, and not while something is measured.
    number = grown = 0
    while grown < 2000:
        before = gc.mem_alloc()
        getattr(free, 'name%d' % number, None)
        grown = gc.mem_alloc() - before
        number += 1


async def ask(app, method, path, cookie='', body=None):
    headers = {'Host': 'a', 'Cookie': cookie, 'Content-Type': 'application/x-www-form-urlencoded'}
    response = await app.dispatch_request(Request(app, None, method, path, '1.1', headers, body))
    assert response.status_code in (200, 302), response.status_code
    cookies = [cookie.partition(';')[0] for cookie in response.headers.get('Set-Cookie', [])]
    return '; '.join(cookies), response.body.decode()


def plain():
    app = Microdot()

    @app.route('/', methods=['GET', 'POST'])
    async def index(request):
        if request.method == 'POST':
            response = redirect('/')
            response.set_cookie('name', request.form['name'], path='/', http_only=True, same_site='Lax')
            return response
        return request.cookies.get('name', 'nobody')

    @app.post('/forget')
    async def forget(request):
        response = redirect('/')
        response.delete_cookie('name')

        @request.after_request
        async def after(request, response):
            pass

        return response

    return app


def with_sessions():
    from microdot.session import Session, with_session

    app = Microdot()
    Session(app, secret_key='0123456789abcdef0123456789abcdef')

    @app.route('/', methods=['GET', 'POST'])
    @with_session
    async def index(request, session):
        if request.method == 'POST':
            session['name'] = request.form['name']
            session.save()
            return redirect('/')
        return session.get('name', 'nobody')

    @app.post('/forget')
    @with_session
    async def forget(request, session):
        session.delete()
        return redirect('/')

    return app


async def use(app):
    assert (await ask(app, 'GET', '/'))[1] == 'nobody'
    cookie, _ = await ask(app, 'POST', '/', '', b'name=Emma')
    assert (await ask(app, 'GET', '/', cookie))[1] == 'Emma'
    await ask(app, 'POST', '/forget', cookie)


class User:
    id = 7


user = User()


def add_pages(app, decorate, fresh, enter, leave):
    @app.post('/login')
    async def log_in(request):
        return await enter(request, user)

    @app.route('/private')
    @decorate
    async def private(request):
        return 'private'

    @app.route('/fresh')
    @fresh
    async def page(request):
        return 'fresh'

    @app.post('/logout')
    @decorate
    async def log_out(request):
        await leave(request)
        return redirect('/')


def without_login(app):
    def decorate(f):
        return f

    async def enter(request, user):
        return redirect('/')

    async def leave(request):
        pass

    add_pages(app, decorate, decorate, enter, leave)
    return app


def with_login(app):
    from microdot.login import Login

    login = Login()

    @login.user_loader
    async def load(user_id):
        return user

    add_pages(app, login, login.fresh, login.login_user, login.logout_user)
    return app


async def log_in_and_out(app):
    await ask(app, 'GET', '/private')
    cookie, _ = await ask(app, 'POST', '/login')
    for page in ('private', 'fresh'):
        assert (await ask(app, 'GET', '/' + page, cookie))[1] == page
    await ask(app, 'POST', '/logout', cookie)


def taken(make, run, base):
    # To make something of an application, and to use that once.
    app = base()
    before = free()
    app = make(app)
    asyncio.run(run(app))
    return before - free()


make_room_for_names()
taken(lambda app: plain(), use, Microdot)
application = taken(lambda app: plain(), use, Microdot)
session = taken(lambda app: with_sessions(), use, Microdot) - application
taken(without_login, log_in_and_out, with_sessions)
application = taken(without_login, log_in_and_out, with_sessions)
print(session, taken(with_login, log_in_and_out, with_sessions) - application)
'''


@pytest.mark.needs('mp32')
def test_sessions_and_logins_take_little_heap(tmp_path):
    compile_rooms(tmp_path)
    (tmp_path / 'program.py').write_text(PROGRAM)
    run = subprocess.run([BUILDS['mp32'], '-X', 'heapsize=256k', 'program.py'], cwd=tmp_path, timeout=60, check=False,
                         env={'MICROPYPATH': f'{tmp_path}:.frozen'}, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr or run.stdout
    session, login = (int(number) for number in run.stdout.split())
    print('session', session, 'login', login, 'bytes')
    assert 2000 < session <= SESSION
    assert 1000 < login <= LOGIN
