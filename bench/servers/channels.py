"""Messages to many subscribers in one process, by the channels of Microdot or of Litestar.

    python -m bench.servers.channels microdot|litestar SUBSCRIBERS SECONDS [REDIS_URL]

Prints how many messages there were, the seconds of real and of CPU time they took, and how much memory was more then, in MiB. The
publisher waits for each message to be published, and once in a while until all subscribers have what was, so that nobody's queue
is ever full.
"""

import asyncio
import contextlib
import os
import sys
import time

TEXT = 'x' * 100
WINDOW = 50  # messages that are published until the publisher waits


@contextlib.asynccontextmanager
async def microdot(url):
    """Give what publishes, and what gives an iterator over messages for an `async with` statement."""
    from microdot.pubsub import Channels, RedisBackend

    channels = Channels(RedisBackend(url) if url else None)
    try:
        yield lambda: channels.publish('a', TEXT), lambda: channels.subscribe('a')
    finally:
        await channels.close()


@contextlib.asynccontextmanager
async def litestar(url):
    """Give the same of Litestar."""
    from litestar.channels import ChannelsPlugin
    from litestar.channels.backends.memory import MemoryChannelsBackend
    from litestar.channels.backends.redis import RedisChannelsStreamBackend
    from redis.asyncio import Redis

    client = Redis.from_url(url) if url else None
    backend = RedisChannelsStreamBackend(history=100, redis=client) if client else MemoryChannelsBackend()

    @contextlib.asynccontextmanager
    async def subscribe():
        async with plugin.start_subscription('a') as subscriber:
            yield subscriber.iter_events()

    async with ChannelsPlugin(backend, channels=['a']) as plugin:
        yield lambda: plugin.wait_published(TEXT, 'a'), subscribe
    if client:
        await client.aclose()


def resident():
    """Return the bytes of resident memory."""
    with open('/proc/self/statm') as file:
        return int(file.read().split()[1]) * os.sysconf('SC_PAGE_SIZE')


async def main(name, subscribers, seconds, url=''):
    """Measure, and print what came of it."""
    received = [0] * int(subscribers)

    async def listen(number, subscribe, subscribed):
        async with subscribe() as messages:
            subscribed.release()
            async for _ in messages:
                received[number] += 1

    async def tell(count, publish):
        goal = received[0] + count
        for _ in range(count):
            await publish()
        while min(received) < goal:
            await asyncio.sleep(0)

    async with {'microdot': microdot, 'litestar': litestar}[name](url) as (publish, subscribe):
        subscribed = asyncio.Semaphore(0)
        tasks = [asyncio.create_task(listen(number, subscribe, subscribed)) for number in range(len(received))]
        for _ in tasks:
            await subscribed.acquire()
        await asyncio.sleep(0.5)  # until whatever reads in the background does
        await tell(WINDOW, publish)
        memory, start, cpu = resident(), time.monotonic(), time.process_time()
        before = received[0]
        while time.monotonic() < start + float(seconds):
            await tell(WINDOW, publish)
        print(received[0] - before, time.monotonic() - start, time.process_time() - cpu, (resident() - memory) / 2**20)
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)


if __name__ == '__main__':
    asyncio.run(main(*sys.argv[1:]))
