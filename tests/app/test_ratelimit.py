# How often a client may ask.

from tools import changed, raises

from microdot import Microdot, Request, ratelimit
from microdot.ratelimit import RateLimit, client_network, limit, parse_rate
from microdot.test_client import TestClient


class clock:
    """For a `with` statement: the time of rate limits that are made in it, in milliseconds."""

    def __enter__(self):
        self.now = 1000
        self.change = changed(ratelimit, ticks=lambda: self.now, elapsed=lambda start: self.now - start)
        self.change.__enter__()
        return self

    def __exit__(self, *exc):
        self.change.__exit__(*exc)


def taken(limiter, key='a', most=1000):
    """Return how many are allowed at once."""
    for count in range(most):
        if limiter.take(key):
            return count
    return most


def test_rates():
    for rate, count, seconds in (
        ('5/minute', 5, 60), ('1/second', 1, 1), ('100/hour', 100, 3600), ('7/day', 7, 86400), ('5/minutes', 5, 60),
        ('10/30 seconds', 10, 30), (' 3 / 2 hours', 3, 7200), ('3/1 day', 3, 86400),
    ):
        assert parse_rate(rate) == (count, seconds)


def test_malformed_rates():
    for rate in ('', '5', '/minute', '5/', '5/fortnight', '0/minute', '-1/minute', 'five/minute', '5/0 minutes', '5/-1 minutes',
                 '5/1.5 hours', '1.5/hour', '5/minute/hour', 'minute/5', '5 per minute', '5/s', '5/minutess', '5/Minute'):
        error = raises(ValueError, limit, rate)
        assert repr(rate) in str(error) and '5/minute' in str(error)


def test_a_bucket():
    with clock() as time:
        limiter = RateLimit('5/minute')
        assert [limiter.take('a') for _ in range(7)] == [0, 0, 0, 0, 0, 12, 12]
        time.now += 11999
        assert limiter.take('a') == 1
        time.now += 1
        assert [limiter.take('a') for _ in range(2)] == [0, 12]
        time.now += 30000
        assert [limiter.take('a') for _ in range(3)] == [0, 0, 6]
        time.now += 10 * 60000
        assert taken(limiter) == 5  # never more than the bucket holds


def test_no_client_takes_from_another():
    with clock():
        limiter = RateLimit('2/hour')
        assert taken(limiter, 'a') == taken(limiter, 'b') == 2
        assert limiter.take('a') == limiter.take('b') == 1800


def test_rates_of_all_sizes():
    for rate, count in (('1/day', 1), ('3/second', 3), ('7/second', 7), ('1000/second', 1000), ('999/day', 999),
                        ('13/7 minutes', 13)):
        with clock() as time:
            limiter = RateLimit(rate)
            assert taken(limiter, most=count + 1) == count
            times, seconds = parse_rate(rate)
            time.now += seconds * 1000 + times
            assert taken(limiter, most=count + 1) == count


def test_over_a_long_time_the_rate_is_kept():
    with clock() as time:
        limiter = RateLimit('7/minute')
        passed = 0
        for _ in range(6000):
            passed += limiter.take('a') == 0
            time.now += 100
        assert 7 * 10 <= passed <= 7 * 11


def test_reset():
    with clock():
        limiter = RateLimit('2/minute')
        taken(limiter, 'a')
        taken(limiter, 'b')
        limiter.reset('a')
        limiter.reset('nobody')
        assert taken(limiter, 'a') == 2
        assert limiter.take('b')


def test_memory_is_bounded():
    for most in (1, 2, 10, 100):
        with clock() as time:
            limiter = RateLimit('3/minute', max_keys=most)
            taken(limiter, 'busy')
            for number in range(5 * most):
                limiter.take('client %d' % number)
                assert len(limiter._full) <= most
                time.now += 1
            if most > 3:  # those who have asked least are forgotten
                assert limiter.take('busy')


def test_who_may_ask_as_often_as_anybody_is_forgotten_first():
    with clock() as time:
        limiter = RateLimit('2/minute', max_keys=8)
        for number in range(4):
            limiter.take('early %d' % number)
        time.now += 30000
        for number in range(5):
            limiter.take('late %d' % number)
        assert sorted(limiter._full) == ['late %d' % number for number in range(5)]


