# Knows the threads in which CPython runs what is not a coroutine. Must not know HTTP.
import asyncio
import contextvars
import os
import queue
import threading
from collections.abc import Callable
from typing import Any

_MISSING = object()


class Threads:
    """A pool of threads that are started as they are needed and never joined: what hangs in one does not keep
    the process from ending.

    :param size: how many threads there may be.
    """

    def __init__(self, size: int = 32) -> None:
        self.size = size
        self._reset()
        if hasattr(os, 'register_at_fork'):
            os.register_at_fork(after_in_child=self._reset)  # a child has none of its parent's threads

    def _reset(self) -> None:
        self._jobs: 'queue.SimpleQueue[Callable[[], None]]' = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._started = 0
        self._free = 0  # threads that wait, less jobs that wait for them

    async def run(self, function: 'Callable[..., Any]', *args: Any, **kwargs: Any) -> Any:
        """Run a function in a thread and return its result.

        Context variables are carried into the thread and what the function sets is carried back. When the
        caller is cancelled a function that runs goes on, and its result is dropped; one that waits for a thread does not run.
        """
        return await self._run(lambda: function(*args, **kwargs), False)

    async def run_surely(self, function: 'Callable[[], Any]') -> Any:
        """Do the same, but run the function also if the caller is cancelled before."""
        return await self._run(function, True)

    async def _run(self, function: 'Callable[[], Any]', surely: bool) -> Any:
        loop = asyncio.get_running_loop()
        future = loop.create_future()
        context = contextvars.copy_context()

        def settle(result: Any, exc: 'BaseException | None') -> None:
            if future.cancelled():
                return
            if exc is None:
                future.set_result(result)
            elif isinstance(exc, StopIteration):  # a future refuses it
                future.set_exception(RuntimeError('StopIteration'))
            else:
                future.set_exception(exc)

        def job() -> None:
            if future.cancelled() and not surely:
                return
            result = exc = None
            try:
                result = context.run(function)
            except BaseException as caught:
                exc = caught
            try:
                loop.call_soon_threadsafe(settle, result, exc)
            except RuntimeError:  # the loop was closed meanwhile
                pass

        self._submit(job)
        try:
            return await future
        finally:
            if not future.cancelled():
                for variable, value in context.items():
                    if variable.get(_MISSING) is not value:
                        variable.set(value)

    def _submit(self, job: 'Callable[[], None]') -> None:
        with self._lock:
            self._free -= 1
            if self._free < 0 and self._started < self.size:
                self._start()
        self._jobs.put(job)

    def _start(self) -> None:
        name = 'microdot-%d' % (self._started + 1)
        try:
            threading.Thread(target=self._work, name=name, daemon=True).start()
        except RuntimeError:
            if not self._started:
                self._free += 1
                raise
            return  # the job waits for a thread that there is
        self._started += 1
        self._free += 1

    def _work(self) -> None:
        while True:
            self._jobs.get()()
            with self._lock:
                self._free += 1


class Turns:
    """Runs functions in threads of the pool one at a time, each also when its caller is cancelled before."""

    def __init__(self) -> None:
        self._lock = threading.Lock()

    async def run(self, function: 'Callable[[], Any]') -> Any:
        """Run a function in a thread and return its result."""
        return await threads.run_surely(lambda: self._run(function))

    def _run(self, function: 'Callable[[], Any]') -> Any:
        with self._lock:
            return function()


threads = Threads()
