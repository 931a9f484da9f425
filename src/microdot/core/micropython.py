# Knows what MicroPython offers for the names of compat, whose documentation is in cpython. Must not know HTTP.
import gc
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

print_exception = sys.print_exception  # type: ignore[attr-defined]


def load(*rooms: str) -> None:
    """Import rooms, named without the package, in an order that needs little memory: the largest first."""
    # UPY: compiling takes heap in one piece, so garbage goes before each.
    for room in rooms:
        gc.collect()
        __import__('microdot.' + room)


def peer_address(peername: 'Any') -> 'Any':
    # UPY: the unix port gives the socket's address structure.
    if isinstance(peername, (bytes, bytearray)):
        return '%d.%d.%d.%d' % tuple(peername[4:8]), peername[2] << 8 | peername[3]
    return peername


def is_async(handler: 'Callable[..., Any]') -> bool:
    # UPY: a function does not tell; invoke_handler looks at what it returns.
    return False


async def in_thread(function: 'Callable[..., Any]', *args: 'Any', **kwargs: 'Any') -> 'Any':
    return function(*args, **kwargs)


def invoke_handler(handler: 'Callable[..., Any]', *args: 'Any', **kwargs: 'Any') -> 'Any':
    # UPY: a coroutine is a generator, and so is this. It yields None where it waits; what yields a piece first is a body.
    result = handler(*args, **kwargs)
    if not iscoroutine(result):
        return result
    try:
        piece = next(result)
        if piece is not None:
            from .micropython_rest import Resumed

            return Resumed(piece, result)
        waiting = True
        while waiting:
            try:
                yield
                waiting = False
            except BaseException as exc:  # a wait may end by an exception, and another begin
                result.throw(exc)
        return (yield from result)
    except StopIteration as stop:
        return stop.value


def iscoroutine(obj: object) -> bool:
    # UPY: a coroutine is a generator.
    return hasattr(obj, 'send') and hasattr(obj, 'throw')


def log(level: int, message: str, *args: object, exc: 'BaseException | None' = None) -> None:
    print(message % args)
    if exc:
        print_exception(exc)


class Late:
    # The base of a class with a `rest`, a module that is loaded when something in its class `Rest` is first needed: a method,
    # or an attribute `x` for which it has a method `parse_x`, called once.
    rest = ''

    def __getattr__(self, name: str) -> 'Any':
        rest = __import__('microdot.' + self.rest, None, None, ('Rest',)).Rest
        parse = getattr(rest, 'parse_' + name, None)
        if parse:
            value = parse(self)
            setattr(self, name, value)
            return value
        method = getattr(rest, name)
        return lambda *args, **kwargs: method(self, *args, **kwargs)
