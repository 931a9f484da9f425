# Knows multipart/form-data as bytes (RFC 7578, RFC 2046 section 5.1): parts, their headers and their data.
# Must not know sockets, requests, files or the application.
from ..core.buffer import Buffer
from .http11 import has_controls

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import ClassVar, Protocol

    from ..core.errors import HTTPException

    class Limits(Protocol):
        """What bounds a form; the class `FormDataIter` has these attributes."""

        max_boundary: ClassVar[int]
        max_parts: ClassVar[int]
        max_headers: ClassVar[int]
        max_readline: ClassVar[int]

    Part = tuple[str, str | None, str | None]


def boundary_of(content_type: str, limits: 'Limits') -> 'bytes | None':
    """Return the boundary that a Content-Type names, None if the type is not multipart/form-data.

    Raises `HTTPException` 400 if the boundary is missing or longer than `limits.max_boundary` bytes.
    """
    media_type, parameters = parse_parameters(content_type)
    if media_type != 'multipart/form-data':
        return None
    boundary: bytes = parameters.get('boundary', '').encode()
    if not 0 < len(boundary) <= limits.max_boundary:
        raise refusal(400)
    return boundary


def refusal(status_code: int) -> 'HTTPException':
    """Return the exception for a form that does not parse, 400, or exceeds a limit, 413."""
    from .formdata_rest import exception

    return exception(status_code)


class FormData(Buffer):
    """Splits a form into its parts, in time linear in what is fed.

    :param boundary: what separates the parts.
    :param limits: `max_parts`, `max_headers` of a part, and `max_readline`, bytes of one of these.

    Before the first part `data` gives the preamble, which means nothing, as does what follows the last part; the latter
    is not parsed. Then `part` and `data` take turns. Each gives nothing when more has to be fed.

    Attributes: `ended`, whether the data of the current part has; `done`, whether no part follows it.

    Example::

        form = FormData(b'x', FormDataIter)
        form.feed(b'--x\\r\\nContent-Disposition: form-data; name="a"\\r\\n\\r\\n1\\r\\n--x--')
        form.data() == b'' and form.ended
        form.part() == ('a', None, None)
        form.data() == b'1'
    """

    buffer = b'\r\n'  # RFC 2046 5.1.1: the first delimiter may be the first line
    ended = False
    done = False
    _parts = 0  # how many have begun
    _known = 0  # bytes at the beginning of the buffer that are known to be data, or not to end the headers
    _found = 0  # bytes of the line of the delimiter that follows them, without its end
    _open = False  # whether what follows them may turn out to be a delimiter
    _headed = False  # whether the buffer begins with the empty line that ends the headers

    def __init__(self, boundary: bytes, limits: 'Limits') -> None:
        self._delimiter = b'\r\n--' + boundary
        self.limits = limits

    def feed(self, data: bytes) -> None:
        """Take more bytes, `b''` at the end of the body; raises `HTTPException` 400 if the form is cut off there."""
        if not (data or self._open):
            raise refusal(400)
        super().feed(data or b'\r\n')  # the last line need not end

    def data(self, n: int = -1) -> bytes:
        """Return bytes of the current part's data.

        :param n: how many at most; all there are if negative.
        """
        if not (self._known or self.ended):
            self._search()
        if n < 0 or n > self._known:
            n = self._known
        self._known -= n
        self.ended = not self._known and self._found > 0
        return self.take(n)

    def _search(self) -> None:
        # Finds how much of the buffer is data for sure, and whether a delimiter follows it.
        buffer = self.buffer
        delimiter = self._delimiter
        start = self.position
        self._open = False
        end = buffer.find(delimiter, start)
        while end >= 0:
            # RFC 2046 5.1.1: `--` ends the form, blanks are padding, of which no client sends any. All else is data.
            after = end + len(delimiter)
            line, newline, _ = bytes(buffer[after:after + 128]).partition(b'\r\n')
            mark = line.rstrip(b' \t' if newline else b' \t\r')
            if newline and mark in (b'', b'--'):
                self._found = len(delimiter) + len(line)
                self.done = mark != b''
                break
            if not newline and mark in b'--' and len(line) < 128:
                self._open = True
                break
            end = buffer.find(delimiter, after)
        else:
            # Only a CR begins a delimiter, so there is one place where one may have begun.
            after = len(buffer)
            end = buffer.rfind(b'\r', max(start, after - len(delimiter) + 1))
            if end < 0 or buffer[end:] != delimiter[:after - end]:
                end = after
        self._known = end - start
        if self._headed and self._known:  # RFC 2046 5.1.1: a part without data may end with its headers
            self._headed = False
            self._known -= len(self.take(2))

    def part(self) -> 'Part | None':
        """Return name, file name and content type of the next part, the latter two None where there is none.

        The data of the part before must have ended. Raises `HTTPException`: 400, or 413 for too many parts or too long
        headers.
        """
        if self.done:
            return None
        limits = self.limits
        if self._found:
            self.take(self._found)
            self._found = 0
            self.ended = False
            self._parts += 1
            if self._parts > limits.max_parts:
                raise refusal(413)
        # The lines of the delimiter, the last header and the empty one all end in CRLF; the last of these stays.
        start = self.position
        end = self.buffer.find(b'\r\n\r\n', start + self._known)
        length = (len(self.buffer) if end < 0 else end) - start
        if length > limits.max_headers * limits.max_readline:
            raise refusal(413)
        if end < 0:
            self._known = max(0, length - 3)
            return None
        self._known = 0
        self._headed = True
        return parse_part(self.take(length + 2), limits)


