# On a server for ASGI, with what has to be opened before the first request and closed after the last.
import sqlite3
from contextlib import closing

from microdot.asgi import Microdot

app = Microdot()


@app.on_startup
def open_database():
    app.database = sqlite3.connect(':memory:', check_same_thread=False)
    app.database.execute('create table visits (path text)')


@app.on_shutdown
def close_database():
    app.database.close()
    print('The database is closed.', flush=True)


@app.get('/')
async def index(request):
    app.database.execute('insert into visits values (?)', [request.path])
    with closing(app.database.execute('select count(*) from visits')) as rows:
        return {'server': request.asgi_scope['asgi'], 'visits': rows.fetchone()[0]}
