# Knows the processes that serve: starts, replaces and ends them, anew when a file changes. Must not know how they serve.
import multiprocessing
import multiprocessing.connection
import queue
import signal
import socket
import threading
import time
from contextlib import contextmanager, suppress
from pathlib import Path

from .finding import folder_of
from .serving import Options, load, say, serve, url

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from multiprocessing.connection import Connection
    from typing import Any

_READY, _ENDED, _CHANGED, _SIGNAL = range(4)  # what happens

_DRAIN = 30  # seconds for workers to end by themselves: 10 are the server's, the others those of shutdown handlers
_DRAIN_RELOADED = 0.5  # the same when a file has changed: who waits for the page is at the keyboard
_MOMENT = 0.1  # seconds in which a worker that is to be replaced answers those whom it has accepted, and accepts nobody
_ABORT = 5  # seconds for workers to end that are told not to wait for what is under way
_DEATHS, _PERIOD = 5, 60  # how many workers for each that there is to be may die within so many seconds
_NOT_STARTED = 3  # the exit status of a process that has served nothing

_processes = multiprocessing.get_context('spawn')  # each imports the application itself, on every platform


def run_worker(options: Options, listener: socket.socket, channel: 'Connection') -> None:
    """Serve in a process of its own, until the other end of the channel is closed.

    :param channel: is sent None when clients can connect. What comes from it at the end is for how many seconds those who have
                    connected may still ask, while nobody else is accepted.
    """
    app = load(options)
    if app is None:
        raise SystemExit(_NOT_STARTED)

    def obey() -> None:
        try:
            moment = channel.recv()
            server: 'Any' = app.server
            server.get_loop().call_soon_threadsafe(server.listener.close)
            time.sleep(moment)
        except (EOFError, OSError, RuntimeError):  # who has started it is gone, or the loop is
            pass
        app.shutdown()

    def ready() -> None:
        with suppress(OSError):  # who has started it is gone
            channel.send(None)
        threading.Thread(target=obey, daemon=True).start()

    try:
        serve(app, listener, options, ready)
    except KeyboardInterrupt:  # where signals cannot be blocked
        pass


class Worker:
    """A process that serves on a socket."""

    def __init__(self, options: Options, listener: socket.socket, events: 'queue.SimpleQueue[Any]') -> None:
        self.listener = listener
        self.is_ready = False
        self._channel, other = _processes.Pipe()
        self._events = events
        self.process = _processes.Process(target=run_worker, args=(options, listener, other), daemon=True)
        with _interrupts_blocked():
            self.process.start()
        other.close()
        threading.Thread(target=self._watch, daemon=True).start()

    def _watch(self) -> None:
        try:
            self._channel.recv()
            self._events.put((_READY, self))
        except (EOFError, OSError):
            pass
        multiprocessing.connection.wait([self.process.sentinel])
        self._events.put((_ENDED, self))

    def stop(self, moment: float = 0) -> None:
        """Have the process accept nobody any more, finish what is under way, and end.

        :param moment: for how many seconds those who have connected may still ask.
        """
        if not self.is_ready:
            self.abort()
            return
        try:
            self._channel.send(moment)
        except OSError:  # it has ended
            pass

    def abort(self) -> None:
        """Have the process end without waiting for what is under way."""
        self.process.terminate()

    def kill(self) -> None:
        """End the process, whatever it does."""
        self.process.kill()

    def ended(self) -> 'int | None':
        """Take note that the process has ended, and return its status."""
        self.process.join()
        self._channel.close()
        return self.process.exitcode


