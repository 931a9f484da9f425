# Knows how text is put into HTML and XML, and which templates are such. Must not know how templates are compiled.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_ENTITIES = (('&', '&amp;'), ('<', '&lt;'), ('>', '&gt;'), ('"', '&quot;'), ("'", '&#39;'))
_EXTENSIONS = ('html', 'htm', 'xhtml', 'xml', 'svg')


def is_markup(name: str) -> bool:
    """Tell whether a template makes HTML, XML or SVG, by the end of its name; `.tpl` may follow."""
    name = name.lower()
    if name.endswith('.tpl'):
        name = name[:-4]
    stem, _, extension = name.rpartition('.')
    return bool(stem) and extension in _EXTENSIONS


def escape(value: 'Any') -> str:
    """Return a value as text inside of an element or a quoted attribute; as it is if it is HTML and says so by `__html__`."""
    if hasattr(value, '__html__'):
        return str(value.__html__())
    text = str(value)
    for character, entity in _ENTITIES:
        if character in text:
            text = text.replace(character, entity)
    return text
