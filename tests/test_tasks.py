# Each request of the protocol server looks to its handler as if it had a task of its own, whether or not one was made.

import asyncio
import contextvars
import gc
import weakref

import pytest
from tests import memory

from microdot import Microdot
from microdot.server.tasks import Tasks

REQUEST = b'GET %s HTTP/1.1\r\nHost: a\r\n\r\n'
seen = contextvars.ContextVar('seen', default='nothing')


async def turns(n=5):
    for _ in range(n):
        await asyncio.sleep(0)


async def ready():
    """Return tasks of which one is spare."""
    tasks = Tasks()
    tasks.run(nothing())
    await turns()
    assert tasks.spare
    return tasks


async def nothing():
    pass


async def outside(function, *args):
    """Call a function outside of any task, as an event loop calls its protocols."""
    future = asyncio.get_running_loop().create_future()

    def call():
        try:
            future.set_result(function(*args))
        except BaseException as exc:
            future.set_exception(exc)

    asyncio.get_running_loop().call_soon(call)
    return await future


async def run(tasks, work):
    return await outside(tasks.run, work)


async def test_what_never_waits_needs_no_task():
    tasks = await ready()
    spare = tasks.spare
    for _ in range(3):
        assert await run(tasks, nothing()) is None
        assert tasks.spare is spare
    assert {task for task in asyncio.all_tasks() if task.get_name() == 'microdot'} == {spare.task}
    tasks.close()
    await spare.task


async def test_what_waits_goes_on_in_the_task_that_it_has_seen():
    tasks = await ready()
    seen_tasks = []

    async def work():
        for _ in range(3):
            seen_tasks.append(asyncio.current_task())
            await asyncio.sleep(0)
        await asyncio.sleep(0.001)
        seen_tasks.append(asyncio.current_task())

    task = await run(tasks, work())
    await task
    assert seen_tasks == [task] * 4
    assert asyncio.current_task() is not task
    tasks.run(nothing())
    await turns()
    assert tasks.spare.task is not task
    tasks.close()


async def test_several_that_wait_at_once():
    tasks = await ready()
    released = asyncio.Event()
    done = []

    async def work(number):
        await released.wait()
        done.append((number, asyncio.current_task()))

    running = [await run(tasks, work(number)) for number in range(4)]
    released.set()
    await asyncio.gather(*running)
    assert sorted(done) == list(enumerate(running))
    tasks.close()


async def test_contexts_do_not_meet():
    tasks = await ready()
    values = []

    async def work(value, wait):
        values.append(seen.get())
        token = seen.set(value)
        if wait:
            await asyncio.sleep(0)
            assert seen.get() == value
        values.append(seen.get())
        if wait:
            seen.reset(token)

    for value, wait in ((1, False), (2, True), (3, False), (4, True)):
        if task := await run(tasks, work(value, wait)):
            await task
        await turns()
    assert values == ['nothing', 1, 'nothing', 2, 'nothing', 3, 'nothing', 4]
    tasks.close()


noted = []


def keep(task):
    noted.append(task)


def keep_weakly(task):
    noted.append(weakref.ref(task))


def ask_for_its_end(task):
    task.add_done_callback(noted.append)


def cancel(task):
    task.cancel()


def name(task):
    task.set_name('of this request')


@pytest.mark.parametrize('notice', [keep, keep_weakly, ask_for_its_end, cancel, name])
async def test_a_task_that_was_noticed_ends_with_its_coroutine(notice):
    tasks = await ready()
    noted.clear()
    spare = tasks.spare

    async def work():
        notice(asyncio.current_task())

    assert await run(tasks, work()) is None
    assert tasks.spare is None
    await turns()
    assert spare.task.done()
    if notice is ask_for_its_end:
        assert noted == [spare.task]
    tasks.close()


async def test_an_exception_that_ends_the_loop():
    tasks = await ready()
    spare = tasks.spare

    async def work():
        raise KeyboardInterrupt

    loop, task = asyncio.get_running_loop(), asyncio.current_task()
    asyncio._leave_task(loop, task)  # the loop would end, so this calls in its place
    try:
        with pytest.raises(KeyboardInterrupt):
            tasks.run(work())
    finally:
        asyncio._enter_task(loop, task)
    await turns()
    assert spare.task.done()
    assert tasks.spare is None


async def test_it_cancels_itself_and_then_waits():
    tasks = await ready()
    told = []

    async def work(*awaited):
        asyncio.current_task().cancel()
        for one in awaited:
            try:
                await one
            except asyncio.CancelledError:
                told.append('cancelled')
            else:
                told.append('went on')

    loop = asyncio.get_running_loop()
    pending = loop.create_future()
    for awaited in (pending, asyncio.sleep(0)):
        task = await run(tasks, work(awaited, asyncio.sleep(0)))
        await task
        tasks.run(nothing())
        await turns()
    assert told == ['cancelled', 'went on'] * 2
    assert pending.cancelled()
    tasks.close()


