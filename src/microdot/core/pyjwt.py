# Knows PyJWT: signs and verifies tokens with it on CPython, as `jwt` does on the device. Must not know what is in them.
try:
    from jwt import PyJWS, PyJWTError
    from jwt.algorithms import HMACAlgorithm
except ImportError as exc:
    raise ImportError("signed sessions need PyJWT: pip install 'microdot[session]'") from exc

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class _HS256(HMACAlgorithm):
    def check_key_length(self, key: bytes) -> None:
        """Say nothing: the application is warned once, not with every token."""


# This algorithm alone.
_jws = PyJWS(algorithms=[])
_jws.register_algorithm('HS256', _HS256(HMACAlgorithm.SHA256))


def sign(payload: bytes, token_type: str, key: bytes) -> str:
    """Return a token; see `jwt.sign`."""
    return _jws.encode(payload, key, 'HS256', {'typ': token_type})


def verify(token: str, key: bytes) -> 'tuple[dict[str, Any], bytes]':
    """Return the header of a token and its claims, or raise `ValueError`; see `jwt.verify`."""
    try:
        # What is not ASCII, a header that is nested too deeply, or one that says that what nobody knows is critical: older
        # releases let each of these pass.
        decoded = _jws.decode_complete(token.encode('ascii'), key, ['HS256'])
        if 'crit' in decoded['header']:
            raise ValueError('invalid token')
    except (PyJWTError, RecursionError):
        raise ValueError('invalid token') from None
    return decoded['header'], decoded['payload']
