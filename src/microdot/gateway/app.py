# Knows how an application that the server of another project calls is run by itself, and how it stops that server.
# Must not know how a server calls it.
import os
import signal

from .. import Microdot

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class GatewayMicrodot(Microdot):
    """An application that the server of another project calls.

    Attributes: `embedded_server`, whether the server of `run` serves it now.
    """

    embedded_server = False

    def run(self, host: str = '0.0.0.0', port: int = 5000, debug: bool = False, *args: 'Any', **options: 'Any') -> None:
        """Serve this application with the server of Microdot; see `microdot.Microdot.run`."""
        self.embedded_server = True
        try:
            super().run(host, port, debug, *args, **options)
        finally:
            self.embedded_server = False

    def shutdown(self) -> None:
        """Stop the server: the one of `run`, or else the first process of this process group, by SIGTERM."""
        if self.embedded_server:
            super().shutdown()
        else:
            os.kill(os.getpgrp() if hasattr(os, 'getpgrp') else os.getpid(), signal.SIGTERM)
