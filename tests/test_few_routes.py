# A board looks at all of its routes, CPython at an index of them: both find the same, the first registered first.

import pytest

from microdot import URLPattern
from microdot.core.router import Router
from microdot.core.routing import FewRoutes

PATTERNS = (
    '/', '', '/a', '/a/', '/a/b', '/a/<name>', '/a/<int:number>', '/<path:rest>', '/<name>/b', '/a/b/<name>/c', '/a%20b', '/a%2Fb',
    '/<re:[a-z]+:word>', '/a/<name>/b', '/a',
)
PATHS = (
    '/', '', '/a', '/a/', '/a/b', '/a/7', '/b', '/b/b', '/a/b/x/c', '/a/b/x/d', '/a%20b', '/%61', '/a%2Fb', '/a/%62', '//', '/a//b',
    'a', '*', '/%00', '/A',
)


def found(router, path):
    """Return the numbers of the routes that match a path."""
    return [number for number, _, match in router.candidates(path) if not match or match(path) is not None]


def routes_of(patterns):
    return [(['GET'], URLPattern(pattern), None, '', None) for pattern in patterns]


def test_few_routes_are_found_as_by_the_index():
    for patterns in (PATTERNS, PATTERNS[::-1], PATTERNS[2:5], ()):
        few, index = FewRoutes(routes_of(patterns)), Router(routes_of(patterns))
        assert few.size == index.size == len(patterns)
        for path in PATHS:
            assert found(few, path) == found(index, path), path
    assert found(FewRoutes(routes_of(PATTERNS)), '/a')


@pytest.mark.parametrize('cls', [FewRoutes, Router])
def test_a_malformed_pattern_is_told(cls):
    with pytest.raises(ValueError, match='no >'):
        cls(routes_of(['/<name']))
