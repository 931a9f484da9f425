"""Protection against requests that other sites have a browser send."""

# Knows which requests have to come from the application's own pages, and which do. Must not know what to make of an origin.
from ..core.compat import SMALL
from ..core.errors import HTTPException
from ..core.hooks import vary_on

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from .. import Microdot, Request
    from ..cors import CORS
if TYPE_CHECKING or not SMALL:
    from .rest import CSRFRest
else:
    from ..core.compat import Late as CSRFRest

__all__ = ['CSRF']


class CSRF(CSRFRest):
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

    rest = 'csrf.rest'
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

    async def check(self, request: 'Request') -> None:
        """Raise an `HTTPException` with status 403 for a request that has to come from the application's own pages and does not."""
        if self._unplaced:
            self._check_places(request)
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
            from .origins import is_trusted

            if is_trusted(self, request, site):
                return
        if self.exempt_routes:
            self._warn_of_places(request)
        raise HTTPException(403, 'Forbidden')
