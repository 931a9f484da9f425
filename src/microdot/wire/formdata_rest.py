# Knows what few forms need: escapes, continued lines, an encoding, and what is wrong with a form.
# Must not know sockets, requests, files or the application.
from ..core.errors import HTTPException
from ..core.input_errors import MalformedInput
from ..core.urls import unquote
from .http11 import TOKEN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping


def exception(status_code: int) -> HTTPException:
    """Return the exception for a form that does not parse, 400, or exceeds a limit, 413."""
    if status_code == 400:
        return MalformedInput(400, 'Malformed form')
    return HTTPException(status_code, 'Payload too large')


def unfold(text: str) -> str:
    """Join lines of headers that are continued (RFC 5322 section 2.2.3)."""
    return text.replace('\r\n ', ' ').replace('\r\n\t', ' ')


def check_others(headers: 'Mapping[str, str]') -> None:
    """Raise `HTTPException` 400 if the data of a part is not sent as it is."""
    # RFC 7578 4.7: nobody sends an encoding that changes anything.
    if headers.get('content-transfer-encoding', 'binary').lower() not in ('binary', '8bit', '7bit'):
        raise exception(400)


def split_quoted(text: str) -> 'tuple[str, str]':
    """Return the contents of leading quotes, of which some are escaped, and what follows them.

    Raises `HTTPException` 400 if they do not end.
    """
    end = text.find('"', 1)
    # A quote after an odd number of backslashes is a part of the text.
    while end > 0 and (end - len(text[:end].rstrip('\\'))) % 2:
        end = text.find('"', end + 1)
    if end < 0:
        raise exception(400)
    # Browsers do not escape backslashes, so those before other characters stay.
    parts = [part.replace('\\"', '"') for part in text[1:end].split('\\\\')]
    return '\\'.join(parts), text[end + 1:]


def decode_parameters(parameters: 'dict[str, str]') -> None:
    """Decode what is escaped in the parameters of a disposition.

    Raises `HTTPException` 400 for an extended value that does not parse, or whose character set is unknown where there is
    no plain value.
    """
    for name in ('name', 'filename'):
        if name in parameters:
            # HTML 4.10.22.8: browsers escape these three, and nothing else.
            value = parameters[name].replace('%22', '"').replace('%0D', '\r').replace('%0A', '\n')
            parameters[name] = value
        extended = parameters.get(name + '*')
        if extended is not None:  # RFC 8187 3.2; RFC 6266 4.3: it counts, if its character set is known
            pieces = extended.split("'")
            charset, value = pieces[0], pieces[-1]
            if (
                len(pieces) != 3 or not charset or ''.join(pieces).encode().strip(TOKEN) or '*' in extended
                or '%%' in value or value[-1:] == '%'
            ):
                raise exception(400)
            if charset.lower() == 'utf-8' or name not in parameters:
                parameters[name] = unquote(value.encode())
