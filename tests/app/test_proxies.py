# What an application sees of its clients behind proxies that it trusts, and what nobody else can make it see.

from test_access_log import Stream
from tools import only, raises

from microdot import HTTPException, Microdot, Request
from microdot.core.addresses import Networks, ip_address
from microdot.proxies import TrustedProxies
from microdot.server.stream import StreamServer, serve_streams
from microdot.wire.forwarded import is_obfuscated, parse_forwarded, parse_node

PROXY = ('127.0.0.1', 4000)
PROXIES = ['127.0.0.1', '192.0.2.10', '2001:db8::10']


def make_app(proxies=PROXIES, **options):
    app = Microdot()
    TrustedProxies(app, proxies, **options)

    @app.route('/')
    async def index(request):
        return seen(request)

    return app


def seen(request):
    return {'client': list(request.client_addr or ()), 'scheme': request.scheme, 'host': request.headers.get('Host')}


async def ask(headers, peer=PROXY, path='/', method='GET', **options):
    """Return the status code and, if it is 200, what the application sees; `headers` are lines."""
    app = make_app(**options)
    request = await request_from(app, headers, peer, path, method)
    response = await app.dispatch_request(request)
    return (200, seen(request)) if response.status_code == 200 else (response.status_code, None)


async def request_from(app, headers, peer=PROXY, path='/', method='GET'):
    from microdot import AsyncBytesIO

    lines = ['%s %s HTTP/1.1' % (method, path), 'Host: inside']
    stream = AsyncBytesIO('\r\n'.join(lines + list(headers) + ['', '']).encode())
    return await Request.create(app, stream, stream, peer)


def told(client, port=0, scheme='http', host='inside'):
    return 200, {'client': [client, port], 'scheme': scheme, 'host': host}


UNTOUCHED = told('127.0.0.1', 4000)
REFUSED = 400, None


# Who is believed.

async def test_headers_of_a_client_mean_nothing():
    for headers in (
        ['X-Forwarded-For: 192.0.2.1', 'X-Forwarded-Proto: https', 'X-Forwarded-Host: evil'],
        ['Forwarded: for=192.0.2.1;proto=https;host=evil'],
        ['Forwarded: ;;="', 'X-Forwarded-For: \xff', 'X-Forwarded-Proto: x y', 'X-Forwarded-Host: a b'],
    ):
        for peer in (('198.51.100.7', 1), ('127.0.0.2', 1), ('::1', 1), ('', 0), None, '', b'/run/socket', '/run/socket', ()):
            request = await request_from(make_app(), headers, peer)
            response = await make_app().dispatch_request(request)
            assert response.status_code == 200
            assert (request.client_addr, request.scheme, request.headers['Host']) == (peer, 'http', 'inside')


async def test_a_proxy_that_tells_nothing():
    assert await ask([]) == UNTOUCHED
    assert await ask(['Forwarded:', 'X-Forwarded-For: ', 'X-Forwarded-Proto: ,']) == UNTOUCHED


async def test_what_a_trusted_proxy_tells():
    assert await ask(['X-Forwarded-For: 198.51.100.7']) == told('198.51.100.7')
    assert await ask(['Forwarded: for=198.51.100.7']) == told('198.51.100.7')
    everything = told('198.51.100.7', 0, 'https', 'example.com:8443')
    assert await ask(['X-Forwarded-For: 198.51.100.7', 'X-Forwarded-Proto: https',
                      'X-Forwarded-Host: example.com:8443']) == everything
    assert await ask(['Forwarded: for=198.51.100.7;proto=https;host="example.com:8443"']) == everything
    assert await ask(['forwarded: For=198.51.100.7; PROTO=HTTPS ;host=example.com:8443']) == everything


async def test_scheme_and_host_without_an_address():
    assert await ask(['X-Forwarded-Proto: https', 'X-Forwarded-Host: a']) == told('127.0.0.1', 4000, 'https', 'a')
    assert await ask(['Forwarded: proto=https;host=a']) == told('127.0.0.1', 4000, 'https', 'a')