def parse_part(block: bytes, limits: 'Limits') -> 'Part':
    """Parse the headers of a part (RFC 7578 section 4).

    :param block: the headers, with CRLF before and after each.

    Returns what `FormData.part` does, and raises the same.
    """
    if has_controls(block.replace(b'\r\n', b'')):
        raise refusal(400)
    text = decode(block)
    if '\n ' in text or '\n\t' in text:
        from .formdata_rest import unfold

        text = unfold(text)
    lines = text.split('\r\n')[1:-1]
    headers: 'dict[str, str]' = {}
    for line in lines:
        name, colon, value = line.partition(':')
        name = name.lower()
        if len(line) > limits.max_readline or len(lines) > limits.max_headers:
            raise refusal(413)
        if not colon or name in headers:
            raise refusal(400)
        headers[name] = value.strip(' \t')
    content_type = headers.get('content-type')
    if len(headers) > (2 if content_type else 1):
        from .formdata_rest import check_others

        check_others(headers)
    disposition = headers.get('content-disposition', '')
    kind, parameters = parse_parameters(disposition)
    if '%' in disposition or '*' in disposition:
        from .formdata_rest import decode_parameters

        decode_parameters(parameters)
    if kind != 'form-data' or 'name' not in parameters:
        raise refusal(400)
    return parameters['name'], parameters.get('filename'), content_type or None


def parse_parameters(text: str) -> 'tuple[str, dict[str, str]]':
    """Split a media type or a disposition from its parameters (RFC 9110 section 5.6.6).

    Returns it and the names in lower case, the values as they are. Raises `HTTPException` 400.
    """
    kind, _, rest = text.partition(';')
    parameters: 'dict[str, str]' = {}
    rest = rest.strip(' \t;')
    while rest:
        name, valid, rest = rest.partition('=')
        name = name.strip(' \t').lower()
        rest = rest.strip(' \t')
        if rest[:1] != '"':
            value, _, rest = rest.partition(';')
            value = value.strip(' \t')
        else:
            if '\\' in rest:
                from .formdata_rest import split_quoted

                value, rest = split_quoted(rest)
            else:
                value, valid, rest = rest[1:].partition('"')
            junk, _, rest = rest.partition(';')
            if junk.strip(' \t'):
                valid = ''
        if not valid or name in parameters:
            raise refusal(400)
        parameters[name] = value
        rest = rest.strip(' \t;')
    return kind.strip(' \t').lower(), parameters


def decode(value: bytes) -> str:
    """Decode text of a form (RFC 7578 section 5.1); `HTTPException` 400 if it is not UTF-8."""
    try:
        return value.decode()
    except UnicodeError:
        raise refusal(400) from None
