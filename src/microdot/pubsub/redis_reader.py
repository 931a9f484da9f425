# Knows how the streams of all channels are read over one connection, and given to those who are subscribed. Must not know how
# messages are published.
import asyncio

from ..core.compat import WARNING, log
from .messages import BYTES, JSON, TEXT, Message
from .redis_link import ignore
from .subscription import CROWDED

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .redis_link import Link, Writer
    from .subscription import Subscription

    Order = tuple[int, int]

ZERO = 0, 0  # before all messages

_KINDS = {kind.encode(): kind for kind in (TEXT, BYTES, JSON)}  # the names of the fields that have payloads

COUNT = 100  # messages of a stream that are read at once
_LONGEST_ID = 41  # characters: two numbers of 64 bits
_BLOCK = 5  # seconds after which the server answers although there is nothing


class Channel:
    """A stream that is read, and who is subscribed.

    Attributes: `position`, the id of the last message that was given to the subscribers, None until somebody has asked for those
    that follow one.
    """

    position: 'Order | None' = None

    def __init__(self, name: str, key: bytes) -> None:
        self.name = name
        self.key = key
        self.cursors: 'set[Cursor]' = set()
        self.live: 'dict[Subscription, Cursor]' = {}
        self.joining: 'list[Cursor]' = []

    def deliver(self, message: Message) -> bool:
        """Give a message to the subscribers; returns whether they should run before there are more."""
        if not message.kind:
            self.position = message.order
            return False
        crowded = False
        for subscription in list(self.live):
            if subscription.deliver(message) == CROWDED:
                crowded = True
        if self.joining:
            for cursor in list(self.joining):
                if cursor.pending is not None:
                    cursor.pending.append(message)
                elif message.order > cursor.seen:
                    self.joining.remove(cursor)
                    self.live[cursor.subscription] = cursor
                    cursor.subscription.deliver(message)
        self.position = message.order
        return crowded

    def note_gap(self) -> None:
        """Note that messages were lost before they were read."""
        missing = [cursor for cursor in self.joining if cursor.pending is None and cursor.seen <= (self.position or ZERO)]
        for cursor in [*self.live.values(), *missing]:
            cursor.subscription.dropped += 1


class Cursor:
    """Where a subscription is in a channel.

    It is live, and given what comes; or it is behind, at the message `seen`, and asks for what follows; or between the two, when
    what comes is put beside until the answer is there.
    """

    seen: 'Order' = ZERO  # where it was when it was not live
    pending: 'list[Message] | None' = None

    def __init__(self, subscription: 'Subscription', channel: Channel, epoch: 'bytes | None') -> None:
        self.subscription = subscription
        self.channel = channel
        self._epoch = epoch
        channel.cursors.add(self)

    def leave(self) -> None:
        """Be behind."""
        channel = self.channel
        channel.live.pop(self.subscription, None)
        if self in channel.joining:
            channel.joining.remove(self)
        self.pending = None

    def fall_behind(self) -> None:
        """Be behind, at the message before that which is delivered now."""
        self.leave()
        self.seen = max(self.seen, self.channel.position or ZERO)

    def join(self) -> None:
        """Put beside what comes."""
        self.pending = []
        self.channel.joining.append(self)

    def advance(self, messages: 'list[Message]') -> 'list[Message]':
        """Note that these were given to the subscriber; returns them."""
        if messages:
            self.seen = messages[-1].order
        return messages

    def go_live(self) -> 'list[Message]':
        """Take what follows from the reader; returns what it has put beside."""
        pending, self.pending = self.pending or [], None
        return self.advance([message for message in pending if message.order > self.seen])

    def is_of_lost_data(self, epoch: 'bytes | None') -> bool:
        """Tell, once, whether the server has lost its data since this was asked last."""
        before, self._epoch = self._epoch, epoch
        return before not in (None, epoch)


