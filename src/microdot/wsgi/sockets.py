# Knows the socket of a client that a server lends: how to see that the client has left, and a stream over it.
# Must not know what is said over it.
import asyncio
import os
import select
import socket
import struct
from errno import ETIMEDOUT

_READ = 64 * 1024  # bytes
_HANG_UP = getattr(select, 'POLLRDHUP', 0) | select.POLLHUP | select.POLLERR if hasattr(select, 'poll') else 0


def has_hung_up(descriptor: int) -> bool:
    """Tell whether the client has closed the connection."""
    if not _HANG_UP:
        return True
    poll = select.poll()
    poll.register(descriptor, _HANG_UP)
    return bool(poll.poll(0))


def reset_at_close(descriptor: int) -> None:
    """Have the end of a connection be a reset, which shows a client that a response was cut where nothing else does."""
    with socket.socket(fileno=os.dup(descriptor)) as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))


async def wait_hung_up(loop: 'asyncio.AbstractEventLoop', descriptor: 'int | None') -> None:
    """Wait until the client has closed the connection: for ever where that cannot be seen, as it can on Linux."""
    hung_up = loop.create_future()
    if descriptor is None or not hasattr(select, 'epoll'):
        await hung_up
        return
    # What has come on the socket is not for this, so it is no reason to wake.
    poll = select.epoll(1)
    try:
        poll.register(descriptor, select.EPOLLRDHUP)
        loop.add_reader(poll.fileno(), _wake, hung_up)
        try:
            await hung_up
        finally:
            loop.remove_reader(poll.fileno())
    except OSError:  # the server has closed it
        pass
    finally:
        poll.close()


class SocketStream:
    """The stream of a client's socket, to read and to write.

    :param descriptor: of the socket, which is duplicated.

    Attributes: `begun`, whether anything was written.
    """

    write_timeout = 30  # seconds for a client to read anything
    linger_timeout = 2  # seconds for it to close, too

    def __init__(self, descriptor: int) -> None:
        self.begun = False
        self._cut = False  # whether something was not written to its end
        self._loop = asyncio.get_running_loop()
        self._socket = socket.socket(fileno=os.dup(descriptor))
        self._pending: 'list[bytes]' = []

    async def read(self, n: int) -> bytes:
        """Read bytes, at most `n`; `b''` at the end."""
        return await self._loop.sock_recv(self._socket, n)

    def write(self, data: bytes) -> None:
        """Have bytes written by `drain`."""
        if not self.begun:
            self.begun = True
            self._socket.setblocking(False)  # the server's, too: they are one
        self._pending.append(data)

    async def drain(self) -> None:
        """Write what waits; `OSError` where the client does not read it."""
        data = memoryview(b''.join(self._pending))
        self._pending.clear()
        self._cut = True
        while data:
            try:
                data = data[self._socket.send(data):]
            except BlockingIOError:
                await self._writable()
        self._cut = False

    def has_hung_up(self) -> bool:
        """Tell whether the client has closed the connection, as far as the system tells, behind what was not read."""
        return bool(_HANG_UP) and has_hung_up(self._socket.fileno())

    async def _writable(self) -> None:
        writable = self._loop.create_future()
        self._loop.add_writer(self._socket, _wake, writable)
        try:
            await asyncio.wait_for(writable, self.write_timeout)
        except asyncio.TimeoutError:
            raise OSError(ETIMEDOUT, 'the client does not read') from None
        finally:
            self._loop.remove_writer(self._socket)

    async def close(self) -> None:
        """Close the connection, as soon as the client has read what was sent."""
        try:
            if self.begun and not self._cut:
                self._socket.shutdown(socket.SHUT_WR)
                await asyncio.wait_for(self._read_out(), self.linger_timeout)
        except (OSError, asyncio.TimeoutError):
            pass
        finally:
            self._socket.close()

    async def _read_out(self) -> None:
        while await self.read(_READ):
            pass


def _wake(future: 'asyncio.Future[None]') -> None:
    if not future.done():
        future.set_result(None)
