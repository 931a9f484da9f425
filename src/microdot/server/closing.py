# Knows how connections make room for others, and how a server ends. Must not know how bytes are moved.
import asyncio

from ..core.compat import SMALL, WARNING, log
from .exchange import IDLE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Coroutine
    from typing import Any

    from .base import Server


def make_room(server: 'Server') -> bool:
    """Close the connections that have been idle for longest, and tell whether there were any."""
    idle = [connection for connection in server.connections if connection.phase == IDLE]
    idle.sort(key=lambda connection: connection.deadline)
    # A hundredth of them at once, so that a flood does not sort all of them for each.
    for connection in idle[:1 + server.max_connections // 100]:
        connection.close()
    return bool(idle)


async def run_beside(server: 'Server', coroutine: 'Coroutine[Any, Any, None]') -> None:
    """Run a coroutine for whose end the server waits."""
    try:
        await coroutine
    finally:
        server.background.discard(coroutine)
        server.gone.set()


async def end(server: 'Server') -> None:
    """Wait for what is under way, end what takes too long, and run the shutdown handlers."""
    try:
        await _drain(server)
    finally:
        server.abort_clients()
        server.sweeper.cancel()
        if SMALL:  # UPY: the port is free once the listener's task has ended
            await server.listener.wait_closed()
    await server.app.run_shutdown_handlers()


async def _drain(server: 'Server') -> None:
    try:
        await asyncio.wait_for(_quiet(server), server.drain_timeout)
    except asyncio.TimeoutError:
        for connection in server.connections:
            if connection.request:
                log(WARNING, 'Still running at shutdown: %s %s', connection.request.method, connection.request.path)
        server.abort_clients()
        try:
            await asyncio.wait_for(_quiet(server), server.tick)
        except asyncio.TimeoutError:
            log(WARNING, 'Something does not end after it was cancelled')


async def _quiet(server: 'Server') -> None:
    while server.connections or server.background:
        server.gone.clear()
        await server.gone.wait()
