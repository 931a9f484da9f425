# Knows what CPython offers for the names of compat. Must not know HTTP.
import asyncio
import codecs
import inspect
import io
import json
import logging
import os
import signal
import stat
import threading
import time
import traceback
from collections.abc import Callable, Sequence
from functools import wraps as wraps
from inspect import iscoroutine as iscoroutine
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .threads import Threads

INFO = logging.INFO

decode_utf8 = codecs.utf_8_decode
incomplete_read = asyncio.IncompleteReadError
parse_json = json.loads
shield = asyncio.shield
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


def future_maker() -> 'Callable[[], asyncio.Future[None]]':
    """Return what makes futures of the loop that runs now."""
    return asyncio.get_running_loop().create_future


def peer_address(peername: 'Any') -> 'Any':
    """Return the address of a peer from the name that its transport gives: that of a Unix socket is empty."""
    return peername or ('', 0)


def print_exception(exc: BaseException) -> None:
    """Print the traceback of an exception to the standard error output."""
    traceback.print_exception(None, exc, exc.__traceback__)


def load(*rooms: str) -> None:
    """Import rooms in an order that needs little memory; here there is enough."""


def is_cancelled() -> bool:
    """Tell whether the running task was cancelled from outside."""
    cancelling: Any = getattr(asyncio.current_task(), 'cancelling', None)
    return not cancelling or cancelling() > 0  # before 3.11 a task does not tell


def is_async(handler: 'Callable[..., Any]') -> bool:
    """Tell whether calling a handler gives a coroutine."""
    try:
        # PERF: 0.06 us instead of inspect's 0.9, for a plain function; 0x80 is CO_COROUTINE.
        if handler.__code__.co_flags & 0x80:
            return True
    except AttributeError:
        pass
    return inspect.iscoroutinefunction(handler) or inspect.iscoroutinefunction(type(handler).__call__)


def is_function(handler: 'Callable[..., Any]') -> bool:
    """Tell whether calling a handler certainly gives no coroutine; what decorates one may say so by `__wrapped__`."""
    return not (is_async(handler) or is_async(inspect.unwrap(handler)))


async def in_thread(function: 'Callable[..., Any]', *args: 'Any', **kwargs: 'Any') -> 'Any':
    """Run a function in a thread of the pool."""
    return await thread_pool().run(function, *args, **kwargs)


_threads: 'Any' = None  # PERF: an import in a function costs 1.5 us each time


def thread_pool() -> 'Threads':
    """Return the pool of threads that run what is not a coroutine."""
    global _threads
    if _threads is None:
        from .threads import threads as _threads
    return _threads  # type: ignore[no-any-return]


async def invoke_handler(handler: 'Callable[..., Any]', *args: 'Any', **kwargs: 'Any') -> 'Any':
    """Call a handler and return its result: a coroutine function in the event loop, any other in a thread."""
    if is_async(handler):
        return await handler(*args, **kwargs)
    result = await in_thread(handler, *args, **kwargs)
    return await result if inspect.isawaitable(result) else result


def temporary_file() -> 'Any':
    """Open a file in the system's folder for temporary files that is gone when it, or the process, is closed."""
    import tempfile

    return tempfile.TemporaryFile()


def open_file(path: str) -> 'Any':
    """Open a file for reading, without a buffer; `OSError` if there is none, or it is a folder."""
    return io.FileIO(path)  # PERF: 1.5 us less than open()


def file_status(file: 'Any', path: str) -> 'tuple[int | None, int, int]':
    """Return the size of an open file in bytes, None if it has none, when it was modified, in seconds, and a number that differs
    whenever it was modified.
    """
    status = os.fstat(file.fileno())
    return status.st_size if stat.S_ISREG(status.st_mode) else None, int(status.st_mtime), status.st_mtime_ns


def find_file(folder: str, name: str) -> 'tuple[str, bool, int, int] | None':
    """Look for a file in a folder.

    :param name: segments joined by slashes, none of them empty, `.` or `..`.

    Returns the path, whether it is a folder, the size in bytes and when it was modified, in seconds; None if there is no such
    file or folder, or a symbolic link leads out of the folder.
    """
    path = folder
    status: 'os.stat_result | None' = None
    try:
        for segment in name.split('/'):
            path += '/' + segment
            status = os.lstat(path)
            if stat.S_ISLNK(status.st_mode):
                root = os.path.realpath(folder)
                path = os.path.realpath(folder + '/' + name)
                if not path.startswith(root.rstrip(os.sep) + os.sep):
                    return None
                status = os.stat(path)
                break
    except (OSError, ValueError):  # ValueError: what no name of a file can hold
        return None
    if status is None or not (stat.S_ISREG(status.st_mode) or stat.S_ISDIR(status.st_mode)):
        return None
    return path, stat.S_ISDIR(status.st_mode), status.st_size, int(status.st_mtime)


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


def ticks() -> float:
    """Return the time of a clock that goes on evenly, for `elapsed`."""
    return time.perf_counter()


def elapsed(start: float) -> float:
    """Return the milliseconds since `ticks` returned a time."""
    return (time.perf_counter() - start) * 1000


def on_signals(callback: 'Callable[[], None]') -> 'Callable[[], None]':
    """Call back on SIGINT and SIGTERM, if the running loop runs in the main thread; returns what ends that."""
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


def compare_digest(a: bytes, b: bytes) -> bool:
    """Tell whether two digests are the same, in a time that does not depend on where they differ."""
    import hmac

    return hmac.compare_digest(a, b)


def hmac_sha256(key: bytes, message: bytes) -> bytes:
    """Return the authentication code of a message (RFC 2104), made with SHA-256."""
    import hmac

    return hmac.digest(key, message, 'sha256')


def pbkdf2_sha256(password: bytes, salt: bytes, rounds: int) -> bytes:
    """Return the 32 bytes that PBKDF2 (RFC 8018 section 5.2) derives from a password with HMAC-SHA-256."""
    import hashlib

    return hashlib.pbkdf2_hmac('sha256', password, salt, rounds)


def scrypt(password: bytes, salt: bytes, cost: int, block_size: int, parallelization: int) -> bytes:
    """Return the 32 bytes that scrypt (RFC 7914) derives from a password."""
    import hashlib

    memory = 128 * block_size * (cost + parallelization + 2)  # bytes that OpenSSL counts
    return hashlib.scrypt(
        password, salt=salt, n=cost, r=block_size, p=parallelization, maxmem=memory, dklen=32)


def mro(cls: type) -> 'Sequence[type]':
    """Return a class and its ancestors in the order in which attributes are looked up."""
    return cls.__mro__


class Late:
    """The base of a class whose attributes `x` are made by methods `parse_x` when they are first asked for."""

    def __init_subclass__(cls) -> None:
        for name, parse in list(vars(cls).items()):
            if name.startswith('parse_'):
                setattr(cls, name[6:], Parsed(name[6:], parse))


class Parsed:
    """An attribute that is made by a function when it is first asked for."""

    # PERF: a class with __getattr__ would have every attribute looked up the slow way, 0.05 us instead of 0.01.

    def __init__(self, name: str, parse: 'Callable[[Any], Any]') -> None:
        self.name = name
        self.parse = parse

    def __get__(self, instance: Any, owner: type) -> Any:
        if instance is None:
            return self
        value = self.parse(instance)
        setattr(instance, self.name, value)
        return value
