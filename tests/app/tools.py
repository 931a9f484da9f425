# What the tests of this folder share. They and this file run on CPython and on MicroPython: no fixtures, no pytest.

import sys

_limited = {}  # test function -> (the Python that runs it, why)


def only(python, reason):
    """Let the decorated test run on one Python only: 'cpython' or 'micropython'."""
    def limit(function):
        _limited[function] = (python, reason)
        return function
    return limit


def skip_reason(function):
    """Return why the test is not for the Python that asks, or None."""
    python, reason = _limited.get(function, (sys.implementation.name, None))
    return reason if python != sys.implementation.name else None


def raises(exception_class, function, *args, **kwargs):
    """Call the function, and return the exception it has to raise."""
    try:
        function(*args, **kwargs)
    except exception_class as exc:
        return exc
    raise AssertionError(exception_class.__name__ + ' was not raised')


async def raises_async(exception_class, awaitable):
    """Await, and return the exception that has to come of it."""
    try:
        await awaitable
    except exception_class as exc:
        return exc
    raise AssertionError(exception_class.__name__ + ' was not raised')
