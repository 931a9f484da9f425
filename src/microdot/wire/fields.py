# Knows header fields beyond what frames a request: all of them, and those of a response.
# Must not know sockets, requests, responses or the application.
from ..core.compat import SMALL
from .http11 import TOKEN, has_controls, status_line

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any


def headers(block: bytes) -> 'Iterator[tuple[str, str]]':
    """Iterate over all headers of a block, names as sent."""
    for line in block.split(b'\n'):
        name, colon, value = line.partition(b':')
        if colon:
            yield name.decode(), text(value.strip())


def text(value: bytes) -> str:
    """Decode a field value: UTF-8, or Latin-1 where it is not."""
    try:
        return value.decode()
    except UnicodeError:
        return ''.join([chr(octet) for octet in value])


_names: 'set[str]' = set()  # PERF: names that were found to be tokens, 0.4 us less for each


def check_name(name: str) -> None:
    """Raise `ValueError` for a name of a header or a cookie that is not a token (RFC 9110 section 5.6.2)."""
    if name in _names:
        return
    if not name or name.encode().strip(TOKEN):
        raise ValueError('malformed name ' + repr(name))
    if not SMALL and len(_names) < 256:
        _names.add(name)


def check_text(name: str, text: str) -> None:
    """Raise `ValueError` for control characters in what is to be sent as a field value (RFC 9110 section 5.5)."""
    # PERF: what is printable has none, and most texts are; 0.4 us less.
    if (SMALL or not text.isprintable()) and has_controls(text.encode()):
        raise ValueError('control character in ' + name)


def head_bytes(version: str, status: int, reason: 'str | None', headers: 'Mapping[str, Any]') -> bytes:
    """Write the head of a response (RFC 9112 section 4).

    :param reason: the reason phrase; the standard's if None.
    :param headers: a dictionary; a list as a value gives one line for each of its items.
    """
    lines = [status_line(version, status, reason)]
    for name, value in headers.items():
        if isinstance(value, list):
            lines.extend(['%s: %s' % (name, one) for one in value])
        else:
            lines.append('%s: %s' % (name, value))
    lines.append('\r\n')
    return '\r\n'.join(lines).encode()
