# A folder of files for a test, on both Pythons.

import os
from binascii import hexlify


class folder:
    """For a `with` statement: the path of a folder with files, which is gone after it.

    :param files: their contents, `str` or `bytes`, by their paths; folders in these are made.
    """

    def __init__(self, files):
        self.path = '/tmp/microdot-test-' + hexlify(os.urandom(8)).decode()
        os.mkdir(self.path)
        for name in files:
            self.write(name, files[name])

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


def remove(path):
    """Remove a folder with all that is in it."""
    for name in os.listdir(path):
        name = path + '/' + name
        if os.stat(name)[0] & 0xf000 == 0x4000:
            remove(name)
        else:
            os.remove(name)
    os.rmdir(path)
