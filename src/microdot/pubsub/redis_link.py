# Knows connections to Redis: how they are made again, and how commands go over one of them, each once. Must not know what the
# commands are for.
import asyncio
import math
import re

from ..core.compat import WARNING, log

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

_BATCH = 256  # commands that are sent at once
_SHORTEST, _LONGEST = 0.05, 1.0  # seconds between two attempts to connect
_PATIENCE = 10  # seconds after which a server that does not answer is not there
_RUN = re.compile(rb'run_id:\w+')  # which lasts until the server is started anew, and its numbers begin again


class Link:
    """Makes connections, and logs once that the server is not there, and once that it is back.

    :param make_connection: makes a connection of `redis.asyncio` that is not connected.
    """

    def __init__(self, make_connection: 'Callable[[], Any]') -> None:
        from redis.exceptions import RedisError, ResponseError

        self.errors = RedisError, OSError, asyncio.TimeoutError  # what a connection raises
        self.answers = ResponseError  # what the server answers
        self._make_connection = make_connection
        self._failing: 'dict[object, float]' = {}  # who gets no answer, and how long to wait before trying again
        self._connections: 'dict[object, Any]' = {}
        self._tasks: 'set[asyncio.Task[None]]' = set()

    async def connection(self, user: object) -> 'Any':
        """Return the connection of a user, a new one if it has none."""
        connection = self._connections.get(user)
        if connection is None:
            connection = self._make_connection()
            connecting = asyncio.create_task(connection.connect())
            try:
                await asyncio.wait([connecting], timeout=_PATIENCE)
                if not connecting.done():
                    raise OSError('it does not answer')
                connecting.result()
            except BaseException:
                connecting.cancel()
                await asyncio.wait([connecting])
                ignore(connecting)
                await connection.disconnect(nowait=True)
                raise
            self._connections[user] = connection
        return connection

    async def send(self, connection: 'Any', commands: 'list[tuple[Any, ...]]') -> None:
        """Send commands."""
        await self._patiently(connection, 0, connection.send_packed_command(connection.pack_commands(commands)))

    async def reply(self, connection: 'Any', seconds: float = 0) -> 'Any':
        """Return the reply to a command; what the server answers with an error is raised.

        :param seconds: for how long the server was asked to wait.
        """
        return await self._patiently(connection, seconds, connection.read_response(disable_decoding=True, timeout=math.inf))

    async def ask(self, connection: 'Any', *command: 'Any') -> 'Any':
        """Send a command and return the reply."""
        await self.send(connection, [command])
        return await self.reply(connection)

    async def _patiently(self, connection: 'Any', seconds: float, work: 'Any') -> 'Any':
        # Before Python 3.12 wait_for, and so the package's own timeout, may take a cancellation for itself.
        handle = asyncio.get_running_loop().call_later(seconds + _PATIENCE, self._give_up, connection)
        try:
            return await work
        finally:
            handle.cancel()

    def _give_up(self, connection: 'Any') -> None:
        task = asyncio.create_task(connection.disconnect(nowait=True))  # upon which what waits for it fails
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def has_connection(self, user: object) -> bool:
        return user in self._connections

    def works(self) -> None:
        """Note that the server has answered."""
        if self._failing:
            self._failing.clear()
            log(WARNING, 'Redis can be used again')

    def fails(self, user: object, error: BaseException) -> float:
        """Note that the server has not answered a user; returns the seconds to wait before the next attempt."""
        if not self._failing:
            log(WARNING, 'Redis cannot be used, subscribers wait: %s', error)
        wait = self._failing.get(user, _SHORTEST)
        self._failing[user] = min(2 * wait, _LONGEST)
        return wait

    async def disconnect(self, user: object) -> None:
        connection = self._connections.pop(user, None)
        if connection:
            await connection.disconnect(nowait=True)


def ignore(future: 'asyncio.Future[Any]') -> None:
    """Take the exception of a future that has ended, about which nothing has to be done."""
    if not future.cancelled():
        future.exception()


class _Job:
    # Commands that belong together, and who waits for the reply to the last of them.

    sent = False

    def __init__(self, commands: 'tuple[tuple[Any, ...], ...]', patient: bool, key: bytes, tag: str) -> None:
        self.commands = commands
        self.patient = patient
        self.key = key
        self.tag = tag
        self.future: 'asyncio.Future[Any]' = asyncio.get_running_loop().create_future()


