# Forms with files: the iterator, the decorator, uploads and where they go.

import asyncio
import io
import os
import sys

from folders import folder
from tools import captured_log, changed, only, raises_async

from microdot import AsyncBytesIO, HTTPException, Microdot, Request
from microdot.multipart import FileUpload, FormDataIter, with_form_data
from microdot.test_client import TestClient

SMALL = sys.implementation.name == 'micropython'
TYPE = 'multipart/form-data; boundary=B'
TEXT = 'Content-Type: text/plain\r\n'


def form(*parts):
    """Return a form of fields (name, value) and files (name, file name, headers, data)."""
    body = b''
    for part in parts:
        headers = 'Content-Disposition: form-data; name="%s"' % part[0]
        if len(part) > 2:
            headers += '; filename="%s"\r\n%s' % part[1:3]
        else:
            headers += '\r\n'
        data = part[-1].encode() if isinstance(part[-1], str) else part[-1]
        body += b'--B\r\n' + headers.encode() + b'\r\n' + data + b'\r\n'
    return body + b'--B--\r\n'


BODY = form(('title', 'Repört'), ('file', 'a.txt', TEXT, b'hello'), ('tag', 'x'), ('tag', 'y'),
            ('file', 'b.bin', '', b'\r\n--' * 1000))


def make(handler):
    app = Microdot()
    app.route('/', methods=['GET', 'POST'])(handler)
    return app


async def post(handler, body, content_type=TYPE):
    with changed(Request, max_content_length=1000000):
        return await TestClient(make(handler)).post('/', headers={'Content-Type': content_type}, body=body)


def request_of(body, content_type=TYPE, stream=None):
    stream = AsyncBytesIO(body) if stream is None else stream
    return Request(Microdot(), None, 'POST', '/', '1.1', {'Content-Type': content_type}, stream=stream)


def temporary_files():
    """Return the names of the temporary files that there are."""
    if SMALL:
        return os.listdir(TEMPORARY)
    import tempfile

    links = []
    for number in os.listdir('/proc/self/fd'):
        try:
            links.append(os.readlink('/proc/self/fd/' + number))
        except OSError:  # that of the folder itself
            pass
    return [link for link in links
            if link.startswith(tempfile.gettempdir()) and link.endswith('(deleted)') and link not in OTHERS]


TEMPORARY = os.getenv('TMPDIR')  # on MicroPython a folder for this file alone
OTHERS = []
OTHERS = temporary_files()  # of who runs the tests


# The examples of the documentation.

async def test_e048_upload_with_the_decorator():
    @with_form_data
    async def upload(request):
        files = {}
        for name, file in request.files.items():
            files[name] = [file.filename, file.content_type, len(await file.read())]
        return {'form': request.form, 'files': files}

    response = await post(upload, BODY)
    assert response.json == {'form': {'title': 'Repört', 'tag': 'y'}, 'files': {'file': ['b.bin', None, 4000]}}
    quoted = await post(upload, BODY, 'Multipart/Form-Data; charset=utf-8; boundary="B"')
    assert quoted.json == response.json
    for end in range(len(BODY) - 2):
        assert (end > 500 and end % 100) or (await post(upload, BODY[:end])).status_code == 400
    assert temporary_files() == []


async def test_e049_upload_with_the_iterator():
    lines = []

    async def upload(request):
        async for name, value in FormDataIter(request):
            if isinstance(value, FileUpload):
                value = '%s %s %d' % (value.filename, value.content_type, len(await value.read()))
            lines.append(name + ': ' + value)
        return 'received'

    response = await post(upload, BODY)
    assert response.text == 'received'
    assert lines == ['title: Repört', 'file: a.txt text/plain 5', 'tag: x', 'tag: y', 'file: b.bin None 4000']


# The iterator.

# Data that begins as a delimiter does wherever it is cut.
NEARLY = (b'\r\n--B-\r\n--\r\n-\r\r\n--BB\n--B\r\n--b\r\n' * 160)[:5000]


