# Knows every difference between the two Pythons, and makes each fork by asking for the feature.
# Must not know HTTP.
import asyncio
import sys
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

INFO, WARNING, ERROR = 20, 30, 40  # the levels of the standard library's logging

# A Python without asyncio's protocols is a small machine's: small limits, no threads.
SMALL = not hasattr(asyncio, 'Protocol')

if SMALL:
    print_exception = sys.print_exception  # type: ignore[attr-defined]

    def is_async(handler: 'Callable[..., Any]') -> bool:
        # UPY: a function does not tell; invoke_handler looks at what it returns.
        return False

    async def in_thread(function: 'Callable[..., Any]', *args: 'Any', **kwargs: 'Any') -> 'Any':
        return function(*args, **kwargs)

    async def invoke_handler(handler: 'Callable[..., Any]', *args: 'Any', **kwargs: 'Any') -> 'Any':
        result = handler(*args, **kwargs)
        return await result if iscoroutine(result) else result

    def iscoroutine(obj: object) -> bool:
        # UPY: a coroutine is a generator.
        return hasattr(obj, 'send') and hasattr(obj, 'throw')

    def log(level: int, message: str, *args: object, exc: 'BaseException | None' = None) -> None:
        print(message % args)
        if exc:
            print_exception(exc)

    def verbose() -> None:
        pass

    def mro(cls: type) -> 'Sequence[type]':
        # UPY: classes do not tell their method resolution order.
        classes = [cls]
        for base in cls.__bases__:
            for ancestor in mro(base):
                if ancestor in classes:
                    classes.remove(ancestor)
                classes.append(ancestor)
        return classes

    def wraps(wrapped: 'Callable[..., Any]') -> 'Callable[[Callable[..., Any]], Callable[..., Any]]':
        return lambda wrapper: wrapper

    def incomplete_read(partial: bytes, expected: 'int | None') -> Exception:
        return EOFError()

    def on_signals(callback: 'Callable[[], None]') -> 'Callable[[], None]':
        return lambda: None

    def caller_in_loop() -> 'Callable[[Callable[[], None]], None]':
        return lambda callback: callback()

    def peer_address(peername: 'Any') -> 'Any':
        # UPY: the unix port gives the socket's address structure.
        if isinstance(peername, bytes) and len(peername) == 16:
            return '.'.join(str(octet) for octet in peername[4:8]), peername[2] << 8 | peername[3]
        return peername

else:
    import inspect
    import logging
    import signal
    import threading
    import traceback
    from functools import wraps as wraps
    from inspect import iscoroutine as iscoroutine  # type: ignore[assignment]

    incomplete_read = asyncio.IncompleteReadError

    _logger = logging.getLogger('microdot')

    def caller_in_loop() -> 'Callable[[Callable[[], None]], None]':
        """Return a function that calls another in the loop that runs now, from whatever thread."""
        loop = asyncio.get_running_loop()
        thread = threading.get_ident()

        def call(callback: 'Callable[[], None]') -> None:
            if threading.get_ident() == thread:
                callback()
            else:
                loop.call_soon_threadsafe(callback)

        return call

    def peer_address(peername: 'Any') -> 'Any':
        """Return the address of a peer from the name that its transport gives."""
        return peername

    def print_exception(exc: BaseException) -> None:
        """Print the traceback of an exception to the standard error output."""
        traceback.print_exception(None, exc, exc.__traceback__)

    def is_async(handler: 'Callable[..., Any]') -> bool:
        """Tell whether calling a handler gives a coroutine."""
        try:
            # PERF: 0.06 us instead of inspect's 0.9, for a plain function; 0x80 is CO_COROUTINE.
            if handler.__code__.co_flags & 0x80:
                return True
        except AttributeError:
            pass
        return inspect.iscoroutinefunction(handler) or inspect.iscoroutinefunction(type(handler).__call__)

    async def in_thread(function: 'Callable[..., Any]', *args: 'Any', **kwargs: 'Any') -> 'Any':
        """Run a function in a thread of the pool."""
        from .threads import threads

        return await threads.run(function, *args, **kwargs)

    async def invoke_handler(handler: 'Callable[..., Any]', *args: 'Any', **kwargs: 'Any') -> 'Any':
        """Call a handler and return its result: a coroutine function in the event loop, any other in a thread."""
        if is_async(handler):
            return await handler(*args, **kwargs)
        result = await in_thread(handler, *args, **kwargs)
        return await result if inspect.isawaitable(result) else result

    def log(level: int, message: str, *args: object, exc: 'BaseException | None' = None) -> None:
        """Write a line, and the traceback of an exception, to the log named `microdot`."""
        _logger.log(level, message, *args, exc_info=exc)

    def verbose() -> None:
        """Show the log's lines of level INFO, on the standard error output where logging is not configured."""
        _logger.setLevel(min(_logger.getEffectiveLevel(), INFO))
        if not _logger.hasHandlers():
            handler = logging.StreamHandler()
            handler.setFormatter(logging.Formatter('%(message)s'))
            _logger.addHandler(handler)

    def on_signals(callback: 'Callable[[], None]') -> 'Callable[[], None]':
        """Call back on SIGINT and SIGTERM while the running loop runs in the main thread; returns what ends that."""
        loop = asyncio.get_running_loop()
        handled = []
        for number in (signal.SIGINT, signal.SIGTERM):
            try:
                loop.add_signal_handler(number, callback)
                handled.append(number)
            except (NotImplementedError, RuntimeError, ValueError):  # not in this thread, or not on this platform
                pass

        def forget() -> None:
            for number in handled:
                loop.remove_signal_handler(number)

        return forget

    def mro(cls: type) -> 'Sequence[type]':
        """Return a class and its ancestors in the order in which attributes are looked up."""
        return cls.__mro__


def gmtime(seconds: 'int | None' = None) -> 'tuple[int, ...]':
    """Return (year, month, day, hour, minute, second, weekday, day of the year) in UTC."""
    return tuple(time.gmtime() if seconds is None else time.gmtime(seconds))[:8]


def http_date(fields: 'tuple[int, ...]') -> str:
    """Format a time tuple as RFC 9110 section 5.6.7 wants dates."""
    return '%s, %02d %s %d %02d:%02d:%02d GMT' % (
        'MonTueWedThuFriSatSun'[fields[6] * 3:][:3], fields[2],
        'JanFebMarAprMayJunJulAugSepOctNovDec'[fields[1] * 3 - 3:][:3], fields[0], fields[3], fields[4], fields[5])
