# Forged requests: a form of this site at http://localhost:5000 is obeyed, the same form at http://127.0.0.1:5000 is not.
from microdot import Microdot, redirect
from microdot.csrf import CSRF

app = Microdot()
csrf = CSRF(app)
state = {'money': 100, 'notes': 0}

PAGE = '''<!doctype html>
<html lang="en">
<head>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
<link rel="icon" href="data:,">
</head>
<body>
<main>
<h1>{title}</h1>
<p>{text}</p>
<form method="post" action="http://localhost:5000/pay"><button>{button}</button></form>
</main>
</body>
</html>
'''


def page(title, text, button):
    return PAGE.format(title=title, text=text, button=button), {'Content-Type': 'text/html'}


@app.get('/')
async def index(request):
    return page('Your bank', f'You have {state["money"]} crowns.', 'Pay 10 crowns')


@app.get('/trap')
async def trap(request):
    return page('Win a prize!', 'Open this page at http://127.0.0.1:5000/trap, which is another site.', 'Win')


@app.post('/pay')
async def pay(request):
    state['money'] -= 10
    return redirect('/', 303)


@app.post('/notify')
@csrf.exempt  # what calls this proves by other means who it is
async def notify(request):
    state['notes'] += 1
    return {'notes': state['notes']}


if __name__ == '__main__':
    app.run(port=5000, debug=True)
