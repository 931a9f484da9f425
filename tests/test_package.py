# What is published: the source distribution and the wheel made of it, and what these are in an environment with nothing else.

import subprocess
import sys
import tarfile
import venv
import zipfile

import pytest
from tests.conftest import ROOT
from tests.runtimes.conftest import Process

from microdot import __version__

NAME = f'microdot-{__version__}'
SOURCES = {path.relative_to(ROOT / 'src').as_posix() for path in (ROOT / 'src').rglob('*')
           if path.suffix == '.py' or path.name == 'py.typed'}
TIMEOUT = 300  # seconds, for pip and its index


@pytest.fixture(scope='module')
def built(tmp_path_factory):
    folder = tmp_path_factory.mktemp('dist')
    subprocess.run([sys.executable, '-m', 'build', '--no-isolation', '--outdir', folder, ROOT], check=True, timeout=TIMEOUT,
                   capture_output=True)
    return folder


@pytest.fixture(scope='module')
def installed(built, tmp_path_factory):
    folder = tmp_path_factory.mktemp('installed')
    venv.create(folder)
    subprocess.run([sys.executable, '-m', 'pip', '--python', folder, 'install', '--no-index', '--disable-pip-version-check',
                    *built.glob('*.whl')], check=True, timeout=TIMEOUT, capture_output=True)
    return folder / 'bin'


def test_the_source_distribution(built):
    with tarfile.open(built / f'{NAME}.tar.gz') as archive:
        names = {member.name.removeprefix(NAME + '/') for member in archive.getmembers()}
    assert names == {'src/' + name for name in SOURCES} | {
        '.gitignore', 'CHANGELOG.md', 'LICENSE', 'PKG-INFO', 'README.md', 'pyproject.toml'}


def test_the_wheel(built):
    with zipfile.ZipFile(built / f'{NAME}-py3-none-any.whl') as archive:
        names = set(archive.namelist())
        entry_points = archive.read(f'{NAME}.dist-info/entry_points.txt').decode()
    assert {'microdot/py.typed', 'utemplate/py.typed'} <= SOURCES
    assert names == SOURCES | {f'{NAME}.dist-info/{name}' for name in (
        'METADATA', 'RECORD', 'WHEEL', 'entry_points.txt', 'licenses/LICENSE')}
    assert entry_points == '[console_scripts]\nmicrodot = microdot.cli:main\n'


@pytest.mark.parametrize('options', [[], ['--workers', '2']], ids=['one', 'workers'])
@pytest.mark.parametrize('command', [['microdot'], ['python', '-m', 'microdot']], ids=['script', 'module'])
def test_the_command_where_it_is_installed(installed, tmp_path, command, options):
    process = Process('microdot', ['env', '-C', ROOT / 'examples/hello', '-u', 'PYTHONPATH', installed / command[0], *command[1:],
                                   'run', 'hello:app', '--port', '0', *options], tmp_path / 'log')
    try:
        process.port = int(process.says(r'on http://127\.0\.0\.1:(\d+), Ctrl-C stops')[1])
        assert process.get('/').body == b'Hello, world!'
        process.popen.terminate()
        assert process.ends() == 0
        process.assert_no_trouble()
    finally:
        process.kill()


def test_what_is_not_installed_is_named(installed):
    run = subprocess.run([installed / 'microdot', 'run', 'hello:app', '--reload'], cwd=ROOT / 'examples/hello', timeout=TIMEOUT,
                         capture_output=True, text=True, check=False)
    assert (run.returncode, run.stderr) == (1, "microdot: --reload needs the package watchfiles: pip install 'microdot[dev]'\n")
