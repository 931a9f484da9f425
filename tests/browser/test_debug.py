# The page of debug mode about an exception, in a browser: as every page has to be, and with what a developer looks for.

import re

import pytest
from tests.browser.quality import assert_good
from tests.cli.conftest import folder  # noqa: F401  # a fixture

pytestmark = pytest.mark.needs('chromium')

APP = '''
from microdot import Microdot

app = Microdot()
books = {'emma': 1815}


@app.route('/books/<name>', methods=['GET', 'POST'])
async def book(request, name):
    try:
        return str(books[name])
    except KeyError as exc:
        raise LookupError('no book of this name ' + 60 * name) from exc
'''


@pytest.fixture
def page(folder, chromium):  # noqa: F811
    folder.write('app.py', APP)
    process = folder.serve('--debug')
    context = chromium.context()
    page = context.page()
    page.looks()
    page.open(f'http://localhost:{process.port}/books/persuasion?password=hartfield&page=' + 300 * 'x')
    yield page
    context.close()


def test_it_is_good(page):
    assert_good(page)
    page.run('document.querySelectorAll("details").forEach(part => { part.open = true })')
    assert_good(page, keyboard=False)
    assert re.fullmatch(r"\['Failed to load resource: .*500.*'\]", str(page.complaints()))


def test_it_shows_where(page):
    assert page.run('document.querySelector("mark").textContent').split() == [
        '13', 'raise', "LookupError('no", 'book', 'of', 'this', 'name', "'", '+', '60', '*', 'name)', 'from', 'exc']
    assert 'book in app.py, line 13' in page.text
    assert "caused by KeyError: 'persuasion'" in page.text
    assert 'hartfield' not in page.text


def test_the_traceback_is_opened_by_keyboard(page):
    assert 'Traceback (most recent call last)' not in page.text
    page.run('document.querySelector("main > details:last-of-type > summary").focus()')
    page.press('Enter')
    assert 'Traceback (most recent call last)' in page.text
