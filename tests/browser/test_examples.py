# The examples with a page, in a browser: as a person meets them, and as every page has to be.

import sys

import pytest
from tests.browser.quality import assert_good
from tests.docs.conftest import start  # noqa: F401  # a fixture
from tests.examples.conftest import launch_example  # noqa: F401
from tests.runtimes.conftest import free_port

pytestmark = pytest.mark.needs('chromium')
on_cpython = pytest.mark.parametrize('python', ['cpython'])  # the other Python sends the same pages


@pytest.fixture
def visit(chromium, launch_example, python):  # noqa: F811
    """Give a function that opens a page of an example, each in a window of its own, whose complaints fail the test."""
    opened = []

    def visit(name, path='/', host='localhost'):
        process = launch_example(name, python)
        context = chromium.context()
        page = context.page()
        page.looks()
        page.open(f'http://{host}:{process.port}{path}')
        opened.append((context, page, process))
        return page

    yield visit
    for context, page, process in opened:
        assert_complains_of(page)
        context.close()
        process.assert_no_trouble()


def assert_complains_of(page, *texts):
    """Look that a page has complained of this and of nothing else."""
    complaints = [text for text in page.complaints() if not text.endswith('/favicon.ico')]  # answers without a page ask for it
    assert len(complaints) == len(texts)
    for text, complaint in zip(texts, complaints, strict=True):
        assert text in complaint


@on_cpython
@pytest.mark.parametrize(('name', 'path'), [
    ('forms', '/'), ('templates', '/'), ('static site', '/'), ('static site', '/tea/'), ('video', '/'), ('uploads', '/'),
    ('chat', '/'), ('dashboard', '/'), ('sessions', '/'), ('login', '/login'), ('login', '/register'), ('cors', '/'),
    ('csrf', '/'), ('csrf', '/trap'), ('pins', '/'), ('captive portal', '/')])
def test_pages_are_good(visit, name, path):
    assert_good(visit(name, path))


def test_a_form_by_keyboard(visit):
    page = visit('forms')
    page.press('Tab', 'Tab', 'Tab', 'Tab', ' ', 'Tab')
    page.enter()
    assert 'Please tell us your name.' in page.text
    assert page.run('document.querySelector("[name=milk]").checked')
    assert_complains_of(page, 'status of 422')
    page.press('Tab')
    page.type('Emma')
    page.press('Tab', 'ArrowDown', 'Tab')
    page.enter()
    assert page.text.splitlines()[0] == 'Thank you, Emma'
    assert '1 cups of Assam, with milk.' in page.text


@on_cpython
def test_templates(visit):
    page = visit('templates')
    page.press('Tab')
    page.type('Freind')
    page.enter()
    assert page.run('[...document.querySelectorAll("li")].map(line => line.textContent)') == ['Love & Freindship, 1790']


@on_cpython
def test_a_site_of_files(visit):
    page = visit('static site')
    assert page.run('getComputedStyle(document.querySelector("h1")).color') == 'rgb(44, 107, 63)'
    page.looks(dark=True)
    assert page.run('getComputedStyle(document.querySelector("h1")).color') == 'rgb(143, 207, 156)'
    page.press('Tab')
    page.enter()
    assert page.url.endswith('/tea/')


@on_cpython
def test_video(visit):
    page = visit('video')
    assert page.waits_for('document.querySelector("img").naturalWidth') == 160
    page.run('''window.look = () => {
        const canvas = document.createElement('canvas')
        canvas.getContext('2d').drawImage(document.querySelector('img'), 0, 0)
        return canvas.toDataURL()
    }; window.first = look()''')
    page.waits_for('look() !== first')


def test_upload_with_progress(visit, tmp_path, launch_example, python):  # noqa: F811
    page = visit('uploads')
    for name in ('one.bin', 'two.bin'):
        (tmp_path / name).write_bytes(name.encode() * 300_000)
    page.run('''window.seen = []
        new MutationObserver(() => seen.push(document.querySelector('progress').value))
            .observe(document.querySelector('progress'), {attributes: true})''')
    page.choose_files('input', tmp_path / 'one.bin', tmp_path / 'two.bin')
    page.focus('button')
    page.press('Enter')
    page.waits_for('document.querySelector("[role=status]").textContent === "Saved one.bin, two.bin"')
    page.waits_for('document.querySelectorAll("li").length === 2')
    assert page.run('document.querySelector("progress").position') == 1
    assert page.run('seen.at(-1)') > 4_200_000
    received = launch_example('uploads', python).folder / 'uploads/received'
    assert (received / 'two.bin').read_bytes() == b'two.bin' * 300_000


