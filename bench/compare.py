"""Knows how two commits are compared. Must not know what a change is for.

    bench/compare REF [--rounds N] [--seconds N] [--loop uvloop] [WORK ...]

The tree as it is, with what is not committed, beside the commit REF, whose sources are taken to build/compare. Each
measurement has a fresh process, and the order alternates. WORK is a name from `requests.WORKS`; all of them if not given.
"""

import argparse
import shutil
import statistics
import subprocess
import tarfile
from io import BytesIO

from bench import opponents
from bench.environments import ROOT
from bench.processes import only_run
from bench.requests import WORKS, measure

FOLDER = ROOT / 'build/compare'


def sources_of(reference: str) -> str:
    """Return the folder with the sources of a commit; `ValueError` if there is none of that name."""
    commit = subprocess.run(['git', 'rev-parse', '--quiet', '--verify', '--short', reference + '^{commit}'], cwd=ROOT,
                            stdout=subprocess.PIPE, text=True, check=False).stdout.strip()
    if not commit:
        raise ValueError('no commit ' + reference)
    folder = FOLDER / commit
    if not folder.exists():
        archive = subprocess.run(['git', 'archive', commit, 'src'], cwd=ROOT, capture_output=True, check=True).stdout
        try:
            with tarfile.open(fileobj=BytesIO(archive)) as files:
                files.extractall(folder)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
    return str(folder / 'src')


def compare(before: str, names: 'list[str]', rounds: int, seconds: float, loop: str) -> None:
    """Measure this tree and another folder of sources, and print a table."""
    trees = {'before': before, 'after': opponents.TREE}
    print('| CPU a request, us | before | after | change, median of the pairs | least to most |\n|---|---|---|---|---|')
    for name in names or WORKS:
        costs: dict[str, list[float]] = {'before': [], 'after': []}
        for number in range(rounds):
            for side in sorted(trees, reverse=number % 2 == 0):
                with opponents.MICRODOT.start(loop, tree=trees[side]) as server:
                    costs[side].append(measure(server, WORKS[name], seconds)['cpu'])
        changes = [(after / before - 1) * 100 for before, after in zip(costs['before'], costs['after'], strict=True)]
        print(f'| {name} | {statistics.median(costs["before"]):.1f} | {statistics.median(costs["after"]):.1f} '
              f'| {statistics.median(changes):+.1f} % | {min(changes):+.1f} to {max(changes):+.1f} % |', flush=True)


def main() -> None:
    """Do what the command line says."""
    parser = argparse.ArgumentParser(prog='bench/compare', description='What a change costs: this tree beside another commit.')
    parser.add_argument('reference', metavar='REF', help='a commit')
    parser.add_argument('works', metavar='WORK', nargs='*', help=f'one of {", ".join(WORKS)}')
    parser.add_argument('--rounds', type=int, default=7)
    parser.add_argument('--seconds', type=float, default=2, help='for which each load lasts')
    parser.add_argument('--loop', choices=opponents.BOTH, default='asyncio')
    arguments = parser.parse_args()
    if unknown := set(arguments.works) - set(WORKS):
        parser.error(f'no work {", ".join(unknown)}')
    try:
        before = sources_of(arguments.reference)
    except ValueError as exc:
        parser.error(str(exc))
    with only_run():
        compare(before, arguments.works, arguments.rounds, arguments.seconds, arguments.loop)


if __name__ == '__main__':
    main()
