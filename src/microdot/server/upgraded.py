# Knows how bytes are moved on CPython when something else than HTTP is spoken on a connection. Must not know what.
import asyncio

from ..wire.http11 import CHUNKED
from . import HANDLER

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .protocol_connection import ProtocolConnection


class Upgraded(asyncio.Protocol):
    """The transport's protocol from the handshake to the end of a WebSocket.

    :param receiver: has `feed` for the bytes that come, and `lost` for the end of them.
    """

    blocked = False  # whether to drain after writing

    def __init__(self, connection: 'ProtocolConnection', receiver: 'Any') -> None:
        self._connection = connection
        self._receiver = receiver
        self._transport = transport = connection.transport
        connection.flush()
        connection.receiver = receiver
        # PERF: no call in between, 0.2 us.
        self.data_received = receiver.feed  # type: ignore[method-assign]
        self.write = self.send_soon = transport.write
        self._paused = False  # by the receiver, which has enough
        self._full = False  # because the client does not read the answers
        self.blocked = connection.blocked
        transport.set_protocol(self)

    # What the transport calls.

    def eof_received(self) -> bool:
        self._connection.disconnected = True
        self._receiver.lost()
        return not self._connection.server.ssl

    def connection_lost(self, exc: 'Exception | None') -> None:
        connection = self._connection
        connection.connection_lost(exc)
        if connection.task:
            connection.phase = HANDLER  # so that the server looks after a handler that does not end
        self._receiver.lost()

    def pause_writing(self) -> None:
        self.blocked = True
        self._connection.pause_writing()

    def resume_writing(self) -> None:
        self.blocked = self._full = False
        self._connection.resume_writing()
        self._read()

    # What the receiver calls.

    def start(self) -> None:
        """Give the receiver what has come already, before anything that comes."""
        connection = self._connection
        self._read()
        if connection.buffer:
            self._receiver.feed(connection.take(len(connection.buffer)))
        if connection.disconnected:
            self._receiver.lost()

    def answer(self, data: bytes) -> None:
        """Write what the client has asked for by what it sent; while it does not read that, nothing more is read."""
        self.write(data)
        if self.blocked:
            self._full = True
            self._read()

    def pause(self) -> None:
        """Read no more."""
        self._paused = True
        self._read()

    def resume(self) -> None:
        """Read on, beginning with what has come."""
        self._paused = False
        self._connection.loop.call_soon(self.data_received, b'')
        self._read()

    def _read(self) -> None:
        reads = not (self._paused or self._full)
        connection = self._connection
        if reads != connection._reading and not connection.lost:
            connection._reading = reads
            if reads:
                self._transport.resume_reading()
            else:
                self._transport.pause_reading()

    async def drain(self) -> None:
        """Wait while there is too much that the client has not read."""
        if self.blocked:
            await self._connection.drain()

    def is_lost(self) -> bool:
        """Tell whether nothing can be sent any more."""
        return self._connection.lost

    def detach(self, fault: bool) -> None:
        """Give the connection back.

        :param fault: whether the client may go on sending what nobody will read.
        """
        connection = self._connection
        connection.receiver = None
        if not connection.lost:
            self._transport.set_protocol(connection)
        if fault:
            connection.length = CHUNKED
