# Knows which line of a program holds up the event loop. Must not know HTTP.
import asyncio
import linecache
import os
import site
import sys
import sysconfig
import threading
import time

from ..core.compat import WARNING, log

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType
    from typing import Any

    Place = tuple[str, int, str]  # path, line, function

_TICK = 0.02  # seconds between two looks at the loop

_LIBRARIES = tuple(os.path.realpath(path) + os.sep for path in {
    sysconfig.get_path('stdlib'), sysconfig.get_path('platstdlib'), sysconfig.get_path('purelib'), sysconfig.get_path('platlib'),
    site.getusersitepackages() if site.ENABLE_USER_SITE else sysconfig.get_path('stdlib'),
    os.path.dirname(os.path.dirname(os.path.abspath(__file__)))})


def watch(server: 'Any') -> None:
    """Log whatever holds up the running loop for longer than its `slow_callback_duration`, 0.1 seconds, while a server runs."""
    loop = asyncio.get_running_loop()
    limit: float = getattr(loop, 'slow_callback_duration', 0.1)
    threading.Thread(target=_watch, args=(server, loop, threading.get_ident(), limit), name='microdot-debug', daemon=True).start()


def is_library(path: str) -> bool:
    """Tell whether a file belongs to Python, to a package that is installed, or to Microdot."""
    return path[:1] == '<' or os.path.realpath(path).startswith(_LIBRARIES)


def _watch(server: 'Any', loop: asyncio.AbstractEventLoop, thread: int, limit: float) -> None:
    seen = threading.Event()
    while not server.is_closing:
        seen.clear()
        start = time.perf_counter()
        try:
            loop.call_soon_threadsafe(seen.set)
        except RuntimeError:  # it is closed
            return
        if not seen.wait(limit):
            place = _place(sys._current_frames().get(thread))
            while not seen.wait(_TICK):
                if loop.is_closed():
                    return
                place = place or _place(sys._current_frames().get(thread))
            if place:
                _tell(place, time.perf_counter() - start)
        time.sleep(_TICK)


def _place(frame: 'FrameType | None') -> 'Place | None':
    # Where the program itself has come to.
    while frame and is_library(frame.f_code.co_filename):
        frame = frame.f_back
    return (frame.f_code.co_filename, frame.f_lineno, frame.f_code.co_name) if frame else None


def _tell(place: 'Place', seconds: float) -> None:
    path, line, function = place
    log(WARNING, 'Every client had to wait %.1f seconds for line %d of %s, in %s:\n    %s\n'
        'Await what takes long, as in `await asyncio.sleep(1)`, or run it in a thread, as in `await asyncio.to_thread(function)`; '
        'a handler without async runs in a thread', seconds, line, path, function, linecache.getline(path, line).strip())
