# Knows how an exception and its request look in a browser. Must not know who may see them.
import json
import linecache
import os
import traceback
from html import escape

from ..core.errors import HTTPException
from .blocking import is_library
from .secrets import Secrets

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from .. import Request

    Rows = list[tuple[str, Any]]

_AROUND = 5  # lines before and after the one that was running
_LONGEST = 10_000  # characters of a value, and of a body

_PAGE = '''<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>%(title)s</title>
<style>
:root { color-scheme: light dark; --line: #8886; --mark: #ffe08a; --quiet: #595959 }
@media (prefers-color-scheme: dark) { :root { --mark: #5c4708; --quiet: #b0b0b0 } }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 64rem; margin: 0 auto; padding: 1rem }
h1 { font-size: 1.4rem; margin: 0; overflow-wrap: anywhere; white-space: pre-wrap }
h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; overflow-wrap: anywhere; white-space: pre-wrap }
h3 { font-size: 1rem; margin: 1rem 0 .25rem }
pre, code, td { font-family: ui-monospace, monospace; font-size: .875rem }
pre { margin: 0; overflow-x: auto; padding: .5rem 0 }
mark { display: inline-block; min-width: 100%%; background: var(--mark); color: inherit }
details { border-top: 1px solid var(--line); padding: .25rem 0 }
summary { cursor: pointer; overflow-wrap: anywhere }
p, .library > summary { color: var(--quiet) }
table { border-collapse: collapse; width: 100%% }
th, td { text-align: left; vertical-align: top; border-top: 1px solid var(--line); padding: .25rem .75rem .25rem 0 }
th { font-weight: normal; width: min(12rem, 30vw); overflow-wrap: anywhere }
td { overflow-wrap: anywhere; white-space: pre-wrap }
</style>
</head>
<body>
<main>
<h1>%(title)s</h1>
<p>in the answer to <code>%(method)s %(path)s</code></p>
%(exceptions)s
<h2>Request</h2>
%(request)s
<h2>As text</h2>
<details><summary>Traceback</summary><pre tabindex="0">%(text)s</pre></details>
<p>Debug mode shows this to browsers on this machine. All others get: Internal server error.</p>
</main>
</body>
</html>
'''


def page(request: 'Request', exc: BaseException) -> str:
    """Return a page about an exception: its traceback with source lines, and the request, secrets masked."""
    secrets = Secrets()
    sections = list(_sections(request, secrets))  # first, so that the secrets are known
    whole = traceback.TracebackException.from_exception(exc)

    def clean(text: str) -> str:
        return escape(secrets.clean(text))

    return _PAGE % {
        'title': clean(_name(whole)), 'method': clean(request.method), 'path': clean(request.path),
        'request': ''.join([_section(heading, content, clean) for heading, content in sections]),
        'exceptions': ''.join([_exception(one, how, clean) for one, how in _chain(whole)]),
        'text': clean(''.join(whole.format())),
    }


def _name(exc: traceback.TracebackException) -> str:
    return ''.join(exc.format_exception_only()).strip()


def _chain(exc: traceback.TracebackException) -> 'Iterable[tuple[traceback.TracebackException, str]]':
    # The exception, and those before it, with how they hang together.
    how = ''
    cause: 'traceback.TracebackException | None' = exc
    while cause:
        yield cause, how
        how = 'caused by ' if cause.__cause__ else 'while this was handled: '
        cause = cause.__cause__ or (None if cause.__suppress_context__ else cause.__context__)


def _exception(exc: traceback.TracebackException, how: str, clean: 'Any') -> str:
    frames = list(exc.stack)
    own = [i for i, frame in enumerate(frames) if not is_library(frame.filename)]
    if own:
        frames = frames[own[0]:]  # without the way from the server to the program
    heading = '<h2>%s</h2>' % clean(how + _name(exc)) if how else '<h2>Traceback, the last call at the end</h2>'
    return heading + ''.join([_frame(frame, clean) for frame in frames])


def _frame(frame: traceback.FrameSummary, clean: 'Any') -> str:
    library = is_library(frame.filename)
    path = frame.filename.removeprefix(os.getcwd() + os.sep)
    return '<details%s><summary><code>%s</code> in %s, line %d</summary><pre tabindex="0">%s</pre></details>' % (
        ' class="library"' if library else ' open', clean(frame.name), clean(path), frame.lineno or 0, _source(frame, clean))


def _source(frame: traceback.FrameSummary, clean: 'Any') -> str:
    linecache.checkcache(frame.filename)
    lines = linecache.getlines(frame.filename)
    number = frame.lineno or 0
    shown = []
    for i in range(max(1, number - _AROUND), min(len(lines), number + _AROUND) + 1):
        line = '%5d  %s' % (i, clean(lines[i - 1].rstrip()))
        shown.append('<mark>%s</mark>' % line if i == number else line)
    return '\n'.join(shown) or 'no source'


def _sections(request: 'Request', secrets: Secrets) -> 'Iterable[tuple[str, Rows | str]]':
    route = getattr(request, 'route', None)
    client = request.client_addr
    yield '', [('Function', getattr(route, '__qualname__', type(route).__qualname__) if route else 'none'),
               ('Client', client[0] if isinstance(client, tuple) else client), ('HTTP', request.http_version)]
    yield 'Values of the path', [(name, secrets.value(name, value)) for name, value in request.url_args.items()]
    yield 'Query', _fields(_read(request, 'args'), secrets)
    cookies = request.cookies
    yield 'Headers', [(name, secrets.header(name, ', '.join(value) if isinstance(value, list) else value))
                      for name, value in request.headers.items() if name.lower() != 'cookie']
    yield 'Cookies', [(name, secrets.value('cookie', value)) for name, value in cookies.items()]
    yield 'Form', _fields(_read(request, 'form'), secrets)
    data = _read(request, 'json')
    if data is not None:
        yield 'JSON', json.dumps(secrets.value('', data), indent=2, ensure_ascii=False)
    elif request.content_length:
        yield 'Body', [('Type', request.content_type), ('Bytes', request.content_length)]


def _read(request: 'Request', name: str) -> 'Any':
    try:
        return getattr(request, name)
    except (HTTPException, ValueError):  # malformed, or not in memory
        return None


def _fields(fields: 'Any', secrets: Secrets) -> 'Rows':
    return [(name, secrets.value(name, value)) for name in fields or () for value in fields.getlist(name)]


def _section(heading: str, content: 'Rows | str', clean: 'Any') -> str:
    if not content:
        return ''
    if isinstance(content, str):
        text = '<pre tabindex="0">%s</pre>' % clean(_cut(content))
    else:
        text = '<table>%s</table>' % ''.join([
            '<tr><th scope="row">%s</th><td>%s</td></tr>' % (clean(str(name)), clean(_cut(str(value)))) for name, value in content])
    return (heading and '<h3>%s</h3>' % heading) + text


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else text[:_LONGEST] + '... (%d characters)' % len(text)
