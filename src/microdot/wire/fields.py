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


# PERF: names that were found to be tokens, 0.4 us less for each. None is Content-Length, of which the value is checked, too.
_names: 'set[str]' = set()


def check_name(name: str) -> None:
    """Raise `ValueError` for a name of a header or a cookie that is not a token (RFC 9110 section 5.6.2)."""
    if name in _names:
        return
    if not name or name.encode().strip(TOKEN):
        raise ValueError('malformed name ' + repr(name))
    if not SMALL and len(_names) < 256 and name.lower() != 'content-length':
        _names.add(name)


def check_text(name: str, text: str) -> None:
    """Raise `ValueError` for control characters in what is to be sent as a field value (RFC 9110 section 5.5)."""
    # PERF: what is printable has none, and most texts are; 0.4 us less.
    if (SMALL or not text.isprintable()) and has_controls(text.encode()):
        raise ValueError('control character in ' + name)


def check_fields(headers: 'Mapping[str, Any]') -> None:
    """Raise `ValueError` if a header cannot be sent (RFC 9110 section 5.5).

    :param headers: a dictionary; a list as a value stands for one header for each of its items.
    """
    for name, value in headers.items():
        if name not in _names:
            check_name(name)
            if len(name) == 14 and name.lower() == 'content-length' and (not str(value) or str(value).strip('0123456789')):
                raise ValueError('Content-Length %s' % value)
        if not SMALL and type(value) is str and value.isprintable():
            continue  # PERF: 0.2 us less
        for one in value if isinstance(value, list) else (value,):
            check_text(name, str(one))


def head_bytes(version: str, status: int, reason: 'str | None', headers: 'Mapping[str, Any]') -> bytes:
    """Write the head of a response (RFC 9112 section 4).

    :param reason: the reason phrase; the standard's if None.
    :param headers: a dictionary; a list as a value gives one line for each of its items.
    """
    lines = [status_line(version, status, reason)]
    if list in map(type, headers.values()):
        for name, value in headers.items():
            lines += ['%s: %s' % (name, one) for one in (value if isinstance(value, list) else (value,))]
    else:
        lines += ['%s: %s' % field for field in headers.items()]
    lines.append('\r\n')
    return '\r\n'.join(lines).encode()
