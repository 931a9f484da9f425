# What becomes of logins in a browser: their cookies, which end with it or not, what other sites' pages can do with them, and
# what the button to go back shows after a logout.

import json

import pytest
from tests.browser.chromium import Chromium

pytestmark = pytest.mark.needs('chromium')

SHOP, SHOP_SUBDOMAIN, EVIL = 'shop.localhost', 'www.shop.localhost', 'evil.localhost'
DAY = 24 * 3600


@pytest.fixture
def site(serve, python):
    """Give the application, whose list of what was asked is empty."""
    site = serve(python, 'logins.py')
    site.seen()
    yield site
    site.process.assert_no_trouble()


class Profile:
    """A browser that is closed and started again, with what it keeps."""

    def __init__(self, folder):
        self.folder = folder
        self.browser = None

    def start(self):
        """Start it, anew if it runs, and return a page."""
        self.close()
        self.browser = Chromium(self.folder)
        return self.browser.kept().page()

    def close(self):
        if self.browser:
            self.browser.close()


@pytest.fixture
def profile(tmp_path):
    profile = Profile(tmp_path / 'profile')
    yield profile
    profile.close()


def log_in(page, site, query='', **fields):
    """Have a page log in, at the site of the shop."""
    page.open(site.origin(SHOP) + '/page')
    page.post_form('/login' + query, **fields)


def text_at(page, site, path):
    page.open(site.origin(SHOP) + path)
    return page.text


def cookies(page):
    return {cookie['name']: cookie for cookie in page.call('Network.getCookies')['cookies']}


# Cookies.

def test_the_cookies_of_a_login(site, page):
    log_in(page, site, remember='yes')
    assert page.text == 'private, Emma'
    assert page.run('document.cookie') == ''  # no script reads them
    found = cookies(page)
    assert sorted(found) == ['_remember', 'session']
    for cookie in found.values():
        assert (cookie['httpOnly'], cookie['sameSite'], cookie['path'], cookie['domain']) == (True, 'Lax', '/', SHOP)
    assert found['session']['session']  # it ends with the browser
    days = (found['_remember']['expires'] - page.run('Date.now() / 1000')) / DAY
    assert 29.9 < days < 30.1


def test_a_login_that_is_not_remembered(site, page):
    log_in(page, site)
    assert page.text == 'private, Emma'
    assert sorted(cookies(page)) == ['session']
    page.post_form('/logout')
    assert text_at(page, site, '/private') == 'log in'


# Browsers that are closed.

def test_a_session_ends_with_the_browser(site, profile):
    page = profile.start()
    log_in(page, site)
    assert text_at(page, site, '/fresh') == 'fresh, Emma'
    page.post_form('/note', note='tea')
    assert page.text == 'note: tea'
    page = profile.start()
    site.seen()
    assert text_at(page, site, '/private') == 'log in'
    assert text_at(page, site, '/note') == 'note: none'
    assert {tuple(request['cookies']) for request in site.seen()} == {()}


def test_a_browser_is_remembered(site, profile):
    log_in(profile.start(), site, remember='yes')
    for _ in range(2):  # each use renews the cookie
        page = profile.start()
        site.seen()
        assert text_at(page, site, '/private') == 'private, Emma'
        assert text_at(page, site, '/private') == 'private, Emma'
        assert [request['cookies'] for request in site.seen()] == [['_remember'], ['_remember', 'session']]
    assert text_at(page, site, '/fresh') == 'log in'  # for which the password is needed
    page.post_form(page.url)
    assert page.text == 'fresh, Emma'
    assert page.url == site.origin(SHOP) + '/fresh'


def test_a_browser_that_has_logged_out_is_not_remembered(site, profile):
    page = profile.start()
    log_in(page, site, remember='yes')
    page.post_form('/logout')
    assert '_remember' not in cookies(page)
    page = profile.start()
    assert text_at(page, site, '/private') == 'log in'


def test_a_logout_in_all_browsers(site, page, profile):
    log_in(profile.start(), site, remember='yes')
    log_in(page, site)
    page.post_form('/logout-everywhere')
    other = profile.start()
    assert text_at(other, site, '/private') == 'log in'
    assert cookies(other) == {}


# The button to go back.

def test_pages_of_a_user_are_not_shown_after_a_logout(site, page):
    log_in(page, site)
    for path, before, after in (('/private', 'private, Emma', 'log in'), ('/fresh', 'fresh, Emma', 'log in'),
                                ('/open', 'open, Emma', 'open, stranger')):
        log_in(page, site)
        assert text_at(page, site, path) == before
        page.post_form('/logout')
        assert page.text == 'a page'
        page.back()
        assert page.text == after


def test_pages_are_shown_that_the_application_has_kept(site, page):
    # By which the test above is known to see what the browser keeps.
    log_in(page, site)
    assert text_at(page, site, '/kept') == 'kept, Emma'
    page.post_form('/logout')
    site.seen()
    page.back()
    assert page.text == 'kept, Emma'
    assert site.seen() == []


def test_the_form_of_a_login_is_not_sent_again(site, page):
    log_in(page, site)
    page.post_form('/logout')
    page.back()  # to the page after the login
    assert page.text == 'log in'
    page.back()  # to the one before
    assert page.text == 'a page'
    assert cookies(page).keys() <= {'session'}
    assert text_at(page, site, '/private') == 'log in'


# Other sites.

def test_what_other_sites_can_do_with_a_login(site, page):
    private = site.origin(SHOP) + '/private'
    log_in(page, site, remember='yes')
    for host, sent in ((EVIL, []), (SHOP_SUBDOMAIN, ['_remember', 'session'])):
        page.open(site.origin(host) + '/page')
        site.seen()
        page.run(f'fetch("{private}", {{mode: "no-cors", credentials: "include"}}).then(response => response.status)')
        page.run(f'new Promise(resolve => {{ const i = new Image(); i.onerror = resolve; i.src = "{private}"; }})')
        page.run(f'''new Promise(resolve => {{
            const frame = document.createElement('iframe');
            frame.onload = resolve;
            frame.src = "{private}";
            document.body.append(frame);
        }})''')
        asked = [request for request in site.seen() if request['request'] == 'GET /private']
        assert [request['cookies'] for request in asked] == [sent] * 3, host
    page.open(site.origin(EVIL) + '/page')
    page.post_form(private)
    assert page.text == 'log in'
    page.open(site.origin(EVIL) + '/page')
    page.go(f'location.href = "{private}"')  # a link
    assert page.text == 'private, Emma'


def test_a_login_leads_to_no_other_site(site, page):
    for page_of in ('//%s', '///%s', '/\\%s', '\\\\%s', '/\t/%s', '/\n/%s', ' //%s', 'http://%s', 'http:%s', '.%s', '/.//%s'):
        page.open(site.origin(SHOP) + '/page')
        url = page_of % f'{EVIL}:{site.port}/page'
        log_in(page, site, '?next=' + page.run(f'encodeURIComponent({json.dumps(url)})'))
        assert page.url.startswith(site.origin(SHOP) + '/'), url
        page.post_form('/logout')


def test_a_login_leads_to_the_page_that_was_asked_for(site, page):
    assert text_at(page, site, '/open?a=b+c&d=%26') == 'open, stranger'
    page.open(site.origin(SHOP) + '/private?a=b+c&d=%26')
    assert page.text == 'log in'
    page.post_form(page.url)
    assert page.url == site.origin(SHOP) + '/private?a=b+c&d=%26'
