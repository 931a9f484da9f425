# What other projects test their servers and parsers with, sent to every server. What its parser refuses is refused; of what it lets
# through the application gets requests as the standard has them, nothing is answered with 500, and nothing hangs.

import asyncio
import base64
import json
import re

import pytest
from corpora_rows import EXCEPTIONS, ROWS
from tests import memory
from tests.runtimes.conftest import free_port
from tests.runtimes.servers import EACH, SERVERS, TABLE, ServerProcess

DEADLINE = 30    # seconds for all rows
SILENCE = 1      # seconds after which a server is taken to wait for more

OWN = {'Microdot', 'Microdot, streams'}
H11 = {'uvicorn', 'hypercorn', 'uvicorn, worker of gunicorn'}
HYPER = {'granian, ASGI', 'granian, RSGI'}
CUT = TABLE['granian, RSGI', 'a chunked body that is cut is noticed']

# Rows to reject that a server lets through: why, on which servers, and their names.
LENIENT = [
    ('RFC 9110 5.4: limits are of each server', set(SERVERS),
     [f'gunicorn/invalid/{number}' for number in ('006', '007', '008', '009', '017')]),
    ('RFC 9110 5.3: Content-Type frames nothing', set(SERVERS), ['gunicorn/invalid/041']),
    ('RFC 9112 9.3.2: the first request is valid', set(SERVERS),
     ['llhttp/connection/05 CRLF between requests, implicit `keep-alive`']),
    ('RFC 9112 5.2: a space takes the place of a folded line', H11,
     ['gunicorn/invalid/obs_fold_01', 'llhttp/invalid/23 Spaces before headers',
      'llhttp/sample/12 Line folding in header value with LF']),
    ('RFC 9110 5.5: a recipient may retain control characters', H11,
     ['gunicorn/invalid/rfc9110_field_value_ctl_bel_01', 'gunicorn/invalid/rfc9110_field_value_ctl_del_01']),
    ('RFC 9110 6.5.1: trailers are not told', H11 | HYPER | {'uWSGI'},
     [f'gunicorn/invalid/rfc9110_trailer_forbidden_{name}_01' for name in ('cl', 'host', 'te')]),
    ('RFC 9112 6.3: equal lengths may be taken for one', H11, ['gunicorn/invalid/rfc9112_smuggle_cl_list_form_01']),
    ('RFC 9112 6.3: chunks come before a length, which is not told', HYPER, ['gunicorn/invalid/rfc9112_smuggle_cl_te_chunked_01']),
    ('RFC 9112 2.2: a line may end with LF alone', H11 | HYPER, ['llhttp/invalid/18 Missing CR between headers']),
    ('RFC 9112 2.3: h11 answers any version with its own', H11, ['gunicorn/invalid/version_02']),
    ('RFC 9112 7.1.1: spaces and empty extensions of chunks are skipped', H11 | HYPER,
     ['gunicorn/invalid/chunked_09', 'llhttp/transfer-encoding/09 No extension after semicolon',
      'llhttp/transfer-encoding/30 Space after chunk header']),
    ('RFC 9112 3.2: two hosts are told as one that is malformed', HYPER | {'uWSGI'}, ['gunicorn/invalid/042']),
    ('uWSGI splits the first line at spaces and skips what it does not know', {'uWSGI'},
     ['gunicorn/invalid/002', 'llhttp/uri/11 Space in URI']),
    ('uWSGI takes an empty length for none', {'uWSGI'}, ['llhttp/content-length/14 Empty `Content-Length`']),
    ('uWSGI ends a body where a chunk has no size', {'uWSGI'},
     ['gunicorn/invalid/chunked_13', 'gunicorn/invalid/rfc9112_chunked_missing_final_crlf_01',
      'llhttp/transfer-encoding/23 Missing last-chunk']),
    (CUT, {'granian, RSGI'},
     [f'gunicorn/invalid/chunked_{number}' for number in ('01', '02', '10', '11', '12', '13', '14')]
     + [f'gunicorn/invalid/rfc9112_chunked_{name}_01' for name in ('missing_final_crlf', 'size_minus_sign', 'size_plus_sign')]
     + ['llhttp/invalid/06 Headers separated by LF', 'llhttp/invalid/10 Empty headers separated by LF',
        'llhttp/invalid/21 Only LFs present']
     + [row['id'] for row in ROWS if re.match('llhttp/transfer-encoding/(08|11|23|24|26|28) ', row['id'])]),
]

