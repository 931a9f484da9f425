# What is fuzzed: functions of bytes that fail where something is not as it has to be, and the bytes to begin with.
# CPython only.

import asyncio
import base64
import json

import chunked_rows
import event_rows
import formdata_rows
import frame_rows
import framing_rows
import head_rows
from corpora_rows import AFTER, ROWS
from properties import (
    check_both_ways,
    check_chunks_again,
    check_form,
    check_head_again,
    check_outcome_of_head,
    check_pieces_of_chunks,
    check_pieces_of_heads,
    cut,
)
from rows import feed_frames, in_bytes
from served import only_outcome

from microdot import HTTPException, Microdot, MultiDict, Request, Response, urldecode, urlencode
from microdot.core.urls import parse_pairs
from microdot.proxies import TrustedProxies
from microdot.test_client.events import EventReader
from microdot.wire.deflate import Deflate
from microdot.wire.events import event_bytes
from microdot.wire.forwarded import parse_forwarded
from microdot.wire.frames import BINARY, TEXT, frame
from microdot.wire.http11 import framing, has_controls, parse_head

HEADS = [row[2] for table in (*head_rows.TABLES, head_rows.LIMITS, framing_rows.LENGTHS, framing_rows.KEEP) for row in table]
CORPORA = [base64.b64decode(row['b64']) for row in ROWS]


def heads(data):
    """Heads, of which the wire tells method, URL, version, headers, the length of the body and whether to keep."""
    for limits in (Request, head_rows.Tight):
        check_outcome_of_head(data, limits)
        check_both_ways(data, limits)
        check_pieces_of_heads(data, cut(data), limits)
    check_head_again(data)


def fields(data):
    """The header lines of a valid request."""
    heads(b'POST /path?query HTTP/1.1\r\nHost: a\r\n' + data + b'\r\n\r\n')


def chunks(data):
    """Bodies in chunks."""
    check_pieces_of_chunks(data, cut(data))
    check_chunks_again(data)


def _request(line=b'GET / HTTP/1.1', headers=b''):
    # A request with this line and these header lines, None if they are refused or are more than that.
    data = line + b'\r\nHost: a\r\n' + headers + b'\r\n'
    try:
        head = parse_head(data, 0, Request)
        if isinstance(head, int) or head[4] < len(data):
            return None
        return Request.from_head(Microdot(), None, head, framing(head[2], head[3]), None)
    except HTTPException:
        return None


def cookies(data):
    """The header Cookie; what it gives can be sent as one again, or is refused."""
    request = _request(headers=b'Cookie: ' + data + b'\r\n')
    if request is None:
        return
    parsed = request.cookies
    written = '; '.join([f'{name}={value}' for name, value in parsed.items()])
    assert not parsed or _request(headers=b'Cookie: ' + written.encode() + b'\r\n').cookies == parsed
    for name, value in parsed.items():
        response = Response()
        try:
            response.set_cookie(name, value, path=value, domain=value, same_site=value)
        except ValueError:
            continue
        header = response.headers['Set-Cookie'][0]
        assert not has_controls(header.encode())
        assert header.count(';') == (3 if value else 0)


def urls(data):
    """Percent-encoding and query strings, as targets and as forms have them, and what routes match."""
    refused = None
    try:
        text = urldecode(data)
        assert urldecode(urlencode(text)) == text
        parsed = parse_pairs(data)
        assert _again(parsed) == parsed
    except HTTPException as exc:
        refused = exc.status_code
    assert refused in (None, 400)
    request = _request(b'GET /' + data + b' HTTP/1.1')
    if request is None:
        return
    for what in (lambda: request.args, lambda: _app.find_route(request)):
        try:
            what()
        except HTTPException as exc:
            assert exc.status_code == 400, request.url


def _again(parsed):
    # What comes of pairs that are written and parsed again.
    pairs = [urlencode(name) + '=' + urlencode(value) for name in parsed for value in parsed.getlist(name)]
    return parse_pairs('&'.join(pairs))


_app = Microdot()
for pattern in ('/a/<int:number>', '/<word>/b', '/c/<path:rest>/d', '/<re:[a-f]+[0-9]*:code>/e', '/<path:all>'):
    _app.route(pattern)(lambda request, **arguments: arguments)


def bodies(data):
    """Forms and JSON."""
    for kind in (b'application/x-www-form-urlencoded', b'application/json'):
        request = _request(b'POST / HTTP/1.1', b'Content-Type: ' + kind + b'\r\n')
        request.body = data
        try:
            form, value = request.form, request.json
        except HTTPException as exc:
            assert exc.status_code == 400
            continue
        if form is not None:
            assert isinstance(form, MultiDict)
            assert _again(form) == form
        else:
            json.dumps(value)


def forms(data):
    """Forms with files, the boundary of which is B."""
    check_form(data, cut(data))