class Workers:
    """The processes that serve together.

    :param listeners: the sockets, which stay open when a process ends, so that no client is refused meanwhile.
    """

    def __init__(self, options: Options, listeners: 'list[socket.socket]') -> None:
        self.options = options
        self.listeners = listeners
        self.workers: 'set[Worker]' = set()
        self.deaths: 'list[float]' = []
        self.events: 'queue.SimpleQueue[Any]' = queue.SimpleQueue()
        self.is_announced = False
        self.is_stopped = False

    def run(self) -> int:
        """Serve until SIGINT or SIGTERM comes, or it is of no use any more; returns the exit status."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda number, frame: self.events.put((_SIGNAL, None)))
        if self.options.reload:
            threading.Thread(target=self._watch_files, daemon=True).start()
        self._start()
        status = None
        while status is None:
            event, what = self._next()
            if event == _SIGNAL:
                status = 0
            elif event == _READY:
                self._announce(what)
            elif event == _CHANGED:
                self._stop(_DRAIN_RELOADED, _MOMENT)
                if self.is_stopped:
                    status = 0
                else:
                    say('%s changed: the application is started anew' % what)
                    self._start()
            elif event == _ENDED:
                status = self._replace(what)
        self._stop(_DRAIN)
        return status

    def _next(self, timeout: 'float | None' = None) -> 'tuple[int, Any]':
        # Windows delivers no signal to who waits for ever. Raises queue.Empty after the timeout.
        end = None if timeout is None else time.monotonic() + timeout
        while True:
            rest = 1 if end is None else max(0, min(1, end - time.monotonic()))
            try:
                event: 'tuple[int, Any]' = self.events.get(timeout=rest)
            except queue.Empty:
                if end and time.monotonic() >= end:
                    raise
                continue
            return event

    def _start(self) -> None:
        for i in range(self.options.workers):
            self._add(self.listeners[i % len(self.listeners)])

    def _add(self, listener: socket.socket) -> None:
        self.workers.add(Worker(self.options, listener, self.events))

    def _announce(self, worker: Worker) -> None:
        worker.is_ready = True
        if not self.is_announced and all(worker.is_ready for worker in self.workers):
            self.is_announced = True
            say('%d %s on %s, Ctrl-C stops' % (
                len(self.workers), 'workers serve' if len(self.workers) > 1 else 'worker serves',
                url(self.listeners[0], self.options)))

    def _replace(self, worker: Worker) -> 'int | None':
        # Returns the exit status if nothing is to be in the place of a worker that has ended.
        status = worker.ended()
        self.workers.discard(worker)
        if self.options.reload:
            say('The application has ended with status %s: it is started anew when a file changes' % status)
            return None
        if not self.is_announced and not worker.is_ready:
            return 1  # it has said why
        now = time.monotonic()
        self.deaths = [*[time for time in self.deaths if time > now - _PERIOD], now]
        if len(self.deaths) > _DEATHS * self.options.workers:
            say('%d workers have ended within %d seconds: giving up' % (len(self.deaths), _PERIOD))
            return 1
        say('Worker %s has ended with status %s: another takes its place' % (worker.process.pid, status))
        self._add(worker.listener)
        return None

    def _stop(self, seconds: float, moment: float = 0) -> None:
        # Ends all workers; a signal meanwhile has them not wait for what is under way, and the next has them not wait at all.
        for worker in self.workers:
            worker.stop(moment)
        self._wait(seconds)
        for worker in self.workers:
            worker.abort()
        self._wait(_ABORT)
        for worker in self.workers:
            worker.kill()
        self._wait(_ABORT)

    def _wait(self, seconds: float) -> None:
        # Until all workers have ended, or a signal comes.
        end = time.monotonic() + seconds
        while self.workers:
            try:
                event, what = self._next(max(0, end - time.monotonic()))
            except queue.Empty:
                return
            if event == _ENDED:
                what.ended()
                self.workers.discard(what)
            elif event == _READY:
                what.is_ready = True
            elif event == _SIGNAL:
                self.is_stopped = True
                return

    def _watch_files(self) -> None:
        from watchfiles import PythonFilter, watch

        folders = {Path.cwd(), folder_of(self.options.target)}
        for changes in watch(*folders, watch_filter=PythonFilter(), raise_interrupt=False):
            names = sorted({Path(path).name for _, path in changes})
            self.events.put((_CHANGED, ', '.join(names[:3]) + (', ...' if len(names) > 3 else '')))


@contextmanager
def _interrupts_blocked() -> 'Iterator[None]':
    # A process that is started meanwhile never sees Ctrl-C, which a terminal sends to all: who has started it ends it.
    if not hasattr(signal, 'pthread_sigmask'):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
