# Knows how a listener on MicroPython ends, and listens again where the network was gone. Must not know HTTP.
import errno

from ..core.compat import WARNING, log

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

# What a socket says that will accept no more clients; the last is ENETDOWN, which MicroPython has no name for.
_DEAD = errno.EBADF, errno.EINVAL, errno.ENODEV, errno.ENOTCONN, 100


class ListenerRest:
    """The methods of `Listener` that are not needed to accept clients."""

    if TYPE_CHECKING:
        _sock: Any
        _task: Any

        def open(self) -> None: ...

    def close(self) -> None:
        """Accept no more clients."""
        self._task.cancel()

    def recover(self, exc: Exception) -> None:
        """Do what lets clients be accepted again; raises `OSError` while there is no network to listen on."""
        if isinstance(exc, OSError) and exc.errno in _DEAD:
            self._sock.close()
            self.open()
            log(WARNING, 'Listening again after %r', exc)
        else:
            log(WARNING, 'A client was not accepted: %r', exc)


Rest = ListenerRest  # the name by which `Late` finds it
