# The requests of other projects, and those that are judged otherwise than these say.

import json
from pathlib import Path

ROWS = [row for name in ('gunicorn', 'llhttp')
        for row in json.loads((Path(__file__).parent / 'corpora' / f'{name}.json').read_text())]

AFTER = b'GET /after HTTP/1.1\r\nHost: after\r\n\r\n'

# Rows that are judged otherwise: the status codes they get, and why.
_CODINGS = [501], 'RFC 9112 6.1: a transfer coding that is not understood is answered with 501'
_NO_HOST = [200, 400], 'RFC 9112 3.2: the second request is of HTTP/1.1 and has no Host'
LIMITS = [200], 'RFC 9110 5.4, RFC 9112 3: limits are of each server; ours are 8 KiB for a line and 16 KiB for a head'
EXCEPTIONS = {
    'gunicorn/invalid/006': LIMITS,
    'gunicorn/invalid/008': LIMITS,
    'gunicorn/invalid/041': (
        [200], 'RFC 9110 5.3: Content-Type frames nothing; where it is read, two of them are one that is malformed'),
    'gunicorn/valid/022': _NO_HOST,
    'gunicorn/valid/rfc9112_smuggle_gzip_chunked_01': _CODINGS,
    'gunicorn/valid/rfc9112_smuggle_te_identity_chunked_01': _CODINGS,
    'llhttp/connection/02 Restarting when keep-alive is explicitly': _NO_HOST,
    'llhttp/connection/05 CRLF between requests, implicit `keep-alive`': (
        [200, 400], 'RFC 9112 9.3.2: the first request is valid and answered; the second is refused'),
    'llhttp/invalid/14 Invalid method': (
        [501], 'RFC 9110 9.1: MKCOLA may be a method, nobody has it; what follows is as certain as after any request'),
    'llhttp/pipelining/01 Should parse multiple events': _NO_HOST,
    'llhttp/transfer-encoding/20 POST with `chunked` as last transfer-encoding': _CODINGS,
    'llhttp/transfer-encoding/21 POST with `chunked` as last transfer-encoding (multiple headers)': _CODINGS,
}