async def test_the_schemes_of_websockets():
    for tells, scheme in (('ws', 'http'), ('wss', 'https'), ('WSS', 'https'), ('Http', 'http')):
        assert await ask(['X-Forwarded-Proto: ' + tells]) == told('127.0.0.1', 4000, scheme)


async def test_ports_and_addresses():
    for node, client, port in (
        ('198.51.100.7', '198.51.100.7', 0),
        ('198.51.100.7:0', '198.51.100.7', 0),
        ('198.51.100.7:65535', '198.51.100.7', 65535),
        ('198.51.100.7:_p', '198.51.100.7', 0),
        ('[2001:db8::1]', '2001:db8::1', 0),
        ('[2001:DB8::1]:80', '2001:db8::1', 80),
        ('2001:db8::1', '2001:db8::1', 0),
        ('[::ffff:198.51.100.7]:80', '198.51.100.7', 80),
        ('unknown', 'unknown', 0),
        ('Unknown:80', 'Unknown', 80),
        ('_hidden', '_hidden', 0),
        ('_h.i-d_1:_p', '_h.i-d_1', 0),
    ):
        assert await ask(['X-Forwarded-For: ' + node]) == told(client, port), node
        assert await ask(['Forwarded: for="%s"' % node]) == told(client, port), node


async def test_peers_in_other_forms():
    for peer in (('::ffff:127.0.0.1', 1, 0, 0), ('2001:db8::10', 1, 0, 0), ('2001:db8::10%eth0', 1, 0, 2)):
        assert await ask(['X-Forwarded-For: 198.51.100.7'], peer) == told('198.51.100.7'), peer


async def test_a_unix_socket_may_be_trusted():
    for peer in (None, '', ('', 0)):
        assert await ask(['X-Forwarded-For: 198.51.100.7'], peer, proxies=['unix']) == told('198.51.100.7')
    assert await ask(['X-Forwarded-For: 198.51.100.7'], PROXY, proxies=['unix']) == UNTOUCHED


# The last hop that is not trusted.

async def test_the_last_hop_that_is_not_trusted():
    for nodes, client in (
        ('203.0.113.5, 198.51.100.7', '198.51.100.7'),
        ('127.0.0.1, 198.51.100.7', '198.51.100.7'),
        ('203.0.113.5, 198.51.100.7, 192.0.2.10', '198.51.100.7'),
        ('198.51.100.7, 2001:db8::10, 192.0.2.10', '198.51.100.7'),
        ('203.0.113.5, unknown, 192.0.2.10', 'unknown'),
        ('203.0.113.5, _a', '_a'),
        ('192.0.2.10', '192.0.2.10'),
        ('2001:db8::10, 192.0.2.10', '2001:db8::10'),
        (' ,, 198.51.100.7 ,,\t192.0.2.10, ,', '198.51.100.7'),
    ):
        assert await ask(['X-Forwarded-For: ' + nodes]) == told(client), nodes
        lines = ['X-Forwarded-For: ' + node for node in nodes.split(',')]
        assert await ask(lines) == told(client), nodes
        elements = ['for="%s"' % node.strip() for node in nodes.split(',') if node.strip()]
        assert await ask(['Forwarded: ' + ' ,, '.join(elements)]) == told(client), nodes
        assert await ask(['Forwarded: ' + element for element in elements]) == told(client), nodes


async def test_what_stands_before_that_hop_is_not_looked_at():
    for before in ('\xff', 'evil', '999.1.1.1', '1.2.3.4:99999', '[', '"', '_\x80'):
        assert await ask(['X-Forwarded-For: %s, 198.51.100.7, 192.0.2.10' % before]) == told('198.51.100.7'), before
    assert await ask(['Forwarded: for=evil;proto=x;host="a b", for=198.51.100.7']) == told('198.51.100.7')


async def test_scheme_and_host_are_those_of_that_hop():
    chain = ['Forwarded: for=203.0.113.5;proto=x;host=evil, for=198.51.100.7;proto=https;host=outside',
             'Forwarded: for=192.0.2.10;proto=http;host=between']
    assert await ask(chain) == told('198.51.100.7', 0, 'https', 'outside')
    assert await ask(['X-Forwarded-For: 203.0.113.5, 198.51.100.7, 192.0.2.10', 'X-Forwarded-Proto: x, https, http',
                      'X-Forwarded-Host: evil', 'X-Forwarded-Host: outside, between']) == told(
        '198.51.100.7', 0, 'https', 'outside')


