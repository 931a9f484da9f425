"""Knows what a server is told: its port and event loop, and how large its application is. Must not know any server."""

import asyncio
import os
import sys

HELLO = 'Hello, world!'
PIECE = b'p' * 16 * 1024  # of the stream
PIECES = 64               # so many of them
LARGEST = 2**40           # bytes of a body
FILE = os.environ.get('BENCH_FILE', '')
ROUTES = int(os.environ.get('BENCH_ROUTES', '0'))   # beside those that are asked for
ROUTE_KIND = os.environ.get('BENCH_ROUTE_KIND', 'static')
HOOKS = int(os.environ.get('BENCH_HOOKS', '0'))     # before and after each request


def port() -> int:
    """Return the port to listen on, the first argument."""
    return int(sys.argv[1])


def set_loop() -> None:
    """Have asyncio use the event loop that the second argument names."""
    if sys.argv[2] == 'uvloop':
        import uvloop

        asyncio.set_event_loop_policy(uvloop.EventLoopPolicy())


class Ticker:
    """Tells many at once that something has happened.

    Attributes: `number`, how often it has.
    """

    def __init__(self) -> None:
        self.number = 0
        self._event = asyncio.Event()

    def tick(self) -> None:
        """Tell all who wait."""
        self.number += 1
        self._event.set()
        self._event = asyncio.Event()

    async def after(self, number: int) -> int:
        """Wait until there were more ticks than that, and return their number."""
        if number == self.number:
            await self._event.wait()
        return self.number
