# Knows the way of a request through an application: hooks, handler, response, hooks, errors.
# Must not know servers, or how handlers are registered.
from .compat import ERROR, SMALL, invoke_handler, is_async, log, mro
from .errors import HTTPException, MissingFile
from .response import Response
from .routing import Router

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import Any

    from .app import Microdot
    from .request import Request
    from .routing import Route

    Handler = Callable[..., Any]
    Found = tuple[Handler | dict[str, str] | int, str, 'Microdot | None']

# RFC 9110 9.1: a method that no route has and that is not among these is answered with 501.
_METHODS = (
    ' GET HEAD POST PUT PATCH DELETE OPTIONS QUERY CONNECT TRACE PROPFIND PROPPATCH MKCOL COPY MOVE LOCK UNLOCK SEARCH '
    'REPORT LINK UNLINK ACL BIND REBIND UNBIND CHECKIN CHECKOUT LABEL MERGE MKACTIVITY MKCALENDAR UPDATE PURGE SOURCE '
)


class Dispatcher:
    """Answers requests by the routes and handlers that an application has registered."""

    url_map: 'list[Route]'
    before_request_handlers: 'list[Handler]'
    after_request_handlers: 'list[Handler]'
    after_error_request_handlers: 'list[Handler]'
    error_handlers: 'dict[Any, Handler]'
    options_handler: 'Handler | None'
    mounts: 'list[tuple[str, Microdot, bool]]'  # URL prefix, sub-application, and whether its handlers are its own
    _router: 'Router | None' = None

    async def dispatch_request(self, req: 'Request | None', error: 'HTTPException | None' = None) -> Response:
        """Answer a request.

        :param req: the request; None if what the client sent was not one, which gives 400.
        :param error: what is wrong with the request, where that is known already.
        """
        try:
            if error or req is None:
                raise error or HTTPException(400, 'Bad request')
            if req.content_length > req.max_content_length:
                raise HTTPException(413, 'Payload too large')
            found, req.url_prefix, req.subapp = self.find_route(req)
            response = None
            if self.before_request_handlers or req.subapp:
                response = await self._before(req, found)
            if response:
                pass
            elif isinstance(found, int):
                raise HTTPException(found, 'Not implemented' if found == 501 else 'Not found')
            elif isinstance(found, dict):
                response = Response(headers=found)
            elif is_async(found):  # PERF: 0.3 us less than through invoke_handler
                response = to_response(await found(req, **req.url_args))
            else:
                response = to_response(await invoke_handler(found, req, **req.url_args))
                response.threaded = not (SMALL or isinstance(response.body, bytes))
            if self.after_request_handlers or req.subapp or req.after_request_handlers:
                response = await self._after(req, response)
        except Exception as exc:
            response = await self._after_error(req, await self._answer(req, exc))
        return self._complete(req, response)

    async def _before(self, req: 'Request', found: 'Any') -> 'Response | None':
        # The response of a before handler, if one answers.
        if not isinstance(found, (int, dict)):
            for before in self.get_request_handlers(req, 'before_request', False):
                value = await invoke_handler(before, req)
                if value is not None:
                    return to_response(value)
        return None

    async def _after(self, req: 'Request', response: Response) -> Response:
        handled = response is Response.already_handled
        if handled:  # it is shared by all requests, and nothing is sent of what handlers do to it
            response = Response()
        for handlers in (self.get_request_handlers(req, 'after_request'), req.after_request_handlers):
            for after in handlers:
                value = await invoke_handler(after, req, response)
                if value is not None:
                    response = to_response(value)
        return Response.already_handled if handled else response

    async def _after_error(self, req: 'Request | None', response: Response) -> Response:
        for after in self.get_request_handlers(req, 'after_error_request'):
            try:
                value = await invoke_handler(after, req, response)
                if value is not None:
                    response = to_response(value)
            except Exception as exc:
                response = self._failed(req, exc)
        return response

    async def _answer(self, req: 'Request | None', exc: Exception) -> Response:
        # The response to an exception.
        if isinstance(exc, HTTPException):
            return await self._answer_status(req, exc)
        handler = self._error_handler(req, mro(type(exc)))
        if handler:
            try:
                value = await invoke_handler(handler, req, exc)
                if value is not None:
                    return to_response(value)
            except HTTPException as raised:
                return await self._answer_status(req, raised)
            except Exception as raised:
                exc = raised
        if isinstance(exc, MissingFile):
            return await self.error_response(req, exc.status_code, exc.reason)
        self._failed(req, exc)
        return await self.error_response(req, 500, 'Internal server error')

    async def _answer_status(self, req: 'Request | None', exc: HTTPException) -> Response:
        classes = [cls for cls in mro(type(exc)) if issubclass(cls, HTTPException)]
        handler = None if self._error_handler(req, (exc.status_code,)) else self._error_handler(req, classes)
        if handler:
            try:
                return to_response(await invoke_handler(handler, req, exc))
            except Exception as raised:
                return self._failed(req, raised)
        response = await self.error_response(req, exc.status_code, exc.reason)
        if req and response.status_code == 405:  # RFC 9110 15.5.6
            response.headers.setdefault('Allow', ', '.join(self._allowed_methods(req.path)))
        return response

    async def error_response(self, req: 'Request | None', status_code: int, reason: 'str | None' = None) -> Response:
        """Return the answer to an error: the handler's for its status code, else the reason as text."""
        handler = self._error_handler(req, (status_code,))
        if handler:
            try:
                value = await invoke_handler(handler, req)
                if value is not None:
                    return to_response(value)
            except HTTPException as exc:
                status_code, reason = exc.status_code, exc.reason
            except Exception as exc:
                return self._failed(req, exc)
        return Response(reason, status_code)

    def _failed(self, req: 'Request | None', exc: Exception) -> Response:
        log(ERROR, 'Exception in the answer to %s', req.method + ' ' + req.path if req else 'a malformed request', exc=exc)
        return Response('Internal server error', 500)

    def _error_handler(self, req: 'Request | None', keys: 'Sequence[Any]') -> 'Handler | None':
        for key in keys:
            for app in (req and req.subapp, self):
                if app and key in app.error_handlers:
                    return app.error_handlers[key]
        return None

    def get_request_handlers(self, req: 'Request | None', attr: str, local_first: bool = True) -> 'list[Handler]':
        """Return the handlers of a kind for a request, those of its sub-application included.

        :param attr: `'before_request'`, `'after_request'` or `'after_error_request'`.
        :param local_first: whether the sub-application's come first.
        """
        handlers: 'list[Handler]' = getattr(self, attr + '_handlers')
        subapp = req and req.subapp
        if not subapp or subapp is self:
            return handlers
        local: 'list[Handler]' = getattr(subapp, attr + '_handlers')
        return local + handlers if local_first else handlers + local

    def _complete(self, req: 'Request | None', response: Response) -> Response:
        # What every response gets, whatever made it.
        if response is Response.already_handled:
            return response
        if req:
            vary = getattr(req.g, '_vary', None)
            if vary:
                _add_vary(response, vary)
            response.is_head = req.method == 'HEAD'
        try:
            response.check()
        except (TypeError, ValueError) as exc:
            is_head = response.is_head
            response = self._failed(req, exc)
            response.is_head = is_head
        return response

    def find_route(self, req: 'Request') -> 'Found':
        """Return what answers a request, with its URL prefix and sub-application.

        That is the function of a route, the headers of an automatic answer to OPTIONS, or the status code of an error.
        """
        method = req.method
        for _, route, match in self.router().candidates(req.path):
            if method in route[0]:
                args = match(req.path) if match else {}
                if args is not None:
                    return self._found(req, route, args)
        return self._find_other(req, method)

    def _find_other(self, req: 'Request', method: str) -> 'Found':
        # What answers a request for whose method no route is registered.
        first = None
        for route, args in self._matches(req.path):
            if method in route[0] or (method == 'HEAD' and 'GET' in route[0]):
                return self._found(req, route, args)
            first = first or route
        if first:
            status, url_prefix, subapp = 405, first[3], first[4]
        else:
            status = 404
            url_prefix, subapp = self._local_mount(req.path)
        if method == 'OPTIONS' and (first or req.path == '*'):
            options_handler = self.options_handler
            if subapp and subapp.options_handler and subapp.options_handler != subapp.default_options_handler:
                options_handler = subapp.options_handler
            if options_handler:
                return options_handler(req), url_prefix, subapp
        if ' ' + method + ' ' not in _METHODS and not any(method in route[0] for route in self.url_map):
            status = 501
        return status, url_prefix, subapp

    def _found(self, req: 'Request', route: 'Route', args: 'dict[str, Any]') -> 'Found':
        req.url_args = args
        req.route = route[2]
        return route[2:]

    def _matches(self, path: str) -> 'Iterator[tuple[Route, dict[str, Any]]]':
        # The routes that match a path, whatever their methods, with the values of their placeholders.
        router = self.router()
        matched = False
        for _, route, match in router.candidates(path):
            args = match(path) if match else {}
            if args is not None:
                matched = True
                yield route, args
        if not matched and path[-1:] != '/':
            # A sub-application's `/` is its URL prefix as well, unless another route is.
            path += '/'
            for _, route, match in router.candidates(path):
                if route[3] and route[1].url_pattern == route[3] + '/':
                    args = match(path) if match else {}
                    if args is not None:
                        yield route, args

    def router(self) -> Router:
        """Return the index of all routes; `ValueError` for a malformed pattern."""
        if self._router is None or self._router.size != len(self.url_map):
            self._router = Router(self.url_map)
        return self._router

    def _local_mount(self, path: str) -> 'tuple[str, Microdot | None]':
        # The sub-application under whose URL prefix a path without a route lies, if its handlers are its own.
        for url_prefix, subapp, local in self.mounts:
            if (path + '/').startswith(url_prefix + '/'):
                inner_prefix, inner = subapp._local_mount(path[len(url_prefix):])
                if inner or local:
                    return url_prefix + inner_prefix, inner or subapp
        return '', None

    def default_options_handler(self, req: 'Request') -> 'dict[str, str]':
        """Return the headers of an automatic answer to OPTIONS (RFC 9110 section 9.3.7)."""
        return {'Allow': ', '.join(self._allowed_methods(req.path))}

    def _allowed_methods(self, path: str) -> 'list[str]':
        allowed: 'list[str]' = []
        for methods in [route[0] for route in self.url_map] if path == '*' else [match[0][0] for match in self._matches(path)]:
            allowed.extend([method for method in methods if method not in allowed])
        if 'GET' in allowed and 'HEAD' not in allowed:
            allowed.append('HEAD')
        if self.options_handler and 'OPTIONS' not in allowed:
            allowed.append('OPTIONS')
        return allowed


def to_response(value: 'Any') -> Response:
    """Make a Response of what a handler returned; `TypeError` for a tuple that is none."""
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


def _add_vary(response: Response, names: 'set[str]') -> None:
    # RFC 9110 12.5.5: a list of names in any case, or a star for all.
    present = [name.strip() for name in response.headers.get('Vary', '').split(',') if name.strip()]
    known = [name.lower() for name in present]
    for name in sorted(names):
        if name.lower() not in known:
            present.append(name)
            known.append(name.lower())
    response.headers['Vary'] = '*' if '*' in present else ', '.join(present)
