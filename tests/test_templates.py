# Templates on CPython: whatever their text, from many threads and processes at once, and what their tracebacks and the command
# tell.

import os
import subprocess
import sys
import threading
import traceback

import pytest
from hypothesis import example, given, settings, strategies as st
from strategies import SETTINGS
from tests.conftest import BUILDS, ROOT, require

from utemplate import TemplateError
from utemplate.compiled import Loader as CompiledLoader
from utemplate.compiler import Compiler
from utemplate.cpython import run_source
from utemplate.recompile import Loader

CHARACTERS = st.characters(codec='utf-8')
TOKENS = st.sampled_from([
    '{{', '}}', '{%', '%}', '{#', '#}', '{', '}', ' ', '\n', '\r\n', 'x', '"', "'", '\\', '(', ')', '[', ']', ':', ',', '=', '#',
    '-', '~', '*', '\x00', '"""', ' in ', 'not ', 'lambda ', 'yield ', 'args', 'if', 'elif', 'else', 'endif', 'for x in y',
    'endfor', 'while x', 'endwhile', 'set x = 1', 'include', 'include "a"',
    '{{ x }}', '{% if x %}', '{% endif %}', '{% for x in x %}', '{% endfor %}'])


def compiled_source(template):
    lines = iter(template.splitlines(keepends=True))
    pieces = []
    Compiler('a.html', lambda: next(lines, b''), pieces.append).compile()
    return ''.join(pieces)


def function_of(template):
    return run_source('a.html', 'nowhere/a_html.py', compiled_source(template))['render']


@settings(SETTINGS)
@given(st.text(CHARACTERS))
def test_text_without_tags_comes_out_as_it_is(text):
    for mark in ('{{', '{%', '{#'):
        text = text.replace(mark, '{ ')
    assert ''.join(function_of(text.encode())()) == text


@settings(SETTINGS)
@given(st.text(CHARACTERS))
def test_values_come_out_as_they_are(text):
    assert ''.join(function_of(f'{{{{ {text!r} }}}}{{% set x = {text!r} %}}{{{{ x }}}}'.encode())()) == text * 2


@settings(SETTINGS, max_examples=1000)
@given(st.one_of(st.lists(TOKENS).map(''.join), st.text(CHARACTERS)).map(str.encode) | st.binary())
@example(b'{{ ' + b'-' * 8000 + b'1 }}')
@example(b'{{ ' + b'not ' * 2000 + b'1 }}')
@example(b'{{ ' + b'(' * 4000 + b')' * 4000 + b' }}')
@example(b'{{ ' + b'9' * 8000 + b' }}')
@example(b'{% if 1 %}' * 101 + b'{% endif %}' * 101)
@example(b'{% for i in x %}' * 21 + b'{% endfor %}' * 21)
@example(b'{% set nonlocal = 1 %}')
@example(b'{% set None = 1 %}')
@example(b'{% for 1 in x %}{% endfor %}')
@example(b'{% args a=1, b %}')
@example(b'{{ "\\N{no such name}" }}')
@pytest.mark.filterwarnings('ignore::SyntaxWarning')
def test_any_text_compiles_or_is_refused(text):
    try:
        function_of(text)
    except TemplateError as exc:
        assert exc.name == 'a.html'
        assert 1 <= exc.line <= text.count(b'\n') + 1
    except NameError as exc:  # of a default value
        assert b'args' in text, exc


@pytest.mark.parametrize('text', [
    b'{{ x }}' * 50_000, b'a' * 2_000_000, b'{ ' * 200_000, b'{' * 200_000, b'{# ' + b'\n' * 200_000, b'{{ ' + b'\n' * 200_000])
def test_no_text_takes_long(text):
    """A quadratic compiler would run into the deadline of the whole suite."""
    try:
        source = compiled_source(text)
        assert len(source) >= len(text)
    except TemplateError as exc:
        assert 'without' in exc.message


# Tracebacks

