"""Knows what may be many or large. Subject: how the cost of a request grows with it."""

import resource
from collections.abc import Callable, Iterable
from functools import partial

from bench import opponents
from bench.loads import Work
from bench.requests import measure
from bench.rounds import Effort, Results, Turn, take_turns

CONNECTIONS = (1, 10, 100, 1_000, 10_000)
ROUTES = (1, 10, 100, 1_000)
HEADERS = (5, 10, 20, 50, 95)  # beside Host
BODIES = (0, 100, 10_000, 100_000, 1_000_000, 10_000_000)  # bytes
FIRST, BYTES = 2000, 2_000_000  # connections, and bytes of a body, for each of which there is a second more
HOOKS = (0, 1, 3, 10)  # before, and as many after, each request
ROUTED = {  # what the last of many routes is asked
    'static': lambda last: Work(f'/routes/{last}'),
    'parameters': lambda last: Work(f'/routes{last}/7', '7'),
    'mounted': lambda last: Work(f'/routes{last}/hello'),
}
OPPONENTS = (opponents.MICRODOT, opponents.STARLETTE, opponents.AIOHTTP)

Rows = Iterable['tuple[str, Callable[[Turn], None]]']


def run(effort: Effort) -> 'dict[str, Results]':
    """Measure each kind of growth; returns results by kind, whose columns are amounts."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    kinds: dict[str, tuple[str, Rows]] = {
        'connections': ('CPU time per request by connections, microseconds', _connections(effort, hard)),
        'routes': ('CPU time per request by routes, microseconds', _routes(effort)),
        'headers': ('CPU time per request by headers, microseconds', _headers(effort)),
        'bodies': ('CPU time per request by bytes of the body, microseconds', _bodies(effort)),
        'hooks': ('CPU time per request by handlers before and after it, microseconds', _hooks(effort)),
    }
    try:
        return {name: take_turns(Results(title), list(rows), effort.rounds) for name, (title, rows) in kinds.items()}
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def _connections(effort: Effort, limit: int) -> Rows:
    counts = [count for count in CONNECTIONS if count < limit - 100]
    for opponent in (opponents.CONSTANT, *OPPONENTS, opponents.NGINX):
        def run(turn: Turn, opponent: opponents.Opponent = opponent) -> None:
            with opponent.start(opponent.loops[0]) as server:
                for count in counts:
                    turn.measure(str(count), partial(measure, server, Work(), effort.seconds + count / FIRST, count))

        yield opponent.name, run


def _routes(effort: Effort) -> Rows:
    for opponent in OPPONENTS:
        for kind, work in ROUTED.items():
            def run(turn: Turn, opponent: opponents.Opponent = opponent, kind: str = kind,
                    work: 'Callable[[int], Work]' = work) -> None:
                for count in ROUTES:
                    with opponent.start(opponent.loops[0], {'BENCH_ROUTES': str(count), 'BENCH_ROUTE_KIND': kind}) as server:
                        turn.measure(str(count), partial(measure, server, work(count - 1), effort.seconds))

            yield f'{opponent.name}, {kind}', run


def _headers(effort: Effort) -> Rows:
    for opponent in (opponents.CONSTANT, *OPPONENTS):
        def run(turn: Turn, opponent: opponents.Opponent = opponent) -> None:
            with opponent.start(opponent.loops[0]) as server:
                for count in HEADERS:
                    headers = {f'X-Header-{i}': 'value of a header' for i in range(count)}
                    turn.measure(str(count), partial(measure, server, Work(headers=headers), effort.seconds))

        yield opponent.name, run


def _bodies(effort: Effort) -> Rows:
    for opponent in OPPONENTS:
        def run(turn: Turn, opponent: opponents.Opponent = opponent) -> None:
            with opponent.start(opponent.loops[0]) as server:
                for size in BODIES:
                    work = Work('/body', str(size), 'POST', {'Content-Type': 'application/octet-stream'}, b'b' * size)
                    turn.measure(str(size), partial(measure, server, work, effort.seconds + size / BYTES))

        yield opponent.name, run


def _hooks(effort: Effort) -> Rows:
    def run(turn: Turn) -> None:
        for count in HOOKS:
            with opponents.MICRODOT.start('asyncio', {'BENCH_HOOKS': str(count)}) as server:
                turn.measure(str(count), partial(measure, server, Work(), effort.seconds))

    yield opponents.MICRODOT.name, run
