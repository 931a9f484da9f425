# Knows how MicroPython waits for clients, and goes on whatever comes in its way. Must not know HTTP.
import asyncio
import socket

from ..core.compat import SMALL
from .socket_stream import SocketStream

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from typing import Any
if TYPE_CHECKING or not SMALL:
    from .listener_rest import ListenerRest
else:
    from ..core.compat import Late as ListenerRest


class Listener(ListenerRest):
    """Accepts clients, with the verbs of asyncio's server, which would end where there is no memory for one more client.

    :param serve: called with a reader and a writer, returns the coroutine that serves a client.
    :param ssl: the context for TLS, or None.
    """

    rest = 'server.listener_rest'

    def __init__(self, serve: 'Callable[..., Any]', host: str, port: int, ssl: 'Any') -> None:
        self._address = socket.getaddrinfo(host, port)[0]
        self._serve = serve
        self._ssl = ssl
        self.open()
        self._task: 'Any' = asyncio.create_task(self._accept())

    def open(self) -> None:
        """Listen."""
        self._sock = sock = socket.socket(self._address[0])
        try:
            sock.setblocking(False)
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            sock.bind(self._address[-1])
            sock.listen(5)
        except BaseException:
            sock.close()
            raise

    async def wait_closed(self) -> None:
        """Wait until no more clients are accepted; raises `CancelledError`."""
        await self._task

    def _accept(self) -> 'Generator[Any, None, None]':
        # UPY: a coroutine, in which the queue that asyncio's streams wait in can be waited for.
        queue = asyncio.core._io_queue  # type: ignore[attr-defined]
        try:
            while True:
                try:
                    yield queue.queue_read(self._sock)
                    self._take()
                except Exception as exc:  # MemoryError, or the client has left, or the network
                    try:
                        queue.remove(self._task)
                        self.recover(exc)
                    except Exception:  # no memory even for that, or still no network
                        pass
                    yield from asyncio.sleep_ms(100)  # type: ignore[attr-defined]
        finally:
            self._sock.close()

    def _take(self) -> None:
        sock, address = self._sock.accept()
        try:
            sock.setblocking(False)
            stream = self._ssl.wrap_socket(sock, server_side=True, do_handshake_on_connect=False) if self._ssl else sock
            stream = SocketStream(stream, address)
            asyncio.create_task(self._serve(stream, stream))  # noqa: RUF006 - the event loop holds it
        except BaseException:
            sock.close()
            raise
