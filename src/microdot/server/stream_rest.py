# Knows how a connection over streams is flushed, interrupted and ended. Must not know HTTP.
import asyncio

from .connection_rest import ConnectionRest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ..core.errors import HTTPException


class StreamRest(ConnectionRest):
    """The methods of `StreamConnection` that a plain request does not need."""

    if TYPE_CHECKING:
        task: Any
        _writer: Any
        _closing: bool
        _unsent: int
        _interruption: 'Exception | None'

    def flush_soon(self) -> None:
        """Have what is queued written as soon as the task suspends."""
        asyncio.create_task(self._flush_soon())  # noqa: RUF006 - the event loop holds a task that is about to run

    async def _flush_soon(self) -> None:
        try:
            self.flush()
        except OSError:  # the next drain meets it
            pass

    def unsent_size(self) -> int:
        """Return how many bytes the writer holds, 0 where it does not tell."""
        transport = getattr(self._writer, 'transport', None)
        return transport.get_write_buffer_size() if transport else 0

    def progressed(self) -> bool:
        """Tell whether the client has read anything since this was last asked."""
        unsent, self._unsent = self._unsent, self.unsent_size()
        return self._unsent < unsent

    def interrupt(self, exc: 'HTTPException') -> None:
        """Let the read that somebody waits for raise an exception."""
        self._interruption = exc
        self.task.cancel()

    def linger(self) -> None:
        """Read on until the client closes."""
        self._closing = True
        if hasattr(self._writer, 'can_write_eof') and self._writer.can_write_eof():
            self._writer.write_eof()

    def abort(self) -> None:
        """Close the connection at once."""
        self.disconnected = True
        self.close()

    def is_closing(self) -> bool:
        """Tell whether the connection is being closed."""
        return self._closing

    def get_extra_info(self, name: str, default: 'Any' = None) -> 'Any':
        """Return what the transport tells of itself, as asyncio's streams do."""
        try:
            return self._writer.get_extra_info(name)
        except KeyError:  # UPY: it knows the peer's name only
            return default
