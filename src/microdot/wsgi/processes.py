# Knows the event loop of a process, which serves all threads of a WSGI server, and the life of applications in it.
# Must not know requests or responses.
import asyncio
import atexit
import os
import threading

from ..core.compat import ERROR, WARNING, log

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Coroutine
    from typing import Any

    from ..core.app import Microdot
    from .calls import Call

# threading's, where there is one, comes before the threads of a server are waited for, some of which wait for this loop.
_at_exit = getattr(threading, '_register_atexit', atexit.register)


class Process:
    """The event loop of this process: a thread of its own runs it, or, of a server without threads, whoever calls.

    Attributes: `loop`, and `calls`, those that are under way.
    """

    drain_timeout = 10  # seconds for what is under way when the process ends

    def __init__(self) -> None:
        self.pid = os.getpid()
        self.loop = asyncio.new_event_loop()
        self.calls: 'set[Call]' = set()
        self._apps: 'list[Microdot]' = []  # that were started
        self._starting = threading.Lock()
        self._turn = threading.Lock()  # of the thread that runs the loop
        self._driven = False  # whether that is not the loop's own
        self._ended = False
        self._thread: 'threading.Thread | None' = None
        _at_exit(self.end)

    def prepare(self, app: 'Microdot', threaded: bool) -> None:
        """Start an application that is not.

        :param threaded: whether the server has threads, so that the loop gets one, too.

        Raises what its `on_startup` functions raise; they run again in the next request then.
        """
        if app in self._apps and (self._thread or not threaded):
            return
        with self._starting:
            if threaded and not self._thread:
                self._thread = threading.Thread(target=self._run_loop, name='microdot-loop', daemon=True)
                self._thread.start()
            if app not in self._apps:
                app.router()
                self.run(app.run_startup_handlers())
                self._apps.append(app)

    def _run_loop(self) -> None:
        with self._turn:
            while not self._ended:
                try:
                    self.loop.run_forever()
                except BaseException as exc:  # SystemExit in a task: others wait for this loop
                    log(ERROR, 'Exception in the event loop', exc=exc)

    def run(self, coroutine: 'Coroutine[Any, Any, None]') -> None:
        """Run a coroutine in the loop, and wait for it in this thread."""
        if self._thread:
            asyncio.run_coroutine_threadsafe(coroutine, self.loop).result()
        else:
            with self._turn:
                self.loop.run_until_complete(coroutine)

    def drive(self, call: 'Call') -> bool:
        """Drive the loop in this thread, if no thread does and a call has nothing to do; tells whether to ask again."""
        if self._thread:
            return False
        with self._turn:
            if not call.is_idle():
                return False
            self._driven = True
            try:
                self.loop.run_forever()
            finally:
                self._driven = False
        return True

    def has_thread(self) -> bool:
        """Tell whether a thread of its own runs the loop."""
        return self._thread is not None

    def wake(self) -> None:
        """Let the thread that drives the loop look for what it has to do."""
        if self._driven:
            self.loop.stop()

    def end(self) -> None:
        """End what is under way, and the applications, with the process."""
        if os.getpid() != self.pid or self.loop.is_closed():  # a fork has its parent's
            return
        self.run(self._end())
        self._ended = True
        if self._thread:
            self.loop.call_soon_threadsafe(self.loop.stop)
            self._thread.join()
        self.loop.run_until_complete(self.loop.shutdown_asyncgens())
        self.loop.close()

    async def _end(self) -> None:
        for call in list(self.calls):
            call.go_away()
        await self._finish(self.drain_timeout)
        for call in self.calls:
            log(WARNING, 'Still running at shutdown: %s', call)
            call.task.cancel()
        await self._finish(1)
        for call in self.calls:
            call.abandon()
        for app in reversed(self._apps):
            await app.run_shutdown_handlers()

    async def _finish(self, seconds: float) -> None:
        if self.calls:
            await asyncio.wait([call.task for call in self.calls], timeout=seconds)


_processes: 'dict[int, Process]' = {}  # by their ids: a fork keeps its parent's loop, which it must not even close
_creating = threading.Lock()


def this_process() -> Process:
    """Return what there is of this process; a fork begins anew."""
    pid = os.getpid()
    if pid not in _processes:
        with _creating:
            if pid not in _processes:
                _processes[pid] = Process()
    return _processes[pid]
