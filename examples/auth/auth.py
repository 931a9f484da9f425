# Two kinds of credentials: people come with a password and get tokens, with which their programs come.
#
#   curl -u emma:Hartfield -X POST localhost:5000/tokens
#   curl -H 'Authorization: Bearer TOKEN' localhost:5000/letters
#   curl -H 'Authorization: Bearer TOKEN' -d 'Dear Jane' localhost:5000/letters
from binascii import hexlify
from hashlib import sha256
from os import urandom

from microdot import Microdot
from microdot.auth import BasicAuth, TokenAuth, hash_password, verify_password

app = Microdot()
password_auth = BasicAuth('Letters')
token_auth = TokenAuth()

users = {'emma': hash_password('Hartfield'), 'harriet': hash_password('Highbury')}
roles = {'emma': ['reader', 'writer'], 'harriet': ['reader']}
owners = {}  # SHA-256 of a token: its owner, so that who reads this cannot use it
letters = []


def digest(token):
    return sha256(token.encode()).digest()


@password_auth.authenticate
def check_password(request, name, password):  # no coroutine: this takes long
    return name if verify_password(password, users.get(name)) else None


@token_auth.authenticate
async def check_token(request, token):
    return owners.get(digest(token))


@token_auth.get_user_roles
async def roles_of(request, user):
    return roles[user]


@app.post('/tokens')
@password_auth
async def make_token(request):
    token = hexlify(urandom(16)).decode()
    owners[digest(token)] = request.g.current_user
    return {'token': token}, 201


@app.get('/letters')
@token_auth(role='reader')
async def read(request):
    return letters


@app.post('/letters')
@token_auth(role='writer')
async def write(request):
    letters.append({'from': request.g.current_user, 'text': request.body.decode()})
    return letters[-1], 201


@app.get('/')
@token_auth.optional
async def index(request):
    return f'Hello, {request.g.current_user or "stranger"}'


if __name__ == '__main__':
    app.run(debug=True)
