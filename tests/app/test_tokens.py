# Signed tokens: what is signed, what is refused, when they end; HMAC, the clock, and the tokens of PyJWT.

import binascii
import hashlib
import json
import sys

from tools import changed, only, raises

from microdot.core import expiry, jwt
from microdot.core.compat import SMALL, compare_digest, hmac_sha256
from microdot.core.tokens import make_token, read_token

KEY = b'0123456789abcdef0123456789abcdef'
OTHER = b'fedcba9876543210fedcba9876543210'
NOW = 1900000000
DAY = 24 * 3600

# RFC 7515 appendix A.1: a token, its key, and what is in it.
RFC_TOKEN = (
    'eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb'
    '290Ijp0cnVlfQ.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk')
RFC_KEY = binascii.a2b_base64('AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ+EstJQLr/T+1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow==')
RFC_CLAIMS = {'iss': 'joe', 'exp': 1300819380, 'http://example.com/is_root': True}


def base64url(data):
    return binascii.b2a_base64(data).strip().rstrip(b'=').replace(b'+', b'-').replace(b'/', b'_').decode()


def signed(header, claims, key=KEY, signature=None):
    """Return a token of any header, signed as HS256 does."""
    text = base64url(json.dumps(header).encode()) + '.' + base64url(json.dumps(claims).encode())
    return text + '.' + (base64url(hmac_sha256(key, text.encode())) if signature is None else signature)


def clock(now):
    return changed(expiry, unix_time=lambda: now)


def ways():
    """Return what can sign and verify on this Python: the room of the device, and on CPython PyJWT."""
    if SMALL:
        return [jwt]
    from microdot.core import pyjwt

    return [jwt, pyjwt]


def test_hmac():
    # RFC 4231 sections 4.2, 4.3 and 4.7: short keys, and one longer than a block.
    for key, message, digest in (
        (b'\x0b' * 20, b'Hi There', 'b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7'),
        (b'Jefe', b'what do ya want for nothing?', '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843'),
        (b'\xaa' * 131, b'Test Using Larger Than Block-Size Key - Hash Key First',
         '60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54'),
    ):
        assert hmac_sha256(key, message) == binascii.unhexlify(digest)


def test_compare_digest():
    digest = hashlib.sha256(b'').digest()
    assert compare_digest(digest, digest[:16] + digest[16:])
    assert compare_digest(b'', b'')
    for i in (0, 15, 31):
        other = bytearray(digest)
        other[i] ^= 1
        assert not compare_digest(digest, bytes(other))
    assert not compare_digest(digest, digest[:-1])
    assert not compare_digest(digest[:-1], digest)


def test_the_token_of_the_standard():
    for way in ways():
        header, payload = way.verify(RFC_TOKEN, RFC_KEY)
        assert header == {'typ': 'JWT', 'alg': 'HS256'}
        assert json.loads(payload) == RFC_CLAIMS


def test_each_way_verifies_what_the_others_sign():
    for one in ways():
        for other in ways():
            for payload in (b'{}', b'{"a": "\xc3\xa9"}', b'[1, 2]', b'x' * 1000):
                token = one.sign(payload, 'some+jwt', KEY)
                header, found = other.verify(token, KEY)
                assert (header['alg'], header['typ'], found) == ('HS256', 'some+jwt', payload)
                assert not token.encode().strip(b'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.')


