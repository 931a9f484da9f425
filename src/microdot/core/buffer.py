# Knows bytes that have come and that nobody has read. Must not know where they come from.


class Buffer:
    """Bytes that were received, from which the leading ones are taken."""

    _buffer: 'bytes | bytearray' = b''
    _start = 0  # where in the buffer the bytes begin that nobody has read

    def _feed(self, data: bytes) -> None:
        buffer = self._buffer
        if not buffer:
            self._buffer = data  # PERF: the usual case copies nothing
        elif isinstance(buffer, bytearray):
            if self._start > len(buffer) // 2:
                buffer[:self._start] = b''
                self._start = 0
            buffer.extend(data)
        else:
            self._buffer = bytearray(buffer)
            self._feed(data)

    def _take(self, n: int) -> bytes:
        # At most n of the bytes in the buffer.
        buffer = self._buffer
        start = self._start
        if start + n < len(buffer):
            self._start = start + n
            return bytes(buffer[start:start + n])
        self._buffer = b''
        self._start = 0
        return bytes(buffer[start:] if start else buffer)
