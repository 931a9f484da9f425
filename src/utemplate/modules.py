# Knows how the module of a compiled template is run, on each Python. Must not know the language of templates.
import sys

from . import TemplateError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

if TYPE_CHECKING or hasattr(sys, 'meta_path'):  # Python's own import system can be done without
    from .cpython import check as check, replace as replace, run_module as run_module, run_source as run_source
else:
    import builtins
    import gc
    import os

    def check(source: str, mode: str) -> None:
        # Raises SyntaxError for source that does not compile.
        # UPY: some boards have no compiler to ask, and see when the module is imported.
        if hasattr(builtins, 'compile'):
            compile(source, '', mode)

    def run_module(name: str, folders: 'list[str]', module: str) -> 'dict[str, Any] | None':
        # Imports the module from the first folder that has it, and returns its names; None if none has.
        gc.collect()  # UPY: compiling takes heap in one piece
        path = sys.path[:]
        other = sys.modules.pop(module, None)
        sys.path[:] = folders
        try:
            names = __import__(module).__dict__
            return names if 'render' in names else None  # UPY: modules of its own are found everywhere
        except ImportError:
            return None
        except SyntaxError as exc:
            raise TemplateError(name, None, str(exc)) from None
        finally:
            sys.path[:] = path
            sys.modules.pop(module, None)
            if other:
                sys.modules[module] = other

    def run_source(name: str, path: str, source: str) -> 'dict[str, Any]':
        # Runs the source of a module that could not be written, and returns its names.
        names: 'dict[str, Any]' = {}
        gc.collect()
        try:
            exec(source, names)
        except SyntaxError as exc:
            raise TemplateError(name, None, str(exc)) from None
        return names

    def replace(old: str, new: str) -> None:
        # Renames a file, in place of another.
        try:
            os.rename(old, new)
        except OSError:  # UPY: on FAT file systems there must not be another
            os.remove(new)
            os.rename(old, new)
