# Connections without sockets: a server's own protocol or streams over a transport that lives in memory, in a real event
# loop. What a client sends, reads and leaves unread, and when time passes, is what the test says. CPython only.
#
#   async with memory.serving(app, memory.PROTOCOL) as server:
#       client = await server.connect()
#       await client.send(b'GET / HTTP/1.1\r\nHost: a\r\n\r\n')
#       assert client.answers()[0].status == 200
#       await server.pass_time(100)
#       assert client.closed
#
# Each verb of a client returns when the loop has come to rest: everybody waits for the client or for time to pass.

import asyncio
from contextlib import asynccontextmanager
from typing import NamedTuple

from tools import changed

from microdot.server import base, stream_rest
from microdot.server.protocol import ProtocolServer
from microdot.server.protocol_connection import ProtocolConnection
from microdot.server.stream import StreamServer, serve_streams

PROTOCOL = 'protocol'  # server/protocol.py, as on CPython
STREAMS = 'streams'    # server/stream.py over asyncio's streams, its fallback there
DEVICE = 'device'      # server/stream.py over one stream with MicroPython's verbs
KINDS = PROTOCOL, STREAMS, DEVICE

_PIECE = 256 * 1024  # bytes that asyncio's transports read at once
_TURNS = 100_000     # of the loop, before it counts as one that never rests


async def rest():
    """Wait until nothing is left to do but to wait for clients and time."""
    ready = asyncio.get_running_loop()._ready
    for _ in range(_TURNS):
        await asyncio.sleep(0)
        if not ready:
            return
    raise AssertionError('the event loop does not come to rest')


class Clock:
    """Stands in for the module asyncio in `server/base.py`: its sleep is over when a test says so."""

    def __init__(self):
        self._sleeping = []

    def __getattr__(self, name):
        return getattr(asyncio, name)

    async def sleep(self, seconds):
        future = asyncio.get_running_loop().create_future()
        self._sleeping.append(future)
        await future

    async def tick(self):
        """End every sleep."""
        sleeping, self._sleeping = self._sleeping, []
        for future in sleeping:
            if not future.done():
                future.set_result(None)
        await rest()


# The server's end of a connection.

class _End:
    """What both kinds of ends have in common.

    Attributes: `sent`, what the client has read; `unsent`, what it has not; `window`, how many bytes more it reads,
    None for all; `calls`, the names of what was called; `late`, what was written after the end; `ended`, whether the
    server has ended its side; `closed`, whether the connection is gone.
    """

    def __init__(self, peername):
        self.peername = peername
        self.sent = bytearray()
        self.unsent = bytearray()
        self.window = None
        self.calls = []
        self.late = []
        self.ended = self.closed = False
        self._client_ended = False

    def take(self, window):
        """Let the client read so many bytes more, None for all."""
        self.window = window
        self._move()

    def _move(self):
        n = len(self.unsent) if self.window is None else min(self.window, len(self.unsent))
        self.sent += self.unsent[:n]
        del self.unsent[:n]
        if self.window is not None:
            self.window -= n


