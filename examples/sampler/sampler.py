# A server beside other work: a task samples a sensor once a second, and requests read what it has kept.
import asyncio
import time

from microdot import Microdot

KEPT = 60    # samples
PAUSE = 1.0  # seconds between two

app = Microdot()
samples = []


def read_sensor():
    return time.time() % 10


async def sample():
    while True:
        samples.append(round(read_sensor(), 3))
        del samples[:-KEPT]
        await asyncio.sleep(PAUSE)


@app.get('/')
async def index(request):
    if not samples:
        return {'count': 0}
    return {'count': len(samples), 'last': samples[-1], 'mean': sum(samples) / len(samples)}


@app.post('/stop')
async def stop(request):
    app.shutdown()
    return 'The server ends when this was sent.'


async def main():
    sampler = asyncio.create_task(sample())
    try:
        await app.start_server(port=5000, debug=True)  # until shutdown() is called
    finally:
        sampler.cancel()
    print(len(samples), 'samples were left')


if __name__ == '__main__':
    asyncio.run(main())
