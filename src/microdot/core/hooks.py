# Knows the handlers that run before and after requests, and in which order. Must not know servers or routes.
from .compat import invoke_handler
from .dispatch import to_response
from .response import Response

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from .app import Microdot
    from .dispatch import Dispatcher
    from .request import Request

    Handler = Callable[..., Any]


def get_request_handlers(app: 'Dispatcher', req: 'Request | None', attr: str, local_first: bool = True) -> 'list[Handler]':
    """Return the handlers of a kind for a request, those of its sub-application included.

    :param attr: `'before_request'`, `'after_request'` or `'after_error_request'`.
    :param local_first: whether the sub-application's come first.
    """
    handlers: 'list[Handler]' = getattr(app, attr + '_handlers')
    subapp = local_subapp(app, req)
    if not subapp:
        return handlers
    local: 'list[Handler]' = getattr(subapp, attr + '_handlers')
    return local + handlers if local_first else handlers + local


def local_subapp(app: 'Dispatcher', req: 'Request | None') -> 'Microdot | None':
    """Return the sub-application of a request, unless its handlers are the application's."""
    subapp = req and req.subapp
    if not subapp or subapp is app or (subapp.given is not None and _is_given(subapp, app)):
        return None
    return subapp


def _is_given(subapp: 'Microdot', app: 'Dispatcher') -> bool:
    return any(not local and (parent is app or _is_given(parent, app)) for parent, _, local in subapp.parents)


async def run_before(app: 'Dispatcher', req: 'Request') -> 'Response | None':
    """Run the before handlers, and return the response of the first that answers."""
    for before in get_request_handlers(app, req, 'before_request', False):
        value = await invoke_handler(before, req)
        if value is not None:
            return to_response(value)
    return None


async def run_after(app: 'Dispatcher', req: 'Request', response: Response) -> Response:
    """Run the after handlers of the application, and then those of the request."""
    handled = False
    # Those of the application have seen the response that has changed the protocol.
    of_application = () if req.upgraded else get_request_handlers(app, req, 'after_request')
    for handlers in (of_application, req.after_request_handlers):
        for after in handlers:
            if response is Response.already_handled:  # all requests share it, so handlers get another
                handled = True
                response = Response()
            value = await invoke_handler(after, req, response)
            if value is not None:
                response = to_response(value)
    return Response.already_handled if handled else response


async def run_after_error(app: 'Dispatcher', req: 'Request | None', response: Response) -> Response:
    """Run the after-error handlers."""
    handled = False
    for after in get_request_handlers(app, req, 'after_error_request'):
        if response is Response.already_handled:
            handled = True
            response = Response()
        try:
            value = await invoke_handler(after, req, response)
            if value is not None:
                response = to_response(value)
        except Exception as exc:
            from .failures import failed

            response = failed(req, exc)
    return Response.already_handled if handled else response


def vary_on(req: 'Request', name: str) -> None:
    """Have the response to a request say that it depends on a header of the request, whatever becomes of it."""
    names = getattr(req.g, '_vary', None)
    if names is None:
        req.g._vary = names = set()
    names.add(name)


def add_vary(response: Response, names: 'set[str]') -> None:
    """Add names to the header Vary (RFC 9110 section 12.5.5): in any case, or a star for all."""
    present = response.headers.get('Vary', '')
    if isinstance(present, list):
        present = ','.join(present)
    present = [name.strip() for name in present.split(',') if name.strip()]
    known = [name.lower() for name in present]
    for name in sorted(names):
        if name.lower() not in known:
            present.append(name)
            known.append(name.lower())
    response.headers['Vary'] = '*' if '*' in present else ', '.join(present)
