"""Knows how a server is loaded: by wrk, and by `client` where wrk cannot. Must not know servers."""

import json
import re
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from http.client import HTTPConnection

from bench.environments import ROOT
from bench.processes import LOAD_CORE, Server

TIMEOUT = 10   # seconds for one answer
PINNED = ['taskset', '-c', str(LOAD_CORE)]
_WARM = 0.3    # seconds before what is measured


class WrongAnswerError(Exception):
    """A server does not answer what was asked; its text says what it does."""


@dataclass(frozen=True)
class Work:
    """What a server is asked, again and again."""

    path: str = '/'
    expected: 'str | int | dict[str, str]' = 'Hello, world!'  # the body: a text, its length, or what its JSON means
    method: str = 'GET'
    headers: 'dict[str, str]' = field(default_factory=dict)
    body: bytes = b''
    pipelined: int = 1  # requests that are sent at once


@dataclass(frozen=True)
class Cost:
    """What so many requests, or messages, have cost."""

    count: int
    cpu: float      # seconds of the server
    elapsed: float  # seconds

    @property
    def figures(self) -> 'dict[str, float]':
        """Microseconds of CPU for each, and how many there were in a second."""
        return {'cpu': self.cpu / self.count * 1e6, 'rate': self.count / self.elapsed}


def check(port: int, work: Work) -> bool:
    """Ask once, and return whether the end of the connection is the end of the answer.

    Raises `WrongAnswerError` unless the answer is as expected.
    """
    connection = HTTPConnection('127.0.0.1', port, timeout=TIMEOUT)
    try:
        connection.request(work.method, work.path, work.body or None, work.headers)
        response = connection.getresponse()
        body = response.read()
    except OSError as exc:
        raise WrongAnswerError(f'does not answer: {exc!r}') from None
    finally:
        connection.close()
    answer: object = body.decode('latin-1')
    if isinstance(work.expected, int):
        answer = len(body)
    elif isinstance(work.expected, dict) and response.status == 200:
        answer = json.loads(body)
    if (response.status, answer) != (200, work.expected):
        raise WrongAnswerError(f'answers {response.status}: {body[:60]!r}')
    return response.getheader('Content-Length') is None and not response.chunked


def wrk(server: Server, work: Work, seconds: float, connections: int = 64) -> Cost:
    """Have wrk ask, and return what it has cost after a while of warming up.

    :param seconds: how long.
    :param connections: that are kept open, each with one request, or `work.pipelined`, under way.

    Raises `WrongAnswerError` if an answer is not the right one, or answers are missing.
    """
    # An answer that ends with its connection counts as a request and as an error.
    trouble = '(connect|write|timeout) [1-9]' if check(server.port, work) else '(connect|read|write|timeout) [1-9]'
    with tempfile.NamedTemporaryFile('w', suffix='.lua') as script:
        script.write(_script(work))
        script.flush()
        _run_wrk(server.port, work, script.name, _WARM, connections)
        before, began = server.seconds(), time.monotonic()
        count = _count(_run_wrk(server.port, work, script.name, seconds, connections), trouble)
        return Cost(count, server.seconds() - before, time.monotonic() - began)


def _run_wrk(port: int, work: Work, script: str, seconds: float, connections: int) -> str:
    # wrk knows whole seconds only; it is stopped in between by its own means, an interrupt.
    command = [*PINNED, 'timeout', '--signal=INT', str(seconds), 'wrk', '-t1', f'-c{connections}', '-d60s', '--timeout', '10s',
               '-s', script, f'http://127.0.0.1:{port}{work.path}']
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout


def _count(output: str, trouble: str) -> int:
    # The number of requests that wrk tells of.
    match = re.search(r'(\d+) requests in', output)
    errors = re.search(rf'Non-2xx.*|Socket errors: .*(?:{trouble}).*', output)
    if errors or not match or not int(match[1]):
        raise WrongAnswerError(errors[0] if errors else 'answers nothing')
    return int(match[1])


def _script(work: Work) -> str:
    # What wrk is told in Lua, whose strings have the escapes of JSON's but for \u; a body is given by its octets.
    lines = [f'wrk.method = {json.dumps(work.method)}']
    lines += [f'wrk.headers[{json.dumps(name)}] = {json.dumps(value)}' for name, value in work.headers.items()]
    if work.body:
        lines += ['wrk.body = "%s"' % ''.join([f'\\{octet:03d}' for octet in work.body])] if len(work.body) < 1000 else [
            f'wrk.body = string.rep("b", {len(work.body)})']
    if work.pipelined > 1:
        lines += ['local requests', 'function init()',
                  f'  requests = string.rep(wrk.format(), {work.pipelined})', 'end', 'function request() return requests end']
    return '\n'.join(lines) + '\n'


class Client:
    """A load of our own: `client` in a process, until the end of the `with` statement. It is connected when that begins.

    :param server: what to load.
    :param kind: the name of a function of `client`, followed by its arguments.

    Raises `WrongAnswerError` if it cannot connect.
    """

    def __init__(self, server: Server, kind: str, *arguments: object) -> None:
        self.server = server
        self.command = [*PINNED, sys.executable, '-m', 'bench.client', kind, str(server.port), *map(str, arguments)]

    def __enter__(self) -> 'Client':
        self.process = subprocess.Popen(self.command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, text=True)
        try:
            self._hear()
        except WrongAnswerError:
            self.__exit__()
            raise
        return self

    def __exit__(self, *exc: object) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.communicate()

    def run(self, amount: float) -> Cost:
        """Have it do so much, and return what that has cost."""
        before, began = self.server.seconds(), time.monotonic()
        assert self.process.stdin
        print(amount, file=self.process.stdin, flush=True)
        count = int(self._hear())
        return Cost(count, self.server.seconds() - before, time.monotonic() - began)

    def _hear(self) -> str:
        assert self.process.stdout
        line = self.process.stdout.readline()
        if not line:
            errors = self.process.communicate()[1].strip().split('\n')
            raise WrongAnswerError(errors[-1])
        return line
