# Knows what the tags of a template mean, and writes it as Python. Must not know where templates are.
from . import TemplateError
from .modules import check
from .scanner import Scanner

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, NoReturn

_PIECE = 1024  # characters of text that a template gives at once, at most

_HEAD = '''# Compiled by utemplate. A number at the end of a line is that of the line in the template.
from utemplate import safe
_name = %r
_text = str
'''


class Compiler:
    """Compiles a template to the module of a generator function `render`, line by line.

    :param name: the name of the template.
    :param read_line: returns the next line of it in UTF-8 with its line end, `b''` at the end.
    :param write: takes the source of the module piece by piece.
    """

    def __init__(self, name: str, read_line: 'Callable[[], bytes]', write: 'Callable[[str], Any]') -> None:
        self.name = name
        self.line = 1  # which is being compiled
        self._read_line = read_line
        self._write = write
        self._literal = ''  # text that was not written yet
        self._literal_line = 1
        self._blocks: 'list[tuple[str, int]]' = []  # open statements and their lines
        self._empty = True  # whether nothing was written into the block
        self._begun = False  # whether the function is
        self._yields = False  # outside of blocks: UPY: what is in a block that never runs does not make a generator

    def compile(self) -> None:
        """Compile all of the template.

        Raises `TemplateError` with the line where it does not follow the language.
        """
        self._write(_HEAD % self.name.rpartition('/')[2])
        for mark, text, line in Scanner(self.name, self._read_line).tokens():
            self.line = line
            if mark == '{{':
                self._flush()
                self._emit('yield _text((%s))' % self._expression(text), True)
            elif mark:
                word, _, rest = text.replace('\t', ' ').partition(' ')
                self._compile_statement(word, rest.strip())
            else:
                self._add_text(text)
        if self._blocks:
            word, self.line = self._blocks[-1]
            self._fail('%s without end%s' % (word, 'if' if word == 'else' else word))
        self._flush()
        if not self._yields:
            self._emit("yield ''")

    def _fail(self, message: str) -> 'NoReturn':
        raise TemplateError(self.name, self.line, message)

    def _compile_statement(self, word: str, rest: str) -> None:
        if word == 'args':
            if self._begun or self._literal.strip():
                self._fail('args has to come first')
            self._check('def render(%s): pass' % rest)
            self._begin(rest)
            return
        self._flush()
        if word in ('if', 'while'):
            self._open(word, '%s (%s):' % (word, self._expression(rest)))
        elif word == 'for':
            self._check('for %s: pass' % rest)
            self._open(word, 'for %s:' % rest)
        elif word in ('elif', 'else'):
            if self._close(word, 'if') == 'else':
                self._fail('%s after else' % word)
            if word == 'elif':
                self._open('if', 'elif (%s):' % self._expression(rest))
            else:
                self._nothing_after(word, rest)
                self._open('else', 'else:')
        elif word in ('endif', 'endfor', 'endwhile'):
            self._nothing_after(word, rest)
            self._close(word, word[3:])
        elif word == 'set':
            if '=' not in rest:
                self._fail('set without =')
            self._check(rest)
            self._emit(rest)
        elif word == 'include':
            self._include(rest)
        else:
            self._fail('unknown statement %s' % word)

    def _nothing_after(self, word: str, rest: str) -> None:
        if rest:
            self._fail('%s takes nothing' % word)

    def _open(self, word: str, code: str) -> None:
        self._emit(code)
        self._blocks.append((word, self.line))
        self._empty = True

    def _close(self, word: str, opened: str) -> str:
        # Ends the block of a statement, and returns which one it was.
        last = self._blocks[-1][0] if self._blocks else ''
        if ('if' if last == 'else' else last) != opened:
            self._fail('%s without %s' % (word, opened))
        if self._empty:
            self._emit('pass')
        self._blocks.pop()
        self._empty = False
        return last

    def _include(self, rest: str) -> None:
        if rest[:2] == '{{':
            end = rest.find('}}')
            name = '(%s)' % self._expression(rest[2:end].strip())
            end += 2
        elif rest[:1] in ('"', "'"):
            end = rest.find(rest[0], 1) + 1
            name = rest[:end]
            if '\\' in name:
                self._fail('not a name of a template')
        else:
            self._fail('include takes "name" or {{ expression }}')
        arguments = rest[end:].strip()
        self._check('include(%s)(%s)' % (name, arguments))
        self._emit('yield from _include(%s)(%s)' % (name, arguments), True)

    def _expression(self, text: str) -> str:
        self._check('(%s)' % text, 'eval')
        if not text:
            self._fail('nothing there')
        return text

    def _check(self, source: str, mode: str = 'exec') -> None:
        try:
            check(source, mode)
        except (SyntaxError, ValueError, OverflowError, RuntimeError) as exc:
            self._fail(str(exc.args[0] if exc.args else exc))

    def _add_text(self, text: str) -> None:
        if not self._literal:
            self._literal_line = self.line
        self._literal += text
        while len(self._literal) > _PIECE:
            self._flush()

    def _flush(self) -> None:
        # Writes a piece of the text.
        if self._literal:
            text = self._literal[:_PIECE]
            self._literal = self._literal[_PIECE:]
            self._emit('yield ' + repr(text), True, self._literal_line)

    def _begin(self, arguments: str) -> None:
        self._begun = True
        self._write('def render(%s):  # %d\n' % (arguments, self.line))

    def _emit(self, code: str, yields: bool = False, line: int = 0) -> None:
        if not self._begun:
            self._begin('')
        self._write('%s%s  # %d\n' % (' ' * (len(self._blocks) + 1), code, line or self.line))
        self._empty = False
        if yields and not self._blocks:
            self._yields = True
