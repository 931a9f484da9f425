# Knows how a template becomes a module beside it, or in memory where files cannot be written. Must not know the language of
# templates.
import os
from binascii import hexlify

from . import TemplateError
from .compiled import Loader as CompiledLoader, module_path
from .modules import replace, run_module, run_source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


class Loader(CompiledLoader):
    """Loads templates, and compiles those that are not compiled: `name.html` to `name_html.py` beside it.

    The parameters are those of `compiled.Loader`. Where the file cannot be written the template is compiled in memory.
    """

    def find(self, name: str) -> 'dict[str, Any]':
        module_path(name)  # refuses what is no name
        beside = is_there(self.folder + '/' + name)
        names = self.find_compiled(name, beside)
        return self.compile(name) if names is None else names

    def compile(self, name: str) -> 'dict[str, Any]':
        """Compile a template and return the names of its module, or raise `TemplateError`."""
        path = self.folder + '/' + module_path(name)
        folder, _, module = path.rpartition('/')
        try:
            compile_file(self.folder, name)
            names = run_module(name, [folder], module)
        except OSError:  # a file system that is read-only, or full
            names = None
        if names is None:
            pieces: 'list[str]' = []
            compile_to(self.folder, name, pieces.append)
            names = run_source(name, path + '.py', ''.join(pieces))
        return names


def is_there(path: str) -> bool:
    """Tell whether there is a file."""
    try:
        os.stat(path)
        return True
    except OSError:
        return False


def compile_file(folder: str, name: str) -> str:
    """Compile a template to a module beside it, at once in place of one that is there, and return the path of that.

    :param folder: the folder of the templates.
    :param name: the name of the template.

    Raises `TemplateError` for a template that is not there, cannot be compiled, or has the same module as another one, and
    `OSError` if the module cannot be written.
    """
    path = folder + '/' + module_path(name) + '.py'
    temporary = '%s.%s.tmp' % (path, hexlify(os.urandom(4)).decode())  # several may compile it
    try:
        with open(temporary, 'wb') as file:
            compile_to(folder, name, lambda text: file.write(text.encode()))
        replace(temporary, path)
    except BaseException:
        try:
            os.remove(temporary)
        except OSError:
            pass
        raise
    return path


def compile_to(folder: str, name: str, write: 'Callable[[str], Any]') -> None:
    """Compile a template.

    :param folder: the folder of the templates.
    :param name: the name of the template.
    :param write: takes the source of the module piece by piece.

    Raises `TemplateError` for a template that is not there, cannot be compiled, or has the same module as another one.
    """
    from .compiler import Compiler

    try:
        with open(folder + '/' + name, 'rb') as file:
            check_module(folder, name)
            Compiler(name, file.readline, write).compile()
    except OSError as exc:
        if exc.args[0] not in (2, 20, 21):  # ENOENT, ENOTDIR, EISDIR
            raise
        raise TemplateError(name, None, 'not found in %s' % folder) from None


def check_module(folder: str, name: str) -> None:
    """Raise `TemplateError` if another template has the same module as a template: `x.y.html` and `x_y.html`."""
    path, slash, file = name.rpartition('/')
    module = file.replace('.', '_')
    for other in os.listdir(folder + slash + path):
        if other != file and other.replace('.', '_') == module and not is_folder(folder + slash + path + '/' + other):
            raise TemplateError(name, None, 'compiles to the same module as ' + path + slash + other)


def is_folder(path: str) -> bool:
    """Tell whether what is at a path is a folder."""
    return os.stat(path)[0] & 0xf000 == 0x4000
