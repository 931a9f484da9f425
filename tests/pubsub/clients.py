# Clients of an application's feed that leave and come back, and what each has received. Must not know what publishes.

import asyncio
import random
import zlib

LONGEST = 30  # seconds without anything


class Clients:
    """Clients that read a feed, each until it is told to end.

    :param ports: where the feed is; a client that comes back may come to another.
    :param count: how many clients.
    :param stay: how many events a client reads at most before it leaves.
    """

    def __init__(self, ports, count, stay):
        self.ports = ports
        self.stay = stay
        self.clients = [Client(self, number) for number in range(count)]
        self.moved = asyncio.Event()

    async def __aenter__(self):
        self.tasks = [asyncio.create_task(client.run()) for client in self.clients]
        return self

    async def __aexit__(self, *exc):
        for task in self.tasks:
            task.cancel()
        results = await asyncio.gather(*self.tasks, return_exceptions=True)
        for result in results:
            if isinstance(result, Exception):
                raise result

    async def all(self, condition):
        """Wait until something is true of each client, for as long as any of them receives something."""
        while not all(condition(client) for client in self.clients):
            for task in self.tasks:
                if task.done():
                    task.result()
            self.moved.clear()
            await asyncio.wait_for(self.moved.wait(), LONGEST)


class Client:
    """One that reads numbers of publishers, and leaves now and then.

    Attributes: `received`, how many; `next`, by publisher the number that has to come; `checksum` of all in their order; and
    `connections`, how many it had.
    """

    def __init__(self, all_of_them, number):
        self.all = all_of_them
        self.random = random.Random(number)
        self.received = self.connections = self.checksum = 0
        self.next = {}
        self.last_id = None

    async def run(self):
        while True:
            try:
                await self.listen(self.random.randrange(1, self.all.stay))
            except (ConnectionError, asyncio.IncompleteReadError):  # a worker was killed, or is not there yet
                await asyncio.sleep(0.05)

    async def listen(self, stay):
        reader, writer = await asyncio.open_connection('127.0.0.1', self.random.choice(self.all.ports), limit=1 << 20)
        try:
            came_back = f'Last-Event-ID: {self.last_id}\r\n' if self.last_id else ''
            writer.write(f'GET /feed HTTP/1.1\r\nHost: a\r\n{came_back}\r\n'.encode())
            head = await reader.readuntil(b'\r\n\r\n')
            assert b' 200 ' in head.partition(b'\r\n')[0], head
            self.connections += 1
            self.all.moved.set()
            text = b''
            while stay > 0:
                text += await self.chunk(reader)
                *events, text = text.split(b'\n\n')
                for event in events:
                    self.take(event)
                stay -= len(events)
                self.all.moved.set()
        finally:
            writer.transport.abort()

    async def chunk(self, reader):
        size = int(await reader.readline() or b'0', 16)
        if not size:
            raise ConnectionError  # the end of the response, or of the connection
        return (await reader.readexactly(size + 2))[:-2]

    def take(self, event):
        if event.startswith(b':'):  # a comment, that keeps the connection alive
            return
        message_id, _, data = event.partition(b'\n')
        assert message_id.startswith(b'id: ') and data.startswith(b'data: '), event
        name, _, number = data[6:].partition(b' ')
        expected = self.next.get(name, 0)
        assert int(number) == expected, (name, number, expected)
        self.next[name] = expected + 1
        self.received += 1
        self.checksum = zlib.crc32(data, self.checksum)
        self.last_id = message_id[4:].decode()