def forwarded(data):
    """What proxies tell of a client."""
    text = data.decode('latin-1')
    try:
        elements = parse_forwarded(text)
        written = ', '.join(';'.join(f'{name}="{_quoted(value)}"' for name, value in element.items()) for element in elements)
        assert parse_forwarded(written) == elements
    except HTTPException as exc:
        assert exc.status_code == 400
    first, _, second = data.partition(b'\x00')
    for names in (b'Forwarded', b''), (b'Forwarded', b'X-Forwarded-For'), (b'X-Forwarded-For', b'X-Forwarded-Host'):
        request = _request(headers=b'%s: %s\r\n' % (names[0], first) + (b'%s: %s\r\n' % (names[1], second) if names[1] else b''))
        if request is None:
            continue
        for peer in ('192.0.2.1', 1), ('192.0.2.2', 2):
            request.client_addr = peer
            try:
                _proxies.resolve(request)
            except HTTPException as exc:
                assert exc.status_code == 400
            if peer[1] == 2:  # whom nobody trusts
                assert request.client_addr == peer
            else:
                host, port = request.client_addr
                assert host and 0 <= port <= 65535
                assert not has_controls(host.encode()) and not set(host) & set(' ,;="<>/')
            assert request.scheme in ('http', 'https')


def _quoted(value):
    return value.replace('\\', '\\\\').replace('"', '\\"')


_proxies = TrustedProxies(Microdot(), ['192.0.2.1', '10.0.0.0/8', '2001:db8::/32'])


def events(data):
    """Server-sent events: a stream of them, and one of which a client has chosen the parts."""
    found = _read([data])
    assert _read(in_bytes(data)) == found
    assert _read(cut(data)) == found
    event, = _read([event_bytes(data)])
    assert event['data'] == data.replace(b'\r\n', b'\n').replace(b'\r', b'\n')
    assert _read([event_bytes(data, comment=True)]) == []
    text = data.decode('latin-1')
    try:
        written = event_bytes('x', event=text, event_id=text)
    except ValueError:
        return
    event, = _read([written])
    assert (event['event'], event['event_id'], event['data']) == (text, text, b'x')


def _read(pieces):
    reader = EventReader()
    return [event for piece in pieces for event in reader.feed(piece)]


def frames(data):
    """Frames of a WebSocket, compressed ones among them: what comes of them, and what is written of that."""
    for make in (lambda: None), Deflate:
        outcome = feed_frames([data], 200, make())
        for told in outcome:
            assert told in (1002, 1007, 1009, 'incomplete') or isinstance(told, tuple)
        assert feed_frames(in_bytes(data), 200, make()) == outcome
        assert feed_frames(cut(data), 200, make()) == outcome
    for opcode, payload in [told for told in outcome if isinstance(told, tuple) and told[0] in (TEXT, BINARY)]:
        octets = payload.encode() if opcode == TEXT else payload
        assert feed_frames([frame(opcode, octets, b'abcd')]) == [(opcode, payload)]


def connections(data):
    """A connection: what comes of the bytes is the same on every server and in whatever pieces, and nothing follows a refusal."""
    asyncio.run(_connection(data[:1000]))


async def _connection(data):
    found = await only_outcome(data, cut(data))
    assert 500 not in found.statuses
    behind = await only_outcome(data + AFTER, cut(data + AFTER))
    after = ('GET', '/after', b'')
    if found.kept:
        assert (behind.statuses, behind.seen) == ([*found.statuses, 200], [*found.seen, after])
    else:
        assert behind.seen.count(after) == found.seen.count(after)


NODES = [
    b'for=192.0.2.60;proto=http;by=203.0.113.43', b'for=192.0.2.43, for="[2001:db8:cafe::17]:4711"', b'for=_gazonk',
    b'for=198.51.100.7;host="\\"a\\\\";x="a\\b"', b'10.0.0.1, 192.0.2.1', b'198.51.100.7\x00example.com:8443',
    b'For="[2001:db8::1]";Proto=https;Host="a:80", for=unknown, for="10.0.0.1:_p"',
    b'198.51.100.7, [::1]:80, 10.0.0.1\x00for=198.51.100.7;host="\\"a\\\\"',
]
PAIRS = [b'a=b&c=%C3%A9+%2b&&d&=e&a=%', b'caf%C3%A9/%2F%%', b'a/12?q=%F0%9F%98%80', b'c/x/y/d', b'abc12/e']
JSON = [b'{"a": [1, 2.5e3, "\\u00e9", null, true], "b": {"c": NaN}}', b'"\\ud800"', b'[' * 50]

# Each target with its function and what to begin with.
TARGETS = {
    'heads': (heads, HEADS + CORPORA),
    'fields': (fields, [head.split(b'\n', 2)[2] for head in HEADS if head.count(b'\n') > 2]),
    'chunks': (chunks, [row[2] for table in (*chunked_rows.TABLES, chunked_rows.LIMITS) for row in table]),
    'cookies': (cookies, [b'a=b; c=d', b'a', b'=', b' a = b ;;c="d;e"; \xff=\xc3\xa9', b'a=b, c']),
    'urls': (urls, PAIRS),
    'bodies': (bodies, PAIRS + JSON),
    'forms': (forms, [row[2] for table in formdata_rows.TABLES for row in table]),
    'forwarded': (forwarded, NODES),
    'events': (events, [row[2] for row in event_rows.READ]),
    'frames': (frames, [row[2] for table in (*frame_rows.TABLES, frame_rows.LIMITS) for row in table]),
    'connections': (connections, CORPORA),
}
