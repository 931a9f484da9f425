"""Compile the templates of folders, and of the folders in them:

    python -m utemplate FOLDER...

`name.html` becomes `name_html.py` beside it. Files whose names start with a dot, and modules, are no templates. The exit
status is 1 if a template cannot be compiled, and 2 if there is no such folder.
"""
# Knows folders of templates. Must not know how a template is compiled.

import os
import sys

from . import TemplateError
from .source import compile_file, is_folder

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_NO_TEMPLATES = ('.py', '.pyc', '.mpy', '.tmp', '~')


def main(folders: 'list[str]') -> int:
    """Compile the templates of folders, and return the exit status."""
    if not folders or folders[0][:1] == '-':
        say('usage: python -m utemplate FOLDER...')
        return 2
    status = 0
    for folder in folders:
        try:
            names = sorted(templates(folder))
        except OSError:
            say('%s: no such folder' % folder)
            return 2
        for name in names:
            try:
                print(compile_file(folder, name))
            except TemplateError as exc:
                say('%s/%s' % (folder, exc))
                status = 1
            except OSError as exc:
                say('%s/%s: %s' % (folder, name, exc))
                status = 1
    return status


def say(message: str) -> None:
    """Print a line to the standard error output."""
    print(message, file=sys.stderr)


def templates(folder: str, path: str = '') -> 'Iterator[str]':
    """Iterate over the names of the templates in a folder, or in the one at a path in it."""
    for file in os.listdir(folder + '/' + path if path else folder):
        name = path + file
        if file[:1] == '.' or file == '__pycache__':
            continue
        if is_folder(folder + '/' + name):
            yield from templates(folder, name + '/')
        elif not any(name.endswith(ending) for ending in _NO_TEMPLATES):
            yield name


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
