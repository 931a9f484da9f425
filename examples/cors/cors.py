# Cross-origin requests: a page at http://localhost:5000 uses an API at http://127.0.0.1:5000, which lets it.
from microdot import Microdot, send_file
from microdot.cors import CORS

FOLDER = __file__.replace('\\', '/').rpartition('/')[0] or '.'

app = Microdot()
CORS(app, allowed_origins=['http://localhost:5000'], allowed_methods=['GET', 'PUT'], max_age=600)
prices = {'tea': 4}


@app.get('/')
async def index(request):
    return send_file(FOLDER + '/index.html')


@app.get('/prices')
async def list_prices(request):
    return prices


@app.put('/prices/<name>')
async def change(request, name):
    prices[name] = request.json
    return prices


if __name__ == '__main__':
    app.run(port=5000, debug=True)
