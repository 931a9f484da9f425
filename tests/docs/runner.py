"""Run programs, each in a process that has imported the framework already.

Its input is a line for each: the path of the program, and the file for what it prints, as a list in JSON. Its output is a line for
each, the exit status.
"""

import importlib
import json
import os
import pkgutil
import runpy
import sys

import microdot

for module in pkgutil.iter_modules(microdot.__path__, 'microdot.'):
    if module.name not in ('microdot.__main__', 'microdot.cli'):
        importlib.import_module(module.name)

for line in sys.stdin:
    path, log = json.loads(line)
    child = os.fork()
    if not child:
        output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(output, 1)
        os.dup2(output, 2)
        sys.argv[:] = [path]
        sys.path[0] = os.path.dirname(path)
        runpy.run_path(path, run_name='__main__')
        break
    _, status = os.waitpid(child, 0)
    print(os.waitstatus_to_exitcode(status), flush=True)
