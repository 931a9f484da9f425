# The documentation site builds without a warning, nothing on its pages leads nowhere or is loaded from elsewhere, and its
# reference has every public name.

import ast
import functools
import html.parser
import http.server
import json
import os
import re
import subprocess
import sys
import threading
import urllib.parse

import pytest
from site_docstrings import rewritten
from tests.browser.conftest import chromium  # noqa: F401  # a fixture
from tests.browser.quality import assert_accessible, assert_fits
from tests.conftest import ROOT

NOT_PUBLIC = {
    'microdot.auth.BaseAuth',      # what its subclasses share
    'microdot.auth.quoted',
    'microdot.cli.NotFound',       # of the command line, which has a page of its own
    'microdot.cli.find_app',
    'microdot.cli.main',
    'microdot.cors.listed',
    'microdot.debug.answer',       # what debug mode does by itself
    'microdot.debug.watch',
    'microdot.iscoroutine',
    'microdot.multipart.Values',   # a dictionary, by its name among the types
    'microdot.ratelimit.client_network',
    'microdot.ratelimit.parse_rate',
    'microdot.session.session_of',
    'microdot.static.is_reserved',
    'microdot.static.is_safe',
    'microdot.websocket.websocket_wrapper',
}
TIMEOUT = 300  # seconds

# What loads something, by element.
LOADING = {'img': 'src', 'script': 'src', 'link': 'href', 'iframe': 'src', 'source': 'src', 'object': 'data', 'image': 'href'}


class Page(html.parser.HTMLParser):
    """A page of the site: `links`, what it loads, and `ids`, what may be led to."""

    def __init__(self, path):
        super().__init__()
        self.links, self.loaded, self.ids = [], [], {''}
        self.feed(path.read_text())
        self.close()

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if 'id' in attributes:
            self.ids.add(attributes['id'])
        if tag == 'a' and 'href' in attributes:
            self.links.append(attributes['href'])
        loaded = attributes.get(LOADING.get(tag))
        if loaded and attributes.get('rel') not in ('next', 'prev'):
            self.loaded.append(loaded)


@pytest.fixture(scope='module')
def site(tmp_path_factory):
    """Build the site, and return its folder."""
    folder = tmp_path_factory.mktemp('site')
    command = re.search(r'python (-m mkdocs .*) \$\(ARGS\)$', (ROOT / 'Makefile').read_text(), re.MULTILINE)[1]
    run = subprocess.run([sys.executable, *command.split(), '--site-dir', folder], cwd=ROOT, timeout=TIMEOUT, check=False,
                         env={**os.environ, 'NO_MKDOCS_2_WARNING': '1'}, text=True,
                         stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    assert run.returncode == 0, run.stdout
    return folder


@pytest.fixture(scope='module')
def pages(site):
    """Return the pages of the site by their paths."""
    return {path: Page(path) for path in site.rglob('*.html')}


def test_every_page_is_there(site):
    for page in (ROOT / 'docs').rglob('*.md'):
        path = page.relative_to(ROOT / 'docs').with_suffix('')
        assert (site / (path.parent if path.name == 'index' else path) / 'index.html').is_file()


def test_links_lead_somewhere(site, pages):
    for path, page in pages.items():
        for link in page.links:
            url = urllib.parse.urlsplit(link)
            if url.scheme or path.name == '404.html':
                assert url.scheme in {'', 'https'}, link
                continue
            target = (path.parent / urllib.parse.unquote(url.path)).resolve() if url.path else path
            target = target / 'index.html' if target.is_dir() else target
            assert target.is_relative_to(site), link
            assert target.is_file(), (path, link)
            assert target not in pages or urllib.parse.unquote(url.fragment) in pages[target].ids | {'__skip'}, (path, link)


def test_nothing_is_loaded_from_elsewhere(site, pages):
    for path, page in pages.items():
        assert page.loaded
        for link in page.loaded:
            assert not re.match(r'(\w+:)?//', link), (path, link)
    for path in site.rglob('*.css'):
        assert not re.search(r'(url\(|@import)\s*["\']?(https?:)?//', path.read_text()), path
    # What the theme's script would load from elsewhere is for diagrams, and for the stars of a repository.
    assert not any('class="mermaid"' in path.read_text() or 'data-md-component="source"' in path.read_text() for path in pages)


def test_every_page_can_be_found(site, pages):
    index = json.loads((site / 'search/search_index.json').read_text())
    found = {entry['location'].partition('#')[0] for entry in index['docs']}
    assert found == {f'{path.parent.relative_to(site)}/'.removeprefix('./') for path in pages if path.name != '404.html'}


def documented():
    """Return the names that the pages of the reference ask for."""
    return [name for path in sorted((ROOT / 'docs/reference').glob('*.md'))
            for name in re.findall(r'^::: (\S+)$', path.read_text(), re.MULTILINE)]


def test_the_reference_names_nothing_twice():
    assert len(documented()) == len(set(documented()))


def public_names():
    """Return what is defined in the modules that users import, or handed on there, as names with the module's."""
    names = {f'utemplate.{loader}.Loader' for loader in ('compiled', 'recompile', 'source')}
    folder = ROOT / 'src/microdot'
    for path in [folder / '__init__.py', *folder.glob('*.py'), *folder.glob('*/__init__.py'), ROOT / 'src/utemplate/__init__.py']:
        module = path.relative_to(ROOT / 'src').with_suffix('').as_posix().replace('/', '.').removesuffix('.__init__')
        names |= {f'{module}.{name}' for name in defined(ast.parse(path.read_bytes()))}
    return names


def defined(module):
    """Return the names of classes and functions of a module, those handed on (`import x as x`) included."""
    names, listed = set(), None
    for node in ast.walk(module):
        if isinstance(node, ast.ImportFrom):
            names |= {alias.name for alias in node.names if alias.asname == alias.name}
        elif isinstance(node, ast.Assign) and getattr(node.targets[0], 'id', '') == '__all__':
            listed = set(ast.literal_eval(node.value))
    names |= {node.name for node in module.body if isinstance(node, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef))}
    return listed or {name for name in names if not name.startswith('_')}


