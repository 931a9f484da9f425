# Knows JSON Web Tokens (RFC 7519) in their compact form that are signed with HS256 (RFC 7515, RFC 7518 section 3.2): signs
# and verifies them where PyJWT is not. Must not know what is in them.
import binascii
import json

from .compat import compare_digest, hmac_sha256

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def sign(payload: bytes, token_type: str, key: bytes) -> str:
    """Return a token.

    :param payload: the claims, in JSON.
    :param token_type: the type of the token, which stands in its header.
    :param key: the secret.
    """
    header = json.dumps({'alg': 'HS256', 'typ': token_type}).encode()
    text = _encode(header) + b'.' + _encode(payload)
    return (text + b'.' + _encode(hmac_sha256(key, text))).decode()


def verify(token: str, key: bytes) -> 'tuple[dict[str, Any], bytes]':
    """Return the header of a token, and its claims in JSON.

    :param key: the secret.

    Raises `ValueError` if the token was not signed with this key by HS256.
    """
    text, _, signature = token.encode().rpartition(b'.')
    parts = text.split(b'.')
    if len(parts) == 2 and compare_digest(signature, _encode(hmac_sha256(key, text))):
        header = json.loads(_decode(parts[0]))
        # RFC 7515 4.1.11: what a token says is critical, and nobody here knows, makes it invalid.
        if header['alg'] == 'HS256' and 'crit' not in header:
            return header, _decode(parts[1])
    raise ValueError('invalid token')


def _encode(data: bytes) -> bytes:
    # RFC 7515 section 2: base64url without padding.
    return binascii.b2a_base64(data).rstrip(b'=\n').replace(b'+', b'-').replace(b'/', b'_')


def _decode(text: bytes) -> bytes:
    return binascii.a2b_base64(text.replace(b'-', b'+').replace(b'_', b'/') + b'=' * (-len(text) % 4))
