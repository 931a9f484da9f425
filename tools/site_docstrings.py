# Knows how a docstring of Microdot reads in the reference: an extension of Griffe. Must not know what is in it.
#
# Parameters stand as `:param name: text` between paragraphs, and examples as indented blocks below `Example::`; Griffe's parser
# for the style of Google gets them as sections.
import re
import textwrap

import griffe

PARAMETER = re.compile(r'^:param (\w+): (.*(?:\n[ \t]+\S.*)*)\n?', re.MULTILINE)
EXAMPLE = re.compile(r'^Example::\n\n((?:    .*\n|\n)+)', re.MULTILINE)


class Docstrings(griffe.Extension):
    """Rewrites each docstring before it is parsed."""

    def on_object(self, *, obj, **_):
        """Rewrite the docstring of an object."""
        if obj.docstring and not obj.is_alias:
            obj.docstring.value = rewritten(obj.docstring.value, {parameter.name for parameter in parameters(obj)})


def parameters(obj):
    """Return the parameters of a function, or of what makes an object of a class."""
    if obj.is_class and '__init__' in obj.members:
        obj = obj.members['__init__']
    return obj.parameters if obj.is_function else ()


def rewritten(text, names):
    """Return a docstring with its parameters in a section of their own; those in `names` alone, the others as a list."""
    found = [(name, re.sub(r'\s+', ' ', meaning)) for name, meaning in PARAMETER.findall(text)]
    text = PARAMETER.sub('', text)
    text = EXAMPLE.sub(lambda match: f'```python\n{textwrap.dedent(match[1]).strip()}\n```\n', text + '\n')
    listed = [f'* `{name}`: {meaning}' for name, meaning in found if name not in names]
    documented = [f'    {name}: {meaning}' for name, meaning in found if name in names]
    parts = [text.strip(), '\n'.join(listed)]
    if documented:
        parts.append('Args:\n' + '\n'.join(documented))
    return '\n\n'.join(part for part in parts if part)
