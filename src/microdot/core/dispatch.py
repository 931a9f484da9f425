# Knows the way of a request through an application: hooks, handler, response, hooks, errors.
# Must not know servers, or how handlers are registered.
from .compat import SMALL, invoke_handler, is_async
from .errors import HTTPException
from .response import Response

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from .app import Microdot
    from .request import Request
    from .routing import Route

    Handler = Callable[..., Any]
    Found = tuple[Handler | dict[str, str] | int, str, 'Microdot | None']
if TYPE_CHECKING or not SMALL:
    from .router import Router
else:
    from .routing import FewRoutes as Router


class Dispatcher:
    """Answers requests by the routes and handlers that an application has registered."""

    url_map: 'list[Route]'
    before_request_handlers: 'list[Handler]'
    after_request_handlers: 'list[Handler]'
    after_error_request_handlers: 'list[Handler]'
    error_handlers: 'dict[Any, Handler]'
    options_handler: 'Handler | None'
    mounts: 'Sequence[tuple[str, Microdot, bool]]' = ()  # URL prefix, sub-application, and whether its handlers are its own
    _router: 'Router | None' = None

    async def dispatch_request(self, req: 'Request | None', error: 'HTTPException | None' = None) -> Response:
        """Answer a request.

        :param req: the request; None if what the client sent was not one, which gives 400.
        :param error: what is wrong with the request, where that is known already.
        """
        response = None
        try:
            if error or req is None:
                raise error or HTTPException(400, 'Bad request')
            if req.content_length and req.content_length > req.max_content_length:
                raise HTTPException(413, 'Payload too large')
            found, req.url_prefix, req.subapp = self.find_route(req)
            hooked = self.before_request_handlers or self.after_request_handlers or req.subapp
            if hooked and not isinstance(found, (int, dict)):
                response = await hooks().run_before(self, req)
            if response:
                pass
            elif isinstance(found, int):
                raise HTTPException(found, 'Not implemented' if found == 501 else 'Not found')
            elif isinstance(found, dict):
                response = Response(headers=found)
            elif not SMALL and is_async(found):  # PERF: 0.3 us less than through invoke_handler
                response = to_response(await found(req, **req.url_args))
            else:
                response = to_response(await invoke_handler(found, req, **req.url_args))
                response.threaded = not (SMALL or isinstance(response.body, bytes))
            if hooked or req.after_request_handlers:
                response = await hooks().run_after(self, req, response)
        except Exception as exc:
            from .failures import answer, drop

            if response:
                await drop(response)
            response = await hooks().run_after_error(self, req, await answer(self, req, exc))
        if (
            response.status_code == 200 and response.own_headers is None and response.reason is None
            and type(response.body) is bytes and req and req.own_g is None and req.method != 'HEAD' and not response.is_head
        ):
            return response  # PERF: most need nothing
        completed = self._complete(req, response, error)
        if completed is not response:
            from .failures import drop

            await drop(response)
        return completed

    def default_options_handler(self, req: 'Request') -> 'dict[str, str]':
        """Return the headers of an automatic answer to OPTIONS (RFC 9110 section 9.3.7)."""
        from .unrouted import allowed_methods

        return {'Allow': ', '.join(allowed_methods(req.app or self, req.path))}

    def _complete(self, req: 'Request | None', response: Response, error: 'HTTPException | None') -> Response:
        # What every response gets, whatever made it.
        if response is Response.already_handled:
            return response
        asked = req or error
        response.is_head = asked is not None and asked.method == 'HEAD'
        try:
            vary = req and getattr(req.own_g, '_vary', None)
            if vary:
                hooks().add_vary(response, vary)
            response.finish(req)
        except Exception as exc:
            is_head = response.is_head
            from .failures import failed

            response = failed(req, exc)
            response.is_head = is_head
        return response

    def find_route(self, req: 'Request') -> 'Found':
        """Return what answers a request, with its URL prefix and sub-application.

        That is the function of a route, the headers of an automatic answer to OPTIONS, or the status code of an error.
        """
        method = req.method
        router = self._router
        if router is None or router.size != len(self.url_map):
            router = self.router()
        for _, route, match in router.candidates(req.path):
            if method in route[0]:
                if match:
                    args = match(req.path)
                    if args is None:
                        continue
                    req.url_args = args
                req.route = route[2]
                return route[2:]
        from .unrouted import find_other

        return find_other(self, req, method)

    def router(self) -> Router:
        """Return the index of all routes; `ValueError` for a malformed pattern."""
        router = self._router
        if router is None or router.size != len(self.url_map):
            self._router = router = Router(self.url_map)
        return router


def to_response(value: 'Any') -> Response:
    """Make a Response of what a handler returned; `TypeError` for a tuple that is none."""
    if isinstance(value, (str, bytes, dict)):  # PERF: what most handlers return
        return Response(value)
    if isinstance(value, Response):
        return value
    if _is_status(value):
        return Response(status_code=value)
    if not isinstance(value, tuple):
        return Response(value)
    if not value:
        raise TypeError('a handler returned an empty tuple')
    rest = value[1:]
    body = value[0]
    if _is_status(body):  # (status,) or (status, headers)
        return Response(b'', body, *rest)
    if len(rest) == 1 and not _is_status(rest[0]):  # (body, headers)
        return Response(body, 200, rest[0])
    return Response(body, *rest)


def _is_status(value: 'Any') -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


_hooks: 'Any' = None  # PERF: an import in a function costs 1.5 us each time


def hooks() -> 'Any':
    """Return the room of the handlers before and after requests, which is loaded when there are some."""
    global _hooks
    if _hooks is None:
        from . import hooks as _hooks
    return _hooks