def test_tracebacks_name_the_lines_of_templates(tmp_path):
    (tmp_path / 'page.html').write_text(
        '{% args items %}\n\n{% for item in items %}\n{% include "item.html" item %}\n{% endfor %}\n')
    (tmp_path / 'item.html').write_text('{% args item %}\n<p>\n  {{ item.name }}\n')
    for loader_class in (Loader, CompiledLoader):
        with pytest.raises(AttributeError) as caught:
            list(loader_class(None, str(tmp_path)).load('page.html')([1]))
        frames = traceback.extract_tb(caught.value.__traceback__)[-2:]
        assert [(frame.filename, frame.lineno, frame.line) for frame in frames] == [
            (f'{tmp_path}/page.html', 4, '{% include "item.html" item %}'), (f'{tmp_path}/item.html', 3, '{{ item.name }}')]
        assert '^' not in ''.join(traceback.format_tb(caught.value.__traceback__)[-2:])


def test_without_the_template_tracebacks_name_the_module(tmp_path):
    (tmp_path / 'page.html').write_text('\n\n{{ 1 / 0 }}')
    Loader(None, str(tmp_path)).load('page.html')
    (tmp_path / 'page.html').unlink()
    with pytest.raises(ZeroDivisionError) as caught:
        list(CompiledLoader(None, str(tmp_path)).load('page.html')())
    frame = traceback.extract_tb(caught.value.__traceback__)[-1]
    assert (frame.filename, frame.line) == (f'{tmp_path}/page_html.py', 'yield _text((1 / 0))  # 3')


def test_what_only_the_whole_shows_has_its_line_too(tmp_path):
    (tmp_path / 'a.html').write_text('\n' * 4 + '{% for i in "a" %}' * 21 + '{% endfor %}' * 21)
    with pytest.raises(TemplateError) as caught:
        Loader(None, str(tmp_path)).load('a.html')
    assert caught.value.line == 5


# Many at once

def test_threads_compile_the_same_template(tmp_path):
    template = tmp_path / 'a.html'
    loader = Loader(None, str(tmp_path))
    wrong = []

    def load():
        for _ in range(50):
            text = ''.join(loader.load('a.html')())
            if text != 'x' * 5000:
                wrong.append(text)

    template.write_text('x' * 5000)
    threads = [threading.Thread(target=load) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert sorted(os.listdir(tmp_path)) == ['a.html', 'a_html.py']


def test_processes_compile_the_same_template(tmp_path):
    (tmp_path / 'a.html').write_text('x' * 5000)
    program = (
        'from utemplate.recompile import Loader\n'
        'for _ in range(100):\n'
        '    assert "".join(Loader(None, ".").load("a.html")()) == "x" * 5000')
    processes = [subprocess.Popen([sys.executable, '-c', program], cwd=tmp_path, env={'PYTHONPATH': str(ROOT / 'src')})
                 for _ in range(4)]
    assert [process.wait(60) for process in processes] == [0] * 4
    assert sorted(os.listdir(tmp_path)) == ['a.html', 'a_html.py']


# The command

@pytest.mark.parametrize('python', ['cpython', 'mp64', 'mp32'])
def test_the_command(tmp_path, python):
    if python != 'cpython':
        require(python)
    (tmp_path / 'pages/mail').mkdir(parents=True)
    (tmp_path / 'pages/a.html').write_text('{{ 1 }}')
    (tmp_path / 'pages/mail/b.txt').write_text('b')

    def run(*arguments):
        return subprocess.run(
            [BUILDS.get(python, sys.executable), '-m', 'utemplate', *arguments],
            cwd=tmp_path, capture_output=True, text=True, timeout=60,
            env={'PYTHONPATH': str(ROOT / 'src'), 'MICROPYPATH': f'{ROOT}/src:.frozen'}, check=False)

    done = run('pages')
    assert (done.returncode, done.stdout, done.stderr) == (0, 'pages/a_html.py\npages/mail/b_txt.py\n', '')
    assert ''.join(CompiledLoader(None, str(tmp_path / 'pages')).load('a.html')()) == '1'
    (tmp_path / 'pages/a.html').write_text('\n{{ 1 1 }}')
    wrong = run('pages')
    assert (wrong.returncode, wrong.stdout) == (1, 'pages/mail/b_txt.py\n')
    assert wrong.stderr.startswith('pages/a.html:2: ')
    usage = run()
    assert (usage.returncode, usage.stdout, usage.stderr) == (2, '', 'usage: python -m utemplate FOLDER...\n')
