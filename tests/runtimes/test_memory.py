# What is streamed is not kept: the memory of a server and its workers stays flat, in either direction and in both at once.
#
# SOAK=yes, as `make soak` has it, streams 1 GiB instead of 64 MiB.

import binascii
import os
import threading
from pathlib import Path

import pytest
from tests.runtimes.conftest import json_of
from tests.runtimes.servers import EACH, Service

MIB = 1024 * 1024
SIZE = (1024 if 'SOAK' in os.environ else 64) * MIB
PIECE = bytes(range(256)) * 256  # 64 KiB
COUNT = SIZE // len(PIECE)
WARM = 8 * MIB // len(PIECE)     # pieces after which a server has what it needs
GROWTH = 16 * MIB
DEADLINE = 60


class Watched:
    """The resident memory of a process and its descendants: `growth` is the most by which it was above what it was at first."""

    def __init__(self, pid):
        self.pid = pid
        self.growth = 0
        self.first = self.resident(pid)

    def resident(self, pid):
        try:
            pages = int(Path(f'/proc/{pid}/statm').read_text().split()[1])
            children = [child for path in Path(f'/proc/{pid}/task').glob('*/children') for child in path.read_text().split()]
        except (FileNotFoundError, ProcessLookupError):  # a thread or a process that has just ended
            return 0
        return pages * os.sysconf('SC_PAGE_SIZE') + sum(map(self.resident, children))

    def look(self):
        self.growth = max(self.growth, self.resident(self.pid) - self.first)


@pytest.fixture(scope='module', params=EACH)
def service(request, tmp_path_factory):
    service = Service(request.param, tmp_path_factory.mktemp('service') / 'log')
    try:
        assert service.accepts(), service.printed
        assert service.text(f'/limit/{SIZE}') == str(SIZE)
        yield service
        service.assert_no_trouble()
    finally:
        service.close_clients()
        service.kill()


def flat(service, transfer, count=COUNT):
    """Do something with few pieces, and again with many; check that memory does not grow the second time."""
    transfer(WARM, lambda: None)
    watched = Watched(service.pid)
    seen = 0

    def look():
        nonlocal seen
        seen += 1
        if seen % 16 == 0:  # each MiB
            watched.look()

    transfer(count, look)
    watched.look()
    assert watched.growth < GROWTH


def test_a_response(service):
    service.needs('a slow client holds a stream back')  # for a server is faster than any client

    def transfer(count, look):
        client = service.client(deadline=DEADLINE)
        client.ask('GET', f'/stream/iterator?key=memory&size={len(PIECE)}&count={count}')
        client.head()
        length = 0
        for chunk in client.chunks():
            length += len(chunk)
            look()
        assert length == count * len(PIECE)

    flat(service, transfer)


@pytest.mark.parametrize('framing', ['length', 'chunked'])
def test_a_request(service, framing):
    def transfer(count, look):
        client = service.client(deadline=DEADLINE)
        ask(client, '/upload', framing, count)
        send(client, framing, count, look)
        told = json_of(client.response())
        assert (told['length'], told['crc']) == (count * len(PIECE), crc(count))

    flat(service, transfer)


def test_both_at_once(service):
    service.needs('a slow client holds a stream back')

    def transfer(count, look):
        client = service.client(deadline=DEADLINE)
        ask(client, '/transform', 'length', count)
        sender = threading.Thread(target=send, args=(client, 'length', count, lambda: None))
        sender.start()
        client.head()
        length = 0
        for chunk in client.chunks():
            length += len(chunk)
            look()
        sender.join(DEADLINE)
        assert length == count * len(PIECE)

    flat(service, transfer, COUNT // 4)


def ask(client, path, framing, count):
    chunked = {'Transfer-Encoding': 'chunked'}
    client.ask('POST', path, chunked if framing == 'chunked' else {'Content-Length': str(count * len(PIECE))})


def send(client, framing, count, look):
    data = PIECE if framing == 'length' else b'%x\r\n%b\r\n' % (len(PIECE), PIECE)
    for _ in range(count):
        client.send(data)
        look()
    if framing == 'chunked':
        client.send(b'0\r\n\r\n')


def crc(count):
    value = 0
    for _ in range(count):
        value = binascii.crc32(PIECE, value)
    return value
