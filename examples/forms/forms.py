# A form that is checked: what is wrong is said beside its field, what is right leads on to the next page.
from microdot import Microdot, redirect
from microdot.utemplate import Template

FOLDER = __file__.replace('\\', '/').rpartition('/')[0] or '.'
TEAS = ['Assam', 'Ceylon', 'Darjeeling']

app = Microdot()
Template.initialize(FOLDER + '/templates', autoescape=True)
orders = []


def page(template, *values):
    return Template(template).render(*values), {'Content-Type': 'text/html'}


def errors_in(form):
    errors = {}
    if not form.get('name', '').strip():
        errors['name'] = 'Please tell us your name.'
    if form.get('tea') not in TEAS:
        errors['tea'] = 'Please choose a tea.'
    try:
        if not 1 <= int(form.get('cups', '')) <= 12:
            raise ValueError
    except ValueError:
        errors['cups'] = 'Between 1 and 12 cups, please.'
    return errors


@app.get('/')
async def index(request):
    return page('form.html', TEAS, {}, {})


@app.post('/')
async def order(request):
    form = request.form or {}
    errors = errors_in(form)
    if errors:
        text, headers = page('form.html', TEAS, form, errors)
        return text, 422, headers
    orders.append({'name': form['name'], 'tea': form['tea'], 'cups': int(form['cups']), 'milk': 'milk' in form})
    return redirect(f'/orders/{len(orders)}', 303)  # so that reloading does not order again


@app.get('/orders/<int:number>')
async def show(request, number):
    if not 1 <= number <= len(orders):
        return 'There is no such order', 404
    return page('order.html', number, orders[number - 1])


if __name__ == '__main__':
    app.run(debug=True)