class MemoryTransport(_End, asyncio.Transport):
    """A transport with the habits of asyncio's."""

    def __init__(self, peername):
        _End.__init__(self, peername)
        asyncio.Transport.__init__(self, {'peername': peername, 'sockname': ('192.0.2.2', 80)})
        self._loop = asyncio.get_running_loop()
        self._incoming = []
        self._paused = self._blocked = self._closing = False
        self.set_write_buffer_limits()

    # What the server calls.

    def write(self, data):
        if self.ended:
            raise RuntimeError('Cannot call write() after write_eof()')
        self.calls.append('write')
        if self._closing:
            self.late.append(bytes(data))
            return
        self.unsent += data
        self._move()

    def writelines(self, pieces):
        self.write(b''.join(pieces))

    def can_write_eof(self):
        return True

    def write_eof(self):
        self.calls.append('write_eof')
        self.ended = True

    def set_write_buffer_limits(self, high=None, low=None):
        self._high = 64 * 1024 if high is None else high
        self._low = self._high // 4 if low is None else low

    def get_write_buffer_limits(self):
        return self._low, self._high

    def get_write_buffer_size(self):
        return len(self.unsent)

    def pause_reading(self):
        self.calls.append('pause_reading')
        self._paused = True

    def resume_reading(self):
        self.calls.append('resume_reading')
        self._paused = False
        self._loop.call_soon(self._deliver)

    def is_reading(self):
        return not self._paused and not self._closing

    def set_protocol(self, protocol):
        self._protocol = protocol

    def get_protocol(self):
        return self._protocol

    def is_closing(self):
        return self._closing

    def close(self):
        self.calls.append('close')
        self._closing = True
        if not self.unsent:
            self._loop.call_soon(self._lose, None)

    def abort(self):
        self.calls.append('abort')
        self._force_close(None)

    # What the client does.

    def receive(self, data):
        """Send bytes to the server."""
        self._incoming += [data[i:i + _PIECE] for i in range(0, len(data), _PIECE)]
        self._loop.call_soon(self._deliver)

    def end(self):
        """End the client's side; it still reads."""
        self._client_ended = True
        self._loop.call_soon(self._deliver)

    def reset(self):
        """Leave at once, as a connection that is reset."""
        self._force_close(ConnectionResetError(104, 'Connection reset by peer'))

    def _force_close(self, exc):
        self._closing = True
        self.unsent.clear()
        self._loop.call_soon(self._lose, exc)

    def _deliver(self):
        while self._incoming and self.is_reading():
            self._protocol.data_received(self._incoming.pop(0))
        if self._client_ended and not self._incoming and self.is_reading():
            self._client_ended = False
            if not self._protocol.eof_received():
                self.close()

    def _move(self):
        super()._move()
        if not self._blocked and len(self.unsent) > self._high:
            self._blocked = True
            self._protocol.pause_writing()
        elif self._blocked and len(self.unsent) <= self._low:
            self._blocked = False
            self._protocol.resume_writing()
        if self._closing and not self.unsent:
            self._loop.call_soon(self._lose, None)

    def _lose(self, exc):
        if not self.closed:
            self.closed = True
            self._protocol.connection_lost(exc)


class _MemorySocket:
    """The socket of a `MemoryStream`, which does not wait."""

    def __init__(self, stream):
        self._stream = stream

    def read(self, n):
        return self._stream.read_now(n)

    def has_hung_up(self, events):
        """Stand in for what asks MicroPython's `select.poll` for errors, and for these events."""
        return self._stream.is_reset


class MemoryStream(_End):
    """One stream that is reader and writer, with the verbs and the habits of MicroPython's.

    `close` does nothing, `wait_closed` closes, `drain` always yields, `get_extra_info` knows the peer's name only, and
    the connection's end shows as an OSError. `s` is its socket.
    """

    def __init__(self, peername):
        super().__init__(peername)
        self.s = _MemorySocket(self)
        self._incoming = bytearray()
        self.is_reset = False
        self._waiting = []

    # What the server calls.

    def get_extra_info(self, name):
        return {'peername': self.peername}[name]

    async def read(self, n=-1):
        while (data := self.read_now(n)) is None:
            await self._change()
        return data

    def read_now(self, n):
        if not self._incoming:
            self._check()
            return b'' if self._client_ended else None
        n = len(self._incoming) if n < 0 else n
        data = bytes(self._incoming[:n])
        del self._incoming[:n]
        return data

    def write(self, data):
        self.calls.append('write')
        if self.closed:
            self.late.append(bytes(data))
        self._check()
        self.unsent += data

    async def drain(self):
        await asyncio.sleep(0)
        self._move()
        while self.unsent:
            self._check()
            await self._change()

    def close(self):
        self.calls.append('close')

    async def wait_closed(self):
        self.calls.append('wait_closed')
        self.closed = True

    # What the client does.

    def receive(self, data):
        """Send bytes to the server."""
        self._incoming += data
        self._wake()

    def end(self):
        """End the client's side; it still reads."""
        self._client_ended = True
        self._wake()

    def reset(self):
        """Leave at once, as a connection that is reset."""
        self.is_reset = True
        self._incoming.clear()
        self._wake()

    def take(self, window):
        """Let the client read so many bytes more, None for all."""
        super().take(window)
        self._wake()

    def _check(self):
        if self.is_reset or self.closed:
            raise OSError(104)

    async def _change(self):
        future = asyncio.get_running_loop().create_future()
        self._waiting.append(future)
        await future

    def _wake(self):
        waiting, self._waiting = self._waiting, []
        for future in waiting:
            if not future.done():
                future.set_result(None)


