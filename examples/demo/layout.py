# What all pages have in common: the frame around them, and safe ways to put values into HTML.
import sys

FOLDER = __file__.replace('\\', '/').rpartition('/')[0] or '.'
PYTHON = ' '.join((
    {'cpython': 'CPython', 'micropython': 'MicroPython'}.get(sys.implementation.name, sys.implementation.name),
    '.'.join([str(number) for number in sys.implementation.version[:3]])))

features = []  # the modules that app.py mounts, in the order of the navigation

START = '''<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title} · Microdot</title>
<link rel="icon" href="/assets/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/assets/style.css">
<script src="/assets/script.js" defer></script>
</head>
<body>
<a class="skip" href="#content">Skip to the content</a>
<header>
<a class="brand" href="/"{home}>Microdot</a>
<nav aria-label="Features"><ul>
{links}
</ul></nav>
</header>
<main id="content">
'''

END = '''
</main>
<footer>
<p>Served by {python}. Everything came from this server, nothing from elsewhere.</p>
</footer>
</body>
</html>
'''

CODE = '''
<section class="code">
<h2>How it is made</h2>
<pre tabindex="0" role="region" aria-label="Code of this feature"><code data-python>{code}</code></pre>
<p><a href="/source/{name}">All of {name}.py</a></p>
</section>
'''


def page(request, title, content):
    """Return a whole page; the content is HTML already."""
    return page_start(request, title) + content + page_end(request)


def page_start(request, title):
    current = feature_of(request)
    links = ['<li><a href="/{}"{}>{}</a></li>'.format(
        name_of(feature), ' aria-current="page"' if feature is current else '', feature.TITLE) for feature in features]
    home = ' aria-current="page"' if request and request.path == '/' else ''
    return START.format(title=escape(title), home=home, links='\n'.join(links))


def page_end(request):
    feature = feature_of(request)
    code = CODE.format(name=name_of(feature), code=escape(routes_in(source(name_of(feature))))) if feature else ''
    return code + END.format(python=PYTHON)


def feature_of(request):
    """Return the module that a request is for, None outside of all; the request is None if it was malformed."""
    for feature in features:
        if request and request.subapp is feature.app:
            return feature


def name_of(feature):
    return feature.__name__.rpartition('.')[2]


def source(name):
    with open(FOLDER + '/' + name + '.py', encoding='utf-8') as file:
        return file.read()


def routes_in(text):
    """Return the part of a module that follows its texts."""
    start = text.find('\napp = ')
    return text[start + 1:]


def escape(value):
    """Return a value as text for HTML, inside an element or a quoted attribute."""
    text = str(value)
    for character, entity in (('&', '&amp;'), ('<', '&lt;'), ('>', '&gt;'), ('"', '&quot;'), ("'", '&#39;')):
        text = text.replace(character, entity)
    return text


def facts(title, *pairs):
    """Return a section that lists names and values, whatever these contain."""
    rows = [f'<div><dt>{escape(name)}</dt><dd>{escape(value)}</dd></div>' for name, value in pairs]
    return f'<section class="result"><h2>{escape(title)}</h2><dl>{"".join(rows)}</dl></section>'
