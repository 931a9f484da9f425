# Knows what MicroPython offers for PBKDF2, whose documentation is in cpython: it makes it of SHA-256. Must not know what it is
# for.
import hashlib

from .micropython_digests import pads


def pbkdf2_sha256(password: bytes, salt: bytes, rounds: int) -> bytes:
    # RFC 8018 section 5.2, of which one block is as long as the digest.
    inner, outer = pads(password)
    digest = salt + b'\0\0\0\1'
    total = 0
    for _ in range(rounds):
        digest = hashlib.sha256(outer + hashlib.sha256(inner + digest).digest()).digest()
        total ^= int.from_bytes(digest, 'big')
    return total.to_bytes(32, 'big')
