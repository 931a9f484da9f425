# URLs of routes.

from tools import raises

from microdot import Microdot, URLPattern
from microdot.test_client import TestClient

app = Microdot()


@app.get('/')
async def index(request):
    return 'index'


@app.route('/users/<int:id>', methods=['GET', 'POST'])
async def user(request, id):
    return 'user %d' % id


@app.get('/notes/<title>', name='note')
async def show_note(request, title):
    return 'note ' + title


@app.get('/files/<path:path>/raw')
async def raw(request, path):
    return 'raw ' + path


@app.get('/archive')
@app.get('/archive/<int:year>')
@app.get('/archive/<int:year>/<int:month>')
async def archive(request, year=0, month=0):
    return 'archive %d %d' % (year, month)


@app.get('/caf%C3%A9 au lait/<re:[a-c]+:grade>')
async def coffee(request, grade):
    return 'coffee ' + grade


async def test_urls_lead_to_their_routes():
    client = TestClient(app)
    for name, values, url, text in (
            ('index', {}, '/', 'index'),
            (index, {}, '/', 'index'),
            ('user', {'id': 7}, '/users/7', 'user 7'),
            (user, {'id': -7}, '/users/-7', 'user -7'),
            ('user', {'id': '7'}, '/users/7', 'user 7'),
            ('note', {'title': 'tea'}, '/notes/tea', 'note tea'),
            (show_note, {'title': 'a/b c%d?e#f'}, '/notes/a%2Fb%20c%25d%3Fe%23f', 'note a/b c%d?e#f'),
            ('note', {'title': 'grün'}, '/notes/gr%C3%BCn', 'note grün'),
            ('note', {'title': "-._~!$&'()*+,;=:@"}, "/notes/-._~!$&'()*+,;=:@", "note -._~!$&'()*+,;=:@"),
            ('raw', {'path': 'a/b c/d'}, '/files/a/b%20c/d/raw', 'raw a/b c/d'),
            ('archive', {}, '/archive', 'archive 0 0'),
            ('archive', {'year': 2026}, '/archive/2026', 'archive 2026 0'),
            ('archive', {'month': 3, 'year': 2026}, '/archive/2026/3', 'archive 2026 3'),
            ('coffee', {'grade': 'abc'}, '/caf%C3%A9%20au%20lait/abc', 'coffee abc')):
        assert app.url_for(name, **values) == url
        assert (await client.get(url)).text == text


def test_other_values_are_the_query():
    assert app.url_for('index', q='a b&c', page=2) == '/?page=2&q=a+b%26c'
    assert app.url_for('user', id=1, tag=['x', 'y=z']) == '/users/1?tag=x&tag=y%3Dz'
    assert app.url_for('archive', month=3) == '/archive?month=3'
    assert app.url_for('index', tag=[]) == '/'


def test_unknown_names():
    def other(request):
        pass
    for name in ('nothing', 'show_note', '', other):
        assert raises(KeyError, app.url_for, name).args == (name,)


def test_missing_values():
    assert 'id' in str(raises(ValueError, app.url_for, 'user'))
    assert 'title' in str(raises(ValueError, app.url_for, 'note', id=3))


def test_values_that_do_not_fit():
    for name, values in (('user', {'id': 'x'}), ('user', {'id': 1.5}), ('user', {'id': ''}), ('note', {'title': ''}), ('coffee',
    {'grade': 'd'}),
                         # Clients take these for steps, percent-encoded or not.
                         ('note', {'title': '..'}), ('note', {'title': '.'}), ('raw', {'path': 'a/../b'}), ('raw', {'path': ''})):
        raises(ValueError, app.url_for, name, **values)


def test_no_value_leads_to_another_host():
    app, pages = Microdot(), Microdot()

    @app.get('/<path:path>')
    async def whole(request, path):
        pass

    @app.get('/<re:.*:first>/<second>')
    async def parts(request, first, second):
        pass

    @pages.get('/<path:path>')
    async def page(request, path):
        pass
    for name, values in (('whole', {'path': '/example.com'}), ('whole', {'path': '//example.com/a'}), ('whole', {'path': '/'}),
                         ('parts', {'first': '', 'second': 'example.com'}), ('parts', {'first': '/', 'second': 'example.com'})):
        assert 'host' in str(raises(ValueError, app.url_for, name, **values)), values
    assert raises(ValueError, pages.url_for, 'page', path='/example.com')
    app.mount(pages, '/pages')
    # Behind something it is a path, and a backslash is none.
    assert pages.url_for('page', path='/example.com') == '/pages//example.com'
    assert app.url_for('whole', path='a//example.com') == '/a//example.com'
    assert app.url_for('whole', path='\\example.com') == '/%5Cexample.com'
    assert app.url_for('parts', first='a/', second='example.com') == '/a//example.com'


def test_types_of_the_application():
    URLPattern.register_type('hex', '[0-9a-f]+', lambda text: int(text, 16))
    try:
        app = Microdot()

        @app.get('/colors/<hex:color>')
        async def color(request, color):
            pass
        assert app.url_for('color', color='ff0080') == '/colors/ff0080'
        raises(ValueError, app.url_for, 'color', color='red')
    finally:
        del URLPattern.segment_patterns['hex']
        del URLPattern.segment_parsers['hex']


async def test_mounted_applications():
    app, books, pages = Microdot(), Microdot(), Microdot()

    @app.get('/')
    async def index(request):
        return 'top'

    @pages.get('/<int:number>', name='page')
    async def show(request, number):
        return request.app.url_for(show, number=number + 1) + ' ' + pages.url_for('page', number=number + 1)

    def make_index():
        @books.get('/')
        async def index(request):
            return 'books'
        return index
    books_index = make_index()
    books.mount(pages, '/pages')
    assert pages.url_for('page', number=1) == '/pages/1'
    app.mount(books, '/books', local=True)
    assert app.url_for('index') == '/'  # its own comes first
    assert app.url_for(books_index) == books.url_for('index') == '/books/'
    for each in (app, books, pages):
        assert each.url_for('page', number=1) == each.url_for(show, number=1) == '/books/pages/1'
    assert (await TestClient(app).get('/books/pages/1')).text == '/books/pages/2 /books/pages/2'
    raises(KeyError, books.url_for, 'show')

    @pages.get('/late', name='late')
    async def late(request):
        pass
    assert app.url_for('late') == '/books/pages/late'


def test_the_shortcuts_take_a_name():
    app = Microdot()
    for method in ('get', 'post', 'put', 'patch', 'delete', 'query'):
        getattr(app, method)('/' + method, name='my ' + method)(index)
        assert app.url_for('my ' + method) == '/' + method
