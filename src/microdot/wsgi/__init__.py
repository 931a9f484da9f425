"""Applications on WSGI servers (PEP 3333), such as gunicorn and uWSGI."""

# Knows how a WSGI server calls an application. Must not know how the answer is made.
import os as os  # COMPAT: applications patch microdot.wsgi.os.kill

from .. import (
    AsyncBytesIO as AsyncBytesIO,
    HTTPException as HTTPException,
    Microdot as BaseMicrodot,
    MultiDict as MultiDict,
    NoCaseDict as NoCaseDict,
    Request as Request,
    Response as Response,
    URLPattern as URLPattern,
    abort as abort,
    iscoroutine as iscoroutine,
    redirect as redirect,
    send_file as send_file,
    urldecode as urldecode,
    urlencode as urlencode,
)
from ..gateway.app import GatewayMicrodot
from ..gateway.exchange import exchange
from ..gateway.heads import origin_form
from ..websocket import WebSocketError as WebSocketError, websocket_upgrade as websocket_upgrade, with_websocket as with_websocket
from .calls import Call, client_left
from .environs import body_length, check_fields, is_uwsgi, url_of
from .processes import this_process
from .requests import WSGIRequest
from .websocket import WebSocket as WebSocket

TYPE_CHECKING = False
if TYPE_CHECKING:
    from asyncio import AbstractEventLoop
    from collections.abc import Callable, Iterable
    from typing import Any

    Environ = dict[str, Any]
    StartResponse = Callable[..., Any]


class WSGI:
    """An application, as WSGI servers call it.

    :param app: the application, of any class.

    One event loop for each process, in a thread of its own, runs what all threads of the server ask for. Where the server has no
    threads (`wsgi.multithread`), its own drives the loop while a request is answered.

    Example::

        from microdot.wsgi import WSGI

        wsgi = WSGI(app)  # gunicorn --threads 16 module:wsgi
    """

    def __init__(self, app: BaseMicrodot) -> None:
        self.app = app

    def __call__(self, environ: 'Environ', start_response: 'StartResponse') -> 'Iterable[bytes]':
        """Answer a request."""
        app = self.app
        process = this_process()
        process.prepare(app, environ.get('wsgi.multithread', True))
        call = Call(process, start_response, lambda: _nothing(environ))
        url = '/'
        length = 0
        refusal = host = None
        try:
            sent = url_of(environ)
            if sent[:1] != '/':
                sent, host = origin_form(environ['REQUEST_METHOD'], sent)
            url = sent
            length = body_length(environ)
            if is_uwsgi(environ):
                check_fields(environ)
        except ValueError:
            refusal = HTTPException(400, 'Bad request')
        except HTTPException as exc:
            refusal = exc
        call.request = request = WSGIRequest(app, environ, url, call)
        if host:
            request.headers['Host'] = host
        return call.answer(lambda: exchange(app, request, length, refusal))


def _nothing(environ: 'Environ') -> 'list[bytes]':
    # uWSGI says nothing to the client then; for the others, it is as if that had left.
    if is_uwsgi(environ):
        return []
    raise client_left()


class Microdot(GatewayMicrodot):
    """A web application that WSGI servers call; see `microdot.Microdot`.

    Example::

        from microdot.wsgi import Microdot

        app = Microdot()  # gunicorn --threads 16 module:app
    """

    def __init__(self) -> None:
        super().__init__()
        self._wsgi = WSGI(self)

    @property
    def loop(self) -> 'AbstractEventLoop':
        """The event loop of this process."""
        return this_process().loop

    def wsgi_app(self, environ: 'Environ', start_response: 'StartResponse') -> 'Iterable[bytes]':
        """Answer a request; what wraps the application may take its place."""
        return self._wsgi(environ, start_response)

    def __call__(self, environ: 'Environ', start_response: 'StartResponse') -> 'Iterable[bytes]':
        """Be called by a server."""
        return self.wsgi_app(environ, start_response)
