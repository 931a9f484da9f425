"""Look for bytes with which a target fails, guided by what they reach in the code; `make fuzz` does so for every target.

    python -m tests.fuzz                          list the targets
    python -m tests.fuzz TARGET SECONDS [OPTION]  fuzz one; options are libFuzzer's

What reached something new is kept in build/fuzz/TARGET/corpus, from where the next run goes on. What fails is written to
build/fuzz/TARGET: give it a row in tests/wire, or a seed in targets.py.
"""

import hashlib
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
LONGEST = 4096  # bytes of an input
SLOWEST = 10    # seconds for one of them

sys.path[:0] = [str(ROOT / 'tests/app'), str(ROOT / 'tests/wire')]


def fuzz(name, seconds, *options):
    import atheris

    with atheris.instrument_imports(include=['microdot']):
        from tests.fuzz.targets import TARGETS

    check, seeds = TARGETS[name]
    folder = ROOT / 'build/fuzz' / name
    for kind, inputs in ('corpus', []), ('seeds', seeds):
        (folder / kind).mkdir(parents=True, exist_ok=True)
        for data in inputs:
            (folder / kind / hashlib.sha1(data).hexdigest()).write_bytes(data)
    dictionary = folder / 'dictionary'
    dictionary.write_text(tokens())
    atheris.Setup([
        name, f'-max_total_time={seconds}', f'-max_len={LONGEST}', f'-timeout={SLOWEST}', f'-artifact_prefix={folder}/',
        f'-dict={dictionary}', '-print_final_stats=1', *options, str(folder / 'corpus'), str(folder / 'seeds')], check)
    atheris.Fuzz()


def tokens():
    """Return the tokens of the mutations as libFuzzer reads them."""
    from tests.fuzz.mutations import TOKENS

    return ''.join('"' + ''.join(f'\\x{octet:02x}' for octet in token) + '"\n' for token in TOKENS)


def main(name=None, seconds='60', *options):
    if name:
        fuzz(name, seconds, *options)
    else:
        from tests.fuzz.targets import TARGETS

        print(*TARGETS)


main(*sys.argv[1:])
