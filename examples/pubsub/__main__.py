"""One room, served by two workers behind nginx, with Redis between them.

    python -m examples.pubsub [--port 8080]

starts redis-server, two workers, and nginx on port 8080 of this machine alone, or on the next free one; Ctrl-C ends all of
them, and so does whatever else ends this. What they write is in a folder that is then removed.
"""

import argparse
import asyncio
import os
import shutil
import signal
import socket
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[2]
HOST = '127.0.0.1'
PORT = 8080
SECONDS = 15  # until everything has to be there

# A process that is told the others, and ends them when nobody can tell it any more, also if that one was killed.
KEEPER = 'while read -r process; do processes="$processes $process"; done; kill $processes; sleep 1; rm -rf "$0"'

NGINX = '''
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/nginx-errors;
events {{ }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    upstream workers {{
        {servers}
    }}
    server {{
        listen {host}:{port};
        location / {{
            proxy_pass http://workers;
            proxy_http_version 1.1;
            proxy_set_header Connection "";
            proxy_set_header Host $host;
            proxy_read_timeout 1h;  # of a stream of events
        }}
    }}
}}
'''


async def main(port):
    with tempfile.TemporaryDirectory() as folder:
        if os.geteuid() == 0:
            os.chmod(folder, 0o755)  # nginx has workers that are nobody
        redis, *workers = [free_port() for _ in range(3)]
        config = Path(folder, 'nginx.conf')
        servers = '\n        '.join(f'server {HOST}:{worker};' for worker in workers)
        config.write_text(NGINX.format(folder=folder, servers=servers, host=HOST, port=port))
        commands = {
            'redis-server': ['redis-server', '--bind', HOST, '--port', str(redis), '--dir', folder, '--logfile', 'redis-log'],
            **{f'worker {number}': [sys.executable, '-m', 'examples.pubsub.app', str(worker)]
               for number, worker in enumerate(workers, 1)},
            'nginx': ['nginx', '-e', f'{folder}/nginx-errors', '-p', folder, '-c', str(config)],
        }
        environment = {**os.environ, 'REDIS_URL': f'redis://{HOST}:{redis}',
                       'PYTHONPATH': os.pathsep.join([str(ROOT / 'src'), str(ROOT)])}
        keeper = await asyncio.create_subprocess_exec(
            'sh', '-c', KEEPER, folder, stdin=asyncio.subprocess.PIPE, start_new_session=True)
        processes = {'keeper': keeper}
        try:
            for name, command in commands.items():
                processes[name] = await asyncio.create_subprocess_exec(*command, env=environment, start_new_session=True)
                keeper.stdin.write(b'%d\n' % processes[name].pid)
            for each in (redis, *workers, port):
                await asyncio.wait_for(answers(each), SECONDS)
            print(f'\n  Two workers behind nginx\n  http://{HOST}:{port}\n\n  Ctrl-C ends them.\n', flush=True)
            await first_of(processes)
        finally:
            for process in reversed(processes.values()):
                if process.returncode is None:
                    process.terminate()
                    await process.wait()


async def answers(port):
    """Wait until somebody listens."""
    while True:
        try:
            _, writer = await asyncio.open_connection(HOST, port)
        except ConnectionError:
            await asyncio.sleep(0.05)
        else:
            writer.close()
            return


async def first_of(processes):
    """Wait until one of the processes has ended, or this is to end."""
    end = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, end.set)
    tasks = {asyncio.create_task(process.wait()): name for name, process in processes.items()}
    ending = asyncio.create_task(end.wait())
    done, left = await asyncio.wait([ending, *tasks], return_when=asyncio.FIRST_COMPLETED)
    for task in left:
        task.cancel()
    if ending not in done:
        raise SystemExit(f'{tasks[done.pop()]} has ended')


def free_port():
    with socket.socket() as listener:
        listener.bind((HOST, 0))
        return listener.getsockname()[1]


def is_free(port):
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        return listener.connect_ex((HOST, port)) != 0


if __name__ == '__main__':
    parser = argparse.ArgumentParser(prog='python -m examples.pubsub', description='One room, two workers behind nginx, and Redis.')
    parser.add_argument('--port', type=int, help='of this machine, 8080 or the next free one if not given')
    chosen = parser.parse_args().port
    for tool in ('nginx', 'redis-server'):
        if not shutil.which(tool):
            sys.exit(f'{tool} is missing: apt-get install {tool}')
    asyncio.run(main(chosen or next(port for port in range(PORT, PORT + 20) if is_free(port))))
