# Drives a headless Chromium by the DevTools protocol, with one connection for all pages. Every wait has a deadline.
# Must not know what is tested.

import base64
import contextlib
import json
import subprocess
import time

from websockets.sync.client import connect

COMMAND = 'chromium'
DEADLINE = 20  # seconds

# What a page complains of: exceptions, what it prints as an error, and what the browser itself does.
COMPLAINTS = {
    'Runtime.exceptionThrown': lambda event: event['exceptionDetails'].get('exception', {}).get('description', 'exception'),
    'Runtime.consoleAPICalled': lambda event: event['type'] in ('error', 'warning') and str(event['args']),
    'Log.entryAdded': lambda event: event['entry']['level'] == 'error' and f"{event['entry']['text']} {event['entry'].get('url')}",
}

KEYS = {'Tab': 9, 'Enter': 13, 'Escape': 27, ' ': 32, 'ArrowDown': 40}  # name: code
TYPED = {'Enter': '\r', ' ': ' '}

ARGUMENTS = (
    '--headless', '--remote-debugging-port=0', '--no-first-run', '--no-default-browser-check', '--disable-gpu',
    '--no-sandbox',               # root may not use it, and the pages are our own
    '--disable-dev-shm-usage',    # containers have little of it
    '--disable-site-isolation-trials', '--renderer-process-limit=1',  # a process for each site takes its time
    '--no-proxy-server', '--disable-background-networking', '--disable-component-update', '--disable-sync',
    '--disable-features=HttpsUpgrades,HttpsFirstBalancedModeAutoEnable,MediaRouter,OptimizationHints',
    '--host-resolver-rules=MAP *.test 127.0.0.1,EXCLUDE localhost,EXCLUDE *.localhost',
)


class ScriptError(Exception):
    """A script in a page raised an exception."""


