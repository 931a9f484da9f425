"""Knows what ordinary requests are. Subject: what one costs, beside everybody else."""

from functools import partial

from bench import opponents
from bench.loads import Work, wrk
from bench.processes import Server
from bench.rounds import Effort, Results, Turn, take_turns

BROWSER = {
    'Host': 'localhost:8000',
    'User-Agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0',
    'Accept': 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8',
    'Accept-Language': 'en-US,en;q=0.5',
    'Accept-Encoding': 'gzip, deflate, br',
    'Connection': 'keep-alive',
    'Upgrade-Insecure-Requests': '1',
    'Sec-Fetch-Dest': 'document',
    'Sec-Fetch-Mode': 'navigate',
    'Sec-Fetch-Site': 'none',
    'Cache-Control': 'max-age=0',
    'Cookie': 'session=abcdefghijklmnop',
}
FORM = {'Content-Type': 'application/x-www-form-urlencoded'}
WORKS = {
    'hello': Work(),
    "browser's headers": Work(headers=BROWSER),
    'JSON': Work('/json', {'message': 'Hello, world!'}),
    'path parameter': Work('/users/7', '7'),
    'query': Work('/query?name=World&count=3', 'World 3'),
    'form': Work('/form', 'World 3', 'POST', FORM, b'name=World&count=3'),
    '16 pipelined': Work(pipelined=16),
}
CONSTANT = ('hello', "browser's headers", '16 pipelined')  # what functions that look at nothing can answer
IMPOSSIBLE = {opponents.NGINX: {'form'}}  # it hands forms to others
QUICK_WORKS = ('hello', "browser's headers", 'JSON', 'form')
QUICK = (opponents.CONSTANT, opponents.MICRODOT, opponents.BARE, opponents.FALCON, opponents.STARLETTE, opponents.AIOHTTP,
         opponents.MICRODOT27)
LOOPS_QUICK = {opponents.CONSTANT: opponents.BOTH, opponents.MICRODOT: opponents.BOTH}


def run(effort: Effort) -> Results:
    """Measure all, or the quick choice of them."""
    rows = []
    for opponent in QUICK if effort.is_quick else opponents.ALL:
        works = {name: WORKS[name] for name in (QUICK_WORKS if effort.is_quick else WORKS)
                 if name in CONSTANT or not ('bare' in opponent.name or name in IMPOSSIBLE.get(opponent, ()))}
        loops = LOOPS_QUICK.get(opponent, opponent.loops[:1]) if effort.is_quick else opponent.loops
        rows += [(opponent.title(loop), partial(_turn, opponent, loop, works, effort.seconds)) for loop in loops]
    return take_turns(Results('CPU time of the server per request, microseconds'), rows, effort.rounds)


def _turn(opponent: opponents.Opponent, loop: str, works: 'dict[str, Work]', seconds: float, turn: Turn) -> None:
    with opponent.start(loop) as server:
        for name, work in works.items():
            turn.measure(name, partial(measure, server, work, seconds))


def measure(server: Server, work: Work, seconds: float, connections: int = 64) -> 'dict[str, float]':
    """Return what a request costs, after it was seen that the answer is right."""
    return wrk(server, work, seconds, connections).figures
