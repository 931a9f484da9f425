# The pins of a board in the browser: lamps to switch, and a button and a sensor to watch.
import asyncio

from microdot import Microdot, abort, send_file
from microdot.sse import with_sse

try:
    from machine import ADC, Pin
except ImportError:  # this is no board
    from pretended_machine import ADC, Pin

FOLDER = __file__.replace('\\', '/').rpartition('/')[0] or '.'
PAUSE = 0.1  # seconds between two looks at the pins

app = Microdot()
lamps = {'red': Pin(4, Pin.OUT), 'green': Pin(5, Pin.OUT)}
button = Pin(14, Pin.IN, Pin.PULL_UP)
light = ADC(Pin(26))


def read_pins():
    return {
        'lamps': {name: bool(pin.value()) for name, pin in lamps.items()},
        'pressed': not button.value(),  # it connects the pin to the ground
        'light': light.read_u16() * 100 // 65535,
    }


@app.get('/')
async def index(request):
    return send_file(FOLDER + '/index.html')


@app.put('/lamps/<name>')
async def switch(request, name):
    if name not in lamps:
        abort(404)
    if not isinstance(request.json, bool):
        abort(422, 'Send true or false')
    lamps[name].value(int(request.json))
    return read_pins()


@app.get('/events')
@with_sse
async def events(request, sse):
    before = None
    while True:
        now = read_pins()
        if now != before:
            await sse.send(now)
            before = now
        await asyncio.sleep(PAUSE)


if __name__ == '__main__':
    app.run(debug=True)
