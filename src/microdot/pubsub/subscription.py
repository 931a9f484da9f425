# Knows how messages wait for one subscriber, and what becomes of them when it is slow. Must not know what carries them.
import asyncio

from ..core.compat import future_maker

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from typing_extensions import Self

    from . import Backend
    from .messages import Message

DROP_OLDEST, CLOSE, WAIT = POLICIES = ('drop_oldest', 'close', 'wait')

# What `deliver` says to who publishes: nothing, let the subscribers run, or wait for this one.
GOOD, CROWDED, FULL = 0, 1, 2


class Subscription:
    """The messages of channels for one subscriber; `Channels.subscribe` makes it, and `async for` gives each `Message`.

    Attributes: `names` of the channels; `resumed`, whether the message after which it was to begin was found, so that none is
    missing and none comes twice; `dropped`, how many messages at least were dropped because the subscriber was slow, or were
    not kept until it was there; `overflowed`, whether the policy `'close'` has ended it; and `closed`.
    """

    resumed = False
    dropped = 0
    overflowed = False
    closed = False
    behind = False  # whether what comes next has to be asked of the backend

    _begun = False
    _waiter: 'Any' = None  # wakes who waits for a message
    _room: 'asyncio.Event | None' = None  # wakes who waits for room in the queue

    def __init__(self, backend: 'Backend', names: 'Sequence[str]', after: 'str | None', policy: str, limit: int) -> None:
        self.names = names
        self.after = after
        self.policy = policy
        self.max_queue_length = limit
        self._backend = backend
        self._queue: 'list[Message]' = []
        self._replay: 'list[Message]' = []  # what comes before that, the last first
        self._ids: 'dict[str, str]' = {}  # of the last message of each channel that the subscriber got

    @property
    def last_id(self) -> str:
        """What to give as `after` to a subscription to the same names that goes on behind the last message that was taken."""
        return ','.join([self._ids.get(name, '') for name in self.names])

    async def __aenter__(self) -> 'Self':
        if self._begun:
            raise RuntimeError('a subscription begins once')
        self._begun = True
        self._future = future_maker()
        try:
            await self._backend.subscribe(self)
        except BaseException:  # a cancellation, too
            self.close()
            raise
        return self

    async def __aexit__(self, *exc: object) -> None:
        self._queue.clear()
        self._replay.clear()
        self.close()

    def __aiter__(self) -> 'Self':
        if not self._begun:
            raise RuntimeError('a subscription begins with async with')
        return self

    async def __anext__(self) -> 'Message':
        while not (self._replay or self._queue):
            if self.closed:
                raise StopAsyncIteration
            if self._waiter is not None:
                raise RuntimeError('another task takes messages of this subscription')
            self._waiter = waiter = self._future()
            try:
                if self.behind:
                    await self._backend.catch_up(self)
                else:
                    await waiter
            finally:
                self._waiter = None
        if self._replay:
            message = self._replay.pop()
        else:
            message = self._queue.pop(0)
            if self._room and len(self._queue) <= self.max_queue_length:
                self._room.set()
                self._room = None
        self._ids[message.channel] = message.id
        return message

    def close(self) -> None:
        """End the subscription. Messages that wait can still be taken."""
        if not self.closed:
            self.closed = True
            self._backend.unsubscribe(self)
            self._wake()
            if self._room:
                self._room.set()

    # What a backend calls.

    def positions(self) -> 'list[str]':
        """Return for each name the id after which to begin, `''` for the beginning, of an `after` that is not None."""
        ids = (self.after or '').split(',')
        return ids if len(ids) == len(self.names) else [''] * len(self.names)

    def begin(self, ids: 'dict[str, str]', resumed: bool) -> None:
        """Note where the subscription begins.

        :param ids: for each name what to begin after.
        :param resumed: whether that is what was asked for.
        """
        self._ids = ids
        self.resumed = resumed

    def go_on(self, messages: 'list[Message]') -> None:
        """Put messages before those that wait; `messages` is the caller's no more."""
        if len(self.names) > 1:
            messages.sort(key=lambda message: message.order)
        messages.reverse()
        self._replay = messages

    def deliver(self, message: 'Message') -> int:
        """Take a message; returns GOOD, CROWDED if the subscriber should run before there are more, or FULL to wait for room."""
        waiting = len(self._queue) + 1
        if waiting > self.max_queue_length:
            return self._overflow(message)
        self.put(message)
        # Once on the way up, so that who never takes anything costs nobody a turn.
        return CROWDED if waiting == self.max_queue_length or waiting * 2 == self.max_queue_length else GOOD

    def put(self, message: 'Message') -> None:
        """Take a message, whether there is room or not."""
        self._queue.append(message)
        self._wake()

    async def has_room(self) -> None:
        """Wait until no more messages wait than may."""
        while len(self._queue) > self.max_queue_length and not self.closed:
            if self._room is None:
                self._room = asyncio.Event()
            await self._room.wait()

    def _overflow(self, message: 'Message') -> int:
        if self.policy == WAIT:
            return self._backend.overflow(self, message)
        if self.policy == CLOSE:
            self.overflowed = True
            self.close()
        else:
            self._queue.pop(0)
            self.dropped += 1
            self._queue.append(message)
        return GOOD

    def _wake(self) -> None:
        waiter = self._waiter
        if waiter is not None and not waiter.done():
            waiter.set_result(None)
