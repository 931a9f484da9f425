# Knows how a test's request becomes bytes: its head, and a body of any kind. Must not know who reads them.
import json

from .. import NoCaseDict, Response
from ..core.media_types import media_type
from ..core.streams import ByteStream
from ..wire.bodies import LAST_CHUNK, chunk

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from typing import Any


class RequestStream(ByteStream):
    """A request as a stream of bytes, whose body is asked for its pieces as somebody reads it.

    Attributes: `error`, what the body has raised.
    """

    error: 'Exception | None' = None

    def __init__(self, method: str, path: str, headers: NoCaseDict, body: 'Any') -> None:
        self._pieces: 'AsyncIterator[Any] | None' = None
        chunked = headers.get('Transfer-Encoding', '').lower() == 'chunked'
        if body and not isinstance(body, bytes):
            self._pieces = Response(body).body_iter()
            body = b''
            if not chunked and 'Content-Length' not in headers:
                headers['Transfer-Encoding'] = 'chunked'
                chunked = True
        elif body and chunked:
            body = chunk(body) + LAST_CHUNK
        elif body:
            headers.setdefault('Content-Length', len(body))
        self._chunked = chunked
        self.first_line = '%s %s HTTP/1.1' % (method, path)
        lines = [self.first_line]
        lines.extend(['%s: %s' % field for field in headers.items()])
        self.feed('\r\n'.join(lines + ['', '']).encode() + (body or b''))

    async def _fill(self) -> bool:
        piece = b''
        while self._pieces and not piece:
            try:
                piece = await self._pieces.__anext__()
            except StopAsyncIteration:
                self._pieces = None
                if self._chunked:
                    self.feed(LAST_CHUNK)
                    return True
            except Exception as exc:
                self.error = exc
                raise
        if piece:
            data = piece.encode() if isinstance(piece, str) else bytes(piece)
            self.feed(chunk(data) if self._chunked else data)
        return bool(piece)


def plain_body(body: 'Any', files: 'Any', headers: NoCaseDict) -> 'Any':
    """Return a body as `bytes`, or as it is if it is one that comes in pieces; its type goes to the headers.

    :param files: the files of a form, whose fields are the body.
    """
    if files is not None:
        boundary, data = form_data(body or {}, files)
        headers['Content-Type'] = 'multipart/form-data; boundary=' + boundary
        return data
    if isinstance(body, (dict, list)):
        headers.setdefault('Content-Type', 'application/json')
        body = json.dumps(body)
    if isinstance(body, str):
        return body.encode()
    return bytes(body) if isinstance(body, (bytearray, memoryview)) else body


def form_data(fields: 'Any', files: 'Any') -> 'tuple[str, bytes]':
    """Write a form (RFC 7578), and return its boundary and its body.

    :param fields: a dictionary of values, or of lists of values.
    :param files: a dictionary of files, or of lists of files; see `TestClient.request`.
    """
    parts = []
    for name, value in fields.items():
        for one in value if isinstance(value, (list, tuple)) else (value,):
            parts.append((_parameter('name', name), '', _bytes(one)))
    for name, value in files.items():
        for file in value if isinstance(value, list) else (value,):
            described: 'Any' = file if isinstance(file, tuple) else (name, file)
            filename, content = described[:2]
            content_type = described[2] if len(described) > 2 else media_type(Response.types_map, filename)
            head = _parameter('name', name) + _parameter('filename', filename)
            if hasattr(content, 'read'):
                content = content.read()
            parts.append((head, 'Content-Type: %s\r\n' % content_type, _bytes(content)))
    boundary = 'boundary-of-the-form'
    while any(boundary.encode() in content for _, _, content in parts):
        boundary += '-'
    pieces = []
    for parameters, field, content in parts:
        pieces.append(('--%s\r\nContent-Disposition: form-data%s\r\n%s\r\n' % (boundary, parameters, field)).encode())
        pieces.append(content)
        pieces.append(b'\r\n')
    pieces.append(('--%s--\r\n' % boundary).encode())
    return boundary, b''.join(pieces)


def _parameter(name: str, value: str) -> str:
    # As the HTML standard has browsers write it, in section 4.10.22.8.
    for character, escape in (('\n', '%0A'), ('\r', '%0D'), ('"', '%22')):
        value = value.replace(character, escape)
    return '; %s="%s"' % (name, value)


def _bytes(value: 'Any') -> bytes:
    return bytes(value) if isinstance(value, (bytes, bytearray, memoryview)) else str(value).encode()