async def test_one_scheme_and_host_for_all_hops():
    assert await ask(['X-Forwarded-For: 198.51.100.7, 192.0.2.10', 'X-Forwarded-Proto: https',
                      'X-Forwarded-Host: outside']) == told('198.51.100.7', 0, 'https', 'outside')


async def test_a_hop_that_does_not_tell():
    assert await ask(['Forwarded: for=198.51.100.7;proto=https, by=_x']) == UNTOUCHED
    assert await ask(['Forwarded: for=203.0.113.5;proto=https, by=_x;proto=https, for=192.0.2.10']) == told(
        '192.0.2.10', 0, 'https')


# What is malformed.

async def test_malformed_nodes():
    for node in (
        'evil', '999.1.1.1', '1.2.3', '1.2.3.4.5', '01.2.3.4', '1.2.3.4:', '1.2.3.4:99999', '1.2.3.4:-1', '1.2.3.4: 1',
        '1.2.3.4:123456', '[2001:db8::1', '[2001:db8::1]80', '[2001:db8::1]:', '[1.2.3.4]', '[]', '2001:db8:::1', ':::',
        '::g', '1::2::3', '12345::', '[fe80::1%25eth0]', 'fe80::1%1', '_', '_a b', '_a:_', '_a:_p p', '_\xe9', ':80', '1.2.3.4/8',
    ):
        assert await ask(['X-Forwarded-For: ' + node]) == REFUSED, node
        assert await ask(['Forwarded: for="%s"' % node]) == REFUSED, node


async def test_malformed_schemes_and_hosts():
    for scheme in ('ftp', 'x y', '\xff', 'https://', 'https;a'):
        assert await ask(['X-Forwarded-Proto: ' + scheme]) == REFUSED, scheme
        assert await ask(['Forwarded: proto="%s"' % scheme]) == REFUSED, scheme
    for host in ('a b', 'a/b', 'a@b', 'a:b', '[::1', 'a"b', '\xff', 'a#b'):
        assert await ask(['X-Forwarded-Host: ' + host]) == REFUSED, host
        assert await ask(['Forwarded: host="%s"' % host]) == REFUSED, host
    assert await ask(['Forwarded: host=""']) == REFUSED
    assert await ask(['X-Forwarded-Host: a\\b']) == REFUSED


async def test_malformed_elements():
    for value in (
        'for', 'for=1.2.3.4;for=1.2.3.5', 'for=1.2.3.4;For=1.2.3.4', 'for="1.2.3.4', 'for="1.2.3.4\\', 'for=1.2.3.4"',
        'for=1.2.3.4 proto=https', '=1.2.3.4', 'for =1.2.3.4', 'f\xe9r=1.2.3.4', 'for=1.2.3.4, "', 'for="1.2.3.4"x', 'a=b c',
        'for=(1.2.3.4)', 'for==', 'for=@', 'for=',
    ):
        assert await ask(['Forwarded: ' + value]) == REFUSED, value


async def test_an_open_quote_hides_nothing():
    for sent in ('for=9.9.9.9;a="', 'a="\\', 'for="', 'a="",b="', '"', 'for=9.9.9.9, a="b', 'for=9.9.9.9;a="x"'):
        for added in ('for=198.51.100.7', 'for="198.51.100.7"', 'for="[2001:db8::1]:80"', 'for=198.51.100.7;by="_x"',
                      'for="198.51.100.7";by="_x";host="a";proto="https"'):
            for headers in ([sent + ', ' + added], [sent, added]):
                status, what = await ask(['Forwarded: ' + header for header in headers])
                assert status == 400 or what['client'][0] in ('198.51.100.7', '2001:db8::1'), headers


