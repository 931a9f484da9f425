"""nginx with one process, which answers the same."""

import os
from pathlib import Path

from bench.servers import settings

CONFIG = '''
daemon off;
master_process off;
pid {state}/pid;
error_log {state}/errors;
worker_rlimit_nofile 20000;
events {{ worker_connections 12000; }}
http {{
    access_log off;
    sendfile on;
    keepalive_requests 100000000;
    default_type "text/plain; charset=UTF-8";
    client_body_temp_path {state}/body;
    proxy_temp_path {state}/proxy;
    fastcgi_temp_path {state}/fastcgi;
    uwsgi_temp_path {state}/uwsgi;
    scgi_temp_path {state}/scgi;
    server {{
        listen 127.0.0.1:{port} backlog=1024;
        location = / {{ return 200 "{hello}"; }}
        location = /json {{ default_type application/json; return 200 '{{"message": "{hello}"}}'; }}
        location ~ ^/users/([0-9]+)$ {{ return 200 "$1"; }}
        location = /query {{ return 200 "$arg_name $arg_count"; }}
        location = /file {{ default_type application/octet-stream; alias {file}; }}
    }}
}}
'''

if __name__ == '__main__':
    state = os.environ['BENCH_FOLDER']
    config = Path(state, 'nginx.conf')
    config.write_text(CONFIG.format(state=state, port=settings.port(), hello=settings.HELLO, file=settings.FILE or '/dev/null'))
    os.execvp('nginx', ['nginx', '-e', f'{state}/errors', '-p', state, '-c', str(config)])
