# What examples/README.md says of the examples, and how their commands are made to use a port of the tests.
# Must not know what they serve.

import re
import shutil
from typing import NamedTuple

from tests.conftest import ROOT
from tests.docs.conftest import PYTHONS

ROW = re.compile(r'^\| \[(?P<name>[^]]+)\]\((?P<path>[^)]+)\) \| (?P<text>[^|]+) \| (?P<pythons>[^|]+) \| `(?P<command>[^`]+)` \|$',
                 re.MULTILINE)
LISTENS = re.compile(r'\b(run|start_server)\((?:port=(?:5000|4443|wifi\.port), )?debug=True')
NAMES_PORT = '5053'


class Example(NamedTuple):
    name: str
    path: str     # of its program, below examples/
    pythons: list
    command: str


def read_index():
    rows = ROW.finditer((ROOT / 'examples/README.md').read_text())
    names = {'CPython': 'cpython', 'MicroPython': 'mp64'}
    return {row['name']: Example(row['name'], row['path'], [names[each] for each in row['pythons'].split(', ')], row['command'])
            for row in rows}


EXAMPLES = read_index()


def with_ports(text, port, names_port):
    """Return a program or a page with other ports, on which a program listens on this machine alone."""
    ports = {'5000': str(port), NAMES_PORT: str(names_port)}
    text = LISTENS.sub(r"\1('127.0.0.1', 5000, debug=True", text)
    return re.sub('|'.join(ports), lambda match: ports[match[0]], text)


def copy(example, folder, port, names_port=0):
    """Copy an example into a folder, to listen on another port and on this machine alone; return the command that runs it."""
    source = ROOT / 'examples' / example.path.split('/')[0]
    target = folder / source.name
    shutil.copytree(source, target, ignore=shutil.ignore_patterns('__pycache__', '*_html.py', 'received', '*.pem', '*.der',
                                                                 'settings.json'))
    for path in [path for path in target.rglob('*') if path.suffix in ('.py', '.html')]:
        path.write_text(with_ports(path.read_text(), port, names_port))
    return example.command.replace('5000', str(port)).replace(f'examples/{source.name}', str(target))


def command_of(example, python, folder, port, names_port=0):
    """Return a command as a list, which runs a copy of an example on a Python."""
    program, *arguments = copy(example, folder, port, names_port).split()
    if program == 'python':
        return [*PYTHONS[python], *arguments]
    return [PYTHONS['cpython'][0], '-m', program, *arguments]
