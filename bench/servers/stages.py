"""The stages of a request in Microdot, each by itself in this process, with a transport that sends nothing: prints JSON.

The least of many repetitions counts, so neighbours hardly matter; the system calls and the event loop are not in it.
"""

import asyncio
import json
import sys
import time

from bench.requests import WORKS
from bench.servers.microdot import app
from microdot import Request, Response
from microdot.server.intake import next_request
from microdot.server.protocol import ProtocolServer
from microdot.server.protocol_connection import ProtocolConnection

REPEATED = 10  # calls that are timed together: few, so that they are often not interrupted


class Nowhere(asyncio.Transport):
    """Sends nothing."""

    def write(self, data):
        """Take bytes."""

    def close(self):
        """End."""

    def is_closing(self):
        """Tell that it has not ended."""
        return False

    def set_write_buffer_limits(self, high=None, low=None):
        """Take limits."""


def least(function, rounds):
    """Return the microseconds of a call, the least of so many rounds."""
    found = []
    for _ in range(rounds):
        before = time.thread_time()
        for _ in range(REPEATED):
            function()
        found.append((time.thread_time() - before) / REPEATED)
    return min(found) * 1e6


def request_bytes(work):
    """Return what a client sends for a work."""
    headers = {'Host': '127.0.0.1:8000', **work.headers, **({'Content-Length': len(work.body)} if work.body else {})}
    lines = [f'{work.method} {work.path} HTTP/1.1', *[f'{name}: {value}' for name, value in headers.items()]]
    return ('\r\n'.join(lines) + '\r\n\r\n').encode() + work.body


def finish(coroutine):
    """Run a coroutine that does not wait, and return what it returns."""
    try:
        coroutine.send(None)
    except StopIteration as end:
        return end.value
    raise AssertionError('it waits')


async def nothing():
    """Do nothing."""


def stages(connection, rounds):
    """Return microseconds by the name of a stage."""
    found = {}
    hello = request_bytes(WORKS['hello'])
    for name, work in WORKS.items():
        data = request_bytes(work) * work.pipelined
        found[name] = least(lambda data=data: connection.data_received(data), rounds) / work.pipelined

    def read(data):
        connection.feed(data)
        return next_request(connection)

    request = read(hello)
    browser = request_bytes(WORKS["browser's headers"])
    response = Response('Hello, world!')
    user = read(request_bytes(WORKS['path parameter']))
    found['hello: bytes to Request'] = least(lambda: read(hello), rounds)
    found["browser's headers: bytes to Request"] = least(lambda: read(browser), rounds)
    found['hello: route, handler, Response'] = least(lambda: finish(app.dispatch_request(request)), rounds)
    found['hello: route'] = least(lambda: app.find_route(request), rounds)
    found['path parameter: route'] = least(lambda: app.find_route(user), rounds)
    found['hello: Response'] = least(lambda: Response('Hello, world!'), rounds)
    found['hello: Response to bytes, written'] = least(lambda: connection.reply(request, response), rounds)
    found['any: a task and a context for a coroutine'] = least(lambda: connection.tasks.run(nothing()), rounds)
    return found


async def main():
    """Print the stages."""
    server = ProtocolServer(app, '127.0.0.1', 0, None)
    await server.start(False)
    connection = ProtocolConnection(server)
    connection.connection_made(Nowhere())
    loop = asyncio.get_running_loop()
    done = loop.create_future()

    def measure():
        Request.max_content_length = 2**20
        try:
            done.set_result(stages(connection, int(sys.argv[1])))
        except BaseException as exc:
            done.set_exception(exc)

    loop.call_soon(connection.data_received, request_bytes(WORKS['hello']))
    await asyncio.sleep(0.1)  # for a spare task
    loop.call_soon(measure)  # outside of any task, as the loop calls protocols
    print(json.dumps(await done))
    connection.connection_lost(None)
    server.close()
    await server.wait_closed()


if __name__ == '__main__':
    asyncio.run(main())
