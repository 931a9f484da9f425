# Where templates are found, when they are compiled, and what becomes of the compiled ones.

import os
import sys
import time

from folders import folder
from tools import changed, only, raises

import utemplate.recompile
import utemplate.source
from utemplate import TemplateError, compiled, recompile, source
from utemplate.__main__ import main

LOADERS = (compiled.Loader, source.Loader, recompile.Loader)

# The clock is what tells how far to trust the time of a file's last change.
LATER = 1000


class Clock:
    """Stands for the module `time`, some seconds ahead of it."""

    def __init__(self, seconds):
        self.seconds = seconds

    def time(self):
        return time.time() + self.seconds


def text_of(loader, name, *args):
    return ''.join(loader.load(name)(*args))


def read_only(path, *args):
    """Stands for `open` on a file system that cannot be written."""
    if 'w' in ''.join(args):
        raise OSError(30)
    return open(path, *args)


# Names

def test_names_that_might_lead_out_of_the_folder():
    with folder({'pages/a.html': 'a', 'secret.txt': 'secret', 'secret_txt.py': 'def render():\n yield "secret"\n'}) as files:
        names = ('../secret.txt', 'x/../../secret.txt', '..\\secret.txt', files.path + '/secret.txt', '/etc/hostname', '', '.',
                 '..', './a.html', 'x//a.html', 'a.html/', '/', 'a\x00.html', '../secret.txt\x00a.html', 'a\n.html', 'C:a.html',
                 'a:b')
        for loader_class in LOADERS:
            loader = loader_class(None, files.path + '/pages')
            for name in names:
                error = raises(TemplateError, loader.load, name)
                assert error.line is None and 'not a name' in error.message
        assert sorted(os.listdir(files.path)) == ['pages', 'secret.txt', 'secret_txt.py']


def test_what_is_not_there():
    with folder({'a.html': 'a', 'b/c.html': 'c'}) as pages:
        for loader_class in LOADERS:
            loader = loader_class(None, pages.path)
            for name in ('b.html', 'a.html/b', 'x/a.html', 'b', 'json', 'sys', 'ä.html'):
                error = raises(TemplateError, loader.load, name)
                assert str(error) == name + ': not found in ' + pages.path, str(error)
        assert 'render' not in dir(sys)
        assert not [file for file in os.listdir(pages.path) if file.endswith('.tmp')]


def test_modules_stand_beside_their_templates():
    with folder({'x.y.html': '1', 'a/b.c/d-e f.txt': '2', 'plain': '3', 'json': '4', 'ä.html': '5'}) as pages:
        loader = source.Loader(None, pages.path)
        assert [text_of(loader, name) for name in ('x.y.html', 'a/b.c/d-e f.txt', 'plain', 'json', 'ä.html')] == list('12345')
        assert {'x_y_html.py', 'plain.py', 'json.py', 'ä_html.py'} <= set(os.listdir(pages.path))
        assert 'd-e f_txt.py' in os.listdir(pages.path + '/a/b.c')
        import json
        assert json.loads('[4]') == [4]
        assert not [name for name in sys.modules if name in ('x_y_html', 'd-e f_txt', 'plain')]


def test_templates_of_the_same_module_are_refused():
    for first, second in (('user.edit.html', 'user_edit.html'), ('a/b.c', 'a/b_c'), ('a.b_c', 'a_b.c')):
        for loader_class in (source.Loader, recompile.Loader):
            with folder({first: 'first'}) as pages:
                loader = loader_class(None, pages.path)
                assert text_of(loader, first) == 'first'
                pages.write(second, 'second')
                for name, other in ((first, second), (second, first)):
                    error = raises(TemplateError, source.compile_file, pages.path, name)
                    assert (error.name, error.line) == (name, None)
                    assert 'same module as ' + other in error.message
                    if (loader_class, name) != (source.Loader, first):  # which is compiled already
                        later = loader_class(None, pages.path)
                        with changed(utemplate.recompile, time=Clock(LATER)):
                            assert 'same module as ' + other in raises(TemplateError, later.load, name).message
                with opened(read_only):
                    assert 'same module as ' + first in raises(TemplateError, loader.load, second).message
                assert 'not found' in raises(TemplateError, compiled.Loader(None, pages.path).load, second).message
                assert text_of(compiled.Loader(None, pages.path), first) == 'first'


