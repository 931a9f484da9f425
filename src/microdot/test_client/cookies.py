# Knows which cookies a client keeps, and which it sends (RFC 6265 section 5). Must not know requests or responses.
import time

from ..core.compat import gmtime

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_MONTHS = ('jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec')
_LONGEST = 400 * 86400  # seconds that a cookie is kept, as in browsers; the year of a small clock ends


class _Cookie:
    def __init__(self, name: str, value: str, attributes: 'dict[str, str]', host: str) -> None:
        self.name = name
        self.value = value
        # COMPAT: without a path a cookie is for all of the site, not for the folder of the request.
        path = attributes.get('path', '')
        self.path = path if path[:1] == '/' else '/'
        domain = attributes.get('domain', '').lower()
        domain = domain[1:] if domain[:1] == '.' else domain
        self.domain = domain or host
        self.host_only = not domain
        self.secure = 'secure' in attributes
        self.expires = _expiry(attributes)

    def scope(self) -> 'tuple[str, str, str]':
        return self.name, self.domain, self.path

    def shown(self) -> 'Any':
        return self.value if self.path == '/' else (self.value, self.path)

    def is_for(self, host: str) -> bool:
        # Section 5.1.3: an address has no subdomains.
        if host == self.domain:
            return True
        return not self.host_only and host.endswith('.' + self.domain) and bool(host.replace('.', '').strip('0123456789'))

    def is_expired(self) -> bool:
        return self.expires is not None and self.expires <= gmtime()[:6]


class CookieJar:
    """Keeps cookies beside a dictionary that shows their values by name, which others may change.

    What the dictionary has of itself is sent to every host.
    """

    def __init__(self) -> None:
        self._kept: 'list[_Cookie]' = []

    def store(self, cookies: 'dict[str, Any]', header: str, host: str) -> None:
        """Keep the cookie of a header Set-Cookie, or forget one that it ends.

        :param cookies: the dictionary.
        :param host: the host that has sent it, without a port.
        """
        pair, _, rest = header.partition(';')
        name, equals, value = pair.partition('=')
        name = name.strip()
        if not equals or not name:
            return
        attributes = {}
        for attribute in rest.split(';'):
            key, _, setting = attribute.partition('=')
            attributes[key.strip().lower()] = setting.strip()
        cookie = _Cookie(name, value.strip(), attributes, host)
        if not cookie.is_for(host):
            return
        self._forget(cookies)
        others = [kept for kept in self._kept if kept.scope() != cookie.scope()]
        if not cookie.is_expired():
            self._kept = others + [cookie]
            cookies[name] = cookie.shown()
            return
        if len(others) == len(self._kept):
            given = cookies.get(name)
            if not self._named(name) and cookie.path == (given[1] if isinstance(given, tuple) else '/'):
                cookies.pop(name, None)
            return
        self._kept = others
        self._show(cookies, name)

    def header(self, cookies: 'dict[str, Any]', host: str, path: str, secure: bool) -> 'list[str]':
        """Return the pairs for a header Cookie, those with longer paths first.

        :param secure: whether the request is for https.
        """
        self._forget(cookies)
        found = []
        for name in cookies:
            kept = self._named(name)
            if not kept:
                value, cookie_path = cookies[name] if isinstance(cookies[name], tuple) else (cookies[name], '/')
                if covers(cookie_path, path):
                    found.append((cookie_path, '%s=%s' % (name, value)))
            for cookie in kept:
                if cookie.is_for(host) and covers(cookie.path, path) and (secure or not cookie.secure):
                    found.append((cookie.path, '%s=%s' % (name, cookie.value)))
        found.sort(key=lambda pair: -len(pair[0]))
        return [pair for _, pair in found]

    def _named(self, name: str) -> 'list[_Cookie]':
        return [cookie for cookie in self._kept if cookie.name == name]

    def _forget(self, cookies: 'dict[str, Any]') -> None:
        # Drops what the dictionary shows no more, since somebody has changed it, and what has expired.
        for cookie in self._kept[:]:
            named = self._named(cookie.name)
            if named and cookies.get(cookie.name) != named[-1].shown():
                self._kept = [kept for kept in self._kept if kept.name != cookie.name]
        for cookie in self._kept[:]:
            if cookie.is_expired():
                self._kept.remove(cookie)
                self._show(cookies, cookie.name)

    def _show(self, cookies: 'dict[str, Any]', name: str) -> None:
        left = self._named(name)
        if left:
            cookies[name] = left[-1].shown()
        else:
            cookies.pop(name, None)


def covers(cookie_path: str, path: str) -> bool:
    """Tell whether a cookie with a path is for another path (section 5.1.4)."""
    if cookie_path in ('/', path):
        return True
    return path.startswith(cookie_path if cookie_path[-1:] == '/' else cookie_path + '/')


def _expiry(attributes: 'dict[str, str]') -> 'tuple[int, ...] | None':
    # The time as six numbers, for any epoch; Max-Age has precedence (section 5.3).
    try:
        seconds = int(attributes['max-age'])
    except (KeyError, ValueError):
        return _date(attributes.get('expires', ''))
    return gmtime(int(time.time()) + min(seconds, _LONGEST))[:6] if seconds > 0 else (0,)


def _date(text: str) -> 'tuple[int, ...] | None':
    # Section 5.1.1: the parts may come in any order.
    year = month = day = None
    clock = None
    for part in text.lower().replace(',', ' ').replace('-', ' ').split():
        if clock is None and part.count(':') == 2:
            clock = [int(number) if number.isdigit() else 60 for number in part.split(':')]
        elif day is None and part.isdigit() and len(part) < 3:
            day = int(part)
        elif month is None and part[:3] in _MONTHS:
            month = _MONTHS.index(part[:3]) + 1
        elif year is None and part.isdigit() and len(part) in (2, 4):
            year = int(part)
            year += 0 if year > 99 else 1900 if year > 69 else 2000
    if clock is None or day is None or month is None or year is None:
        return None
    if clock[0] > 23 or clock[1] > 59 or clock[2] > 59 or not 0 < day < 32 or year < 1601:
        return None
    return year, month, day, clock[0], clock[1], clock[2]