def test_parsing():
    assert parse_forwarded('') == []
    assert parse_forwarded(' , ;, ') == []
    assert parse_forwarded('for="_a\\"b\\\\";By=x , HOST="a,;=b"') == [
        {'for': '_a"b\\', 'by': 'x'}, {'host': 'a,;=b'}]
    assert parse_forwarded('secret=egah2CGj55fSJFs') == [{'secret': 'egah2CGj55fSJFs'}]
    assert parse_node('1.2.3.4:80') == ('1.2.3.4', 80)
    assert is_obfuscated('unknown') and is_obfuscated('_x') and not is_obfuscated('x') and not is_obfuscated('')
    assert raises(HTTPException, parse_node, '').status_code == 400


# Both kinds.

async def test_both_kinds_agree():
    assert await ask(['Forwarded: for="198.51.100.7:80";proto=https;host=A', 'X-Forwarded-For: 198.51.100.7',
                      'X-Forwarded-Host: a', 'X-Forwarded-Proto: HTTPS']) == told('198.51.100.7', 80, 'https', 'A')
    assert await ask(['Forwarded: for=198.51.100.7', 'X-Forwarded-For: 203.0.113.5, 198.51.100.7']) == told('198.51.100.7')
    assert await ask(['Forwarded: , ', 'X-Forwarded-For: 198.51.100.7']) == told('198.51.100.7')


async def test_both_kinds_contradict_each_other():
    for headers in (
        ['Forwarded: for=9.9.9.9', 'X-Forwarded-For: 198.51.100.7'],
        ['Forwarded: for=198.51.100.7;proto=https', 'X-Forwarded-For: 198.51.100.7', 'X-Forwarded-Proto: http'],
        ['Forwarded: for=198.51.100.7;host=evil', 'X-Forwarded-For: 198.51.100.7', 'X-Forwarded-Host: good'],
        ['Forwarded: for=_x', 'X-Forwarded-For: 198.51.100.7'],
        ['Forwarded: for=198.51.100.7;host=evil', 'X-Forwarded-For: 198.51.100.7'],  # what one alone tells may be the client's
        ['Forwarded: for=198.51.100.7;proto=https', 'X-Forwarded-For: 198.51.100.7'],
        ['Forwarded: for=198.51.100.7', 'X-Forwarded-For: 198.51.100.7', 'X-Forwarded-Host: evil'],
        ['Forwarded: for=198.51.100.7', 'X-Forwarded-Proto: https'],
    ):
        assert await ask(headers) == REFUSED, headers


async def test_one_kind_alone():
    headers = ['Forwarded: for=203.0.113.5;proto=https', 'X-Forwarded-For: 198.51.100.7']
    assert await ask(headers, header='X-Forwarded') == told('198.51.100.7')
    assert await ask(headers, header='Forwarded') == told('203.0.113.5', 0, 'https')
    assert await ask(['Forwarded: "', 'X-Forwarded-For: 198.51.100.7'], header='X-Forwarded') == told('198.51.100.7')
    assert await ask(['Forwarded: for=203.0.113.5', 'X-Forwarded-For: x'], header='Forwarded') == told('203.0.113.5')


# When it acts.

async def test_before_the_applications_own_handlers():
    app = Microdot()
    clients = []

    @app.before_request
    async def before(request):
        clients.append(request.client_addr)

    TrustedProxies(app, PROXIES)
    app.route('/')(lambda request: 'x')
    await app.dispatch_request(await request_from(app, ['X-Forwarded-For: 198.51.100.7']))
    assert clients == [('198.51.100.7', 0)]


async def test_for_errors_too():
    app = make_app()
    clients = []
    for status in (400, 404, 405, 413, 501):
        def handler(request, status=status):
            clients.append((status, request.client_addr[0]))
            return 'x', status

        app.errorhandler(status)(handler)
    for path, method in (('/nowhere', 'GET'), ('/', 'PUT'), ('/', 'STRANGE')):
        await app.dispatch_request(await request_from(app, ['X-Forwarded-For: 198.51.100.7'], PROXY, path, method))
    await app.dispatch_request(
        await request_from(app, ['X-Forwarded-For: 198.51.100.7', 'Content-Length: 100000'], PROXY, '/', 'POST'))
    await app.dispatch_request(
        await request_from(app, ['X-Forwarded-For: 198.51.100.7']), HTTPException(400, 'x'))
    client = '198.51.100.7'
    assert clients == [(404, client), (405, client), (501, client), (413, client), (400, client)]
    response = await app.dispatch_request(await request_from(app, ['X-Forwarded-For: evil']))
    assert response.status_code == 400
    assert clients[-1] == (400, '127.0.0.1')


