# Conditions and ranges of requests for files (RFC 9110 sections 13 and 14).

import time

from condition_rows import FILE, ROWS, SIZE, WHOLE, dates, fill
from folders import folder
from tools import changed, only

from microdot import Microdot, send_file
from microdot.core import file_hashes
from microdot.core.conditions import has_tag, parse_date, range_of
from microdot.test_client import TestClient

with open(FILE, 'rb') as file:
    DATA = file.read()

app = Microdot()


@app.route('/', methods=['GET', 'POST'])
async def index(request):
    return send_file(FILE)


@app.get('/missing')
async def missing(request):
    return send_file(FILE, 404)


@app.get('/own')
async def own(request):
    response = send_file(FILE, max_age=60, download_name='a.bin')
    response.headers['ETag'] = 'W/"own"'
    response.headers['Last-Modified'] = 'Sun, 06 Nov 1994 08:49:37 GMT'
    response.headers['X-Own'] = 'yes'
    return response


async def values():
    response = await TestClient(app).get('/')
    return dict(dates(), etag=response.headers['ETag'])


async def test_rows():
    client = TestClient(app)
    stand_ins = await values()
    for name, headers, (status, content_range, part), *_ in ROWS:
        response = await client.get('/', fill(headers, stand_ins))
        assert (response.status_code, response.headers.get('Content-Range')) == (status, content_range), name
        if part is not None:
            assert response.body == DATA[part[0]:part[1]], name
        if status in (200, 206):
            assert response.headers['Content-Length'] == str(len(response.body)), name
            assert response.headers['Accept-Ranges'] == 'bytes', name
        if status != 304:
            assert response.headers['Content-Type'] == (
                'application/octet-stream' if status < 400 else 'text/plain; charset=UTF-8'), name
        if status < 400:
            assert response.headers['ETag'] == stand_ins['etag'], name
            assert response.headers['Last-Modified'] == stand_ins['same'], name


async def test_rows_with_head():
    client = TestClient(app)
    stand_ins = await values()
    for name, headers, (status, content_range, _), *_ in ROWS:
        response = await client.request('HEAD', '/', fill(headers, stand_ins))
        if 'Range' in headers and status in (206, 416):  # 14.2: ranges are of GET alone
            status, content_range, _ = WHOLE
        assert (response.status_code, response.headers.get('Content-Range')) == (status, content_range), name
        if status == 200:
            assert response.headers['Content-Length'] == str(SIZE), name


async def test_other_methods_and_statuses_have_no_conditions():
    client = TestClient(app)
    for method, path, status in (('POST', '/', 200), ('GET', '/missing', 404)):
        response = await client.request(method, path, {'Range': 'bytes=0-4', 'If-None-Match': '*', 'If-Match': '"other"'})
        assert (response.status_code, response.body) == (status, DATA)
        assert response.headers == {'Content-Type': 'application/octet-stream', 'Content-Length': '1000'}


async def test_validators_of_the_application():
    client = TestClient(app)
    response = await client.get('/own')
    assert (response.headers['ETag'], response.headers['Last-Modified']) == ('W/"own"', 'Sun, 06 Nov 1994 08:49:37 GMT')
    response = await client.get('/own', {'If-None-Match': '"own"'})
    assert response.status_code == 304
    # 15.4.5: of the representation's own, what a cache needs.
    assert response.headers == {'Cache-Control': 'max-age=60', 'ETag': 'W/"own"', 'X-Own': 'yes',
                                'Last-Modified': 'Sun, 06 Nov 1994 08:49:37 GMT'}
    assert (await client.get('/own', {'If-Match': 'W/"own"'})).status_code == 412
    assert (await client.get('/own', {'If-Modified-Since': 'Sun, 06 Nov 1994 08:49:37 GMT'})).status_code == 304
    response = await client.get('/own', {'Range': 'bytes=5000-'})
    assert response.status_code == 416
    assert response.headers == {'Content-Range': 'bytes */1000', 'Content-Type': 'text/plain; charset=UTF-8', 'X-Own': 'yes',
                                'Content-Length': '21'}


