# What one Python makes the other verifies: tokens, cookies of sessions, hashes of passwords.

import json
import subprocess

import pytest
from tests.conftest import BUILDS, ROOT

from microdot import Microdot
from microdot.core.passwords import hash_password, verify_password
from microdot.core.tokens import make_token, read_token
from microdot.session import Session

KEY = '0123456789abcdef0123456789abcdef'
DATA = {'name': 'Zoë', 'list': [1, 2.5, None, True, 'a"b\\c'], 'nested': {'exp': 'x', 'session': 1}, 'empty': {}}

SCRIPT = '''
import json, sys
from microdot import Microdot
from microdot.core.passwords import hash_password, verify_password
from microdot.core.tokens import make_token, read_token
from microdot.session import Session
KEY = %r
given = json.loads(%r)
session = Session(Microdot(), secret_key=KEY)
verified = {}
for purpose in ('session', 'remember'):
    verified[purpose] = [read_token(purpose, token, [KEY.encode()]) for token in given['tokens']]
verified['decoded'] = [session.decode(token) for token in given['tokens']]
verified['passwords'] = [verify_password(password, given['hash']) for password in ('pass wörd', 'wrong')]
made = [make_token(purpose, given['data'], [KEY.encode()], 3600) for purpose in ('session', 'remember')]
print(json.dumps([verified, made + [session.encode(given['data'])], hash_password('pass wörd')]))
'''


@pytest.mark.parametrize('build', [pytest.param(build, marks=pytest.mark.needs(build)) for build in BUILDS])
def test_tokens_and_hashes(build):
    keys = [KEY.encode()]
    session = Session(Microdot(), secret_key=KEY)
    good = [make_token('session', DATA, keys, 3600), make_token('remember', DATA, keys, 3600), session.encode(DATA)]
    bad = [make_token('session', DATA, [b'x' * 32], 3600), make_token('session', DATA, keys, -301 - 5), good[0][:-4] + 'AAAA']
    given = {'tokens': good + bad, 'data': DATA, 'hash': hash_password('pass wörd', 'pbkdf2-sha256', 100)}
    run = subprocess.run([BUILDS[build], '-X', 'heapsize=1m', '-c', SCRIPT % (KEY, json.dumps(given))], cwd=ROOT,
                         env={'MICROPYPATH': 'src:.frozen'}, capture_output=True, text=True, timeout=60, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
    verified, made, password_hash = json.loads(run.stdout)

    assert [bool(found) for found in verified['session']] == [True, False, True, False, False, False]
    assert [bool(found) for found in verified['remember']] == [False, True, False, False, False, False]
    assert verified['session'][0][0] == verified['remember'][1][0] == DATA
    assert verified['session'][0][1:] == list(read_token('session', good[0], keys)[1:])
    assert verified['decoded'] == [DATA, {}, DATA, {}, {}, {}]
    assert verified['passwords'] == [True, False]

    assert [bool(read_token('session', token, keys)) for token in made] == [True, False, True]
    assert [bool(read_token('remember', token, keys)) for token in made] == [False, True, False]
    assert read_token('session', made[0], keys)[0] == session.decode(made[2]) == DATA
    assert verify_password('pass wörd', password_hash)
    assert not verify_password('wrong', password_hash)
