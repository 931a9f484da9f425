# Knows who is in a place, and tells who comes and goes. Must not know what carries that, or how clients are told.
import asyncio
import binascii
import json
import os

from ..core.compat import shield
from .entries import members_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from . import Channels
    from .subscription import Subscription

_BEATS = 3  # how often an entry is renewed in the time after which it ends


class Presence:
    """Who is in a place, over all processes that share the channels.

    :param channels: the `Channels` that tell who comes and goes.
    :param name: the name of the place.
    :param timeout: seconds after which those are gone whose process has ended without a word, 30.

    A member is whatever JSON can hold: a name, or a dictionary. One who is there several times, in two windows, comes with the
    first and leaves with the last. Where a process has ended without a word, another tells that its members have left: one that
    has somebody in the place, or a subscription to it, or asks who is there.

    Example::

        presence = Presence(channels, 'lobby')

        @app.route('/lobby')
        @with_websocket
        async def lobby(request, ws):
            async with presence.enter('Emma'):
                await ws.send(json.dumps(await presence.members()))
                ...
    """

    def __init__(self, channels: 'Channels', name: str, timeout: float = 30) -> None:
        self.name = name
        self.timeout = timeout
        self._channels = channels
        self._channel = 'presence:' + name
        self._entries: 'list[str]' = []  # of this process, '' for those who only look
        self._task: 'asyncio.Task[None] | None' = None
        self._leaving: 'set[asyncio.Task[None]]' = set()

    def enter(self, member: 'Any' = None) -> '_Attendance':
        """Return what makes a member be there for an `async with` statement; nobody for None, who only hears of the others."""
        return _Attendance(self, '' if member is None else '%s %s' % (
            binascii.hexlify(os.urandom(8)).decode(), json.dumps(member)))

    async def members(self) -> 'list[Any]':
        """Return who is there, each once.

        Raises `ConnectionError` if the server that knows it is not there.
        """
        await self._change()
        return [json.loads(text) for text in members_of(await self._channels.backend.entries(self.name))]

    def subscribe(self, **options: 'Any') -> 'Subscription':
        """Return a subscription to what happens: the data of a message is `{'join': member}` or `{'leave': member}`.

        :param options: as for `Channels.subscribe`.
        """
        subscription = self._channels.subscribe(self._channel, **options)
        if self._channels.backend.shared:
            from .watching import watch

            watch(subscription, self)
        return subscription

    async def _change(self, add: 'tuple[str, ...]' = (), remove: 'tuple[str, ...]' = ()) -> None:
        await self._channels.backend.attend(self.name, self._channel, self.timeout, add, remove)

    async def _come(self, entry: str) -> None:
        self._entries.append(entry)
        try:
            await self._change((entry,) if entry else ())
        except BaseException:  # a cancellation, too
            self._go(entry)
            raise
        self._watch()

    def _watch(self) -> None:
        # Has this process renew its entries, and tell of those that have ended, while it has any.
        if not self._entries:
            if self._task:
                self._task.cancel()
                self._task = None
        elif self._channels.backend.shared and self._task is None:
            self._task = asyncio.create_task(self._renew())

    def _go(self, entry: str) -> 'asyncio.Task[None]':
        # In a task of its own, which is not cancelled with the handler.
        self._entries.remove(entry)
        self._watch()
        task = asyncio.create_task(self._leave(entry))
        self._leaving.add(task)
        return task

    async def _leave(self, entry: str) -> None:
        try:
            if entry:
                await self._change((), (entry,))
        except OSError:  # its time will end
            pass
        finally:
            self._leaving.discard(asyncio.current_task())

    async def _renew(self) -> None:
        while True:
            await asyncio.sleep(self.timeout / _BEATS)
            try:
                await self._change(tuple([entry for entry in self._entries if entry]))
            except OSError:  # the log says so
                pass


class _Attendance:
    def __init__(self, presence: Presence, entry: str) -> None:
        self._presence = presence
        self._entry = entry

    async def __aenter__(self) -> None:
        await self._presence._come(self._entry)

    async def __aexit__(self, *exc: object) -> None:
        await shield(self._presence._go(self._entry))
