# How an application is found by what is typed, and what is said where there is none.

import re

import pytest

APP = "from microdot import Microdot\napp = Microdot()\n\n@app.get('/%s')\nasync def index(request):\n    return ''\n"

FACTORY = '''
from microdot import Microdot

def create_app(path='made', *, suffix=''):
    app = Microdot()

    @app.get('/' + path + suffix)
    async def index(request):
        return ''

    return app
'''

FOUND = {  # what is typed, the files there are, and the path of the route that is listed
    'a module': ('hello', {'hello.py': APP % 'found'}),
    'a module and an attribute': ('hello:web', {'hello.py': APP % 'found' + 'web = app\napp = None'}),
    'an attribute of an attribute': ('hello:site.app', {'hello.py': APP % 'found' + 'class site:\n    app = app\napp = None'}),
    'a module of a package': ('shop.web:app', {'shop/__init__.py': '', 'shop/web.py': APP % 'found'}),
    'a package': ('shop', {'shop/__init__.py': APP % 'found'}),
    'a file': ('hello.py', {'hello.py': APP % 'found'}),
    'a file in a folder': ('deep/down/hello.py', {'deep/down/hello.py': 'import beside\n' + APP % 'found',
                                                  'deep/down/beside.py': ''}),
    'a file and an attribute': ('./hello.py:web', {'hello.py': APP % 'found' + 'web = app\napp = None'}),
    'a file of a package': ('shop/web.py', {'shop/__init__.py': '', 'shop/web.py': 'from . import other\n' + APP % 'found',
                                            'shop/other.py': ''}),
    'the folder of a package': ('sub/shop', {'sub/shop/__init__.py': 'from . import other\n' + APP % 'found',
                                             'sub/shop/other.py': ''}),
    'application': ('hello', {'hello.py': APP % 'found' + 'application, app = app, None'}),
    'the only one': ('hello', {'hello.py': APP % 'found' + 'web = app\ndel app'}),
    'a factory': ('hello', {'hello.py': FACTORY.replace('made', 'found')}),
    'a factory by its name': ('hello:create_app', {'hello.py': FACTORY.replace('made', 'found')}),
    'a factory that is called': ("hello:create_app('f', suffix='ound')", {'hello.py': FACTORY}),
    'app.py': (None, {'app.py': APP % 'found'}),
    'main.py': (None, {'app.py': None, 'main.py': APP % 'found'}),
    'a program that ends with run': ('hello', {'hello.py': APP % 'found' + 'app.run()'}),
    'an application of ASGI': ('hello', {'hello.py': APP.replace('microdot', 'microdot.asgi', 1) % 'found' + 'app.run()'}),
}


def prepare(folder, files):
    for name, text in files.items():
        if text is None:
            (folder.path / name).unlink()
        else:
            folder.write(name, text)


@pytest.mark.parametrize(('target', 'files'), FOUND.values(), ids=FOUND)
def test_found(folder, target, files):
    prepare(folder, files)
    run = folder.run('routes', *([target] if target else []))
    assert run.returncode == 0, run.stderr
    assert run.stdout.splitlines()[1].split()[:2] == ['GET', '/found']


NOT_FOUND = {
    'no app.py': (None, {'app.py': None},
                  r'There is no app\.py in .*/project\. Say where the application is, as in: microdot run module:app'),
    'no app.py, but another': (None, {'app.py': None, 'hello.py': APP}, r'Here are: hello\.py'),
    'no module': ('nowhere', {}, r'There is no module nowhere in .*/project\. Here are: app\.py'),
    'no module in a package': ('shop.nowhere', {'shop/__init__.py': ''}, r'There is no module shop\.nowhere'),
    'no module before the colon': (':app', {}, 'Before the colon of :app the module is missing'),
    'no name of a module': ('my-app', {}, 'my-app is neither a module nor a file'),
    'no file': ('nowhere.py', {}, r'There is no file nowhere\.py in .*/project\. Here are: app\.py'),
    'no attribute': ('app:apq', {}, r'app has no apq\. Did you mean app:app\?'),
    'no application': ('empty', {'empty.py': ''}, 'empty has no application: it needs a line like app = Microdot'),
    'several': ('two', {'two.py': 'from microdot import Microdot as M\na, b = M(), M()'},
                'two has several applications, say which: two:a or two:b'),
    'something else': ('app:index', {'app.py': 'index = 7'}, 'app:index is no application but of the class int'),
    'a factory of something else': ('app:f()', {'app.py': 'def f(): return 7'},
                                    r'app:f\(\) is no application but of the class int'),
    'a factory that needs arguments': ('app:f', {'app.py': 'def f(path): pass'},
                                       r"app:f cannot be called so: missing a required argument: 'path'\. "
                                       r"Give the arguments, as in: app:f\('value'\)"),
    'no expression': ('app:app+1', {}, r'app\+1 is neither a name, as in app:app, nor a call with plain values'),
    'a call that runs something': ('app:f(print())', {}, 'is neither a name'),
    'the name of another module': ('sub/json.py', {'sub/json.py': ''},
                                   r'The name of sub/json\.py is that of another module, .*json.*: give the file'),
}


@pytest.mark.parametrize('command', ['routes', 'run'])
@pytest.mark.parametrize(('target', 'files', 'says'), NOT_FOUND.values(), ids=NOT_FOUND)
def test_not_found(folder, command, target, files, says):
    prepare(folder, files)
    run = folder.run(command, *([target] if target else []), *(['--port', '0'] if command == 'run' else []))
    assert run.returncode == 1
    assert 'Traceback' not in run.stderr
    assert run.stderr.startswith('microdot: ')
    assert re.search(says, run.stderr), run.stderr


@pytest.mark.parametrize(('text', 'error'), [
    ('import nowhere', "ModuleNotFoundError: No module named 'nowhere'"),
    ('def f(:', 'SyntaxError: invalid syntax'),
    ('1 / 0', 'ZeroDivisionError: division by zero'),
], ids=['no module', 'syntax', 'an exception'])
def test_a_module_that_fails(folder, text, error):
    folder.write('app.py', f'# A comment.\n{text}\n')
    run = folder.run('routes', 'app')
    assert run.returncode == 1
    assert error in run.stderr
    assert 'app.py", line 2' in run.stderr
    assert 'microdot/cli' not in run.stderr, 'the way to the module is of no interest'
    assert run.stderr.endswith('microdot: The application cannot be imported: see the error above\n')


def test_a_program_that_ends_with_run_is_told_so(folder):
    folder.write('app.py', APP % '' + 'app.run(port=1)')
    assert folder.run('routes').stderr == 'microdot: app.run() is left out, as `microdot run` serves the application\n'


def test_routes(folder):
    folder.write('app.py', '''
from microdot import Microdot

app = Microdot()
books = Microdot()

class Shelf:
    async def __call__(self, request, id):
        return ''

books.route('/<int:id>', methods=['GET', 'DELETE'])(Shelf())

@app.post('pay')
async def pay(request):
    return ''

app.mount(books, url_prefix='/books')
''')
    assert folder.run('routes').stdout == '''\
Methods      Pattern          Function
POST         /pay             app.pay
GET, DELETE  /books/<int:id>  app.Shelf
'''


def test_routes_tells_what_is_wrong(folder):
    folder.write('app.py', APP % 'a/<id>')
    run = folder.run('routes')
    assert run.stdout.endswith('GET      /a/<id>  app.index\n')
    assert run.stderr.startswith('microdot: index does not take id')
