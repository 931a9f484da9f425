# Runs tests of one file on MicroPython; tests/conftest.py starts it and reads what it prints.
#
#   micropython tests/device_runner.py SECONDS SOURCE tests/app/test_file.py test_one test_two ...
#
# A record follows each test: the record separator of RFC 7464, [name, outcome, text] as JSON, a line feed.
# What stands before a record was printed by its test. SECONDS is the longest an async test may take, SOURCE the folder of the
# packages.

import asyncio
import io
import json
import sys


def main(seconds, source, path, *names):
    folder, _, file = path.rpartition('/')
    sys.path[:] = [source, folder, 'tests/app', '.frozen']  # tools; MicroPython's own modules
    module = __import__(file[:-len('.py')])
    for name in names:
        outcome, text = run(getattr(module, name), float(seconds))
        print('\x1e' + json.dumps([name, outcome, text]))


def run(test, seconds):
    from tools import skip_reason
    reason = skip_reason(test)
    if reason:
        return 'skipped', reason
    try:
        result = test()
        # Where no task is left that could go on, run() returns as if all were done.
        if hasattr(result, 'send') and not asyncio.run(asyncio.wait_for(ended(result), seconds)):
            return 'failed', 'The test did not end: the event loop has lost it\n'
    except BaseException as exc:  # SystemExit and CancelledError too: the other tests go on
        return 'failed', traceback(exc)
    finally:
        asyncio.new_event_loop()  # whatever the test left running ends with it
    return 'passed', ''


async def ended(test):
    await test
    return True


def traceback(exc):
    text = io.StringIO()
    sys.print_exception(exc, text)
    return text.getvalue()


main(*sys.argv[1:])
