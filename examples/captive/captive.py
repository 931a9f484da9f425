# A captive portal: a board without a screen opens a network of its own, whose only page asks which network to join.
#
# On a board this listens on port 80 and answers all questions for names; on a computer the network is pretended.
import asyncio
import json

import names

from microdot import Microdot, abort, redirect
from microdot.utemplate import Template

try:
    from wifi import Wifi
except ImportError:  # this is no board
    from pretended_wifi import Wifi

FOLDER = __file__.replace('\\', '/').rpartition('/')[0] or '.'
SETTINGS = FOLDER + '/settings.json'

app = Microdot()
wifi = Wifi()
Template.initialize(FOLDER + '/templates', autoescape=True)


def page(name, *values, status=200):
    return Template(name).render(*values), status, {'Content-Type': 'text/html', 'Cache-Control': 'no-store'}


@app.before_request
async def lead_here(request):
    """Lead what phones ask for, to find out if they are online, to the settings: they show them then."""
    if not wifi.joined and request.headers.get('Host') != wifi.host:
        return redirect(f'http://{wifi.host}/')


@app.get('/')
async def index(request):
    if wifi.joined:
        return page('joined.html', wifi.joined)
    return page('settings.html', await wifi.scan())


@app.get('/<path:path>')
async def elsewhere(request, path):  # a route, so that the handler above is asked for every path
    abort(404)


@app.post('/')
async def join(request):
    form = request.form or {}
    name, password = form.get('name', ''), form.get('password', '')
    if not await wifi.join(name, password):
        return page('settings.html', await wifi.scan(), 'That did not work. Is the password right?', status=422)
    with open(SETTINGS, 'w') as file:
        json.dump({'name': name, 'password': password}, file)
    return page('joined.html', name)


async def join_as_before():
    """Return whether the network of the last time is there."""
    try:
        with open(SETTINGS) as file:
            settings = json.load(file)
    except (OSError, ValueError):  # there are none, or power failed while they were written
        return False
    return await wifi.join(settings['name'], settings['password'])


async def main():
    if await join_as_before():
        print('Joined', wifi.joined)
    else:
        wifi.open('Teapot')
        asyncio.create_task(names.serve(wifi.address, wifi.names_port))  # noqa: RUF006  # it ends with the program
    await app.start_server(port=wifi.port, debug=True)


if __name__ == '__main__':
    asyncio.run(main())
