# The examples of who may do what.

import ssl

import pytest


@pytest.mark.example('sessions')
def test_sessions(client):
    assert 'There is nothing in it' in client.get('/').text
    for tea in ('Assam', 'Ceylon', 'Assam'):
        response = client.post('/add', data={'tea': tea})
        assert (response.status_code, response.headers['location']) == (303, '/')
    page = client.get('/').text
    assert '<li>Assam, 2: 8 crowns</li>\n<li>Ceylon, 1: 5 crowns</li>' in page
    assert 'Together: 13 crowns' in page
    client.cookies.set('session', client.cookies.pop('session')[:-4] + 'AAAA')
    assert 'There is nothing in it' in client.get('/').text, 'nobody writes a basket but the server'
    client.cookies.clear()
    client.post('/add', data={'tea': 'Darjeeling'})
    client.post('/empty')
    assert 'There is nothing in it' in client.get('/').text
    for data in ({'tea': 'Coffee'}, {}):
        assert client.post('/add', data=data).status_code == 422
    assert client.post('/add').status_code == 422


@pytest.mark.example('login')
def test_login(client):
    emma = {'name': 'Emma <3', 'password': 'Hartfield 1815'}
    assert client.get('/').headers['location'] == '/login?next=/'
    for wrong, error in (({**emma, 'password': 'short'}, 'too short'), ({**emma, 'name': ''}, 'is taken')):
        response = client.post('/register', data=wrong)
        assert (response.status_code, error in response.text) == (422, True)
    response = client.post('/register', data=emma)
    assert (response.status_code, response.headers['location']) == (302, '/')
    assert '<h1>Welcome, Emma &lt;3</h1>' in client.get('/').text
    assert client.post('/register', data=emma).status_code == 422
    assert client.post('/logout', headers={'Sec-Fetch-Site': 'cross-site'}).status_code == 403
    assert client.post('/logout').headers['location'] == '/login'
    assert client.get('/').status_code == 302
    assert '<form method="post" action="/login?next=/">' in client.get('/login?next=/').text
    for wrong in ({**emma, 'password': 'Highbury 1815'}, {**emma, 'name': 'Jane'}, {}):
        response = client.post('/login?next=/', data=wrong)
        assert (response.status_code, 'not the password' in response.text) == (401, True)
    assert client.post('/login?next=/', data={**emma, 'remember': 'on'}).headers['location'] == '/'
    copied = dict(client.cookies)
    assert client.post('/password', data={'old': 'Highbury 1815', 'new': 'Donwell 1815'}).status_code == 422
    assert client.post('/password', data={'old': emma['password'], 'new': 'short'}).status_code == 422
    assert client.post('/password', data={'old': emma['password'], 'new': 'Donwell 1815'}).headers['location'] == '/'
    assert client.get('/').status_code == 200
    client.cookies.clear()
    client.cookies.update(copied)
    assert client.get('/').status_code == 302, 'what was copied before is worth nothing'
    client.cookies.clear()
    assert client.post('/login', data=emma).status_code == 401


@pytest.mark.example('auth')
def test_auth(client):
    response = client.post('/tokens')
    assert (response.status_code, response.headers['www-authenticate']) == (401, 'Basic realm="Letters", charset="UTF-8"')
    assert client.post('/tokens', auth=('emma', 'Highbury')).status_code == 401
    bearers = {}
    for name, password in (('emma', 'Hartfield'), ('harriet', 'Highbury')):
        response = client.post('/tokens', auth=(name, password))
        assert response.status_code == 201
        bearers[name] = {'Authorization': f'Bearer {response.json()["token"]}'}
        assert client.get('/', headers=bearers[name]).text == f'Hello, {name}'
    assert client.get('/').text == 'Hello, stranger'
    assert client.get('/letters').status_code == client.post('/letters').status_code == 401
    assert client.get('/letters', headers={'Authorization': 'Bearer guessed'}).status_code == 401
    response = client.post('/letters', content='Dear Jane', headers=bearers['emma'])
    assert (response.status_code, response.json()) == (201, {'from': 'emma', 'text': 'Dear Jane'})
    assert client.post('/letters', content='Dear Emma', headers=bearers['harriet']).status_code == 403
    assert client.get('/letters', headers=bearers['harriet']).json() == [{'from': 'emma', 'text': 'Dear Jane'}]


@pytest.mark.example('cors')
def test_cors(served, client):
    friend, stranger = f'http://localhost:{served.port}', 'http://evil.example'
    response = client.get('/prices', headers={'Origin': friend})
    assert (response.json(), response.headers['access-control-allow-origin']) == ({'tea': 4}, friend)
    response = client.get('/prices', headers={'Origin': stranger})
    assert 'access-control-allow-origin' not in response.headers
    ask = {'Access-Control-Request-Method': 'PUT', 'Access-Control-Request-Headers': 'content-type'}
    response = client.options('/prices/tea', headers={'Origin': friend, **ask})
    for name, value in {'allow-origin': friend, 'allow-methods': 'PUT', 'allow-headers': 'content-type', 'max-age': '600'}.items():
        assert response.headers[f'access-control-{name}'] == value
    assert 'access-control-allow-methods' not in client.options('/prices/tea', headers={'Origin': stranger, **ask}).headers
    assert client.put('/prices/tea', json=5, headers={'Origin': friend}).json() == {'tea': 5}


@pytest.mark.example('csrf')
def test_csrf(served, client):
    def money():
        return client.get('/').text.split('You have ')[1].split()[0]

    assert f'action="http://localhost:{served.port}/pay"' in client.get('/trap').text
    assert money() == '100'
    for headers in ({'Sec-Fetch-Site': 'same-origin'}, {'Origin': f'http://127.0.0.1:{served.port}'}, {}):
        assert client.post('/pay', headers=headers).status_code == 303
    assert money() == '70'
    for headers in ({'Sec-Fetch-Site': 'cross-site'}, {'Origin': f'http://localhost:{served.port}'}, {'Origin': 'null'}):
        assert client.post('/pay', headers=headers).status_code == 403
    assert money() == '70'
    assert client.post('/notify', headers={'Sec-Fetch-Site': 'cross-site'}).json() == {'notes': 1}


@pytest.mark.example('https')
@pytest.mark.needs('openssl')
def test_https(served):
    context = ssl.create_default_context(cafile=served.folder / 'https/localhost.pem')
    served.tls = context
    assert served.get('/').body == b'This came by https.'
