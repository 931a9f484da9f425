# Knows what a valid head of a request looks like to CPython's regular expressions. Must not know anything else.
import re

# PERF: accepts in one pass of 0.5 us (1.5 for a browser's twelve headers, against 9) what http11's lines accept when they
# end in CRLF. Neighbouring classes are disjoint, so it is linear.
valid_head = re.compile(
    rb"(?!CONNECT )([A-Z-]+) (/[!-~]*) HTTP/1\.([01])"
    rb"((?:\r\n[-A-Za-z0-9_.!#$%&'*+^`|~]+:[\t -~\x80-\xff]*)*\r\n)\r\n"
).fullmatch
