# Templates of utemplate in an application.

import asyncio
import os

from folders import folder
from tools import captured_log, changed, raises

import microdot.utemplate
from microdot import Microdot
from microdot.test_client import TestClient
from microdot.utemplate import Template
from utemplate import TemplateError, compiled, source

HELLO = {'hello.txt': '{% args name %}\nHello, {{ name }}!', 'hello.html': '{% args name %}<b>{{ name }}</b>{{ safe(name) }}'}


class pages(folder):
    """A folder of templates; the module's loader is as it was after it."""

    def __init__(self, files, **options):
        super().__init__(files)
        self.change = changed(microdot.utemplate, _loader=None)
        self.change.__enter__()
        Template.initialize(self.path, **options)

    def __exit__(self, *exc):
        self.change.__exit__()
        super().__exit__(*exc)


def test_render():
    with pages(HELLO) as files:
        template = Template('hello.txt')
        assert template.name == 'hello.txt'
        assert template.render(name='Ada') == template.render('Ada') == 'Hello, Ada!'
        assert ''.join(template.template('Ada')) == 'Hello, Ada!'
        assert 'hello_txt.py' in os.listdir(files.path)


def test_generate():
    with pages(HELLO):
        pieces = Template('hello.txt').generate('Ada')
        assert next(pieces) == 'Hello, '
        assert list(pieces) == ['Ada', '!']


async def test_render_async():
    with pages(HELLO):
        assert await Template('hello.txt').render_async(name='Ada') == 'Hello, Ada!'


async def test_generate_async():
    with pages(HELLO):
        pieces = []
        async for piece in Template('hello.txt').generate_async('Ada'):
            pieces.append(piece)
        assert pieces == ['Hello, ', 'Ada', '!']


def test_the_folder_is_templates_if_nothing_says_so():
    with changed(microdot.utemplate, _loader=None):
        assert str(raises(TemplateError, Template, 'hello.txt')) == 'hello.txt: not found in templates'
        assert microdot.utemplate._loader.folder == 'templates'


def test_escapes_if_asked():
    with pages(HELLO):
        assert Template('hello.html').render('<&') == '<b><&</b><&'
    with pages(HELLO, autoescape=True):
        assert Template('hello.html').render('<&') == '<b>&lt;&amp;</b><&'
        assert Template('hello.txt').render('<&') == 'Hello, <&!'


def test_loaders():
    with pages(HELLO, loader_class=compiled.Loader) as files:
        assert raises(TemplateError, Template, 'hello.txt')
        source.compile_file(files.path, 'hello.txt')
        assert Template('hello.txt').render('Ada') == 'Hello, Ada!'


class Upper:
    """A loader of another kind."""

    def __init__(self, package, folder):
        self.made = package, folder

    def load(self, name):
        return lambda *args: iter((name.upper(), ' ') + args)


async def test_a_loader_of_another_kind():
    with pages({}, loader_class=Upper) as files:
        template = Template('hello')
        assert microdot.utemplate._loader.made == (None, files.path)
        assert template.render('Ada') == 'HELLO Ada'
        pieces = template.generate_async('Ada')
        assert await pieces.__anext__() == 'HELLO'
        await pieces.aclose()
        # It would not know that it has to escape.
        assert raises(TypeError, Template.initialize, files.path, Upper, autoescape=True)


# As answers

async def test_answers():
    with pages({'list.html': '{% args items %}\n<ul>\n{% for item in items %}\n<li>{{ item }}</li>\n{% endfor %}\n</ul>\n{{ "" }}'},
               autoescape=True):
        app = Microdot()

        @app.get('/render')
        async def render(request):
            return Template('list.html').render(['<a>', 'Zoë']), {'Content-Type': 'text/html'}

        @app.get('/render_async')
        async def render_async(request):
            return await Template('list.html').render_async(['<a>', 'Zoë']), {'Content-Type': 'text/html'}

        @app.get('/generate')
        async def generate(request):
            return Template('list.html').generate(['<a>', 'Zoë']), {'Content-Type': 'text/html'}

        @app.get('/generate_async')
        async def generate_async(request):
            return Template('list.html').generate_async(['<a>', 'Zoë']), {'Content-Type': 'text/html'}

        @app.get('/in_thread')
        def in_thread(request):
            return Template('list.html').generate(['<a>', 'Zoë']), {'Content-Type': 'text/html'}

        for name in ('render', 'render_async', 'generate', 'generate_async', 'in_thread'):
            response = await TestClient(app).get('/' + name)
            assert response.status_code == 200
            assert response.text == '<ul>\n<li>&lt;a&gt;</li>\n<li>Zoë</li>\n</ul>\n', name


async def test_nothing_is_made_that_is_not_asked_for():
    made = []

    def items():
        for i in range(1000000):
            made.append(i)
            yield 'x' * 10

    with pages({'list.html': '{% args items %}{% for item in items %}{{ item }}{% endfor %}'}):
        pieces = Template('list.html').generate_async(items())
        for _ in range(3):
            assert await pieces.__anext__() == 'x' * 10
        await pieces.aclose()
        assert made == [0, 1, 2]
        try:
            await pieces.__anext__()
        except StopAsyncIteration:
            return
        raise AssertionError('it goes on')


async def test_an_error_in_a_template():
    with pages({'bad.html': 'a\n{{ b c }}', 'fails.html': '{% args a %}\n{{ a.b }}'}):
        app = Microdot()

        @app.get('/<name>')
        async def index(request, name):
            return await Template(name).render_async(a=1)

        for name, message in (('bad.html', 'bad.html:2: '), ('fails.html', 'attribute'), ('none.html', 'none.html: not found')):
            with captured_log() as lines:
                response = await TestClient(app).get('/' + name)
            assert response.status_code == 500
            assert len(lines) == 1
            assert message in str(lines[0][1]), lines


async def test_many_fill_in_at_once():
    with pages(HELLO):
        async def one(name):
            text = ''
            async for piece in Template('hello.txt').generate_async(name):
                text += piece
                await asyncio.sleep(0)
            return text
        names = [str(i) for i in range(20)]
        assert await asyncio.gather(*[one(name) for name in names]) == ['Hello, %s!' % name for name in names]
