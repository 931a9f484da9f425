# Knows how messages are carried to the subscribers of this process, and how the last ones are kept. Must not know what
# waits for whom.
import asyncio
import binascii
import os
from collections import OrderedDict, deque

from ..core.compat import SMALL
from .messages import JSON, Message
from .subscription import CROWDED, FULL

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from .subscription import Subscription


class _Channel:
    def __init__(self, history: int, floor: int) -> None:
        self.kept: 'deque[Message]' = deque((), history)  # noqa: RUF037 - UPY: it takes both, and neither by name
        self.floor = floor  # the number of the last message that is not kept, or a larger one before those that are
        self.subscriptions: 'list[Subscription]' = []


class MemoryBackend:
    """Carries messages within this process.

    :param max_channels: of how many channels messages are kept, 10,000 (MicroPython: 16). Beyond that the channel is forgotten
                         that was not used for longest, unless somebody is subscribed.

    A subscriber with the policy `'wait'` holds up who publishes to its channels, but not the other subscribers.
    """

    history = 0
    shared = False

    def __init__(self, max_channels: int = 16 if SMALL else 10_000) -> None:
        self.max_channels = max_channels
        self._channels: 'OrderedDict[str, _Channel]' = OrderedDict()  # the one used last is the last
        # Messages have one count over all channels, and ids that those of another process are not taken for.
        self._epoch = binascii.hexlify(os.urandom(4)).decode()
        self._number = 0
        self._forgotten = 0  # the number of the last message that a forgotten channel may have had
        self._places: 'dict[str, list[str]]' = {}

    async def publish(self, name: str, kind: str, payload: 'str | bytes') -> str:
        """Give a message to the subscribers of a channel; see `Backend`."""
        channel = self._open(name) if self.history or name in self._channels else None
        self._number += 1
        message = Message(name, self._id(self._number), self._number, kind, payload)
        if channel is None:
            self._forgotten = self._number
            return message.id
        if not self.history:
            channel.floor = self._number
        else:
            if len(channel.kept) == self.history:
                channel.floor = channel.kept.popleft().order
            channel.kept.append(message)
        crowded = False
        full = []
        for subscription in list(channel.subscriptions):
            state = subscription.deliver(message)
            if state == FULL:
                full.append(subscription)
            elif state == CROWDED:
                crowded = True
        if crowded:
            await asyncio.sleep(0)
        for subscription in full:
            await subscription.has_room()
        return message.id

    async def subscribe(self, subscription: 'Subscription') -> None:
        """Give a subscription what it has missed, and what comes; see `Backend`."""
        ids = {}
        messages = []
        resumed = bool(subscription.after)
        for name, after in zip(subscription.names, subscription.positions()):
            channel = self._open(name)
            channel.subscriptions.append(subscription)
            number = self._number
            if subscription.after is not None:
                number = self._find(after)
                if number < channel.floor:
                    resumed = False
                    number = channel.floor
                messages += [message for message in channel.kept if message.order > number]
            ids[name] = self._id(number)
        subscription.begin(ids, resumed)
        subscription.go_on(messages)

    def unsubscribe(self, subscription: 'Subscription') -> None:
        """Give a subscription no more; see `Backend`."""
        for name in subscription.names:
            channel = self._channels.get(name)
            if channel and subscription in channel.subscriptions:
                channel.subscriptions.remove(subscription)
                if not (self.history or channel.subscriptions):
                    self._forget(name)

    def overflow(self, subscription: 'Subscription', message: Message) -> int:
        """Have who publishes wait; see `Backend`."""
        subscription.put(message)
        return FULL

    async def catch_up(self, subscription: 'Subscription') -> None:
        """Do nothing: here no subscription is behind."""

    async def attend(
        self, place: str, channel: str, seconds: float, add: 'Iterable[str]' = (), remove: 'Iterable[str]' = ()
    ) -> None:
        """Change who is in a place; see `Backend`."""
        from .entries import changes

        was = self._places.get(place, [])
        now = [entry for entry in was if entry not in remove]
        now += [entry for entry in add if entry not in now]
        if now:
            self._places[place] = now
        else:
            self._places.pop(place, None)
        for payload in changes(was, now):
            await self.publish(channel, JSON, payload)

    async def entries(self, place: str) -> 'list[str]':
        """Return who is in a place; see `Backend`."""
        return self._places.get(place, [])

    async def close(self) -> None:
        """End all subscriptions."""
        for channel in list(self._channels.values()):
            for subscription in list(channel.subscriptions):
                subscription.close()

    def _id(self, number: int) -> str:
        return '%s-%d' % (self._epoch, number)

    def _find(self, message_id: str) -> int:
        # Returns the number of a message, -1 if it is none of this process.
        epoch, _, number = message_id.partition('-')
        try:
            found = int(number)
        except ValueError:
            return -1
        return found if epoch == self._epoch and found <= self._number else -1

    def _open(self, name: str) -> _Channel:
        channel = self._channels.pop(name, None)
        if channel is None:
            if len(self._channels) >= self.max_channels:
                for other, one in self._channels.items():
                    if not one.subscriptions:
                        self._forget(other)
                        break
            # Nothing that is published to it is older than what was forgotten.
            channel = _Channel(self.history, self._forgotten)
        self._channels[name] = channel
        return channel

    def _forget(self, name: str) -> None:
        del self._channels[name]
        self._forgotten = self._number
