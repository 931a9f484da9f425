# Knows how the parts of a request are parsed: headers, query, cookies, JSON, forms, and a request on a stream.
# Must not know servers or routing.
import json

from ..wire import fields, http11
from .errors import HTTPException, MalformedInput
from .multidict import MultiDict, NoCaseDict
from .request import Request
from .urls import parse_pairs

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any


def case_blind(headers: 'Mapping[str, Any]') -> NoCaseDict:
    """Return headers as a dictionary that is blind to case."""
    return headers if isinstance(headers, NoCaseDict) else NoCaseDict(headers)


def parse_headers(request: Request) -> NoCaseDict:
    """Return all headers, the values of repeated ones joined (RFC 9110 section 5.2)."""
    headers = NoCaseDict()
    for name, value in fields.headers(request.block):
        if name in headers:
            value = headers[name] + ('; ' if name.lower() == 'cookie' else ', ') + value
        headers[name] = value
    return headers


def _header(request: Request, name: bytes) -> 'str | None':
    # PERF: one header costs 0.5 us in the block, all of a browser's 5 us.
    if not request.block:
        return request.headers.get(name.decode())  # type: ignore[no-any-return]
    value = http11.find_header(request.block, request.lower_block, name)
    return None if value is None else fields.text(value)


def parse_args(request: Request) -> MultiDict:
    """Return the values of the query string."""
    return parse_pairs(request.query_string or '')


def parse_cookies(request: Request) -> 'dict[str, str]':
    """Return the cookies (RFC 6265 section 5.4)."""
    cookies = {}
    header = _header(request, b'cookie')
    if header:
        for cookie in header.split(';'):
            name, _, value = cookie.strip().partition('=')
            cookies[name] = value
    return cookies


def parse_content_length(request: Request) -> int:
    """Return the length of the body in bytes, 0 if it is not told."""
    value = _header(request, b'content-length')
    return int(value) if value else 0


def parse_content_type(request: Request) -> 'str | None':
    """Return the media type of the body with its parameters."""
    return _header(request, b'content-type')


def parse_json(request: Request) -> 'Any':
    """Return the body parsed as JSON, None if its type is not JSON."""
    media_type = _media_type(request)
    if media_type == 'application/json' or media_type.endswith('+json'):
        try:
            return json.loads(_whole_body(request))
        except (ValueError, RuntimeError):  # RuntimeError: nested too deeply
            raise MalformedInput(400, 'Malformed JSON') from None
    return None


def parse_form(request: Request) -> 'MultiDict | None':
    """Return the fields of a URL-encoded form, None if the body is not one."""
    if _media_type(request) == 'application/x-www-form-urlencoded':
        return parse_pairs(_whole_body(request))
    return None


def _media_type(request: Request) -> str:
    return (request.content_type or '').partition(';')[0].strip().lower()


def _whole_body(request: Request) -> bytes:
    if request.is_streamed:
        raise HTTPException(413, 'Payload too large')
    return request.body


async def read_request(
    app: 'Any', client_reader: 'Any', client_writer: 'Any', client_addr: 'Any', scheme: 'str | None'
) -> 'Request | None':
    """Read a request from a stream; see `Request.create`."""
    lines: 'list[bytes]' = []
    while not lines or lines[-1].strip():
        lines.append(await client_reader.readline())
        if len(lines[-1]) > Request.max_readline:
            raise ValueError('line too long')
        if len(lines) > Request.max_headers + 2:
            raise HTTPException(431, 'Too many headers')
    head = http11.parse_head(b''.join(lines), 0, Request)
    if isinstance(head, int):
        return None
    request, length = Request.from_head(app, client_addr, head, (client_reader, client_writer), scheme)
    if length and length <= request.max_content_length:
        from .body import BodyStream

        await request.load_body(BodyStream(client_reader, length, request.max_content_length), length)
    return request

