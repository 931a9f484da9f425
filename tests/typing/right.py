# A program of a user that is right, with every kind of handler and every decorator. Type checkers must not object to anything.

import asyncio
import ssl
from collections.abc import AsyncIterator, Iterator

from microdot import HTTPException, Microdot, MultiDict, Request, Response, URLPattern, abort, redirect, send_file
from microdot.asgi import ASGI
from microdot.auth import BasicAuth, TokenAuth
from microdot.compress import Compress
from microdot.cors import CORS
from microdot.csrf import CSRF
from microdot.jinja import Template as JinjaTemplate
from microdot.login import Login
from microdot.multipart import FileUpload, FormDataIter, with_form_data
from microdot.proxies import TrustedProxies
from microdot.pubsub import Channels
from microdot.ratelimit import limit
from microdot.rsgi import RSGI
from microdot.session import MemoryStore, Session, with_session
from microdot.sse import SSE, with_sse
from microdot.static import Static
from microdot.test_client import TestClient
from microdot.utemplate import Template
from microdot.websocket import WebSocket, with_websocket
from microdot.wsgi import WSGI

app = Microdot()
Session(app, secret_key='0123456789abcdef0123456789abcdef')
auth = BasicAuth()
tokens = TokenAuth()
login = Login()
csrf = CSRF(app, CORS(app, allowed_origins=['https://example.com']))
channels = Channels()
static = Static(app, 'static')
Compress(app)
TrustedProxies(app, ['127.0.0.1'])
URLPattern.register_type('hex', '[0-9a-f]+', lambda text: int(text, 16))


class User:
    name = 'susan'


@app.route('/', methods=['GET', 'POST'])
async def index(request: Request) -> str:
    name: str = request.args.get('name', 'nobody')
    form: MultiDict | None = request.form
    request.g.started = True
    header: str | None = request.headers.get('X-Custom')
    return name + str(form) + (header or '') + request.method + request.path + str(request.cookies)


@app.get('/users/<int:id>')
async def user(request: Request, id: int) -> dict[str, object]:
    if id < 0:
        abort(404)
    if id > 1000:
        raise HTTPException(400, 'Too large')
    return {'id': id, 'url': app.url_for('user', id=id), 'again': app.url_for(user, id=id)}


@app.post('/plain')
def plain(request: Request) -> tuple[str, int, dict[str, str]]:
    return 'made', 201, {'X-Custom': 'yes'}


@app.get('/pieces')
async def pieces(request: Request) -> AsyncIterator[str]:
    async def generate() -> AsyncIterator[str]:
        yield 'one'
        await asyncio.sleep(0)

    return generate()


@app.get('/lines')
def lines(request: Request) -> Iterator[str]:
    yield from ('one', 'two')


@app.get('/cookie')
async def cookie(request: Request) -> Response:
    response = Response({'set': True}, 200, {'X-Custom': 'yes'})
    response.set_cookie('theme', 'dark', path='/', max_age=60, http_only=True)
    response.delete_cookie('other')

    @request.after_request
    async def add(request: Request, response: Response) -> Response:
        response.headers['X-Custom'] = 'no'
        return response

    return response


@app.get('/go')
async def go(request: Request) -> Response:
    return redirect('/', 303)


@app.get('/file')
async def file(request: Request) -> Response:
    return send_file('file.txt', max_age=60)


@app.before_request
async def before(request: Request) -> None:
    request.g.before = 1


@app.after_request
async def after(request: Request, response: Response) -> Response:
    return response


@app.errorhandler(404)
async def not_found(request: 'Request | None') -> tuple[str, int]:
    return 'nothing here', 404


@app.errorhandler(ValueError)
async def failed(request: Request, exc: ValueError) -> tuple[str, int]:
    return str(exc), 400


@app.on_startup
async def start() -> None:
    pass


@app.get('/echo')
@with_websocket
async def echo(request: Request, ws: WebSocket) -> None:
    async for message in ws:
        await ws.send(message)
    await ws.close(1000, 'bye')


@app.get('/chat/<room>')
@with_websocket(subprotocols=['chat'], origins=['https://example.com'], ping_interval=5, max_message_length=1024, compress=False)
async def chat(request: Request, ws: WebSocket, room: str) -> None:
    await ws.send(room)


@app.get('/events')
@with_sse
async def events(request: Request, sse: SSE) -> None:
    await sse.send({'n': 1}, event='tick', event_id='1')


@app.get('/slow-events')
@with_sse(keepalive=5)
async def slow_events(request: Request, sse: SSE) -> None:
    await sse.send('text')


@app.post('/upload')
@with_form_data
async def upload(request: Request) -> str:
    for upload in request.files.values():
        assert isinstance(upload, FileUpload)
        await upload.save('uploads')
    return str(request.form['title'])


@app.post('/parts')
async def parts(request: Request) -> int:
    count = 0
    async for _name, _value in FormDataIter(request):
        count += 1
    return 200 + count


@auth.authenticate
async def check(request: Request, name: str, password: str) -> 'User | None':
    return User() if name == password else None


@auth.get_user_roles
async def roles(user: User) -> list[str]:
    return [user.name]


@tokens.authenticate
def check_token(request: Request, token: str) -> 'User | None':
    return None


@app.get('/private')
@auth
async def private(request: Request) -> str:
    return str(request.g.current_user.name)


@app.get('/admin')
@auth(role='admin')
async def admin(request: Request) -> str:
    return 'admin'


@app.get('/maybe')
@auth.optional
async def maybe(request: Request) -> str:
    return 'maybe'


@login.user_loader
async def load(id: str) -> User:
    return User()


@app.post('/login')
@limit('5/minute')
@csrf.exempt
async def log_in(request: Request) -> Response:
    return await login.login_user(request, User(), remember=True)


@app.get('/account')
@login
async def account(request: Request) -> str:
    return Template('account.html').render(name='susan') + JinjaTemplate('account.html').render(name='susan')


@app.get('/fresh')
@login.fresh
async def fresh(request: Request) -> str:
    return static.url('app.js')


books = Microdot()


@books.delete('/<int:id>')
@with_session
async def forget(request: Request, session: dict[str, object], id: int) -> int:
    session.clear()
    return 204


app.mount(books, url_prefix='/books', local=True)


async def publish() -> None:
    await channels.publish('news', {'text': 'hello'})


async def main() -> None:
    client = TestClient(app)
    response = await client.get('/', headers={'X-Custom': 'yes'})
    assert response.status_code == 200
    async with client.websocket_connect('/echo') as socket:
        await socket.send('hello')
    server = await app.start_server(port=0, start_serving=False)
    assert server is not None
    stats: dict[str, object] = server.stats()
    app.shutdown()
    assert stats


Request.max_content_length = 1024 * 1024
adapters = ASGI(app), WSGI(app), RSGI(app)
stores = MemoryStore()

if __name__ == '__main__':
    app.run('127.0.0.1', 5000, debug=True, ssl=ssl.create_default_context(), loop='uvloop', access_log=True)
