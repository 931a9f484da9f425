# Knows the frames of WebSockets (RFC 6455 sections 5 to 8): bytes in, messages and control frames out, and back.
# Must not know sockets, requests or handlers.
from ..core.buffer import Buffer
from ..core.compat import SMALL

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

CONT, TEXT, BINARY, CLOSE, PING, PONG = 0, 1, 2, 8, 9, 10  # opcodes

# Codes of closing (section 7.4.1).
NORMAL, GOING_AWAY, PROTOCOL_ERROR, NO_CODE, ABNORMAL, NOT_TEXT = 1000, 1001, 1002, 1005, 1006, 1007
TOO_LONG, SERVER_ERROR = 1009, 1011

CONTROL_LENGTH = 125  # the longest payload of a control frame, and of a frame with a short head


class FrameError(Exception):
    """The peer does not keep to the protocol.

    :param code: the code with which the connection is to be closed.
    :param reason: what is wrong.
    """

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code


class FrameReader(Buffer):
    """Reads messages and control frames from bytes, which `feed` takes.

    :param max_length: bytes of a message, its fragments summed and inflated; 0 for any number.
    :param masked: whether frames have to be masked, as those of clients are, or must not be.
    """

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
            # PERF: 1 us less for most messages: short, and a whole frame that has come.
            first = buffer[start]
            length = buffer[start + 1] - 128
            end = start + 6 + length
            if 0x81 <= first <= 0x82 and 0 <= length <= CONTROL_LENGTH and end <= len(buffer) and length <= self._limit:
                key = bytes(buffer[start + 2:start + 6])
                payload = buffer[start + 6:end]
                self._skip(end)
                payload = unmask(payload, key)
                return first - 0x80, _text(payload) if first == 0x81 else payload
        return self._next()

    def _next(self) -> 'tuple[int, Any] | None':
        while True:
            if self._left >= 0:
                message = self._continue()
                if message or self._left > 0:
                    return message
            buffer = self.buffer
            start = self.position
            available = len(buffer) - start
            if available < 2:
                return None
            first = buffer[start]
            length = buffer[start + 1]
            masked = length >= 128
            length &= 127
            self._check(first, length, masked)
            end = start + 2
            if length > CONTROL_LENGTH:
                end = start + (4 if length == 126 else 10)
                if available < end - start:
                    return None
                length = _extended(buffer[start + 2:end])
            if masked:
                end += 4
            if self.max_length and length > self.max_length - len(self._message) and not (first & 0x48 or self._inflate):
                raise FrameError(TOO_LONG, 'the message is too long')
            if len(buffer) < end:
                return None
            key = bytes(buffer[end - 4:end]) if masked else b''
            if first & 8 or 0x81 <= first <= 0x82:
                if len(buffer) >= end + length:
                    payload = buffer[end:end + length]
                    self._skip(end + length)
                    payload = unmask(payload, key) if masked else bytes(payload)
                    opcode = first & 15
                    return opcode, _text(payload) if opcode == TEXT else parse_close(payload) if opcode == CLOSE else payload
                if first & 8:
                    return None
            self._skip(end)
            self._key = key
            self._left = length
            self._final = first >= 128
            if first & 15:
                self._opcode = first & 15
                self._inflate = self.extension.inflater(self.max_length) if first & 0x40 else None

    def _check(self, first: int, length: int, masked: bool) -> None:
        # Section 5.2.
        opcode = first & 15
        if first & 0x30 or (first & 0x40 and (not self.extension or not 0 < opcode < 8)):
            raise FrameError(PROTOCOL_ERROR, 'a reserved bit is set')
        if masked != self.masked:
            raise FrameError(PROTOCOL_ERROR, 'a frame is masked' if masked else 'a frame is not masked')
        if opcode & 7 > BINARY:
            raise FrameError(PROTOCOL_ERROR, 'unknown opcode')
        if opcode & 8:
            if first < 128 or length > CONTROL_LENGTH:
                raise FrameError(PROTOCOL_ERROR, 'a control frame is fragmented or too long')
        elif (opcode == CONT) != (self._opcode > 0):
            raise FrameError(PROTOCOL_ERROR, 'a fragment belongs to no message' if opcode == CONT else 'a message has not ended')

    def _skip(self, end: int) -> None:
        if end == len(self.buffer):
            self.buffer = b''
            self.position = 0
        else:
            self.position = end

    def _continue(self) -> 'tuple[int, Any] | None':
        # Takes what has come of a frame, and returns the message if that is complete.
        data = self.take(self._left)
        self._left -= len(data)
        key = self._key
        if key and data:
            data = unmask(data, key)
            turn = len(data) & 3
            self._key = key[turn:] + key[:turn]
        ends = self._final and not self._left
        if self._inflate:
            data = self._inflate(data, ends)
        if self.max_length and len(self._message) + len(data) > self.max_length:
            raise FrameError(TOO_LONG, 'the message is too long')
        if self._opcode == TEXT:
            # Section 8.1: what is not UTF-8 fails as soon as it has come.
            from ..core.compat import decode_utf8

            text = self._tail + data
            try:
                self._tail = text[decode_utf8(text, 'strict', ends)[1]:]
            except UnicodeError:
                raise FrameError(NOT_TEXT, 'a text is not UTF-8') from None
        self._message.extend(data)
        if not self._left:
            self._left = -1
        if not ends:
            return None
        message = self._opcode, self._message.decode() if self._opcode == TEXT else bytes(self._message)
        self._message = bytearray()
        self._opcode = 0
        self._inflate = None
        return message


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


