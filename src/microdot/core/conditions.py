# Knows the conditions and ranges of requests (RFC 9110 sections 13 and 14). Must not know servers, or how files are read.
import time

from .compat import gmtime

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .files import FileBody
    from .request import Request
    from .response import Response

    Fields = tuple[int, ...]

_MONTHS = 'janfebmaraprmayjunjulaugsepoctnovdec'
_DIGITS = '0123456789'

# What a response without the file says nothing of: its body's headers.
_OF_BODY = ('Accept-Ranges', 'Content-Disposition', 'Content-Encoding', 'Content-Length', 'Content-Type')
_OF_FILE = ('Cache-Control', 'ETag', 'Last-Modified')


def settle(request: 'Request', response: 'Response', file: 'FileBody', size: int) -> None:
    """Let a response to GET or HEAD, all of a file, become what the request's conditions and range ask for.

    :param file: the body of the response.
    :param size: its length in bytes.
    """
    status = precondition(request.headers, response.headers.get('ETag'), response.headers.get('Last-Modified'))
    if status:
        _drop(response, status, file, _OF_BODY if status == 304 else _OF_BODY + _OF_FILE)
        return
    wanted = request.headers.get('Range')
    # RFC 9110 14.2: ranges are defined for GET alone.
    if wanted is None or request.method != 'GET' or not _is_current(request.headers.get('If-Range'), response.headers):
        return
    span = range_of(wanted, size)
    if span is None:
        return
    if span[0] >= span[1]:
        _drop(response, 416, file, _OF_BODY + _OF_FILE)
        response.headers['Content-Range'] = 'bytes */%d' % size
        return
    response.status_code = 206
    response.reason = None
    response.headers['Content-Range'] = 'bytes %d-%d/%d' % (span[0], span[1] - 1, size)
    file.skip(span[0], span[1])


def _drop(response: 'Response', status: int, file: 'FileBody', names: 'tuple[str, ...]') -> None:
    file.close()
    response.status_code = status
    response.reason = None
    response.body = {412: b'Precondition failed', 416: b'Range not satisfiable'}.get(status, b'')
    response.threaded = False
    for name in names:
        response.headers.pop(name, None)
    if status != 304:
        response.headers['Content-Type'] = 'text/plain; charset=UTF-8'


def precondition(headers: 'Any', etag: 'str | None', modified: 'str | None') -> int:
    """Evaluate the preconditions of a request to GET or HEAD (RFC 9110 section 13.2.2).

    :param headers: those of the request.
    :param etag: the entity tag of the resource.
    :param modified: when it was last modified, a date as HTTP has it.

    Returns 304 or 412, or 0 if the request is to be answered.
    """
    tags = headers.get('If-Match')
    if tags is not None:
        if not has_tag(tags, etag):
            return 412
    else:
        limit = parse_date(headers.get('If-Unmodified-Since'))
        if limit and modified and (parse_date(modified) or limit) > limit:
            return 412
    tags = headers.get('If-None-Match')
    if tags is not None:
        return 304 if has_tag(tags, etag, True) else 0
    limit = parse_date(headers.get('If-Modified-Since'))
    return 304 if limit and modified and (parse_date(modified) or (9999,)) <= limit else 0


def _is_current(condition: 'str | None', headers: 'Any') -> bool:
    # If-Range (RFC 9110 section 13.1.5).
    if condition is None:
        return True
    condition = condition.strip()
    if condition.startswith('"') or condition.startswith('W/'):
        return not condition.startswith('W/') and condition == headers.get('ETag')
    date = parse_date(condition)
    # RFC 9110 8.8.2.2: what was modified in this second may be so again.
    return bool(date) and date == parse_date(headers.get('Last-Modified')) and date < gmtime(int(time.time()))[:6]  # type: ignore[operator]


def has_tag(tags: str, etag: 'str | None', weak: bool = False) -> bool:
    """Tell whether a list of entity tags, or a star, has one (RFC 9110 section 8.8.3.2).

    :param weak: whether it may be weak.
    """
    if tags.strip() == '*':
        return True
    if not etag or (etag.startswith('W/') and not weak):
        return False
    parts = tags.split('"')  # a tag is every other part; it may hold a comma
    opaque = etag[etag.find('"') + 1:-1]
    for i in range(1, len(parts) - 1, 2):
        if parts[i] == opaque and (weak or parts[i - 1].strip(' \t,') != 'W/'):
            return True
    return False


def range_of(value: str, size: int) -> 'tuple[int, int] | None':
    """Return the first byte that the header Range asks for, and that after the last (RFC 9110 section 14.1.2).

    :param size: of the resource in bytes.

    Returns None for all of it: where several ranges are asked for, or another unit; and an empty range if there is none.
    """
    unit, _, spec = value.partition('=')
    if unit.strip().lower() != 'bytes' or not spec or ',' in spec:
        return None
    first, dash, last = spec.partition('-')
    first, last = first.strip(), last.strip()
    if not dash or (first + last).strip(_DIGITS) or not first + last:
        return 0, 0
    if not first:
        span = max(0, size - _number(last)), size
    elif last:
        span = _number(first), min(size, _number(last) + 1)
    else:
        span = _number(first), size
    # As nginx has it, all of nothing can be had.
    return None if span == (0, 0) and not size else span


def _number(digits: str) -> int:
    # RFC 9110 14.1.2: numbers may be large; no file is as long as one of 18 digits.
    digits = digits.lstrip('0')
    return int(digits or '0') if len(digits) < 19 else 10 ** 18


def parse_date(text: 'str | None') -> 'Fields | None':
    """Parse a date in one of the three forms of RFC 9110 section 5.6.7.

    Returns (year, month, day, hour, minute, second) in UTC, or None if it is none of them.
    """
    parts = (text or '').replace('-', ' ').split()
    if len(parts) == 5 and ',' not in parts[0]:  # asctime: Sun Nov  6 08:49:37 1994
        _, month, day, clock, year = parts
    elif len(parts) == 6 and parts[0].endswith(',') and parts[5] == 'GMT':
        _, day, month, year, clock, _ = parts
    else:
        return None
    number = _MONTHS.find(month.lower())
    times = clock.split(':')
    if number < 0 or number % 3 or len(month) != 3 or len(times) != 3 or len(year) not in (2, 4):
        return None
    if (day + year + ''.join(times)).strip(_DIGITS) or not all(0 < len(part) < 3 for part in times + [day]):
        return None
    fields = int(year), number // 3 + 1, int(day), int(times[0]), int(times[1]), int(times[2])
    if len(year) == 2:  # RFC 850: a year more than 50 years in the future is of the last century
        now = gmtime(int(time.time()))[0]
        century = now - now % 100 + fields[0]
        fields = (century if century <= now + 50 else century - 100,) + fields[1:]
    return fields if 0 < fields[2] < 32 and fields[3] < 24 and fields[4] < 60 and fields[5] < 61 else None
