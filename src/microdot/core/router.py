# Knows how the routes that may match a path are found among many. Must not know requests or handlers.
from .routing import path_key

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from .routing import Candidate, Route


class Router:
    """Finds the routes that may match a path, in a time that does not depend on their number.

    :param routes: a list of routes: (methods, pattern, handler, URL prefix, sub-application), the first registered first.

    Raises `ValueError` for a malformed pattern.
    """

    def __init__(self, routes: 'list[Route]') -> None:
        self.size = len(routes)
        self._exact: 'dict[str, list[Candidate]]' = {}  # what may match the path of a static pattern
        self._prefixed: 'dict[str, list[Candidate]]' = {}  # what may match other paths, by static segments they begin with
        self._depth = 0
        for i in range(len(routes)):
            pattern = routes[i][1]
            static = []
            for segment in pattern.parse():
                if not isinstance(segment, str):
                    break
                static.append(segment)
            key = path_key(static)
            if len(static) == len(pattern.segments):
                self._exact.setdefault(key, []).append((i, routes[i], None))
            else:
                self._prefixed.setdefault(key, []).append((i, routes[i], pattern.match))
                self._depth = max(self._depth, len(static))
        # The longest keys first, as they take what the shorter ones have of their own.
        for index in (self._exact, self._prefixed):
            for key in sorted(index, key=len, reverse=True):
                self._add_shorter(key, index[key])

    def _add_shorter(self, key: str, candidates: 'list[Candidate]') -> None:
        # Adds what a key's shorter prefixes have, the first registered first.
        end = 0
        own = len(candidates)
        while 0 <= end < len(key):
            candidates.extend(self._prefixed.get(key[:end], ()))
            end = key.find('/', end + 1)
        if len(candidates) > own:
            candidates.sort()

    def candidates(self, path: str) -> 'Sequence[Candidate]':
        """Return what may match a path, the first registered first: (number, route, function to match the path or None)."""
        key = path
        if '%' in path:
            from .patterns import split_path

            key = path_key(split_path(path))
        found: 'Sequence[Candidate] | None' = self._exact.get(key)
        if found is None:
            end = 0
            for _ in range(self._depth):
                following = key.find('/', end + 1)
                if following < 0:
                    break
                end = following
            while found is None and end >= 0:
                found = self._prefixed.get(key[:end])
                end = key.rfind('/', 0, end)
        return found or ()
