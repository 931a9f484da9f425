"""Knows how to put the modules that every application loads into one, for what a board gets compiled.

A module takes heap beside what is in it: its name, its file's, a table for what it imports, and the code that imports it. From
source the largest module decides how much heap compiling takes, so there they stay apart; compiled they need not.
"""

import ast
import copy
import functools


class Linker:
    """Links modules into the package that they are in.

    :param package: its name, which is that of the module they become.
    :param trees: the syntax trees of all modules of the package by name; those in `linked` are put together, in that order.
    :param linked: the names of the modules that are put together, each after those it imports at its top; the package is the last.
    :param is_package: tells of a module whether it is a package.
    """

    def __init__(self, package, trees, linked, is_package):
        self.package = package
        self.trees = trees
        self.linked = linked
        self.is_package = is_package
        self.bound = {name: bindings(trees[name]) for name in linked}
        # Where a name of a linked module comes from: another linked module and a name there, or nowhere else.
        self.origins = {}
        for name in linked:
            for node in trees[name].body:
                if isinstance(node, ast.ImportFrom) and self.source(name, node) in linked:
                    for alias in node.names:
                        origin = (self.source(name, node), alias.name)
                        self.origins[name, alias.asname or alias.name] = self.origins.get(origin, origin)
        # What each name that is bound in a linked module is called in the package.
        self.names = {}
        taken = set()
        # A name that none of its users knows takes no heap if it is also an attribute's.
        nodes = [node for tree in trees.values() for node in ast.walk(tree)]
        spare = {node.attr for name in linked for node in ast.walk(trees[name]) if isinstance(node, ast.Attribute)}
        spare -= {part for name in trees for part in name.split('.')}
        spare -= {node.id for node in nodes if isinstance(node, ast.Name)}
        spare -= {node.arg for node in nodes if isinstance(node, ast.arg)}
        spare -= {node.name for node in nodes if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))}
        spare -= {alias.asname or alias.name for node in nodes if isinstance(node, (ast.Import, ast.ImportFrom))
                  for alias in node.names}
        spare = sorted(spare)
        public = {origin for (module, _), origin in self.origins.items() if module == package}
        for name in reversed(linked):  # the package keeps its names
            hidden = {bound for bound in self.bound[name] if bound[0] == '_' or bound in functions(trees[name])}
            for bound in sorted(self.bound[name] - {alias for module, alias in self.origins if module == name}):
                if bound in imported(trees[name]):
                    continue  # from outside, which is the same everywhere
                new = bound
                if spare and bound in hidden and name != package and (name, bound) not in public:
                    new = spare.pop()
                while new in taken:
                    new += '_'
                taken.add(new)
                self.names[name, bound] = new
        for key, origin in self.origins.items():
            self.names[key] = self.names.get(origin)

    def source(self, module, node):
        """Return the full name of the module that a `from` import in a module names."""
        if not node.level:
            return node.module
        parts = module.split('.') if self.is_package(module) else module.split('.')[:-1]
        parts = parts[:len(parts) - node.level + 1]
        return '.'.join(parts + ([node.module] if node.module else []))

    @functools.cached_property
    def package_tree(self):
        """Return the syntax tree of the package with all linked modules in it."""
        imports, body = [], []
        for name in self.linked:
            tree = Linked(self, name).visit(copy.deepcopy(self.trees[name]))
            for node in tree.body:
                if isinstance(node, (ast.Import, ast.ImportFrom)) and ast.unparse(node) not in map(ast.unparse, imports):
                    imports.append(node)
                elif not isinstance(node, (ast.Import, ast.ImportFrom)):
                    body.append(node)
        tree = ast.fix_missing_locations(ast.Module(imports + body, []))
        return self.without_unused(tree)

    def without_unused(self, tree):
        """Take out functions and constants that nothing uses."""
        used = self.used_elsewhere()
        while True:
            names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)} | used
            kept = [node for node in tree.body if not (is_idle(node) and bindings(ast.Module([node], [])).isdisjoint(names))]
            if len(kept) == len(tree.body):
                return tree
            tree.body = kept

    def used_elsewhere(self):
        """Return the names in the package that its other modules use, or that it has for its users."""
        used = {'__getattr__', *[self.names.get((self.package, name)) for name in self.bound[self.package]]}
        for name, tree in self.trees.items():
            for node in ast.walk(tree):
                if isinstance(node, ast.ImportFrom) and name not in self.linked:
                    used |= {self.names.get((self.source(name, node), alias.name)) for alias in node.names}
        return used

    def other_tree(self, name):
        """Return the syntax tree of a module that is not linked, which finds linked names in the package."""
        return ast.fix_missing_locations(Unlinked(self, name).visit(copy.deepcopy(self.trees[name])))

    def door_tree(self, name):
        """Return the syntax tree of what stays where a linked module was: its names, and how it finds others."""
        there = bindings(self.package_tree)
        names = [ast.alias(new, None if new == bound else bound) for bound in sorted(self.bound[name])
                 if (new := self.names.get((name, bound))) in there and bound[:2] != '__']
        left = self.bound[name] - imported(self.trees[name]) - {bound for bound in self.bound[name]
                                                                if self.names.get((name, bound)) in there}
        body = [node for node in self.trees[name].body if getattr(node, 'name', '') == '__getattr__'
                or (isinstance(node, ast.Assign) and not bindings(ast.Module([node], [])).isdisjoint(left))]
        if names:
            body.insert(0, ast.ImportFrom(self.package, names, 0))
        return ast.fix_missing_locations(ast.Module(body, []))