class Reader:
    """Reads all channels that somebody is subscribed to.

    :param link: makes the connection.
    :param writer: adds to the stream `wake`, which is read with the others, so that new ones are noticed.
    :param wake: the key of that stream, which is this reader's own.
    :param epoch: a key that the server has for as long as its data.
    """

    epoch: 'bytes | None' = None  # the value of that key

    def __init__(self, link: 'Link', writer: 'Writer', wake: str, epoch: str) -> None:
        self._link = link
        self._writer = writer
        self._wake_key = wake
        self._epoch_key = epoch
        self._channels: 'dict[bytes, Channel]' = {}  # by key
        self._task: 'asyncio.Task[None] | None' = None
        self._wakes = 0  # how often it was woken, and so the id in the stream
        self._waits = False  # whether it waits for an answer that may be long in coming
        self._ended = False

    def open(self, name: str, key: bytes) -> Channel:
        """Return a channel, which is read from when `start` is called."""
        channel = self._channels.get(key)
        if channel is None:
            channel = self._channels[key] = Channel(name, key)
        return channel

    def close(self, cursor: Cursor) -> None:
        """Give nothing more to a subscription."""
        channel = cursor.channel
        cursor.leave()
        channel.cursors.discard(cursor)
        if not channel.cursors and self._channels.get(channel.key) is channel:
            del self._channels[channel.key]

    def start(self, channel: Channel, position: 'Order') -> None:
        """Read a channel after a position, unless it is being read."""
        if channel.position is None:
            channel.position = position
            if self._task is None:
                self._task = asyncio.create_task(self._run())
            elif self._waits:
                self._wake()

    def _wake(self) -> None:
        self._waits = False  # for long
        self._wakes += 1
        self._writer.call(
            ('XADD', self._wake_key, 'MAXLEN', 1, '%d-0' % self._wakes, 'w', ''), ('PEXPIRE', self._wake_key, 60_000),
        ).add_done_callback(ignore)  # a server that is not there has nobody waiting for it

    async def end(self) -> None:
        """Close the connection."""
        self._ended = True
        if self._task:
            self._task.cancel()
            await self._link.disconnect(self)
            await asyncio.wait([self._task])

    async def _run(self) -> None:
        while self._channels and not self._ended:
            try:
                connection = await self._link.connection(self)
                await self._verify(connection)
                self._link.works()
                while (await self._read_once(connection) or self._channels) and not self._ended:
                    pass
            except Exception as exc:
                self._waits = False
                if self._ended:
                    break
                wait = self._link.fails(self, exc)
                await self._link.disconnect(self)
                await asyncio.sleep(wait)
        self._task = None
        await self._link.disconnect(self)

    async def _read_once(self, connection: 'Any') -> bool:
        # Returns whether there was something.
        positions = [(channel.key, '%d-%d' % channel.position) for channel in self._channels.values() if channel.position]
        self._waits = True
        await self._link.send(connection, [(
            'XREAD', 'COUNT', COUNT, 'BLOCK', _BLOCK * 1000, 'STREAMS', self._wake_key, *[key for key, _ in positions],
            '%d-0' % self._wakes, *[position for _, position in positions])])
        reply = await self._link.reply(connection, _BLOCK)
        self._waits = False
        for key, entries in (reply.items() if isinstance(reply, dict) else reply or ()):
            channel = self._channels.get(key)
            if channel:
                if len(entries) >= COUNT:  # of what was trimmed before it was read, so much at least is left
                    await self._look_for_gap(connection, channel)
                await self._deliver(channel, entries)
        return bool(reply)

    async def _deliver(self, channel: Channel, entries: 'Any') -> None:
        for message in read_entries(channel.name, entries):
            if channel.position is not None and message.order > channel.position and channel.deliver(message):
                await asyncio.sleep(0)

    async def _look_for_gap(self, connection: 'Any', channel: Channel) -> None:
        position = '%d-%d' % (channel.position or ZERO)
        if channel.position != ZERO and not await self._link.ask(connection, 'XRANGE', channel.key, position, position):
            channel.note_gap()

    async def _verify(self, connection: 'Any') -> None:
        # Looks whether the server still has what was read last, after a new connection.
        ask = self._link.ask
        await ask(connection, 'SET', self._epoch_key, self._wake_key, 'NX')
        before, self.epoch = self.epoch, await ask(connection, 'GET', self._epoch_key)
        for channel in list(self._channels.values()) if before else ():
            position = channel.position
            if not position or position == ZERO:
                continue
            text = '%d-%d' % position
            if await ask(connection, 'XRANGE', channel.key, text, text):
                continue
            last = read_entries('', await ask(connection, 'XREVRANGE', channel.key, '+', '-', 'COUNT', 1))
            if before != self.epoch:
                log(WARNING, 'Redis has lost the messages of channel %r', channel.name)
                channel.position = ZERO
            else:  # what it had is not all there, at the one end or at the other
                channel.position = min(position, last[0].order if last else ZERO)
            channel.note_gap()


def order_of(message_id: str) -> 'Order | None':
    """Return what an id of a stream is compared by, None for a text that is none."""
    milliseconds, _, number = message_id.partition('-')
    if not (milliseconds.isdigit() and number.isdigit() and message_id.isascii() and len(message_id) <= _LONGEST_ID):
        return None
    order = int(milliseconds), int(number)
    return order if max(order) < 1 << 64 else None


def text_of(value: bytes) -> str:
    """Return as text what the server has sent."""
    return value.decode()


def read_entries(name: str, entries: 'Any') -> 'list[Message]':
    """Return the entries of a stream as messages; what nobody here has written has no kind."""
    messages = []
    for entry_id, fields in entries:
        kind = _KINDS.get(fields[0], '')
        payload = fields[1]
        if kind != BYTES:
            try:
                payload = payload.decode()
            except UnicodeDecodeError:
                kind = ''
        message_id = text_of(entry_id)
        messages.append(Message(name, message_id, order_of(message_id), kind, payload))
    return messages
