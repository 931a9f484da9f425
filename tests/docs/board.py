# A board as mpremote sees it: MicroPython's raw REPL over standard input and output, with a folder as its file system.
#
#   micropython tests/docs/board.py FOLDER

import io
import os
import sys

import vfs

ENTER, END, PASTE = b'\x01', b'\x04', b'\x05'
PROMPT = b'raw REPL; CTRL-B to exit\r\n>'
WINDOW = b'\xff\xff'  # bytes of a command that may be sent at once: all


def main(folder):
    vfs.mount(vfs.VfsPosix(folder), '/')
    os.chdir('/')
    sys.path[:] = ['', '.frozen', '/lib']
    names = {'__name__': '__main__'}
    while True:
        octet = sys.stdin.buffer.read(1)
        if octet == ENTER:
            write(PROMPT)
        elif octet == END:
            write(b'OK\r\nMPY: soft reboot\r\n' + PROMPT)
        elif octet == PASTE:
            sys.stdin.buffer.read(2)
            write(b'R\x01' + WINDOW)
            command = pasted()
            write(END)
            error = run(command, names)
            write(END + error + END + b'>')


def pasted():
    octets = []
    while True:
        octet = sys.stdin.buffer.read(1)
        if octet == END:
            return b''.join(octets)
        octets.append(octet)


def run(command, names):
    """Run a command; return the traceback if it fails."""
    try:
        exec(command, names)
    except BaseException as exc:
        traceback = io.StringIO()
        sys.print_exception(exc, traceback)
        return traceback.getvalue().encode()
    return b''


def write(data):
    sys.stdout.buffer.write(data)


main(sys.argv[1])