class Unlinked(ast.NodeTransformer):
    """Has a module import linked names from the package."""

    def __init__(self, linker, name):
        self.linker = linker
        self.name = name

    def visit_ImportFrom(self, node):
        source = self.linker.source(self.name, node)
        if source not in self.linker.linked or source == self.linker.package:
            return node
        here = [alias for alias in node.names if self.linker.names.get((source, alias.name))]
        level = self.name.count('.') + (1 if self.linker.is_package(self.name) else 0)
        nodes = [node] if len(here) < len(node.names) else []
        node.names = [alias for alias in node.names if alias not in here]
        if here:
            names = [ast.alias(new, asname(alias, new)) for alias in here for new in [self.linker.names[source, alias.name]]]
            nodes.append(ast.ImportFrom(None, names, level))
        return nodes


class Linked(ast.NodeTransformer):
    """Rewrites a linked module as a part of the package."""

    def __init__(self, linker, name):
        self.linker = linker
        self.name = name
        self.renamed = {bound: new for (module, bound), new in linker.names.items() if module == name and new and new != bound}
        self.depth = 0

    def visit_FunctionDef(self, node):
        if node.name == '__getattr__' and not self.depth and self.name != self.linker.package:
            return None  # its door has it
        self.depth += 1
        shadowed = {name: self.renamed.pop(name) for name in locals_of(node) & set(self.renamed)}
        self.generic_visit(node)
        self.renamed |= shadowed
        self.depth -= 1
        if not self.depth:
            node.name = self.renamed.get(node.name, node.name)
        node.body = node.body or [ast.Pass()]
        return node

    visit_AsyncFunctionDef = visit_FunctionDef

    def visit_ClassDef(self, node):
        self.depth += 1
        self.generic_visit(node)
        self.depth -= 1
        if not self.depth:
            node.name = self.renamed.get(node.name, node.name)
        return node

    def visit_Name(self, node):
        node.id = self.renamed.get(node.id, node.id)
        return node

    def visit_Global(self, node):
        node.names = [self.renamed.get(name, name) for name in node.names]
        return node

    def visit_Expr(self, node):
        # What was to be loaded is here; garbage goes as well.
        if isinstance(node.value, ast.Call) and isinstance(node.value.func, ast.Name) and node.value.func.id == 'load':
            return ast.parse('gc.collect()').body[0]
        return self.generic_visit(node)

    def visit_ImportFrom(self, node):
        source = self.linker.source(self.name, node)
        statements = []
        if source in self.linker.linked:
            for alias in node.names[:]:
                new = self.linker.names.get((source, alias.name))
                if new:  # it is here; what is not, the module's door finds
                    node.names.remove(alias)
                    target = alias.asname or alias.name
                    if self.depth and target != new:
                        statements.append(ast.Assign([ast.Name(target, ast.Store())], ast.Name(new, ast.Load())))
        for alias in node.names:  # to a global name, if the function says so
            if self.depth and (alias.asname or alias.name) in self.renamed:
                alias.asname = self.renamed[alias.asname or alias.name]
        if node.names:
            package, _, room = source.partition('.')
            statements.append(ast.ImportFrom(room, node.names, 1) if package == self.linker.package else node)
        return statements


def asname(alias, new):
    """Return under which other name a linked name is imported, if it is."""
    wanted = alias.asname or alias.name
    return wanted if wanted != new or alias.asname == alias.name else None


def is_idle(node):
    """Tell whether a statement only binds names, to a function or a constant."""
    return isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) or (
        isinstance(node, ast.Assign) and not any(isinstance(part, (ast.Call, ast.Attribute)) for part in ast.walk(node)))


def functions(tree):
    """Return the names of the functions at the top of a module."""
    return {node.name for node in tree.body if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))}


def imported(tree):
    """Return the names that a module imports at its top."""
    return {(alias.asname or alias.name).partition('.')[0] for node in tree.body if isinstance(node, (ast.Import, ast.ImportFrom))
            for alias in node.names}


def bindings(tree):
    """Return the names that a module binds at its top, also in branches."""
    names = set()
    todo = list(tree.body)
    while todo:
        node = todo.pop()
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            names.add(node.name)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            names |= {(alias.asname or alias.name).partition('.')[0] for alias in node.names}
        elif isinstance(node, (ast.If, ast.Try)):
            todo += node.body + node.orelse
        else:
            names |= {target.id for target in ast.walk(node) if isinstance(target, ast.Name) and isinstance(target.ctx, ast.Store)}
    return names


def locals_of(function):
    """Return the names that are local to a function."""
    declared = {name for node in ast.walk(function) if isinstance(node, (ast.Global, ast.Nonlocal)) for name in node.names}
    arguments = {node.arg for node in ast.walk(function) if isinstance(node, ast.arg)}
    stored = {node.id for node in ast.walk(function) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    stored |= {(alias.asname or alias.name).partition('.')[0] for node in ast.walk(function)
               if isinstance(node, (ast.Import, ast.ImportFrom)) for alias in node.names}
    return (arguments | stored) - declared
