# A program of a user with a mistake in each line that ends with `# wrong`, which type checkers must find, and no others.

from microdot import HTTPException, Microdot, Request, Response, URLPattern, redirect
from microdot.auth import BasicAuth
from microdot.proxies import TrustedProxies
from microdot.ratelimit import limit
from microdot.sse import with_sse
from microdot.static import Static
from microdot.test_client import TestClient
from microdot.websocket import WebSocket, with_websocket

app = Microdot()


async def index(request: Request) -> str:
    return request.pth  # wrong


app.get(index)  # wrong
app.route('/', methods='GET')(index)  # wrong
app.route(7)(index)  # wrong
app.get('/')(7)  # wrong
app.errorhandler('404')(index)  # wrong
app.before_request('index')  # wrong
app.mount('books')  # wrong
app.mount(app, prefix='/books')  # wrong
app.run(port='5000')  # wrong
app.run(reload=True)  # wrong
app.url_for(404)  # wrong

Response('text', status_code='200')  # wrong
Response('text').set_cookie('name')  # wrong
Response('text').set_cookie('name', 'value', samesite='lax')  # wrong
Response.send_file(7)  # wrong
redirect(303)  # wrong
raise_it = HTTPException('404')  # wrong
URLPattern.register_type('hex', parser=16)  # wrong

BasicAuth()('index')  # wrong
TrustedProxies(app)  # wrong
limit(5)  # wrong
with_sse(keepalive='5')  # wrong
with_websocket(ping='5')  # wrong
with_websocket(subprotocols='chat')  # wrong
Static('static')  # wrong


async def talk(ws: WebSocket) -> None:
    await ws.sned('text')  # wrong
    await ws.close('1000')  # wrong


async def ask() -> int:
    await TestClient(app).get('/', header={})  # wrong
    response = await TestClient(app).get('/')
    return response.text  # wrong


Request.max_content_length = '1 MB'  # wrong
app.abort('404')  # wrong
