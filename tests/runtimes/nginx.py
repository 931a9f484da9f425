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
error_log {state}/errors;
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
    server {{
        listen 127.0.0.1:{port};
        gzip_static on;
        gzip_vary on;
        location / {{ root {folder}; }}
    }}
}}
'''
DEADLINE = 15  # seconds


class Nginx:
    """Serves a folder, until the end of the `with` statement.

    :param folder: its path, which anybody may enter, as nginx is nobody where the tests are root.
    :param state: another folder, for what nginx writes.
    """

    def __init__(self, folder, state):
        with socket.socket() as listener:
            listener.bind(('127.0.0.1', 0))
            self.port = listener.getsockname()[1]
        self.state = Path(state)
        self.config = self.state / 'nginx.conf'
        self.config.write_text(CONFIG.format(state=state, folder=folder, port=self.port))
        self.options = {}
        if os.geteuid() == 0:
            self.options = {'user': 'nobody', 'group': 'nogroup', 'extra_groups': []}
            for path in (self.state, self.config):
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
                assert self.process.poll() is None and time.monotonic() < end, Path(self.state, 'errors').read_text()
                time.sleep(0.01)
            else:
                return self

    def __exit__(self, *exc):
        self.process.terminate()
        self.process.wait(DEADLINE)
