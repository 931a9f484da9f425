"""Knows where results stand in README.md and docs, and how each subject is shown there. Must not know how it was measured."""

from pathlib import Path

from bench import chart
from bench.environments import ROOT
from bench.report import fill_in, read_json, table, versions_of
from bench.rounds import Results

UNITS = {  # of a subject's figures that are shown: (name, unit)
    'requests': [('cpu', 'CPU a request, us'), ('rate', 'requests a second')],
    'gateways': [('cpu', 'CPU a request, us')],
    'files': [('cpu', 'CPU a response, us')],
    'uploads': [('megabytes', 'MB a CPU second'), ('memory', 'memory above that at rest, MiB')],
    'websockets': [('cpu', 'CPU a message, us')],
    'events': [('cpu', 'CPU an event and client, us'), ('memory', 'memory for 1,000 clients, MiB')],
    'pubsub': [('cpu', 'CPU a message and subscriber, us'), ('rate', 'messages a second')],
    'start': [('cpu', 'CPU until the first answer, ms'), ('memory', 'memory then, MiB')],
    'decisions': [('cpu', 'CPU, us')],
    'stages': [('cpu', 'time in Python, us')],
}
GROWTH = {  # what stands along the bottom of a subject's picture
    'connections': 'connections', 'routes': 'routes', 'headers': 'headers', 'bodies': 'bytes of the body',
    'hooks': 'handlers before, and as many after',
}
UNRANKED = {'decisions', 'stages'}
README_WORKS = ('hello', "browser's headers", 'JSON', 'path parameter', 'form')
README_ROWS = ('asyncio.Protocol, constant bytes, asyncio', 'Microdot, asyncio', 'Microdot, uvloop',
               'BlackSheep on uvicorn, asyncio', 'Falcon on uvicorn, asyncio',
               'Starlette on uvicorn, asyncio', 'Sanic, uvloop', 'aiohttp, asyncio',
               'FastAPI on uvicorn, asyncio', 'Flask on gunicorn', 'Microdot 2.7, asyncio', 'Robyn (Rust)', 'socketify (C++)',
               'nginx (C)')


def table_of(subject: str, results: Results) -> str:
    """Return all tables of a subject."""
    units = UNITS.get(subject, [('cpu', f'CPU a request by {subject}, us')])
    return '\n'.join([table(results, name, unit, subject not in UNRANKED) for name, unit in units])


def chosen(results: Results) -> Results:
    """Return the part of the requests that the README shows."""
    figures = {row: {column: results.figures[row][column] for column in README_WORKS if column in results.figures[row]}
               for row in README_ROWS if row in results.figures}
    return Results(results.title, figures)


def draw(folder: Path) -> None:
    """Draw what is in a folder's JSON file: hello of all, and of those that the README shows, and how costs grow."""
    for subject, results in read_json(folder / 'results.json').items():
        if subject == 'requests':
            (folder / 'hello.svg').write_text(_bars(chosen(results)))
            picture = _bars(results)
        elif subject in GROWTH:
            picture = chart.lines(results.title, GROWTH[subject], {
                row: {float(column): results.median(row, column) or 0 for column in columns}
                for row, columns in results.figures.items()})
        else:
            continue
        (folder / f'{subject}.svg').write_text(picture)


def _bars(results: Results) -> str:
    hello = {row: median for row in results.figures if (median := results.median(row, 'hello')) is not None}
    return chart.bars(f'{results.title}: hello', hello, 'Microdot, ')


def publish(folder: Path, performance: Path = ROOT / 'docs/performance.md', readme: Path = ROOT / 'README.md') -> None:
    """Write what is in a folder's JSON file into the pages."""
    subjects = read_json(folder / 'results.json')
    texts = {subject: table_of(subject, results) for subject, results in subjects.items()}
    fill_in(performance, {**texts, 'versions': versions_of(folder / 'results.json')})
    if 'requests' in subjects:
        fill_in(readme, {'requests': table(chosen(subjects['requests']), unit='CPU a request, us')})
