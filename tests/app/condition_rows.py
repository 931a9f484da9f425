# What a request for a file with conditions or a range gets, by RFC 9110, and by nginx 1.22 where that says something else.
#
# The file is FILE, SIZE bytes long. In headers `{etag}` stands for its entity tag, `{same}` for when it was modified, `{before}`
# and
# `{after}` for a second before and after that, `{rfc850}` and `{asctime}` for `{same}` in other forms. An answer is the status, the
# header Content-Range or None, and which bytes are sent: None for a text of the server.

import os

from microdot.core.compat import gmtime, http_date

FILE = 'tests/app/files/thousand.bin'
SIZE = 1000

WHOLE = (200, None, (0, SIZE))
NOTHING = 0, 0
FRESH = (304, None, NOTHING)
FAILED = (412, None, None)   # a body of the server's own
BEYOND = (416, f'bytes */{SIZE}', None)


def part(start, end):
    return 206, f'bytes {start}-{end - 1}/{SIZE}', (start, end)


ROWS = [  # name, headers, answer, and of nginx: its answer and why it differs
    ('plain', {}, WHOLE),

    ('If-None-Match', {'If-None-Match': '{etag}'}, FRESH),
    ('If-None-Match of another', {'If-None-Match': '"other"'}, WHOLE),
    ('If-None-Match, weak', {'If-None-Match': 'W/{etag}'}, FRESH),
    ('If-None-Match, star', {'If-None-Match': '*'}, FRESH),
    ('If-None-Match, list', {'If-None-Match': '"a", W/"b", {etag}, "c"'}, FRESH),
    ('If-None-Match, list without spaces', {'If-None-Match': '"a",{etag}'}, FRESH),
    ('If-None-Match, list of others', {'If-None-Match': '"a", "b"'}, WHOLE),
    ('If-None-Match, a comma in a tag', {'If-None-Match': '"a,b", {etag}'}, FRESH),
    ('If-None-Match without quotes', {'If-None-Match': 'nonsense'}, WHOLE),
    ('If-None-Match, empty', {'If-None-Match': '""'}, WHOLE),

    ('If-Modified-Since, same', {'If-Modified-Since': '{same}'}, FRESH),
    ('If-Modified-Since, after', {'If-Modified-Since': '{after}'}, FRESH),
    ('If-Modified-Since, before', {'If-Modified-Since': '{before}'}, WHOLE),
    ('If-Modified-Since, no date', {'If-Modified-Since': 'yesterday'}, WHOLE),
    ('If-Modified-Since, RFC 850', {'If-Modified-Since': '{rfc850}'}, FRESH),
    ('If-Modified-Since, asctime', {'If-Modified-Since': '{asctime}'}, FRESH),
    ('If-Modified-Since, asctime with one digit', {'If-Modified-Since': 'Sun Nov  6 08:49:37 1994'}, WHOLE),
    ('If-Modified-Since, RFC 850, of the last century', {'If-Modified-Since': 'Sunday, 06-Nov-94 08:49:37 GMT'}, WHOLE),

    ('both fresh', {'If-None-Match': '{etag}', 'If-Modified-Since': '{same}'}, FRESH),
    ('another tag, same date', {'If-None-Match': '"other"', 'If-Modified-Since': '{same}'}, WHOLE),
    ('same tag, date before', {'If-None-Match': '{etag}', 'If-Modified-Since': '{before}'}, FRESH,
     (WHOLE, '13.1.3: If-Modified-Since must be ignored where If-None-Match is there')),

    ('If-Match', {'If-Match': '{etag}'}, WHOLE),
    ('If-Match of another', {'If-Match': '"other"'}, FAILED),
    ('If-Match, weak', {'If-Match': 'W/{etag}'}, FAILED),
    ('If-Match, star', {'If-Match': '*'}, WHOLE),
    ('If-Match, list', {'If-Match': '"a", {etag}'}, WHOLE),
    ('If-Unmodified-Since, same', {'If-Unmodified-Since': '{same}'}, WHOLE),
    ('If-Unmodified-Since, after', {'If-Unmodified-Since': '{after}'}, WHOLE),
    ('If-Unmodified-Since, before', {'If-Unmodified-Since': '{before}'}, FAILED),
    ('If-Unmodified-Since, no date', {'If-Unmodified-Since': 'yesterday'}, WHOLE,
     (FAILED, '13.1.4: what is no date must be ignored')),
    ('If-Match, If-Unmodified-Since before', {'If-Match': '{etag}', 'If-Unmodified-Since': '{before}'}, WHOLE,
     (FAILED, '13.1.4: If-Unmodified-Since must be ignored where If-Match is there')),
    ('If-Match fails before If-None-Match', {'If-Match': '"other"', 'If-None-Match': '{etag}'}, FAILED),
    ('If-Match, then If-None-Match', {'If-Match': '{etag}', 'If-None-Match': '{etag}'}, FRESH),

    ('a range', {'Range': 'bytes=0-4'}, part(0, 5)),
    ('one byte', {'Range': 'bytes=7-7'}, part(7, 8)),
    ('the last byte', {'Range': 'bytes=999-999'}, part(999, 1000)),
    ('to the end', {'Range': 'bytes=500-'}, part(500, 1000)),
    ('all', {'Range': 'bytes=0-'}, part(0, 1000)),
    ('the end', {'Range': 'bytes=-10'}, part(990, 1000)),
    ('beyond the end', {'Range': 'bytes=990-2000'}, part(990, 1000)),
    ('more than all', {'Range': 'bytes=-2000'}, part(0, 1000)),
    ('unit in capitals', {'Range': 'BYTES=0-4'}, part(0, 5)),
    ('leading zeros', {'Range': 'bytes=00000000000000000000001-2'}, part(1, 3)),
    ('nothing', {'Range': 'bytes=1000-'}, BEYOND),
    ('nothing, with an end', {'Range': 'bytes=5000-6000'}, BEYOND),
    ('none of the end', {'Range': 'bytes=-0'}, BEYOND),
    ('backwards', {'Range': 'bytes=5-2'}, BEYOND),
    ('no numbers', {'Range': 'bytes=a-b'}, BEYOND),
    ('no range', {'Range': 'bytes='}, WHOLE),
    ('a dash', {'Range': 'bytes=-'}, BEYOND),
    ('no dash', {'Range': 'bytes=5'}, BEYOND),
    ('a number below nothing', {'Range': 'bytes=--5'}, BEYOND),
    ('a number with a sign', {'Range': 'bytes=+1-5'}, BEYOND),
    ('a huge number', {'Range': 'bytes=99999999999999999999999999-'}, BEYOND),
    ('a huge end', {'Range': 'bytes=990-99999999999999999999999999'}, part(990, 1000),
     (BEYOND, '14.1.2: the last byte may be beyond the end')),
    ('another unit', {'Range': 'lines=0-4'}, WHOLE),
    ('no unit', {'Range': '0-4'}, WHOLE),
    ('two ranges', {'Range': 'bytes=0-4,10-14'}, WHOLE),
    ('overlapping ranges', {'Range': 'bytes=0-,0-,0-,0-,0-'}, WHOLE),
    ('a range and one that is not there', {'Range': 'bytes=0-4,5000-'}, WHOLE,
     (part(0, 5), '14.2: a server may ignore it; nginx counts those that are there')),

    ('If-Range', {'Range': 'bytes=0-4', 'If-Range': '{etag}'}, part(0, 5)),
    ('If-Range of another', {'Range': 'bytes=0-4', 'If-Range': '"other"'}, WHOLE),
    ('If-Range, weak', {'Range': 'bytes=0-4', 'If-Range': 'W/{etag}'}, WHOLE),
    ('If-Range, date', {'Range': 'bytes=0-4', 'If-Range': '{same}'}, part(0, 5)),
    ('If-Range, date before', {'Range': 'bytes=0-4', 'If-Range': '{before}'}, WHOLE),
    ('If-Range, date after', {'Range': 'bytes=0-4', 'If-Range': '{after}'}, WHOLE),
    ('If-Range, no date', {'Range': 'bytes=0-4', 'If-Range': 'yesterday'}, WHOLE),
    ('If-Range without a range', {'If-Range': '"other"'}, WHOLE),
    ('If-Range, nothing there', {'Range': 'bytes=5000-', 'If-Range': '"other"'}, WHOLE),

    ('fresh, with a range', {'Range': 'bytes=0-4', 'If-None-Match': '{etag}'}, FRESH),
    ('not fresh, with a range', {'Range': 'bytes=0-4', 'If-None-Match': '"other"'}, part(0, 5)),
    ('fresh, with a range that is not there', {'Range': 'bytes=5000-', 'If-None-Match': '{etag}'}, FRESH),
    ('failed, with a range', {'Range': 'bytes=0-4', 'If-Match': '"other"'}, FAILED),
]


def dates():
    """Return what stands for dates."""
    modified = os.stat(FILE)[8]
    fields = gmtime(modified)
    date = http_date(fields)
    weekday, day, month, year, clock, _ = date.split(' ')
    full = ('Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday')[fields[6]]
    return {
        'same': date, 'before': http_date(gmtime(modified - 1)), 'after': http_date(gmtime(modified + 1)),
        'rfc850': '%s, %s-%s-%s %s GMT' % (full, day, month, year[2:], clock),
        'asctime': '%s %s %2d %s %s' % (weekday[:3], month, int(day), clock, year),
    }


def fill(headers, values):
    """Return headers in which values stand for their names."""
    filled = {}
    for name, text in headers.items():
        for key, value in values.items():
            text = text.replace('{' + key + '}', value)
        filled[name] = text
    return filled
