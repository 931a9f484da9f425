# Knows how messages are carried by Redis, each channel as a stream, and who is in a place, as a sorted set.
# Must not know how a connection is kept, or how streams are read.
import asyncio
import os
import weakref

from .messages import Message
from .redis_attendance import ATTEND
from .redis_link import Link, Writer
from .redis_reader import COUNT, ZERO, Cursor, Reader, order_of, read_entries, text_of
from .subscription import GOOD

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

    from redis.asyncio import Redis

    from .subscription import Subscription


class RedisBackend:
    """Carries messages between all processes that use the same Redis or Valkey server, version 5 or newer (CPython).

    :param server: the URL of the server, such as `'redis://localhost:6379/0'`, or a client of `redis.asyncio`.
    :param prefix: what the keys begin with.
    :param when_down: what publishing does while the server is not there: `'raise'` raises `ConnectionError`, `'wait'` waits.
    :param max_length: how many messages of each channel the server keeps at least, 10,000, or the history if that is more: for
                       subscribers that are slow, and for processes that are busy.

    Raises `ImportError` without the package `redis`, and `ValueError` for another `when_down`.

    A process has one connection that reads, and one for all else, whatever the number of channels and subscribers. While the
    server is not there subscriptions stay, and new ones wait; the log says so once, and once that it is back. What the server
    still has goes on without a gap or a repeat.

    Example::

        channels = Channels(RedisBackend('redis://localhost'), history=100)
        app.on_shutdown(channels.close)
    """

    history = 0
    shared = True

    def __init__(
        self, server: 'str | Redis', prefix: str = 'microdot:', when_down: str = 'raise', max_length: int = 10_000
    ) -> None:
        try:
            import redis.asyncio as package
            from redis.asyncio.retry import Retry
            from redis.backoff import NoBackoff
        except ImportError as exc:
            raise ImportError("channels in Redis need its package: pip install 'microdot[redis]'") from exc
        if when_down not in ('raise', 'wait'):
            raise ValueError("when_down is 'raise' or 'wait'")
        self.prefix = prefix
        self.when_down = when_down
        self.max_length = max_length
        # A command that is sent again by the package would publish twice.
        self._pool: 'Any' = server.connection_pool if not isinstance(server, str) else package.ConnectionPool.from_url(
            server, protocol=2, retry=Retry(NoBackoff(), 0), socket_timeout=None)
        # Connections belong to the event loop in which they were made.
        self._hubs: 'weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, _Hub]' = weakref.WeakKeyDictionary()

    async def publish(self, name: str, kind: str, payload: 'str | bytes') -> str:
        """Add a message to the stream of a channel; see `Backend`."""
        writer = self._hub().writer
        key = self._key(name)
        tag = writer.next_tag()
        octets = payload.encode() if isinstance(payload, str) else payload
        command = 'XADD', key, 'MAXLEN', '~', self._length(), '*', kind, octets, 'p', tag
        return text_of(await writer.call(command, patient=self.when_down == 'wait', key=key, tag=tag))

    async def subscribe(self, subscription: 'Subscription') -> None:
        """Find where a subscription begins; see `Backend`."""
        hub = self._hub()
        cursors = [Cursor(subscription, hub.reader.open(name, self._key(name)), hub.reader.epoch)
                   for name in subscription.names]
        hub.cursors[subscription] = cursors
        subscription.behind = True
        begins = await asyncio.gather(*[
            self._begin(hub, cursor, after) for cursor, after in zip(cursors, subscription.positions())])
        subscription.begin(
            {cursor.channel.name: after for cursor, (after, _, _) in zip(cursors, begins)},
            bool(subscription.after) and all(found for _, found, _ in begins))
        subscription.go_on([message for _, _, messages in begins for message in messages if message.kind])

    async def _begin(self, hub: '_Hub', cursor: Cursor, after: str) -> 'tuple[str, bool, list[Message]]':
        # Returns after which id a channel begins, whether that was found, and what is kept if not.
        key = cursor.channel.key
        order = order_of(after)
        if order and await hub.writer.call(('XRANGE', key, '%d-%d' % order, '%d-%d' % order), patient=True):
            cursor.seen = order
            return after, True, []
        wanted = self.history if cursor.subscription.after is not None else 0
        reply = await hub.writer.call(('XREVRANGE', key, '+', '-', 'COUNT', wanted or 1), patient=True)
        messages = read_entries(cursor.channel.name, reply[::-1])
        cursor.seen = messages[-1].order if messages else ZERO
        if wanted and messages:
            return '', False, messages
        return '%d-%d' % cursor.seen, False, []

    def unsubscribe(self, subscription: 'Subscription') -> None:
        """Give a subscription no more; see `Backend`."""
        hub = self._hub()
        for cursor in hub.cursors.pop(subscription, ()):
            hub.reader.close(cursor)

    def overflow(self, subscription: 'Subscription', message: Message) -> int:
        """Let messages of a subscription wait in their streams; see `Backend`."""
        # From now on its messages wait in the streams.
        subscription.behind = True
        for cursor in self._hub().cursors[subscription]:
            cursor.fall_behind()
        return GOOD

    async def catch_up(self, subscription: 'Subscription') -> None:
        """Read what a subscription has missed; see `Backend`."""
        hub = self._hub()
        cursors = hub.cursors[subscription]
        count = subscription.max_queue_length
        for cursor in cursors:
            cursor.join()
        done = False
        try:
            replies = await asyncio.gather(*[
                hub.writer.call(('XRANGE', cursor.channel.key, '%d-%d' % cursor.seen, '+', 'COUNT', count + 1), patient=True)
                for cursor in cursors])
            messages: 'list[Message]' = []
            done = True
            for cursor, reply in zip(cursors, replies):
                found = read_entries(cursor.channel.name, reply)
                if cursor.seen != ZERO:
                    if found and found[0].order == cursor.seen:
                        found.pop(0)
                    else:
                        subscription.dropped += 1
                        if cursor.is_of_lost_data(hub.reader.epoch):
                            cursor.seen = ZERO
                            done = False
                            continue
                done = done and len(reply) <= count
                messages += cursor.advance(found[:count])
            if done:
                for cursor in cursors:
                    messages += cursor.go_live()
                    hub.reader.start(cursor.channel, cursor.seen)
                subscription.behind = False
            subscription.go_on([message for message in messages if message.kind])
        except ConnectionError:
            if not subscription.closed:  # by the backend
                raise
        finally:
            if not done:
                for cursor in cursors:
                    cursor.leave()

    async def attend(
        self, place: str, channel: str, seconds: float, add: 'Iterable[str]' = (), remove: 'Iterable[str]' = ()
    ) -> None:
        """Change who is in a place by a script; see `Backend`."""
        added = list(add)
        await self._hub().writer.call((
            'EVAL', ATTEND, 3, self._place(place), self.prefix + 'members:' + place, self._key(channel),
            seconds, self._length(), len(added), *added, *remove))

    async def entries(self, place: str) -> 'list[str]':
        """Return who is in a place; see `Backend`."""
        return [text_of(entry) for entry in await self._hub().writer.call(('ZRANGE', self._place(place), 0, -1))]

    async def close(self) -> None:
        """End the subscriptions of the running event loop, and close its connections, but not those of a client that was given."""
        loop = asyncio.get_running_loop()
        hub = self._hubs.get(loop)
        if hub:
            for subscription in list(hub.cursors):
                subscription.close()
            del self._hubs[loop]
            await hub.reader.end()
            await hub.writer.end()

    def _length(self) -> int:
        return max(self.max_length, self.history, COUNT)

    def _place(self, name: str) -> str:
        return self.prefix + 'presence:' + name

    def _key(self, name: str) -> bytes:
        return (self.prefix + 'channel:' + name).encode()

    def _hub(self) -> '_Hub':
        loop = asyncio.get_running_loop()
        hub = self._hubs.get(loop)
        if hub is None:
            hub = self._hubs[loop] = _Hub(self._pool.make_connection, self.prefix)
        return hub


class _Hub:
    """What the backend has open in one event loop."""

    def __init__(self, make_connection: 'Callable[[], Any]', prefix: str) -> None:
        token = os.urandom(8).hex()
        link = Link(make_connection)
        self.writer = Writer(link, token)
        self.reader = Reader(link, self.writer, prefix + 'wake:' + token, prefix + 'epoch')
        self.cursors: 'dict[Subscription, list[Cursor]]' = {}
