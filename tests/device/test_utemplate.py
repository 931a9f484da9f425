# What templates cost a board: the heap that is taken when they are imported and one was filled in.

import subprocess

import pytest
from tests.conftest import BUILDS
from tests.device.compiled import compile_module, compile_rooms

from utemplate.source import compile_file

HEAP = 9000  # bytes on 32 bits, compiled, beside what an application without templates takes

TEMPLATE = '''{% args title, names %}
<!doctype html>
<title>{{ title }}</title>
<ul>
{% for name in names %}
<li>{{ name }}</li>
{% endfor %}
</ul>
'''

PROGRAM = '''
import gc
import os
import sys

from microdot import Response


def free():
    gc.collect()
    gc.collect()
    return gc.mem_free()


before = free()

from microdot.utemplate import Template
from utemplate import compiled

Template.initialize(loader_class=compiled.Loader, autoescape=True)
assert '<li>&lt;b&gt;</li>' in Template('list.html').render('Names', ['a', '<b>'])
print(before - free())
'''


@pytest.mark.needs('mp32')
def test_compiled_templates_take_little_heap(tmp_path):
    compile_rooms(tmp_path)
    (tmp_path / 'templates').mkdir()
    (tmp_path / 'templates/list.html').write_text(TEMPLATE)
    module = tmp_path / compile_file(str(tmp_path / 'templates'), 'list.html')
    compile_module(module, module.with_suffix('.mpy'))
    module.unlink()
    (tmp_path / 'program.py').write_text(PROGRAM)
    run = subprocess.run([BUILDS['mp32'], '-X', 'heapsize=256k', 'program.py'], cwd=tmp_path, timeout=60, check=False,
                         env={'MICROPYPATH': f'{tmp_path}:.frozen'}, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr or run.stdout
    taken = int(run.stdout)
    print(taken, 'bytes')
    assert 1000 < taken < HEAP
