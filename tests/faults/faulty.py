# Routes whose handlers do wrong in every way, for tests/runtimes/application.py. It runs on both Pythons.

import asyncio
import gc
import sys

from microdot import HTTPException, Response


class OddError(BaseException):
    """What no `except Exception` catches."""


def recurse():
    return [recurse()]


async def never():
    await asyncio.Event().wait()


# Handlers that raise, or are cancelled.

async def cancel_itself():
    asyncio.current_task().cancel()
    await asyncio.sleep(0)


async def wait_for_what_is_cancelled():
    task = asyncio.create_task(never())
    await asyncio.sleep(0)
    task.cancel()
    await task


async def run_out_of_time():
    await asyncio.wait_for(never(), 0.01)


def raising(exc):
    async def function():
        raise exc
    return function


async def exhaust_the_stack():
    return recurse()


async def exhaust_the_memory():
    return bytearray(sys.maxsize >> 1)


FAILING = {
    'exception': raising(ValueError('an error')),
    'reset': raising(OSError(104)),
    'end of file': raising(EOFError()),
    'memory': raising(MemoryError()),
    'timeout': raising(asyncio.TimeoutError()),
    'stop iteration': raising(StopIteration(1)),
    'stop async iteration': raising(StopAsyncIteration()),
    'odd': raising(OddError()),
    'cancelled error': raising(asyncio.CancelledError()),
    'exception without text': raising(HTTPException(500)),
    'status no response has': raising(HTTPException(42, 'too low')),
    'reason no response has': raising(HTTPException(400, 'a\r\nb: c')),
    'cancels itself': cancel_itself,
    'waits for what is cancelled': wait_for_what_is_cancelled,
    'runs out of time': run_out_of_time,
    'exhausts the stack': exhaust_the_stack,
    'exhausts the memory': exhaust_the_memory,
}


# Handlers that return nonsense. What is sent is whole, whatever it is.

def response_with(**values):
    response = Response('text')
    for name, value in values.items():
        setattr(response, name, value)
    return response


def loop_of_lists():
    one = []
    one.append(one)
    return one


NONSENSE = {
    'object': object,
    'class': lambda: Response,
    'function': lambda: recurse,
    'number': lambda: 3.5,
    'boolean': lambda: True,
    'ellipsis': lambda: ...,
    'exception': lambda: ValueError('returned'),
    'empty tuple': lambda: (),
    'long tuple': lambda: ('text', 200, {}, 'reason', 'more'),
    'tuple of texts': lambda: ('text', 'text'),
    'tuple of nothing': lambda: (None, None, None),
    'status as text': lambda: ('text', '200'),
    'status of zero': lambda: ('text', 0),
    'status of two digits': lambda: ('text', 99),
    'status of four digits': lambda: ('text', 1000),
    'interim status': lambda: ('text', 100),
    'switching protocols': lambda: ('text', 102),
    'negative status': lambda: -1,
    'huge status': lambda: 10 ** 30,
    'headers as text': lambda: ('text', 200, 'headers'),
    'header name of a number': lambda: ('text', 200, {1: 2}),
    'header name with a line end': lambda: ('text', 200, {'a\nb': 'c'}),
    'header value with a line end': lambda: ('text', 200, {'a': 'b\r\nc: d'}),
    'header value with NUL': lambda: ('text', 200, {'a': 'b\0c'}),
    'header of an object': lambda: ('text', 200, {'a': object()}),
    'length of an object': lambda: ('text', 200, {'Content-Length': object()}),
    'negative length': lambda: ('text', 200, {'Content-Length': '-1'}),
    'length too great': lambda: ('text', 200, {'Content-Length': '99'}),
    'coding': lambda: ('text', 200, {'Transfer-Encoding': 'gzip'}),
    'what JSON does not know': lambda: {'a': object()},
    'list that has itself': loop_of_lists,
    'coroutine': never,
    'body of a number': lambda: response_with(body=5),
    'body of an object': lambda: response_with(body=object()),
    'body of a text': lambda: response_with(body='text'),
    'body of a list': lambda: response_with(body=[b'a', 'b']),
    'no body': lambda: response_with(body=None),
    'status of a text': lambda: response_with(status_code='200'),
    'no status': lambda: response_with(status_code=None),
    'no headers': lambda: response_with(headers=None),
    'reason with a line end': lambda: response_with(reason='a\r\nb'),
    'reason of a number': lambda: response_with(reason=5),
}


# Bodies that fail. Each is closed once.

class Body:
    """Gives pieces; those that are exceptions are raised.

    :param end: an exception for `aclose`, or what it returns.
    """

    opened = closed = 0

    def __init__(self, *pieces, end=None):
        self.pieces = list(pieces)
        self.end = end
        Body.opened += 1

    def __aiter__(self):
        return self

    async def __anext__(self):
        if not self.pieces:
            raise StopAsyncIteration
        piece = self.pieces.pop(0)
        if isinstance(piece, BaseException):
            raise piece
        return await piece() if callable(piece) else piece

    async def aclose(self):
        Body.closed += 1
        if isinstance(self.end, BaseException):
            raise self.end
        return self.end


