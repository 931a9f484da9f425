# A chat: a WebSocket for each visitor, a channel that all of them read, and a list of who is there.
from microdot import Microdot, send_file
from microdot.pubsub import Channels, Presence, attendance, broadcast

FOLDER = __file__.replace('\\', '/').rpartition('/')[0] or '.'

app = Microdot()
channels = Channels(history=20)  # what who comes later still sees
presence = Presence(channels, 'here')


def name_of(request):
    return request.args.get('name', 'somebody')[:40]


def message(request, text):
    """Return what everybody gets for what one has sent; None would keep it from them."""
    return {'name': name_of(request), 'text': text} if text.strip() else None


@app.get('/')
async def index(request):
    return send_file(FOLDER + '/index.html')


app.get('/talk')(broadcast(channels, 'talk', accept=message, max_message_length=1000))
app.get('/here')(attendance(presence, name_of))

if __name__ == '__main__':
    app.run(debug=True)
