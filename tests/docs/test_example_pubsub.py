# examples/pubsub: one command starts Redis, two workers and nginx, through which clients of both workers hear each other.

import asyncio
import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest
from tests.conftest import ROOT
from tests.runtimes.conftest import TROUBLE, Process, free_port

from microdot.test_client.events import EventReader

pytestmark = [pytest.mark.needs('nginx', 'redis-server')]
SECONDS = 30


@pytest.fixture
def example(tmp_path):
    port = free_port()
    command = [sys.executable, '-W', 'always', '-m', 'examples.pubsub', '--port', str(port)]
    process = Process('example', command, tmp_path / 'printed')
    process.port = port
    try:
        process.says(f'http://127.0.0.1:{port}\n', SECONDS)
        yield process
    finally:
        if process.popen.poll() is None:
            process.signal(signal.SIGTERM)
            process.ends(SECONDS)


async def events(client, path):
    """Iterate over (type, data) of the events of a stream."""
    async with client.stream('GET', path) as response:
        assert response.headers['content-type'] == 'text/event-stream'
        reader = EventReader()
        async for chunk in response.aiter_raw():
            for event in reader.feed(chunk):
                yield event['event'], json.loads(event['data'])


async def test_both_workers_are_one_room(example):
    async with httpx.AsyncClient(base_url=f'http://127.0.0.1:{example.port}', trust_env=False, timeout=SECONDS) as client:
        assert '<h1>One room, two workers</h1>' in (await client.get('/')).text
        here = events(client, '/members?name=Emma')
        assert await anext(here) == ('members', ['Emma'])
        there = events(client, '/members?name=Jane')
        assert (await anext(there))[0] == 'members'
        while (await anext(here)) != ('join', 'Jane'):
            pass
        feeds = [events(client, '/said') for _ in range(4)]  # nginx takes the workers in turn
        answers = [(await client.post('/say', data={'name': 'Emma', 'text': f'<b>{number}</b>'})).json() for number in range(6)]
        workers = {answer['worker'] for answer in answers}
        assert len(workers) == 2
        for feed in feeds:
            heard = [await asyncio.wait_for(anext(feed), SECONDS) for _ in range(6)]
            assert heard == [(None, {'name': 'Emma', 'text': f'<b>{number}</b>', 'worker': answer['worker']})
                             for number, answer in enumerate(answers)]
        await there.aclose()
        while (await anext(here)) != ('leave', 'Jane'):
            pass
        for stream in (here, *feeds):
            await stream.aclose()
    example.signal(signal.SIGINT)
    assert example.ends(SECONDS) == 0
    assert not TROUBLE.search(example.printed), example.printed
    for worker in workers:
        with pytest.raises(ProcessLookupError):
            os.kill(worker, 0)


def test_nothing_is_left_of_it_when_it_is_killed(example):
    children = re.findall(r'\d+', Path(f'/proc/{example.pid}/task/{example.pid}/children').read_text())
    folder = next(path for child in children for path in re.findall(r'(/\S+)/nginx\.conf', command_of(child)))
    assert len(children) == 5
    example.signal(signal.SIGKILL)
    end = time.monotonic() + SECONDS
    while os.path.exists(folder) or any(command_of(child) for child in children):
        assert time.monotonic() < end
        time.sleep(0.01)


def command_of(process):
    try:
        return Path(f'/proc/{process}/cmdline').read_text().replace('\0', ' ')
    except (FileNotFoundError, ProcessLookupError):
        return ''


def test_it_says_what_is_missing(tmp_path):
    run = subprocess.run([sys.executable, '-m', 'examples.pubsub'], cwd=ROOT, env={'PYTHONPATH': 'src', 'PATH': str(tmp_path)},
                         capture_output=True, text=True, timeout=SECONDS, check=False)
    assert run.returncode == 1
    assert re.match('nginx is missing', run.stderr)
