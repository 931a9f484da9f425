# Knows how the folder docs/ becomes the site: a hook of MkDocs. Must not know what the pages say.
import re
import sys
import tempfile
from pathlib import Path

from mkdocs.plugins import event_priority

ROOT = Path(__file__).parent.parent
sys.path.append(str(ROOT / 'tools'))

from site_source import write_sources  # noqa: E402

# The words after the language of a block, by which the tests know how to run it (tests/docs/test_pages.py).
TITLES = {
    'beside': '', 'cpython': 'CPython', 'pytest': 'With pytest', 'redis': 'CPython, with Redis', 'serve': '',
    'unittest': 'With unittest',
}

BLOCK = re.compile(r'^```(\w+) (\w+)$', re.MULTILINE)
DIAGRAM = re.compile(r'<p><img alt="[^"]*" src="(?:\.\./)*([\w-]+\.svg)" ?/?></p>')


sources = tempfile.TemporaryDirectory()  # gone with the process


@event_priority(100)  # before mkdocstrings looks where it is to read
def on_config(config):
    """Write the sources that the reference is made from."""
    write_sources(ROOT / 'src', sources.name)
    config.plugins['mkdocstrings'].config['handlers']['python']['paths'] = [sources.name]
    return config


def on_page_markdown(markdown, **_):
    """Write the word that says what runs a block above that block."""
    return BLOCK.sub(titled, markdown)


def titled(match):
    """Return the first line of a block with a title."""
    title = TITLES[match[2]]
    return f'```{match[1]}' + (f' title="{title}"' if title else '')


def on_page_content(html, **_):
    """Put diagrams that ask for the colours of the page into it."""
    return DIAGRAM.sub(inlined, html)


def inlined(match):
    """Return the source of a diagram in place of a link to it, if it asks for colours of the page."""
    source = (ROOT / 'docs' / match[1]).read_text()
    return source if '--md-' in source else match[0]


def on_post_page(output, **_):
    """Name the theme's dialog for searching, for those who hear it."""
    return output.replace('role="dialog"', 'role="dialog" aria-label="Search"')
