# Knows URL patterns, and finds the routes that may match a path. Must not know requests or handlers.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    Parser = Callable[[str], Any]
    Route = tuple[list[str], 'URLPattern', Callable[..., Any], str, Any]
    Candidate = tuple[int, Route, Callable[[str], dict[str, Any] | None] | None]


class URLPattern:
    """A pattern for the path of a URL.

    :param url_pattern: segments joined by slashes. A segment is literal text, `<name>` (text without a slash),
                        `<int:name>` (an integer), `<path:name>` (the rest, slashes included), `<re:REGEX:name>` or a type that was
                        registered with `register_type`.

    Example::

        URLPattern('/users/<int:id>').match('/users/3') == {'id': 3}
    """

    segment_patterns = {'string': '/([^/]+)', 'int': '/(-?\\d+)', 'path': '/(.+)'}
    segment_parsers: 'dict[str, Parser]' = {'int': int}
    name: 'str | None' = None  # of the route, if it is not that of the function

    def __init__(self, url_pattern: str) -> None:
        self.url_pattern = url_pattern
        self.segments: 'list[Any]' = []
        self.regex: 'Any' = None
        self._match: 'Callable[[list[Any], str], dict[str, Any] | None] | None' = None

    @classmethod
    def register_type(cls, type_name: str, pattern: str = '[^/]+', parser: 'Parser | None' = None) -> None:
        """Register a type of segments, for all applications; an earlier one of that name is replaced.

        :param type_name: the name to use in patterns.
        :param pattern: the regular expression that the whole segment must match.
        :param parser: called with the text of the segment, it returns the value; None or `ValueError` refuses the segment.

        Example::

            URLPattern.register_type('hex', '[0-9a-f]+', lambda text: int(text, 16))
        """
        cls.segment_patterns[type_name] = '/(' + pattern + ')'
        cls.segment_parsers.pop(type_name, None)
        if parser:
            cls.segment_parsers[type_name] = parser

    def compile(self) -> 'Any':
        """Return the pattern as a compiled regular expression, which `match` does not need.

        Raises `ValueError` if the pattern is malformed.
        """
        from .patterns import compile_pattern

        self.regex = compile_pattern(self)
        return self.regex

    def match(self, path: str) -> 'dict[str, Any] | None':
        """Match a path.

        :param path: the path as sent, each segment percent-encoded.

        Returns the values by name, or None if the path does not match.
        """
        if self._match is None:
            from .patterns import match

            self._match = match
        return self._match(self.segments or self.parse(), path)

    def parse(self) -> 'list[Any]':
        """Split the pattern into its segments; `ValueError` if it is malformed."""
        text = self.url_pattern
        if '<' in text or '%' in text:
            from .patterns import parse

            self.segments = parse(self)
        else:
            self.segments = (text[1:] if text[:1] == '/' else text).split('/')
        return self.segments


def path_key(segments: 'list[str]') -> str:
    """Join decoded segments so that a slash inside of one is not taken for one between two."""
    return ''.join(['/' + segment.replace('\0', '\0\0').replace('/', '\0.') for segment in segments])


class FewRoutes:
    """Finds the routes that may match a path by looking at all, with the verbs of `Router`.

    UPY: the index of many takes 600 bytes of heap more.

    :param routes: a list of routes: (methods, pattern, handler, URL prefix, sub-application), the first registered first.

    Raises `ValueError` for a malformed pattern.
    """

    def __init__(self, routes: 'list[Route]') -> None:
        self.size = len(routes)
        self._routes: 'list[tuple[str | None, Candidate]]' = []  # with the path of those whose pattern is static
        for i in range(len(routes)):
            pattern = routes[i][1]
            key = None
            for segment in pattern.parse():
                if not isinstance(segment, str):
                    break
            else:
                key = path_key(pattern.segments)
            self._routes.append((key, (i, routes[i], None if key else pattern.match)))

    def candidates(self, path: str) -> 'Sequence[Candidate]':
        """Return what may match a path, the first registered first: (number, route, function to match the path or None)."""
        key = path
        if '%' in path:
            from .patterns import split_path

            key = path_key(split_path(path))
        found = []
        for own, candidate in self._routes:
            if own is None or own == key:
                found.append(candidate)  # UPY: a comprehension is one more function
        return found
