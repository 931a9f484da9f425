"""The demonstration application, in the browser at the address it prints.

From the project's folder, on CPython and on MicroPython:

    make run
    MICROPYPATH=src:.frozen build/micropython/64/micropython -m examples.demo

It listens on port 5000 of this machine alone, or on the next free one. `--port 8080`, or PORT in the environment, asks
for another: `make run ARGS='--port 8080'`. Ctrl-C ends it.
"""

import os
import socket
import sys

from examples.demo.app import app
from examples.demo.layout import PYTHON

HOST = '127.0.0.1'
PORT = 5000


def main(arguments):
    port = os.getenv('PORT')
    if len(arguments) == 2 and arguments[0] == '--port':
        port = arguments[1]
    elif arguments:
        give_up('usage: python -m examples.demo [--port NUMBER]')
    ports = [number(port)] if port else range(PORT, PORT + 20)
    for port in ports:
        if is_free(port):
            return serve(port)
    give_up(f'Port {ports[0]} is taken; --port chooses another.')


def number(text):
    try:
        port = int(text)
    except ValueError:
        port = 0
    if not 0 < port < 65536:
        give_up(f'A port is a number from 1 to 65535, not {text}.')
    return port


def is_free(port):
    listener = socket.socket()
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # what an earlier run left does not count
        listener.bind(socket.getaddrinfo(HOST, port)[0][-1])
    except OSError:
        return False
    finally:
        listener.close()
    return True


def serve(port):
    print(f'\n  Microdot on {PYTHON}\n  http://{HOST}:{port}\n\n  Ctrl-C ends it.\n')
    sys.stdout.flush()
    try:
        app.run(HOST, port, debug=True)
    except KeyboardInterrupt:  # Ctrl-C where no signal handler can be had
        pass


def give_up(text):
    print(text)
    sys.exit(2)


if __name__ == '__main__':
    main(sys.argv[1:])
