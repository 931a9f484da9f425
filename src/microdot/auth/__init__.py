"""HTTP authentication (RFC 9110 section 11) of routes."""

# Knows which requests an authentication lets pass. Must not know what clients send, or how passwords are kept.
from binascii import a2b_base64

from ..core.compat import SMALL, invoke_handler
from ..core.decorators import call, replace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, TypeVar, overload

    from .. import Request
    from .rest import Handler, Role

    F = TypeVar('F', bound=Callable[..., Any])
if TYPE_CHECKING or not SMALL:
    from .rest import AuthRest
else:
    from ..core.compat import Late as AuthRest


class BaseAuth(AuthRest):
    """What the kinds of authentication have in common.

    Decorate with it the functions of routes that are for known users; `request.g.current_user` is what the function that
    is registered with `authenticate` has returned. The decorator stands below that of the route: above it, it would have no
    effect, and raises `RuntimeError`.

    With `role` the user has to have a role, or one of several, of those that the function returns that is registered with
    `get_user_roles`; others are answered with 403.

    Attributes: `auth_callback`, `error_callback` and `roles_callback`, the functions that are registered.

    Example::

        @app.route('/')
        @auth
        async def index(request):
            return 'Hello, ' + request.g.current_user

        @app.route('/logs')
        @auth(role=['admin', 'support'])
        async def logs(request):
            ...
    """

    rest = 'auth.rest'
    header = 'Authorization'
    auth_callback: 'Callable[..., Any] | None' = None
    error_callback: 'Callable[..., Any] | None' = None
    roles_callback: 'Callable[..., Any] | None' = None

    if TYPE_CHECKING:

        @overload
        def __call__(self, f: Callable[..., Any], role: 'Role | None' = None) -> Handler: ...
        @overload
        def __call__(self, *, role: 'Role | None') -> Callable[[Callable[..., Any]], Handler]: ...

    def __call__(self, f: 'Callable[..., Any] | None' = None, role: 'Role | None' = None) -> 'Any':
        if f is None:
            return self._with_role(role)

        async def handler(request: 'Request', *args: 'Any', **kwargs: 'Any') -> 'Any':
            user = await self._user(request)
            if not user:
                return await (self._refuse if self.error_callback else self.authentication_error)(request)
            request.g.current_user = user
            if role is not None:
                await self._check_role(request, user, role)
            return await call(f, request, *args, **kwargs)

        return replace(f, handler)

    def authenticate(self, f: 'F') -> 'F':
        """Register the function that tells who sends a request.

        :param f: called with the request and what the client sent: name and password, or a token. It returns the user,
                  or None for wrong credentials.
        """
        self.auth_callback = f
        return f

    async def _user(self, request: 'Request') -> 'Any':
        credentials = self._credentials(request)
        return credentials and await invoke_handler(self.auth_callback or self._no_callback(), request, *credentials)


class BasicAuth(BaseAuth):
    """Authentication by name and password (RFC 7617), for which browsers ask by themselves.

    :param realm: what is protected, as the browser shows it; anything but a `str` stands for the default.
    :param charset: the charset that clients are asked to use; what they send is taken for UTF-8.
    :param scheme: the name of the scheme in the header `WWW-Authenticate`, and in `Authorization` as well as `Basic`.
                   Browsers do not ask for one that they do not know.
    :param error_status: the status code of the answer to a request without the right credentials.

    Name and password are sent with each request, legible to who is on the way: use it over TLS.

    Example::

        auth = BasicAuth()

        @auth.authenticate
        async def check(request, username, password):
            if username in users and verify_password(password, users[username]):
                return username
    """

    def __init__(
        self, realm: 'Any' = 'Please login', charset: str = 'UTF-8', scheme: str = 'Basic', error_status: int = 401,
    ) -> None:
        self.realm: str = realm if isinstance(realm, str) else 'Please login'
        self.charset = charset
        self.scheme = scheme
        self.error_status = error_status

    async def authentication_error(self, request: 'Request') -> 'Any':
        """Answer a request without the right credentials, where no function is registered with `errorhandler`."""
        return '', self.error_status, self._challenge(request)

    def _credentials(self, request: 'Request') -> 'tuple[str, ...] | None':
        scheme, _, encoded = request.headers.get(self.header, '').partition(' ')
        if scheme.lower() in (self.scheme.lower(), 'basic'):
            try:
                username, colon, password = a2b_base64(encoded).decode().partition(':')
            except ValueError:
                return None
            if colon:
                return username, password
        return None

    def _challenge(self, request: 'Request', error: 'str | None' = None) -> 'dict[str, str]':
        # What a client is asked for (RFC 7617 section 2).
        return {'WWW-Authenticate': '%s realm=%s, charset="%s"' % (self.scheme, quoted(self.realm), self.charset)}


def quoted(text: str) -> str:
    """Return a text as a quoted string (RFC 9110 section 5.6.4)."""
    return '"' + text.replace('\\', '\\\\').replace('"', '\\"') + '"'


if TYPE_CHECKING:
    from ..core.passwords import hash_password as hash_password, verify_password as verify_password
    from .token import TokenAuth as TokenAuth
else:

    def __getattr__(name):
        # The rooms of these names are loaded when somebody asks for one.
        if name == 'TokenAuth':
            room = 'auth.token'
        elif name.endswith('_password'):  # hash_password, verify_password
            room = 'core.passwords'
        else:
            raise AttributeError(name)
        return getattr(__import__('microdot.' + room, None, None, (name,)), name)
