# Knows request bodies that come in chunks (RFC 9112 section 7.1) as bytes. Must not know sockets or requests.
from ..core.errors import HTTPException
from .http11 import bad_request, parse_field

_HEXADECIMAL = b'0123456789abcdefABCDEF'

# What a message needs for its framing cannot come after its body (RFC 9110 section 6.5.1).
_FORBIDDEN = (b'content-length', b'transfer-encoding', b'host')


class ChunkedBody:
    """Decodes a body that comes in chunks, in time linear in what is fed.

    Attributes: `done`, and then `rest`, the bytes after the body.
    """

    max_line = 1024  # bytes of a chunk's size with its extensions, which nobody uses, or of a trailer
    max_trailers = 4096  # bytes; trailers are read and dropped

    def __init__(self) -> None:
        self.done = False
        self.rest = b''
        self._left = 0  # bytes of the current chunk that are to come
        self._line = bytearray()  # a line that has begun
        self._expect = self._size  # what takes the next line
        self._trailers = 0

    def feed(self, data: bytes) -> bytes:
        """Decode more bytes and return the body's bytes among them.

        Raises `HTTPException`: 400, or 431 for trailers that are too long.
        """
        body = []
        position = 0
        while position < len(data) and not self.done:
            if self._left:
                piece = data[position:position + self._left]
                body.append(piece)
                self._left -= len(piece)
                position += len(piece)
                continue
            end = data.find(b'\n', position) + 1 or len(data)
            self._line.extend(data[position:end])
            position = end
            if len(self._line) > self.max_line:
                raise bad_request('Malformed chunk')
            if self._line[-1] == 10:
                line = bytes(self._line)
                self._line = bytearray()
                # RFC 9112 2.2: a bare LF may end a line of a head only.
                if line[-2:] != b'\r\n':
                    raise bad_request('Malformed chunk')
                self._expect(line[:-2])
        if self.done:
            self.rest = data[position:]
        return body[0] if len(body) == 1 else b''.join(body)

    def _size(self, line: bytes) -> None:
        size, semicolon, extensions = line.partition(b';')
        if not size or len(size) > 15 or size.strip(_HEXADECIMAL) or (semicolon and not _valid_extensions(extensions)):
            raise bad_request('Malformed chunk')
        self._left = int(size, 16)
        self._expect = self._end if self._left else self._trailer

    def _end(self, line: bytes) -> None:
        if line:
            raise bad_request('Malformed chunk')
        self._expect = self._size

    def _trailer(self, line: bytes) -> None:
        self._trailers += len(line)
        if self._trailers > self.max_trailers:
            raise HTTPException(431, 'Trailers too long')
        if not line:
            self.done = True
        elif parse_field(line)[0].lower() in _FORBIDDEN:
            raise bad_request('Forbidden trailer')


def _valid_extensions(extensions: bytes) -> bool:
    # name[=value] after each semicolon; a value is a token or quoted.
    unquoted = extensions.replace(b'\\\\', b'').replace(b'\\"', b'').split(b'"')
    if len(unquoted) % 2 == 0:
        return False
    for i in range(1, len(unquoted), 2):
        unquoted[i] = b'""'
    for extension in b''.join(unquoted).split(b';'):
        name, equals, value = extension.partition(b'=')
        if value.strip() == b'""':
            value = b'quoted'
        try:
            parse_field(name.strip() + b':')
            parse_field((value.strip() if equals else b'none') + b':')
        except HTTPException:
            return False
    return True
