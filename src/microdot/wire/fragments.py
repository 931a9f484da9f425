# Knows the frames of WebSockets that are not a whole message each: control frames, fragments, and what comes in pieces
# (RFC 6455 section 5). Must not know sockets, requests or handlers.
from ..core.buffer import Buffer
from .closing import parse_close
from .payloads import (
    BINARY,
    CLOSE,
    CONT,
    CONTROL_LENGTH,
    NOT_TEXT,
    PROTOCOL_ERROR,
    TEXT,
    TOO_LONG,
    FrameError,
    text_of,
    unmask,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Base = Buffer
else:
    Base = object


class FrameRest(Base):
    """The methods of `FrameReader` that a short message in a frame of its own does not need."""

    if TYPE_CHECKING:
        max_length: int
        masked: bool
        extension: Any
        _opcode: int
        _left: int
        _tail: bytes
        _inflate: Any
        _message: bytearray
        _key: bytes
        _final: bool

        def _skip(self, end: int) -> None: ...

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
                    return opcode, text_of(payload) if opcode == TEXT else parse_close(payload) if opcode == CLOSE else payload
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


Rest = FrameRest  # the name by which `Late` finds it


def _extended(data: 'bytes | bytearray') -> int:
    length = int.from_bytes(data, 'big')
    # Section 5.2: the shortest form, and no most significant bit.
    if length < (126 if len(data) == 2 else 65536) or length >> 63:
        raise FrameError(PROTOCOL_ERROR, 'malformed length')
    return length