# Rows to accept that the application has to refuse, for what the server gives of them.
UNREADABLE = {('uWSGI', 'gunicorn/valid/rfc9112_chunked_ext_quoted_01')}  # it reads no extensions of chunks in quotes

CONTROLS = re.compile('[\0-\x08\n-\x1f\x7f]')
TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
TARGET = {'OPTIONS': re.compile(r'/[!-~]*|\*'), 'CONNECT': re.compile(r'[!-.0-~]+:\d+')}
PATH = re.compile('/[!-~]*')


class Service(ServerProcess):
    """The application of told.py on a server."""

    def __init__(self, name, log):
        self.port = free_port()
        command = [argument.replace('PORT', str(self.port)).replace('.served', '.told') for argument in SERVERS[name]]
        super().__init__(name, command, log, PYTHONPATH='src:.')


@pytest.fixture(params=EACH)
def service(request, tmp_path):
    service = Service(request.param, tmp_path / 'log')
    try:
        assert service.accepts(), service.printed
        yield service
        assert service.get('/').status == 200
        service.assert_no_trouble()
    finally:
        service.kill()


async def received(port, data):
    """Return what a server answers until it ends the connection, this side being ended when it is silent."""
    reader, writer = await asyncio.open_connection('127.0.0.1', port)
    found = b''
    try:
        writer.write(data)
        silence = SILENCE
        while True:
            try:
                piece = await asyncio.wait_for(reader.read(65536), silence)
            except asyncio.TimeoutError:
                silence = None
                writer.write_eof()
                continue
            if not piece:
                return found
            found += piece
    except ConnectionError:
        return found
    finally:
        writer.transport.abort()


def faults(name, row, data):
    """Iterate over what is wrong with the answers to a row."""
    method = base64.b64decode(row['b64']).strip().partition(b' ')[0].decode('latin-1')
    data = re.sub(rb'^.*?(?= \d{3} )', b'HTTP/1.1', data)  # uWSGI says in its answer what the request said
    answers = memory.answers(data, [method], closed=True)
    statuses = [answer.status for answer in answers if answer.status >= 200]
    refusals = [status in (501, 505) or (400 <= status < 500 and status not in (404, 405)) for status in statuses]
    if any(status >= 500 for status in statuses if status not in (501, 505)):
        yield 'an error'
    told = [json.loads(base64.b64decode(answer.header('x-told'))) for answer in answers if answer.header('x-told')]
    reason = next((reason for reason, servers, rows in LENIENT if name in servers and row['id'] in rows), None)
    if row['expect'] in ('reject', 'rejectorwait', 'wait') and False in refusals and not reason:
        yield 'it is let through'
    if row['expect'] == 'accept' and told and refusals[0] and row['id'] not in EXCEPTIONS and (name, row['id']) not in UNREADABLE:
        yield 'the application refuses it'
    for request in told:
        for fault in illegal(request):
            if not (fault == 'a control character' and 'control characters' in (reason or '')):
                yield fault


def illegal(request):
    """Iterate over what the application should not have been given."""
    method, headers = request['method'], request['headers']
    if not TOKEN.fullmatch(method):
        yield 'a malformed method'
    if not TARGET.get(method, PATH).fullmatch(request['url']):
        yield 'a malformed target'
    if not all(TOKEN.fullmatch(name) for name, _ in headers):
        yield 'a malformed name'
    if any(CONTROLS.search(value) for _, value in headers):
        yield 'a control character'
    lengths = [value for name, value in headers if name.lower() == 'content-length']
    codings = [value.strip().lower() for name, value in headers if name.lower() == 'transfer-encoding']
    if codings not in ([], ['chunked']) or (codings and lengths) or len(lengths) > 1:
        yield 'a framing that can be read in two ways'
    size = len(request['body']) // 2
    if [request['length'], *map(int, lengths)] != [size] * (1 + len(lengths)):
        yield 'a wrong length'


def test_rows(service):
    async def ask():
        return await asyncio.wait_for(
            asyncio.gather(*[received(service.port, base64.b64decode(row['b64'])) for row in ROWS]), DEADLINE)

    found = [(row['id'], fault, data) for row, data in zip(ROWS, asyncio.run(ask()), strict=True)
             for fault in faults(service.runtime, row, data)]
    assert found == []


def test_every_row_exists():
    names = {row['id'] for row in ROWS}
    for reason, servers, rows in LENIENT:
        assert set(rows) <= names, reason
        assert servers <= set(SERVERS), reason
