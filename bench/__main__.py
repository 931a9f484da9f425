"""The command line; see the package."""

import argparse
import sys
from collections.abc import Iterable
from importlib import import_module
from pathlib import Path

from bench import pages, report
from bench.environments import ROOT
from bench.processes import only_run
from bench.rounds import Effort

SUBJECTS = ('requests', 'gateways', 'files', 'uploads', 'websockets', 'events', 'pubsub', 'start', 'growth', 'decisions', 'stages')


def main() -> None:
    """Measure what the command line names, and write it down."""
    parser = argparse.ArgumentParser(prog='python -m bench', description='What Microdot costs, beside others in the same run.')
    parser.add_argument('subjects', nargs='*', metavar='SUBJECT', help=f'all of {", ".join(SUBJECTS)} if not given')
    parser.add_argument('--quick', action='store_true', help='a part of the requests, two minutes')
    parser.add_argument('--rounds', type=int, help='5; with --quick 2')
    parser.add_argument('--seconds', type=float, help='for which each load lasts, 2; with --quick 1')
    parser.add_argument('--folder', type=Path, default=ROOT / 'build/bench', help='for the JSON file and the pictures')
    parser.add_argument('--publish', action='store_true', help='write into README.md and docs, too')
    arguments = parser.parse_args()
    names = arguments.subjects or (['requests'] if arguments.quick else SUBJECTS)
    if unknown := set(names) - set(SUBJECTS):
        parser.error(f'no subject {", ".join(unknown)}')
    effort = Effort(arguments.rounds or (2 if arguments.quick else 5), arguments.seconds or (1 if arguments.quick else 2),
                    arguments.quick)
    folder = ROOT / 'docs/bench' if arguments.publish else arguments.folder
    folder.mkdir(parents=True, exist_ok=True)
    with only_run():
        measure_all(names, effort, folder)
    pages.draw(folder)
    if arguments.publish:
        pages.publish(folder)
    print(f'{folder}: results.json and pictures', file=sys.stderr)


def measure_all(names: 'Iterable[str]', effort: Effort, folder: Path) -> None:
    """Measure subjects, print their tables, and write the JSON file."""
    for name in names:
        measured = import_module(f'bench.{name}').run(effort)
        if not isinstance(measured, dict):
            measured = {name: measured}
        report.write_json(folder / 'results.json', measured)
        for subject, results in measured.items():
            print(f'\n## {subject}\n\n{pages.table_of(subject, results)}', flush=True)


if __name__ == '__main__':
    main()
