# Knows how often a client may ask: a token bucket for each, in memory. Must not know routes, or who the clients are.
from .core.compat import SMALL, elapsed, iscoroutine, peer_address, ticks
from .core.decorators import call, replace
from .core.errors import HTTPException

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from . import Request

    Handler = Callable[..., Any]

__all__ = ['RateLimit', 'limit']

_SECONDS = {'second': 1, 'minute': 60, 'hour': 3600, 'day': 86400}
_TURN = 1 << 28  # milliseconds, three days; MicroPython's clock turns over after four times that, and tells half


class RateLimit:
    """Limits how often each client may ask, and answers with 429 and `Retry-After` (RFC 6585 section 4) what is more.

    :param rate: how often: `'5/minute'`, `'100/hour'`, `'10/30 seconds'`; the units are second, minute, hour and day. A client may
                 ask that often at once, and is then allowed again at even intervals: after 12 seconds the next time, for
                 `'5/minute'`.
    :param key: a function, a coroutine function or not, that is called with the request and returns what stands for the client;
                None for one without a limit. The client's address if not given, of IPv6 the first 64 bits, which is the smallest
                network that anybody gets.
    :param max_keys: how many clients are remembered, 10,000 (MicroPython: 32); a quarter is forgotten when there are more, those
                     who have asked least.

    Raises `ValueError` for a malformed rate.

    Functions that are decorated with the same object share its limit. The counts are this process's: with four processes a
    client may ask four times as often, and with the restart all is forgotten.

    Example::

        @app.post('/login')
        @limit('5/minute')
        async def login(request):
            ...

        per_key = limit('1000/day', key=lambda request: request.headers.get('X-API-Key'))
        app.before_request(per_key.check)
    """

    def __init__(
        self, rate: str, key: 'Callable[[Request], Any] | None' = None, max_keys: int = 32 if SMALL else 10_000,
    ) -> None:
        count, seconds = parse_rate(rate)
        self.key = key or client_network
        self.max_keys = max_keys
        # PERF: a bucket is one number, the time at which it is full again (the generic cell rate algorithm of ITU-T I.371).
        # Times are milliseconds since `_start`.
        self._interval = (seconds * 1000 + count - 1) // count
        self._burst = self._interval * count
        self._full: 'dict[Any, int]' = {}
        self._start = ticks()
        self._last = 0

    def __call__(self, f: 'Handler') -> 'Handler':
        async def handler(request: 'Request', *args: 'Any', **kwargs: 'Any') -> 'Any':
            await self.check(request)
            return await call(f, request, *args, **kwargs)

        return replace(f, handler)

    async def check(self, request: 'Request') -> None:
        """Count a request, and raise an `HTTPException` with status 429 if it is one too many."""
        key = self.key(request)
        if iscoroutine(key):
            key = await key
        wait = 0 if key is None else self.take(key)
        if wait:
            raise HTTPException(429, 'Too many requests', {'Retry-After': str(wait)})

    def take(self, key: 'Any') -> int:
        """Count one for a key and return 0, or return the seconds until there is one for it again."""
        now = self._time()
        full = max(self._full.get(key, now), now) + self._interval
        early = full - now - self._burst
        if early > 0:
            return (early + 999) // 1000
        if key not in self._full and len(self._full) >= self.max_keys:
            self._forget(now)
        self._full[key] = full
        return 0

    def reset(self, key: 'Any') -> None:
        """Forget what was counted for a key."""
        self._full.pop(key, None)

    def _time(self) -> int:
        now = int(elapsed(self._start))
        if not self._last <= now < _TURN:
            # UPY: the clock turns over. If it has, nobody has asked for days.
            self._full = {key: full - now for key, full in self._full.items()} if now >= _TURN else {}
            self._start = ticks()
            now = 0
        self._last = now
        return now

    def _forget(self, now: int) -> None:
        # Who may ask as often as anybody is as good as unknown; if that is too few, a quarter goes.
        keys = sorted(self._full, key=lambda key: self._full[key])
        for i, key in enumerate(keys):
            if i > len(keys) // 4 and self._full[key] > now:
                break
            del self._full[key]


limit = RateLimit  # as a decorator it says what it does


def parse_rate(rate: str) -> 'tuple[int, int]':
    """Return the count and the seconds of a rate; `ValueError` if it is malformed."""
    count, _, period = rate.partition('/')
    number, _, unit = period.strip().rpartition(' ')
    seconds = _SECONDS.get(unit[:-1] if unit[-1:] == 's' else unit, 0)
    try:
        times, units = int(count), int(number or 1)
    except ValueError:
        times = units = 0
    if times < 1 or units < 1 or not seconds:
        raise ValueError("the rate %r is not like '5/minute' or '10/30 seconds'" % rate)
    return times, units * seconds


def client_network(request: 'Request') -> str:
    """Return the address of a client as text, of an IPv6 address the first 64 bits."""
    address = peer_address(request.client_addr)
    if not address or isinstance(address, str):
        return address or ''  # of a Unix socket
    host = str(address[0]).partition('%')[0]
    if '.' in host or not host:
        return host.rpartition(':')[2]  # of IPv4, which may be mapped to IPv6, or of a Unix socket
    head, shortened, tail = host.partition('::')
    groups = head.split(':')
    if shortened:
        groups += ['0'] * (8 - len(groups) - len(tail.split(':'))) + tail.split(':')
    return ':'.join([group or '0' for group in groups[:4]])
