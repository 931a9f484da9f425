# Knows how a file goes from the disk to a socket without passing through the process; for CPython. Must not know HTTP.
import errno
import os
from asyncio import CancelledError

from ..core.files import FileBody
from .transports import HIGH_WATER

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ..core.response import Response

_LARGE = 1024 * 1024  # bytes of a file above which a thread waits for the disk; and what is sent at once
_PIECE = 4 * 1024  # bytes that the transport gets where the socket is full: when they are sent, it takes more

_sendfile: 'Any' = getattr(os, 'sendfile', None)


def sends_file(connection: 'Any', response: 'Response') -> bool:
    """Tell whether the body of a response is a file that can go straight to the client's socket."""
    return bool(
        type(response.body) is FileBody and response.body.left and _sendfile and not connection.server.ssl
        and hasattr(connection, 'transport') and connection.transport.get_extra_info('socket'))


async def send_file(connection: 'Any', head: bytes, response: 'Response') -> None:
    """Send a response whose body is a file.

    While the transport holds nothing, the system sends what the socket takes. When that is full the transport gets a small piece,
    whose end is waited for.
    """
    transport = connection.transport
    connection.write(head)
    if connection.pending:
        connection.flush()
    response.threaded = response.body.left > _LARGE
    transfer = _Transfer(response.body, transport, response.threaded)
    response.body = transfer
    full = limited = False
    try:
        while transfer.left:
            if connection.lost or transport.is_closing():
                raise CancelledError
            if full or transfer.is_refused or transport.get_write_buffer_size():
                if not limited:  # so that `drain` waits until all is sent
                    limited = True
                    transport.set_write_buffer_limits(0)
                transport.write(await response.in_thread(transfer.read) if response.threaded else transfer.read())
                await connection.drain()
                full = False
            else:
                full = not (await response.in_thread(transfer.send) if response.threaded else transfer.send())
            if connection.entry:
                connection.entry.sent = transfer.sent
    except (ConnectionError, TimeoutError):
        transport.abort()
        raise CancelledError from None
    finally:
        if limited:
            transport.set_write_buffer_limits(HIGH_WATER)


class _Transfer:
    # A file on its way to a socket. It is the body of its response, which closes it when no thread uses it any more.

    sent = 0
    is_refused = False  # whether the file system cannot do it

    def __init__(self, body: FileBody, transport: 'Any', is_shared: bool) -> None:
        self.left = body.left or 0
        self._position = body.position
        self._file = body.file
        self._socket = transport.get_extra_info('socket').fileno()
        self._is_shared = is_shared
        if is_shared:  # a socket that was closed may be another's before a thread sends
            self._socket = os.dup(self._socket)

    def send(self) -> bool:
        """Have the system send what the socket takes, and tell whether it may take more."""
        asked = min(self.left, _LARGE)
        try:
            sent = _sendfile(self._socket, self._file.fileno(), self._position, asked)
        except BlockingIOError:
            return False
        except OSError as exc:
            if exc.errno not in (errno.EINVAL, errno.ENOSYS, errno.ENOTSUP):
                raise
            self.is_refused = True
            return False
        self._advance(sent)
        return bool(sent == asked)

    def read(self) -> bytes:
        """Read a piece for the transport to send."""
        piece = os.pread(self._file.fileno(), min(self.left, HIGH_WATER if self.is_refused else _PIECE), self._position)
        self._advance(len(piece))
        return piece

    def _advance(self, count: int) -> None:
        if not count:
            raise ValueError('the file is not as long as its Content-Length')
        self.sent += count
        self._position += count
        self.left -= count

    def close(self) -> None:
        """Close the file."""
        if self._is_shared:
            os.close(self._socket)
        self._file.close()
