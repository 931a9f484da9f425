# Knows what MicroPython offers for the digests of compat, whose documentation is in cpython: it makes them of SHA-256.
# Must not know what they are for.
import hashlib

_BLOCK = 64  # bytes that SHA-256 takes at once


def compare_digest(a: bytes, b: bytes) -> bool:
    difference = len(a) ^ len(b)
    for one, other in zip(a, b):
        difference |= one ^ other
    return not difference


def hmac_sha256(key: bytes, message: bytes) -> bytes:
    # RFC 2104 section 2.
    inner, outer = pads(key)
    return hashlib.sha256(outer + hashlib.sha256(inner + message).digest()).digest()


def pads(key: bytes) -> 'tuple[bytes, bytes]':
    """Return what a key makes of the first blocks of the inner and the outer digest."""
    if len(key) > _BLOCK:
        key = hashlib.sha256(key).digest()
    key = key + bytes(_BLOCK - len(key))
    return bytes([octet ^ 0x36 for octet in key]), bytes([octet ^ 0x5C for octet in key])
