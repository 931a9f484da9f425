# Knows what a valid head of a request looks like to CPython's regular expressions. Must not know anything else.
import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .http11 import Buffer, Head, Limits

# What http11's lines accept when they end in CRLF. Neighbouring classes are disjoint, so it is linear.
_valid_head = re.compile(
    rb"(?!CONNECT )([A-Z-]+) (/[!-~]*) HTTP/1\.([01])"
    rb"((?:\r\n[-A-Za-z0-9_.!#$%&'*+^`|~]+:[\t -~\x80-\xff]*)*\r\n)\r\n"
).fullmatch


def parse_valid(buffer: 'Buffer', start: int, limits: 'type[Limits]', searched: int) -> 'Head | None':
    """Parse a head as `parse_head` does; None for one that is unusual, invalid or not complete.

    PERF: one pass of 0.5 us, 1.5 for a browser's twelve headers, against 9.
    """
    end = buffer.find(b'\r\n\r\n', searched) + 4
    length = end - start
    if length <= limits.max_readline and length <= limits.max_head_length:
        match = _valid_head(buffer, start, end)
        if match:
            method, target, minor, block = match.groups()
            if block.count(b'\n') <= limits.max_headers + 1:
                return method.decode(), target.decode(), '1.1' if minor == b'1' else '1.0', block, end
    return None
