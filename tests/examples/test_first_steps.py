# The examples of the first steps.

import re
import subprocess

import pytest
from tests.conftest import ROOT
from tests.docs.conftest import PYTHONS
from tests.examples.index import EXAMPLES

FORM = {'name': 'Emma', 'tea': 'Assam', 'cups': '2'}


@pytest.mark.example('hello')
def test_hello(client):
    assert client.get('/').text == 'Hello, world!'


@pytest.mark.example('routes')
@pytest.mark.parametrize(('path', 'answer'), [
    ('/', ['/books/1', '/books/2']),
    ('/books/2', 'Persuasion'), ('/books/3', 404), ('/books/two', 404),
    ('/books/2/preface', 'The preface of Persuasion'), ('/books/2/Preface', 404),
    ('/diary/1815-12-23', {'year': 1815, 'month': 12, 'day': 23}), ('/diary/1815-13-01', 404), ('/diary/today', 404),
    ('/shelves/left/upper', ['left', 'upper']),
    ('/search?q=Per', ['Persuasion']), ('/search', ['Emma', 'Persuasion']),
    ('/old/1', 301),
])
def test_routes(client, path, answer):
    response = client.get(path)
    if isinstance(answer, int):
        assert response.status_code == answer
    else:
        assert (response.json() if response.text[0] in '[{' else response.text) == answer


@pytest.mark.example('routes')
def test_methods(client):
    assert client.post('/search', data={'q': 'Em'}).json() == ['Emma']
    assert client.put('/books/1', content='Emma').text == 'Emma'
    response = client.delete('/books/1')
    assert (response.status_code, response.headers['allow']) == (405, 'GET, PUT, HEAD, OPTIONS')
    assert client.get('/old/1').headers['location'] == '/books/1'


@pytest.mark.example('forms')
def test_a_form_that_is_right(client):
    response = client.post('/', data={**FORM, 'name': '<b>Emma</b>', 'milk': 'on'})
    assert response.status_code == 303
    page = client.get(response.headers['location']).text
    assert '<h1>Thank you, &lt;b&gt;Emma&lt;/b&gt;</h1>' in page
    assert '2 cups of Assam, with milk.' in page


@pytest.mark.example('forms')
@pytest.mark.parametrize(('wrong', 'errors'), [
    ({'name': ' '}, {'name': 'Please tell us your name.'}),
    ({'tea': 'Coffee'}, {'tea': 'Please choose a tea.'}),
    ({'cups': '13'}, {'cups': 'Between 1 and 12 cups, please.'}),
    ({'name': '', 'cups': '<b>'}, {'name': 'Please tell us your name.', 'cups': 'Between 1 and 12 cups, please.'}),
])
def test_a_form_that_is_wrong(client, wrong, errors):
    response = client.post('/', data={**FORM, **wrong})
    assert response.status_code == 422
    assert dict(re.findall('<strong id="([a-z]+)-error">([^<]+)</strong>', response.text)) == errors
    assert '<b>' not in response.text


@pytest.mark.example('forms')
def test_no_form(client):
    assert client.post('/').status_code == 422
    assert client.get('/orders/1000').status_code == 404


@pytest.mark.parametrize('query', ['', '?q=%26', '?q=<Emma>'])
@pytest.mark.example('templates')
def test_templates(client, query):
    assert_lists_books(client, query)


@pytest.mark.parametrize('query', ['', '?q=%26', '?q=<Emma>'])
@pytest.mark.example('templates with Jinja')
def test_templates_with_jinja(client, query):
    assert_lists_books(client, query)


def assert_lists_books(client, query):
    page = client.get('/' + query).text
    assert page.startswith('<!doctype html>')
    assert '<title>Books</title>' in page
    assert page.rstrip().endswith('</html>')
    assert page.count('<li>') == {'': 3, '?q=%26': 1, '?q=<Emma>': 0}[query]
    assert ('<li>Love &amp; Freindship, 1790</li>' in page) == (query in ('', '?q=%26'))
    assert '<Emma>' not in page


@pytest.mark.example('static site')
def test_static_site(client):
    for path, kind, text in (('/', 'text/html', 'A garden'), ('/tea/', 'text/html', 'It likes the rain'),
                             ('/style.css', 'text/css', 'color-scheme'), ('/leaf.svg', 'image/svg+xml', '<svg')):
        response = client.get(path)
        assert (response.status_code, response.headers['content-type'].split(';')[0]) == (200, kind)
        assert response.headers['cache-control'] == 'max-age=60'
        assert text in response.text
        assert client.get(path, headers={'If-None-Match': response.headers['etag']}).status_code == 304
    assert client.get('/tea').headers['location'] == '/tea/'
    for path in ('/coffee', '/..%2fstatic_site.py'):
        response = client.get(path)
        assert (response.status_code, 'Nothing grows here' in response.text) == (404, True)


@pytest.mark.example('sub-applications')
def test_sub_applications(client):
    assert client.get('/').json() == ['/books/', '/films/']
    assert client.get('/books/').json() == ['Emma']
    response = client.post('/books/', content='Persuasion')
    assert (response.status_code, response.headers['location']) == (303, '/books/1')
    assert client.get('/books/1').text == 'Persuasion'
    for path, status, text in (
        ('/books/7', 404, 'There is no such book'), ('/films/', 403, 'Come back with ?age=18'),
        ('/films/?age=18', 200, '["Clueless"]'), ('/plays', 404, 'Neither a book nor a film'),
    ):
        response = client.get(path)
        assert (response.status_code, response.text) == (status, text)


@pytest.mark.example('JSON API')
def test_api(client):
    response = client.post('/notes', json={'text': 'Buy tea'})
    assert (response.status_code, response.headers['location']) == (201, '/notes/1')
    assert client.get('/notes').json() == [{'number': 1, 'text': 'Buy tea'}]
    assert client.put('/notes/1', json={'text': 'Buy coffee'}).json() == {'number': 1, 'text': 'Buy coffee'}
    assert client.get('/notes?q=tea').json() == []
    response = client.delete('/notes/1')
    assert (response.status_code, response.content) == (204, b'')
    for response, status in (
        (client.get('/notes/1'), 404), (client.get('/letters'), 404), (client.put('/notes/1', json={'text': 'x'}), 404),
        (client.post('/notes', json={}), 422), (client.post('/notes', content='Buy tea'), 422), (client.patch('/notes'), 405),
        (client.post('/notes', content='{', headers={'Content-Type': 'application/json'}), 400),
    ):
        assert (response.status_code, list(response.json())) == (status, ['error'])


@pytest.mark.example('its tests')
def test_tests_of_the_api(python):
    program, *arguments = EXAMPLES['its tests'].command.split()
    assert program == 'python'
    run = subprocess.run([*PYTHONS[python], *arguments], cwd=ROOT, env={'PYTHONPATH': 'src'}, capture_output=True, text=True,
                         timeout=60, check=False)
    assert run.returncode == 0, run.stderr
    assert 'Ran 3 tests' in run.stderr
