# A conversation of all who look at the page, over WebSockets.
from microdot import Microdot
from microdot.pubsub import Channels, broadcast

from .layout import page

TITLE = 'Chat'
SUMMARY = 'Both sides talk when they like: a WebSocket for each visitor.'
CALL = "broadcast(channels, 'chat')"

LONGEST = 500  # bytes of a message
KEPT = 20      # messages that who comes later still sees

app = Microdot()
channels = Channels(history=KEPT)
numbers = iter(range(1, 1_000_000_000))


@app.route('/')
async def index(request):
    return page(request, 'chat', 'Chat')


def by_name(request, text):
    return f'{request.g.name}: {text}'


talk = broadcast(channels, 'chat', accept=by_name, max_message_length=LONGEST)


@app.get('/room')
async def room(request):
    @request.after_request
    async def come(request, response):  # the WebSocket opens
        request.g.name = f'Visitor {next(numbers)}'
        await channels.publish('chat', f'{request.g.name} came')
        request.after_response(leave)

    return await talk(request)


async def leave(request, response):
    await channels.publish('chat', f'{request.g.name} left')
