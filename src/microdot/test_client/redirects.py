# Knows which request follows a redirect (RFC 9110 section 15.4). Must not know how requests are sent.
from .exchange import Exchange, hostname

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .response import TestResponse


def following_exchange(exchange: Exchange, response: 'TestResponse') -> 'Exchange | None':
    """Return the request that follows a response, None if it is no redirect, leads elsewhere, or the body cannot be sent again."""
    location = response.headers.get('Location')
    status = response.status_code
    if location is None or status not in (301, 302, 303, 307, 308):
        return None
    scheme, host, path = resolve(exchange, location)
    if hostname(host) != exchange.hostname or scheme not in ('http', 'https'):
        return None
    method = exchange.method
    body = exchange.body
    headers = exchange.headers.copy()
    headers['Host'] = host
    if method != 'HEAD' and (status == 303 or (method == 'POST' and status < 303)):
        method = 'GET'
        body = None
        for name in ('Content-Type', 'Content-Length', 'Content-Encoding', 'Transfer-Encoding'):
            headers.pop(name, None)
    elif body and not isinstance(body, bytes):
        return None
    return Exchange(exchange.client, method, path, headers, body, scheme=scheme)


def resolve(exchange: Exchange, location: str) -> 'tuple[str, str, str]':
    """Return scheme, host, and path with query of what a reference leads to (RFC 3986 section 5.2)."""
    location = location.partition('#')[0]
    scheme, host = exchange.scheme, exchange.host
    before, found, rest = location.partition('://')
    if found and '/' not in before and '?' not in before:
        scheme, location = before.lower(), '//' + rest
    if location[:2] == '//':
        host, slash, path = location[2:].partition('/')
        host, mark, query = host.partition('?')
        return scheme, host, '/' + path if slash else '/' + mark + query
    base, mark, query = exchange.path.partition('?')
    if not location:
        return scheme, host, base + mark + query
    if location[0] == '?':
        return scheme, host, base + location
    path, mark, query = location.partition('?')
    if path[0] != '/':
        path = base[:base.rfind('/') + 1] + path
    return scheme, host, _without_dots(path) + mark + query


def _without_dots(path: str) -> str:
    # RFC 3986 section 5.2.4
    segments: 'list[str]' = []
    for segment in path.split('/'):
        if segment == '..':
            if len(segments) > 1:
                segments.pop()
        elif segment != '.':
            segments.append(segment)
    if path.rpartition('/')[2] in ('.', '..'):
        segments.append('')
    return '/'.join(segments)