def test_chat_between_two_pages(visit):
    emma, jane = visit('chat'), visit('chat')
    for page, name in ((emma, 'Emma'), (jane, 'Jane')):
        page.press('Tab')
        page.type(name)
        page.press('Enter')
        page.waits_for('document.activeElement.name === "text"')
    emma.waits_for('document.getElementById("here").textContent === "Emma, Jane"')
    assert_good(emma)
    emma.focus('[name=text]')
    emma.type('<b>hello</b>')
    emma.press('Enter')
    jane.waits_for('document.querySelector("ol").innerText.includes("Emma: <b>hello</b>")')
    jane.type('hello yourself')
    jane.press('Enter')
    emma.waits_for('document.querySelectorAll("li").length === 2')
    jane.close()
    emma.waits_for('document.getElementById("here").textContent === "Emma"')


def test_dashboard(visit):
    page = visit('dashboard')
    page.waits_for('document.querySelector("polyline").points.length > 2')
    assert 17 <= float(page.run('document.getElementById("degrees").textContent')) <= 25
    assert page.run('document.getElementById("windows").textContent') in ('open', 'closed')


def test_pins_on_two_screens(visit):
    one, other = visit('pins'), visit('pins')
    one.press('Tab', ' ', 'Tab', ' ')
    for page in (one, other):
        page.waits_for('document.querySelectorAll(":checked").length === 2')
        page.waits_for('document.getElementById("pressed").textContent === "pressed"')
        page.waits_for('document.getElementById("light").value === 80')


@on_cpython
def test_sessions(visit):
    page = visit('sessions')
    page.press('Tab')
    page.enter()
    page.focus('[value=Darjeeling]')
    page.enter()
    assert 'Assam, 1: 4 crowns\nDarjeeling, 1: 6 crowns' in page.text
    page.focus('form[action="/empty"] button')
    page.enter()
    assert 'There is nothing in it.' in page.text


@on_cpython
def test_login(visit):
    page = visit('login', '/register')
    page.press('Tab')
    page.type('Emma')
    page.press('Tab')
    page.type('Hartfield 1815')
    page.enter()
    assert 'Welcome, Emma' in page.text
    assert_good(page)
    page.focus('form[action="/logout"] button')
    page.enter()
    assert page.url.endswith('/login')


@on_cpython
def test_cors(visit):
    page = visit('cors')
    price = int(page.waits_for('document.querySelector("[role=status]").textContent').split(': ')[1].strip('}\n'))
    page.focus('button')
    page.press('Enter')
    page.waits_for(f'document.querySelector("[role=status]").textContent.includes("{price + 1}")')
    stranger = visit('cors', host='stranger.test')
    stranger.waits_for('document.querySelector("[role=status]").textContent.startsWith("The browser says")')
    assert_complains_of(stranger, 'CORS policy', 'net::ERR_FAILED')


@on_cpython
def test_csrf(visit):
    page = visit('csrf')
    page.press('Tab')
    page.enter()
    assert 'You have 90 crowns.' in page.text
    trap = visit('csrf', '/trap', host='127.0.0.1')
    trap.press('Tab')
    trap.enter()
    assert trap.text == 'Forbidden'
    assert_complains_of(trap, 'status of 403')
    page.open(page.url)
    assert 'You have 90 crowns.' in page.text


@on_cpython
def test_captive_portal(visit):
    page = visit('captive portal', '/generate_204', host='connectivity.test')
    assert page.run('location.hostname') == 'localhost'
    page.press('Tab', 'ArrowDown', 'Tab')
    page.type('tea and cake')
    page.enter()
    assert 'This device is now in the network Hartfield.' in page.text


@pytest.mark.needs('nginx', 'redis-server')
def test_pubsub(chromium, start):  # noqa: F811
    port = free_port()
    process = start(sys.executable, '-m', 'examples.pubsub', '--port', str(port))
    process.says('Two workers behind nginx')
    context = chromium.context()
    one, other = context.page(), context.page()
    for page in (one, other):
        page.looks()
        page.open(f'http://localhost:{port}/')
    assert_good(one)
    one.focus('[name=text]')
    one.type('hello')
    one.press('Enter')
    for page in (one, other):
        page.waits_for('document.querySelector("ol").innerText.includes("hello (process")')
        assert page.complaints() == []
    context.close()
