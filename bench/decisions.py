"""Knows which decisions of Microdot can be taken back. Subject: what each of them saves."""

from collections.abc import Callable
from functools import partial

from bench import opponents, uploads, websockets
from bench.files import FILE, served_file
from bench.loads import Work
from bench.processes import Server
from bench.requests import WORKS, measure
from bench.rounds import Effort, Figures, Results, Turn, take_turns

Measurement = Callable[[Server, float], Figures]


def _ask(work: Work) -> Measurement:
    return lambda server, seconds: measure(server, work, seconds)


def _echo(server: Server, seconds: float) -> Figures:
    return websockets.measure(server, 1000, 64, seconds)


def _upload(server: Server, seconds: float) -> Figures:
    return uploads.measure(server, seconds, str(uploads.SIZE))


DECISIONS: 'dict[str, tuple[str, Measurement, dict[str, str]]]' = {  # what `servers.without` takes back, by what is done
    'connections are kept': ('', _ask(Work(headers={'Connection': 'close'})), {}),
    'an `asyncio.Protocol`, no streams': ('protocols', _ask(Work()), {}),
    'a task is used again': ('spare_tasks', _ask(Work()), {}),
    'no timer for each request': ('sweeper', _ask(Work()), {}),
    "a head is checked in one pass (browser's headers)": ('one_pass', _ask(WORKS["browser's headers"]), {}),
    "a header block that came before is known (browser's headers)": ('known_blocks', _ask(WORKS["browser's headers"]), {}),
    "headers are built when asked for (browser's headers)": ('lazy_headers', _ask(WORKS["browser's headers"]), {}),
    'nothing is parsed before it is asked for (the same)': ('lazy_request', _ask(WORKS["browser's headers"]), {}),
    'heads of responses are prepared': ('prepared_heads', _ask(Work()), {}),
    'head and body in one write': ('joined_head', _ask(Work()), {}),
    'answers that are ready together in one write (16 pipelined)': ('joined_writes', _ask(Work(pipelined=16)), {}),
    'routes are found by an index (the last of 100)': ('index', _ask(Work('/routes/99')), {'BENCH_ROUTES': '100'}),
    'files by `os.sendfile` (100 KB)': ('sendfile', _ask(Work('/file', FILE)), {}),
    'masks by one exclusive-or (WebSocket, 1000 bytes)': ('integers_as_masks', _echo, {}),
    'forms are read by 64 KiB (upload of 50 MB)': ('large_reads', _upload, {}),
}


def run(effort: Effort) -> Results:
    """Measure each with and without."""
    results = Results('CPU time of the server, microseconds')
    with served_file() as path:
        rows = [(name, partial(_turn, decision, measurement, {**settings, 'BENCH_FILE': path}, effort.seconds))
                for name, (decision, measurement, settings) in DECISIONS.items()]
        return take_turns(results, rows, effort.rounds)


def _turn(decision: str, measurement: Measurement, settings: 'dict[str, str]', seconds: float, turn: Turn) -> None:
    kept = measurement if decision else _ask(Work())
    for column, what, measured in (('with', 'everything', kept), ('without', decision or 'everything', measurement)):
        server = opponents.MICRODOT._replace(command=('bench.servers.without', '{port}', '{loop}', what))
        with server.start('asyncio', settings) as started:
            turn.measure(column, partial(measured, started, seconds))