def test_what_is_refused():
    token = jwt.sign(b'{"a": 1}', 'JWT', KEY)
    head, payload, signature = token.split('.')
    changed_payload = base64url(b'{"a": 2}')
    bad = [
        '', '.', '..', '...', 'a', 'a.b', 'a.b.c', 'a.b.c.d', token + '.', '.' + token, token + '.' + signature,
        head + '.' + payload, head + '.' + payload + '.', head + '.' + changed_payload + '.' + signature,
        head + '..' + signature, token[:-1], token[:-2], token + 'A', token.replace('.', '..'), '\u00e9' + token, token + '\u00e9',
        'a.' + payload + '.' + signature, '=.' + payload + '.' + signature,
        # Signed, but not by HS256, or with what has to be understood.
        signed({'alg': 'none', 'typ': 'JWT'}, {'a': 1}), signed({'alg': 'None'}, {'a': 1}),
        signed({'alg': 'none'}, {'a': 1}, KEY, ''),
        signed({'alg': 'RS256', 'typ': 'JWT'}, {'a': 1}), signed({'alg': 'HS512', 'typ': 'JWT'}, {'a': 1}),
        signed({'alg': 'HS256', 'crit': ['x'], 'x': 1}, {'a': 1}),
        signed({'alg': 'RS256', 'typ': 'JWT'}, {'a': 1}, b''),
        base64url(b'[' * 2900) + '.e30.AAAA', base64url(b'{"alg":"HS256","a":' + b'[' * 2900) + '.e30.AAAA',
    ]
    for i in range(0, len(token), 7):
        bad.append(token[:i] + ('A' if token[i] != 'A' else 'B') + token[i + 1:])
    for way in ways():
        assert way.verify(token, KEY)[1] == b'{"a": 1}'
        raises(ValueError, way.verify, token, OTHER)
        for other in bad:
            raises(ValueError, way.verify, other, KEY)
            assert read_token('session', other, [KEY]) is None


def test_a_header_without_an_algorithm():
    for header in ({}, {'typ': 'session+jwt'}, {'alg': None}, {'alg': ['HS256']}):
        assert read_token('session', signed(header, {'session': {}}), [KEY]) is None


def test_purposes():
    with clock(NOW):
        session = make_token('session', {'user_id': 1}, [KEY], DAY)
        remember = make_token('remember', {'user_id': 1}, [KEY], DAY)
        assert read_token('session', session, [KEY]) == ({'user_id': 1}, NOW + DAY, True)
        assert read_token('remember', remember, [KEY]) == ({'user_id': 1}, NOW + DAY, True)
        assert read_token('remember', session, [KEY]) is None
        assert read_token('session', remember, [KEY]) is None
        # What a session contains cannot make it a token for something else.
        claims = make_token('session', {'remember': {'user_id': 2}, 'typ': 'remember+jwt', 'exp': 0, 'session': 3}, [KEY], DAY)
        assert read_token('session', claims, [KEY])[0]['session'] == 3
        assert read_token('remember', claims, [KEY]) is None


def test_tokens_without_a_type_are_sessions():
    with clock(NOW):
        for header in ({'alg': 'HS256', 'typ': 'JWT'}, {'alg': 'HS256'}):
            for claims in ({'user_id': 1}, {'session': {'user_id': 1}}, {'remember': {'user_id': 1}}):
                token = signed(header, claims)
                assert read_token('session', token, [KEY]) == (claims, None, False)
                assert read_token('remember', token, [KEY]) is None
            assert read_token('session', signed(header, {'a': 1, 'exp': NOW - 301}), [KEY]) is None
            assert read_token('session', signed(header, [1]), [KEY]) is None
        assert read_token('session', signed({'alg': 'HS256', 'typ': 'at+jwt'}, {'session': {}}), [KEY]) is None
        assert read_token('session', signed({'alg': 'HS256', 'typ': 'session+jwt'}, {'a': 1}), [KEY]) is None


def test_time():
    with clock(NOW):
        token = make_token('session', {}, [KEY], DAY)
    for now, valid in ((NOW, True), (NOW + DAY, True), (NOW + DAY + 300, True), (NOW + DAY + 301, False), (None, True)):
        with clock(now):
            assert bool(read_token('session', token, [KEY])) == valid, now


def test_no_time_is_written_where_no_clock_is_set():
    with clock(None):
        token = make_token('session', {'a': 1}, [KEY], DAY)
    with clock(NOW):
        assert read_token('session', token, [KEY]) == ({'a': 1}, None, True)
    assert jwt.verify(token, KEY)[1] == b'{"session":{"a":1}}'


class Clock:
    """What the module `time` is on a board that has run for some seconds, with its epoch and the time that is set."""

    def __init__(self, year, epoch):
        self.years = {None: (year, 1, 1, 0, 0, 0, 0, 1), 0: (epoch, 1, 1, 0, 0, 0, 0, 1)}

    def gmtime(self, seconds=None):
        return self.years[seconds]

    def time(self):
        return 820454400.5


