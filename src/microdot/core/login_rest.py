# Knows what a login has beyond a plain one: browsers that are remembered when the session has ended, routes for everybody.
# Must not know how sessions are kept.
from .compat import invoke_handler
from .session_state import set_cookie
from .tokens import make_token, read_token

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, TypeVar

    F = TypeVar('F', bound=Callable[..., Any])

COOKIE = '_remember'
_DAY = 24 * 3600  # seconds


class LoginRest:
    """The methods of `Login` that an application does not need as long as no browser is remembered."""

    if TYPE_CHECKING:

        def __call__(self, f: Callable[..., Any], fresh: 'bool | None' = False) -> Callable[..., Any]: ...

    def optional(self, f: 'Callable[..., Any]') -> 'Callable[..., Any]':
        """Let everybody into the decorated route, where `request.g.current_user` is the user or None."""
        return self(f, None)

    def no_loader(self) -> Exception:
        """Return the error for users that nothing can load."""
        return RuntimeError('nothing loads users: decorate the function that does with @login.user_loader')

    async def token_version_callback(self, user: 'Any') -> 'Any':
        """Return the version of a user's tokens; the function that `token_version` registers stands in its place."""

    def token_version(self, f: 'F') -> 'F':
        """Register the function that tells the version of a user's remember-me tokens, by which they are revoked.

        :param f: called with the user; returns a number or text. When it changes, at logout or with the password, the tokens
                  that the user has in any browser end.

        Example::

            @login.token_version
            async def token_version(user):
                return user.token_version
        """
        self.token_version_callback = f  # type: ignore[method-assign]
        return f

    async def remember(self, sessions: 'Any', request: 'Any', user: 'Any', days: 'bool | float') -> None:
        """Have the response set the cookie.

        :param sessions: the `Session` of the application, whose keys sign.
        :param days: how long it lasts, of which True is 30; each use of it renews it for as many. Otherwise a cookie that the
                     request has is deleted, unless it is the user's.
        """
        if days:
            token = {'_user_id': user.id, 'days': 30 if days is True else days, 'version': await self._version(user)}
            self._set_cookie(sessions, request, token)
        elif self.remembered(sessions, request).get('_user_id', user.id) != user.id:
            self.forget(sessions, request)

    def remembered(self, sessions: 'Any', request: 'Any') -> 'dict[str, Any]':
        """Return what is in the token of the request, user id, days and version; `{}` if it is not valid."""
        found = read_token('remember', request.cookies[COOKIE], sessions.keys())
        if found:
            return found[0]  # type: ignore[no-any-return]
        self.forget(sessions, request)
        return {}

    async def restore(self, sessions: 'Any', request: 'Any', session: 'Any', user: 'Any', token: 'dict[str, Any]') -> 'Any':
        """Log in the user of a token, which is renewed; return None if the user is, or has revoked the token."""
        if user is None or token['version'] != await self._version(user):
            self.forget(sessions, request)
            return None
        session['_user_id'] = token['_user_id']
        session['_fresh'] = False
        session.renew()
        self._set_cookie(sessions, request, token)
        return user

    def forget(self, sessions: 'Any', request: 'Any') -> None:
        """Have the response delete the cookie, which the request has no more from now on."""
        del request.cookies[COOKIE]
        set_cookie(request, sessions.cookie_options, COOKIE, None)

    def _set_cookie(self, sessions: 'Any', request: 'Any', token: 'dict[str, Any]') -> None:
        seconds = int(token['days'] * _DAY)
        value = make_token('remember', token, sessions.keys(), seconds)
        set_cookie(request, sessions.cookie_options, COOKIE, value, seconds)

    async def _version(self, user: 'Any') -> 'Any':
        return await invoke_handler(self.token_version_callback, user)


Rest = LoginRest  # the name by which `Late` finds it
