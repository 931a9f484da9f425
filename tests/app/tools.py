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


class ErrorGroup(Exception):
    """Several exceptions in one, as Python 3.11 has them."""

    def __init__(self, *exceptions):
        super().__init__(exceptions)
        self.exceptions = exceptions


class changed:
    """For a `with` statement: attributes of a class or a module, as they were again after it."""

    def __init__(self, target, **values):
        self.target = target
        self.values = values

    def __enter__(self):
        self.old = {name: getattr(self.target, name) for name in self.values}
        self._set(self.values)

    def __exit__(self, *exc):
        self._set(self.old)

    def _set(self, values):
        for name, value in values.items():
            setattr(self.target, name, value)


class captured_log:
    """For a `with` statement: a list of [message, exception or None], what Microdot logs; none of it is shown."""

    def __enter__(self):
        self.lines = []
        if sys.implementation.name == 'cpython':
            import logging

            self.handler = logging.Handler()
            self.handler.emit = lambda record: self.lines.append(
                [record.getMessage(), record.exc_info[1] if record.exc_info else None])
            self.logger = logging.getLogger('microdot')
            self.logger.addHandler(self.handler)
            self.logger.propagate = False
            self.level = self.logger.level
            self.logger.setLevel(logging.INFO)
        else:
            self.module = sys.modules['microdot']
            if not hasattr(self.module, 'print_exception'):  # which it has where modules are linked
                self.module = sys.modules['microdot.core.micropython']
            self.change = changed(self.module, print_exception=self._add_exception)
            self.change.__enter__()
            self.module.print = lambda message: self.lines.append([message, None])
        return self.lines

    def _add_exception(self, exc):
        self.lines[-1][1] = exc

    def __exit__(self, *exc):
        if sys.implementation.name == 'cpython':
            self.logger.removeHandler(self.handler)
            self.logger.propagate = True
            self.logger.setLevel(self.level)
        else:
            self.change.__exit__()
            self.module.print = print
