# JSON, asked for and answered.
import sys

from microdot import Microdot

from .layout import escape, page

TITLE = 'JSON'
SUMMARY = 'Dictionaries and lists are answers, JSON that arrives is one attribute.'
CALL = "sum(request.json)"

PAGE = '''
<h1>JSON</h1>
<p class="lead">A function that returns a dictionary or a list answers with JSON. What arrives as JSON is in
<code>request.json</code>; what does not parse is answered with status 400.</p>
<form method="post" action="/api/sum" data-json>
<h2>Try it</h2>
<p><label for="json">A list of numbers</label>
<textarea id="json" name="json" rows="3" spellcheck="false">[3, 1, 4, 1, 5, 9, 2, 6]</textarea></p>
<p><button>Send as JSON</button></p>
<noscript><p>A form cannot send JSON by itself: allow scripts, or use the command below.</p></noscript>
<output class="answer" for="json" hidden></output>
</form>
<p>Spoil the list and send it again, or ask from a terminal:</p>
<pre tabindex="0" role="region" aria-label="Commands"><code>curl http://{host}/api/system
curl http://{host}/api/sum --json '[3, 1, 4]'</code></pre>
<p><a href="/api/system">/api/system</a> opens in the browser too, as does <a href="/api/nothing">an error</a>: this
sub-application has error handlers of its own, which answer with JSON.</p>
'''

app = Microdot()


@app.get('/')
async def index(request):
    return page(request, 'JSON', PAGE.format(host=escape(request.headers.get('Host', ''))))


@app.get('/system')
async def system(request):
    python = sys.implementation
    return {'python': python.name, 'version': list(python.version[:3]), 'platform': sys.platform}


@app.post('/sum')
async def add(request):
    numbers = request.json
    if numbers is None:
        return {'error': 'the Content-Type has to be application/json'}, 415
    if not isinstance(numbers, list) or not all(isinstance(number, (int, float)) for number in numbers):
        return {'error': 'that is no list of numbers'}, 422
    return {'count': len(numbers), 'sum': sum(numbers), 'sorted': sorted(numbers)}


@app.errorhandler(400)
async def malformed(request):
    return {'error': 'that is not JSON'}, 400


@app.errorhandler(404)
async def unknown(request):
    return {'error': 'there is nothing here', 'path': request.path}, 404