def test_a_template_that_was_renamed_is_compiled_anew():
    for loader_class in (source.Loader, recompile.Loader):
        with folder({'user.edit.html': 'first'}) as pages:
            assert text_of(loader_class(None, pages.path), 'user.edit.html') == 'first'
            os.rename(pages.path + '/user.edit.html', pages.path + '/user_edit.html')
            pages.write('user_edit.html', 'second')
            assert text_of(loader_class(None, pages.path), 'user_edit.html') == 'second'
            assert text_of(compiled.Loader(None, pages.path), 'user_edit.html') == 'second'
            assert sorted(os.listdir(pages.path)) == ['user_edit.html', 'user_edit_html.py']


def test_a_folder_is_no_template_of_the_same_module():
    with folder({'a.html': 'a', 'a_html/b.html': 'b'}) as pages:
        for loader_class in LOADERS[1:]:
            assert text_of(loader_class(None, pages.path), 'a.html') == 'a'
            assert text_of(loader_class(None, pages.path), 'a_html/b.html') == 'b'


def test_the_folder_stands_beside_a_module():
    class Module:
        __file__ = '/nowhere/at/all/module.py'

    sys.modules['somewhere'] = Module
    try:
        assert compiled.Loader('somewhere', 'pages').folder == '/nowhere/at/all/pages'
        Module.__file__ = 'module.py'
        assert compiled.Loader('somewhere', 'pages').folder == 'pages'
    finally:
        del sys.modules['somewhere']


def test_compiled_templates_are_found_on_the_path():
    with folder({'pages/mail/a.txt': 'a', 'pages/b.txt': '{% include "mail/a.txt" %}b'}) as files:
        for name in ('mail/a.txt', 'b.txt'):
            source.compile_file(files.path + '/pages', name)
        path = sys.path[:]
        sys.path.append(files.path)
        try:
            for loader_class in LOADERS:
                assert text_of(loader_class(None, 'pages'), 'b.txt') == 'ab'
            assert sys.path == path + [files.path]
        finally:
            sys.path[:] = path


def test_a_template_goes_before_what_is_compiled_elsewhere_on_the_path():
    with folder({'mine/a.txt': 'mine', 'path/mine/a_txt.py': 'def render():\n yield "of another"\n'}) as files:
        before, path = os.getcwd(), sys.path[:]
        sys.path[:] = [files.path + '/path'] + [entry if entry[:1] in '/.' else before + '/' + entry for entry in path]
        os.chdir(files.path)
        try:
            for loader_class in (source.Loader, recompile.Loader):
                assert text_of(loader_class(None, 'mine'), 'a.txt') == 'mine'
                os.remove('mine/a_txt.py')
            with opened(read_only):
                assert text_of(source.Loader(None, 'mine'), 'a.txt') == 'mine'
            assert text_of(compiled.Loader(None, 'mine'), 'a.txt') == 'of another'
        finally:
            os.chdir(before)
            sys.path[:] = path


# When a template is compiled

def test_the_compiled_loader_never_compiles():
    with folder({'a.html': 'a'}) as pages:
        assert raises(TemplateError, compiled.Loader(None, pages.path).load, 'a.html')
        source.compile_file(pages.path, 'a.html')
        loader = compiled.Loader(None, pages.path)
        assert text_of(loader, 'a.html') == 'a'
        assert loader.load('a.html') is loader.load('a.html')
        pages.write('a.html', 'b')
        assert text_of(loader, 'a.html') == text_of(compiled.Loader(None, pages.path), 'a.html') == 'a'


def test_the_source_loader_compiles_once():
    with folder({'a.html': 'a'}) as pages:
        assert text_of(source.Loader(None, pages.path), 'a.html') == 'a'
        pages.write('a.html', 'b')
        assert text_of(source.Loader(None, pages.path), 'a.html') == 'a'
        os.remove(pages.path + '/a_html.py')
        assert text_of(source.Loader(None, pages.path), 'a.html') == 'b'


