# A MicroPython that is newer than the one everything else is tested with: what tests/app says holds there, too.

import pytest
from tests import conftest


@pytest.mark.needs('newer')
@pytest.mark.parametrize('file', sorted(path.name for path in (conftest.ROOT / 'tests/app').glob('test_*.py')))
def test_it_behaves_as_the_version_in_use(file):
    names = [test.name for test in conftest.tests_of(conftest.ROOT / 'tests/app' / file)]
    results = conftest.run_on_device(conftest.NEWER['newer'], 'src', f'tests/app/{file}', names)
    assert {name: result for name, result in results.items() if result.outcome == 'failed'} == {}
