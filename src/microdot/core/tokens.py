# Knows signed tokens that are for one purpose and end some day, under one of several keys. Must not know requests or cookies.
import json

from .compat import SMALL
from .expiry import is_past, pack

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any
if TYPE_CHECKING or not SMALL:
    from .pyjwt import sign, verify
else:
    from .jwt import sign, verify

_LONGEST = 4096  # bytes that a browser is sure to keep of a cookie (RFC 6265 section 6.1)


def make_token(purpose: str, data: 'Any', keys: 'Sequence[bytes]', max_age: int) -> str:
    """Return a token, signed with the first of the keys.

    :param purpose: a word; a token is valid for no other purpose than its own.
    :param data: what JSON can hold.
    :param max_age: seconds until it ends, if a clock is set.
    """
    # The purpose is the token's type (RFC 8725 section 3.11), and data is a claim of its own: neither meets what is in it.
    return sign(pack(purpose, data, max_age), purpose + '+jwt', keys[0])


def read_token(purpose: str, token: str, keys: 'Sequence[bytes]') -> 'tuple[Any, int | None, bool] | None':
    """Return the data of a token, when it ends, and whether it is one that `make_token` makes with these keys now.

    None if it is not valid. Tokens without a type are sessions, whose claims are the data.
    """
    if len(token) > _LONGEST:
        return None
    for key in keys:
        try:
            header, payload = verify(token, key)
            claims = json.loads(payload)
            token_type = header.get('typ', 'JWT')
            is_typed = token_type == purpose + '+jwt'
            if not is_typed and (purpose, token_type) != ('session', 'JWT'):
                return None
            if is_past(claims.get('exp')):
                return None
            return (claims[purpose] if is_typed else claims), claims.get('exp'), is_typed and key == keys[0]
        except (AttributeError, KeyError, ValueError):
            pass
    return None
