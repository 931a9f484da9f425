# Bodies that are never whole: answers made piece by piece, and a request read piece by piece.
#
#   curl -N localhost:5000/fibonacci/1000
#   curl -N localhost:5000/countdown
#   curl -T large.iso localhost:5000/size
import asyncio

from microdot import Microdot, Request

Request.max_content_length = 1024 * 1024 * 1024  # bytes; above max_body_length, 16384, a body is a stream alone

app = Microdot()


@app.get('/fibonacci/<int:count>')
async def fibonacci(request, count):
    def numbers():
        a, b = 0, 1
        for _ in range(count):
            yield f'{a}\n'
            a, b = b, a + b

    return numbers()


class Countdown:
    """An asynchronous iterator, which may wait. On CPython alone it could be an asynchronous generator."""

    def __init__(self, start, pause):
        self.left = start
        self.pause = pause  # seconds

    def __aiter__(self):
        return self

    async def __anext__(self):
        if self.left < 0:
            raise StopAsyncIteration
        await asyncio.sleep(self.pause)
        self.left -= 1
        return f'{self.left + 1}\n'


@app.get('/countdown')
async def countdown(request):
    return Countdown(10, 0.2)


@app.put('/size')
async def size(request):
    length = 0
    while piece := await request.stream.read(4096):
        length += len(piece)
    return f'{length} bytes\n'


if __name__ == '__main__':
    app.run(debug=True)
