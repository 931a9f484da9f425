# A redis-server of a test's own, which it can stop, pause and start again. Must not know what is kept in it.

import signal
import subprocess
import time

import redis
from tests.runtimes.conftest import free_port

DEADLINE = 30  # seconds until the server answers


class RedisServer:
    """A server on a port of its own, for a `with` statement; nothing is in it.

    :param folder: where it writes.
    :param durable: whether what it was told outlives it.
    """

    def __init__(self, folder, durable=False):
        self.port = free_port()
        self.url = f'redis://127.0.0.1:{self.port}/0'
        self.printed = folder / f'redis-{self.port}'
        self.command = ['redis-server', '--bind', '127.0.0.1', '--port', str(self.port), '--dir', str(folder), '--save', '',
                        '--appendonly', 'yes' if durable else 'no']

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *exc):
        self.process.send_signal(signal.SIGCONT)
        self.stop()

    def start(self):
        with open(self.printed, 'ab') as printed:
            self.process = subprocess.Popen(self.command, stdin=subprocess.DEVNULL, stdout=printed, stderr=subprocess.STDOUT)
        end = time.monotonic() + DEADLINE
        with self.client() as client:
            while not answers(client):
                assert self.process.poll() is None and time.monotonic() < end, self.printed.read_text()
                time.sleep(0.01)

    def stop(self, number=signal.SIGTERM):
        self.process.send_signal(number)
        self.process.wait(DEADLINE)

    def client(self):
        return redis.Redis.from_url(self.url)


def answers(client):
    try:
        return client.ping()
    except redis.ConnectionError:
        return False
