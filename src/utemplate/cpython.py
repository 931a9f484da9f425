# Knows what CPython offers for the names of modules: tracebacks name the lines of templates, and no bytecode is kept, which
# would be as old as the second it was made in. Must not know the language of templates.
import ast
import os
import re
from os import replace as replace
from typing import Any

from . import TemplateError

_LINE = re.compile(r'  # (\d+)$')
_LINE_LENGTH = 1_000_000  # the whole line: tracebacks underline nothing


def check(source: str, mode: str) -> None:
    """Raise `SyntaxError` for source that does not compile.

    :param source: the source.
    :param mode: `'exec'` or `'eval'`, as for `compile`.
    """
    try:
        tree: Any = ast.parse(source, mode=mode)
        compile(tree, '', mode)
    except (MemoryError, RecursionError):  # of the parser, whose stack is small
        raise SyntaxError('too deep') from None


def run_module(name: str, folders: 'list[str]', module: str) -> 'dict[str, Any] | None':
    """Run a template's module from the first folder that has it, and return its names; None if none has.

    :param name: the name of the template.
    :param folders: where to look for the module.
    :param module: the name of the module.

    Raises `TemplateError` if it cannot be compiled.
    """
    for folder in folders:
        path = folder + '/' + module + '.py'
        try:
            with open(path, encoding='utf-8') as file:
                source = file.read()
        except (FileNotFoundError, NotADirectoryError):
            continue
        return run_source(name, path, source)
    return None


def run_source(name: str, path: str, source: str) -> 'dict[str, Any]':
    """Run the source of a template's module, and return its names.

    :param name: the name of the template.
    :param path: the path of the module, which need not be there.
    :param source: the source.

    Raises `TemplateError` if it cannot be compiled.
    """
    names: 'dict[str, Any]' = {'__name__': os.path.basename(path)[:-3], '__file__': path}
    template = os.path.dirname(path) + '/' + name.rpartition('/')[2]
    lines = template_lines(source)
    try:
        tree = ast.parse(source, path)
        if lines and os.path.exists(template):
            path = template
            for node in ast.walk(tree):
                if isinstance(node, (ast.stmt, ast.expr, ast.excepthandler, ast.arg, ast.keyword, ast.alias)):
                    node.lineno = node.end_lineno = lines[node.lineno]
                    node.col_offset, node.end_col_offset = 0, _LINE_LENGTH
            lines = {}
        code = compile(tree, path, 'exec')
    except SyntaxError as exc:
        raise TemplateError(name, lines.get(exc.lineno or 0, exc.lineno), exc.msg) from None
    except RecursionError:
        raise TemplateError(name, None, 'too deep') from None
    exec(code, names)
    return names


def template_lines(source: str) -> 'dict[int, int]':
    """Return the line of the template for each line of the module; nothing for one that names none."""
    lines = {}
    line = 1
    told = False
    for number, text in enumerate(source.split('\n'), 1):
        found = _LINE.search(text)
        if found:
            line = int(found[1])
            told = True
        lines[number] = line
    return lines if told else {}
