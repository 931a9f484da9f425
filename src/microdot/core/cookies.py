# Knows the header Set-Cookie (RFC 6265 section 4.1). Must not know responses.
from ..wire.fields import check_name, check_text
from .compat import WARNING, http_date, log

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def format_cookie(
    name: str, value: 'Any', path: 'str | None', domain: 'str | None', expires: 'Any', max_age: 'int | None',
    secure: bool, http_only: bool, partitioned: bool, same_site: 'str | None',
) -> str:
    """Return the value of a header Set-Cookie; `ValueError` for a semicolon or a control character in any part."""
    if expires and not isinstance(expires, str):
        expires = http_date(expires.utctimetuple() if getattr(expires, 'tzinfo', None) else expires.timetuple())
    check_name(name)
    parts = ['%s=%s' % (name, value)]
    for attribute, setting in (('Path', path), ('Domain', domain), ('Expires', expires)):
        if setting:
            parts.append('%s=%s' % (attribute, setting))
    if max_age is not None:
        parts.append('Max-Age=%d' % max_age)
    for attribute, wanted in (('Secure', secure), ('HttpOnly', http_only), ('Partitioned', partitioned)):
        if wanted:
            parts.append(attribute)
    if same_site:
        parts.append('SameSite=' + same_site)
    for part in parts:
        check_text('Set-Cookie', part)
        if ';' in part:
            raise ValueError('semicolon in the cookie ' + name)
    cookie = '; '.join(parts)
    size = len(cookie.encode())
    if size > 4096:  # RFC 6265 6.1: what a browser is sure to keep
        log(WARNING, 'The cookie %s has %d bytes, browsers may drop it', name, size)
    return cookie
