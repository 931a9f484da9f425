# Knows the placeholders of URL patterns, and matches them with paths. Must not know requests or handlers.
import re

from .routing import URLPattern
from .urls import unquote

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from .routing import Parser

_SEGMENT, _INTEGER, _PATH = '/([^/]+)', '/(-?\\d+)', '/(.+)'
_MOST = 64  # segments of a path that is matched with several parts that may hold slashes: what takes too long


def compile_pattern(pattern: URLPattern) -> 'Any':
    """Return a pattern as a compiled regular expression."""
    text = ''
    for segment in pattern.parse():
        text += '/' + _escape(segment) if isinstance(segment, str) else segment[1]
    return re.compile('^' + text + '$')


def parse(pattern: URLPattern) -> 'list[Any]':
    """Split a pattern into its segments: text, or for a placeholder its name, regular expression, kind and parser."""
    segments: 'list[Any]' = []
    text = pattern.url_pattern
    position = 1 if text[:1] == '/' else 0
    while position <= len(text):
        end = text.find('/', position)
        if text[position:position + 1] == '<':
            end = text.find('>', position) + 1
            while end and text[end:end + 1] not in ('', '/'):
                end = text.find('>', end) + 1
            if not end:
                raise ValueError('no > at the end of a segment in ' + text)
            segments.append(_placeholder(pattern, text[position + 1:end - 1]))
        else:
            if end < 0:
                end = len(text)
            if '<' in text[position:end]:
                raise ValueError('a placeholder must fill its segment in ' + text)
            segments.append(unquote(text[position:end].encode()))
        position = end + 1
    return segments


def _placeholder(owner: URLPattern, text: str) -> 'tuple[str, str, Callable[[str], bool], Parser | None, bool]':
    # Name, regular expression, function that tells whether a text matches, parser, and whether the text may hold slashes.
    if text[:3] == 're:':
        pattern, _, name = text[3:].rpartition(':')
        pattern = '/(' + pattern + ')'
        parser = None
    else:
        type_name, _, name = text.rpartition(':')
        type_name = type_name or 'string'
        if type_name not in owner.segment_patterns:
            raise ValueError('unknown type ' + type_name + ' in ' + owner.url_pattern)
        pattern = owner.segment_patterns[type_name]
        parser = owner.segment_parsers.get(type_name)
    if not name or '<' in name or '>' in name:
        raise ValueError('a placeholder needs a name and its whole segment in ' + owner.url_pattern)
    if pattern == _INTEGER:
        return name, pattern, _is_integer, parser, False
    if pattern in (_SEGMENT, _PATH):
        return name, pattern, bool, parser, pattern == _PATH
    pattern = pattern[1:]  # without the slash before the segment
    return name, '/' + pattern, _matcher(pattern), parser, _spans(pattern)


def match(parts: 'list[Any]', path: str) -> 'dict[str, Any] | None':
    """Match the segments of a pattern with a path, and return the values of its placeholders by name."""
    values: 'dict[str, Any]' = {}
    segments = split_path(path)
    if not segments or not _match(parts, 0, segments, 0, values):
        return None
    for part in parts:
        if not isinstance(part, str) and part[3]:
            name, _, _, parser, _ = part
            try:
                value = parser(values[name])
            except ValueError:
                return None
            if value is None:
                return None
            values[name] = value
    return values


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
    if len(segments) - j < len(parts) - i:
        return False
    while i < len(parts):
        part = parts[i]
        text = segments[j]
        if isinstance(part, str):
            if part != text:
                return False
        elif part[4]:
            return _match_spanning(parts, i, segments, j, texts)
        elif part[2](text):
            texts[part[0]] = text
        else:
            return False
        i += 1
        j += 1
    return j == len(segments)


def _match_spanning(parts: 'list[Any]', i: int, segments: 'list[str]', j: int, texts: 'dict[str, str]') -> bool:
    # A part that may hold slashes takes as many segments as it can.
    name, _, accepts, _, _ = parts[i]
    longest = len(segments) - (len(parts) - i - 1)
    shortest = longest  # which the parts that follow decide, unless one of them may hold slashes too
    if any(not isinstance(part, str) and part[4] for part in parts[i + 1:]):
        if len(segments) > _MOST:
            return False
        shortest = j + 1
    for end in range(longest, max(shortest, j + 1) - 1, -1):
        if _match(parts, i + 1, segments, end, texts):
            text = '/'.join(segments[j:end])
            if accepts(text):
                texts[name] = text
                return True
    return False


def _is_integer(text: str) -> bool:
    digits = text[1:] if text[:1] == '-' else text
    return bool(digits) and not digits.strip('0123456789')


def _spans(pattern: str) -> bool:
    # Whether what a regular expression matches may hold slashes: as such, by their number, or in a class or a range.
    if any(part in pattern for part in ('/', '.', '[^', '\\D', '\\S', '\\W', '\\x', '\\u', '\\U', '\\N', '\\0', '\\5')):
        return True
    return any(pattern[i] == '-' and pattern[i - 1] <= '/' <= pattern[i + 1:i + 2] for i in range(1, len(pattern)))


def _matcher(pattern: str) -> 'Callable[[str], bool]':
    find = re.compile('^' + pattern + '$').match

    def matches(text: str) -> bool:
        found = find(text)
        return found is not None and found.group(0) == text  # a $ also matches before a line end

    return matches


def _escape(text: str) -> str:
    return ''.join(c if c.isalpha() or c.isdigit() or c == '_' else '\\' + c for c in text)