class Plain:
    """The same as an ordinary iterator, which nobody has to await."""

    def __init__(self, *pieces, end=None):
        self.pieces = list(pieces)
        self.end = end
        Body.opened += 1

    def __iter__(self):
        return self

    def __next__(self):
        if not self.pieces:
            raise StopIteration
        piece = self.pieces.pop(0)
        if isinstance(piece, BaseException):
            raise piece
        return piece

    def close(self):
        Body.closed += 1
        if isinstance(self.end, BaseException):
            raise self.end
        return self.end


LONG = b'x' * 70_000


async def after_a_while():
    await asyncio.sleep(0.01)
    return b'late'

# The bodies, and what comes of them.
WHOLE, CUT, ERROR = 'whole', 'cut', 'error'
EITHER = 'either'  # one of the three, as far as it was sent when it fails

BODIES = {
    'fails before the first piece': (lambda: Body(ValueError()), ERROR),
    'fails after some': (lambda: Body(b'some', LONG, LONG, ValueError()), CUT),
    'fails after a while': (lambda: Body(after_a_while, ValueError()), CUT),
    'fails when nothing was sent': (lambda: Body(b'', '', ValueError()), ERROR),
    'is reset': (lambda: Body(LONG, LONG, OSError(104)), CUT),
    'is cancelled': (lambda: Body(LONG, LONG, asyncio.CancelledError()), CUT),
    'fails oddly': (lambda: Body(LONG, LONG, OddError()), CUT),
    'has no memory': (lambda: Body(LONG, LONG, MemoryError()), CUT),
    'gives numbers': (lambda: Body(1, 2), ERROR),
    'gives nothing': (lambda: Body(None), ERROR),
    'gives a number after some': (lambda: Body(LONG, LONG, 5), CUT),
    'gives both': (lambda: Body(b'bytes', 'text'), WHOLE),
    'fails in the end': (lambda: Body(b'some', end=ValueError()), WHOLE),
    'fails in the end, oddly': (lambda: Body(b'some', end=OddError()), EITHER),
    'fails in the end, cancelled': (lambda: Body(b'some', end=asyncio.CancelledError()), EITHER),
    'fails twice': (lambda: Body(LONG, LONG, ValueError(), end=ValueError()), CUT),
    'ends with an object': (lambda: Body(b'some', end=object()), WHOLE),
    'is too short': (lambda: Response(Body(b'some'), headers={'Content-Length': '99'}), EITHER),
    'is too long': (lambda: Response(Body(b'some', LONG), headers={'Content-Length': '99'}), EITHER),
    'plain, fails before the first piece': (lambda: Plain(ValueError()), ERROR),
    'plain, fails after some': (lambda: Plain(LONG, LONG, ValueError()), CUT),
    'plain, gives nothing': (lambda: Plain(None), ERROR),
    'plain, fails in the end': (lambda: Plain(b'some', end=ValueError()), WHOLE),
}


# Handlers that use the connection by themselves.

ANSWER = b'HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Type: text/plain\r\nDate: Mon, 01 Jan 2024 00:00:00 GMT\r\n\r\nraw!!'


async def answer_and_tell(reader, writer):
    writer.write(ANSWER)
    return Response.already_handled


async def answer_and_drain(reader, writer):
    await writer.awrite(ANSWER)
    await writer.drain()
    return Response.already_handled


async def answer_and_close(reader, writer):
    await writer.awrite(ANSWER)
    await writer.aclose()
    return Response.already_handled


async def answer_and_fail(reader, writer):
    await writer.awrite(ANSWER)
    raise ValueError('after it has answered')


async def answer_and_return(reader, writer):
    await writer.awrite(ANSWER)
    return 'answered twice'


async def answer_and_read(reader, writer):
    await writer.awrite(ANSWER)
    while await reader.read(5):
        pass
    return Response.already_handled


async def close_and_return(reader, writer):
    writer.close()
    return 'too late'


async def close_and_write(reader, writer):
    writer.close()
    await writer.wait_closed()
    await writer.awrite(ANSWER)
    return Response.already_handled


async def write_nothing(reader, writer):
    writer.write(None)
    return Response.already_handled


async def write_a_text(reader, writer):
    writer.write(ANSWER)
    writer.write('text')
    return Response.already_handled


async def write_a_buffer(reader, writer):
    buffer = bytearray(ANSWER)
    writer.write(buffer)
    await writer.drain()
    buffer[:] = b''
    return Response.already_handled


async def read_and_fail(reader, writer):
    await reader.readexactly(1_000_000)


RAW = {function.__name__: function for function in (
    answer_and_tell, answer_and_drain, answer_and_close, answer_and_fail, answer_and_return, answer_and_read,
    close_and_return, close_and_write, write_nothing, write_a_text, write_a_buffer, read_and_fail)}


def add(app):
    """Add the routes to an application."""

    @app.get('/failing/<name>')
    async def failing(request, name):
        return str(await FAILING[name]())

    @app.get('/nonsense/<name>')
    async def nonsense(request, name):
        return NONSENSE[name]()

    @app.get('/body/<name>')
    async def body(request, name):
        return BODIES[name][0]()

    @app.get('/bodies')
    async def bodies(request):
        gc.collect()
        return {'opened': Body.opened, 'closed': Body.closed}

    @app.get('/raw/<name>')
    async def raw(request, name):
        return await RAW[name](*request.sock)
