# Knows what templates, and the programs that fill them in, have in common. Must not know files.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

__all__ = ['TemplateError', 'safe']


class TemplateError(Exception):
    """A template that is not there, or cannot be compiled.

    :param name: the name of the template.
    :param line: the line of the template, None if it is not about one.
    :param message: what is wrong.

    Attributes: these three.
    """

    def __init__(self, name: str, line: 'int | None', message: str) -> None:
        super().__init__('%s:%d: %s' % (name, line, message) if line else '%s: %s' % (name, message))
        self.name = name
        self.line = line
        self.message = message


class safe:
    """Marks a value as HTML already, which is not to be escaped; templates have it under this name.

    :param value: the value, of which `str` makes HTML.

    Objects with a method `__html__`, such as those of MarkupSafe, need not be marked.

    Example::

        template.render(title=safe('<em>Tomatoes</em>'))
    """

    def __init__(self, value: 'Any') -> None:
        self.value = value

    def __html__(self) -> str:
        return str(self.value)

    __str__ = __html__
