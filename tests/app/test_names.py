# The public names, and where they are found.

import asyncio
import sys

from tools import raises

import microdot

NAMES = ('Microdot', 'Request', 'Response', 'abort', 'redirect', 'send_file', 'URLPattern', 'AsyncBytesIO',
         'iscoroutine', 'MultiDict', 'NoCaseDict', 'HTTPException', 'urlencode', 'urldecode')


def test_names_of_the_package():
    for name in NAMES:
        assert hasattr(microdot, name), name


def test_the_old_door_gives_the_same_objects():
    import microdot.microdot as core

    for name in NAMES:
        assert getattr(core, name) == getattr(microdot, name), name
    for name in ('invoke_handler', 'mro', 'print_exception'):
        assert callable(getattr(core, name)), name
    assert core.MUTED_SOCKET_ERRORS == [32, 54, 104, 128]


def test_names_that_are_others_of_the_same():
    assert microdot.abort is microdot.Microdot.abort
    assert microdot.redirect == microdot.Response.redirect
    assert microdot.send_file == microdot.Response.send_file


def test_modules_from_the_package():
    from microdot import helpers, microdot as core, test_client

    assert test_client is sys.modules['microdot.test_client']
    assert core is sys.modules['microdot.microdot']
    assert helpers is sys.modules['microdot.helpers']


def test_a_name_that_is_not_there():
    assert raises(AttributeError, lambda: microdot.nothing)
    assert raises(AttributeError, lambda: microdot._nothing)
    assert not hasattr(microdot, 'no_such_name')
    # MicroPython asks the package for an attribute, and passes on that there is none.
    assert raises(ImportError if sys.implementation.name == 'cpython' else AttributeError, import_nothing)


def import_nothing():
    from microdot import nothing
    return nothing


def test_version():
    assert isinstance(microdot.__version__, str)
    assert microdot.__version__.split('.')[0] == '3'


def test_wraps():
    from microdot.helpers import wraps

    def wrapped():
        """Text."""

    @wraps(wrapped)
    def wrapper():
        return 7
    assert wrapper() == 7
    if sys.implementation.name == 'cpython':
        assert (wrapper.__name__, wrapper.__doc__) == ('wrapped', 'Text.')


def test_iscoroutine():
    async def function():
        pass
    coroutine = function()
    assert microdot.iscoroutine(coroutine)
    coroutine.close()
    for value in (function, None, 'text', [], lambda: None):
        assert not microdot.iscoroutine(value)


def test_mro():
    from microdot.microdot import mro

    class A:
        pass

    class B(A):
        pass

    class C(A):
        pass

    class D(B, C):
        pass
    assert list(mro(D))[:4] == [D, B, C, A]
    assert list(mro(ZeroDivisionError))[:3] == [ZeroDivisionError, ArithmeticError, Exception]


def test_http_exception():
    exc = microdot.HTTPException(404)
    assert isinstance(exc, Exception)
    assert (exc.status_code, exc.reason) == (404, '404 error')
    exc = microdot.HTTPException(418, 'Teapot')
    assert (exc.status_code, exc.reason, str(exc)) == (418, 'Teapot', 'Teapot')


def test_abort():
    exc = raises(microdot.HTTPException, microdot.abort, 406)
    assert (exc.status_code, exc.reason) == (406, '406 error')
    exc = raises(microdot.HTTPException, microdot.abort, 406, 'no')
    assert (exc.status_code, exc.reason) == (406, 'no')
    assert raises(microdot.HTTPException, microdot.Microdot().abort, 400).status_code == 400


async def test_invoke_handler():
    from microdot.microdot import invoke_handler

    async def asynchronous(a, b=0):
        return a + b

    def plain(a, b=0):
        return a - b
    assert await invoke_handler(asynchronous, 3, b=4) == 7
    assert await invoke_handler(plain, 3, b=4) == -1


async def test_invoke_handler_awaits_what_waits_with_a_limit():
    from microdot.microdot import invoke_handler

    async def wait():
        await asyncio.sleep(0.01)

    async def handler():
        for _ in range(3):
            await asyncio.wait_for(wait(), 1)
        return 'done'

    assert await invoke_handler(handler) == 'done'