class Writer:
    """Sends commands over one connection, in the order of the calls, as many at once as there are.

    :param link: makes the connection.
    :param token: tells the messages of this writer from those of others.
    """

    def __init__(self, link: Link, token: str) -> None:
        self._link = link
        self._token = token
        self._number = 0
        self._jobs: 'list[_Job]' = []
        self._task: 'asyncio.Task[None] | None' = None
        self._ended = False
        self._identity: 'tuple[bytes, int] | None' = None  # of the connection, None if the server does not say

    def next_tag(self) -> str:
        """Return a text by which a message that is published is known again."""
        self._number += 1
        return '%s:%d' % (self._token, self._number)

    def call(self, *commands: 'tuple[Any, ...]', patient: bool = False, key: bytes = b'', tag: str = '') -> 'asyncio.Future[Any]':
        """Send commands, and return a future for the reply to the last.

        :param patient: whether to wait while the server is not there; else that is a `ConnectionError`.
        :param key: the stream to which the command adds a message.
        :param tag: the tag of that message, which is not added again if it has been.
        """
        job = _Job(commands, patient, key, tag)
        self._jobs.append(job)
        if self._task is None:
            self._task = asyncio.create_task(self._run())
        return job.future

    async def end(self) -> None:
        """Close the connection; what waits gets a `ConnectionError`."""
        self._ended = True
        if self._task:
            self._task.cancel()
            await self._link.disconnect(self)
            await asyncio.wait([self._task])
        self._fail(self._jobs, ConnectionError('the connection to Redis was closed'))
        self._jobs.clear()
        await self._link.disconnect(self)

    async def _run(self) -> None:
        while self._jobs and not self._ended:
            batch = self._jobs[:_BATCH]
            reused = self._link.has_connection(self)
            try:
                connection = await self._link.connection(self)
                if not reused:
                    await self._replace(connection)
                    await self._look_for_sent(connection, batch)
                await self._exchange(connection, batch)
            except self._link.errors as exc:
                await self._link.disconnect(self)
                # A connection that was there may have been dead for long, so that says nothing of the server.
                if not (reused or self._ended):
                    wait = self._link.fails(self, exc)
                    error = ConnectionError('Redis cannot be used: %s' % exc)
                    error.__cause__ = exc
                    self._fail([job for job in self._jobs if not job.patient], error)
                    await asyncio.sleep(wait if self._waiting() else 0)
            except Exception as exc:  # what cannot be sent
                await self._link.disconnect(self)
                self._fail(batch, exc)
            else:
                self._link.works()
            self._jobs = self._waiting()
        self._task = None

    def _waiting(self) -> 'list[_Job]':
        return [job for job in self._jobs if not job.future.done()]

    @staticmethod
    def _fail(jobs: 'list[_Job]', error: BaseException) -> None:
        for job in jobs:
            if not job.future.done():
                job.future.set_exception(error)

    async def _replace(self, connection: 'Any') -> None:
        # What went over the connection before may still be on its way, and is not to be done after somebody has looked for it.
        ask = self._link.ask
        before, self._identity = self._identity, None
        try:
            run = _RUN.search(await ask(connection, 'INFO', 'server'))
            self._identity = run.group() if run else b'', await ask(connection, 'CLIENT', 'ID')
            if run and before and before[0] == run.group():
                await ask(connection, 'CLIENT', 'KILL', 'ID', before[1])
        except self._link.answers:  # that may be forbidden
            pass

    async def _look_for_sent(self, connection: 'Any', batch: 'list[_Job]') -> None:
        # The connection was lost between a message and its reply: the message may be there, or not.
        for key in {job.key for job in batch if job.sent and job.tag}:
            entries = await self._link.ask(connection, 'XRANGE', key, '-', '+')
            ids = {fields[-1]: message_id for message_id, fields in entries}
            for job in batch:
                if job.key == key and job.tag.encode() in ids and not job.future.done():
                    job.future.set_result(ids[job.tag.encode()])

    async def _exchange(self, connection: 'Any', batch: 'list[_Job]') -> None:
        # Jobs that nobody waits for any more are not sent.
        jobs = [job for job in batch if not job.future.done()]
        for job in jobs:
            job.sent = True
        await self._link.send(connection, [command for job in jobs for command in job.commands])
        for job in jobs:
            reply: 'Any' = None
            for _ in job.commands:
                try:
                    reply = await self._link.reply(connection)
                except self._link.answers as exc:
                    reply = exc
            if not job.future.done():
                if isinstance(reply, Exception):
                    job.future.set_exception(reply)
                else:
                    job.future.set_result(reply)
