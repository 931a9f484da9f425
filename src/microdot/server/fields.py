# Knows how a response with headers of its own is framed. Must not know sockets.
from ..wire.fields import head_bytes
from ..wire.http11 import CHUNKED
from .framing import connection_option, date, is_bare

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ..core.response import Response

_FRAMING = {'content-type', 'content-length', 'connection', 'transfer-encoding', 'date', 'upgrade'}


def frame(
    version: str, keep: bool, response: 'Response', length: 'int | None'
) -> 'tuple[bytes, int | None, bool]':
    """Write the head of a response.

    :param version: of the request.
    :param keep: whether the connection may stay open.
    :param length: the length of the body in bytes, None if it is not known.

    Returns the head, the length of the body as the head tells it (`CHUNKED`, or None if it ends with the connection), and
    whether the connection stays open.
    """
    fields, length, close = own_fields(response, length)
    keep = keep and not close
    if length is None and not is_bare(response.status_code):
        if version == '1.1':
            length = CHUNKED
            fields['Transfer-Encoding'] = 'chunked'
        else:
            keep = False
    option = connection_option(version, keep)
    if 'Upgrade' in fields:  # RFC 9110 7.8
        option = 'Upgrade, ' + option if option else 'Upgrade'
    if option:
        fields['Connection'] = option
    today = date()
    if today:
        fields.setdefault('Date', today)
    return head_bytes(version, response.status_code, response.reason, fields), length, keep


def own_fields(response: 'Response', length: 'int | None') -> 'tuple[dict[str, Any], int | None, bool]':
    """Return the headers of a response but for those of the connection that carries it.

    :param length: the length of the body in bytes, None if it is not known.

    Returns the headers, the length of the body as they tell it, and whether the application asks for the connection to close.
    """
    fields: 'dict[str, Any]' = {}
    bare = is_bare(response.status_code)
    close = False
    for name, value in response.headers.items():
        lower = name.lower()
        if lower not in _FRAMING:
            fields[name] = value
        elif lower == 'content-length':
            # A length that differs from the body's would make the next response part of this one.
            if length is None or response.is_head:
                length = int(value)
        elif lower == 'connection':
            close = 'close' in str(value).lower()
        elif lower in ('date', 'upgrade'):
            fields['Date' if lower == 'date' else 'Upgrade'] = value
        elif lower == 'content-type' and not bare:
            fields['Content-Type'] = value
    if not bare:
        if length is not None:
            fields['Content-Length'] = length
        if 'Content-Type' not in fields:
            fields['Content-Type'] = response.content_type()
    return fields, length, close