async def test_what_is_no_request():
    response = await make_app().dispatch_request(None)
    assert response.status_code == 400


async def test_routes_of_a_mounted_application():
    app, sub = make_app(), Microdot()
    sub.route('/')(lambda request: request.client_addr[0])
    app.mount(sub, '/sub')
    response = await app.dispatch_request(await request_from(app, ['X-Forwarded-For: 198.51.100.7'], PROXY, '/sub/'))
    assert response.body == b'198.51.100.7'


async def test_twice_is_once():
    app = make_app()
    TrustedProxies(app, PROXIES)
    request = await request_from(app, ['X-Forwarded-For: 203.0.113.5, 198.51.100.7, 192.0.2.10', 'X-Forwarded-Proto: https'])
    await app.dispatch_request(request)
    assert (request.client_addr, request.scheme) == (('198.51.100.7', 0), 'https')


async def test_behind_a_server_that_sets_the_address_itself():
    headers = ['X-Forwarded-For: 203.0.113.5, 198.51.100.7', 'X-Forwarded-Proto: https']
    request = await request_from(make_app(), headers, ('198.51.100.7', 0))
    await make_app().dispatch_request(request)
    assert (request.client_addr, request.scheme) == (('198.51.100.7', 0), 'http')


async def test_through_a_server():
    server = StreamServer(make_app(['192.0.2.1']), '', 0)  # the address of the stream
    request = 'GET / HTTP/1.1\r\nHost: inside\r\nX-Forwarded-For: %s\r\nX-Forwarded-Host: outside\r\n\r\n'
    stream = Stream((request % '198.51.100.7').encode(), (request % 'evil').encode())
    await serve_streams(server, stream, stream)
    assert stream.sent.count(b'HTTP/1.1 ') == 2
    first, _, second = stream.sent.partition(b'HTTP/1.1 400')
    assert b'198.51.100.7' in first and b'outside' in first
    assert b'Malformed forwarding header' in second


# What is trusted.

def test_what_cannot_be_trusted():
    for proxies in (['x'], ['10.0.0.0/33'], ['10.0.0.1/8'], ['*'], [''], ['10.0.0'], '127.0.0.1'):
        assert raises(ValueError, TrustedProxies, Microdot(), proxies), proxies
    assert raises(ValueError, TrustedProxies, Microdot(), PROXIES, 'X-Real-IP')


@only('cpython', 'MicroPython has no module for networks')
async def test_networks():
    networks = ['10.0.0.0/8', '2001:db8::/32', '192.0.2.10']
    for nodes, client in (
        ('198.51.100.7, 10.1.2.3', '198.51.100.7'),
        ('198.51.100.7, 2001:db8:ffff::1, 10.255.255.255', '198.51.100.7'),
        ('198.51.100.7, 11.0.0.1, 10.1.2.3', '11.0.0.1'),
        ('10.1.2.3, 2001:db9::1', '2001:db9::1'),
    ):
        assert await ask(['X-Forwarded-For: ' + nodes], ('10.9.9.9', 1), proxies=networks) == told(client), nodes
    assert await ask(['X-Forwarded-For: 198.51.100.7'], ('::ffff:10.0.0.1', 1), proxies=networks) == told('198.51.100.7')


@only('micropython', 'CPython has networks')
def test_networks_are_refused():
    assert raises(ValueError, TrustedProxies, Microdot(), ['10.0.0.0/8'])


def test_addresses():
    for text, address in (
        ('127.0.0.1', '127.0.0.1'), ('::1', '::1'), ('2001:DB8::a', '2001:db8::a'), ('::ffff:1.2.3.4', '1.2.3.4'),
        ('::FFFF:1.2.3.4', '1.2.3.4'), ('1:2:3:4:5:6:7:8', '1:2:3:4:5:6:7:8'), ('::', '::'),
    ):
        assert ip_address(text) == address
        assert address in Networks([text])
    assert '127.0.0.1' not in Networks([])
