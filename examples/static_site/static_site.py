# A site of files: a folder, with a page of its own for what is not in it.
from microdot import Microdot, send_file
from microdot.static import Static

SITE = (__file__.replace('\\', '/').rpartition('/')[0] or '.') + '/site'

app = Microdot()
Static(app, SITE, url_prefix='', max_age=60)


@app.errorhandler(404)
async def not_found(request):
    return send_file(SITE + '/404.html', status_code=404)


if __name__ == '__main__':
    app.run(debug=True)