def test_dates():
    fields = (1994, 11, 6, 8, 49, 37)
    for text in ('Sun, 06 Nov 1994 08:49:37 GMT', 'Sunday, 06-Nov-94 08:49:37 GMT', 'Sun Nov  6 08:49:37 1994',
                 'Sun, 06 nov 1994 08:49:37 GMT'):
        assert parse_date(text) == fields, text
    assert parse_date('Sunday, 06-Nov-30 08:49:37 GMT') == (2030, 11, 6, 8, 49, 37)
    assert parse_date('Sun, 06 Nov 1994 08:49:60 GMT') == (1994, 11, 6, 8, 49, 60)
    for text in (None, '', 'Sun', 'Sun, 06 Nov 1994 08:49:37', 'Sun, 06 Nov 1994 08:49:37 CET', 'Sun, 06 Now 1994 08:49:37 GMT',
                 'Sun, 00 Nov 1994 08:49:37 GMT', 'Sun, 32 Nov 1994 08:49:37 GMT', 'Sun, 06 Nov 1994 24:49:37 GMT',
                 'Sun, 06 Nov 1994 08:60:37 GMT', 'Sun, 06 Nov 1994 08:49:61 GMT', 'Sun, 06 Nov 1994 08:49 GMT',
                 'Sun, +6 Nov 1994 08:49:37 GMT', 'Sun, 06 Nov 994 08:49:37 GMT', 'Sun, 06 ovd 1994 08:49:37 GMT',
                 'Sun, 06 Nov 1994 08::37 GMT', 'Sun, 006 Nov 1994 08:49:37 GMT', 'Sun, 06 Nov 1994 08:49:37 GMT GMT',
                 'Sun, 06 Nov \u0661\u0669\u0669\u0664 08:49:37 GMT'):
        assert parse_date(text) is None, text


def test_tags():
    assert has_tag('"a"', '"a"')
    assert has_tag(' * ', None)
    assert not has_tag('"a"', None)
    assert not has_tag('W/"a"', '"a"')
    assert not has_tag('"a"', 'W/"a"')
    assert has_tag('W/"a"', 'W/"a"', True)
    assert has_tag('"x", W/"a"', '"a"', True)
    assert has_tag('W/"a", "a"', '"a"')
    assert has_tag('"a,b"', '"a,b"')
    assert not has_tag('"a', '"a"')
    assert not has_tag(', ', '", "')


def test_ranges_of_nothing():
    assert range_of('bytes=0-', 0) is None
    assert range_of('bytes=-5', 0) is None
    assert range_of('bytes=1-', 0) == (1, 0)


@only('micropython', 'the times of files are finer on CPython')
async def test_files_that_change_within_a_second():
    with folder({}) as files:
        app = Microdot()

        @app.get('/')
        async def index(request):
            return send_file(files.path + '/a.txt')
        client = TestClient(app)
        etags = []
        for text in ('one', 'two', 'one'):
            files.write('a.txt', text)
            response = await client.get('/', {'If-None-Match': ', '.join(etags[-1:])})
            assert (response.status_code, response.text) == (200, text)
            etags.append(response.headers['ETag'])
            assert (await client.get('/', {'If-None-Match': etags[-1]})).status_code == 304
        assert etags[0] == etags[2] != etags[1]

        class Later:
            @staticmethod
            def time():
                return time.time() + 1000
        with changed(file_hashes, time=Later):
            etag = (await client.get('/', {'If-None-Match': etags[-1]})).headers['ETag']
            assert (await client.get('/', {'If-None-Match': etag})).status_code == 304


@only('cpython', 'MicroPython has no os.utime')
async def test_a_file_of_the_future():
    import os
    import tempfile

    from microdot.core.compat import gmtime, http_date
    with tempfile.NamedTemporaryFile() as file:
        future = 4000000000
        os.utime(file.name, (future, future))
        app = Microdot()

        @app.get('/')
        async def index(request):
            return send_file(file.name)
        response = await TestClient(app).get('/')
        assert response.headers['Last-Modified'] != http_date(gmtime(future))
        # 8.8.2.2: it may change once more in this second.
        response = await TestClient(app).get('/', {'Range': 'bytes=0-', 'If-Range': response.headers['Last-Modified']})
        assert response.status_code == 200
