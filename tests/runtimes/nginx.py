# nginx as an ordinary process with a configuration of its own. Must not know what is asked.

import os
import shutil
import socket
import subprocess
import time
from pathlib import Path

CONFIG = '''
daemon off;
master_process off;
pid {state}/pid;
error_log {state}/errors warn;
events {{ worker_connections 256; }}
http {{
    access_log off;
    sendfile on;
    types {{ text/plain txt; text/html html; text/css css; application/javascript js; image/png png; }}
    default_type application/octet-stream;
    client_body_temp_path {state}/body;
    proxy_temp_path {state}/proxy;
    fastcgi_temp_path {state}/fastcgi;
    uwsgi_temp_path {state}/uwsgi;
    scgi_temp_path {state}/scgi;
    if_modified_since before;  # as RFC 9110 has it
    max_ranges 1;
    {blocks}
}}
'''
DEADLINE = 15  # seconds


class Nginx:
    """Serves what a configuration says, until the end of the `with` statement. Where the tests are root it is nobody.

    :param blocks: what stands in the block `http`.
    :param port: one that it listens on.
    :param state: a folder for what nginx writes; what is there is its own.
    """

    def __init__(self, blocks, port, state):
        self.port = port
        self.state = Path(state)
        self.config = self.state / 'nginx.conf'
        self.config.write_text(CONFIG.format(state=state, blocks=blocks))
        self.options = {}
        self.read = 0  # how much of the errors was looked at
        if os.geteuid() == 0:
            self.options = {'user': 'nobody', 'group': 'nogroup', 'extra_groups': []}
            for path in (self.state, *self.state.iterdir()):
                shutil.chown(path, 'nobody', 'nogroup')

    def __enter__(self):
        self.process = subprocess.Popen(
            ['nginx', '-e', f'{self.state}/errors', '-p', str(self.state), '-c', str(self.config)],
            stdin=subprocess.DEVNULL, **self.options)
        end = time.monotonic() + DEADLINE
        while True:
            try:
                socket.create_connection(('127.0.0.1', self.port)).close()
            except ConnectionError:
                assert self.process.poll() is None and time.monotonic() < end, self.errors()
                time.sleep(0.01)
            else:
                return self

    def errors(self):
        """Return what it said of errors since this was called last."""
        text = (self.state / 'errors').read_text()
        new, self.read = text[self.read:], len(text)
        return new

    def __exit__(self, *exc):
        self.process.terminate()
        self.process.wait(DEADLINE)
