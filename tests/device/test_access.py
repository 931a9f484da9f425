# What it costs a board to look who asks: the heap that is taken when a room is imported, and one request was let pass and
# one refused, beside what all decorators share.

import subprocess

import pytest
from tests.conftest import BUILDS
from tests.device.compiled import compile_rooms

HEAPS = {'auth': 2361, 'cors': 2131, 'csrf': 1459, 'ratelimit': 2500}  # bytes on 32 bits, compiled

PROGRAM = r'''
import asyncio
import gc
import sys

from microdot import HTTPException, Microdot, Request

NAME = sys.argv[1]


def free():
    asyncio.new_event_loop()
    gc.collect()
    return gc.mem_free()


def application():
    app = Microdot()

    @app.before_request
    async def before(request):
        request.g._vary = {'Accept'}

    return app


def ask(app, method, status, headers):
    request = Request(app, ('127.0.0.1', 1), method, '/', '1.1', dict(headers, Host='a.example'))
    assert asyncio.run(app.dispatch_request(request)).status_code == status


def plain():
    app = application()

    @app.route('/', methods=['GET', 'POST'])
    async def index(request):
        raise HTTPException(int(request.headers['Status']), headers={'X-Test': 'yes'})

    @app.after_error_request
    async def after(request, response):
        response.headers.update({'X-Test': 'yes'})

    ask(app, 'GET', 401, {'Status': '401'})
    ask(app, 'OPTIONS', 200, {})
    ask(app, 'PUT', 405, {})


def auth():
    from microdot.auth import BasicAuth

    app = application()
    auth = BasicAuth()

    @auth.authenticate
    async def check(request, username, password):
        return password == 'sesame' and username

    @app.route('/')
    @auth
    async def index(request):
        return request.g.current_user

    ask(app, 'GET', 200, {'Authorization': 'Basic YWxpOnNlc2FtZQ=='})
    ask(app, 'GET', 401, {})


def cors():
    from microdot.cors import CORS

    app = application()
    CORS(app, allowed_origins=['https://shop.example'], allow_credentials=True)

    @app.route('/')
    async def index(request):
        return 'hello'

    ask(app, 'GET', 200, {'Origin': 'https://shop.example'})
    ask(app, 'OPTIONS', 200, {'Origin': 'https://shop.example', 'Access-Control-Request-Method': 'GET'})
    ask(app, 'GET', 200, {'Origin': 'https://elsewhere.example'})


def csrf():
    from microdot.csrf import CSRF

    app = application()
    CSRF(app)

    @app.post('/')
    async def index(request):
        return 'hello'

    ask(app, 'POST', 200, {'Sec-Fetch-Site': 'same-origin'})
    ask(app, 'POST', 403, {'Sec-Fetch-Site': 'cross-site'})


def ratelimit():
    from microdot.ratelimit import limit

    app = application()

    @app.route('/')
    @limit('1/minute')
    async def index(request):
        return 'hello'

    ask(app, 'GET', 200, {})
    ask(app, 'GET', 429, {})


import binascii
import microdot.core.decorators

plain()
plain()
for number in range(int(sys.argv[2])):
    setattr(Microdot, 'padding%d' % number, None)
before = free()
before = free()
globals()[NAME]()
plain()
print(before - free())
'''


@pytest.fixture(scope='module')
def rooms(tmp_path_factory):
    folder = tmp_path_factory.mktemp('rooms')
    compile_rooms(folder)
    (folder / 'program.py').write_text(PROGRAM)
    return folder


@pytest.mark.needs('mp32')
@pytest.mark.parametrize('name', HEAPS)
def test_to_look_who_asks_takes_little_heap(name, rooms):
    taken = []
    # MicroPython's table of names grows by leaps, at whichever room it is full: that leap is not the room's.
    for names in range(0, 200, 20):
        run = subprocess.run([BUILDS['mp32'], '-X', 'heapsize=256k', 'program.py', name, str(names)], cwd=rooms, timeout=60,
                             env={'MICROPYPATH': f'{rooms}:.frozen'}, capture_output=True, text=True, check=False)
        assert run.returncode == 0, run.stderr or run.stdout
        taken.append(int(run.stdout))
    print(taken, 'bytes')
    assert 500 < min(taken) < HEAPS[name]
