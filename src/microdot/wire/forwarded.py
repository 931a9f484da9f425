# Knows how proxies write what they know of a request: the header Forwarded (RFC 7239), and the nodes of X-Forwarded-For.
# Must not know whom to trust.
from .http11 import TOKEN, bad_request

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn

_NAME = TOKEN.decode()
_VALUE = _NAME + ':[]'  # what needs quotes in RFC 7239, and is written without them all the same
_OBFUSCATED = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-'
_PORT_DIGITS = '0123456789'


def malformed() -> 'NoReturn':
    """Raise the 400 `HTTPException` for what a proxy cannot have written."""
    raise bad_request('Malformed forwarding header')


def parse_forwarded(text: str) -> 'list[dict[str, str]]':
    """Parse the value of the header Forwarded: a dictionary for each proxy, the last one's last (RFC 7239 section 4).

    The header is valid as a whole or refused as a whole with a 400 `HTTPException`: a quote that a client has left open may
    make what proxies have added look like something else.
    """
    elements: 'list[dict[str, str]]' = [{}]
    position = _skip(text, 0, ' \t')
    while position < len(text):
        separator = text[position]
        if separator == ',':
            elements.append({})
        if separator in ',;':
            position = _skip(text, position + 1, ' \t')
            continue
        end = _skip(text, position, _NAME)
        name = text[position:end].lower()
        if not name or name in elements[-1] or text[end:end + 1] != '=':
            malformed()
        if text[end + 1:end + 2] == '"':
            elements[-1][name], position = _unquote(text, end + 2)
        else:
            position = _skip(text, end + 1, _VALUE)
            elements[-1][name] = text[end + 1:position]
        position = _skip(text, position, ' \t')
        if position < len(text) and text[position] not in ',;':
            malformed()
    return [element for element in elements if element]


def _skip(text: str, position: int, characters: str) -> int:
    # Returns where the characters end that begin at a position.
    while position < len(text) and text[position] in characters:
        position += 1
    return position


def _unquote(text: str, position: int) -> 'tuple[str, int]':
    # Returns what a quoted string is that begins after the quote at a position, and where it ends (RFC 9110 section 5.6.4).
    characters = []
    while text[position:position + 1] != '"':
        if text[position:position + 1] == '\\':
            position += 1
        if position >= len(text):
            malformed()
        characters.append(text[position])
        position += 1
    return ''.join(characters), position + 1


def parse_node(text: str) -> 'tuple[str, int]':
    """Return the host of a node without brackets, and its port, 0 if it is not told (RFC 7239 section 6).

    The host is what should be an address, unless `is_obfuscated` tells that it is none. Raises `HTTPException`: 400.
    """
    host, port = text, ''
    if text[:1] == '[':
        host, bracket, rest = text[1:].partition(']')
        port = rest[1:]
        if ':' not in host or not bracket or (rest and (rest[0] != ':' or not port)):
            malformed()
    elif text.count(':') == 1:
        host, _, port = text.partition(':')
        if not port:
            malformed()
    if not host:
        malformed()
    if port[:1] == '_':
        if not is_obfuscated(port):
            malformed()
        port = ''
    if len(port) > 5 or port.strip(_PORT_DIGITS) or int(port or '0') > 65535:
        malformed()
    return host, int(port or '0')


def is_obfuscated(host: str) -> bool:
    """Tell whether a proxy has written something in place of an address: `unknown`, or a name of its own with an underscore."""
    return host.lower() == 'unknown' or (host[:1] == '_' and len(host) > 1 and not host.strip(_OBFUSCATED))