# The doors of version 2.7, and those of other servers, hand on what is documented under `microdot` and `microdot.websocket`; the
# command line and its help at the keyboard are not called by applications.
HANDED_ON = re.compile(r'microdot\.(microdot|helpers|asgi|rsgi|wsgi|server|cli|debug|__main__)\.')


def test_the_reference_has_every_public_name():
    names = {name for name in public_names() if not HANDED_ON.match(name)} - NOT_PUBLIC
    assert not names - set(documented())
    assert len(names) > 40


@pytest.mark.parametrize(('text', 'parts'), [
    ('Do.\n\n:param a: one,\n          two.\n:param b: three.\n\nRaises it.\n\nExample::\n\n    x\n\n        y\n',
     'Do.\n\n\nRaises it.\n\n```python\nx\n\n    y\n```\n\nArgs:\n    a: one, two.\n    b: three.'),
    ('Do.\n\n:param other: one.', 'Do.\n\n* `other`: one.'),
])
def test_docstrings(text, parts):
    assert rewritten(text, {'a', 'b'}) == parts


# In a browser.

@pytest.fixture(scope='module')
def shown(chromium, site):  # noqa: F811
    """Give a function that opens a page of the site."""
    handler = functools.partial(QuietHandler, directory=site)
    server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    context = chromium.context()
    page = context.page()

    def shown(path, dark=False, phone=False):
        page.looks(dark, phone)
        page.open(f'http://localhost:{server.server_port}/{path}')
        return page

    yield shown
    context.close()
    server.shutdown()
    thread.join()
    server.server_close()


class QuietHandler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *args):
        pass


@pytest.mark.needs('chromium')
@pytest.mark.parametrize(('path', 'dark', 'phone'), [
    ('', False, True), ('', True, False), ('install/', False, False), ('server/', True, True), ('architecture/', False, True),
    ('reference/testing/', True, False)])
def test_pages_are_good(shown, path, dark, phone):
    page = shown(path, dark, phone)
    assert page.run('getComputedStyle(document.body).colorScheme') == ('dark' if dark else 'light')
    assert_fits(page)
    assert_accessible(page)
    assert page.complaints() == []


@pytest.mark.needs('chromium')
def test_names_in_tables_are_whole(shown):
    page = shown('server/', phone=True)
    lines = page.run("[...document.querySelectorAll('td:first-child code')].map(code => code.getClientRects().length)")
    assert len(lines) > 20
    assert set(lines) == {1}


@pytest.mark.needs('chromium')
def test_what_is_copied_of_a_terminal_is_what_was_typed(shown):
    page = shown('')
    page.run("document.addEventListener('copy', event => { window.copied = event.target.value })")
    page.run("document.querySelectorAll('pre')[1].scrollIntoView()")
    page.waits_for("document.querySelectorAll('[data-md-type=copy]').length === 2")
    page.run("document.querySelectorAll('[data-md-type=copy]')[1].click()")
    assert page.waits_for('window.copied').split('\n') == ['python hello.py', '', 'curl http://127.0.0.1:5000/']


@pytest.mark.needs('chromium')
def test_the_search_finds(shown):
    page = shown('')
    page.focus('[data-md-component=search-query]')
    page.type('session.renew')
    assert 'Sessions' in page.waits_for("document.querySelector('.md-search-result__item')?.innerText")
