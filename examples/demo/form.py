# A form, and what was sent.
from microdot import Microdot

from .layout import facts, page

TITLE = 'Form'
SUMMARY = 'Fields arrive decoded, several of one name too, and are shown escaped.'
CALL = "request.form.get('name')"

MESSAGE = '<script>alert("Not today.")</script>\nTom & Jerry say “<b>hello</b>”.'

app = Microdot()


@app.get('/')
async def empty(request):
    return page(request, 'form', 'Form', 'Ada Lovelace', ['tea'], MESSAGE)


@app.post('/')
async def sent(request):
    form = request.form
    if form is None:
        return 'Send a form.', 415
    name, likes, message = form.get('name', ''), form.getlist('likes'), form.get('message', '')
    result = facts('What arrived', ('Name', name), ('Likes', ', '.join(likes) or 'nothing'), ('Message', message),
                   ('Body', request.body.decode()))
    return page(request, 'form', 'Form', name, likes, message, result)
