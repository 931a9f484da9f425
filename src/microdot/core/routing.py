# Knows URL patterns, and finds the routes that match a path. Must not know requests or handlers.
import re

from .urls import unquote

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

    def __init__(self, url_pattern: str) -> None:
        self.url_pattern = url_pattern
        self.segments: 'list[Any]' = []
        self.regex: 'Any' = None

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
        text = ''
        for segment in self.parse():
            text += '/' + _escape(segment) if isinstance(segment, str) else segment[1]
        self.regex = re.compile('^' + text + '$')
        return self.regex

    def match(self, path: str) -> 'dict[str, Any] | None':
        """Match a path.

        :param path: the path as sent, each segment percent-encoded.

        Returns the values by name, or None if the path does not match.
        """
        texts: 'dict[str, str]' = {}
        segments = split_path(path)
        if not segments or not _match(self.segments or self.parse(), 0, segments, 0, texts):
            return None
        values: 'dict[str, Any]' = {}
        for segment in self.segments:
            if not isinstance(segment, str):
                name, _, _, parser = segment
                try:
                    values[name] = parser(texts[name]) if parser else texts[name]
                except ValueError:
                    return None
                if values[name] is None:
                    return None
        return values

    def parse(self) -> 'list[Any]':
        """Split the pattern into its segments; `ValueError` if it is malformed."""
        segments: 'list[Any]' = []
        text = self.url_pattern
        position = 1 if text[:1] == '/' else 0
        while position <= len(text):
            end = text.find('/', position)
            if text[position:position + 1] == '<':
                end = text.find('>', position) + 1
                while end and text[end:end + 1] not in ('', '/'):
                    end = text.find('>', end) + 1
                if not end:
                    raise ValueError('no > at the end of a segment in ' + text)
                segments.append(self._placeholder(text[position + 1:end - 1]))
            else:
                if end < 0:
                    end = len(text)
                if '<' in text[position:end]:
                    raise ValueError('a placeholder must fill its segment in ' + text)
                segments.append(unquote(text[position:end].encode()))
            position = end + 1
        self.segments = segments
        return segments

    def _placeholder(self, text: str) -> 'tuple[str, str, Any, Parser | None]':
        # Name, regular expression, what a text must match (_STRING, _INT, _PATH or a compiled expression) and parser.
        if text[:3] == 're:':
            pattern, _, name = text[3:].rpartition(':')
            pattern = '/(' + pattern + ')'
            parser = None
        else:
            type_name, _, name = text.rpartition(':')
            type_name = type_name or 'string'
            if type_name not in self.segment_patterns:
                raise ValueError('unknown type ' + type_name + ' in ' + self.url_pattern)
            pattern = self.segment_patterns[type_name]
            parser = self.segment_parsers.get(type_name)
        kind = _KINDS.get(pattern)
        return name, pattern, re.compile('^' + pattern[1:] + '$') if kind is None else kind, parser


_STRING, _INT, _PATH = 0, 1, 2
_KINDS = {'/([^/]+)': _STRING, '/(-?\\d+)': _INT, '/(.+)': _PATH}


def split_path(path: str) -> 'list[str]':
    """Split a path into its segments, percent-decoded; `[]` if it does not begin with a slash."""
    if path[:1] != '/':
        return []
    segments = path.split('/')
    if '%' in path:
        segments = [unquote(segment.encode()) for segment in segments]
    return segments[1:]


def _match(parts: 'list[Any]', i: int, segments: 'list[str]', j: int, texts: 'dict[str, str]') -> bool:
    # Whether the parts of a pattern from i on match the segments from j on; recursive in the pattern only.
    for i in range(i, len(parts)):
        part = parts[i]
        if j >= len(segments):
            return False
        if isinstance(part, str):
            if part != segments[j]:
                return False
        elif part[2] in (_STRING, _INT):
            text = segments[j]
            if not text or (part[2] == _INT and (text[1:] if text[0] == '-' else text).strip('0123456789')) or text == '-':
                return False
            texts[part[0]] = text
        else:
            return _match_spanning(parts, i, segments, j, texts)
        j += 1
    return j == len(segments)


def _match_spanning(parts: 'list[Any]', i: int, segments: 'list[str]', j: int, texts: 'dict[str, str]') -> bool:
    # A part that may hold slashes takes as many segments as it can.
    name, _, kind, _ = parts[i]
    longest = len(segments) - (len(parts) - i - 1)
    fixed = all(isinstance(part, str) or part[2] in (_STRING, _INT) for part in parts[i + 1:])
    for end in range(longest, longest - 1 if fixed else j, -1):
        text = '/'.join(segments[j:end])
        if _accepts(kind, text) and end > j and _match(parts, i + 1, segments, end, texts):
            texts[name] = text
            return True
    return False


def _accepts(kind: 'Any', text: str) -> bool:
    if kind == _PATH:
        return bool(text)
    match = kind.match(text)
    return bool(match) and match.group(0) == text  # a $ also matches before a line end


def _escape(text: str) -> str:
    return ''.join(c if c.isalpha() or c.isdigit() or c == '_' else '\\' + c for c in text)


class Router:
    """Finds the routes that may match a path, in a time that does not depend on their number.

    :param routes: a list of routes: (methods, pattern, handler, URL prefix, sub-application), the first registered first.

    Raises `ValueError` for a malformed pattern.
    """

    def __init__(self, routes: 'list[Route]') -> None:
        self.size = len(routes)
        self._exact: 'dict[str, list[Candidate]]' = {}  # static patterns by their path
        self._prefixed: 'dict[str, list[Candidate]]' = {}  # others by the static segments they begin with
        self._depth = 0
        for i in range(len(routes)):
            pattern = routes[i][1]
            static = []
            for segment in pattern.parse():
                if not isinstance(segment, str):
                    break
                static.append(segment)
            key = _key(static)
            if len(static) == len(pattern.segments):
                self._exact.setdefault(key, []).append((i, routes[i], None))
            else:
                self._prefixed.setdefault(key, []).append((i, routes[i], pattern.match))
                self._depth = max(self._depth, len(static))

    def candidates(self, path: str) -> 'Sequence[Candidate]':
        """Return what may match a path, the first registered first: (number, route, function to match the path or None)."""
        key = _key(split_path(path)) if '%' in path else path
        exact = self._exact.get(key, ())
        if not self._prefixed:
            return exact
        found = list(exact)
        end = 0
        for _ in range(self._depth + 1):
            found.extend(self._prefixed.get(key[:end], ()))
            end = key.find('/', end + 1)
            if end < 0:
                break
        if len(found) > 1:
            found.sort()
        return found


def _key(segments: 'list[str]') -> str:
    # A slash inside a segment is not one between two.
    return ''.join(['/' + segment.replace('/', '\0') for segment in segments])
