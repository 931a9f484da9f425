# Hashes of passwords: which each Python makes and verifies, and what is none.

import binascii

from tools import only, raises

from microdot.core.compat import SMALL, pbkdf2_sha256
from microdot.core.passwords import hash_password, verify_password

PASSWORD = 'pass wörd'
PBKDF2 = '$pbkdf2-sha256$i=2$c2FsdA$mGUIKXCqqGasJviZ2ZvSNOccHItiOdafdBM17GqlnzY'
# RFC 7914 section 12, the first 32 bytes of the third vector: the password is `password`.
SCRYPT = '$scrypt$ln=10,r=8,p=16$TmFDbA$/bq+HJ00cgB4VucZDQHp/nxq18vII3gw53N2Y0s3MWI'


def test_pbkdf2():
    # RFC 7914 section 11, of which the first block; and a password that is longer than a block of the digest.
    for password, rounds, derived in (
        (b'passwd', 1, '55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc'),
        (b'x' * 65, 3, '55f8286dda24a93939636b5584acff9694c9d2551e7f63ed334c389a68e5dd4f'),
    ):
        assert pbkdf2_sha256(password, b'salt', rounds) == binascii.unhexlify(derived)


def test_what_is_made_is_verified():
    hashes = []
    for options in ((), ('pbkdf2-sha256', 10), ('pbkdf2-sha256', 10)):
        made = hash_password(PASSWORD, *options)
        assert verify_password(PASSWORD, made)
        assert not verify_password('pass word', made)
        assert not verify_password('', made)
        hashes.append(made)
    default, one, other = hashes
    assert one != other  # by their salts
    assert one.startswith('$pbkdf2-sha256$i=10$')
    assert default.startswith('$pbkdf2-sha256$i=1000$' if SMALL else '$scrypt$ln=14,r=8,p=5$')
    for made in hashes:
        assert [len(part) for part in made.split('$')[3:]] == [22, 43]


def test_what_both_pythons_verify():
    assert verify_password(PASSWORD, PBKDF2)
    assert not verify_password(PASSWORD + ' ', PBKDF2)
    assert not verify_password(PASSWORD, PBKDF2.replace('i=2', 'i=3'))
    assert not verify_password(PASSWORD, PBKDF2.replace('c2FsdA', 'c2FsdQ'))
    assert not verify_password(PASSWORD, PBKDF2[:-4])


@only('cpython', 'MicroPython has no scrypt')
def test_scrypt():
    assert verify_password('password', SCRYPT)
    assert not verify_password('Password', SCRYPT)


@only('micropython', 'CPython has scrypt')
def test_scrypt_is_not_known():
    raises(ValueError, verify_password, 'password', SCRYPT)
    raises(ValueError, hash_password, 'password', 'scrypt')


def test_no_user():
    assert verify_password(PASSWORD, None) is False
    assert verify_password('', None) is False


def test_what_is_no_hash():
    for text in (
        '', '!', 'secret', '$', '$$$$', '$md5$i=1$c2FsdA$c2FsdA', '$pbkdf2-sha256$i=2$c2FsdA', PBKDF2 + '$', PBKDF2[1:],
        'x' + PBKDF2, PBKDF2.replace('i=2', 'i='), PBKDF2.replace('i=2', ''), PBKDF2.replace('i=2', 'i=0'),
        PBKDF2.replace('i=2', 'i=-1'), PBKDF2.replace('i=2', 'j=2'), SCRYPT.replace('r=8,', ''),
        '$2b$12$R9h/cIPz0gi.URNNX3kh2OPST9/PgBkqquzi.Ss7KIUgO2t0jWMUW',
    ):
        raises(ValueError, verify_password, 'secret', text)


def test_methods():
    raises(ValueError, hash_password, PASSWORD, 'md5')
    raises(ValueError, hash_password, PASSWORD, 'scrypt', 10)
    raises(ValueError, hash_password, PASSWORD, None if not SMALL else 'scrypt', 10)
    raises(ValueError, hash_password, PASSWORD, 'pbkdf2-sha256', 0)
