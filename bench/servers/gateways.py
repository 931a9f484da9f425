"""Microdot as an application of other servers."""

from bench.servers.microdot import app
from microdot.asgi import ASGI
from microdot.rsgi import RSGI
from microdot.wsgi import WSGI

asgi = ASGI(app)
rsgi = RSGI(app)
wsgi = WSGI(app)
