# Templates of Jinja in an application.

import asyncio
import importlib
import sys

import jinja2
import pytest

from microdot import Microdot
from microdot.jinja import Template
from microdot.test_client import TestClient

VALUE = '<a href="">&'
ESCAPED = '&lt;a href=&#34;&#34;&gt;&amp;'


@pytest.fixture
def pages(tmp_path, monkeypatch):
    """Give a folder of templates, beside which Jinja is not set up."""
    monkeypatch.setattr(Template, 'jinja_env', None)
    monkeypatch.setattr(Template, '_without_async', None)
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / 'templates'
    folder.mkdir()
    (folder / 'hello.txt').write_text('Hello, {{ name }}!')
    (folder / 'page.html').write_text('{% extends "base.html" %}{% block body %}{{ name }}{% endblock %}')
    (folder / 'base.html').write_text('<b>{% block body %}{% endblock %}</b>')
    (folder / 'awaits.txt').write_text('{{ ask() }}{% for i in items %}{{ i }}{% endfor %}')
    return folder


async def ask():
    await asyncio.sleep(0)
    return 'asked'


async def items():
    for i in range(3):
        await asyncio.sleep(0)
        yield i


def test_the_defaults(pages):
    assert Template.jinja_env is None
    template = Template('hello.txt')
    assert (template.name, template.render(name='Ada')) == ('hello.txt', 'Hello, Ada!')
    assert isinstance(template.template, jinja2.Template)
    assert isinstance(Template.jinja_env, jinja2.Environment)
    assert list(template.generate({'name': 'Ada'})) == ['Hello, ', 'Ada', '!']
    assert Template('page.html').render(name=VALUE) == f'<b>{ESCAPED}</b>'


def test_what_is_passed_on(pages):
    env = Template.initialize('templates', variable_start_string='[[', variable_end_string=']]')
    assert env is Template.jinja_env
    (pages / 'a.txt').write_text('[[ name|shout ]][[ mark ]]')
    env.filters['shout'] = str.upper
    assert Template('a.txt', globals={'mark': '!'}).render(name='Ada') == 'ADA!'
    Template.initialize(autoescape=False, loader=jinja2.DictLoader({'a.html': '{{ name }}'}))
    assert Template('a.html').render(name='<') == '<'


@pytest.mark.parametrize('ending', ['', '.j2', '.jinja', '.jinja2'])
@pytest.mark.parametrize('name', ['a.html', 'a.htm', 'a.xml', 'a.xhtml', 'a.svg', 'a.HTML'])
def test_markup_is_escaped(pages, name, ending):
    (pages / (name + ending)).write_text('{{ name }}{{ name|safe }}')
    assert Template(name + ending).render(name=VALUE) == ESCAPED + VALUE


@pytest.mark.parametrize('name', ['a.txt', 'a.txt.j2', 'a.j2', 'html'])
def test_other_text_is_not(pages, name):
    (pages / name).write_text('{{ name }}')
    assert Template(name).render(name=VALUE) == VALUE


@pytest.mark.parametrize('name', ['none.html', '../secret.txt', 'a/../../secret.txt', '/etc/hostname', '..\\secret.txt'])
def test_what_is_not_there(pages, name):
    (pages.parent / 'secret.txt').write_text('secret')
    with pytest.raises(jinja2.TemplateNotFound):
        Template(name)


async def test_awaits(pages):
    Template.initialize(enable_async=True)
    template = Template('awaits.txt')
    assert await template.render_async(ask=ask, items=items()) == 'asked012'
    pieces = [piece async for piece in template.generate_async(ask=ask, items=items())]
    assert pieces == ['asked', '0', '1', '2']


async def test_without_async_nothing_awaits(pages):
    with pytest.raises(RuntimeError):
        await Template('hello.txt').render_async(name='Ada')
    with pytest.raises(RuntimeError, match='enable_async'):
        Template('hello.txt').generate_async(name='Ada')


async def test_synchronous_in_the_loop_though_it_could_await(pages):
    env = Template.initialize(enable_async=True)
    env.filters['shout'] = str.upper
    env.globals['mark'] = '?'
    (pages / 'a.txt').write_text('{{ name|shout }}{{ mark }}{% for i in range(2) %}{{ i }}{% endfor %}')
    template = Template('a.txt')
    assert template.render(name='Ada') == ''.join(template.generate(name='Ada')) == 'ADA?01'
    assert Template('a.txt', globals={'mark': '!'}).render(name='Ada') == 'ADA!01'
    assert Template('page.html').render(name=VALUE) == f'<b>{ESCAPED}</b>'
    assert next(Template('hello.txt').generate(name='Ada')) == 'Hello, '
    # The environment may be set up anew.
    Template.initialize(enable_async=True).globals['mark'] = '.'
    Template.jinja_env.filters['shout'] = str.lower
    assert Template('a.txt').render(name='Ada') == 'ada.01'


async def test_synchronous_in_the_loop_it_cannot_await(pages):
    Template.initialize(enable_async=True)
    with pytest.raises(RuntimeError, match='render_async'):
        Template('awaits.txt').render(ask=ask, items=[])


def test_synchronous_outside_of_the_loop_it_awaits(pages):
    Template.initialize(enable_async=True)
    assert Template('awaits.txt').render(ask=ask, items=items()) == 'asked012'
    assert list(Template('awaits.txt').generate(ask=ask, items=[])) == ['asked']


async def test_answers(pages):
    Template.initialize(enable_async=True)
    app = Microdot()
    ways = {
        'render': lambda template: template.render(name=VALUE),
        'generate': lambda template: template.generate(name=VALUE),
        'generate_async': lambda template: template.generate_async(name=VALUE),
    }

    @app.get('/in_loop/<name>')
    async def in_loop(request, name):
        return ways[name](Template('page.html'))

    @app.get('/render_async')
    async def render_async(request):
        return await Template('page.html').render_async(name=VALUE)

    @app.get('/in_thread/<name>')
    def in_thread(request, name):
        return ways[name](Template('page.html'))

    for path in ('/in_loop/render', '/in_loop/generate', '/in_loop/generate_async', '/in_thread/render', '/in_thread/generate',
                 '/render_async'):
        response = await TestClient(app).get(path)
        assert (response.status_code, response.text) == (200, f'<b>{ESCAPED}</b>'), path


def test_jinja_that_is_not_installed_is_told_so(monkeypatch):
    monkeypatch.setitem(sys.modules, 'jinja2', None)
    monkeypatch.delitem(sys.modules, 'microdot.jinja')
    with pytest.raises(ImportError, match=r"pip install 'microdot\[jinja\]'"):
        importlib.import_module('microdot.jinja')