async def test_it_is_cancelled_before_it_goes_on():
    tasks = await ready()
    told = []

    async def work():
        try:
            await asyncio.sleep(0)
        except asyncio.CancelledError:
            told.append('cancelled')
            await asyncio.sleep(0)
            told.append('cleaned up')
            raise

    task = await run(tasks, work())
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert told == ['cancelled', 'cleaned up']
    tasks.close()


async def test_what_it_raises_is_its_task_s():
    tasks = await ready()

    async def work():
        await asyncio.sleep(0)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await (await run(tasks, work()))
    tasks.close()


async def test_a_timeout_around_all_of_it():
    if not hasattr(asyncio, 'timeout'):
        pytest.skip('asyncio.timeout() is new in 3.11')
    tasks = await ready()
    told = []

    async def work():
        try:
            async with asyncio.timeout(0.001):
                await asyncio.get_running_loop().create_future()
        except TimeoutError:
            told.append(asyncio.current_task().cancelling())
        async with asyncio.TaskGroup() as group:
            group.create_task(asyncio.sleep(0)).add_done_callback(lambda task: told.append('done'))

    await (await run(tasks, work()))
    assert told == [0, 'done']
    tasks.close()


async def test_the_loop_may_cancel_the_spare():
    tasks = await ready()
    task = tasks.spare.task
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert tasks.spare is None
    assert await run(tasks, nothing()) is not None  # a task of its own
    await turns()
    assert await run(tasks, nothing()) is None  # there is another spare one
    tasks.close()


async def test_without_reference_counts_each_has_a_task(monkeypatch):
    monkeypatch.setattr('microdot.server.tasks.getrefcount', None)
    tasks = Tasks()
    for _ in range(3):
        task = tasks.run(nothing())
        await task
    assert tasks.spare is None


async def test_nothing_is_left():
    tasks = await ready()
    spare = weakref.ref(tasks.spare.task)
    tasks.close()
    await turns()
    del tasks
    gc.collect()
    assert spare() is None


# The same through a server.

@pytest.mark.parametrize('waits', [True, False])
async def test_pipelined_requests_do_not_share_context_variables(waits):
    app = Microdot()

    @app.get('/')
    async def index(request):
        before = seen.get()
        seen.set('the request before')
        if waits:
            await asyncio.sleep(0)
        return before

    async with memory.serving(app, memory.PROTOCOL) as server:
        client = await server.connect()
        for _ in range(2):
            await client.send(REQUEST % b'/' * 3)
        assert [answer.body for answer in client.answers()] == [b'nothing'] * 6


class CountedTransport(memory.MemoryTransport):
    """Counts what is written."""

    writes = 0

    def write(self, data):
        self.writes += 1
        super().write(data)


@pytest.mark.parametrize('waits', [0, 1, 16])
async def test_answers_that_are_ready_together_are_one_write(waits):
    app = Microdot()
    left = [waits]

    @app.get('/')
    async def index(request):
        if left[0]:
            left[0] -= 1
            await asyncio.sleep(0)
        return 'Hello!'

    async with memory.serving(app, memory.PROTOCOL) as server:
        client = await server.connect(transport=CountedTransport)
        await client.send(REQUEST % b'/' * 16)
        assert [answer.body for answer in client.answers()] == [b'Hello!'] * 16
        assert client.end.writes == max(1, waits)


async def test_a_request_that_waits_for_its_turn_keeps_its_connection():
    app = Microdot()

    @app.get('/')
    async def index(request):
        return 'Hello!'

    async with memory.serving(app, memory.PROTOCOL) as server:
        client = await server.connect()
        await client.send(REQUEST % b'/')
        server.tasks.spare = None  # another connection's request has it
        client.connection.deadline = server.now
        client.end.receive(REQUEST % b'/')
        asyncio.get_running_loop().call_soon(server._expire)
        await memory.rest()
        assert [answer.body for answer in client.answers()] == [b'Hello!'] * 2
        assert not client.closed


@pytest.mark.parametrize('turns_later', range(6))
async def test_a_body_that_comes_while_its_client_is_told_to_send_it(turns_later):
    app = Microdot()

    @app.post('/')
    async def index(request):
        return request.body

    async with memory.serving(app, memory.PROTOCOL) as server:
        client = await server.connect()
        for _ in range(2):
            client.end.receive(b'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n')
            await turns(turns_later)
            client.end.receive(b'body')
            await memory.rest()
        assert [answer.body for answer in client.answers() if answer.status == 200] == [b'body'] * 2
