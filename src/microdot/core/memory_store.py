# Knows a store for sessions in the memory of this process. Must not know sessions.
from collections import OrderedDict

from .compat import SMALL
from .expiry import unix_time


class MemoryStore:
    """Keeps sessions in memory: those of one process, until it ends.

    :param max_sessions: how many are kept, 10000 if not given (MicroPython: 16); beyond that the one goes that was not saved for
                         longest.

    Example::

        Session(app, store=MemoryStore())
    """

    def __init__(self, max_sessions: int = 16 if SMALL else 10000) -> None:
        self.max_sessions = max_sessions
        self._kept: 'OrderedDict[str, tuple[str, int | None]]' = OrderedDict()  # by key: the value, and when it ends

    async def load(self, key: str) -> 'str | None':
        """Return a value, None if there is none or its time is over."""
        value, ends = self._kept.get(key, (None, None))
        return None if _is_over(ends) else value

    async def save(self, key: str, value: str, max_age: int) -> None:
        """Keep a value for a number of seconds."""
        self._kept.pop(key, None)
        while self._kept:
            oldest = next(iter(self._kept))
            if len(self._kept) < self.max_sessions and not _is_over(self._kept[oldest][1]):
                break
            del self._kept[oldest]
        now = unix_time()
        self._kept[key] = value, None if now is None else now + max_age

    async def delete(self, key: str) -> None:
        """Forget a value, if there is one."""
        self._kept.pop(key, None)


def _is_over(ends: 'int | None') -> bool:
    now = unix_time()
    return now is not None and ends is not None and ends <= now
