# Knows what MicroPython offers for the names of compat that a plain request does not need, whose documentation is in
# cpython. Must not know HTTP.
import asyncio
import json
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any


def verbose() -> None:
    pass


def ticks() -> int:
    return time.ticks_ms()  # type: ignore[attr-defined,no-any-return]


def elapsed(start: int) -> int:
    return time.ticks_diff(time.ticks_ms(), start)  # type: ignore[attr-defined,no-any-return]


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


class Resumed:
    """A generator whose first piece was taken, which it gives again.

    UPY: a generator around it that has not given that yet would not close it.

    :param piece: the first piece.
    :param rest: the generator.
    """

    def __init__(self, piece: 'Any', rest: 'Any') -> None:
        self._piece = piece
        self._rest = rest

    def __iter__(self) -> 'Resumed':
        return self

    def __next__(self) -> 'Any':
        piece, self._piece = self._piece, None
        return next(self._rest) if piece is None else piece

    def close(self) -> None:
        self._rest.close()


def parse_json(text: bytes) -> 'Any':
    # UPY: its parser takes a document without its end, and one closing bracket for another.
    value = json.loads(text)
    if b'\\' in text:
        text = text.replace(b'\\\\', b'').replace(b'\\"', b'')
    outside = b''.join(text.split(b'"')[::2])  # of strings
    if outside.count(b'[') != outside.count(b']') or outside.count(b'{') != outside.count(b'}'):
        raise ValueError('unfinished JSON')
    return value


def shield(task: 'Any') -> 'Any':
    # UPY: a task that waits for another does not cancel it.
    return task


def is_cancelled() -> bool:
    # UPY: a task does not tell.
    return True


def temporary_file() -> 'Any':
    from .micropython_temporary import TemporaryFile

    return TemporaryFile()


def open_file(path: str) -> 'Any':
    from .micropython_files import open_file

    return open_file(path)


def file_status(file: 'Any', path: str) -> 'tuple[int | None, int, int]':
    from .micropython_files import file_status

    return file_status(path)


def find_file(folder: str, name: str) -> 'tuple[str, bool, int, int] | None':
    from .micropython_files import find_file

    return find_file(folder, name)


class Future(asyncio.Event):
    # As much of a future as tells that something is there.

    done = asyncio.Event.is_set

    def __iter__(self) -> 'Any':  # UPY: what `await` calls
        return self.wait()

    def set_result(self, result: None) -> None:
        self.set()


def future_maker() -> 'type[Future]':
    return Future


def is_function(handler: 'Callable[..., Any]') -> bool:
    # UPY: coroutine functions and closures have types of their own.
    return type(handler) is type(is_cancelled)


def decode_utf8(data: bytes, errors: str, final: bool) -> 'tuple[str, int]':
    # UPY: decode takes overlong forms, surrogates and what is above U+10FFFF.
    need = start = 0
    low, high = 0x80, 0xbf
    for i in range(len(data)):
        octet = data[i]
        if need:
            if not low <= octet <= high:
                raise UnicodeError
            low, high = 0x80, 0xbf
            need -= 1
        elif octet >= 0x80:
            # The octets that may follow: table 3-7 of the Unicode standard.
            if not 0xc2 <= octet <= 0xf4:
                raise UnicodeError
            start = i
            need = 1 if octet < 0xe0 else 2 if octet < 0xf0 else 3
            low = 0xa0 if octet == 0xe0 else 0x90 if octet == 0xf0 else 0x80
            high = 0x9f if octet == 0xed else 0x8f if octet == 0xf4 else 0xbf
    if need and final:
        raise UnicodeError
    used = start if need else len(data)
    return data[:used].decode(), used


def __getattr__(name: str) -> 'Any':
    room = 'microdot.core.micropython_' + ('passwords' if name == 'pbkdf2_sha256' else 'digests')
    return getattr(__import__(room, None, None, (name,)), name)
