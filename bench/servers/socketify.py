"""Socketify on its own server, which is written in C++."""

from urllib.parse import parse_qs

from socketify import App

from bench.servers import settings

app = App()


def hello(response, request):
    """Return a text."""
    response.write_header('Content-Type', 'text/plain; charset=UTF-8').end(settings.HELLO)


def json(response, request):
    """Return JSON."""
    response.end({'message': settings.HELLO})


def user(response, request):
    """Return a parameter of the path."""
    response.write_header('Content-Type', 'text/plain; charset=UTF-8').end(str(int(request.get_parameter(0))))


def query(response, request):
    """Return parameters of the query."""
    fields = request.get_queries()
    response.write_header('Content-Type', 'text/plain; charset=UTF-8').end(f'{fields["name"][0]} {int(fields["count"][0])}')


async def form(response, request):
    """Return fields of a form."""
    data = await response.get_data()
    fields = parse_qs(data.getvalue().decode())
    response.write_header('Content-Type', 'text/plain; charset=UTF-8').end(f'{fields["name"][0]} {int(fields["count"][0])}')


app.get('/', hello)
app.get('/json', json)
app.get('/users/:id', user)
app.get('/query', query)
app.post('/form', form)
app.ws('/ws', {'message': lambda websocket, message, opcode: websocket.send(message, opcode)})

if __name__ == '__main__':
    from socketify import AppListenOptions

    app.listen(AppListenOptions(port=settings.port(), host='127.0.0.1'), lambda config: None)
    app.run()