def unmask(payload: 'bytes | bytearray', key: bytes) -> bytes:
    """Mask or unmask a payload (section 5.3)."""
    # PERF: one exclusive-or of integers: 2 us for 1000 bytes, byte by byte 80; on MicroPython a ninth of that time.
    length = len(payload)
    mask = key * (length // 4 + 1)
    return (int.from_bytes(payload, 'little') ^ int.from_bytes(mask[:length], 'little')).to_bytes(length, 'little')


def parse_close(payload: bytes) -> 'tuple[int, str]':
    """Return the code and the reason of a close frame (section 5.5.1); `FrameError` if it must not have them."""
    if not payload:
        return NO_CODE, ''
    code = int.from_bytes(payload[:2], 'big')
    if len(payload) < 2 or not is_close_code(code):
        raise FrameError(PROTOCOL_ERROR, 'the peer closes with an invalid code')
    return code, _text(payload[2:])


def close_payload(code: int, reason: str = '') -> bytes:
    """Return the payload of a close frame; `ValueError` for a code that must not be sent, and a reason over 123 bytes."""
    if code == NO_CODE and not reason:
        return b''
    payload = code.to_bytes(2, 'big') + reason.encode()
    if not is_close_code(code) or len(payload) > CONTROL_LENGTH:
        raise ValueError('code %d and reason of %d bytes' % (code, len(payload) - 2))
    return payload


def is_close_code(code: int) -> bool:
    """Tell whether a code may be in a close frame (section 7.4): those that are registered, and the free ones."""
    return (1000 <= code <= 1014 and code not in (1004, NO_CODE, ABNORMAL)) or 3000 <= code <= 4999


def _extended(data: 'bytes | bytearray') -> int:
    length = int.from_bytes(data, 'big')
    # Section 5.2: the shortest form, and no most significant bit.
    if length < (126 if len(data) == 2 else 65536) or length >> 63:
        raise FrameError(PROTOCOL_ERROR, 'malformed length')
    return length


def _text(payload: bytes) -> str:
    try:
        text = payload.decode()
        if SMALL and len(text) < len(payload):  # UPY: decode takes what is not UTF-8, too
            from ..core.compat import decode_utf8

            decode_utf8(payload, 'strict', True)
    except UnicodeError:
        raise FrameError(NOT_TEXT, 'a text is not UTF-8') from None
    return text
