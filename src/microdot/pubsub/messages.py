# Knows what a message is, and how its data travels. Must not know who publishes it, or who gets it.
import json

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

TEXT, BYTES, JSON = 't', 'b', 'j'  # how a payload is to be read


class Message:
    """A message of a channel.

    Attributes: `channel`, the name; `id`, a text that no other message of the channel has; and `payload`, what travels: `str`,
    also for JSON, or `bytes`.
    """

    event: 'bytes | None' = None  # as a server-sent event, once somebody has sent it as one

    def __init__(self, channel: str, message_id: str, order: 'Any', kind: str, payload: 'str | bytes') -> None:
        self.channel = channel
        self.id = message_id
        self.order = order  # later messages of the channel have a larger one
        self.kind = kind
        self.payload = payload

    @property
    def data(self) -> 'Any':
        """What was published. A `dict` or `list` is made anew each time, so that nobody changes somebody else's."""
        return json.loads(self.payload) if self.kind == JSON else self.payload


def encode(data: 'Any') -> 'tuple[str, str | bytes]':
    """Return the kind and the payload for data; `TypeError` for what JSON cannot hold (CPython)."""
    if isinstance(data, str):
        return TEXT, data
    if isinstance(data, (bytes, bytearray, memoryview)):
        return BYTES, bytes(data)
    return JSON, json.dumps(data)
