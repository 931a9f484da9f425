# Knows how passwords are hashed, and how a hash is written. Must not know users or requests.
import binascii
import os

from .compat import SMALL, compare_digest, pbkdf2_sha256

# Of the settings that OWASP lists as equally strong one that takes 16 MiB for scrypt, and its number of rounds for PBKDF2.
# A board makes these rounds in Python, and does nothing else meanwhile: it makes as few as NIST SP 800-132 allows.
_SCRYPT = 'ln=14,r=8,p=5'
_ROUNDS = 1000 if SMALL else 600000


def hash_password(password: str, method: 'str | None' = None, rounds: 'int | None' = None) -> str:
    """Return the hash of a password, to be kept in its place.

    :param password: the password.
    :param method: `'scrypt'` (RFC 7914), which is CPython's default and which CPython alone knows, or `'pbkdf2-sha256'`
                   (RFC 8018), which both Pythons know and which is MicroPython's.
    :param rounds: how often PBKDF2 repeats itself: 600000 if not given (MicroPython: 1000).

    The hash is text in the PHC string format, with a random salt: no two are the same. To make it takes long, so that guessing
    does. On CPython call this in a thread: in a function that is no coroutine, or by `asyncio.to_thread`.

    Raises `ValueError` for another method, and for rounds that are none.

    Example::

        user.password_hash = hash_password('correct horse battery staple')
    """
    method = method or ('pbkdf2-sha256' if SMALL else 'scrypt')
    if method == 'pbkdf2-sha256':
        parameters = 'i=%d' % (_ROUNDS if rounds is None else rounds)
    elif rounds is None:
        parameters = _SCRYPT
    else:
        raise ValueError('rounds are for pbkdf2-sha256')
    salt = os.urandom(16)
    return '$%s$%s$%s$%s' % (
        method, parameters, _text(salt), _text(_derive(method, parameters, password.encode(), salt)))


def verify_password(password: str, password_hash: 'str | None') -> bool:
    """Tell whether a password is the one of which a hash was made.

    :param password: the password.
    :param password_hash: what `hash_password` returned; or None where there is no such user, which gives False after the time
                          that a wrong password takes, so that nobody learns by it who is a user.

    Takes as long as `hash_password`, which see.

    Raises `ValueError` for a hash that is none, or one by scrypt on MicroPython.

    Example::

        user = users.get(username)
        if verify_password(password, user and user.password_hash):
            ...
    """
    if password_hash is None:
        hash_password(password)
        return False
    try:
        nothing, method, parameters, salt, derived = password_hash.split('$')
        if nothing:
            raise ValueError(nothing)
        found = _derive(method, parameters, password.encode(), _bytes(salt))
        expected = _bytes(derived)
    except (KeyError, ValueError):
        raise ValueError('not a hash of a password that can be verified here') from None
    return compare_digest(found, expected)


def _derive(method: str, parameters: str, password: bytes, salt: bytes) -> bytes:
    numbers = {}
    for parameter in parameters.split(','):
        name, _, number = parameter.partition('=')
        numbers[name] = int(number)
    if method == 'pbkdf2-sha256':
        if numbers['i'] < 1:
            raise ValueError('no rounds')
        return pbkdf2_sha256(password, salt, numbers['i'])
    if method == 'scrypt' and not SMALL:
        from .compat import scrypt

        return scrypt(password, salt, 1 << numbers['ln'], numbers['r'], numbers['p'])
    raise ValueError('no method %s here' % method)


def _text(data: bytes) -> str:
    return binascii.b2a_base64(data).decode().rstrip('=\n')


def _bytes(text: str) -> bytes:
    return binascii.a2b_base64(text + '=' * (-len(text) % 4))