def test_a_clock_that_turns_over():
    for days, count in ((3, 0), (4, 1), (5, 2)):
        with clock() as time:
            limiter = RateLimit('2/2 days')
            assert taken(limiter) == 2
            time.now += 2 * 86400 * 1000 + 86400 * 500  # 2.5 days: the bucket is full
            assert taken(limiter) == 2
            time.now += (days - 3) * 86400 * 1000 + 86400 * 600  # on the way past 3 days
            assert taken(limiter) == count
    with clock() as time:
        limiter = RateLimit('1/hour')
        assert taken(limiter) == 1
        time.now -= 500
        assert taken(limiter) == 1  # the clock has turned over: nobody has asked for days
        assert taken(limiter) == 0


def test_real_time():
    limiter = RateLimit('2/day')
    assert [limiter.take('a') > 43000 for _ in range(4)] == [False, False, True, True]


def request_from(client_addr):
    return Request(None, client_addr, 'GET', '/', '1.1', {})


def test_networks():
    for address, network in (
        (('192.0.2.1', 1), '192.0.2.1'), (('192.0.2.1', 2), '192.0.2.1'), (('::ffff:192.0.2.1', 1, 0, 0), '192.0.2.1'),
        (('2001:db8:1:2:3:4:5:6', 1), '2001:db8:1:2'), (('2001:db8:1:2::6', 1), '2001:db8:1:2'),
        (('2001:db8::6', 1), '2001:db8:0:0'), (('2001:db8::3:4:5:6:7', 1), '2001:db8:0:3'), (('::1', 1), '0:0:0:0'),
        (('::', 1), '0:0:0:0'), (('1::', 1), '1:0:0:0'), (('fe80::1%eth0', 1), 'fe80:0:0:0'), (('unknown', 0), 'unknown'),
        (None, ''), ('', ''), ('/run/socket', '/run/socket'), ((), ''),
    ):
        assert client_network(request_from(address)) == network, address


# As a decorator.

def make_app(decorator):
    app = Microdot()

    @app.post('/login')
    @decorator
    async def login(request):
        return 'in'

    @app.post('/again/<int:number>')
    @decorator
    def again(request, number):
        return 'again %d' % number

    return app


async def test_too_many_requests():
    with clock() as time:
        client = TestClient(make_app(limit('2/minute')))
        for _ in range(2):
            response = await client.post('/login')
            assert (response.status_code, response.text) == (200, 'in')
        response = await client.post('/login')
        assert (response.status_code, response.text, response.headers['Retry-After']) == (429, 'Too many requests', '30')
        time.now += 30000
        assert (await client.post('/login')).status_code == 200


async def test_functions_of_one_decorator_share_its_limit():
    with clock():
        client = TestClient(make_app(limit('2/minute')))
        assert (await client.post('/login')).status_code == 200
        assert (await client.post('/again/7')).text == 'again 7'
        assert (await client.post('/login')).status_code == (await client.post('/again/7')).status_code == 429


async def test_an_error_handler():
    app = make_app(limit('1/minute'))

    @app.errorhandler(429)
    async def slow_down(request):
        return {'error': 'slow down'}, 429

    client = TestClient(app)
    await client.post('/login')
    response = await client.post('/login')
    assert (response.status_code, response.json) == (429, {'error': 'slow down'})
    assert 0 < int(response.headers['Retry-After']) <= 60


async def test_key_functions():
    async def later(request):
        return request.headers.get('X-API-Key')

    for key in (lambda request: request.headers.get('X-API-Key'), later):
        client = TestClient(make_app(limit('1/hour', key=key)))
        for api_key, status in (('a', 200), ('b', 200), ('a', 429), ('b', 429)):
            assert (await client.post('/login', headers={'X-API-Key': api_key})).status_code == status
        for _ in range(3):
            assert (await client.post('/login')).status_code == 200  # None has no limit


async def test_a_whole_application():
    app = Microdot()
    app.before_request(limit('1/hour').check)
    app.route('/')(lambda request: 'hello')
    client = TestClient(app)
    assert [(await client.get('/')).status_code, (await client.get('/')).status_code] == [200, 429]


def test_the_decorator_stands_below_that_of_the_route():
    app = Microdot()

    @app.post('/login')
    async def login(request):
        return 'in'

    error = raises(RuntimeError, limit('5/minute'), login)
    assert str(error) == 'login is a route already: this decorator has to stand below that of the route'
