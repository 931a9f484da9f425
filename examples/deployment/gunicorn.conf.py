# The configuration of gunicorn, which it reads from the folder it is started in: gunicorn app:wsgi

bind = '127.0.0.1:8000'  # systemd's socket comes before it
workers = 2
worker_class = 'gthread'
threads = 32             # requests at a time in each worker; a stream or a slow client takes one for all of its time
keepalive = 30           # seconds; longer than nginx keeps connections
graceful_timeout = 10    # seconds for what is under way
forwarded_allow_ips = ''  # microdot.proxies says whose headers count
control_socket_disable = True
