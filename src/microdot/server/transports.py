# Knows what asyncio's transports hold, bounds it, and asks the system what they do not tell; for CPython. Must not know HTTP.
import asyncio
import select
import socket
import sys

from ..core.compat import INFO, log
from . import CLOSE

if sys.platform != 'win32':
    import fcntl
    import termios

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .base import Server
    from .exchange import Connection

HIGH_WATER = 64 * 1024  # bytes in a buffer above which its source waits


def listening(server: 'Server') -> 'dict[str, Any]':
    """Return where a server listens, as options for asyncio."""
    sock = getattr(server, 'sock', None)
    if not sock:
        return {'host': server.host, 'port': server.port}
    if server.app.debug:
        name = sock.getsockname()
        log(INFO, 'Starting async server on %s...', '%s:%d' % name[:2] if isinstance(name, tuple) else name)
    if sock.family in (socket.AF_INET, socket.AF_INET6):
        # Connections inherit it; asyncio sets it on those alone whose listener was made with the number of TCP.
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return {'sock': sock}


async def listen(server: 'Server', serve: 'Any') -> 'asyncio.Server':
    """Return asyncio's server for a server over streams, which does not serve yet.

    :param serve: called with a reader and a writer, returns the coroutine that serves a client.
    """
    options = listening(server)
    if server.ssl:
        options['ssl'] = server.ssl
        options['ssl_handshake_timeout'] = server.tls_timeout
    limit = HIGH_WATER // 2  # a reader takes twice as much
    return await asyncio.start_server(serve, start_serving=False, backlog=1024, limit=limit, **options)


def bound(transport: 'Any') -> None:
    """Have a transport hold little more than `HIGH_WATER` bytes in either direction."""
    transport.set_write_buffer_limits(HIGH_WATER)  # the default for TLS is 512 KiB
    if hasattr(transport, 'set_read_buffer_limits'):  # of TLS, for what is not decrypted: 256 KiB
        transport.set_read_buffer_limits(HIGH_WATER)
    # What is taken from the system at once, 256 KiB: asyncio's own transports tell it, and its protocol for TLS, which makes
    # its buffer when it finds that too short.
    taker = getattr(transport, '_ssl_protocol', transport)
    if hasattr(taker, 'max_size'):
        taker.max_size = HIGH_WATER
    if hasattr(taker, '_ssl_buffer'):
        taker._ssl_buffer = b''


def abort(transport: 'Any') -> None:
    """Close a transport at once, if it is open."""
    sock = _socket(transport)
    if sock is None or sock.fileno() >= 0:
        transport.abort()


def expect_end(connection: 'Connection', transport: 'Any') -> None:
    """Give a connection that is closed a deadline for the client to read what was written, or else for the end of TLS."""
    server = connection.server
    connection.phase = CLOSE
    connection._unsent = unsent_bytes(transport) if transport.get_write_buffer_size() else 0
    connection.deadline = server.after(server.write_timeout if connection._unsent else server.linger_timeout)


def is_reset(transport: 'Any') -> bool:
    """Tell whether the peer has reset the connection, which a transport does not notice that neither reads nor writes."""
    sock = _socket(transport)
    return sock is not None and sock.fileno() >= 0 and sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) != 0


def has_hung_up(transport: 'Any') -> bool:
    """Tell whether the peer has ended its side, behind what was not read, as far as the system tells."""
    sock = _socket(transport)
    if sock is None or sock.fileno() < 0:  # the transport has closed it, that of TLS before who reads was told
        return True
    hung_up = getattr(select, 'POLLRDHUP', 0)
    if not hung_up:
        return False
    poll = select.poll()
    poll.register(sock.fileno(), hung_up)
    return bool(poll.poll(0))


def unsent_bytes(transport: 'Any') -> int:
    """Return how many bytes that were written to a transport have not reached the peer, as far as the system tells."""
    unsent: int = transport.get_write_buffer_size()
    sock = _socket(transport)
    if sys.platform != 'win32' and sock is not None and sock.fileno() >= 0:
        # The kernel may hold megabytes, and takes more only when a third of them is gone.
        try:
            unsent += int.from_bytes(fcntl.ioctl(sock.fileno(), termios.TIOCOUTQ, bytes(4)), sys.byteorder)
        except OSError:
            pass
    return unsent


def _socket(transport: 'Any') -> 'Any':
    # The transport's socket, None if there is none, or it is gone.
    try:
        return transport.get_extra_info('socket')
    except AttributeError:  # asyncio's transport for TLS, when it was closed twice
        return None
