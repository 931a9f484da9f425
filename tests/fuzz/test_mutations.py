# Every target gets its seeds and a thousand mutations of them, the same in every run; `make fuzz` looks further.

import pytest
from tests.fuzz.mutations import mutations
from tests.fuzz.targets import TARGETS

COUNTS = {'connections': 100}  # mutations, where one takes long
DEFAULT = 1000


@pytest.mark.parametrize('name', TARGETS)
def test_mutations(name):
    check, seeds = TARGETS[name]
    if name == 'connections':
        seeds = [seed for seed in seeds if len(seed) < 300]
        data = list(mutations(seeds, COUNTS[name]))[len(seeds):]  # tests/wire sends the seeds
    else:
        data = mutations(seeds, COUNTS.get(name, DEFAULT))
    for one in data:
        try:
            check(one)
        except Exception as exc:
            exc.add_note(f'{name}: {one!r}') if hasattr(exc, 'add_note') else print(name, one)
            raise


def test_mutations_are_the_same_in_every_run():
    seeds = [b'a', b'bc']
    assert list(mutations(seeds, 20)) == list(mutations(seeds, 20)) != list(mutations(seeds, 20, seed=1))
    assert list(mutations(seeds, 0)) == seeds