class Chromium:
    """A browser. All names in `.test` and `.localhost` are this machine's: those in `.localhost` count as trustworthy as over
    TLS, those in `.test` do not. `shop.test` and `bank.test` are two sites, `shop.test` and `www.shop.test` one.

    :param profile: the folder for what it keeps, which another one may be started with.
    """

    def __init__(self, profile):
        self.profile = profile
        self.number = 0
        self.answers = {}
        self.events = {}  # of each session, what no test has waited for
        self.complaints = {}  # of each session, texts
        port_file = profile / 'DevToolsActivePort'
        port_file.unlink(missing_ok=True)
        self.opened = contextlib.ExitStack()
        log = self.opened.enter_context(open(profile.parent / f'{profile.name}.log', 'wb'))  # noqa: SIM115  # closed with the stack
        self.popen = subprocess.Popen([COMMAND, *ARGUMENTS, f'--user-data-dir={profile}', 'about:blank'],
                                      stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        try:
            port, path = self._endpoint(port_file)
            self.connection = self.opened.enter_context(connect(
                f'ws://127.0.0.1:{port}{path}', max_size=None, compression=None, proxy=None, ping_interval=None,
                open_timeout=DEADLINE, close_timeout=1))
        except BaseException:
            self.kill()
            raise

    def _endpoint(self, port_file):
        end = time.monotonic() + DEADLINE
        while True:
            lines = port_file.read_text().splitlines() if port_file.exists() else []
            if len(lines) == 2:
                return lines
            assert self.popen.poll() is None, f'Chromium ended with {self.popen.returncode}'
            assert time.monotonic() < end, 'Chromium does not say where it listens'
            time.sleep(0.01)

    def call(self, method, session=None, **parameters):
        """Send a command and return its result."""
        self.number += 1
        number = self.number
        message = {'id': number, 'method': method, 'params': parameters}
        if session:
            message['sessionId'] = session
        self.connection.send(json.dumps(message))
        end = time.monotonic() + DEADLINE
        while number not in self.answers:
            self._receive(end)
        answer = self.answers.pop(number)
        assert 'error' not in answer, f'{method}: {answer["error"]}'
        return answer['result']

    def wait(self, *methods, session):
        """Wait for an event of one of these names, and return its name and its parameters."""
        end = time.monotonic() + DEADLINE
        events = self.events.setdefault(session, [])
        while True:
            for i, (name, parameters) in enumerate(events):
                if name in methods:
                    del events[:i + 1]
                    return name, parameters
            self._receive(end)

    def _receive(self, end):
        message = json.loads(self.connection.recv(timeout=max(end - time.monotonic(), 0)))
        if 'id' in message:
            self.answers[message['id']] = message
            return
        session, method, parameters = message.get('sessionId'), message['method'], message['params']
        self.events.setdefault(session, []).append((method, parameters))
        complaint = method in COMPLAINTS and COMPLAINTS[method](parameters)
        if complaint:
            self.complaints.setdefault(session, []).append(complaint)

    def context(self):
        """Return a context with cookies of its own, which are not kept."""
        return Context(self, self.call('Target.createBrowserContext')['browserContextId'])

    def kept(self):
        """Return the context whose cookies are kept in the profile."""
        return Context(self, None)

    def close(self):
        """End it in order, so that it writes down what it keeps."""
        if self.popen.poll() is None:
            self.call('Browser.close')
            self.popen.wait(DEADLINE)
        self.kill()

    def kill(self):
        if self.popen.poll() is None:
            self.popen.kill()
            self.popen.wait()
        self.opened.close()


class Context:
    """Pages that share cookies."""

    def __init__(self, browser, identity):
        self.browser = browser
        self.identity = identity

    def page(self, url='about:blank'):
        """Open a page and wait until it is loaded."""
        more = {'browserContextId': self.identity} if self.identity else {}
        target = self.browser.call('Target.createTarget', url='about:blank', **more)['targetId']
        page = Page(self.browser, target)
        if url != 'about:blank':
            page.open(url)
        return page

    def close(self):
        self.browser.call('Target.disposeBrowserContext', browserContextId=self.identity)


class Page:
    """A tab."""

    def __init__(self, browser, target):
        self.browser = browser
        self.session = browser.call('Target.attachToTarget', targetId=target, flatten=True)['sessionId']
        self.target = target
        self.closed = False
        self.call('Page.enable')
        self.call('Runtime.enable')
        self.call('Log.enable')

    def call(self, method, **parameters):
        return self.browser.call(method, self.session, **parameters)

    def open(self, url):
        """Go to an address, as if it had been typed."""
        self._forget()
        error = self.call('Page.navigate', url=url).get('errorText')
        assert not error, f'{url}: {error}'
        self.loaded()

    def loaded(self):
        """Wait until the page is loaded that is on its way."""
        self.browser.wait('Page.loadEventFired', session=self.session)

    def run(self, script):
        """Return the value of an expression of JavaScript, a promise's when it has come.

        Raises `ScriptError` for an exception.
        """
        result = self.call('Runtime.evaluate', expression=script, awaitPromise=True, returnByValue=True, userGesture=True)
        if 'exceptionDetails' in result:
            details = result['exceptionDetails']
            raise ScriptError(details.get('exception', {}).get('description') or details['text'])
        return result['result'].get('value')

    def go(self, script):
        """Run a script that leads to another page, and wait until that is loaded."""
        self._forget()
        self.run(script)
        self.loaded()

    def post_form(self, url, **fields):
        """Send a form with these fields, to where it leads."""
        self.go(f'''(() => {{
            const form = document.createElement('form');
            form.method = 'post';
            form.action = {json.dumps(url)};
            for (const [name, value] of Object.entries({json.dumps(fields)})) {{
                const input = document.createElement('input');
                input.name = name;
                input.value = value;
                form.append(input);
            }}
            document.body.append(form);
            form.submit();
        }})()''')

    def waits_for(self, condition):
        """Wait until an expression of JavaScript is true, and return its value."""
        end = time.monotonic() + DEADLINE
        while not (value := self.run(condition)):
            assert time.monotonic() < end, f'{condition} does not come true in {self.text!r}'
            time.sleep(0.02)
        return value

    def complaints(self):
        """Return what the page has complained of since the last time."""
        if not self.closed:
            self.run('0')  # whatever it says comes after all that came before
        return self.browser.complaints.pop(self.session, [])

    # As a person with a screen and a keyboard.

    def looks(self, dark=False, phone=False):
        """Have it shown on a dark or light, large or small screen, in a window that has the focus."""
        width, height = (390, 844) if phone else (1280, 800)
        self.call('Emulation.setDeviceMetricsOverride', width=width, height=height, deviceScaleFactor=1, mobile=phone)
        self.call('Emulation.setEmulatedMedia', features=[
            {'name': 'prefers-color-scheme', 'value': 'dark' if dark else 'light'},
            {'name': 'prefers-reduced-motion', 'value': 'reduce'}])
        self.call('Emulation.setFocusEmulationEnabled', enabled=True)

    def screenshot(self):
        """Return what is seen, as PNG."""
        return base64.b64decode(self.call('Page.captureScreenshot', format='png')['data'])

    def press(self, *keys):
        """Press keys one after another, by their names."""
        for key in keys:
            more = {'key': key, 'code': 'Space' if key == ' ' else key, 'windowsVirtualKeyCode': KEYS[key]}
            self.call('Input.dispatchKeyEvent', type='keyDown', **more, **({'text': TYPED[key]} if key in TYPED else {}))
            self.call('Input.dispatchKeyEvent', type='keyUp', **more)

    def enter(self, key='Enter'):
        """Press a key that leads to another page, and wait until that is loaded."""
        self._forget()
        self.press(key)
        self.loaded()

    def type(self, text):
        """Type text into the field that has the focus."""
        self.call('Input.insertText', text=text)

    def focus(self, selector):
        self.run(f'document.querySelector({json.dumps(selector)}).focus()')

    def choose_files(self, selector, *paths):
        """Have files chosen in a field."""
        root = self.call('DOM.getDocument')['root']['nodeId']
        node = self.call('DOM.querySelector', nodeId=root, selector=selector)['nodeId']
        self.call('DOM.setFileInputFiles', nodeId=node, files=[str(path) for path in paths])

    def close(self):
        self.browser.call('Target.closeTarget', targetId=self.target)
        self.closed = True

    def back(self):
        """Go back to the page before, and wait until it is shown, wherever it comes from."""
        self._forget()
        self.run('setTimeout(() => history.back())')
        _, parameters = self.browser.wait('Page.frameNavigated', session=self.session)
        if parameters['type'] != 'BackForwardCacheRestore':
            self.loaded()

    @property
    def text(self):
        return self.run('document.body.innerText')

    @property
    def url(self):
        return self.run('location.href')

    def answer_challenge(self, username, password):
        """Give name and password to the next challenge of HTTP authentication, which is returned; other requests go on.

        `Fetch.enable` with `handleAuthRequests` has to come before.
        """
        while True:
            method, event = self.browser.wait('Fetch.requestPaused', 'Fetch.authRequired', session=self.session)
            if method == 'Fetch.authRequired':
                self.call('Fetch.continueWithAuth', requestId=event['requestId'], authChallengeResponse={
                    'response': 'ProvideCredentials', 'username': username, 'password': password})
                return event['authChallenge']
            self.call('Fetch.continueRequest', requestId=event['requestId'])

    def _forget(self):
        self.browser.events.pop(self.session, None)
