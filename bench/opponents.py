"""Knows who takes part, and the commands that start them. Must not know what they are asked."""

import os
import shutil
import sys
from typing import NamedTuple

from bench.environments import ROOT, MissingError, python
from bench.processes import Server

BOTH = ('asyncio', 'uvloop')
TREE = str(ROOT / 'src')  # where this Microdot is imported from


class Opponent(NamedTuple):
    """A server that takes part. In the words of its command, `{loop}` stands for the event loop."""

    name: str
    environment: str                      # in which it is installed, '' if it is not Python
    command: 'tuple[str, ...]'            # after `python -m`
    loops: 'tuple[str, ...]' = ('',)      # it runs on, '' where there is no choice
    is_ours: bool = False                 # whether it is the Microdot of this tree

    def start(self, loop: str, settings: 'dict[str, str] | None' = None, tree: str = TREE) -> Server:
        """Return the server, for a `with` statement; it is installed if need be.

        :param loop: one of `loops`.
        :param settings: environment variables for `servers.settings`.
        :param tree: the folder that Microdot is imported from.

        Raises `MissingError` if it cannot be installed.
        """
        executable = python(self.environment) if self.environment else sys.executable
        if self.environment == '' and not shutil.which('nginx', path=os.environ['PATH'] + ':/usr/sbin'):
            raise MissingError('is not installed')
        command = [executable, '-m', *[word.replace('{loop}', loop) for word in self.command]]
        environment = {'PATH': os.environ['PATH'] + ':/usr/sbin', **(settings or {})}
        if self.is_ours:
            environment['PYTHONPATH'] = tree
        return Server(command, environment)

    def title(self, loop: str) -> str:
        """Return the name, with that of the event loop if there is a choice."""
        return f'{self.name}, {loop}' if loop else self.name


def _own(name: str) -> 'tuple[str, ...]':
    # A program that serves by itself.
    return (f'bench.servers.{name}', '{port}', '{loop}')


def _uvicorn(name: str) -> 'tuple[str, ...]':
    return ('uvicorn', '--port', '{port}', '--loop', '{loop}', '--http', 'httptools', '--no-access-log', '--log-level', 'warning',
            '--backlog', '1024', f'bench.servers.{name}')


def _granian(interface: str, name: str) -> 'tuple[str, ...]':
    return ('granian', '--interface', interface, '--port', '{port}', '--loop', '{loop}', '--runtime-mode', 'st', '--no-access-log',
            '--log-level', 'warning', f'bench.servers.{name}')


def _gunicorn(name: str) -> 'tuple[str, ...]':
    return ('gunicorn', '--bind', '127.0.0.1:{port}', '--worker-class', 'gthread', '--threads', '4', '--keep-alive', '75',
            '--log-level', 'warning', f'bench.servers.{name}')


CONSTANT = Opponent('asyncio.Protocol, constant bytes', 'microdot', _own('protocol'), BOTH)
MICRODOT = Opponent('Microdot', 'microdot', _own('microdot'), BOTH, is_ours=True)
MICRODOT27 = Opponent('Microdot 2.7', 'microdot27', _own('microdot'), BOTH)
AIOHTTP = Opponent('aiohttp', 'aiohttp', _own('aiohttp'), BOTH)
SANIC = Opponent('Sanic', 'sanic', _own('sanic'), BOTH)
STARLETTE = Opponent('Starlette on uvicorn', 'starlette', _uvicorn('starlette:app'), BOTH)
FALCON = Opponent('Falcon on uvicorn', 'falcon', _uvicorn('falcon:app'), BOTH)
BLACKSHEEP = Opponent('BlackSheep on uvicorn', 'blacksheep', _uvicorn('blacksheep:app'), BOTH)
TORNADO = Opponent('Tornado', 'tornado', _own('tornado'))
SOCKETIFY = Opponent('socketify (C++)', 'socketify', _own('socketify'))
BARE = Opponent('bare ASGI function on uvicorn', 'microdot', _uvicorn('bare:asgi'), BOTH)
NGINX = Opponent('nginx (C)', '', _own('nginx'))
GATEWAYS = (
    Opponent('Microdot on uvicorn', 'microdot', _uvicorn('gateways:asgi'), BOTH, is_ours=True),
    Opponent('Microdot on granian, ASGI', 'microdot', _granian('asgi', 'gateways:asgi'), BOTH, is_ours=True),
    Opponent('Microdot on granian, RSGI', 'microdot', _granian('rsgi', 'gateways:rsgi'), BOTH, is_ours=True),
    Opponent('Microdot on gunicorn', 'microdot', _gunicorn('gateways:wsgi'), is_ours=True),
)
BARE_ON_OTHERS = (
    Opponent('bare WSGI function on gunicorn', 'microdot', _gunicorn('bare:wsgi')),
    Opponent('bare ASGI function on granian', 'microdot', _granian('asgi', 'bare:asgi'), BOTH),
    Opponent('bare RSGI function on granian', 'microdot', _granian('rsgi', 'bare:rsgi'), BOTH),
)
ALL = (
    CONSTANT, MICRODOT, *GATEWAYS, BARE, *BARE_ON_OTHERS, BLACKSHEEP, FALCON,
    Opponent('Emmett55 on granian', 'emmett55', _granian('rsgi', 'emmett55:app'), BOTH),
    STARLETTE,
    Opponent('Starlette on granian', 'starlette', _granian('asgi', 'starlette:app'), BOTH),
    SANIC, AIOHTTP, TORNADO,
    Opponent('Litestar on uvicorn', 'litestar', _uvicorn('litestar:app'), BOTH),
    Opponent('FastAPI on uvicorn', 'fastapi', _uvicorn('fastapi:app'), BOTH),
    Opponent('Quart on hypercorn', 'quart',
             ('hypercorn', '--bind', '127.0.0.1:{port}', '--worker-class', '{loop}', '--log-level', 'warning',
              'bench.servers.quart:app'), BOTH),
    Opponent('Flask on gunicorn', 'flask', _gunicorn('flask:app')),
    Opponent('Bottle on gunicorn', 'bottle', _gunicorn('bottle:app')),
    MICRODOT27,
    Opponent('Robyn (Rust)', 'robyn', _own('robyn')), SOCKETIFY, NGINX,
)
