# The tables of limits in the pages of the user's guide tell what the limits of each Python are.

import re

import pytest
from tests.conftest import ROOT

from microdot.multipart import FileUpload, FormDataIter

WHERE = {'Request': 'microdot', 'FormDataIter': 'microdot.multipart', 'FileUpload': 'microdot.multipart'}
ROW = re.compile(r'^\| `(\w+)\.(\w+)` \|.*\| (\d+) \| (\d+) \|$', re.MULTILINE)


@pytest.mark.parametrize('page', ['multipart'])
def test_limits(launch, python, page):
    rows = ROW.findall((ROOT / f'docs/{page}.md').read_text())
    assert rows
    script = 'import sys; sys.path.insert(0, "src")\n'
    for owner, name, *_ in rows:
        script += f'from {WHERE[owner]} import {owner}; print({owner}.{name})\n'
    process = launch('-c', script)
    assert process.ends() == 0, process.printed
    assert process.printed.split() == [row[2 if python == 'cpython' else 3] for row in rows]


def test_no_limit_is_missing():
    named = {f'{owner}.{name}' for owner, name, *_ in ROW.findall((ROOT / 'docs/multipart.md').read_text())}
    limits = {f'{owner.__name__}.{name}' for owner in (FormDataIter, FileUpload)
              for name in vars(owner) if name.startswith('max_')}
    assert limits < named
