# Knows the time of day, where a clock is set, and data that ends at a time. Must not know what it is for.
import json
import time

from .compat import gmtime

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_LEEWAY = 5 * 60  # seconds by which the clocks of two machines may differ


def unix_time() -> 'int | None':
    """Return the seconds since 1970, or None where no clock is set, as on a board that has not asked the network."""
    if gmtime()[0] <= 2020:
        return None
    # UPY: most boards count from 2000.
    return int(time.time()) + (946684800 if gmtime(0)[0] == 2000 else 0)


def is_past(expires: 'Any') -> bool:
    """Tell whether a time, in seconds since 1970, is over by more than five minutes; never where no clock is set."""
    now = unix_time()
    return now is not None and isinstance(expires, (int, float)) and expires + _LEEWAY < now


def pack(name: str, data: 'Any', max_age: int) -> bytes:
    """Return data, and when it ends if a clock is set, as a JSON object; the time is its member `exp`.

    :param max_age: seconds until it ends.
    """
    members = {name: data}
    now = unix_time()
    if now is not None:
        members['exp'] = now + max_age
    return json.dumps(members, separators=(',', ':')).encode()
