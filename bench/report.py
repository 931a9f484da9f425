"""Knows how results are written: as tables, JSON and into pages. Must not know how they were measured."""

import json
import os
import platform
import re
import shutil
import subprocess
from pathlib import Path

from bench.chart import number
from bench.environments import FOLDER, REQUIREMENTS, ROOT, MissingError, versions
from bench.rounds import Results

TOOLS = ('nginx', 'wrk')  # which tell their version for -v
MORE_IS_BETTER = {'rate', 'megabytes'}


def table(results: Results, name: str = 'cpu', unit: str = '', is_ranked: bool = True) -> str:
    """Return a Markdown table of medians, with the spread of the first, and what is missing.

    :param name: of the figures to show.
    :param unit: what stands in the first cell.
    :param is_ranked: whether the rows are sorted; if not they stand as they were measured first.
    """
    columns = results.columns
    first = columns[0]
    lines = [f'| {unit or results.title} | {" | ".join(columns)} | {first}, least to most |', '|---' * (len(columns) + 2) + '|']
    rows = list(results.figures)
    if is_ranked:
        more_is_better = name in MORE_IS_BETTER
        worst = 0 if more_is_better else float('inf')
        rows.sort(key=lambda row: results.median(row, first, name) or worst, reverse=more_is_better)
    for row in rows:
        medians = [results.median(row, column, name) for column in columns]
        spread = results.spread(row, first, name)
        cells = ['' if median is None else number(median) for median in medians]
        lines.append(f'| {row} | {" | ".join(cells)} | {number(spread[0]) + " to " + number(spread[1]) if spread else ""} |')
    lines += ['', *[f'* {what}: {why}' for what, why in sorted(results.missing.items())]]
    return '\n'.join(lines).strip() + '\n'


def machine() -> 'dict[str, object]':
    """Return what the run depends on beside the programs."""
    commit = subprocess.run(['git', 'describe', '--always', '--dirty'], cwd=ROOT, capture_output=True, text=True, check=False)
    model = re.search(r'model name\s*: (.*)', Path('/proc/cpuinfo').read_text())
    return {'commit': commit.stdout.strip(), 'processor': model[1] if model else '', 'cores': os.cpu_count(),
            'kernel': platform.release(), 'load': os.getloadavg()}


def installed() -> 'dict[str, object]':
    """Return the versions of everything that takes part, by environment, or why it does not."""
    found: dict[str, object] = {}
    for name in REQUIREMENTS:
        if (FOLDER / name).exists():
            try:
                found[name] = versions(name)
            except MissingError as exc:
                found[name] = str(exc)
    for name in TOOLS:
        path = shutil.which(name, path=os.environ['PATH'] + ':/usr/sbin')
        run = subprocess.run([path or 'false', '-v'], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
        version = re.search(r'\d[\w.-]+', run.stdout)
        found[name] = version[0] if version else 'is not installed'
    return found


def write_json(path: Path, subjects: 'dict[str, Results]') -> None:
    """Write everything that was measured, when, and on what; what a file has of other subjects is kept.

    :param subjects: results by the name of the subject.
    """
    data = json.loads(path.read_text()) if path.exists() else {'subjects': {}}
    data['versions'] = {**data.get('versions', {}), **installed()}
    about = machine()
    for name, results in subjects.items():
        data['subjects'][name] = {'title': results.title, 'figures': results.figures, 'missing': results.missing, 'machine': about}
    path.write_text(json.dumps(data, indent=1) + '\n')


def read_json(path: Path) -> 'dict[str, Results]':
    """Read what `write_json` has written."""
    return {name: Results(subject['title'], subject['figures'], subject['missing'])
            for name, subject in json.loads(path.read_text())['subjects'].items()}


def versions_of(path: Path) -> str:
    """Return a Markdown list of the versions that `write_json` has written."""
    found = json.loads(path.read_text())['versions'].items()
    return ''.join([f'* {name}: {about if isinstance(about, str) else ", ".join([" ".join(item) for item in about.items()])}\n'
                    for name, about in found])


def fill_in(page: Path, texts: 'dict[str, str]') -> None:
    """Replace what stands in a page between the comments `<!-- bench: NAME -->` and `<!-- bench -->`."""
    text = page.read_text()
    for name, replacement in texts.items():
        mark = f'<!-- bench: {name} -->\n'
        before, found, after = text.partition(mark)
        if found:
            text = f'{before}{mark}\n{replacement}\n{after[after.index("<!-- bench -->"):]}'
    page.write_text(text)
