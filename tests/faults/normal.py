# A normal client beside hostile ones: it is served, and how long that takes is told. Must not know what the others do.

import threading
import time

from tests.runtimes.client import Client


class NormalClient:
    """A client that asks again and again on a connection that is kept, and remembers how long each answer took."""

    def __init__(self, port):
        self.client = Client(port)
        self.seconds = []

    def ask(self):
        """Ask once; the greeting is the only answer that will do."""
        begin = time.perf_counter()
        response = self.client.get('/')
        self.seconds.append(time.perf_counter() - begin)
        assert response.status == 200
        assert response.body == b'Hello!'

    def tell(self, measured, beside, what=''):
        """Report how long the answers took.

        :param beside: what it was served beside.
        :param what: the same, more exactly.
        """
        for seconds in self.seconds:
            measured.time(f'{beside}: an answer to a normal client', seconds, what)

    def close(self):
        self.client.close()


class Asking:
    """For a `with` statement: a normal client that asks in a thread for as long as it runs, at least five times.

    Attributes: `client`.
    """

    def __init__(self, port):
        self.client = NormalClient(port)
        self._stop = threading.Event()
        self._exception = None
        self._thread = threading.Thread(target=self._run)

    def __enter__(self):
        self._thread.start()
        return self

    def _run(self):
        try:
            while not self._stop.is_set() or len(self.client.seconds) < 5:
                self.client.ask()
                self._stop.wait(0.005)
        except BaseException as exc:
            self._exception = exc

    def __exit__(self, *exc):
        self._stop.set()
        self._thread.join()
        self.client.close()
        if self._exception and not exc[0]:
            raise self._exception
