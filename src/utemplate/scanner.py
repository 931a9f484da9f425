# Knows where the text of a template ends and a tag begins. Must not know what is in a tag.
from . import TemplateError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import NoReturn

_TAG = 8192  # characters of a tag, at most: where its end is missing, not all of the template is read for it
_QUOTES = '"\''


class Scanner:
    """Takes a template apart, line by line.

    :param name: the name of the template.
    :param read_line: returns the next line of it in UTF-8 with its line end, `b''` at the end.
    """

    def __init__(self, name: str, read_line: 'Callable[[], bytes]') -> None:
        self.name = name
        self._read_line = read_line
        self._source = ''  # what was read last
        self._at = 0  # up to where that was given
        self._line = 1  # the line there

    def tokens(self) -> 'Iterator[tuple[str, str, int]]':
        """Iterate over what the template consists of: `''` and text, `'{{'` and an expression or `'{%'` and a statement, and
        the line in which that begins. Comments are left out.

        Raises `TemplateError` for a tag without end.
        """
        while self._at < len(self._source) or self._read():
            start, mark = self._tag()
            if start > self._at:
                text, line = self._source[self._at:start], self._line
                self._advance(start)
                yield '', text, line
            if mark == '{#':
                self._skip_comment()
            elif mark:
                end = self._end(mark, '}}' if mark == '{{' else '%}')
                text, line = self._source[self._at + 2:end - 2], self._line
                self._advance(end)
                yield mark, text.replace('\r', ' ').replace('\n', ' ').strip(), line
            if mark in ('{#', '{%'):
                self._skip_line_end()

    def _fail(self, message: str, line: int = 0) -> 'NoReturn':
        raise TemplateError(self.name, line or self._line, message)

    def _read(self) -> bool:
        line = self._read_line()
        try:
            text = line.decode()
        except ValueError:  # UPY: there is no UnicodeDecodeError
            self._fail('not UTF-8', self._line + self._source[self._at:].count('\n'))
        if self._at == len(self._source):
            self._source = text
            self._at = 0
        else:
            self._source += text
        return bool(line)

    def _tag(self) -> 'tuple[int, str]':
        # Finds the next tag: where it starts, and how.
        start = self._source.find('{', self._at)
        while start >= 0:
            mark = self._source[start:start + 2]
            if mark in ('{{', '{%', '{#'):
                return start, mark
            start = self._source.find('{', start + 1)
        return len(self._source), ''

    def _advance(self, to: int) -> None:
        self._line += self._source[self._at:to].count('\n')
        self._at = to

    def _skip_line_end(self) -> None:
        # A line end behind a statement or a comment belongs to that.
        for end in ('\r\n', '\n'):
            if self._source[self._at:self._at + len(end)] == end:
                self._advance(self._at + len(end))
                return

    def _skip_comment(self) -> None:
        line = self._line
        self._at += 2
        while True:
            end = self._source.find('#}', self._at)
            if end >= 0:
                break
            self._advance(len(self._source))
            if not self._read():
                self._fail('{# without #}', line)
        self._advance(end + 2)

    def _end(self, mark: str, end: str) -> int:
        # Finds the end of a tag, where no bracket and no string is open, reading on as far as it goes.
        at = self._at + 2
        depth = 0
        quote = ''
        while True:
            if len(self._source) - at < 3 and not self._read() and at >= len(self._source):
                self._fail('%s without %s' % (mark, end))
            if at - self._at > _TAG:
                self._fail('%s without %s within %d characters' % (mark, end, _TAG))
            character = self._source[at]
            if quote:
                if character == '\\':
                    at += 1
                elif self._source[at:at + len(quote)] == quote:
                    at += len(quote) - 1
                    quote = ''
                elif character == '\n' and len(quote) == 1:
                    self._fail('string without end')
            elif character in _QUOTES:
                quote = character * 3 if self._source[at:at + 3] == character * 3 else character
                at += len(quote) - 1
            elif not depth and self._source[at:at + 2] == end:
                return at + 2
            elif character in '([{':
                depth += 1
            elif character in ')]}':
                depth -= 1
                if depth < 0:
                    self._fail('unmatched %s' % character)
            at += 1
