# A client for HTTP/1 over a plain socket, which accepts nothing that a strict reader of RFC 9112 would not.
# Every wait has a deadline. Must not know the server.

import re
import socket
from dataclasses import dataclass, field

DEADLINE = 15  # seconds

STATUS_LINE = re.compile(rb'HTTP/(1\.[01]) (\d{3}) ([ -~]*)\r\n')
HEADER = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+): ([^\x00-\x20\x7f](?:[^\x00-\x08\x0a-\x1f\x7f]*[^\x00-\x20\x7f])?|)\r\n")
CHUNK_SIZE = re.compile(rb'([1-9a-fA-F][0-9a-fA-F]*|0)\r\n')
DATE = re.compile(r'(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT')


class ClosedEarly(Exception):
    """The server closed the connection; `data` is what had come of what was being read."""

    def __init__(self, data, reset=False):
        super().__init__(data, 'reset' if reset else 'closed')
        self.data = data


@dataclass
class Response:
    version: str
    status: int
    reason: str
    headers: dict[str, str]
    body: bytes = b''
    chunks: list[bytes] = field(default_factory=list)

    @property
    def framing(self):
        if 'transfer-encoding' in self.headers:
            return 'chunked'
        return 'length' if 'content-length' in self.headers else 'close'

    @property
    def keeps(self):
        """Whether the server says that it keeps the connection."""
        connection = self.headers.get('connection')
        return connection != 'close' if self.version == '1.1' else connection == 'keep-alive'


class Client:
    """A connection to a server on this machine.

    :param port: its port, or the path of its Unix socket.
    :param tls: an `SSLContext` for https.
    :param receive_buffer: bytes that the kernel may hold for this side to read.
    :param send_buffer: bytes of this side that the kernel may hold for the other.
    :param reconnects: whether to connect anew for a request after a response with which the server has closed the connection.
    """

    def __init__(self, port, tls=None, receive_buffer=None, send_buffer=None, deadline=DEADLINE, reconnects=False):
        self.connect = lambda: self.__init__(port, tls, receive_buffer, send_buffer, deadline, reconnects)
        self.reconnects = reconnects
        self.last = None  # the last response
        is_unix = isinstance(port, str)
        self.socket = socket.socket(socket.AF_UNIX if is_unix else socket.AF_INET)
        self.socket.settimeout(deadline)
        if receive_buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        if send_buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, send_buffer)
        try:
            if is_unix:
                self.socket.connect(port)
            else:
                self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                self.socket.connect(('127.0.0.1', port))
            if tls:
                self.socket = tls.wrap_socket(self.socket, server_hostname='localhost')
        except BaseException:
            self.socket.close()
            raise
        self.buffer = b''

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        self.close()

    def close(self):
        self.socket.close()

    def reset(self):
        """Leave without a goodbye."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b'\1\0\0\0\0\0\0\0')
        self.socket.close()

    def end(self):
        """End this side of the connection only."""
        self.socket.shutdown(socket.SHUT_WR)

    # Sending.

    def send(self, data):
        self.socket.sendall(data)

    def send_bytewise(self, data):
        for octet in data:
            self.socket.sendall(bytes((octet,)))

    def ask(self, method, path, headers=None, body=None, version='1.1', host='localhost'):
        """Send a request."""
        if self.reconnects and self.last and not self.last.keeps:
            self.close()
            self.connect()
        lines = [f'{method} {path} HTTP/{version}', f'Host: {host}']
        lines += [f'{name}: {value}' for name, value in (headers or {}).items()]
        if body is not None:
            lines.append(f'Content-Length: {len(body)}')
        self.send('\r\n'.join([*lines, '\r\n']).encode() + (body or b''))

    def request(self, method, path, headers=None, body=None, version='1.1'):
        """Send a request and read its response."""
        self.ask(method, path, headers, body, version)
        return self.response(method)

    def get(self, path, **headers):
        return self.request('GET', path, {name.replace('_', '-'): value for name, value in headers.items()})

    # Receiving.

    def receive(self):
        """Return what has come, waiting for it; `b''` at the end of the connection."""
        if self.buffer:
            data, self.buffer = self.buffer, b''
            return data
        return self.socket.recv(65536)

    def take(self, n):
        while len(self.buffer) < n:
            self.fill()
        data, self.buffer = self.buffer[:n], self.buffer[n:]
        return data

    def line(self):
        while b'\n' not in self.buffer:
            self.fill()
        return self.take(self.buffer.index(b'\n') + 1)

    def fill(self):
        try:
            data = self.socket.recv(65536)
        except ConnectionError:
            raise ClosedEarly(self.buffer, reset=True) from None
        if not data:
            raise ClosedEarly(self.buffer)
        self.buffer += data

    def head(self):
        """Read the head of a response."""
        line = self.line()
        match = STATUS_LINE.fullmatch(line)
        assert match, line
        version, status, reason = (part.decode() for part in match.groups())
        headers = {}
        while (line := self.line()) != b'\r\n':
            match = HEADER.fullmatch(line)
            assert match, line
            name, value = (part.decode() for part in match.groups())
            name = name.lower()
            assert name not in headers or name == 'set-cookie', line
            headers[name] = value
        self.last = Response(version, int(status), reason, headers)
        return self.last

    def response(self, method='GET'):
        """Read a response to the end of its body."""
        response = self.head()
        headers = response.headers
        bare = response.status < 200 or response.status in {204, 304}
        if bare:
            assert not {'content-length', 'transfer-encoding', 'content-type'} & headers.keys(), headers
        else:
            assert 'content-type' in headers
            assert DATE.fullmatch(headers['date']), headers
            assert not {'content-length', 'transfer-encoding'} <= headers.keys(), headers
            assert headers.get('connection', 'close') in {'close', 'keep-alive'}
        if bare or method == 'HEAD':
            pass
        elif response.framing == 'chunked':
            assert headers['transfer-encoding'] == 'chunked'
            assert response.version == '1.1', 'chunked to a client of 1.0'
            response.chunks = list(self.chunks())
            response.body = b''.join(response.chunks)
        elif response.framing == 'length':
            assert headers['content-length'].isdecimal()
            response.body = self.take(int(headers['content-length']))
        else:
            assert not response.keeps
            response.body = self.rest()
        return response

    def chunks(self):
        if self.last.framing == 'close':
            try:
                yield from iter(self.receive, b'')
            except ConnectionError:
                raise ClosedEarly(b'', reset=True) from None
            return
        while True:
            line = self.line()
            match = CHUNK_SIZE.fullmatch(line)
            assert match, line
            size = int(match[1], 16)
            if size:
                yield self.take(size)
            assert self.take(2) == b'\r\n'
            if not size:
                return

    def rest(self):
        """Read to the end of the connection, which must be a regular one."""
        pieces = []
        while data := self.receive():
            pieces.append(data)
        return b''.join(pieces)

    def accepted(self):
        """Tell whether a request is answered, and the connection not closed at once."""
        try:
            return self.get('/').status == 200
        except (ClosedEarly, OSError):
            return False

    def is_closed(self):
        """Wait until the server has closed the connection, and tell whether it sent nothing before."""
        try:
            return self.rest() == b''
        except ConnectionError:
            return True
