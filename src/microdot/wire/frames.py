# Knows the frames of WebSockets (RFC 6455 sections 5 to 8): bytes in, messages and control frames out, and back.
# Must not know sockets, requests or handlers.
from ..core.buffer import Buffer
from ..core.compat import SMALL
from .payloads import (
    BINARY as BINARY,
    CLOSE as CLOSE,
    CONT as CONT,
    CONTROL_LENGTH as CONTROL_LENGTH,
    PING as PING,
    PONG as PONG,
    TEXT as TEXT,
    FrameError as FrameError,
    text_of,
    unmask as unmask,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any
if TYPE_CHECKING or not SMALL:
    from .fragments import FrameRest
else:
    from ..core.compat import Late as FrameRest


class FrameReader(FrameRest, Buffer):
    """Reads messages and control frames from bytes, which `feed` takes.

    :param max_length: bytes of a message, its fragments summed and inflated; 0 for any number.
    :param masked: whether frames have to be masked, as those of clients are, or must not be.
    """

    rest = 'wire.fragments'
    extension: 'Any' = None  # of section 9, which inflates messages

    _opcode = 0  # of the message that has begun
    _left = -1  # bytes of its frame that have not come; -1 between frames
    _tail = b''  # the beginning of a character of a text
    _inflate: 'Any' = None

    def __init__(self, max_length: int, masked: bool = True) -> None:
        self.max_length = max_length
        self._limit = max_length or CONTROL_LENGTH
        self.masked = masked
        self._message = bytearray()
        self._key = b''
        self._final = False

    def next(self) -> 'tuple[int, Any] | None':
        """Take the next message or control frame, None while it is incomplete.

        Returns its opcode, and what it says: `str` for TEXT, `bytes` for BINARY, PING and PONG, and for CLOSE the code,
        `NO_CODE` without one, and the reason.

        Raises `FrameError`, after which nothing more can be read.
        """
        buffer = self.buffer
        start = self.position
        if not self._opcode and self.masked and len(buffer) >= start + 6:
            # PERF: 1 us less for most messages: a whole frame that has come, its length not the rare one of eight bytes.
            first = buffer[start]
            length = buffer[start + 1] - 128
            begin = start + 6
            if length == 126 and len(buffer) > begin:
                length = buffer[start + 2] << 8 | buffer[start + 3]
                begin = start + 8 if length > CONTROL_LENGTH else len(buffer) + 1
            end = begin + length
            if 0x81 <= first <= 0x82 and 0 <= length != 127 and end <= len(buffer) and length <= self._limit:
                key = bytes(buffer[begin - 4:begin])
                payload = buffer[begin:end]
                self._skip(end)
                payload = unmask(payload, key)
                return first - 0x80, text_of(payload) if first == 0x81 else payload
        return self._next()

    def _skip(self, end: int) -> None:
        if end == len(self.buffer):
            self.buffer = b''
            self.position = 0
        else:
            self.position = end


def frame(opcode: int, payload: bytes, key: bytes = b'', reserved: int = 0) -> bytes:
    """Write a frame that is a whole message, or a control frame.

    :param key: four bytes to mask it with, as clients have to.
    :param reserved: what an extension sets of the first byte.
    """
    length = len(payload)
    first = 0x80 | opcode | reserved
    second = 128 if key else 0
    if length <= CONTROL_LENGTH:
        head = bytes((first, second | length))
    elif length < 65536:
        head = bytes((first, second | 126, length >> 8, length & 255))
    else:
        head = bytes((first, second | 127)) + length.to_bytes(8, 'big')
    return head + key + unmask(payload, key) if key else head + payload
