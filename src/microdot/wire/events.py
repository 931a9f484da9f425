# Knows how events and comments are written in the format text/event-stream (HTML standard, section 9.2).
# Must not know who sends them, or sockets.
import json

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def event_bytes(
    data: 'Any', event: 'str | None' = None, event_id: 'str | None' = None, retry: 'float | None' = None,
    comment: bool = False,
) -> bytes:
    """Write an event, or a comment, which clients skip.

    :param data: a `dict` or `list` (written as JSON), `bytes`, or anything that `str` makes text of.
    :param event: the name of the event's type.
    :param event_id: the event's id.
    :param retry: seconds after which the client is to connect again.
    :param comment: write `data` as a comment and nothing else.

    Raises `ValueError` for a line end or NUL in `event` or `event_id`, and for a `retry` that is
    below zero, infinite, NaN or a `bool`.
    """
    if isinstance(data, (bytes, bytearray, memoryview)):
        octets = bytes(data)
    else:
        octets = (json.dumps(data) if isinstance(data, (dict, list)) else str(data)).encode()
    fields = ''
    start = b': '
    if not comment:
        start = b'data: '
        if retry is not None:
            milliseconds = retry * 1000
            if isinstance(retry, bool) or not 0 <= milliseconds < float('inf'):
                raise ValueError('retry is no number of seconds')
            fields = 'retry: %d\n' % round(milliseconds)
        for name, value in (('event', event), ('id', event_id)):
            if value is not None:
                field = '%s: %s\n' % (name, value)
                if '\n' in field[:-1] or '\r' in field or '\0' in field:
                    raise ValueError('line end or NUL in the %s of an event' % name)
                fields += field
    # What ends a line is CR, LF or both.
    octets = octets.replace(b'\r\n', b'\n').replace(b'\r', b'\n').replace(b'\n', b'\n' + start)
    return fields.encode() + start + octets + b'\n\n'