def test_the_recompile_loader_sees_every_change():
    with folder({'a.html': 'a', 'b.html': '{% include "a.html" %}'}) as pages:
        loader = recompile.Loader(None, pages.path)
        for text in ('a', 'b', 'c', 'd', 'longer', 'e'):  # all within a second
            pages.write('a.html', text)
            assert text_of(loader, 'b.html') == text
            assert text_of(recompile.Loader(None, pages.path), 'a.html') == text


def test_the_recompile_loader_compiles_no_more_than_that():
    with folder({'a.html': 'a'}) as pages:
        loader = recompile.Loader(None, pages.path)
        with changed(utemplate.recompile, time=Clock(LATER)):
            render = loader.load('a.html')
            assert loader.load('a.html') is render
            pages.write('a.html', 'longer')
            assert text_of(loader, 'a.html') == 'longer'
        with changed(utemplate.recompile, time=Clock(-LATER)):  # a board whose clock was not set
            render = recompile.Loader(None, pages.path).load('a.html')
            assert loader.load('a.html') is loader.load('a.html')


@only('cpython', 'MicroPython cannot set the times of a file')
def test_a_module_that_is_newer_is_used():
    with folder({'a.html': 'a', 'a_html.py': 'def render():\n yield "by hand"\n'}) as pages:
        os.utime(pages.path + '/a.html', (1000, 1000))
        assert text_of(recompile.Loader(None, pages.path), 'a.html') == 'by hand'
        os.utime(pages.path + '/a_html.py', (1000, 1000))
        loader = recompile.Loader(None, pages.path)
        assert text_of(loader, 'a.html') == 'a'
        os.utime(pages.path + '/a.html', (4e9, 4e9))  # of a clock that goes ahead
        assert text_of(loader, 'a.html') == 'a'
        assert loader.load('a.html') is loader.load('a.html')


def test_a_template_that_is_there_as_a_module_alone():
    with folder({'a_html.py': 'def render(x):\n yield x\n'}) as pages:
        for loader_class in LOADERS:
            assert text_of(loader_class(None, pages.path), 'a.html', 'by hand') == 'by hand'


def test_a_folder_that_cannot_be_written():
    with folder({'a.html': '{% args x %}{{ x }}{% include "b/c.html" "<" %}', 'b/c.html': '{% args y %}{{ y }}'}) as pages:
        with opened(read_only):
            for loader_class in (source.Loader, recompile.Loader):
                assert text_of(loader_class(None, pages.path), 'a.html', '>') == '><'
                assert text_of(loader_class(None, pages.path, autoescape=True), 'a.html', '>') == '&gt;&lt;'
                pages.write('bad.html', 'a\n{{ b c }}')
                assert raises(TemplateError, loader_class(None, pages.path).load, 'bad.html').line == 2
        assert sorted(os.listdir(pages.path)) == ['a.html', 'b', 'bad.html']


class opened:
    """For a `with` statement: what `utemplate.source` opens files with."""

    def __init__(self, function):
        self.function = function

    def __enter__(self):
        utemplate.source.open = self.function

    def __exit__(self, *exc):
        del utemplate.source.open


class Full:
    """A file on a file system that is full after a line."""

    def __init__(self, file):
        self.file = file

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        self.file.close()

    def write(self, data):
        if b'render' in data:
            raise OSError(28)
        self.file.write(data)


def test_a_file_system_that_is_full():
    with folder({'a.html': 'a'}) as pages:
        with opened(lambda path, mode: Full(open(path, mode)) if 'w' in mode else open(path, mode)):
            assert text_of(source.Loader(None, pages.path), 'a.html') == 'a'
        assert os.listdir(pages.path) == ['a.html']


def test_a_module_is_replaced_at_once():
    with folder({'a.html': 'a', 'a_html.py': 'def render():\n yield "old"\n'}) as pages:
        pages.write('a.html', '{{ b c }}')
        assert raises(TemplateError, source.compile_file, pages.path, 'a.html')
        assert pages.read('a_html.py') == b'def render():\n yield "old"\n'
        assert sorted(os.listdir(pages.path)) == ['a.html', 'a_html.py']


