# Knows where compiled templates are, and loads them. Must not know the language of templates.
import sys

from . import TemplateError
from .modules import run_module

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    Render = Callable[..., Iterator[str]]


class Loader:
    """Loads templates that were compiled before, `name_html.py` or `name_html.mpy` for `name.html`.

    :param package: the name of the module beside which the folder is; None for the current folder. In either case the folder
                    is looked for on `sys.path` too, where modules that are frozen into a device's firmware are.
    :param folder: the folder of the templates.
    :param autoescape: whether expressions are escaped in templates whose names end with `.html`, `.htm`, `.xhtml`, `.xml` or
                       `.svg`, and these with `.tpl`.

    Example::

        loader = Loader(None, 'templates')
        for piece in loader.load('index.html')(title='Tomatoes'):
            print(piece, end='')
    """

    def __init__(self, package: 'str | None' = None, folder: str = 'templates', autoescape: bool = False) -> None:
        if package:
            beside, slash, _ = getattr(sys.modules[package], '__file__', '').replace('\\', '/').rpartition('/')
            folder = beside + slash + folder
        self.folder = folder
        self.autoescape = autoescape
        self.loaded: 'dict[str, Render]' = {}

    def load(self, name: str) -> 'Render':
        """Return the generator function of a template, whose parameters are the template's arguments.

        :param name: the name of the template: a path relative to the folder, with slashes.

        Raises `TemplateError` for a template that is not there, or cannot be compiled, and for a name that might lead out of
        the folder.
        """
        render = self.loaded.get(name)
        if render is None:
            render = self.loaded[name] = self.bind(name, self.find(name))
        return render

    def find(self, name: str) -> 'dict[str, Any]':
        """Return the names of a template's module, or raise `TemplateError` if there is none."""
        names = self.find_compiled(name)
        if names is None:
            raise TemplateError(name, None, 'not found in %s' % self.folder)
        return names

    def find_compiled(self, name: str, beside: bool = False) -> 'dict[str, Any] | None':
        """Return the names of a template's module, None if there is none, or none beside the template."""
        path, _, module = ('/' + module_path(name)).rpartition('/')
        folders = [self.folder + path]
        if not beside and self.folder[:1] != '/':
            for entry in sys.path:
                if entry:
                    folders.append(entry + '/' + folders[0])
        names = run_module(name, folders, module)
        file = name.rpartition('/')[2]
        if names and names.get('_name', file) != file:  # that of another template: x.y.html and x_y.html have the same
            return None
        return names

    def bind(self, name: str, names: 'dict[str, Any]') -> 'Render':
        """Connect a template's module with this loader, and return its generator function."""
        if self.autoescape:
            from .escaping import escape, is_markup

            if '_text' not in names:
                raise TemplateError(name, None, 'compiled by a program that does not escape')
            if is_markup(name):
                names['_text'] = escape
        names['_include'] = self.load
        return names['render']  # type: ignore[no-any-return]


def module_path(name: str) -> str:
    """Return the path of the module of a template, relative to the folder and without its extension.

    Raises `TemplateError` for a name that might lead out of the folder.
    """
    for character in name:
        if character in '\\:' or character < ' ':
            raise TemplateError(repr(name), None, 'not a name of a template')
    for part in name.split('/'):
        if part in ('', '.', '..'):
            raise TemplateError(repr(name), None, 'not a name of a template')
    path, slash, file = name.rpartition('/')
    return path + slash + file.replace('.', '_')