def test_the_clocks_of_boards():
    for year, epoch, expected in (
        (2026, 2000, 820454400 + 946684800), (1996, 1970, None), (2026, 1970, 820454400), (2000, 2000, None), (2020, 2000, None),
        (2021, 2000, 820454400 + 946684800),
    ):
        board = Clock(year, epoch)
        with changed(expiry, time=board, gmtime=board.gmtime):
            assert expiry.unix_time() == expected
    assert expiry.unix_time() > 1700000000  # of the machine that runs the tests


def test_several_keys():
    with clock(NOW):
        old = make_token('session', {'a': 1}, [OTHER], DAY)
        assert read_token('session', old, [KEY, OTHER]) == ({'a': 1}, NOW + DAY, False)
        assert read_token('session', old, [OTHER, KEY]) == ({'a': 1}, NOW + DAY, True)
        assert read_token('session', old, [KEY]) is None
        new = make_token('session', {'a': 1}, [KEY, OTHER], DAY)
        assert read_token('session', new, [KEY]) == ({'a': 1}, NOW + DAY, True)


def test_tokens_that_no_cookie_holds():
    with clock(NOW):
        fits = make_token('session', {'a': 'x' * 2900}, [KEY], DAY)
        assert 3900 < len(fits) < 4096
        assert read_token('session', fits, [KEY])
        large = make_token('session', {'a': 'x' * 3100}, [KEY], DAY)
        assert len(large) > 4096
        assert read_token('session', large, [KEY]) is None


@only('cpython', 'MicroPython has no PyJWT')
def test_what_pyjwt_makes_of_them():
    import jwt as pyjwt

    claims = {'a': 1, 'sub': 7, 'aud': 'x', 'iat': 'no number'}
    token = make_token('session', claims, [KEY], DAY)
    decoded = pyjwt.decode(token, KEY, algorithms=['HS256'])
    assert decoded['session'] == claims
    assert abs(decoded['exp'] - expiry.unix_time() - DAY) < 100
    # Existing cookies, and claims that PyJWT would look at.
    assert read_token('session', pyjwt.encode(claims, KEY, algorithm='HS256'), [KEY])[0] == claims
    past = pyjwt.encode({'a': 1, 'exp': expiry.unix_time() - 301}, KEY, algorithm='HS256')
    assert read_token('session', past, [KEY]) is None
    for token in (pyjwt.encode({'a': 1}, None, algorithm='none'), pyjwt.encode({'a': 1}, KEY * 2, algorithm='HS512')):
        assert read_token('session', token, [KEY]) is None
        assert read_token('session', token, [KEY * 2]) is None


@only('cpython', 'MicroPython has no PyJWT')
def test_short_keys_make_no_warning_with_each_token():
    token = make_token('session', {'a': 1}, [b'short'], DAY)  # a warning would be an error here
    assert read_token('session', token, [b'short'])


@only('cpython', 'MicroPython has no PyJWT')
def test_what_older_releases_of_pyjwt_let_pass():
    from microdot.core import pyjwt

    def too_deep(*args):
        raise RecursionError

    def critical(*args):
        return {'header': {'alg': 'HS256', 'crit': ['x'], 'x': 1}, 'payload': b'{}'}

    token = make_token('session', {}, [KEY], DAY)
    for decode in (too_deep, critical):
        with changed(pyjwt._jws, decode_complete=decode):
            raises(ValueError, pyjwt.verify, token, KEY)


@only('cpython', 'MicroPython has no PyJWT')
def test_pyjwt_is_missed_by_its_name():
    module = sys.modules.pop('microdot.core.pyjwt')
    saved = {name: sys.modules.pop(name) for name in list(sys.modules) if name == 'jwt' or name.startswith('jwt.')}
    sys.modules['jwt'] = None
    try:
        error = raises(ImportError, __import__, 'microdot.core.pyjwt')
        assert "pip install 'microdot[session]'" in str(error)
    finally:
        del sys.modules['jwt']
        sys.modules.update(saved)
        sys.modules['microdot.core.pyjwt'] = module
