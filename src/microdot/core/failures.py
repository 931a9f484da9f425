# Knows how exceptions are answered. Must not know servers or routes.
from .compat import ERROR, SMALL, invoke_handler, is_cancelled, log, mro
from .dispatch import to_response
from .errors import HTTPException
from .hooks import local_subapp
from .input_errors import MissingFile
from .response import Response

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from .dispatch import Dispatcher
    from .request import Request

    Handler = Callable[..., Any]


async def answer(app: 'Dispatcher', req: 'Request | None', exc: Exception) -> Response:
    """Return the response to an exception."""
    if req and req.upgraded:
        await req.upgraded.end(exc)
        return Response.already_handled
    if isinstance(exc, HTTPException):
        return await _answer_status(app, req, exc)
    handler = _error_handler(app, req, mro(type(exc)))
    if handler:
        try:
            value = await invoke_handler(handler, req, exc)
            if value is not None:
                return to_response(value)
        except HTTPException as raised:
            return await _answer_status(app, req, raised)
        except Exception as raised:
            exc = raised
    if isinstance(exc, MissingFile):
        return await error_response(app, req, exc.status_code, exc.reason)
    response = failed(req, exc)
    if _error_handler(app, req, (500,)):
        response = await error_response(app, req, 500, 'Internal server error')
    return response


async def _answer_status(app: 'Dispatcher', req: 'Request | None', exc: HTTPException) -> Response:
    classes = [cls for cls in mro(type(exc)) if issubclass(cls, HTTPException)]
    handler = None if _error_handler(app, req, (exc.status_code,)) else _error_handler(app, req, classes)
    response = None
    if handler:
        try:
            value = await invoke_handler(handler, req, exc)
            if value is not None:
                response = to_response(value)
        except HTTPException as raised:
            exc = raised
        except Exception as raised:
            return failed(req, raised)
    if response is None:
        response = await error_response(app, req, exc.status_code, exc.reason)
    for name, value in (getattr(exc, 'headers', None) or {}).items():  # one of an application may have none
        response.headers.setdefault(name, value)
    if req and response.status_code == 405:  # RFC 9110 15.5.6
        from .unrouted import allowed_methods

        response.headers.setdefault('Allow', ', '.join(allowed_methods(app, req.path)))
    return response


async def error_response(app: 'Dispatcher', req: 'Request | None', status_code: int, reason: 'str | None' = None) -> Response:
    """Return the answer to an error: the handler's for its status code, else the reason as text."""
    handler = _error_handler(app, req, (status_code,))
    if handler:
        try:
            value = await invoke_handler(handler, req)
            if value is not None:
                return to_response(value)
        except HTTPException as exc:
            status_code, reason = exc.status_code, exc.reason
        except Exception as exc:
            return failed(req, exc)
    return Response(reason, status_code)


async def answer_cancelled(app: 'Dispatcher', req: 'Request | None', exc: BaseException, left: bool) -> Response:
    """Return the response to a handler that something of its own has cancelled; raise what was cancelled from outside.

    :param left: whether the client has left, which cancels the handler too.
    """
    if left or is_cancelled():
        raise exc
    log(ERROR, 'A handler was cancelled by what it waited for', exc=exc)
    return await error_response(app, req, 500, 'Internal server error')


async def drop(response: Response) -> None:
    """Close the body of a response that is not sent."""
    try:
        await response.close()
    except Exception as exc:
        log(ERROR, 'Exception in the end of a body', exc=exc)


def failed(req: 'Request | None', exc: Exception) -> Response:
    """Log an exception that nothing handles, and return the response to it."""
    log(ERROR, 'Exception in the answer to %s', req.method + ' ' + req.path if req else 'a malformed request', exc=exc)
    if not SMALL and req and req.app and req.app.debug:
        from ..debug import answer as answer_developer

        response = answer_developer(req, exc)
        if response:
            return response
    return Response('Internal server error', 500)


def _error_handler(app: 'Dispatcher', req: 'Request | None', keys: 'Sequence[Any]') -> 'Handler | None':
    subapp = local_subapp(app, req)
    for key in keys:
        for owner in (subapp, app):
            if owner and key in owner.error_handlers:
                return owner.error_handlers[key]
    return None
