# What a reader of the documentation tries: templates.

import os
import sys

from folders import folder
from tools import changed, only, raises

import microdot.utemplate
from microdot import Microdot
from microdot.test_client import TestClient

PAGE = {'garden.html': '{% args plant %}\n<h1>{{ plant }}</h1>\n'}
JINJA_PAGE = {'garden.html': '<h1>{{ plant }}</h1>\n'}
ONLY_CPYTHON = 'Jinja is a package for CPython'


class here:
    """For a `with` statement: the current folder is a new one with folders of files."""

    def __init__(self, files):
        self.folder = folder(files)
        self.change = changed(microdot.utemplate, _loader=None)

    def __enter__(self):
        self.before = os.getcwd()
        # UPY: packages that were found from the current folder are so no longer.
        self.path = sys.path[:]
        sys.path[:] = [self.absolute(entry) for entry in self.path]
        self.packages = [module for module in sys.modules.values() if isinstance(getattr(module, '__path__', None), str)]
        self.paths = [module.__path__ for module in self.packages]
        for module in self.packages:
            module.__path__ = self.absolute(module.__path__)
        os.chdir(self.folder.path)
        self.change.__enter__()
        return self.folder

    def __exit__(self, *exc):
        self.change.__exit__()
        self.folder.__exit__(*exc)
        os.chdir(self.before)
        sys.path[:] = self.path
        for module, path in zip(self.packages, self.paths):
            module.__path__ = path

    def absolute(self, path):
        return path if path[:1] in '/.' else self.before + '/' + path



async def answer(handler):
    app = Microdot()
    app.get('/')(handler)
    response = await TestClient(app).get('/')
    assert response.status_code == 200
    return response.text


async def test_e055_utemplate_from_the_default_folder():
    from microdot.utemplate import Template

    async def index(request):
        return Template('garden.html').render(plant='Tomatoes')
    with here({'templates/garden.html': PAGE['garden.html']}):
        assert await answer(index) == '<h1>Tomatoes</h1>\n'


async def test_e056_utemplate_from_another_folder():
    from microdot.utemplate import Template

    async def index(request):
        return Template('garden.html').render(plant='Tomatoes')
    with here({'pages/garden.html': PAGE['garden.html']}):
        Template.initialize('pages')
        assert await answer(index) == '<h1>Tomatoes</h1>\n'


async def test_e057_utemplate_compiled_before():
    from microdot.utemplate import Template
    from utemplate import compiled
    from utemplate.__main__ import main

    async def index(request):
        return Template('garden.html').render(plant='Tomatoes')
    with here({'templates/garden.html': PAGE['garden.html']}) as files:
        assert main(['templates']) == 0
        os.remove(files.path + '/templates/garden.html')
        Template.initialize(loader_class=compiled.Loader)
        assert await answer(index) == '<h1>Tomatoes</h1>\n'


@only('cpython', ONLY_CPYTHON)
async def test_e058_jinja():
    from microdot.jinja import Template

    async def index(request):
        return Template('garden.html').render(plant='Tomatoes')
    with here({'templates/garden.html': JINJA_PAGE['garden.html']}), changed(Template, jinja_env=None):
        assert await answer(index) == '<h1>Tomatoes</h1>'
        with changed(Template, jinja_env=None):
            Template.initialize('templates', enable_async=True)

            async def render(request):
                return await Template('garden.html').render_async(plant='Tomatoes')

            async def stream(request):
                return Template('garden.html').generate(plant='Tomatoes')
            assert await answer(render) == await answer(stream) == '<h1>Tomatoes</h1>'


@only('cpython', ONLY_CPYTHON)
async def test_e059_jinja_from_another_folder():
    from microdot.jinja import Template

    async def index(request):
        return Template('garden.html').render(plant='Tomatoes')
    with here({'pages/garden.html': JINJA_PAGE['garden.html']}), changed(Template, jinja_env=None):
        Template.initialize('pages')
        assert await answer(index) == '<h1>Tomatoes</h1>'


def test_e094_the_call_of_version_1_is_not_there():
    assert not hasattr(microdot.utemplate, 'render_template')
    assert raises(ImportError, old_import)


def old_import():
    from microdot.utemplate import render_template
    return render_template


async def test_e095_to_e098_each_way_to_fill_in():
    from microdot.utemplate import Template

    async def e095(request):
        return Template('garden.html').render(plant='Tomatoes')

    async def e096(request):
        return await Template('garden.html').render_async(plant='Tomatoes')

    async def e097(request):
        return Template('garden.html').generate(plant='Tomatoes')

    async def e098(request):
        return Template('garden.html').generate_async(plant='Tomatoes')
    with here({'templates/garden.html': PAGE['garden.html']}):
        for handler in (e095, e096, e097, e098):
            assert await answer(handler) == '<h1>Tomatoes</h1>\n'
