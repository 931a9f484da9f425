# Which cookies the test client keeps and sends, by their domain, path and time, and whether they are secure.

from tools import changed

import microdot.test_client.cookies
from microdot import Microdot
from microdot.core.compat import http_date
from microdot.test_client import TestClient

app = Microdot()


@app.get('/<path:path>')
async def show(request, path):
    return request.headers.get('Cookie', '')


@app.post('/<path:path>')
async def set_cookies(request, path):
    return '', {'Set-Cookie': request.json}


async def client_with(*headers, **options):
    client = TestClient(app, **options)
    await client.post('/x', body=list(headers))
    return client


async def sent(client, path='/x', host=None):
    return (await client.get(path, {'Host': host} if host else None)).text


# Domains

async def test_a_cookie_without_a_domain_is_for_its_host_alone():
    client = await client_with('a=b')
    assert await sent(client) == 'a=b'
    for host in ('example.com', 'EXAMPLE.com:80'):
        assert await sent(client, host=host) == 'a=b', host
    for host in ('www.example.com', 'ample.com', 'example.org', 'com', 'example.com.org'):
        assert await sent(client, host=host) == '', host


async def test_a_cookie_with_a_domain_is_for_its_subdomains_too():
    for domain in ('example.com', '.example.com', 'EXAMPLE.COM'):
        client = await client_with('a=b; Domain=' + domain)
        assert client.cookies == {'a': 'b'}
        for host in ('example.com', 'www.example.com', 'a.b.example.com:5000'):
            assert await sent(client, host=host) == 'a=b', host
        for host in ('badexample.com', 'example.org', 'com'):
            assert await sent(client, host=host) == '', host


async def test_a_domain_of_others_is_refused():
    for domain in ('example.org', 'www.example.com', 'ample.com'):
        client = await client_with('a=b; Domain=' + domain)
        assert client.cookies == {}, domain
    client = await client_with('a=b; Domain=example.com', host='www.example.com')
    assert client.cookies == {'a': 'b'}
    assert await sent(client, host='other.example.com') == 'a=b'


async def test_an_empty_domain_is_none():
    client = await client_with('a=b; Domain=')
    assert await sent(client) == 'a=b'
    assert await sent(client, host='www.example.com') == ''


async def test_addresses_have_no_subdomains():
    client = await client_with('a=b; Domain=0.0.1', host='127.0.0.1:5000')
    assert client.cookies == {}
    client = await client_with('a=b; Domain=127.0.0.1', 'c=d', host='127.0.0.1:5000')
    assert client.cookies == {'a': 'b', 'c': 'd'}
    client = await client_with('a=b', host='[::1]:5000')
    assert await sent(client) == 'a=b'
    assert await sent(client, host='[::1]') == 'a=b'
    assert await sent(client, host='[::2]') == ''


async def test_cookies_given_by_hand_go_everywhere():
    client = TestClient(app, {'a': 'b'})
    assert await sent(client, host='example.org') == 'a=b'
    client = await client_with('a=b')
    client.cookies['a'] = 'c'
    assert await sent(client, host='example.org') == 'a=c'


# Secure

async def test_secure_cookies_go_to_https_alone():
    client = await client_with('a=b; Secure', 'c=d')
    assert client.cookies == {'a': 'b', 'c': 'd'}
    assert await sent(client) == 'c=d'
    client.scheme = 'https'
    assert sorted((await sent(client)).split('; ')) == ['a=b', 'c=d']


# Paths

async def test_longer_paths_come_first():
    client = await client_with('a=1; Path=/', 'b=2; Path=/x/y', 'c=3; Path=/x')
    assert await sent(client, '/x/y/z') == 'b=2; c=3; a=1'


async def test_one_name_for_several_paths():
    client = await client_with('a=1; Path=/', 'a=2; Path=/x', 'a=3; Path=/y')
    assert client.cookies == {'a': ('3', '/y')}
    assert await sent(client, '/x') == 'a=2; a=1'
    assert await sent(client, '/y') == 'a=3; a=1'
    assert await sent(client, '/z') == 'a=1'
    await client.post('/x', body=['a=; Path=/y; Max-Age=0'])
    assert client.cookies == {'a': ('2', '/x')}
    assert await sent(client, '/y') == 'a=1'
    del client.cookies['a']
    assert await sent(client, '/x') == ''
    await client.post('/x', body=['a=4'])
    assert await sent(client, '/x') == 'a=4'


async def test_a_change_by_hand_replaces_all_of_the_name():
    client = await client_with('a=1; Path=/', 'a=2; Path=/x')
    client.cookies['a'] = 'mine'
    assert await sent(client, '/x') == 'a=mine'
    await client.post('/x', body=['b=1'])
    assert client.cookies == {'a': 'mine', 'b': '1'}
    client.cookies = {'c': 'd'}
    assert await sent(client, '/x') == 'c=d'


# Time

async def test_expires():
    for expires in ('Thu, 01 Jan 1970 00:00:00 GMT', 'Wed, 09 Jun 2021 10:18:14 GMT', 'Wednesday, 09-Jun-21 10:18:14 GMT',
                    'Wed Jun  9 10:18:14 2021', '9 June 2021 10:18:14', http_date((2020, 2, 29, 23, 59, 59, 5))):
        client = await client_with('a=b', 'a=b; Expires=' + expires)
        assert client.cookies == {}, expires
    for expires in ('Fri, 01 Jan 2100 00:00:00 GMT', '01-Jan-69 00:00:00', 'soon', '', 'Wed, 09 Jun 2021', '10:18:14',
                    'Wed, 09 Jun 2021 24:18:14 GMT', 'Wed, 32 Jun 2021 10:18:14 GMT', 'Wed, 09 Jun 1600 10:18:14 GMT',
                    'Wed, 09 Jun 2021 10:xx:14 GMT'):
        client = await client_with('a=b; Expires=' + expires)
        assert client.cookies == {'a': 'b'}, expires


class Clock:
    """The module time, at another time."""

    def __init__(self, offset):
        self.offset = offset

    def time(self):
        import time
        return time.time() + self.offset


async def test_cookies_end_with_their_time():
    with changed(microdot.test_client.cookies, time=Clock(-100)):
        client = await client_with('a=b; Max-Age=99', 'c=d; Max-Age=1000', 'e=f; Max-Age=10; Path=/x')
        assert client.cookies == {'c': 'd'}
    client = await client_with('a=b; Max-Age=99', 'a=c; Max-Age=100000000000000')
    assert await sent(client) == 'a=c'
