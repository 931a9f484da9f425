"""Knows how the servers that take part are installed, each in an environment of its own. Must not know what is measured."""

import json
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / 'build/peers'
TIMEOUT = 600  # seconds for an installation

UVICORN = ['uvicorn', 'httptools', 'uvloop']
REQUIREMENTS = {  # by the name of the environment
    'microdot': [*UVICORN, 'granian', 'gunicorn', 'websockets'],  # what this tree runs on beside its own server
    'microdot27': ['microdot==2.7.0', 'uvloop'],
    'aiohttp': ['aiohttp', 'uvloop'],
    'blacksheep': ['blacksheep', *UVICORN],
    'bottle': ['bottle', 'gunicorn'],
    'channels': ['redis'],  # what channels are measured in, and those of a peer
    'litestar-channels': ['litestar', 'redis'],
    'emmett55': ['emmett55', 'granian', 'uvloop'],
    'falcon': ['falcon', *UVICORN],
    'fastapi': ['fastapi', 'python-multipart', *UVICORN],
    'flask': ['flask', 'gunicorn'],
    'litestar': ['litestar', *UVICORN],
    'quart': ['quart', 'hypercorn', 'uvloop'],
    'robyn': ['robyn'],
    'sanic': ['sanic'],
    'socketify': ['socketify'],
    'starlette': ['starlette', 'python-multipart', 'websockets', 'granian', *UVICORN],
    'tornado': ['tornado'],
}


class MissingError(Exception):
    """Something that takes part cannot be had here; its text says why."""


def python(name: str) -> str:
    """Return the path of an environment's Python; the environment is made and filled if it is not there.

    :param name: one of `REQUIREMENTS`.

    Raises `MissingError` if it cannot be, then also at once when asked again.
    """
    folder = FOLDER / name
    wanted = json.dumps([sys.version, REQUIREMENTS[name]])
    stamp = folder / 'installed.json'
    trouble = folder / 'trouble.txt'
    path = folder / 'bin/python'
    if stamp.exists() and stamp.read_text() == wanted:
        if trouble.exists():
            raise MissingError(trouble.read_text())
        return str(path)
    print(f'installing {name}: {" ".join(REQUIREMENTS[name])}', file=sys.stderr)
    venv.create(folder, clear=True)
    pip = subprocess.run(
        [sys.executable, '-m', 'pip', '--python', path, '--disable-pip-version-check', '--quiet', 'install',
         *REQUIREMENTS[name]], capture_output=True, text=True, timeout=TIMEOUT, check=False)
    if pip.returncode:
        errors = [line for line in pip.stderr.splitlines() if line.startswith('ERROR')]
        trouble.write_text('cannot be installed: ' + (errors or ['pip failed'])[-1])
    stamp.write_text(wanted)
    return python(name)


def versions(name: str) -> 'dict[str, str]':
    """Return the versions of what was asked for in an environment, and of its Python."""
    program = ('import platform, sys\nfrom importlib.metadata import version\n'
               'print("Python", platform.python_version())\nfor name in sys.argv[1:]: print(name, version(name))')
    names = [requirement.partition('==')[0] for requirement in REQUIREMENTS[name]]
    lines = subprocess.run([python(name), '-c', program, *names], capture_output=True, text=True, check=True).stdout.splitlines()
    return dict(line.split(' ', 1) for line in lines)
