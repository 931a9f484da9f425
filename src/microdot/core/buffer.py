# Knows bytes that have come and that nobody has read. Must not know where they come from.


class Buffer:
    """Bytes that were received, from which the leading ones are taken."""

    buffer: 'bytes | bytearray' = b''
    position = 0  # where in the buffer the bytes begin that nobody has read

    def feed(self, data: bytes) -> None:
        buffer = self.buffer
        if not buffer:
            self.buffer = data  # PERF: the usual case copies nothing
        elif isinstance(buffer, bytearray):
            if self.position > len(buffer) // 2:
                buffer[:self.position] = b''
                self.position = 0
            buffer.extend(data)
        else:
            self.buffer = bytearray(buffer)
            self.feed(data)

    def take(self, n: int) -> bytes:
        # At most n of the bytes in the buffer.
        buffer = self.buffer
        start = self.position
        if start + n < len(buffer):
            self.position = start + n
            return bytes(buffer[start:start + n])
        self.buffer = b''
        self.position = 0
        return bytes(buffer[start:] if start else buffer)
