# Knows how bodies are framed (RFC 9112 sections 6 and 7): by a length, or in chunks. Must not know sockets or requests.
from ..core.errors import HTTPException
from .http11 import CHUNKED, DIGITS, TOKEN, bad_request, find_header, has_controls

_HEXADECIMAL = b'0123456789abcdefABCDEF'

LAST_CHUNK = b'0\r\n\r\n'

# What a message needs for its framing cannot come after its body (RFC 9110 section 6.5.1).
_FORBIDDEN = (b'content-length', b'transfer-encoding', b'host')


def body_length(version: str, lower: bytes) -> int:
    """Return the length of a request's body in bytes, or `CHUNKED` (RFC 9112 section 6).

    :param lower: the header block in lower case.

    Raises `HTTPException`: 400, 413 or 501.
    """
    length = find_header(lower, lower, b'content-length')
    coding = find_header(lower, lower, b'transfer-encoding')
    if coding is not None:
        # RFC 9112 6.1: a length beside it, or a coding in 1.0, may be an attempt at request smuggling.
        if length is not None or version == '1.0' or not coding:
            raise bad_request('Ambiguous body length')
        if coding != b'chunked':
            raise HTTPException(501 if coding.rpartition(b',')[2].strip() == b'chunked' else 400, 'Unsupported transfer coding')
        return CHUNKED
    if length is None:
        return 0
    if not length or length.strip(DIGITS):
        raise bad_request('Malformed Content-Length')
    if len(length) > 18:
        raise HTTPException(413, 'Payload too large')
    return int(length)


def parse_field(line: bytes) -> 'tuple[bytes, bytes]':
    """Split a field line without its end into name and value; a 400 `HTTPException` if it is not one (RFC 9110 section 5)."""
    name, colon, value = line.partition(b':')
    if not colon or not name or name.strip(TOKEN) or has_controls(value):
        raise bad_request()
    return name, value.strip()


def chunk(data: bytes) -> bytes:
    """Write a chunk of a body (RFC 9112 section 7.1)."""
    return b'%x\r\n%s\r\n' % (len(data), data)


class ChunkedBody:
    """Decodes a body that comes in chunks, in time linear in what is fed.

    Attributes: `done`, and then `rest`, the bytes after the body.
    """

    max_line = 1024  # bytes of a chunk's size with its extensions, or of a trailer
    max_extra = 4096  # bytes of all extensions, which nobody uses, and of the trailers; they are read and dropped

    def __init__(self) -> None:
        self.done = False
        self.rest = b''
        self._left = 0  # bytes of the current chunk that are to come
        self._line = bytearray()  # a line that has begun
        self._expect = self._size  # what takes the next line
        self._extra = 0

    def feed(self, data: bytes) -> bytes:
        """Decode more bytes and return the body's bytes among them.

        Raises `HTTPException`: 400, or 431 for extensions and trailers that are too long.
        """
        body = []
        position = 0
        while position < len(data) and not self.done:
            if self._left:
                piece = data[position:position + min(self._left, len(data) - position)]  # UPY: an index is a machine word
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
        self._count(extensions)
        self._left = int(size, 16)
        self._expect = self._end if self._left else self._trailer

    def _end(self, line: bytes) -> None:
        if line:
            raise bad_request('Malformed chunk')
        self._expect = self._size

    def _trailer(self, line: bytes) -> None:
        self._count(line)
        if not line:
            self.done = True
        elif parse_field(line)[0].lower() in _FORBIDDEN:
            raise bad_request('Forbidden trailer')

    def _count(self, extra: bytes) -> None:
        # RFC 9112 7.1.1: without a limit in all, a byte of data could come with a kilobyte that is none, for ever.
        self._extra += len(extra)
        if self._extra > self.max_extra:
            raise HTTPException(431, 'Chunk extensions or trailers too long')


def _valid_extensions(extensions: bytes) -> bool:
    # name[=value] after each semicolon; a value is a token or quoted.
    # A quoted pair becomes parentheses, which are valid within quotes only.
    unquoted = extensions.replace(b'\\\\', b'()').replace(b'\\"', b'()').split(b'"')
    if has_controls(extensions) or len(unquoted) % 2 == 0:
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
