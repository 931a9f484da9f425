# Knows how the reference sees the sources: as type checkers do, each branch for `TYPE_CHECKING` taken, each folder a package.
# Must not know what is documented.
import ast
from pathlib import Path


class TypeChecking(ast.NodeTransformer):
    """Takes the branches that type checkers take, but for what these alone are told of a class."""

    def visit_If(self, node):
        """Replace a fork by its first branch, where type checkers take that."""
        if not is_for_type_checkers(node.test):
            return self.generic_visit(node)
        return [self.visit(statement) for statement in node.body]

    def visit_ClassDef(self, node):
        """Drop what a class has for type checkers: it stands in another class, with its documentation."""
        node.body = [self.visit(statement) for statement in node.body
                     if not (isinstance(statement, ast.If) and is_for_type_checkers(statement.test))] or [ast.Pass()]
        return node


def is_for_type_checkers(test):
    """Tell whether a condition is `TYPE_CHECKING`, or that or another."""
    if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.Or):
        return any(is_for_type_checkers(value) for value in test.values)
    return isinstance(test, ast.Name) and test.id == 'TYPE_CHECKING'


def write_sources(source, target):
    """Write the sources as the reference sees them.

    :param source: a folder with packages.
    :param target: an empty folder to write to.
    """
    source, target = Path(source), Path(target)
    for path in source.rglob('*.py'):
        written = target / path.relative_to(source)
        written.parent.mkdir(parents=True, exist_ok=True)
        written.write_text(ast.unparse(ast.fix_missing_locations(TypeChecking().visit(ast.parse(path.read_bytes())))))
        if written.parent != target:
            (written.parent / '__init__.py').touch()