def test_where_a_file_cannot_be_renamed_onto_another():
    from utemplate import modules

    def rename(old, new):
        if new.rpartition('/')[2] in os.listdir(new.rpartition('/')[0]):
            raise OSError(17)
        real(old, new)
    with folder({'a': 'new', 'b': 'old'}) as files:
        if hasattr(modules, 'os'):
            class System:
                remove = os.remove
            real = os.rename
            System.rename = rename
            with changed(modules, os=System):
                modules.replace(files.path + '/a', files.path + '/b')
        else:
            modules.replace(files.path + '/a', files.path + '/b')
        assert os.listdir(files.path) == ['b']
        assert files.read('b') == b'new'


# Modules of other programs

def test_a_module_that_does_not_escape():
    with folder({'a_html.py': 'def render(x):\n yield x\n'}) as pages:
        for loader_class in LOADERS:
            error = raises(TemplateError, loader_class(None, pages.path, autoescape=True).load, 'a.html')
            assert 'does not escape' in error.message


def test_a_module_that_is_no_python():
    with folder({'a_html.py': 'def render(:\n'}) as pages:
        for loader_class in LOADERS:
            assert raises(TemplateError, loader_class(None, pages.path).load, 'a.html').name == 'a.html'


def test_blocks_that_are_too_deep():
    template = '{% for i in "a" %}' * 200 + '{% endfor %}' * 200
    with folder({'a.html': 'a\n' + template, 'b.html': '{% if 1 %}' * 10 + 'b' + '{% endif %}' * 10}) as pages:
        assert text_of(source.Loader(None, pages.path), 'b.html') == 'b'
        try:
            assert text_of(source.Loader(None, pages.path), 'a.html') == 'a\n'
        except TemplateError as exc:
            assert exc.name == 'a.html'
            assert exc.line in (None, 2)


def test_values_belong_to_one_loader():
    with folder({'a.html': '{{ "<" }}'}) as pages:
        plain, escaping = source.Loader(None, pages.path), source.Loader(None, pages.path, autoescape=True)
        assert [text_of(loader, 'a.html') for loader in (plain, escaping, plain)] == ['<', '&lt;', '<']


# The command

class Output:
    """For a `with` statement: what a function of `utemplate.__main__` prints."""

    def __enter__(self):
        self.lines = []
        self.module = sys.modules['utemplate.__main__']
        self.module.print = lambda *values, file=None: self.lines.append(' '.join(values))
        return self.lines

    def __exit__(self, *exc):
        del self.module.print


def test_the_command_compiles_folders():
    with folder({
        'a.html': 'a', '_b.html': 'b', 'c/d.e.txt': 'd', '.hidden': '{{', 'old_html.py': '', '__pycache__/x': '{{', 'a.html~': '{{',
    }) as pages:
        with Output() as lines:
            assert main([pages.path]) == 0
        assert lines == [pages.path + '/' + name for name in ('_b_html.py', 'a_html.py', 'c/d_e_txt.py')]
        assert text_of(compiled.Loader(None, pages.path), 'c/d.e.txt') == 'd'
        with Output() as again:
            assert main([pages.path]) == 0
        assert again == lines


def test_the_command_says_what_is_wrong():
    with folder({'a.html': 'x\n{{', 'b.html': '', 'b_html': '', 'c.html': ''}) as pages:
        with Output() as lines:
            assert main([pages.path]) == 1
        assert lines == [
            pages.path + '/a.html:2: {{ without }}', pages.path + '/b.html: compiles to the same module as b_html',
            pages.path + '/b_html: compiles to the same module as b.html', pages.path + '/c_html.py']
        with Output() as lines:
            assert main([pages.path + '/nowhere']) == 2
            assert main([]) == main(['--help']) == 2
        assert lines == [pages.path + '/nowhere: no such folder'] + ['usage: python -m utemplate FOLDER...'] * 2