# The client's end.

class Answer(NamedTuple):
    """A response as a client reads it."""

    status: int
    version: str
    reason: str
    headers: 'list[tuple[str, str]]'  # names in lower case
    body: bytes
    complete: bool  # whether its end has come

    def header(self, name):
        """Return the value of a header, None without it; an error if there are two."""
        values = [value for key, value in self.headers if key == name.lower()]
        assert len(values) < 2, (name, values)
        return values[0] if values else None


def answers(data, methods=(), closed=False):
    """Read responses, however many there are; an error for bytes that are none.

    :param methods: those of the requests, where some are HEAD.
    :param closed: whether the connection has ended.
    """
    found = []
    final = 0
    while data:
        head, end, data = data.partition(b'\r\n\r\n')
        assert end, ('a head that does not end', head)
        lines = head.decode('latin-1').split('\r\n')
        version, status, reason = lines[0].split(' ', 2)
        assert version in ('HTTP/1.0', 'HTTP/1.1'), lines[0]
        headers = [(name.lower(), value.strip()) for name, _, value in (line.partition(':') for line in lines[1:])]
        answer = Answer(int(status), version, reason, headers, b'', True)
        assert answer.status >= 100
        method = methods[final] if final < len(methods) else ''
        final += answer.status >= 200
        if method != 'HEAD' and answer.status >= 200 and answer.status not in (204, 304):
            body, complete, data = _body(answer, data, closed)
            answer = answer._replace(body=body, complete=complete)
        found.append(answer)
    return found


def _body(answer, data, closed):
    # The body of a response, whether all of it is there, and what comes after it.
    length = answer.header('content-length')
    if answer.header('transfer-encoding'):
        assert answer.header('transfer-encoding') == 'chunked'
        assert length is None
        return _chunks(data)
    if length is None:
        return data, closed, b''
    assert length.isdecimal()
    return data[:int(length)], len(data) >= int(length), data[int(length):]


def _chunks(data):
    body = []
    while True:
        size, end, after = data.partition(b'\r\n')
        n = int(size, 16) if end else 0
        if not end or len(after) < n + 2:
            return b''.join([*body, after[:n]]), False, b''
        assert after[n:n + 2] == b'\r\n', ('a chunk that does not end', after[:n + 2])
        data = after[n + 2:]
        if n == 0:
            return b''.join(body), True, data
        body.append(after[:n])


