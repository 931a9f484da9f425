# Knows routes that are exempt from the protection, or protected whatever the method. Must not know which requests are refused.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any, TypeVar

    from .. import Request

    F = TypeVar('F', bound=Callable[..., Any])


class CSRFRest:
    """The methods of `CSRF` that an application does not need as long as its routes are all alike."""

    if TYPE_CHECKING:
        exempt_routes: 'list[Callable[..., Any]]'
        protected_routes: 'list[Callable[..., Any]]'
        _unplaced: 'Sequence[Callable[..., Any]]'

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

    def _check_places(self, request: 'Request') -> None:
        from ..core.misuse import check_routes

        check_routes(request.app, self._unplaced)
        self._unplaced = ()

    def _warn_of_places(self, request: 'Request') -> None:
        from ..core.misuse import warn_of_exemptions

        warn_of_exemptions(request.app, self.exempt_routes)


Rest = CSRFRest  # the name by which `Late` finds it
