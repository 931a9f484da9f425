# What all pages have in common: their templates, in which values are escaped, and the frame around them.
import sys

from microdot import Microdot
from microdot.static import Static
from microdot.utemplate import Template

FOLDER = __file__.replace('\\', '/').rpartition('/')[0] or '.'
PYTHON = ' '.join((
    {'cpython': 'CPython', 'micropython': 'MicroPython'}.get(sys.implementation.name, sys.implementation.name),
    '.'.join([str(number) for number in sys.implementation.version[:3]])))

features = []  # the modules that app.py mounts, in the order of the navigation

assets = Microdot()  # which it mounts too
static = Static(assets, FOLDER + '/assets', url_prefix='/assets', index=None)

Template.initialize(FOLDER + '/templates', autoescape=True)


def page(request, template, title, *values):
    """Return a page, piece by piece; the values are the arguments of the template after its frame."""
    template += '.html'
    return Template(template).generate(Frame(request, title, template), *values)


class Frame:
    """What is around the content of a page: title and navigation before it, the code of its feature behind it."""

    python = PYTHON
    url = static.url  # of an asset, with a hash of its contents, so that browsers keep it

    def __init__(self, request, title, template):
        current = feature_of(request)
        self.title = title
        self.template = template
        self.home = request and request.path == '/'
        self.links = [(name_of(feature), feature.TITLE, feature is current) for feature in features]
        self.name = current and name_of(current)
        self.code = current and routes_in(source(self.name + '.py'))


def feature_of(request):
    """Return the module that a request is for, None outside of all; the request is None if it was malformed."""
    for feature in features:
        if request and request.subapp is feature.app:
            return feature


def name_of(feature):
    return feature.__name__.rpartition('.')[2]


def source(path):
    with open(FOLDER + '/' + path, encoding='utf-8') as file:
        return file.read()


def routes_in(text):
    """Return the part of a module that follows its texts."""
    start = text.find('\napp = ')
    return text[start + 1:]


def facts(title, *pairs):
    """Return a title, and names and values, as the template of facts lists them."""
    return title, pairs
