# Knows the heads of this second, of which many come again; for CPython. Must not know how a head is made, or sockets.
from . import fields
from .framing import date

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ..core.response import Response

_MOST = 256  # heads
_LENGTH = b'\r\nContent-Length: '

_known: 'dict[tuple[Any, ...], tuple[bytes, bytes, int | None, bool]]' = {}  # cut where the length stands, by all that makes one
_date = ''
_only_texts = {str}.issuperset


def frame(version: str, keep: bool, response: 'Response', length: 'int | None') -> 'tuple[bytes, int | None, bool]':
    """Write the head of a response as `fields.frame` does, PERF: in 1.5 us instead of 6 where only its length is new."""
    global _date
    if response.is_head or not _only_texts(map(type, response.headers.values())):
        return fields.frame(version, keep, response, length)
    today = date()
    if today != _date or len(_known) >= _MOST:
        _date = today
        _known.clear()
    key = (version, keep, response.status_code, response.reason, length is None, response.own_type,
           response.default_content_type, tuple(response.headers.items()))
    known = _known.get(key)
    if known is None:
        head, told, keep = fields.frame(version, keep, response, length)
        before, name, after = head.partition(_LENGTH + b'%d' % length) if length is not None else (head, b'', b'')
        known = _known[key] = before + name[:len(_LENGTH)], after, told, keep
    before, after, told, keep = known
    if length is None:
        return before, told, keep
    return b'%s%d%s' % (before, length, after) if after else before, length, keep
