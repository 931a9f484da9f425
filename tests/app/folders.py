# A folder of files for a test, on both Pythons.

import os
import sys
from binascii import hexlify


def new_folder():
    """Make a folder for temporary files, and return its path."""
    if sys.implementation.name == 'cpython':
        import tempfile

        return tempfile.mkdtemp(prefix='microdot-test-')
    # UPY: there is no tempfile; who starts MicroPython makes a folder, in which this one is made.
    path = os.getenv('TMPDIR') + '/' + hexlify(os.urandom(8)).decode()
    os.mkdir(path)
    return path


class folder:
    """For a `with` statement: the path of a folder with files, which is gone after it.

    :param files: their contents, `str` or `bytes`, by their paths; folders in these are made.
    """

    def __init__(self, files):
        self.path = new_folder()
        for name in files:
            self.write(name, files[name])

    def link(self, name, target):
        """Make a symbolic link in the folder to a path, which may be relative to the link."""
        run('ln -s "%s" "%s/%s"' % (target, self.path, name))

    def pipe(self, name):
        """Make a named pipe in the folder."""
        run('mkfifo "%s/%s"' % (self.path, name))

    def write(self, name, contents):
        """Write a file of the folder."""
        path = self.path
        for part in name.split('/')[:-1]:
            path += '/' + part
            if part not in os.listdir(path[:path.rfind('/')]):
                os.mkdir(path)
        with open(self.path + '/' + name, 'wb') as file:
            file.write(contents if isinstance(contents, bytes) else contents.encode())

    def read(self, name):
        """Return what a file of the folder contains."""
        with open(self.path + '/' + name, 'rb') as file:
            return file.read()

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        remove(self.path)


def run(command):
    """Let the shell do what MicroPython has no function for."""
    assert os.system(command) == 0


def remove(path):
    """Remove a folder with all that is in it."""
    run('rm -r "%s"' % path)
