# The tools of this folder, and that a test's Python is the one it says.

import asyncio
import sys

from tools import only, raises, raises_async, skip_reason


def test_raises_returns_the_exception():
    assert raises(ValueError, int, 'x').args
    assert raises(KeyError, {}.pop, 'key').args == ('key',)


def test_raises_wants_an_exception():
    assert 'ValueError' in str(raises(AssertionError, raises, ValueError, int, '1'))


def test_raises_lets_others_through():
    assert raises(ValueError, raises, KeyError, int, 'x')


async def test_an_async_test_has_an_event_loop():
    await asyncio.sleep(0)
    assert asyncio.current_task()


async def test_raises_async():
    async def fail():
        await asyncio.sleep(0)
        raise OSError(5)
    exc = await raises_async(OSError, fail())
    assert exc.args == (5,)
    exc = await raises_async(AssertionError, raises_async(OSError, asyncio.sleep(0)))
    assert 'OSError' in str(exc)


async def test_leaves_a_task_running():
    async def run():
        await asyncio.sleep(100)
    task = asyncio.create_task(run())
    assert not task.done()


async def test_starts_with_a_loop_of_its_own():
    await asyncio.sleep(0)


@only('cpython', 'shows that a test may be for CPython only')
def test_only_cpython():
    assert sys.implementation.name == 'cpython'


@only('micropython', 'shows that a test may be for MicroPython only')
def test_only_micropython():
    assert sys.implementation.name == 'micropython'


def test_skip_reason():
    def test():
        pass
    assert skip_reason(test) is None
    assert skip_reason(only(sys.implementation.name, 'why')(test)) is None
    assert skip_reason(only('another', 'why')(test)) == 'why'
