# Knows how an application is found by what somebody types, as Flask and uvicorn find it. Must not know servers.
import ast
import difflib
import importlib
import inspect
import os
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

from ..core.app import Microdot

_MODULES = ('app', 'main')  # where to look if nothing is typed
_NAMES = ('app', 'application')
_FACTORIES = ('create_app', 'make_app')


class NotFound(Exception):
    """There is no such application; the text says what to do."""


def find_app(target: 'str | None' = None) -> Microdot:
    """Return an application, and import the module that it is in.

    :param target: where it is: `module`, `package.module:attribute`, `module:factory('argument')`, `path/to/file.py` or
                   `path/to/file.py:attribute`. Without an attribute it is `app` or `application`, the only application
                   of the module, or what `create_app()` or `make_app()` returns. Without a module it is `app` or `main` in this
                   folder.

    Raises `NotFound`, and whatever the module raises. While the module is imported, `app.run()` does nothing.
    """
    name, expression = split(target)
    with _running_nothing():
        module = _import_file(Path(name)) if _is_path(name) else _import_module(name)
        where = target or name
        return _named(module, name, expression) if expression else _only(module, where)


def split(target: 'str | None') -> 'tuple[str, str]':
    """Split what was typed into the module, or the path of its file, and the expression behind it; `NotFound` for neither."""
    if not target:
        for name in _MODULES:
            if Path(name + '.py').is_file() or Path(name, '__init__.py').is_file():
                return name, ''
        raise NotFound('There is no app.py in %s. Say where the application is, as in: microdot run module:app%s' % (
            os.getcwd(), _applications_here()))
    name, _, expression = re.sub(r':(?![\\/])', '\n', target, count=1).partition('\n')
    if not name:
        raise NotFound('Before the colon of %s the module is missing, as in: module:app' % target)
    return name, expression


def folder_of(target: 'str | None') -> Path:
    """Return the folder from which the module of an application is imported."""
    try:
        name, _ = split(target)
    except NotFound:
        return Path.cwd()
    return _dotted(Path(name))[0] if _is_path(name) else Path.cwd()


def _is_path(name: str) -> bool:
    return name.endswith('.py') or '/' in name or os.sep in name


def _dotted(path: Path) -> 'tuple[Path, str]':
    # The folder to import a file from, and the name of its module there.
    path = path.resolve()
    if path.is_dir():
        path = path / '__init__.py'
    parts = [] if path.name == '__init__.py' else [path.stem]
    folder = path.parent
    while (folder / '__init__.py').is_file():
        parts.insert(0, folder.name)
        folder = folder.parent
    return folder, '.'.join(parts)


def _import_file(path: Path) -> ModuleType:
    file = path / '__init__.py' if path.is_dir() else path
    if not file.is_file():
        raise NotFound('There is no file %s in %s.%s' % (file, os.getcwd(), _applications_here()))
    folder, name = _dotted(path)
    module = _import(folder, name)
    if not module.__file__ or Path(module.__file__).resolve() != file.resolve():
        raise NotFound('The name of %s is that of another module, %s: give the file another name.' % (
            file, module.__file__ or name))
    return module


def _import_module(name: str) -> ModuleType:
    if not all(part.isidentifier() for part in name.split('.')):
        raise NotFound('%s is neither a module nor a file that ends with .py.' % name)
    try:
        return _import(Path.cwd(), name)
    except ModuleNotFoundError as exc:
        if exc.name and (name + '.').startswith(exc.name + '.'):
            raise NotFound('There is no module %s in %s.%s' % (exc.name, os.getcwd(), _applications_here())) from None
        raise


def _import(folder: Path, name: str) -> ModuleType:
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))
    return importlib.import_module(name)


def _applications_here() -> str:
    # What may have been meant, as a further sentence.
    names = []
    for path in sorted(Path().glob('*.py')):
        try:
            if re.search(r'\bMicrodot\(', path.read_text()):
                names.append(path.name)
        except (OSError, ValueError):
            pass
    return ' Here are: ' + ', '.join(names) if names else ''


@contextmanager
def _running_nothing() -> 'Iterator[None]':
    # A program may end with app.run(), which would serve it in the middle of its import.
    run = Microdot.run

    def left_out(app: Microdot, *args: 'Any', **options: 'Any') -> None:
        print('microdot: app.run() is left out, as `microdot run` serves the application', file=sys.stderr)

    Microdot.run = left_out  # type: ignore[method-assign, assignment]
    try:
        yield
    finally:
        Microdot.run = run  # type: ignore[method-assign]


def _only(module: ModuleType, where: str) -> Microdot:
    for name in _NAMES:
        value = getattr(module, name, None)
        if isinstance(value, Microdot):
            return value
    found = {name: value for name, value in vars(module).items() if isinstance(value, Microdot)}
    if len(set(map(id, found.values()))) == 1:
        return next(iter(found.values()))
    if found:
        raise NotFound('%s has several applications, say which: %s' % (
            where, ' or '.join(['%s:%s' % (where, name) for name in found])))
    for name in _FACTORIES:
        factory = getattr(module, name, None)
        if callable(factory):
            return _made(factory, (), {}, '%s:%s' % (where, name))
    raise NotFound('%s has no application: it needs a line like app = Microdot(), or a function create_app.' % where)


def _named(module: ModuleType, where: str, expression: str) -> Microdot:
    try:
        node = ast.parse(expression.strip(), mode='eval').body
        args, kwargs, is_call = [], {}, isinstance(node, ast.Call)
        if isinstance(node, ast.Call):
            args = [ast.literal_eval(arg) for arg in node.args]
            kwargs = {keyword.arg or '': ast.literal_eval(keyword.value) for keyword in node.keywords}
            node = node.func
        names = ast.unparse(node).split('.')
    except (SyntaxError, ValueError):
        names, args, kwargs, is_call = [''], [], {}, False
    if not all(name.isidentifier() for name in names):
        raise NotFound('%s is neither a name, as in %s:app, nor a call with plain values, as in %s:create_app(debug=True).' % (
            expression, where, where))
    value: 'Any' = module
    for name in names:
        if not hasattr(value, name):
            raise NotFound('%s has no %s.%s' % (where, '.'.join(names), _meant(module, where, name)))
        value = getattr(value, name)
    whole = '%s:%s' % (where, expression)
    if is_call or (callable(value) and not isinstance(value, Microdot)):
        return _made(value, args, kwargs, whole)
    return _checked(value, whole)


def _meant(module: ModuleType, where: str, name: str) -> str:
    known = [known for known, value in vars(module).items() if isinstance(value, Microdot)]
    close = difflib.get_close_matches(name, [*known, *vars(module)], 1) or known[:1]
    return ' Did you mean %s:%s?' % (where, close[0]) if close else ''


def _made(factory: 'Callable[..., Any]', args: 'Any', kwargs: 'dict[str, Any]', where: str) -> Microdot:
    try:
        inspect.signature(factory).bind(*args, **kwargs)
    except TypeError as exc:
        raise NotFound("%s cannot be called so: %s. Give the arguments, as in: %s('value')" % (
            where, exc, where.partition('(')[0])) from None
    except ValueError:  # it does not tell
        pass
    return _checked(factory(*args, **kwargs), where)


def _checked(value: 'Any', where: str) -> Microdot:
    if not isinstance(value, Microdot):
        raise NotFound('%s is no application but of the class %s: name what Microdot() returned.' % (where, type(value).__name__))
    return value
