# Knows that `python -m microdot` is the command `microdot`. Must not know what it does.
import sys

from .cli import main

if __name__ == '__main__':
    sys.exit(main())