async def receive(size, buffer_size, way):
    data = NEARLY[:size]
    if data.endswith(b'\r\n--B'):
        data = data[:-1] + b'C'
    body = form(('before', '1'), ('file', 'x', '', data), ('after', '2'))
    read = []
    with changed(FormDataIter, buffer_size=buffer_size):
        async for name, value in FormDataIter(request_of(body)):
            if isinstance(value, FileUpload):
                value = await read_all(value, way)
                assert value == data, (size, buffer_size, way)
            read.append(name)
    assert read == ['before', 'file', 'after'], (size, buffer_size, way)


async def read_all(upload, way):
    if way < 0:
        return await upload.read()
    if way == 0:
        copy = await upload.copy(5001)
        assert copy is upload
        return await upload.read()
    pieces = []
    while pieces[-1:] != [b'']:
        pieces.append(await upload.read(way))
    assert {len(piece) for piece in pieces[:-2]} <= {way}
    return b''.join(pieces)


WAYS = (-1, 0, 1000, 31, 257, 5000, 64)


async def test_every_size_with_the_boundary_everywhere_in_the_buffer():
    sizes = set()
    step = 97 if SMALL else 1
    number = 0
    for buffer_size in range(32, 129, 16 if SMALL else 1):
        for alignment in range(0, buffer_size, 7 if SMALL else 1):
            number += 1
            size = alignment + buffer_size * (number * 7 % ((5000 - alignment) // buffer_size + 1))
            sizes.add(size)
            await receive(size, buffer_size, WAYS[number % len(WAYS)])
    for size in range(0, 5001, step):
        if size not in sizes:
            number += 1
            await receive(size, 32 + number % 97, WAYS[number % len(WAYS)])


async def test_what_is_not_read_is_skipped():
    names = []
    with changed(FormDataIter, buffer_size=64):
        async for name, value in FormDataIter(request_of(BODY)):
            if name == 'file':
                assert await value.read(3) == (b'hel' if value.filename == 'a.txt' else b'\r\n-')
            names.append(name)
    assert names == ['title', 'file', 'tag', 'tag', 'file']


async def test_a_file_is_read_before_the_next_step():
    files = []
    async for _, value in FormDataIter(request_of(form(('a', 'x', '', b'1'), ('b', 'y', '', b'2'), ('c', 'z', '', b'3')))):
        if len(files) == 1:
            await value.copy()
        files.append(value)
    await raises_async(ValueError, files[0].read())
    assert await files[1].read() == b'2'
    await raises_async(ValueError, files[2].read())


async def test_reads_as_much_as_is_asked_for():
    with changed(FormDataIter, buffer_size=10):
        async for _, value in FormDataIter(request_of(form(('a', 'x', '', b'0123456789' * 5)))):
            assert await value.read(0) == b''
            assert await value.read(25) == b'0123456789012345678901234'
            assert await value.read(1) == b'5'
            assert await value.read(100) == b'678901234567890123456789'
            assert await value.read(100) == b''
            assert await value.read() == b''


async def test_another_type_has_no_parts():
    for content_type in ('text/plain', 'application/x-www-form-urlencoded', 'multipart/mixed; boundary=B'):
        parts = FormDataIter(request_of(BODY, content_type))
        assert parts.buffer is None
        async for _ in parts:
            raise AssertionError
    parts = FormDataIter(Request(Microdot(), None, 'GET', '/', '1.1', {}))
    async for _ in parts:
        raise AssertionError


async def test_names_the_request_and_the_boundary():
    request = request_of(BODY, 'multipart/form-data; boundary="a b"')
    parts = FormDataIter(request)
    assert parts.request is request
    assert parts.boundary == b'a b'
    assert parts.buffer is not None


class Slow:
    """A stream that gives little at once, and may end before the form does, or fail."""

    def __init__(self, data, end=b''):
        self.data = data
        self.end = end

    async def read(self, n):
        data, self.data = self.data[:3], self.data[3:]
        if not data and self.end != b'':
            raise self.end
        return data


async def test_little_comes_at_once():
    parts = []
    async for part in FormDataIter(request_of(None, stream=Slow(form(('a', '1'), ('b', '2'))))):
        parts.append(part)
    assert parts == [('a', '1'), ('b', '2')]


async def test_a_stream_that_ends_early():
    for end in (b'', EOFError()):
        parts = FormDataIter(request_of(None, stream=Slow(BODY[:-100], end)))
        for _ in range(4):
            await parts.__anext__()
        _, file = await parts.__anext__()
        exc = await raises_async(HTTPException, file.read())
        assert exc.status_code == 400


# The limits.

async def refused(body, status_code, **limits):
    @with_form_data
    async def upload(request):
        return {'fields': len(request.form.pairs), 'files': len(request.files.pairs)}

    with changed(FormDataIter, **limits):
        response = await post(upload, body)
    assert response.status_code == status_code, response.text
    assert temporary_files() == []


async def test_limits():
    assert FormDataIter.max_parts == (16 if SMALL else 100)
    assert FormDataIter.buffer_size == (256 if SMALL else 65536)
    assert FileUpload.max_memory_size == 1024
    three = form(('a', '1'), ('b', 'x', '', b'2' * 2000), ('c', '345'))
    await refused(three, 200, max_parts=3)
    await refused(three, 413, max_parts=2)
    await refused(three, 200, max_fields_length=4)
    await refused(three, 413, max_fields_length=3)
    await refused(three, 413, max_fields_length=0)
    await refused(three, 200, max_readline=54)
    await refused(three, 413, max_readline=53)
    await refused(three, 413, max_headers=0)
    await refused(three, 200, max_boundary=1)
    await refused(three, 400, max_boundary=0)
    await refused(form(('b', 'x', TEXT, b'')), 200, max_headers=2)
    await refused(form(('b', 'x', TEXT, b'')), 413, max_headers=1)
    await refused(form(*[('a', '')] * FormDataIter.max_parts), 200)
    await refused(form(*[('a', '')] * (FormDataIter.max_parts + 1)), 413)
    await refused(form(('a', b'\xff')), 400)


async def test_the_whole_is_bounded_by_the_length_of_the_body():
    @with_form_data
    async def upload(request):
        return 'received'

    response = await TestClient(make(upload)).post('/', headers={'Content-Type': TYPE}, body=form(('a', 'x' * 20000)))
    assert response.status_code == 413


# The decorator.

async def test_form_and_files_give_the_last_value_and_all():
    result = {}

    @with_form_data
    async def upload(request):
        form, files = request.form, request.files
        assert form['tag'] == form.get('tag') == 'y'
        assert dict(form.items()) == form == {'title': 'Repört', 'tag': 'y'}
        assert sorted(form.values()) == ['Repört', 'y']
        assert sorted(form.keys()) == ['tag', 'title']
        assert form.getlist('tag') == ['x', 'y']
        assert form.getlist('title') == ['Repört']
        assert form.getlist('nothing') == []
        assert form.get('nothing') is None
        assert isinstance(form, dict)
        assert [file.filename for file in files.getlist('file')] == ['a.txt', 'b.bin']
        assert files['file'] is files.getlist('file')[1]
        assert list(files) == ['file']
        assert await files.getlist('file')[0].read() == b'hello'
        result['files'] = files
        return 'received'

    assert (await post(upload, BODY)).text == 'received'
    for file in result['files'].getlist('file'):
        await raises_async(ValueError, file.read())
        await file.close()


@only('cpython', 'MicroPython makes a dict of a dict only')
async def test_form_as_a_plain_dict():
    @with_form_data
    async def upload(request):
        return [dict(request.form), dict(**request.form)]

    assert (await post(upload, BODY)).json == [{'title': 'Repört', 'tag': 'y'}] * 2


async def test_values_of_a_type():
    @with_form_data
    async def upload(request):
        return request.form.getlist('n', type=int)

    assert (await post(upload, form(('n', '1'), ('n', '2')))).json == [1, 2]


async def test_handlers_of_every_kind():
    @with_form_data
    async def coroutine(request, name='none'):
        return name + request.form['title']

    @with_form_data
    def function(request, name='none'):
        return name + request.form['title'] + request.files['file'].filename

    assert (await post(coroutine, BODY)).text == 'noneRepört'
    assert (await post(function, BODY)).text == 'noneRepörtb.bin'
    app = Microdot()
    app.post('/<name>')(function)
    app.post('/async/<name>')(coroutine)
    with changed(Request, max_content_length=1000000):
        assert (await TestClient(app).post('/x', headers={'Content-Type': TYPE}, body=BODY)).text == 'xRepörtb.bin'
        assert (await TestClient(app).post('/async/x', headers={'Content-Type': TYPE}, body=BODY)).text == 'xRepört'


@only('cpython', 'functions have no names on MicroPython')
def test_the_decorated_function_keeps_its_name():
    @with_form_data
    async def upload(request):
        """Receive a file."""

    assert (upload.__name__, upload.__doc__) == ('upload', 'Receive a file.')


async def test_requests_that_are_no_such_form():
    @with_form_data
    async def upload(request):
        return [request.form, request.files]

    @with_form_data
    def function(request):
        return [request.form, request.files]

    for handler in (upload, function):
        client = TestClient(make(handler))
        assert (await client.get('/')).json == [None, None]
        assert (await client.post('/', body='x')).json == [None, None]
        assert (await client.post('/', body={'a': 1})).json == [None, None]
        answer = await client.post('/', headers={'Content-Type': 'application/x-www-form-urlencoded'}, body='a=1')
        assert answer.json == [{'a': ['1']}, None]
        assert (await client.post('/', headers={'Content-Type': 'multipart/form-data'}, body='x')).status_code == 400
        assert (await client.get('/', headers={'Content-Type': TYPE})).status_code == 400


# Copies.

async def test_copies_small_files_to_memory_and_others_to_files():
    @with_form_data
    async def upload(request):
        before = len(temporary_files())
        read = []
        for file in request.files.getlist('f'):
            read.append([len(await file.read(2)), len(await file.read())])
        return [before, read]

    body = form(*[('f', 'x', '', b'x' * size) for size in (0, 1, 1023, 1024, 5000)])
    assert (await post(upload, body)).json == [2, [[0, 0], [1, 0], [2, 1021], [2, 1022], [2, 4998]]]
    with changed(FileUpload, max_memory_size=0):
        assert (await post(upload, body)).json[0] == 5
    with changed(FileUpload, max_memory_size=5001):
        assert (await post(upload, body)).json[0] == 0
    assert temporary_files() == []


async def test_a_copy_of_what_is_left():
    async for _, value in FormDataIter(request_of(form(('f', 'x', '', b'0123456789')))):
        assert await value.read(3) == b'012'
        assert await value.copy(3) is value
        assert len(temporary_files()) == 1
        assert await value.copy(100) is value
        assert await value.read(3) == b'345'
        await value.close()
        await value.close()
        await raises_async(ValueError, value.read())
    assert temporary_files() == []


async def test_temporary_files_are_gone_after_an_error():
    async def fail(request):
        assert len(temporary_files()) == 2
        raise ZeroDivisionError

    async def refuse(request):
        raise HTTPException(418)

    def fail_in_thread(request):
        raise ZeroDivisionError

    body = form(('f', 'x', '', b'x' * 3000), ('f', 'y', '', b'y' * 3000))
    with captured_log():
        assert (await post(with_form_data(fail), body)).status_code == 500
        assert (await post(with_form_data(fail_in_thread), body)).status_code == 500
    assert (await post(with_form_data(refuse), body)).status_code == 418
    for end in (len(body) - 10, len(body) - 2500, len(body) - 3050, 1500):
        assert (await post(with_form_data(fail), body[:end])).status_code == 400
    assert temporary_files() == []


async def test_temporary_files_are_gone_after_a_cancellation():
    reached = asyncio.Event()
    seen = []

    @with_form_data
    async def wait(request):
        seen.append(len(temporary_files()))
        reached.set()
        await asyncio.sleep(1000)

    task = asyncio.create_task(post(wait, form(('f', 'x', '', b'x' * 3000))))
    await reached.wait()
    task.cancel()
    await raises_async(asyncio.CancelledError, task)
    assert seen == [1]
    assert temporary_files() == []


async def test_temporary_files_are_gone_when_the_client_leaves():
    @with_form_data
    async def upload(request):
        raise AssertionError

    for end in (asyncio.CancelledError(), HTTPException(408), HTTPException(413)):
        request = request_of(None, stream=Slow(form(('f', 'x', '', b'x' * 3000), ('g', 'x', '', b''))[:3000], end))
        await raises_async(type(end), upload(request))
        assert temporary_files() == []


@only('micropython', 'CPython has tempfile')
def test_the_folder_for_temporary_files():
    from microdot.core import micropython_temporary
    with folder({'inner/x': ''}) as files:
        for named, path in ((files.path + '/inner', files.path + '/inner/'), (files.path + '/missing', '/tmp/'), ('', '/tmp/')):
            os.putenv('TMPDIR', named)
            try:
                assert micropython_temporary._folder() == path
            finally:
                os.putenv('TMPDIR', TEMPORARY)

    class Board:
        @staticmethod
        def stat(path):
            raise OSError(2)
    with changed(micropython_temporary, os=Board):
        assert micropython_temporary._folder() == ''


@only('cpython', 'MicroPython has no threads')
async def test_files_are_used_in_threads():
    import threading

    threads = []

    class Target(io.BytesIO):
        def write(self, data):
            threads.append(threading.current_thread())
            return super().write(data)

    target = Target()
    async for _, value in FormDataIter(request_of(form(('f', 'x', '', b'x' * 3000)))):
        await value.save(target)
    assert target.getvalue() == b'x' * 3000
    assert threading.main_thread() not in threads


# Saving.

async def save(filename, path_or_file, data=b'0123456789'):
    async for _, value in FormDataIter(request_of(form(('f', 'x', '', data)))):
        value.filename = filename
        await value.save(path_or_file)


async def test_saves_to_a_path():
    with folder({}) as saved:
        for data in (b'', b'x', NEARLY):
            await save('x', saved.path + '/file', data)
            assert saved.read('file') == data
    await raises_async(OSError, save('x', '/nowhere/at/all'))


async def test_does_not_save_outside_of_a_folder():
    for path in ('folder/../evil.txt', b'folder/../evil.txt'):
        await raises_async(HTTPException, save('../evil.txt', path, b'x'))


async def test_saves_to_a_file_that_stays_open():
    for buffer_size in (7, 256, 65536):
        with changed(FormDataIter, buffer_size=buffer_size):
            file = io.BytesIO()
            await save('x', file, NEARLY)
            assert file.getvalue() == NEARLY


async def test_saves_what_is_left_and_what_was_copied():
    file = io.BytesIO()
    async for _, value in FormDataIter(request_of(form(('f', 'x', '', b'0123456789')))):
        await value.read(2)
        await value.copy(2)
        await value.read(2)
        await value.save(file)
        await value.close()
    assert file.getvalue() == b'456789'


async def test_a_name_of_the_client_does_not_lead_out():
    with folder({}) as saved:
        for filename in ('../x', '/x', '\\x', '..', 'a/../../x', './../x', '..//x', 'C:\\x', 'a\\..\\x', saved.path + '/x'):
            for path in (saved.path + '/' + filename, filename):
                exc = await raises_async(HTTPException, save(filename, path))
                assert exc.status_code == 400
        assert os.listdir(saved.path) == []
        await raises_async(OSError, save('a/b', '/nowhere/a/b'))  # it stays inside
        await raises_async(OSError, save('../x', '/nowhere/../nowhere/y'))  # it is the application's own
        await save('../x', saved.path + '/file')


async def test_a_name_of_the_client_does_not_lead_out_of_a_path_that_was_normalized():
    with folder({}) as saved:
        for filename, path in (
            ('../../etc/x', '/etc/x'), ('../../nowhere/a/b', '/nowhere/a/b'), ('a/../../../b/x', saved.path + '/b/x'),
            ('..\\..\\etc\\x', '/etc/x'), ('x\0y', saved.path + '/x\0y'),
        ):
            exc = await raises_async(HTTPException, save(filename, path))
            assert exc.status_code == 400, filename
        await save('../../etc/x', saved.path + '/x')  # as who takes the last part of the name does
        assert os.listdir(saved.path) == ['x']


async def test_saves_to_a_folder():
    for filename, name in (
        ('a.txt', 'a.txt'), ('../../a.txt', 'a.txt'), ('/etc/passwd', 'passwd'), ('..', 'upload'), ('', 'upload'), ('b/../c', 'c'),
    ):
        for end in ('', '/'):
            with folder({}) as saved:
                await save(filename, saved.path + end)
                assert os.listdir(saved.path) == [name]
                assert saved.read(name) == b'0123456789'


@only('cpython', 'MicroPython has no pathlib')
async def test_a_path_object():
    from pathlib import Path

    with folder({}) as saved:
        path = Path(saved.path, 'file')
        await save('x', path)
        assert path.read_bytes() == b'0123456789'
        for where in (Path(saved.path), saved.path.encode()):
            await save('../../etc/y', where)
            path = Path(saved.path, 'y')
            assert path.read_bytes() == b'0123456789'
            path.unlink()
        await raises_async(HTTPException, save('..//../x', Path(saved.path) / '..//../x'))
        await raises_async(HTTPException, save(str(path), Path(saved.path) / str(path)))


def test_secure_filenames():
    for filename, secure in (
        ('a.txt', 'a.txt'), ('my file (1).tar.gz', 'my file (1).tar.gz'), ('Füße 足.txt', 'Füße 足.txt'),
        ('../../etc/passwd', 'passwd'), ('/etc/passwd', 'passwd'), ('C:\\dir\\x.txt', 'x.txt'), ('..\\x', 'x'), ('a/b\\c', 'c'),
        ('', 'upload'), ('.', 'upload'), ('..', 'upload'), ('...', 'upload'), ('/', 'upload'), ('a/', 'upload'), (' ', 'upload'),
        ('.htaccess', 'htaccess'), ('..x', 'x'), (' x ', 'x'), ('x.', 'x'), ('x. .', 'x'), ('a\x00b.txt', 'ab.txt'),
        ('\r\n\t\x1b\x7f', 'upload'), ('a<b>:"|?*.txt', 'a_b______.txt'), ('C:x', 'C_x'),
        ('con', '_con'), ('NUL.txt', '_NUL.txt'), ('com1', '_com1'), ('lpt9.x', '_lpt9.x'), ('com', 'com'), ('console', 'console'),
        ('x' * 300, 'x' * 255), ('x' * 300 + '.txt', 'x' * 251 + '.txt'), ('é' * 200 + '.jpeg', 'é' * 125 + '.jpeg'),
        ('.' + 'x' * 300, 'x' * 255), ('a.' + 'x' * 300, 'a.' + 'x' * 253),
    ):
        assert FileUpload(filename, None, None).secure_filename == secure, filename
