# Routes and their parameters.
from microdot import Microdot, URLPattern

from .layout import facts, page

TITLE = 'Routes'
SUMMARY = 'Parts of the path become parameters, checked and converted.'
CALL = "'/square/<int:number>'"

PAGE = '''
<h1>Routes</h1>
<p class="lead">A pattern names the parts of a path that the function receives. What does not match is not found.</p>
{result}
<h2>Try it</h2>
<dl class="tries">
<div><dt><code>/greet/&lt;name&gt;</code></dt>
<dd><a href="/routes/greet/Ada">/greet/Ada</a>
<a href="/routes/greet/Zo%C3%AB%20%3CD.%3E">/greet/Zoë&nbsp;&lt;D.&gt;</a></dd></div>
<div><dt><code>/square/&lt;int:number&gt;</code></dt>
<dd><a href="/routes/square/12">/square/12</a> <a href="/routes/square/-7">/square/-7</a>
<a href="/routes/square/seven">/square/seven</a> <span>is not found</span></dd></div>
<div><dt><code>/colour/&lt;hex:value&gt;</code> <span>a type of our own</span></dt>
<dd><a href="/routes/colour/0f7b6c">/colour/0f7b6c</a> <a href="/routes/colour/d9442b">/colour/d9442b</a></dd></div>
<div><dt><code>/book/&lt;re:[a-z]+:title&gt;/&lt;int:chapter&gt;</code></dt>
<dd><a href="/routes/book/emma/12">/book/emma/12</a></dd></div>
<div><dt><code>/tree/&lt;path:path&gt;</code></dt>
<dd><a href="/routes/tree/oak/branch/leaf">/tree/oak/branch/leaf</a></dd></div>
</dl>
<form action="/routes/search">
<h2>Or ask after a question mark</h2>
<p><label for="q">Search for</label> <input id="q" name="q" value="a &amp; b" autocomplete="off"></p>
<fieldset><legend>In</legend>
<label><input type="checkbox" name="in" value="books" checked> books</label>
<label><input type="checkbox" name="in" value="films" checked> films</label>
</fieldset>
<p><button>Search</button></p>
</form>
'''

SWATCH = '''<svg class="swatch" viewBox="0 0 1 1" preserveAspectRatio="none" role="img" aria-label="The colour">
<path fill="#{:06x}" d="M0 0h1v1H0z"/></svg>'''

URLPattern.register_type('hex', '[0-9a-f]+', lambda text: int(text, 16))

app = Microdot()


@app.route('/')
async def index(request):
    return page(request, 'Routes', PAGE.format(result=''))


@app.route('/greet/<name>')
async def greet(request, name):
    return received(request, ('name', name))


@app.route('/square/<int:number>')
async def square(request, number):
    return received(request, ('number', number), ('number * number', number * number))


@app.route('/colour/<hex:value>')
async def colour(request, value):
    return received(request, ('value', value), extra=SWATCH.format(value & 0xffffff))


@app.route('/book/<re:[a-z]+:title>/<int:chapter>')
async def book(request, title, chapter):
    return received(request, ('title', title), ('chapter', chapter))


@app.route('/tree/<path:path>')
async def tree(request, path):
    return received(request, ('path', path))


@app.route('/search')
async def search(request):
    args = request.args
    return received(request, ("args.get('q')", args.get('q')), ("args.getlist('in')", args.getlist('in')))


def received(request, *values, extra=''):
    rows = [(f'{name} ({type(value).__name__})', value) for name, value in values]
    result = facts('What the function received', ('url', request.url), *rows) + extra
    return page(request, 'Routes', PAGE.format(result=result))
