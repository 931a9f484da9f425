# Knows what authentication has that a route for known users does not need as long as these come: registration, roles,
# refusals. Must not know what clients send.
from ..core.compat import invoke_handler
from ..core.decorators import call, replace
from ..core.dispatch import to_response
from ..core.errors import HTTPException
from ..core.hooks import vary_on

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterable
    from typing import Any, NoReturn, TypeVar

    from .. import Request, Response

    F = TypeVar('F', bound=Callable[..., Any])
    Handler = Callable[..., Coroutine[Any, Any, Any]]
    Role = str | Iterable[str]


class AuthRest:
    """The methods of `BaseAuth` beside those that let known users pass."""

    if TYPE_CHECKING:
        auth_callback: 'Callable[..., Any] | None'
        error_callback: 'Callable[..., Any] | None'
        roles_callback: 'Callable[..., Any] | None'
        header: str

        def __call__(self, f: Callable[..., Any], role: 'Role | None' = None) -> Handler: ...
        async def authentication_error(self, request: Request) -> Any: ...
        async def _user(self, request: Request) -> Any: ...
        def _credentials(self, request: Request) -> 'tuple[str, ...] | None': ...
        def _challenge(self, request: Request, error: 'str | None' = None) -> dict[str, str]: ...

    def errorhandler(self, f: 'F') -> 'F':
        """Register the function that answers requests without the right credentials.

        :param f: called with the request; what it returns is the response. One with status 401 is given the header
                  `WWW-Authenticate`, unless it has one.
        """
        self.error_callback = f
        return f

    def get_user_roles(self, f: 'F') -> 'F':
        """Register the function that tells what roles a user has.

        :param f: called with the request and the user; it returns a role or several, None for none.
        """
        self.roles_callback = f
        return f

    def optional(self, f: 'Callable[..., Any]') -> 'Handler':
        """Make a route that is for everybody; `request.g.current_user` is None for those who are not known.

        Example::

            @app.route('/news')
            @auth.optional
            async def news(request):
                return 'Hello, ' + (request.g.current_user or 'stranger')
        """

        async def handler(request: 'Request', *args: 'Any', **kwargs: 'Any') -> 'Any':
            self._vary(request)
            request.g.current_user = await self._user(request)
            return await call(f, request, *args, **kwargs)

        return replace(f, handler)

    def _with_role(self, role: 'Role | None') -> 'Callable[[Callable[..., Any]], Handler]':
        return lambda f: self(f, role)

    def _no_callback(self) -> 'NoReturn':
        raise RuntimeError('nothing tells who sends a request: register a function with @authenticate')

    async def _refuse(self, request: 'Request') -> 'Response':
        # What the function answers that is registered with errorhandler.
        assert self.error_callback
        try:
            response = to_response(await invoke_handler(self.error_callback, request))
        except HTTPException as exc:
            if exc.status_code == 401 and not exc.headers:
                exc.headers = self._challenge(request)
            raise
        if response.status_code == 401:  # RFC 9110 15.5.2
            response.headers.setdefault('WWW-Authenticate', self._challenge(request)['WWW-Authenticate'])
        return response

    async def _check_role(self, request: 'Request', user: 'Any', role: 'Any') -> None:
        if not self.roles_callback:
            raise RuntimeError('nothing tells the roles of a user: register a function with @get_user_roles')
        roles = _several(await invoke_handler(self.roles_callback, request, user))
        if not [one for one in _several(role) if one in roles]:
            raise HTTPException(403, 'Forbidden', self._challenge(request, 'insufficient_scope'))

    def _vary(self, request: 'Request') -> None:
        vary_on(request, self.header)


Rest = AuthRest  # the name by which `Late` finds it


def _several(roles: 'Any') -> 'list[Any]':
    try:
        return [roles] if isinstance(roles, str) else list(roles)
    except TypeError:
        return [roles]
