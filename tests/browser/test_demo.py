# The demonstration in a browser: each page in light and dark, on a desktop and on a phone, and what its script does.

import hashlib
import re

import pytest
from tests.browser.quality import assert_good
from tests.docs.conftest import PYTHONS, start  # noqa: F401  # a fixture
from tests.runtimes.conftest import free_port

pytestmark = pytest.mark.needs('chromium')

PAGES = ('', 'routes', 'routes/colour/0f7b6c', 'form', 'upload', 'api', 'clock', 'chat', 'cookies', 'login', 'redirects', 'files',
         'errors', 'source/form.py')


@pytest.fixture(scope='module')
def demo(start):  # noqa: F811
    port = free_port()
    return start(*PYTHONS['cpython'], '-m', 'examples.demo', '--port', str(port), port=port)


@pytest.fixture
def visit(chromium, demo):
    """Give a function that opens a page in a window of its own, whose complaints fail the test unless it has taken them."""
    opened = []

    def visit(path):
        context = chromium.context()
        page = context.page()
        page.looks()
        page.open(f'http://localhost:{demo.port}/{path}')
        opened.append((context, page))
        return page

    yield visit
    for context, page in opened:
        complaints = page.complaints()
        context.close()
        assert complaints == []
    demo.assert_no_trouble()


@pytest.mark.parametrize('path', PAGES)
def test_pages_are_good(visit, path):
    assert_good(visit(path))


def test_the_page_of_an_error_is_good(visit):
    page = visit('nowhere')
    assert_good(page)
    assert re.fullmatch(r"\['Failed to load resource: .*404.*'\]", str(page.complaints()))


def test_the_stream_is_good_when_it_has_come(visit):
    page = visit('stream')
    assert page.run('document.querySelectorAll(".wave li").length') == 48
    assert_good(page, keyboard=False)


def test_the_first_thing_by_keyboard_leads_to_the_content(visit):
    page = visit('form')
    page.press('Tab')
    assert page.run('document.activeElement.textContent') == 'Skip to the content'
    assert page.run('document.activeElement.getBoundingClientRect().left') > 0, 'it is seen'
    page.press('Enter', 'Tab')
    assert page.run('document.activeElement.id') == 'name'


def test_a_form_by_keyboard(visit):
    page = visit('form')
    page.focus('#name')
    page.run('document.activeElement.select()')
    page.type('<b>Emma</b>')
    page.press('Tab', 'Tab', ' ')
    page.focus('form button')
    page.enter()
    assert '<b>Emma</b>' in page.run('document.querySelector(".result").innerText')
    assert 'coffee' in page.run('document.querySelector(".result").innerText')
    assert_good(page)


def test_json(visit):
    page = visit('api')
    page.focus('button')
    page.press('Enter')
    page.waits_for('document.querySelector("output").textContent.includes(\'"sum": 31\')')
    assert_good(page)


def test_an_upload_shows_its_progress(visit, tmp_path):
    data = b'Emma' * 500_000
    (tmp_path / 'emma.txt').write_bytes(data)
    page = visit('upload')
    page.run('''window.most = 0
        new MutationObserver(() => { most = Math.max(most, document.querySelector('progress').value) })
            .observe(document.querySelector('progress'), {attributes: true})''')
    page.choose_files('#file', tmp_path / 'emma.txt')
    page.focus('button')
    page.press('Enter')
    page.waits_for(f'document.querySelector(".result")?.innerText.includes("{hashlib.sha256(data).hexdigest()}")')
    assert page.run('most') > len(data)
    assert page.run('document.querySelector("progress").hidden')
    assert_good(page)


def test_the_clock_on_two_screens(visit):
    one, other = visit('clock'), visit('clock')
    for page in (one, other):
        page.waits_for('/^\\d\\d:\\d\\d:\\d\\d$/.test(document.querySelector("[data-event=tick]").textContent)')
        page.waits_for('document.querySelector("[data-event=visitors]").textContent === "2"')
        page.waits_for('document.querySelector("[data-state]").textContent === "Open"')
    other.close()
    one.waits_for('document.querySelector("[data-event=visitors]").textContent === "1"')


def test_a_chat_of_two_pages(visit):
    one, other = visit('chat'), visit('chat')
    for page in (one, other):
        page.waits_for('document.querySelector("[data-state]").textContent === "Open"')
    one.focus('#message')
    one.type('<b>hello</b>')
    one.press('Enter')
    for page in (one, other):
        page.waits_for('[...document.querySelectorAll("[data-messages] li")].at(-1).textContent.endsWith(": <b>hello</b>")')
    assert_good(one)


def test_login(visit):
    page = visit('login/private')
    page.focus('#name')
    page.type('emma')
    page.press('Tab')
    page.type('Hartfield')
    page.enter()
    assert page.url.endswith('/login/private')
    assert 'You are emma.' in page.text
    assert_good(page)
