"""Publish and subscribe: handlers talk to each other, in one process or, through Redis, in many."""

# Knows how handlers publish messages and subscribe to them. Must not know what carries them, or how clients get them.
from ..core.compat import SMALL
from .messages import Message as Message, encode
from .subscription import POLICIES, Subscription as Subscription

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any, Protocol

    from .memory import MemoryBackend as MemoryBackend
    from .presence import Presence as Presence
    from .redis_backend import RedisBackend as RedisBackend
    from .routes import attendance as attendance, broadcast as broadcast, feed as feed

    class Backend(Protocol):
        """What carries messages; see `Channels`."""

        history: int
        shared: bool  # whether other processes take part, which may end without a word

        async def publish(self, name: str, kind: str, payload: 'str | bytes') -> str:
            """Carry a message to all subscribers of a channel; returns its id."""
            ...

        async def subscribe(self, subscription: Subscription) -> None:
            """Begin to give messages to a subscription, by `Subscription.begin` and `Subscription.deliver`."""
            ...

        def unsubscribe(self, subscription: Subscription) -> None:
            """Give it no more; also if it has none."""
            ...

        async def catch_up(self, subscription: Subscription) -> None:
            """Give a subscription that is `behind` what it has missed, by `Subscription.go_on`."""
            ...

        def overflow(self, subscription: Subscription, message: Message) -> int:
            """Do for a subscription whose queue is full what the policy `'wait'` says; returns what `deliver` does."""
            ...

        async def attend(
            self, place: str, channel: str, seconds: float, add: 'Iterable[str]' = (), remove: 'Iterable[str]' = ()
        ) -> None:
            """Change the entries of a place, and publish to a channel what `changes` says of that; both happen, or neither.

            :param seconds: how long those that are added stay if they are not added again.
            """
            ...

        async def entries(self, place: str) -> 'list[str]':
            """Return the entries of a place."""
            ...

        async def close(self) -> None:
            """End all subscriptions, and close what is open."""
            ...

else:

    def __getattr__(name):
        # What not every application needs is loaded when somebody asks for it.
        room = {
            'MemoryBackend': 'memory', 'Presence': 'presence', 'RedisBackend': 'redis_backend', 'attendance': 'routes',
            'broadcast': 'routes', 'feed': 'routes',
        }.get(name)
        if room is None:
            raise AttributeError(name)
        return getattr(__import__('microdot.pubsub.' + room, None, None, (name,)), name)


__all__ = ['Channels', 'MemoryBackend', 'Message', 'Presence', 'RedisBackend', 'Subscription', 'attendance', 'broadcast', 'feed']


class Channels:
    """Channels, to which handlers publish and subscribe by name. A channel is there when somebody uses it.

    :param backend: what carries the messages: a `MemoryBackend`, which is the default and reaches the handlers of this process, or
                    a `RedisBackend`, which reaches those of all processes that use the same server.
    :param history: how many messages of each channel are kept for subscribers that come later, or come back.

    Example::

        channels = Channels(history=100)

        @app.post('/news')
        async def publish(request):
            await channels.publish('news', request.json)
            return 'told'

        @app.get('/news')
        @with_sse
        async def news(request, sse):
            async with channels.subscribe('news', after=sse.last_event_id) as messages:
                async for message in messages:
                    await sse.send(message.payload, event_id=messages.last_id)
    """

    def __init__(self, backend: 'Backend | None' = None, history: int = 0) -> None:
        if backend is None:
            from .memory import MemoryBackend

            backend = MemoryBackend()
        self.backend = backend
        self.history = backend.history = history

    async def publish(self, name: str, data: 'Any') -> str:
        """Send a message to all who are subscribed to a channel.

        :param name: the name of the channel.
        :param data: `str`, `bytes`, or what JSON can hold; each subscriber gets what was published, of its own.

        Returns the id of the message. Waits where a subscriber has asked for that; see `subscribe`. Raises `TypeError` for what
        JSON cannot hold (CPython), and `ConnectionError` if a server that carries the messages is not there, unless that was to
        be waited for.

        Messages of one publisher, which waits for each call, arrive in order; those of several may arrive in any.
        """
        _check(name)
        kind, payload = encode(data)
        return await self.backend.publish(name, kind, payload)

    def subscribe(
        self, *names: str, after: 'str | None' = None, policy: str = 'drop_oldest', max_queue_length: int = 8 if SMALL else 100,
    ) -> Subscription:
        """Return a subscription to one or more channels, for an `async with` statement, at the end of which it ends.

        :param names: the names of the channels.
        :param after: which message was the last that the subscriber had, the `last_id` of an earlier subscription to the same
                      names: those that followed come first. `''` for all that are kept; None for none. If that message is
                      not kept any more, or was never there, all that are kept come, and `resumed` is False.
        :param policy: what to do when there are too many messages that the subscriber has not taken: `'drop_oldest'` drops the
                       oldest; `'close'` ends the subscription when those are taken; `'wait'` has who publishes wait in this
                       process, and the messages wait on a server where that carries them.
        :param max_queue_length: how many messages that may be, 100 (MicroPython: 8).

        Raises `TypeError` for names that are no `str`, `ValueError` for no name, an empty one, one twice, or another policy.

        Example::

            async with channels.subscribe('kitchen', 'garden') as messages:
                async for message in messages:
                    print(message.channel, message.data)
        """
        for name in names:
            _check(name)
        if not names or len(set(names)) < len(names) or policy not in POLICIES or max_queue_length < 1:
            raise ValueError('names, each once, one of the policies %s, and room for a message' % ', '.join(POLICIES))
        return Subscription(self.backend, names, after, policy, max_queue_length)

    async def close(self) -> None:
        """End all subscriptions, and close connections of the event loop to a server; for `app.on_shutdown`."""
        await self.backend.close()


def _check(name: str) -> None:
    if not isinstance(name, str):
        raise TypeError('the name of a channel is a text')
    if not name:
        raise ValueError('the name of a channel is empty')
