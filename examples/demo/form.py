# A form, and what was sent.
from microdot import Microdot

from .layout import escape, facts, page

TITLE = 'Form'
SUMMARY = 'Fields arrive decoded, several of one name too, and are shown escaped.'
CALL = "request.form.get('name')"

PAGE = '''
<h1>Form</h1>
<p class="lead">Send what you like. It comes back as text, whatever it contains: the page escapes what it shows.</p>
{result}
<form method="post" action="/form">
<h2>Try it</h2>
<p><label for="name">Name</label>
<input id="name" name="name" required maxlength="100" value="{name}" autocomplete="name"></p>
<fieldset><legend>You like</legend>
<label><input type="checkbox" name="likes" value="tea"{tea}> tea</label>
<label><input type="checkbox" name="likes" value="coffee"{coffee}> coffee</label>
<label><input type="checkbox" name="likes" value="rain"{rain}> rain</label>
</fieldset>
<p><label for="message">Message</label> <textarea id="message" name="message" rows="4">{message}</textarea></p>
<p><button>Send</button></p>
</form>
'''

MESSAGE = '<script>alert("Not today.")</script>\nTom & Jerry say “<b>hello</b>”.'

app = Microdot()


@app.get('/')
async def empty(request):
    return show(request, '', 'Ada Lovelace', ['tea'], MESSAGE)


@app.post('/')
async def sent(request):
    form = request.form
    if form is None:
        return 'Send a form.', 415
    name, likes, message = form.get('name', ''), form.getlist('likes'), form.get('message', '')
    result = facts('What arrived', ('Name', name), ('Likes', ', '.join(likes) or 'nothing'), ('Message', message),
                   ('Body', request.body.decode()))
    return show(request, result, name, likes, message)


def show(request, result, name, likes, message):
    tea, coffee, rain = [' checked' if drink in likes else '' for drink in ('tea', 'coffee', 'rain')]
    return page(request, 'Form', PAGE.format(
        result=result, name=escape(name), message=escape(message), tea=tea, coffee=coffee, rain=rain))
