# Knows what the payload of a WebSocket's frame says: masks, texts, and what is wrong with it (RFC 6455). Must not know heads.
from ..core.compat import SMALL

CONT, TEXT, BINARY, CLOSE, PING, PONG = 0, 1, 2, 8, 9, 10  # opcodes
PROTOCOL_ERROR, NOT_TEXT, TOO_LONG = 1002, 1007, 1009  # codes of closing (section 7.4.1)

CONTROL_LENGTH = 125  # the longest payload of a control frame, and of a frame with a short head


class FrameError(Exception):
    """The peer does not keep to the protocol.

    :param code: the code with which the connection is to be closed.
    :param reason: what is wrong.
    """

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code


_MOST_MULTIPLIED = 2048  # bytes
_ones: 'dict[int, int]' = {}  # PERF: numbers of so many words, each 1, that a key is multiplied by: 0.4 us less for 1000 bytes


def unmask(payload: 'bytes | bytearray', key: bytes) -> bytes:
    """Mask or unmask a payload (section 5.3)."""
    # PERF: one exclusive-or of integers: 2 us for 1000 bytes, byte by byte 80; on MicroPython a ninth of that time.
    length = len(payload)
    if SMALL or length > _MOST_MULTIPLIED:
        mask = key * (length // 4 + 1)
        return (int.from_bytes(payload, 'little') ^ int.from_bytes(mask[:length], 'little')).to_bytes(length, 'little')
    words = (length + 3) // 4
    ones = _ones.get(words)
    if ones is None:
        ones = _ones[words] = int.from_bytes(b'\1\0\0\0' * words, 'little')
    number = int.from_bytes(payload, 'little') ^ int.from_bytes(key, 'little') * ones
    return number.to_bytes(words * 4, 'little')[:length]


def text_of(payload: bytes) -> str:
    """Decode a text; `FrameError` if it is not UTF-8 (section 8.1)."""
    try:
        text = payload.decode()
        if SMALL and len(text) < len(payload):  # UPY: decode takes what is not UTF-8, too
            from ..core.compat import decode_utf8

            decode_utf8(payload, 'strict', True)
    except UnicodeError:
        raise FrameError(NOT_TEXT, 'a text is not UTF-8') from None
    return text
