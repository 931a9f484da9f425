"""Protection against requests that other sites have a browser send."""

# Knows which requests have to come from the application's own pages, and which do. Must not know what to make of an origin.
from ..core.errors import HTTPException
from ..core.hooks import vary_on

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any, TypeVar

    from .. import Microdot, Request
    from ..cors import CORS

    F = TypeVar('F', bound=Callable[..., Any])

__all__ = ['CSRF']


class CSRF:
    """Refuses requests that the pages of other sites have a browser send, with the user's cookies (cross-site request forgery).

    :param app: the application, or none yet, for `initialize`.
    :param cors: a `CORS` whose allowed origins may send requests as well; `'*'` does not count.
    :param protect_all: whether all routes are protected but those that are exempt; False protects only those that are decorated
                        with `protect`.
    :param allow_subdomains: whether other subdomains of the site may send requests.

    A request that changes something, which is any but with GET, HEAD, OPTIONS or QUERY, and the handshake of a WebSocket, is
    answered with 403 if a browser says that another site's page sends it: by `Sec-Fetch-Site`, or where that is not sent, by
    `Origin`, which has to be that of the request's own host. Requests with neither come from no browser of these years.

    Attributes: `cors`, `protect_all`, `allow_subdomains`, `exempt_routes` and `protected_routes`, the functions that are decorated.

    Example::

        CSRF(app)
    """

    SAFE_METHODS = ['GET', 'HEAD', 'OPTIONS', 'QUERY']

    _unplaced: 'Sequence[Callable[..., Any]]' = ()  # what is protected and not known to be a route

    def __init__(
        self, app: 'Microdot | None' = None, cors: 'CORS | None' = None, protect_all: bool = True, allow_subdomains: bool = False,
    ) -> None:
        self.cors = cors
        self.protect_all = protect_all
        self.allow_subdomains = allow_subdomains
        self.exempt_routes: 'list[Callable[..., Any]]' = []
        self.protected_routes: 'list[Callable[..., Any]]' = []
        if app:
            self.initialize(app)

    def initialize(self, app: 'Microdot', cors: 'CORS | None' = None) -> None:
        """Install this in an application.

        :param app: the application.
        :param cors: as for the class, unless it was given there.
        """
        self.cors = cors or self.cors
        app.before_request(self.check)

    def exempt(self, f: 'F') -> 'F':
        """Let a route take requests from everywhere. The decorator stands directly below that of the route.

        Example::

            @app.post('/webhook')
            @csrf.exempt
            async def webhook(request):
                ...
        """
        self.exempt_routes.append(f)
        return f

    def protect(self, f: 'F') -> 'F':
        """Protect a route, whatever the method. The decorator stands directly below that of the route: elsewhere it would have no
        effect, and requests raise `RuntimeError`.

        Example::

            @app.get('/logout')
            @csrf.protect
            async def logout(request):
                ...
        """
        self.protected_routes.append(f)
        self._unplaced = self.protected_routes
        return f

    async def check(self, request: 'Request') -> None:
        """Raise an `HTTPException` with status 403 for a request that has to come from the application's own pages and does not."""
        if self._unplaced:
            from ..core.misuse import check_routes

            check_routes(request.app, self._unplaced)
            self._unplaced = ()
        if request.route not in self.protected_routes:
            if not self.protect_all or request.route in self.exempt_routes:
                return
            headers = request.headers
            if request.method in self.SAFE_METHODS and 'Upgrade' not in headers and 'Sec-WebSocket-Version' not in headers:
                return
        vary_on(request, 'Sec-Fetch-Site')
        site = request.headers.get('Sec-Fetch-Site')
        if site in ('same-origin', 'none') or (site == 'same-site' and self.allow_subdomains):
            return
        if not site or self.cors:
            vary_on(request, 'Origin')
            origin = request.headers.get('Origin')
            if origin is None and not site:
                return  # no browser, or one too old to be defended here
            from .origins import is_trusted

            if is_trusted(self, request, origin, not site):
                return
        if self.exempt_routes:
            from ..core.misuse import warn_of_exemptions

            warn_of_exemptions(request.app, self.exempt_routes)
        raise HTTPException(403, 'Forbidden')