class Client:
    """A client of a server in memory. Each verb waits until the loop has come to rest.

    Attributes: `end`, the server's end of its connection; `connection`, what the server made of it, None if it was not
    admitted.
    """

    def __init__(self, server, end, connection):
        self.server = server
        self.end = end
        self.connection = connection

    async def send(self, data):
        """Send bytes at once."""
        self.end.receive(data)
        await rest()

    async def send_pieces(self, pieces):
        """Send bytes piece by piece, each after the server has done what it can do with those before."""
        for piece in pieces:
            await self.send(piece)

    async def finish(self):
        """End this side of the connection, and go on reading."""
        self.end.end()
        await rest()

    async def leave(self):
        """Leave without a word: the connection is reset."""
        self.end.reset()
        await rest()

    async def read(self, n=None):
        """Read so many bytes more of what the server sends, None for all from now on; at first all is read."""
        self.end.take(n)
        await rest()

    async def expire(self):
        """Let the deadline of this connection pass, if it has one; returns whether it had."""
        if self.connection not in self.server.connections or not self.connection.deadline:
            return False
        self.connection.deadline = 0
        self.connection.expire()
        await rest()
        return True

    @property
    def received(self):
        """What was read."""
        return bytes(self.end.sent)

    @property
    def closed(self):
        """Whether the server has ended the connection, or its side of it."""
        return self.end.ended or self.end.closed

    def answers(self, *methods):
        """Return the responses that were read; `methods` are those of the requests, where some are HEAD."""
        return answers(self.received, methods, self.closed)


class _Listener:
    def close(self):
        pass

    async def wait_closed(self):
        pass

    async def start_serving(self):
        pass


class _MemoryServer:
    """What makes a server one without sockets."""

    def __init__(self, app, kind):
        super().__init__(app, 'memory', 0)
        self.kind = kind
        self.clients = []
        self.clock = Clock()
        self._accepting = []

    async def _listen(self):
        self.loop = asyncio.get_running_loop()
        self.listener = _Listener()

    async def connect(self, peername=('192.0.2.1', 50000), transport=MemoryTransport, stream=MemoryStream):
        """Return a new client.

        :param transport: what makes the server's end of the connection, given the name of the peer.
        :param stream: the same for DEVICE.
        """
        before = set(self.connections)
        end = self._open(peername, transport, stream)
        await rest()
        client = Client(self, end, next(iter(self.connections - before), None))
        self.clients.append(client)
        return client

    async def connect_many(self, count):
        """Return as many new clients, which do not know what the server made of their connections."""
        clients = [Client(self, self._open(('192.0.2.1', 50000), MemoryTransport, MemoryStream), None) for _ in range(count)]
        await rest()
        self.clients += clients
        return clients

    def _open(self, peername, transport, stream):
        # Opens a connection and returns the server's end of it.
        if self.kind == DEVICE:
            end = stream(peername)
            self._accepting.append(asyncio.create_task(serve_streams(self, end, end)))
        else:
            end = transport(peername)
            if self.kind == PROTOCOL:
                protocol = ProtocolConnection(self)
            else:
                protocol = asyncio.StreamReaderProtocol(
                    asyncio.StreamReader(), lambda reader, writer: serve_streams(self, reader, writer))
            end.set_protocol(protocol)
            protocol.connection_made(end)
        return end

    async def pass_time(self, seconds):
        """Let time pass for the server's deadlines."""
        for _ in range(round(seconds / self.tick)):
            await self.clock.tick()


class MemoryProtocolServer(_MemoryServer, ProtocolServer):
    """`ProtocolServer` without sockets."""


class MemoryStreamServer(_MemoryServer, StreamServer):
    """`StreamServer` without sockets."""


@asynccontextmanager
async def serving(app, kind=PROTOCOL, **limits):
    """Serve an application in memory; at the end all clients leave, and nothing of them may be left.

    :param kind: PROTOCOL, STREAMS or DEVICE.
    :param limits: attributes of the server.
    """
    server = (MemoryProtocolServer if kind == PROTOCOL else MemoryStreamServer)(app, kind)
    for name, value in limits.items():
        assert hasattr(server, name), name
        setattr(server, name, value)
    with changed(base, asyncio=server.clock), changed(stream_rest, has_hung_up=_MemorySocket.has_hung_up):
        await server.start()
        await rest()
        try:
            yield server
        finally:
            for client in server.clients:
                await client.leave()
            left = set(server.connections)
            if left:
                server.drain_timeout = server.tick = 0.01
            server.close()
            await server.wait_closed()
    assert not left, 'connections that are not forgotten when their clients have left'
    assert not server.background
